// SPDX-License-Identifier: Apache-2.0
// Mail, MQTT and EarthRanger, each with somebody who takes it: a small SMTP server, a real broker,
// a site of HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.h"
#include "station/alert_words.h"
#include "station/broker_for_tests.h"
#include "station/clock.h"
#include "station/earthranger.h"
#include "station/mail.h"
#include "station/mqtt_alerts.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

ordered_json letter_json(const std::string& type = "alert.raised") {
  return ordered_json::parse(R"({"type": ")" + type + R"(", "timestamp": "2026-01-01T01:00:00Z",
    "data": {"id": 7, "device": "a84041fffe12ab34", "name": "Tembo", "kind": "zone_inside",
    "subject": "12", "severity": "critical", "state": "open", "level": 0,
    "detail": {"zone": "Shamba", "distance_m": 0, "told_by": "station"},
    "raised": "2026-01-01T01:00:00Z", "acknowledged": null, "acknowledged_by": null,
    "cleared": null, "last_heard": "2026-01-01T01:00:00Z",
    "position": {"time": "2026-01-01T00:59:30Z", "latitude": 0.1, "longitude": 20.005}}})");
}

TEST(AlertWords, SayWhatIsSoOfWhom) {
  const auto words = words_of(letter_json());
  EXPECT_EQ(words.title, "Tembo is in Shamba");
  EXPECT_THAT(words.text, HasSubstr("geo:0.1,20.005"));
  EXPECT_EQ(words_of(letter_json("alert.cleared")).title, "over: Tembo is in Shamba");
  auto water = letter_json();
  water["data"]["kind"] = "water";
  water["data"]["name"] = "";
  water["data"]["detail"] = {{"give_mm", 26.5}};
  EXPECT_EQ(words_of(water).title, "a84041fffe12ab34 wants water: 26.5 mm");
  EXPECT_NO_THROW(words_of(ordered_json()));
  EXPECT_NO_THROW(words_of(ordered_json::array()));
  EXPECT_NO_THROW(words_of({{"data", 3}}));
}

// As much of RFC 5321 as a sender needs, one connection at a time.
class MailServer {
 public:
  MailServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)), port_(free_port()) {
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 5), 0);
    thread_ = std::thread([this] {
      while (true) {
        const int peer = ::accept(socket_, nullptr, nullptr);
        if (peer < 0) return;
        talk(peer);
        ::close(peer);
      }
    });
  }
  ~MailServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  std::string address() const { return fmt::format("smtp://127.0.0.1:{}", port_); }
  // To each message in turn, then 250.
  void answer(std::vector<std::string> with) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(with);
  }
  std::vector<std::string> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  void talk(int peer) {
    std::string held;
    std::string envelope;
    const auto say = [&](const std::string& line) {
      const std::string text = line + "\r\n";
      [[maybe_unused]] const auto sent = ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
    };
    const auto line = [&]() -> std::optional<std::string> {
      while (held.find("\r\n") == std::string::npos) {
        char bytes[4096];
        const auto count = ::recv(peer, bytes, sizeof bytes, 0);
        if (count <= 0) return std::nullopt;
        held.append(bytes, static_cast<std::size_t>(count));
      }
      const auto end = held.find("\r\n");
      std::string one = held.substr(0, end);
      held.erase(0, end + 2);
      return one;
    };
    say("220 mail for tests");
    while (const auto command = line()) {
      if (command->starts_with("EHLO") || command->starts_with("HELO")) {
        say("250 mail");
      } else if (command->starts_with("MAIL") || command->starts_with("RCPT")) {
        envelope += *command + "\n";
        say("250 ok");
      } else if (*command == "DATA") {
        say("354 go on");
        std::string message;
        while (const auto one = line()) {
          if (*one == ".") break;
          message += *one + "\n";
        }
        const std::lock_guard lock(mutex_);
        const std::string answer = answers_.empty() ? "250 taken" : answers_.front();
        if (!answers_.empty()) answers_.erase(answers_.begin());
        if (answer.starts_with("250")) taken_.push_back(envelope + message);
        envelope.clear();
        say(answer);
      } else if (*command == "QUIT") {
        say("221 bye");
        return;
      } else {
        say("502 not here");
      }
    }
  }

  int socket_;
  int port_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<std::string> answers_;
  std::vector<std::string> taken_;
};

Settings::Mail mail_to(const std::string& server) {
  Settings::Mail mail;
  mail.server = server;
  mail.from = "station@camp.example";
  mail.to = {"amina@camp.example", "juma@camp.example"};
  mail.plain = true;
  return mail;
}

