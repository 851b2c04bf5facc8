// SPDX-License-Identifier: Apache-2.0
#include "station/live.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto look_every = 300ms;
constexpr auto breathe_every = 15s;  // or a proxy, or the browser, takes it for dead
constexpr auto stream_time = 10min;
constexpr std::size_t names_max = 50;

// What a listener was told of.
struct Told {
  std::int64_t uplink = 0;
  std::string alerts;  // of those that are active: how many, the newest, seen to, told again
};

Result<Told> now_in(Database& database) {
  Told now;
  Statement uplinks(database, "SELECT coalesce(max(id), 0) FROM uplinks");
  SENGI_TRY(any, uplinks.next());
  if (any) now.uplink = uplinks.whole(0);
  Statement alerts(database,
                   "SELECT count(*), coalesce(max(id), 0), total(state = 'acknowledged'), "
                   "total(level) FROM alerts WHERE state <> 'cleared'");
  SENGI_TRY(some, alerts.next());
  if (some) {
    now.alerts = fmt::format("{}/{}/{}/{}", alerts.whole(0), alerts.whole(1), alerts.whole(2),
                             alerts.whole(3));
  }
  return now;
}

Result<std::string> heard_since(Database& database, std::int64_t uplink) {
  Statement select(database,
                   "SELECT DISTINCT device FROM uplinks JOIN devices ON devices.id = device_id "
                   "WHERE uplinks.id > ? LIMIT ?");
  select.bind(uplink).bind(static_cast<std::int64_t>(names_max + 1));
  Json devices = Json::array();
  bool more = false;
  while (true) {
    SENGI_TRY(found, select.next());
    if (!found) break;
    more = devices.size() == names_max;
    if (!more) devices.push_back(select.text(0));
  }
  return Json{{"devices", std::move(devices)}, {"more", more}}.dump(-1, ' ', false,
                                                                    Json::error_handler_t::replace);
}

// What changed since `told`, as events; `told` is then what is now.
Result<std::string> news(Database& database, Told& told) {
  SENGI_TRY(now, now_in(database));
  std::string text;
  if (now.uplink > told.uplink) {
    SENGI_TRY(heard, heard_since(database, told.uplink));
    text += fmt::format("event: heard\ndata: {}\n\n", heard);
  }
  if (now.alerts != told.alerts) text += "event: alerts\ndata: {}\n\n";
  told = std::move(now);
  return text;
}

}  // namespace

void Live::route(const Routes& routes) {
  const auto listen = [this, &readers = routes.readers](const Request&, Response& response,
                                                        const Identity& who) {
    if (listeners_.fetch_add(1) >= listeners_max) {
      --listeners_;
      response.set_header("Retry-After", "30");
      return refuse(response, 503, "Too many listen",
                    fmt::format("at most {} at a time", listeners_max));
    }
    const auto told = std::make_shared<Told>();
    const bool guest = who.role == Role::guest;
    const auto started = readers.with([](Database& database) { return now_in(database); });
    if (started.ok()) *told = started.value();
    const auto begun = Clock::now();
    const auto breathed = std::make_shared<Clock::time_point>();
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, &readers, told, guest, begun, breathed](std::size_t, httplib::DataSink& sink) {
          if (Clock::now() - *breathed > breathe_every) {
            *breathed = Clock::now();
            constexpr std::string_view breath = ": alive\n\n";
            if (!sink.write(breath.data(), breath.size())) return false;
          }
          std::this_thread::sleep_for(look_every);
          if (stopped_ || Clock::now() - begun > stream_time) {
            sink.done();
            return true;
          }
          if (guest) return true;
          const auto text = readers.with([&](Database& database) { return news(database, *told); });
          if (!text.ok() || text.value().empty()) return true;  // a busy database has news later
          return sink.write(text.value().data(), text.value().size());
        },
        [this](bool) { --listeners_; });
  };
  routes.server.Get("/api/v1/live", routes.allowed(seers | of(Role::guest), listen));
}

}  // namespace sengi::station
