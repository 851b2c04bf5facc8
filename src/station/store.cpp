// SPDX-License-Identifier: Apache-2.0
#include "station/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/files.h"
#include "base/hash.h"
#include "station/schema.h"

namespace sengi::station {
namespace {

constexpr std::int64_t again_ms = 600'000;
constexpr std::int64_t any_time_ms = std::numeric_limits<std::int64_t>::max();

// Held while the station lives; the system lets go of it when the process ends, however it ends.
class Lock {
 public:
  static Result<Lock> take(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return Error{fmt::format("{}: {}", path.string(), std::strerror(errno))};
    Lock lock(file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      return Error{fmt::format("{}: another station uses this folder; give each one of its own",
                               path.parent_path().string())};
    }
    return lock;
  }
  Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Lock& operator=(Lock&& other) noexcept { return std::swap(file_, other.file_), *this; }
  ~Lock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  explicit Lock(int file) : file_(file) {}
  int file_;
};

// Eight bytes of a hash suffice: they are looked for among one device's uplinks only, and are
// compared with the payload before they are believed.
link::Bytes identity_of(const Received& received, const Reading& reading) {
  std::string text = fmt::format("{}\n{}\n", received.port, link::to_hex(received.payload));
  if (!reading.unique) {
    text += fmt::format("{}\n{}", received.counter.value_or(-1), received.session);
  }
  auto bytes = link::from_hex(sha256(text).substr(0, 16));
  return std::move(bytes).value();
}

struct Times {
  std::int64_t heard_ms;  // by the network, never ahead of this machine
  std::int64_t time_ms;   // what the uplink is of
  std::uint32_t marks = 0;
};

Times times_of(const Received& received, const Reading& reading, std::int64_t arrived_ms) {
  Times times{std::min(received.heard_ms.value_or(arrived_ms), arrived_ms), 0};
  times.time_ms = reading.time_ms.value_or(received.heard_ms.value_or(arrived_ms));
  if (times.time_ms > times.heard_ms + future_ms) times.marks |= Mark::future;
  if (times.time_ms < times.heard_ms - late_ms) times.marks |= Mark::late;
  if (reading.kind.empty()) times.marks |= Mark::unreadable;
  return times;
}

}  // namespace

struct Store::Parts {
  Lock lock;
  Database db;

  Statement find_device{db, "SELECT id, latest_ms FROM devices WHERE device = ?"};
  Statement add_device{db,
                       "INSERT INTO devices(device, name, network, first_heard_ms, last_heard_ms) "
                       "VALUES (?, ?, ?, ?, ?)"};
  Statement hear_device{
      db,
      "UPDATE devices SET name = CASE ?1 WHEN '' THEN name ELSE ?1 END, network = ?2, "
      "last_heard_ms = max(last_heard_ms, ?3), "
      "latest_ms = CASE WHEN ?4 IS NULL OR latest_ms >= ?4 THEN latest_ms ELSE ?4 END, "
      "battery_mv = ifnull(?5, battery_mv) WHERE id = ?6"};
  Statement place_device{db,
                         "UPDATE devices SET position_ms = ?1, latitude_e7 = ?2, longitude_e7 = ?3 "
                         "WHERE id = ?4 AND (position_ms IS NULL OR position_ms <= ?1)"};
  Statement find_again{
      db,
      "SELECT id FROM uplinks WHERE device_id = ?1 AND identity = ?2 AND port = ?3 "
      "AND payload = ?4 AND (?5 IS NULL OR heard_ms IS NULL OR abs(heard_ms - ?5) <= ?6) LIMIT 1"};
  Statement add_uplink{
      db,
      "INSERT INTO uplinks(device_id, identity, arrived_ms, heard_ms, time_ms, counter, port, "
      "payload, kind, marks, rssi_dbm, snr_db, gateways) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"};
  Statement add_copy{db, "UPDATE uplinks SET copies = copies + 1 WHERE id = ?"};
  Statement add_position{db, "INSERT OR IGNORE INTO positions VALUES (?, ?, ?, ?, ?)"};
  Statement add_refused{db,
                        "INSERT INTO refused(arrived_ms, source, fault, body) VALUES (?, ?, ?, ?)"};
  Statement drop_refused{db, "DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?"};
  Statement add_count{db, "UPDATE counts SET value = value + ? WHERE name = ?"};

  Counts added = {};  // in this transaction
  Listener* listener = nullptr;

  Result<Kept> keep(const Received& received, std::int64_t arrived_ms);
  Result<Kept> keep(const Refused& refused, std::int64_t arrived_ms);
  Result<Kept> tell(const Heard& heard, std::int64_t arrived_ms);
  Result<void> keep_positions(const Reading& reading, std::int64_t device, std::int64_t uplink,
                              std::int64_t latest_ms);
  Result<void> keep_counts();
};

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::filesystem::path& folder) {
  SENGI_CHECK(make_folder(folder));
  SENGI_TRY(lock, Lock::take(folder / "station.lock"));
  SENGI_TRY(database, Database::open(folder / database_name));
  SENGI_CHECK(migrate(database));
  return Store(
      std::unique_ptr<Parts>(new Parts{.lock = std::move(lock), .db = std::move(database)}));
}

