// SPDX-License-Identifier: Apache-2.0
// Orders through a real broker, as ChirpStack v4 and The Things Stack v3 take and give messages.
#include "station/downlink_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "link/downlinks.h"
#include "station/broker_for_tests.h"
#include "station/clock.h"
#include "station/orders.h"
#include "station/told_collar_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using nlohmann::json;

constexpr const char* chirpstack_eui = "a84041fffe12ab34";
constexpr const char* things_eui = "a84041fffe12ab35";

// A network's server: what it is to send to devices.
class Network {
 public:
  explicit Network(int port) {
    ::mosquitto_lib_init();
    client_ = ::mosquitto_new(nullptr, true, this);
    ::mosquitto_message_callback_set(
        client_, [](mosquitto*, void* self, const mosquitto_message* message) {
          auto& network = *static_cast<Network*>(self);
          const std::lock_guard lock(network.mutex_);
          network.messages_.emplace_back(
              message->topic, std::string(static_cast<const char*>(message->payload),
                                          static_cast<std::size_t>(message->payloadlen)));
        });
    ::mosquitto_subscribe_callback_set(client_, [](mosquitto*, void* self, int, int, const int*) {
      ++static_cast<Network*>(self)->subscribed_;
    });
    EXPECT_EQ(::mosquitto_connect(client_, "127.0.0.1", port, 60), MOSQ_ERR_SUCCESS);
    EXPECT_EQ(::mosquitto_loop_start(client_), MOSQ_ERR_SUCCESS);
    for (const char* topic : {"application/+/device/+/command/down", "v3/+/devices/+/down/push"}) {
      ::mosquitto_subscribe(client_, nullptr, topic, 1);
    }
    wait_until([this] { return subscribed_ == 2; });
  }
  ~Network() {
    ::mosquitto_disconnect(client_);
    ::mosquitto_loop_stop(client_, false);
    ::mosquitto_destroy(client_);
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // The next message: topic and body. Waits for it.
  std::pair<std::string, json> next() {
    wait_until([this] {
      const std::lock_guard lock(mutex_);
      return messages_.size() > taken_;
    });
    const std::lock_guard lock(mutex_);
    const auto& [topic, body] = messages_[taken_++];
    return {topic, json::parse(body)};
  }

 private:
  mosquitto* client_ = nullptr;
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> messages_;
  std::size_t taken_ = 0;
  std::atomic<int> subscribed_ = 0;
};

// The parts of a station that talk to a broker.
class Talking {
 public:
  Talking(const std::filesystem::path& folder, const Settings& settings, const MqttOptions& broker)
      : store_(std::move(Store::open(folder)).value()),
        watch_(std::move(Watch::make(store_, settings, now_ms())).value()),
        intake_(store_),
        source_([this, broker] {
          const Keep keep = [this](std::vector<Arrival> all) {
            return intake_.keep(std::move(all));
          };
          run_mqtt(
              broker, keep, [](const std::string&) {}, state_, stop_);
        }),
        sender_([this, broker] {
          run_downlinks(
              broker, intake_, [](const std::string&) {}, stop_);
        }) {
    wait_until([this] { return state_.connected.load(); });
  }
  ~Talking() {
    stop_ = true;
    source_.join();
    sender_.join();
  }
  Talking(const Talking&) = delete;
  Talking& operator=(const Talking&) = delete;

  std::int64_t give(const std::string& device, const Settings& settings, int interval_s) {
    std::int64_t id = 0;
    const auto done = intake_.alone([&](Store& store) -> Result<void> {
      SENGI_TRY(message, settings_message({{"gps_interval_min_s", interval_s}}));
      SENGI_TRY(
          made,
          Orders(store.database()).give(device, message, settings.downlinks, "test", now_ms()));
      id = made;
      return {};
    });
    EXPECT_TRUE(done.ok());
    return id;
  }
  OrderState state(std::int64_t id) {
    OrderState state = OrderState::waiting;
    const auto done = intake_.alone([&](Store& store) -> Result<void> {
      SENGI_TRY(order, Orders(store.database()).find(id));
      if (order) state = order->transfer.state();
      return {};
    });
    EXPECT_TRUE(done.ok());
    return state;
  }

