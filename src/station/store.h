// SPDX-License-Identifier: Apache-2.0
// What the station keeps, in a folder of its own: station.db, with what SQLite puts beside it, and
// station.lock. When keep() returns, what it was given is on disk.
//
// An uplink that comes again is kept once and counted. Again means: of the same device, port and
// payload, and
//   - where the payload has the device's own count and time in it, whatever else differs (a device
//     that was not acknowledged sends a message again under a new frame counter);
//   - else of the same frame counter and session, heard within ten minutes by the network's clock
//     (brokers deliver twice, and two networks may hear one device); without such a clock at any
//     time.
//
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "station/reading.h"
#include "station/received.h"
#include "station/sql.h"

namespace sengi::station {

// What came and cannot be read as an uplink. It is kept too, so that nothing is lost by an error of
// ours or a setting of theirs.
struct Refused {
  std::string source;  // a topic, an address, a file
  std::string fault;
  std::string body;  // the first refused_bytes_max of it are kept
};
inline constexpr std::size_t refused_bytes_max = 4096;
inline constexpr std::int64_t refused_rows_max = 10'000;  // the oldest go

using Arrival = std::variant<Received, Refused>;

// What sources bring at once, at most, so that memory and waiting are bounded.
inline constexpr std::size_t commit_arrivals_max = 2'000;

// Ways in which an uplink is not as it should be; kept with it. The time is the device's own, as
// its payload says, or the network's where it says none.
enum Mark : std::uint32_t {
  late = 1U << 0,          // more than an hour older than when the network heard it
  out_of_order = 1U << 1,  // older than one of this device that came before
  future = 1U << 2,        // more than five minutes ahead of the network's or this machine's clock
  unreadable = 1U << 3,    // its payload could not be read
};
inline constexpr std::int64_t late_ms = 3'600'000;
inline constexpr std::int64_t future_ms = 300'000;

struct Kept {
  enum class As : std::uint8_t { uplink, duplicate, refused };
  As as = As::refused;
  std::int64_t id = 0;  // of the uplink; of a duplicate, of the one it repeats
  std::uint32_t marks = 0;
};

// An uplink, and what it is in the database.
struct Heard {
  const Received& received;
  const Reading& reading;
  Kept kept;
  std::int64_t device_id;
  std::int64_t heard_ms;  // by the network, never ahead of this machine's clock
};

// Is told of each uplink and duplicate inside the transaction that keeps it, so that what follows
// from it is on disk with it or not at all.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual Result<void> heard(const Heard& heard, std::int64_t now_ms) = 0;
};

struct Counts {
  std::int64_t devices = 0;
  std::int64_t uplinks = 0;
  std::int64_t duplicates = 0;
  std::int64_t positions = 0;
  std::int64_t refused = 0;
};

inline constexpr const char* database_name = "station.db";

class Store {
 public:
  // Makes the folder where it is missing, and brings an older database up to this version.
  // Errors: another station uses it; it is of a newer version; it cannot be written.
  static Result<Store> open(const std::filesystem::path& folder);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // All of them in one transaction, in the order given, or none. `arrived_ms`: now.
  Result<std::vector<Kept>> keep(std::span<const Arrival> arrivals, std::int64_t arrived_ms);

  Result<Counts> counts();

  // Must outlive the store; none at first.
  void listen(Listener* listener);
  // For what else is kept here; it stays where it is while the store lives.
  Database& database();

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sengi::station
