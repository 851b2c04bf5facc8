// SPDX-License-Identifier: Apache-2.0
#include "station/mqtt_source.h"

#include <fmt/format.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <mutex>
#include <random>

#include "station/envelope.h"

namespace sengi::station {
namespace {

constexpr int keepalive_s = 30;
// What the broker may have on its way to us: a commit takes as long for all of it as for one.
constexpr int receive_maximum = 1'000;

struct Destroy {
  void operator()(mosquitto* client) const { ::mosquitto_destroy(client); }
  void operator()(mosquitto_property* list) const { ::mosquitto_property_free_all(&list); }
};
using Client = std::unique_ptr<mosquitto, Destroy>;
using Properties = std::unique_ptr<mosquitto_property, Destroy>;

Properties with_number(Properties list, int property, std::uint32_t value) {
  mosquitto_property* raw = list.release();
  if (property == MQTT_PROP_RECEIVE_MAXIMUM) {
    ::mosquitto_property_add_int16(&raw, property, static_cast<std::uint16_t>(value));
  } else {
    ::mosquitto_property_add_int32(&raw, property, value);
  }
  return Properties(raw);
}

Arrival arrival_of(const mosquitto_message& message, const std::string& broker) {
  const std::string_view body(static_cast<const char*>(message.payload),
                              static_cast<std::size_t>(message.payloadlen));
  auto received = parse_envelope(body);
  if (received.ok()) {
    received.value().broker = broker;
    received.value().topic = message.topic;
    return std::move(received).value();
  }
  return Refused{fmt::format("mqtt {}", message.topic), received.error().message,
                 std::string(body.substr(0, refused_bytes_max))};
}

// One connection, from its beginning to its end.
class Connection {
 public:
  Connection(const MqttOptions& options, MqttState& state) : options_(options), state_(state) {}
  ~Connection() { state_.connected = false; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> open();
  // Until it ends or `stop`. Errors: why it ended.
  Result<void> live(const Keep& keep, const std::atomic<bool>& stop);

 private:
  void on_connect(int code);
  void on_message(const mosquitto_message& message) {
    batch_.push_back(arrival_of(message, where()));
  }
  void on_subscribe(const int* granted, int count);
  Result<void> read();
  Result<void> keep_batch(const Keep& keep);
  bool readable_within(int wait_ms);
  Result<void> checked(int code) const;
  std::string where() const { return name_of(options_); }

  const MqttOptions& options_;
  MqttState& state_;
  Client client_;
  std::vector<Arrival> batch_;
  std::string fault_;
};

Result<void> Connection::checked(int code) const {
  if (!fault_.empty()) return Error{fault_};
  if (code == MOSQ_ERR_SUCCESS) return {};
  return Error{fmt::format("{}: {}", where(), ::mosquitto_strerror(code))};
}

void Connection::on_connect(int code) {
  if (code != 0) {
    fault_ = fmt::format("{} refuses: {}", where(), ::mosquitto_reason_string(code));
    return;
  }
  for (const std::string& topic : options_.topics) {
    const std::string filter =
        options_.group.empty() ? topic : fmt::format("$share/{}/{}", options_.group, topic);
    ::mosquitto_subscribe_v5(client_.get(), nullptr, filter.c_str(), 1,
                             MQTT_SUB_OPT_SEND_RETAIN_NEVER, nullptr);
  }
  ++state_.connections;
  state_.connected = true;
}

void Connection::on_subscribe(const int* granted, int count) {
  if (std::any_of(granted, granted + count, [](int qos) { return qos >= 0x80; })) {
    fault_ = fmt::format("{} refuses a subscription; may this user read the topics?", where());
  } else if (std::any_of(granted, granted + count, [](int qos) { return qos < 1; })) {
    fault_ = where() + " grants no QoS 1, without which messages can be lost";
  }
}

Result<void> Connection::open() {
  client_.reset(::mosquitto_new(options_.client_id.c_str(), /*clean_session=*/false, this));
  if (client_ == nullptr) return Error{"no memory for an MQTT client"};
  mosquitto* client = client_.get();
  ::mosquitto_threaded_set(client, true);  // what it has to say waits for mosquitto_loop_write()
  ::mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  ::mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, receive_maximum);
  if (!options_.user.empty()) {
    SENGI_CHECK(checked(
        ::mosquitto_username_pw_set(client, options_.user.c_str(), options_.password.c_str())));
  }
  if (!options_.ca_file.empty()) {
    SENGI_CHECK(checked(
        ::mosquitto_tls_set(client, options_.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr)));
  }
  ::mosquitto_connect_v5_callback_set(
      client, [](mosquitto*, void* self, int code, int, const mosquitto_property*) {
        static_cast<Connection*>(self)->on_connect(code);
      });
  ::mosquitto_message_v5_callback_set(
      client,
      [](mosquitto*, void* self, const mosquitto_message* message, const mosquitto_property*) {
        static_cast<Connection*>(self)->on_message(*message);
      });
  ::mosquitto_subscribe_v5_callback_set(client, [](mosquitto*, void* self, int, int count,
                                                   const int* granted, const mosquitto_property*) {
    static_cast<Connection*>(self)->on_subscribe(granted, count);
  });
  const Properties properties =
      with_number(with_number(nullptr, MQTT_PROP_SESSION_EXPIRY_INTERVAL, options_.session_s),
                  MQTT_PROP_RECEIVE_MAXIMUM, receive_maximum);
  return checked(::mosquitto_connect_bind_v5(client, options_.host.c_str(), options_.port,
                                             keepalive_s, nullptr, properties.get()));
}

// Whether there is something to read within that time.
bool Connection::readable_within(int wait_ms) {
  pollfd one{::mosquitto_socket(client_.get()), POLLIN, 0};
  if (::mosquitto_want_write(client_.get())) one.events |= POLLOUT;
  return ::poll(&one, 1, wait_ms) > 0 && (one.revents & ~POLLOUT) != 0;
}

// All that is there, up to what goes into one transaction.
Result<void> Connection::read() {
  for (int wait_ms = 200; batch_.size() < commit_arrivals_max && readable_within(wait_ms);
       wait_ms = 0) {
    SENGI_CHECK(checked(::mosquitto_loop_read(client_.get(), 1)));
  }
  return {};
}

Result<void> Connection::keep_batch(const Keep& keep) {
  if (batch_.empty()) return {};
  const std::size_t count = batch_.size();
  SENGI_CHECK(keep(std::exchange(batch_, {})));
  state_.messages += count;
  return {};
}

Result<void> Connection::live(const Keep& keep, const std::atomic<bool>& stop) {
  while (!stop) {
    SENGI_CHECK(checked(::mosquitto_loop_write(client_.get(), 1)));
    SENGI_CHECK(read());
    SENGI_CHECK(keep_batch(keep));
    SENGI_CHECK(checked(::mosquitto_loop_misc(client_.get())));
  }
  // A farewell lets the broker know that the session waits; without it it would wait for a ping.
  ::mosquitto_disconnect_v5(client_.get(), 0, nullptr);
  static_cast<void>(::mosquitto_loop_write(client_.get(), 1));
  return {};
}

Result<int> port_in(std::string_view digits) {
  int port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (code != std::errc() || end != digits.data() + digits.size() || port < 1 || port > 65'535) {
    return Error{fmt::format("'{}' is no port from 1 to 65535", digits)};
  }
  return port;
}

}  // namespace

Result<MqttOptions> parse_mqtt_address(const std::string& address) {
  MqttOptions options;
  const bool tls = address.starts_with("mqtts://");
  if (!tls && !address.starts_with("mqtt://")) {
    return Error{address + ": an address such as mqtt://localhost:1883 belongs here"};
  }
  std::string rest = address.substr(tls ? 8 : 7);
  if (const auto at = rest.rfind('@'); at != std::string::npos) {
    options.user = rest.substr(0, at);
    rest = rest.substr(at + 1);
    if (options.user.find(':') != std::string::npos) {
      return Error{"the password belongs in the environment, not into the broker's address"};
    }
  }
  options.port = tls ? 8883 : 1883;
  if (const auto colon = rest.rfind(':'); colon != std::string::npos) {
    SENGI_TRY(port, port_in(std::string_view(rest).substr(colon + 1)));
    options.port = port;
    rest.resize(colon);
  }
  if (rest.empty() || rest.find('/') != std::string::npos) {
    return Error{address + ": an address such as mqtt://localhost:1883 belongs here"};
  }
  options.host = rest;
  if (tls) options.ca_file = "/etc/ssl/certs/ca-certificates.crt";
  return options;
}

std::string name_of(const MqttOptions& broker) {
  return fmt::format("{}:{}", broker.host, broker.port);
}

void run_mqtt(const MqttOptions& options, const Keep& keep, const Tell& tell, MqttState& state,
              const std::atomic<bool>& stop) {
  static std::once_flag once;
  std::call_once(once, [] { ::mosquitto_lib_init(); });
  std::mt19937 random(std::random_device{}());
  constexpr std::chrono::milliseconds shortest(250);
  constexpr std::chrono::milliseconds longest(30'000);
  auto wait = shortest;
  std::string told;
  while (!stop) {
    const std::uint64_t messages = state.messages;
    const auto ended = [&]() -> Result<void> {
      Connection connection(options, state);
      SENGI_CHECK(connection.open());
      return connection.live(keep, stop);
    }();
    if (ended.ok()) return;
    if (state.messages != messages) wait = shortest, told.clear();
    // A fault that stays is told once.
    if (ended.error().message != told) tell(told = ended.error().message);
    // Stations that lost one broker do not come back in step.
    pause(wait / 2 + wait / 2 * static_cast<int>(random() % 1000) / 1000, stop);
    wait = std::min(wait * 2, longest);
  }
}

}  // namespace sengi::station
