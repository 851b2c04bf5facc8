// SPDX-License-Identifier: Apache-2.0
#include "station/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "sengi/link/readings.h"

namespace sengi::station {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr int rows_at_once = 1'000;

// Hours are counted from 1970, so that a pass and the next cut at the same places.
std::int64_t bucket_of(std::int64_t time_ms, int every_h) { return time_ms / (every_h * hour_ms); }

std::int64_t thin_before(std::int64_t now_ms, int days, int every_h) {
  return bucket_of(now_ms - days * day_ms, every_h) * every_h * hour_ms;
}

struct Task {
  std::int64_t device;
  std::int64_t from_ms;
};

// A device that has rows of `table` from where it was thinned to, up to `to_ms`.
Result<std::optional<Task>> next_task(Database& database, const char* table, std::int64_t to_ms) {
  Statement select(
      database,
      fmt::format(
          "SELECT id, ifnull({0}_ms, -9223372036854775807) AS begin FROM devices LEFT JOIN "
          "thinned ON thinned.device_id = id WHERE begin < ?1 AND EXISTS (SELECT 1 FROM {0} "
          "WHERE device_id = devices.id AND time_ms >= begin AND time_ms < ?1) LIMIT 1",
          table));
  SENGI_TRY(found, select.bind(to_ms).next());
  if (!found) return std::optional<Task>{};
  return std::optional(Task{select.whole(0), select.whole(1)});
}

Result<void> note(Database& database, const char* table, std::int64_t device, std::int64_t to_ms) {
  Statement upsert(database,
                   fmt::format("INSERT INTO thinned(device_id, {0}_ms) VALUES (?1, ?2) ON CONFLICT "
                               "(device_id) DO UPDATE SET {0}_ms = ?2",
                               table));
  return upsert.bind(device).bind(to_ms).run();
}

// How far a look that ended with its limit saw whole buckets; at least one is taken as it is.
std::int64_t seen_to(std::int64_t first_ms, std::int64_t last_ms, int every_h) {
  const std::int64_t last = bucket_of(last_ms, every_h);
  const std::int64_t to = last > bucket_of(first_ms, every_h) ? last : last + 1;
  return to * every_h * hour_ms;
}

}  // namespace

Result<bool> Retention::work(std::int64_t now_ms) {
  if (now_ms < idle_until_ms_) return false;
  for (const auto part :
       {&Retention::thin_positions, &Retention::thin_readings, &Retention::sweep_uplinks}) {
    SENGI_TRY(did, (this->*part)(now_ms));
    if (did) return true;
  }
  idle_until_ms_ = now_ms + hour_ms;
  return false;
}

Result<bool> Retention::thin_positions(std::int64_t now_ms) {
  if (keep_.positions_days == 0) return false;
  const int every_h = keep_.positions_every_h;
  std::int64_t to_ms = thin_before(now_ms, keep_.positions_days, every_h);
  SENGI_TRY(task, next_task(database_, "positions", to_ms));
  if (!task) return false;
  struct Place {
    std::int64_t time_ms, latitude_e7, longitude_e7;
  };
  std::vector<Place> places;
  {
    Statement select(database_,
                     "SELECT time_ms, latitude_e7, longitude_e7 FROM positions WHERE device_id = ? "
                     "AND time_ms >= ? AND time_ms < ? ORDER BY time_ms LIMIT ?");
    select.bind(task->device).bind(task->from_ms).bind(to_ms).bind(rows_at_once);
    while (true) {
      SENGI_TRY(more, select.next());
      if (!more) break;
      places.push_back({select.whole(0), select.whole(1), select.whole(2)});
    }
  }
  if (places.size() == rows_at_once) {
    to_ms = seen_to(places.front().time_ms, places.back().time_ms, every_h);
  }
  SENGI_TRY(transaction, Transaction::begin(database_));
  Statement remove(database_,
                   "DELETE FROM positions WHERE device_id = ? AND time_ms = ? AND latitude_e7 = ? "
                   "AND longitude_e7 = ?");
  std::optional<std::int64_t> kept;
  for (const Place& place : places) {
    if (place.time_ms >= to_ms) break;
    const std::int64_t bucket = bucket_of(place.time_ms, every_h);
    if (kept != bucket) {
      kept = bucket;
      continue;
    }
    SENGI_CHECK(remove.bind(task->device)
                    .bind(place.time_ms)
                    .bind(place.latitude_e7)
                    .bind(place.longitude_e7)
                    .run());
  }
  SENGI_CHECK(note(database_, "positions", task->device, to_ms));
  SENGI_CHECK(transaction.commit());
  return true;
}

