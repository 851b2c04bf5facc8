// SPDX-License-Identifier: Apache-2.0
#include "station/station.h"

#include <fmt/format.h>

#include <cstdlib>
#include <list>
#include <mutex>
#include <thread>

#include "station/clock.h"
#include "station/downlink_sender.h"
#include "station/earthranger.h"
#include "station/file_source.h"
#include "station/http_access.h"
#include "station/intake.h"
#include "station/mail.h"
#include "station/mqtt_alerts.h"
#include "station/outbox.h"
#include "station/retention.h"
#include "station/watch.h"
#include "station/webhook.h"

namespace sengi::station {
namespace {

// Threads that are told to stop, and waited for, when it goes.
class Workers {
 public:
  ~Workers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  template <typename Work>
  void start(Work work) {
    threads_.emplace_back([this, work] { work(stop_); });
  }

 private:
  std::atomic<bool> stop_ = false;
  std::list<std::thread> threads_;
};

std::vector<std::pair<std::string, Send>> ways_to_tell(const Settings::Telling& telling) {
  std::vector<std::pair<std::string, Send>> ways;
  for (const std::string& url : telling.webhooks) {
    ways.emplace_back(url, send_by_webhook(url, telling.secret));
  }
  if (!telling.mail.to.empty()) {
    ways.emplace_back(Settings::Telling::by_mail, send_by_mail(telling.mail));
  }
  if (auto broker = parse_mqtt_address(telling.mqtt); broker.ok()) {
    const char* word = std::getenv("SENGI_MQTT_PASSWORD");
    broker.value().password = word == nullptr ? "" : word;
    ways.emplace_back(Settings::Telling::by_mqtt, send_by_mqtt(broker.value(), telling.mqtt_topic));
  }
  if (!telling.earthranger.url.empty()) {
    ways.emplace_back(Settings::Telling::by_earthranger, send_to_earthranger(telling.earthranger));
  }
  return ways;
}

void run_retention(const Settings::Keep& keep, Intake& intake, const Tell& tell,
                   const std::atomic<bool>& stop) {
  std::optional<Retention> retention;
  while (!stop) {
    bool more = false;
    const auto done = intake.alone([&](Store& store) -> Result<void> {
      if (!retention) retention.emplace(store.database(), keep);
      SENGI_TRY(did, retention->work(now_ms()));
      more = did;
      return {};
    });
    if (!done.ok()) tell(done.error().message);
    pause(more ? std::chrono::milliseconds(50) : std::chrono::minutes(1), stop);
  }
}

void run_watch(Watch& watch, Intake& intake, const Tell& tell, const std::atomic<bool>& stop) {
  while (!stop) {
    const auto ticked = intake.alone([&](Store&) { return watch.tick(now_ms()); });
    if (!ticked.ok()) tell(ticked.error().message);
    pause(std::chrono::seconds(1), stop);
  }
}

}  // namespace

Result<void> run_station(const StationOptions& options, const Tell& tell,
                         const std::function<bool()>& stop) {
  std::mutex words;
  const Tell tell_in_turn = [&](const std::string& line) {
    const std::lock_guard lock(words);
    tell(line);
  };
  SENGI_TRY(store, Store::open(options.folder));
  SENGI_TRY(watch, Watch::make(store, options.settings, now_ms()));
  Intake intake(store);
  const Keep keep = [&intake](std::vector<Arrival> all) { return intake.keep(std::move(all)); };
  std::optional<HttpServer> http;
  std::string ready = fmt::format("station in {}", options.folder.string());
  if (options.http) {
    const HttpBackend backend{intake,
                              options.folder / database_name,
                              [&](std::int64_t alert, const std::string& who) {
                                return intake.alone([&](Store&) {
                                  return watch->alerts().acknowledge(alert, who, now_ms());
                                });
                              },
                              options.settings.irrigation,
                              [&] { return watch->renew_zones(now_ms()); },
                              options.settings.downlinks};
    SENGI_TRY(server, HttpServer::start(*options.http, backend));
    const bool tls = !options.http->certificate.empty();
    ready +=
        fmt::format(", {}://{}:{}", tls ? "https" : "http", options.http->address, server.port());
    if (!tls && !is_loopback(options.http->address)) {
      ready +=
          "\nwho is on the network between can read what is said here, passwords too: give it a "
          "certificate (--tls-certificate, --tls-key)";
    }
    http.emplace(std::move(server));
  }
  tell_in_turn(ready);
  std::list<MqttState> states;
  Workers workers;
  for (const MqttOptions& broker : options.brokers) {
    MqttState& state = states.emplace_back();
    workers.start([&broker, &keep, &tell_in_turn, &state](const std::atomic<bool>& done) {
      run_mqtt(broker, keep, tell_in_turn, state, done);
    });
    workers.start([&broker, &intake, &tell_in_turn](const std::atomic<bool>& done) {
      run_downlinks(broker, intake, tell_in_turn, done);
    });
  }
  if (options.inbox) {
    workers.start([&](const std::atomic<bool>& done) {
      run_folder(*options.inbox, keep, tell_in_turn, done);
    });
  }
  workers.start(
      [&](const std::atomic<bool>& done) { run_watch(*watch, intake, tell_in_turn, done); });
  workers.start([&](const std::atomic<bool>& done) {
    run_retention(options.settings.keep, intake, tell_in_turn, done);
  });
  const Settings::Telling& telling = options.settings.telling;
  for (const auto& [target, send] : ways_to_tell(telling)) {
    workers.start([&, target = target, send = send](const std::atomic<bool>& done) {
      run_outbox(target, send, intake, tell_in_turn, done);
    });
  }
  if (!telling.earthranger.url.empty()) {
    workers.start([&](const std::atomic<bool>& done) {
      run_earthranger_positions(telling.earthranger, intake, tell_in_turn, done);
    });
  }
  while (!stop()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return {};
}

}  // namespace sengi::station
