// SPDX-License-Identifier: Apache-2.0
#include "station/drift_watch.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "station/clock.h"
#include "station/drift.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t day_ms = 86'400'000;
// It is over only when it is far from where it began.
constexpr double over_distance = 0.15;
constexpr double over_probability = 0.05;
constexpr std::int64_t samples_max = 2'000;  // of either time

Result<std::vector<double>> values_in(Database& database, std::int64_t device,
                                      const std::string& series, std::int64_t from_ms,
                                      std::int64_t to_ms) {
  Statement select(database,
                   "SELECT value FROM samples WHERE device_id = ? AND series = ? AND time_ms >= ? "
                   "AND time_ms < ? ORDER BY time_ms DESC LIMIT ?");
  select.bind(device).bind(series).bind(from_ms).bind(to_ms).bind(samples_max);
  std::vector<double> values;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return values;
    values.push_back(select.number(0));
  }
}

}  // namespace

DriftWatch::DriftWatch(Database& database, const Settings& settings)
    : database_(database), settings_(settings) {}

Result<void> DriftWatch::heard(const Heard& heard, bool news, Alerts& alerts, std::int64_t now_ms) {
  const bool future = (heard.kept.marks & Mark::future) != 0;
  if (heard.kept.as != Kept::As::uplink || future || !heard.reading.time_ms) return {};
  const std::int64_t time_ms = *heard.reading.time_ms;
  const auto& event = heard.reading.event;
  if (event && event->kind == link::EventKind::call) {
    const Settings::Call& call = settings_.call;
    if (news && call.score > 0 && event->score >= call.score) {
      const Json detail{{"class", event->call_class},
                        {"score", event->score},
                        {"told_by", "collar"},
                        {"time", to_rfc3339(time_ms)}};
      SENGI_CHECK(alerts.signal({heard.device_id, "call", std::to_string(event->call_class),
                                 call.severity, detail.dump()},
                                now_ms));
    }
    SENGI_CHECK(look_at(heard, fmt::format("call_score.{}", event->call_class), event->score,
                        time_ms, news, alerts, now_ms));
  }
  if (const auto& budget = heard.reading.budget) {
    // A day's news is told when the day is over.
    for (std::uint8_t i = 0; i < budget->count; ++i) {
      SENGI_CHECK(look_at(heard, fmt::format("activity.{}", budget->first + i), budget->minutes[i],
                          time_ms, time_ms > now_ms - 3 * day_ms, alerts, now_ms));
    }
  }
  return {};
}

Result<void> DriftWatch::look_at(const Heard& heard, const std::string& series, double value,
                                 std::int64_t time_ms, bool news, Alerts& alerts,
                                 std::int64_t now_ms) {
  const Settings::Drift& drift = settings_.drift;
  if (!drift.watch) return {};
  const std::int64_t device = heard.device_id;
  Statement insert(database_, "INSERT OR IGNORE INTO samples VALUES (?, ?, ?, ?)");
  SENGI_CHECK(insert.bind(device).bind(series).bind(time_ms).bind(value).run());
  Statement select(database_,
                   "SELECT min(time_ms), max(time_ms) FROM samples WHERE device_id = ? AND series "
                   "= ?");
  SENGI_CHECK(select.bind(device).bind(series).next());
  const std::int64_t first_ms = select.whole(0);
  const std::int64_t before_ms = first_ms + drift.baseline_days * day_ms;
  const std::int64_t now_from_ms = select.whole(1) - drift.window_days * day_ms;
  select.reset();
  if (now_from_ms < before_ms) return {};
  // What is of neither time is needed no more.
  Statement drop(database_,
                 "DELETE FROM samples WHERE device_id = ? AND series = ? AND time_ms >= ? AND "
                 "time_ms < ?");
  SENGI_CHECK(drop.bind(device).bind(series).bind(before_ms).bind(now_from_ms).run());
  SENGI_TRY(before, values_in(database_, device, series, first_ms, before_ms));
  SENGI_TRY(now, values_in(database_, device, series, now_from_ms, INT64_MAX));
  if (!news || before.size() < drift_samples_min || now.size() < drift_samples_min) return {};
  const Drift found = drift_between(before, now);
  if (found.probability < drift.probability && found.distance >= drift.distance) {
    const Json detail{{"distance", std::round(found.distance * 1e3) / 1e3},
                      {"probability", found.probability},
                      {"before", before.size()},
                      {"now", now.size()}};
    return alerts.signal({device, "drift", series, drift.severity, detail.dump()}, now_ms);
  }
  if (found.probability > over_probability || found.distance < over_distance) {
    return alerts.over(device, "drift", series, now_ms);
  }
  return {};
}

Result<void> DriftWatch::tick(Alerts& alerts, std::int64_t now_ms) {
  std::vector<std::pair<std::int64_t, std::string>> quiet;
  Statement select(database_,
                   "SELECT device_id, subject FROM alerts WHERE state <> 'cleared' AND kind = "
                   "'call' AND signal_ms <= ?");
  select.bind(now_ms - std::int64_t{settings_.call.quiet_min} * 60'000);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    quiet.emplace_back(select.whole(0), select.text(1));
  }
  select.reset();
  if (quiet.empty()) return {};
  SENGI_TRY(transaction, Transaction::begin(database_));
  for (const auto& [device, label] : quiet) {
    SENGI_CHECK(alerts.over(device, "call", label, now_ms));
  }
  return transaction.commit();
}

}  // namespace sengi::station