 private:
  Store store_;
  std::unique_ptr<Watch> watch_;
  Intake intake_;
  MqttState state_;
  std::atomic<bool> stop_ = false;
  std::thread source_;
  std::thread sender_;
};

std::string with_time_of_now(std::string body) {
  const std::string old = "2026-01-01T00:00:01.250000000Z";
  return body.replace(body.find(old), old.size(), to_rfc3339(now_ms()));
}

class DownlinkSender : public testing::Test {
 protected:
  DownlinkSender() : folder_(std::move(TemporaryFolder::make()).value()) {
    settings_.silent.watch = false;
    options_.port = broker_.port();
    options_.host = "127.0.0.1";
  }
  void say_by_chirpstack(Publisher& publisher, const link::Bytes& payload) {
    publisher.publish(fmt::format("application/7/device/{}/event/up", chirpstack_eui),
                      chirpstack_uplink(chirpstack_eui, counter_++, link::port_of(payload[0]),
                                        payload, to_rfc3339(now_ms())));
  }
  static std::uint32_t now_s() { return static_cast<std::uint32_t>(now_ms() / 1000); }

  TemporaryFolder folder_;
  Settings settings_;
  Broker broker_;
  MqttOptions options_;
  std::uint32_t counter_ = 1;
};

TEST_F(DownlinkSender, AnOrderGoesThroughChirpStackAndBack) {
  Network network(broker_.port());
  Talking station(folder_.path(), settings_, options_);
  Publisher publisher(broker_.port());
  ToldCollar collar(1);
  const std::int64_t order = station.give(chirpstack_eui, settings_, 600);
  say_by_chirpstack(publisher, collar.speak(now_s()));
  for (int i = 0; i < 2; ++i) {  // set, confirm
    const auto [topic, body] = network.next();
    EXPECT_EQ(topic, fmt::format("application/7/device/{}/command/down", chirpstack_eui));
    EXPECT_EQ(body["devEui"], chirpstack_eui);
    EXPECT_EQ(body["confirmed"], false);
    EXPECT_EQ(body["fPort"], 17);
    collar.take(link::from_base64(body["data"].get<std::string>()).value());
    say_by_chirpstack(publisher, collar.speak(now_s()));
  }
  wait_until([&] { return station.state(order) == OrderState::confirmed; });
  EXPECT_EQ(collar.setting(link::SettingId::gps_interval_min_s), 600);
  EXPECT_TRUE(collar.keeps_settings(1));
}

TEST_F(DownlinkSender, TheThingsStackTakesItsOwnForm) {
  Network network(broker_.port());
  Talking station(folder_.path(), settings_, options_);
  Publisher publisher(broker_.port());
  ToldCollar collar(2);
  station.give(things_eui, settings_, 700);
  publisher.publish("v3/park@ttn/devices/tembo/up", with_time_of_now(things_stack_uplink(
                                                        things_eui, 1, 26, collar.speak(now_s()))));
  const auto [topic, body] = network.next();
  EXPECT_EQ(topic, "v3/park@ttn/devices/tembo/down/push");
  ASSERT_EQ(body["downlinks"].size(), 1U);
  EXPECT_EQ(body["downlinks"][0]["f_port"], 17);
  EXPECT_EQ(body["downlinks"][0]["frm_payload"].get<std::string>(),
            link::to_base64(link::settings_frame(1, {{"gps_interval_min_s", 700}}).value()));
}

TEST_F(DownlinkSender, WhatWaitedWhileTheStationWasAwayGoesOutWhenItIsBack) {
  {
    Store store = std::move(Store::open(folder_.path())).value();
    const auto watch = std::move(Watch::make(store, settings_, now_ms())).value();
    const auto message = settings_message({{"gps_interval_min_s", 800}});
    ASSERT_TRUE(Orders(store.database())
                    .give(chirpstack_eui, message.value(), settings_.downlinks, "test", now_ms())
                    .ok());
    Received received;
    received.network = "chirpstack";
    received.device = chirpstack_eui;
    received.counter = 1;
    received.heard_ms = now_ms();
    received.payload = status_message(1, now_s());
    received.port = 26;
    received.broker = name_of(options_);
    received.topic = fmt::format("application/7/device/{}/event/up", chirpstack_eui);
    const Arrival arrival = std::move(received);
    ASSERT_TRUE(store.keep({&arrival, 1}, now_ms()).ok());
    // Killed here: kept, and not sent.
  }
  Network network(broker_.port());
  Talking station(folder_.path(), settings_, options_);
  const auto [topic, body] = network.next();
  EXPECT_EQ(topic, fmt::format("application/7/device/{}/command/down", chirpstack_eui));
}

}  // namespace
}  // namespace sengi::station