TEST(Mail, IsTakenByAServer) {
  MailServer server;
  const Send send = send_by_mail(mail_to(server.address()));
  EXPECT_EQ(send({3, 0, letter_json().dump()}).fault, "");
  ASSERT_THAT(server.taken(), SizeIs(1));
  const std::string message = server.taken()[0];
  EXPECT_THAT(message, HasSubstr("MAIL FROM:<station@camp.example>"));
  EXPECT_THAT(message, HasSubstr("RCPT TO:<amina@camp.example>"));
  EXPECT_THAT(message, HasSubstr("RCPT TO:<juma@camp.example>"));
  EXPECT_THAT(message, HasSubstr("\nSubject: Tembo is in Shamba\n"));
  EXPECT_THAT(message, HasSubstr("\nMessage-ID: <alert-3@sengi.invalid>\n"));
  EXPECT_THAT(message, HasSubstr("\n\nTembo is in Shamba\n"));
}

TEST(Mail, SaysWhoIsAwayAndWhatIsRefused) {
  Answer nobody;
  {
    MailServer server;
    const Send send = send_by_mail(mail_to(server.address()));
    server.answer({"451 come again", "554 never"});
    const Answer later = send({1, 0, letter_json().dump()});
    EXPECT_THAT(later.fault, Not(""));
    EXPECT_TRUE(later.away);
    const Answer never = send({1, 1, letter_json().dump()});
    EXPECT_THAT(never.fault, Not(""));
    EXPECT_FALSE(never.away);
    EXPECT_EQ(send({1, 2, letter_json().dump()}).fault, "");
    // Without TLS nothing is said to a server unless that is asked for.
    auto careful = mail_to(server.address());
    careful.plain = false;
    EXPECT_THAT(send_by_mail(careful)({2, 0, letter_json().dump()}).fault, Not(""));
    EXPECT_THAT(server.taken(), SizeIs(1));
  }
  const Send send = send_by_mail(mail_to(fmt::format("smtp://127.0.0.1:{}", free_port())));
  EXPECT_TRUE(send({1, 0, letter_json().dump()}).away);
}

// What a device is called is somebody else's word.
TEST(Mail, ANameCannotAddHeadersOrEndTheMessage) {
  auto json = letter_json();
  json["data"]["name"] = "Tembo\r\nBcc: poacher@example.org\r\n\r\n.\r\nMAIL FROM:<x>";
  const Letter letter{1, 0, json.dump()};
  const std::string text = mail_text(mail_to("smtp://mail.example"), letter, 0);
  const std::string headers = text.substr(0, text.find("\r\n\r\n"));
  EXPECT_THAT(headers, Not(HasSubstr("\r\nBcc:")));
  MailServer server;
  EXPECT_EQ(send_by_mail(mail_to(server.address()))(letter).fault, "");
  ASSERT_THAT(server.taken(), SizeIs(1));
  EXPECT_THAT(server.taken()[0], Not(HasSubstr("RCPT TO:<poacher")));
  EXPECT_THAT(server.taken()[0], HasSubstr("last heard"));  // to its end
  // Other than ASCII is told to be so.
  json["data"]["name"] = "Ndovu \xC3\xA9";
  EXPECT_THAT(mail_text(mail_to("smtp://mail.example"), {1, 0, json.dump()}, 0),
              HasSubstr("Subject: =?UTF-8?B?TmRvdnUgw6kgaXMgaW4gU2hhbWJh?="));
}

