// SPDX-License-Identifier: Apache-2.0
// What devices are told: orders, each of one thing to one device, until the device has it for good
// or it is over otherwise. Devices know things by their versions alone, so one station tells a
// device things: where another had told it the same version meanwhile, and no status said so yet,
// that would be taken for this one's.
//
// Thread rule: with the database.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "station/settings.h"
#include "station/sql.h"
#include "station/transfer.h"

namespace sengi::station {

struct Order {
  std::int64_t id = 0;
  std::string device;
  std::string what;                   // for people: "zones 4", "gps_interval_min_s = 600"
  std::vector<std::uint8_t> content;  // zones in their compact form, or five bytes a setting
  std::size_t frame_bytes = 51;
  std::int64_t made_ms = 0;
  std::int64_t changed_ms = 0;  // when its state or progress last changed
  std::string made_by;
  std::optional<std::int64_t> release;  // that it is of
  Transfer transfer{link::BlobKind::zones, 1, 0};
};

// A thing to tell, before anybody in particular is told it.
struct Message {
  link::BlobKind kind = link::BlobKind::zones;
  std::string what;
  std::vector<std::uint8_t> content;
  std::uint16_t at_least = 1;  // its version on a device, unless that has a higher one
  std::optional<std::int64_t> release = {};
};

// Of a set of zones. Errors: there is no such set; it is more than devices can be told.
Result<Message> zones_message(Database& database, std::int64_t version);
// Errors: those of link::settings_frame().
Result<Message> settings_message(const std::map<std::string, std::int32_t>& settings);

class Orders {
 public:
  explicit Orders(Database& database) : database_(database) {}

  // Gives it to a device, in a transaction of the caller's; an order of the kind that it has not
  // begun to use is given up. Returns its id.
  // Errors: the device speaks OpenCollar Edge; no version is left.
  Result<std::int64_t> give(const std::string& device, const Message& message,
                            const Settings::Downlinks& settings, std::string_view who,
                            std::int64_t now_ms);
  // What is under way is rolled back or given up. Errors: there is none, or it is over
  // (Outcome::no).
  Result<void> take_back(std::int64_t id, const std::string& why, std::int64_t now_ms);

  Result<std::optional<Order>> find(std::int64_t id);
  // Those that are not over, in the order that they were given.
  Result<std::vector<Order>> active(const std::string& device);
  // Whether this station sent a device that version of a kind once.
  Result<bool> is_ours(const std::string& device, link::BlobKind kind, std::uint16_t version);
  // Writes down what changed, with the time of a new state.
  Result<void> keep(const Order& order, OrderState before, std::int64_t now_ms);

 private:
  Result<std::uint16_t> next_version(const std::string& device, link::BlobKind kind,
                                     std::uint16_t at_least);

  Database& database_;
};

// Devices of a fleet, whether heard or not; of "" all that were heard.
Result<std::vector<std::string>> devices_of(Database& database, const std::string& fleet);

}  // namespace sengi::station
