// SPDX-License-Identifier: Apache-2.0
#include "station/orders.h"

#include <fmt/format.h>

#include <algorithm>

#include "link/downlinks.h"
#include "link/names.h"
#include "station/versions.h"
#include "station/zone_sets.h"
#include "zones/compact.h"
#include "zones/geojson.h"

namespace sengi::station {
namespace {

constexpr const char* columns =
    "id, device, what, content, frame_bytes, made_ms, changed_ms, made_by, release_id, transfer";

Result<Order> order_in(const Statement& row) {
  SENGI_TRY(transfer, Transfer::from_bytes(row.bytes(9)));
  return Order{row.whole(0),
               row.text(1),
               row.text(2),
               row.bytes(3),
               static_cast<std::size_t>(row.whole(4)),
               row.whole(5),
               row.whole(6),
               row.text(7),
               row.is_null(8) ? std::nullopt : std::optional(row.whole(8)),
               std::move(transfer)};
}

Result<bool> speaks_opencollar(Database& database, const std::string& device) {
  Statement select(database,
                   "SELECT kind FROM uplinks JOIN devices ON devices.id = device_id WHERE device = "
                   "? AND kind <> '' ORDER BY time_ms DESC LIMIT 1");
  SENGI_TRY(found, select.bind(device).next());
  return found && select.text(0).starts_with("opencollar_");
}

Result<void> add_state(Database& database, const Order& order, std::int64_t now_ms) {
  Statement insert(database, "INSERT INTO order_states VALUES (?, ?, ?, ?)");
  return insert.bind(order.id)
      .bind(now_ms)
      .bind(name_of(order.transfer.state()))
      .bind(order.transfer.note())
      .run();
}

}  // namespace

Result<Message> zones_message(Database& database, std::int64_t version) {
  SENGI_TRY(set, zones_of_version(database, version));
  if (!set) return Error{fmt::format("there are no zones {}", version), Outcome::no};
  const auto revision = static_cast<std::uint16_t>(version & 0xFFFF);
  SENGI_TRY(zones, zones::parse_geojson(set->geojson, "zones", {{}, false, revision}));
  SENGI_TRY(bytes, zones::to_compact(zones.map));
  SENGI_CHECK(pieces_of(bytes, 51));
  return Message{link::BlobKind::zones, fmt::format("zones {}", version), std::move(bytes),
                 revision};
}

Result<Message> settings_message(const std::map<std::string, std::int32_t>& settings) {
  SENGI_TRY(frame, link::settings_frame(1, settings));
  std::vector<std::string> words;
  for (const auto& [name, value] : settings) words.push_back(fmt::format("{} = {}", name, value));
  constexpr std::ptrdiff_t head = 3;  // operation, kind and version
  return Message{link::BlobKind::settings,
                 fmt::format("{}", fmt::join(words, ", ")),
                 {frame.begin() + head, frame.end()}};
}

Result<std::uint16_t> Orders::next_version(const std::string& device, link::BlobKind kind,
                                           std::uint16_t at_least) {
  Statement last(database_,
                 "SELECT ifnull(max(version), 0) FROM orders WHERE device = ? AND kind = ?");
  SENGI_CHECK(last.bind(device).bind(static_cast<int>(kind)).next());
  std::int64_t highest = last.whole(0);
  SENGI_TRY(reported, versions_of(database_, device, true));
  for (const Version& version : reported) {
    if (version.part == link::name_of(kind)) {
      highest = std::max<std::int64_t>(highest, version.version);
    }
  }
  const std::int64_t next = std::max<std::int64_t>(highest + 1, at_least);
  if (next <= 0xFFFF) return static_cast<std::uint16_t>(next);
  return Error{fmt::format("{}: its {} are of version {}, and none is left above that", device,
                           link::name_of(kind), highest)};
}

Result<std::int64_t> Orders::give(const std::string& device, const Message& message,
                                  const Settings::Downlinks& settings, std::string_view who,
                                  std::int64_t now_ms) {
  SENGI_TRY(other, speaks_opencollar(database_, device));
  if (other) {
    return Error{device +
                 " speaks OpenCollar Edge; this station tells things to Sengi's collars alone"};
  }
  SENGI_TRY(version, next_version(device, message.kind, message.at_least));
  std::uint32_t pieces = 0;
  const auto frame_bytes = static_cast<std::size_t>(settings.frame_bytes);
  if (message.kind == link::BlobKind::zones) {
    SENGI_TRY(count, pieces_of(message.content, frame_bytes));
    pieces = count;
  }
  SENGI_TRY(others, active(device));
  Order order{0,      device, message.what,     message.content, frame_bytes,
              now_ms, now_ms, std::string(who), message.release, {message.kind, version, pieces}};
  const std::vector<std::uint8_t> transfer = order.transfer.to_bytes();
  Statement insert(database_,
                   "INSERT INTO orders(device, kind, version, what, content, frame_bytes, made_ms, "
                   "changed_ms, made_by, release_id, state, transfer) VALUES (?, ?, ?, ?, ?, ?, ?, "
                   "?, ?, ?, ?, ?)");
  SENGI_CHECK(insert.bind(device)
                  .bind(static_cast<int>(message.kind))
                  .bind(int{version})
                  .bind(order.what)
                  .bind(order.content)
                  .bind(static_cast<std::int64_t>(frame_bytes))
                  .bind(now_ms)
                  .bind(now_ms)
                  .bind(who)
                  .bind(order.release)
                  .bind(name_of(OrderState::waiting))
                  .bind(transfer)
                  .run());
  order.id = database_.last_id();
  SENGI_CHECK(add_state(database_, order, now_ms));
  // What is on trial stays until it is confirmed: nothing new can begin before.
  for (Order& one : others) {
    if (one.transfer.kind() != message.kind || one.transfer.state() == OrderState::trial) continue;
    const OrderState before = one.transfer.state();
    one.transfer.abandon(fmt::format("order {} came instead", order.id));
    SENGI_CHECK(keep(one, before, now_ms));
  }
  return order.id;
}

Result<void> Orders::take_back(std::int64_t id, const std::string& why, std::int64_t now_ms) {
  SENGI_TRY(order, find(id));
  if (!order) return Error{fmt::format("there is no order {}", id), Outcome::no};
  const OrderState before = order->transfer.state();
  if (is_over(before)) {
    return Error{fmt::format("order {} is over: {}", id, name_of(before)), Outcome::no};
  }
  order->transfer.abandon(why);
  return keep(*order, before, now_ms);
}

Result<std::optional<Order>> Orders::find(std::int64_t id) {
  Statement select(database_, fmt::format("SELECT {} FROM orders WHERE id = ?", columns));
  SENGI_TRY(found, select.bind(id).next());
  if (!found) return std::optional<Order>{};
  SENGI_TRY(order, order_in(select));
  return std::optional(std::move(order));
}

Result<std::vector<Order>> Orders::active(const std::string& device) {
  Statement select(database_, fmt::format("SELECT {} FROM orders WHERE device = ? AND state IN "
                                          "('waiting', 'sending', 'trial') ORDER BY id",
                                          columns));
  select.bind(device);
  std::vector<Order> all;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return all;
    SENGI_TRY(order, order_in(select));
    all.push_back(std::move(order));
  }
}

