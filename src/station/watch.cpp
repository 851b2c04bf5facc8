// SPDX-License-Identifier: Apache-2.0
#include "station/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "station/clock.h"
#include "station/drift_watch.h"
#include "station/fleet_watch.h"
#include "station/schedule.h"
#include "station/sensors.h"
#include "station/zone_sets.h"
#include "station/zone_watch.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

struct State {
  Schedule schedule;
  std::optional<std::int64_t> silent_from_ms;
  std::int64_t position_ms = 0;
  std::int64_t anchor_ms = 0;
  geo::Position anchor{0, 0};
};

}  // namespace

struct Watch::Parts {
  Store& store;
  const Settings& settings;
  std::int64_t started_ms;
  ZoneWatch zones;
  Alerts alerts{store.database(), settings.telling};
  SensorWatch sensors{store.database(), settings};
  FleetWatch fleet{store.database(), settings};
  DriftWatch drift{store.database(), settings};
  Statement find{store.database(),
                 "SELECT schedule, position_ms, anchor_ms, anchor_latitude_e7, "
                 "anchor_longitude_e7 FROM watches WHERE device_id = ?"};
  Statement keep{store.database(), "INSERT OR REPLACE INTO watches VALUES (?, ?, ?, ?, ?, ?, ?)"};

  Result<State> state_of(std::int64_t device);
  Result<void> keep_state(std::int64_t device, const State& state);
  Result<void> look_at_device(const Heard& heard, std::int64_t now_ms);
  Result<void> look_at_event(const Heard& heard, std::int64_t now_ms);
  Result<void> look_at_position(const Heard& heard, State& state, std::int64_t now_ms);
  Result<void> look_for_movement(std::int64_t device, geo::Position position, std::int64_t time_ms,
                                 State& state, std::int64_t now_ms);
  Result<void> tell_silent(std::int64_t now_ms);
};