TEST(MqttAlerts, AreTakenByABroker) {
  EXPECT_EQ(alert_topic("sengi/alerts", "a/b+c#"), "sengi/alerts/a_b_c_");
  Broker broker;
  MqttOptions options;
  options.host = "127.0.0.1";
  options.port = broker.port();
  // One who listens, as a page or a light would.
  MqttOptions ears = options;
  ears.client_id = "ears";
  ears.topics = {"sengi/alerts/#"};
  std::mutex mutex;
  std::vector<std::string> heard;
  MqttState state;
  std::atomic<bool> stop = false;
  std::thread listening([&] {
    run_mqtt(
        ears,
        [&](std::vector<Arrival> all) -> Result<std::vector<Kept>> {
          const std::lock_guard lock(mutex);
          for (const Arrival& one : all) {
            if (const auto* refused = std::get_if<Refused>(&one)) heard.push_back(refused->body);
          }
          return std::vector<Kept>(all.size());
        },
        [](const std::string&) {}, state, stop);
  });
  wait_until([&] { return state.connected.load(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // subscribed
  const Send send = send_by_mqtt(options, "sengi/alerts");
  EXPECT_EQ(send({1, 0, letter_json().dump()}).fault, "");
  EXPECT_EQ(send({2, 0, letter_json("alert.cleared").dump()}).fault, "");
  wait_until([&] {
    const std::lock_guard lock(mutex);
    return heard.size() == 2;
  });
  EXPECT_EQ(ordered_json::parse(heard[0]), letter_json());
  stop = true;
  listening.join();
  MqttOptions nobody = options;
  nobody.port = free_port();
  EXPECT_TRUE(send_by_mqtt(nobody, "x")({1, 0, letter_json().dump()}).away);
}

TEST(EarthRanger, AnAlertIsAnEvent) {
  const auto event = ordered_json::parse(earthranger_event(letter_json().dump()));
  EXPECT_EQ(event["event_type"], "sengi_zone_inside");
  EXPECT_EQ(event["priority"], 300);
  EXPECT_EQ(event["time"], "2026-01-01T01:00:00Z");
  EXPECT_EQ(event["location"]["latitude"], 0.1);
  EXPECT_EQ(event["event_details"]["zone"], "Shamba");
  EXPECT_EQ(earthranger_event(letter_json("alert.cleared").dump()), "");
  EXPECT_EQ(earthranger_event("what"), "");
}

// A site that takes, is away for a while, and takes again.
TEST(EarthRanger, APositionIsAnObservationOnceAndInOrder) {
  const auto folder = std::move(TemporaryFolder::make()).value();
  Store store = std::move(Store::open(folder.path())).value();
  Intake intake(store);
  const auto hear = [&](std::uint32_t time_s) {
    Received received;
    received.network = "sengi";
    received.device = "tembo";
    received.port = 23;
    received.payload = position_message(time_s, 1'000'000, 200'000'000);
    ASSERT_TRUE(intake.keep({received}).ok());
  };
  hear(new_year_s);  // before the site was named: not told

  httplib::Server site;
  std::mutex mutex;
  std::vector<std::string> times;
  std::atomic<int> refusals = 0;
  std::string who;
  site.Post("/api/v1.0/sensors/generic/park/status",
            [&](const httplib::Request& request, httplib::Response& response) {
              const std::lock_guard lock(mutex);
              if (refusals > 0) {
                --refusals;
                response.status = 503;
                return;
              }
              who = request.get_header_value("Authorization");
              const auto json = ordered_json::parse(request.body);
              EXPECT_EQ(json["manufacturer_id"], "tembo");
              EXPECT_NEAR(json["location"]["lon"].get<double>(), 20, 1e-4);
              times.push_back(json["recorded_at"]);
            });
  const int port = site.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { site.listen_after_bind(); });
  Settings::EarthRanger settings;
  settings.url = fmt::format("http://127.0.0.1:{}", port);
  settings.provider = "park";
  settings.token = "word";
  const auto run_until = [&](std::size_t count) {
    std::atomic<bool> stop = false;
    std::thread thread([&] {
      run_earthranger_positions(
          settings, intake, [](const std::string&) {}, stop);
    });
    wait_until([&] {
      const std::lock_guard lock(mutex);
      return times.size() >= count;
    });
    stop = true;
    thread.join();
  };
  // Until it has looked for the first time, and noted from where on it tells.
  {
    std::atomic<bool> stop = false;
    std::thread thread([&] {
      run_earthranger_positions(
          settings, intake, [](const std::string&) {}, stop);
    });
    wait_until([&] {
      std::int64_t noted = 0;
      EXPECT_TRUE(intake
                      .alone([&](Store& all) -> Result<void> {
                        Statement select(all.database(),
                                         "SELECT count(*) FROM counts WHERE name = "
                                         "'earthranger_to'");
                        SENGI_CHECK(select.next());
                        noted = select.whole(0);
                        return {};
                      })
                      .ok());
      return noted == 1;
    });
    stop = true;
    thread.join();
  }
  for (std::uint32_t i = 1; i <= 3; ++i) hear(new_year_s + i);
  refusals = 1;
  run_until(3);
  hear(new_year_s + 4);
  run_until(4);
  site.stop();
  serving.join();
  EXPECT_THAT(times, testing::ElementsAre("2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z",
                                          "2026-01-01T00:00:03Z", "2026-01-01T00:00:04Z"));
  EXPECT_EQ(who, "Bearer word");
}

// From an uplink to each of them, through the outbox.
TEST(Telling, EachTargetHasALetter) {
  const auto folder = std::move(TemporaryFolder::make()).value();
  Settings settings;
  settings.telling.webhooks = {"https://example.org/"};
  settings.telling.mail.to = {"amina@camp.example"};
  settings.telling.mqtt = "mqtt://127.0.0.1";
  settings.telling.earthranger.url = "https://park.example";
  Store store = std::move(Store::open(folder.path())).value();
  const auto watch = std::move(Watch::make(store, settings, now_ms())).value();
  Received received;
  received.network = "sengi";
  received.device = "tembo";
  received.port = 26;
  received.payload = status_message(1, static_cast<std::uint32_t>(now_ms() / 1000), 3'000);
  const Arrival arrival = received;
  ASSERT_TRUE(store.keep({&arrival, 1}, now_ms()).ok());
  std::vector<std::string> targets;
  Statement select(store.database(), "SELECT target FROM outbox ORDER BY id");
  while (select.next().value()) targets.push_back(select.text(0));
  EXPECT_THAT(targets, testing::ElementsAre("https://example.org/", "mail", "mqtt", "earthranger"));
}

}  // namespace
}  // namespace sengi::station