Result<Kept> Store::Parts::keep(const Received& received, std::int64_t arrived_ms) {
  const Reading reading = read(received);
  Times times = times_of(received, reading, arrived_ms);
  SENGI_TRY(known, find_device.bind(received.device).next());
  std::int64_t device = known ? find_device.whole(0) : 0;
  const bool compares = known && !find_device.is_null(1);
  if (compares && times.time_ms < find_device.whole(1)) times.marks |= Mark::out_of_order;
  find_device.reset();
  if (!known) {
    SENGI_CHECK(add_device.bind(received.device)
                    .bind(received.name)
                    .bind(received.network)
                    .bind(times.heard_ms)
                    .bind(times.heard_ms)
                    .run());
    device = db.last_id();
  }

  const link::Bytes identity = identity_of(received, reading);
  SENGI_TRY(again, find_again.bind(device)
                       .bind(identity)
                       .bind(received.port)
                       .bind(received.payload)
                       .bind(received.heard_ms)
                       .bind(reading.unique ? any_time_ms : again_ms)
                       .next());
  const std::int64_t first = again ? find_again.whole(0) : 0;
  find_again.reset();
  const bool future = (times.marks & Mark::future) != 0;
  SENGI_CHECK(hear_device.bind(received.name)
                  .bind(received.network)
                  .bind(times.heard_ms)
                  .bind(future ? std::nullopt : std::optional(times.time_ms))
                  .bind(again ? std::nullopt : reading.battery_mv)
                  .bind(device)
                  .run());
  if (again) {
    ++added.duplicates;
    SENGI_CHECK(add_copy.bind(first).run());
    const Kept kept{Kept::As::duplicate, first};
    return tell({received, reading, kept, device, times.heard_ms}, arrived_ms);
  }
  SENGI_CHECK(add_uplink.bind(device)
                  .bind(identity)
                  .bind(arrived_ms)
                  .bind(received.heard_ms)
                  .bind(times.time_ms)
                  .bind(received.counter)
                  .bind(received.port)
                  .bind(received.payload)
                  .bind(reading.kind)
                  .bind(std::int64_t{times.marks})
                  .bind(received.rssi_dbm)
                  .bind(received.snr_db)
                  .bind(received.gateways)
                  .run());
  ++added.uplinks;
  const std::int64_t uplink = db.last_id();
  SENGI_CHECK(keep_positions(reading, device, uplink, times.heard_ms + future_ms));
  const Kept kept{Kept::As::uplink, uplink, times.marks};
  return tell({received, reading, kept, device, times.heard_ms}, arrived_ms);
}

Result<Kept> Store::Parts::tell(const Heard& heard, std::int64_t arrived_ms) {
  if (listener != nullptr) SENGI_CHECK(listener->heard(heard, arrived_ms));
  return heard.kept;
}

// A place of the future is kept, and is not where the animal is.
Result<void> Store::Parts::keep_positions(const Reading& reading, std::int64_t device,
                                          std::int64_t uplink, std::int64_t latest_ms) {
  for (const Position& position : reading.positions) {
    SENGI_CHECK(add_position.bind(device)
                    .bind(position.time_ms)
                    .bind(position.latitude_e7)
                    .bind(position.longitude_e7)
                    .bind(uplink)
                    .run());
    added.positions += db.changes();
    if (position.time_ms > latest_ms) continue;
    SENGI_CHECK(place_device.bind(position.time_ms)
                    .bind(position.latitude_e7)
                    .bind(position.longitude_e7)
                    .bind(device)
                    .run());
  }
  return {};
}

Result<Kept> Store::Parts::keep(const Refused& refused, std::int64_t arrived_ms) {
  ++added.refused;
  const std::string_view body = std::string_view(refused.body).substr(0, refused_bytes_max);
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(body.data()), body.size());
  SENGI_CHECK(
      add_refused.bind(arrived_ms).bind(refused.source).bind(refused.fault).bind(bytes).run());
  const std::int64_t id = db.last_id();
  if (id % 100 == 0) SENGI_CHECK(drop_refused.bind(refused_rows_max).run());
  return Kept{Kept::As::refused, id};
}

// Counting all rows of a large table takes seconds, so counts are kept.
Result<void> Store::Parts::keep_counts() {
  SENGI_CHECK(add_count.bind(added.uplinks).bind("uplinks").run());
  SENGI_CHECK(add_count.bind(added.duplicates).bind("duplicates").run());
  SENGI_CHECK(add_count.bind(added.positions).bind("positions").run());
  return add_count.bind(added.refused).bind("refused").run();
}

Result<std::vector<Kept>> Store::keep(std::span<const Arrival> arrivals, std::int64_t arrived_ms) {
  SENGI_TRY(transaction, Transaction::begin(parts_->db));
  parts_->added = {};
  std::vector<Kept> all;
  all.reserve(arrivals.size());
  for (const Arrival& arrival : arrivals) {
    SENGI_TRY(kept,
              std::visit([&](const auto& one) { return parts_->keep(one, arrived_ms); }, arrival));
    all.push_back(kept);
  }
  SENGI_CHECK(parts_->keep_counts());
  SENGI_CHECK(transaction.commit());
  return all;
}

void Store::listen(Listener* listener) { parts_->listener = listener; }

Database& Store::database() { return parts_->db; }

Result<Counts> Store::counts() {
  Statement select(parts_->db, R"sql(
SELECT (SELECT count(*) FROM devices),
       (SELECT value FROM counts WHERE name = 'uplinks'),
       (SELECT value FROM counts WHERE name = 'duplicates'),
       (SELECT value FROM counts WHERE name = 'positions'),
       (SELECT value FROM counts WHERE name = 'refused'))sql");
  SENGI_CHECK(select.next());
  return Counts{select.whole(0), select.whole(1), select.whole(2), select.whole(3),
                select.whole(4)};
}

}  // namespace sengi::station