Result<bool> Retention::thin_readings(std::int64_t now_ms) {
  if (keep_.readings_days == 0) return false;
  const int every_h = keep_.readings_every_h;
  std::int64_t to_ms = thin_before(now_ms, keep_.readings_days, every_h);
  SENGI_TRY(task, next_task(database_, "readings", to_ms));
  if (!task) return false;
  // By sensor and bucket.
  struct Bucket {
    std::int64_t first_ms = 0;
    std::int64_t sum = 0;
    std::int64_t count = 0;
  };
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
  std::map<Key, Bucket> buckets;
  // The primary key goes by sensor first; a span of time is looked at whole.
  {
    Statement first(database_,
                    "SELECT min(time_ms) FROM readings WHERE device_id = ? AND time_ms >= ? AND "
                    "time_ms < ?");
    SENGI_TRY(found, first.bind(task->device).bind(task->from_ms).bind(to_ms).next());
    if (found && !first.is_null(0)) {
      constexpr int buckets_at_once = 30;
      to_ms = std::min(to_ms,
                       (bucket_of(first.whole(0), every_h) + buckets_at_once) * every_h * hour_ms);
    }
  }
  {
    Statement select(database_,
                     "SELECT quantity, sensor, time_ms, value, fault FROM readings WHERE device_id "
                     "= ? AND time_ms >= ? AND time_ms < ? ORDER BY quantity, sensor, time_ms");
    select.bind(task->device).bind(task->from_ms).bind(to_ms);
    while (true) {
      SENGI_TRY(more, select.next());
      if (!more) break;
      if (select.whole(4) != 0) continue;
      const std::int64_t time_ms = select.whole(2);
      Bucket& bucket = buckets[{select.whole(0), select.whole(1), bucket_of(time_ms, every_h)}];
      if (bucket.count++ == 0) bucket.first_ms = time_ms;
      bucket.sum += select.whole(3);
    }
  }
  SENGI_TRY(transaction, Transaction::begin(database_));
  Statement remove(database_,
                   "DELETE FROM readings WHERE device_id = ? AND time_ms >= ? AND time_ms < ?");
  SENGI_CHECK(remove.bind(task->device).bind(task->from_ms).bind(to_ms).run());
  Statement add(database_, "INSERT INTO readings VALUES (?, ?, ?, ?, ?, 0)");
  for (const auto& [key, bucket] : buckets) {
    const auto& [quantity, sensor, number] = key;
    const bool sums = quantity == static_cast<std::int64_t>(link::Quantity::rain);
    const std::int64_t half = bucket.sum < 0 ? -bucket.count / 2 : bucket.count / 2;
    SENGI_CHECK(add.bind(task->device)
                    .bind(quantity)
                    .bind(sensor)
                    .bind(bucket.first_ms)
                    .bind(sums ? bucket.sum : (bucket.sum + half) / bucket.count)
                    .run());
  }
  SENGI_CHECK(note(database_, "readings", task->device, to_ms));
  SENGI_CHECK(transaction.commit());
  return true;
}

Result<bool> Retention::sweep_uplinks(std::int64_t now_ms) {
  if (keep_.uplinks_days == 0) return false;
  std::int64_t swept = 0;
  {
    Statement select(database_, "SELECT value FROM counts WHERE name = 'uplinks_swept_to'");
    SENGI_TRY(found, select.next());
    if (found) swept = select.whole(0);
  }
  std::vector<std::int64_t> old;
  {
    Statement select(database_,
                     "SELECT id, arrived_ms FROM uplinks WHERE id > ? ORDER BY id LIMIT ?");
    select.bind(swept).bind(rows_at_once);
    while (true) {
      SENGI_TRY(more, select.next());
      if (!more || select.whole(1) >= now_ms - keep_.uplinks_days * day_ms) break;
      old.push_back(select.whole(0));
    }
  }
  if (old.empty()) return false;
  SENGI_TRY(transaction, Transaction::begin(database_));
  Statement remove(
      database_,
      "DELETE FROM uplinks WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM positions WHERE "
      "uplink_id = ?1)");
  for (const std::int64_t id : old) SENGI_CHECK(remove.bind(id).run());
  Statement mark(database_, "INSERT OR REPLACE INTO counts VALUES ('uplinks_swept_to', ?)");
  SENGI_CHECK(mark.bind(old.back()).run());
  SENGI_CHECK(transaction.commit());
  return true;
}

}  // namespace sengi::station