Watch::Watch(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Watch::~Watch() { parts_->store.listen(nullptr); }
Alerts& Watch::alerts() { return parts_->alerts; }

Result<std::unique_ptr<Watch>> Watch::make(Store& store, const Settings& settings,
                                           std::int64_t started_ms) {
  SENGI_CHECK(seed_zones(store.database(), settings.zones.file, started_ms));
  SENGI_TRY(zones, ZoneList::newest(store.database(), settings.zones.kinds));
  std::unique_ptr<Watch> watch(new Watch(std::unique_ptr<Parts>(
      new Parts{.store = store,
                .settings = settings,
                .started_ms = started_ms,
                .zones = ZoneWatch(store.database(), settings, std::move(zones))})));
  store.listen(watch.get());
  return watch;
}

Result<State> Watch::Parts::state_of(std::int64_t device) {
  State state;
  SENGI_TRY(found, find.bind(device).next());
  if (found) {
    state.schedule = Schedule::from_bytes(find.bytes(0));
    state.position_ms = find.whole(1);
    state.anchor_ms = find.whole(2);
    state.anchor = {static_cast<std::int32_t>(find.whole(3)),
                    static_cast<std::int32_t>(find.whole(4))};
  }
  find.reset();
  return state;
}

Result<void> Watch::Parts::keep_state(std::int64_t device, const State& state) {
  const std::vector<std::uint8_t> schedule = state.schedule.to_bytes();
  return keep.bind(device)
      .bind(schedule)
      .bind(state.silent_from_ms)
      .bind(state.position_ms)
      .bind(state.anchor_ms)
      .bind(state.anchor.latitude_e7)
      .bind(state.anchor.longitude_e7)
      .run();
}

Result<void> Watch::heard(const Heard& heard, std::int64_t now_ms) {
  SENGI_TRY(state, parts_->state_of(heard.device_id));
  state.schedule.heard(heard.heard_ms, heard.received.counter);
  const Settings::Silent& silent = parts_->settings.silent;
  if (silent.watch) {
    state.silent_from_ms =
        state.schedule.silent_from_ms(std::int64_t{silent.interval_min} * 60'000);
    // What the broker had held for long does not end a silence that goes on.
    if (!state.silent_from_ms || *state.silent_from_ms > now_ms) {
      SENGI_CHECK(parts_->alerts.over(heard.device_id, "silent", "", now_ms));
    }
  }
  const bool again = heard.kept.as == Kept::As::duplicate;
  const std::int64_t time_ms = heard.reading.time_ms.value_or(heard.heard_ms);
  const bool news = time_ms > now_ms - news_ms && (heard.kept.marks & Mark::future) == 0;
  const bool in_order = (heard.kept.marks & Mark::out_of_order) == 0;
  SENGI_CHECK(parts_->sensors.heard(heard, news && in_order, parts_->alerts, now_ms));
  SENGI_CHECK(parts_->fleet.heard(heard, now_ms));
  SENGI_CHECK(parts_->drift.heard(heard, news, parts_->alerts, now_ms));
  if (!again && news) {
    SENGI_CHECK(parts_->look_at_position(heard, state, now_ms));
    SENGI_CHECK(parts_->look_at_event(heard, now_ms));
    if (in_order) SENGI_CHECK(parts_->look_at_device(heard, now_ms));
  }
  return parts_->keep_state(heard.device_id, state);
}

Result<void> Watch::Parts::look_at_device(const Heard& heard, std::int64_t now_ms) {
  const std::int64_t device = heard.device_id;
  if (const auto mv = heard.reading.battery_mv) {
    const Settings::Battery& battery = settings.battery;
    const bool low =
        *mv < battery.low_mv ||
        (heard.reading.event && heard.reading.event->kind == link::EventKind::battery_low);
    if (low) {
      SENGI_CHECK(alerts.signal({device, "battery", "", battery.severity,
                                 text_of({{"battery_mv", *mv}, {"low_mv", battery.low_mv}})},
                                now_ms));
    } else if (*mv >= battery.good_mv) {
      SENGI_CHECK(alerts.over(device, "battery", "", now_ms));
    }
  }
  if (const auto c = heard.reading.temperature_c) {
    const Settings::Temperature& bounds = settings.temperature;
    if (*c < bounds.low_c || *c > bounds.high_c) {
      SENGI_CHECK(alerts.signal(
          {device, "temperature", "", bounds.severity,
           text_of({{"temperature_c", *c}, {"low_c", bounds.low_c}, {"high_c", bounds.high_c}})},
          now_ms));
    } else if (*c >= bounds.low_c + bounds.margin_c && *c <= bounds.high_c - bounds.margin_c) {
      SENGI_CHECK(alerts.over(device, "temperature", "", now_ms));
    }
  }
  return {};
}

// What a collar tells itself holds whatever this station knows of zones.
Result<void> Watch::Parts::look_at_event(const Heard& heard, std::int64_t now_ms) {
  if (!heard.reading.event) return {};
  const link::Event& event = *heard.reading.event;
  const std::int64_t device = heard.device_id;
  const std::string zone = std::to_string(event.zone);
  const auto signal = [&](const char* kind, const std::string& subject, Severity severity,
                          Json detail) {
    detail["told_by"] = "collar";
    detail["time"] = to_rfc3339(heard.reading.time_ms.value_or(heard.heard_ms));
    return alerts.signal({device, kind, subject, severity, text_of(detail)}, now_ms);
  };
  switch (event.kind) {
    case link::EventKind::zone_warning:
      return signal("zone_approach", zone, settings.zones.approach,
                    {{"zone", zones.name_of(event.zone)},
                     {"probability_percent", event.probability_percent},
                     {"minutes_to_entry", event.minutes_to_entry}});
    case link::EventKind::zone_entry:
      SENGI_CHECK(alerts.over(device, "zone_approach", zone, now_ms));
      return signal("zone_inside", zone, settings.zones.inside,
                    {{"zone", zones.name_of(event.zone)}});
    case link::EventKind::zone_exit:
      SENGI_CHECK(alerts.over(device, "zone_approach", zone, now_ms));
      return alerts.over(device, "zone_inside", zone, now_ms);
    case link::EventKind::immobility:
      return signal("still", "", settings.still.severity, {{"still_min", event.still_min}});
    case link::EventKind::movement:
      return alerts.over(device, "still", "", now_ms);
    case link::EventKind::call:
    case link::EventKind::battery_low:
    case link::EventKind::reset:
      return {};
  }
  return {};
}

Result<void> Watch::Parts::look_at_position(const Heard& heard, State& state, std::int64_t now_ms) {
  for (const Position& position : heard.reading.positions) {
    if (position.time_ms <= state.position_ms || position.time_ms > heard.heard_ms + future_ms) {
      continue;
    }
    const geo::Position here{position.latitude_e7, position.longitude_e7};
    if (!geo::valid(here)) continue;
    state.position_ms = position.time_ms;
    SENGI_CHECK(look_for_movement(heard.device_id, here, position.time_ms, state, now_ms));
    if (&position == &heard.reading.positions.back()) {
      SENGI_CHECK(zones.look_at(heard.device_id, here, position.time_ms, alerts, now_ms));
    }
  }
  return {};
}

Result<void> Watch::Parts::look_for_movement(std::int64_t device, geo::Position position,
                                             std::int64_t time_ms, State& state,
                                             std::int64_t now_ms) {
  const Settings::Still& still = settings.still;
  if (still.hours == 0) return {};
  if (state.anchor_ms == 0 || metres_between(state.anchor, position) > still.radius_m) {
    const bool moved = state.anchor_ms != 0;
    state.anchor = position;
    state.anchor_ms = time_ms;
    return moved ? alerts.over(device, "still", "", now_ms) : Result<void>();
  }
  const std::int64_t still_ms = time_ms - state.anchor_ms;
  if (still_ms < std::int64_t{still.hours} * 3'600'000) return {};
  return alerts.signal({device, "still", "", still.severity,
                        text_of({{"still_min", still_ms / 60'000},
                                 {"radius_m", still.radius_m},
                                 {"told_by", "station"},
                                 {"time", to_rfc3339(time_ms)}})},
                       now_ms);
}

Result<void> Watch::Parts::tell_silent(std::int64_t now_ms) {
  if (now_ms < started_ms + settle_ms) return {};
  std::vector<std::pair<std::int64_t, std::string>> silent;
  Statement select(store.database(),
                   "SELECT device_id, last_heard_ms, silent_from_ms FROM watches JOIN devices ON "
                   "devices.id = device_id WHERE silent_from_ms <= ? LIMIT 1000");
  select.bind(now_ms);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    silent.emplace_back(select.whole(0), text_of({{"last_heard", to_rfc3339(select.whole(1))},
                                                  {"silent_from", to_rfc3339(select.whole(2))}}));
  }
  select.reset();
  if (silent.empty()) return {};
  SENGI_TRY(transaction, Transaction::begin(store.database()));
  Statement told(store.database(), "UPDATE watches SET silent_from_ms = NULL WHERE device_id = ?");
  for (const auto& [device, detail] : silent) {
    SENGI_CHECK(alerts.signal({device, "silent", "", settings.silent.severity, detail}, now_ms));
    SENGI_CHECK(told.bind(device).run());
  }
  return transaction.commit();
}

Result<void> Watch::renew_zones(std::int64_t now_ms) {
  return parts_->zones.renew(parts_->alerts, now_ms);
}

Result<void> Watch::tick(std::int64_t now_ms) {
  SENGI_CHECK(renew_zones(now_ms));
  SENGI_CHECK(parts_->fleet.tick(now_ms));
  SENGI_CHECK(parts_->drift.tick(parts_->alerts, now_ms));
  SENGI_CHECK(parts_->tell_silent(now_ms));
  SENGI_CHECK(parts_->zones.end_approaches(parts_->alerts, now_ms));
  return parts_->alerts.escalate(now_ms);
}

}  // namespace sengi::station