Result<bool> Orders::is_ours(const std::string& device, link::BlobKind kind,
                             std::uint16_t version) {
  Statement select(database_, "SELECT 1 FROM orders WHERE device = ? AND kind = ? AND version = ?");
  return select.bind(device).bind(static_cast<int>(kind)).bind(int{version}).next();
}

Result<void> Orders::keep(const Order& order, OrderState before, std::int64_t now_ms) {
  const std::vector<std::uint8_t> transfer = order.transfer.to_bytes();
  Statement update(database_,
                   "UPDATE orders SET version = ?, state = ?, transfer = ?, changed_ms = ? WHERE "
                   "id = ?");
  SENGI_CHECK(update.bind(int{order.transfer.version()})
                  .bind(name_of(order.transfer.state()))
                  .bind(transfer)
                  .bind(now_ms)
                  .bind(order.id)
                  .run());
  return order.transfer.state() == before ? Result<void>() : add_state(database_, order, now_ms);
}

Result<std::vector<std::string>> devices_of(Database& database, const std::string& fleet) {
  Statement select(database, fleet.empty() ? "SELECT device FROM devices WHERE ?1 = '' ORDER BY 1"
                                           : "SELECT device FROM tags WHERE fleet = ?1 ORDER BY 1");
  select.bind(fleet);
  std::vector<std::string> all;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return all;
    all.push_back(select.text(0));
  }
}

}  // namespace sengi::station
