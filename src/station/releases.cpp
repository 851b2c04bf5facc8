// SPDX-License-Identifier: Apache-2.0
#include "station/releases.h"

#include <fmt/format.h>

#include <algorithm>

#include "link/names.h"
#include "station/accounts.h"
#include "station/clock.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr const char* themselves = "(releases)";  // in the audit log
constexpr const char* held_note = "held";         // of an order that its release took back

}  // namespace

struct Releases::Row {
  std::int64_t id;
  std::string name;
  link::BlobKind kind;
  std::vector<std::uint8_t> content;
  Stages stages;
  std::string state;
  bool was_widened;
  std::string note;
  std::int64_t made_ms;
  std::string made_by;
  std::int64_t changed_ms;
};

struct Releases::Told {
  std::int64_t id;
  std::string device;
  link::BlobKind kind;
  OrderState state;
  std::string note;
  std::int64_t made_ms;
  std::int64_t changed_ms;
};

Result<std::int64_t> Releases::give(std::string_view file, const Stages& stages,
                                    std::string_view who, std::int64_t now_ms) {
  SENGI_TRY(keys, trusted());
  SENGI_TRY(release, open_release(file, keys));
  Statement insert(database_,
                   "INSERT INTO releases(name, kind, content, fleet, canaries, watch_h, "
                   "rolls_back, state, widened, note, made_ms, made_by, changed_ms) VALUES (?, ?, "
                   "?, ?, ?, ?, ?, 'canary', 0, '', ?, ?, ?)");
  SENGI_CHECK(insert.bind(release.name)
                  .bind(static_cast<int>(release.kind))
                  .bind(release.content)
                  .bind(stages.fleet)
                  .bind(stages.canaries)
                  .bind(stages.watch_h)
                  .bind(stages.rolls_back ? 1 : 0)
                  .bind(now_ms)
                  .bind(who)
                  .bind(now_ms)
                  .run());
  const std::int64_t id = database_.last_id();
  SENGI_TRY(made, row(id));
  SENGI_CHECK(tell(made, stages.canaries, who, now_ms));
  SENGI_TRY(orders, orders_of(id));
  if (orders.empty()) {
    return Error{fmt::format("no device is of the fleet '{}'", stages.fleet), Outcome::no};
  }
  SENGI_CHECK(Accounts(database_).note(
      who, fmt::format("gave release {} ({}) to {} canaries", id, release.name, orders.size()),
      now_ms));
  return id;
}

// Those that were not told it yet, up to so many; who was heard last comes first, since a canary
// that is not heard tells nothing.
Result<void> Releases::tell(const Row& release, std::int64_t most, std::string_view who,
                            std::int64_t now_ms) {
  Statement select(database_,
                   "SELECT names.device FROM (SELECT device FROM tags WHERE fleet = ?1 AND ?1 <> "
                   "'' UNION SELECT device FROM devices WHERE ?1 = '') names LEFT JOIN devices ON "
                   "devices.device = names.device WHERE NOT EXISTS (SELECT 1 FROM orders WHERE "
                   "release_id = ?2 AND orders.device = names.device AND NOT EXISTS (SELECT 1 "
                   "FROM order_states WHERE order_id = orders.id AND note = 'held')) ORDER BY "
                   "last_heard_ms DESC, names.device LIMIT ?3");
  select.bind(release.stages.fleet).bind(release.id).bind(most);
  std::vector<std::string> devices;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    devices.push_back(select.text(0));
  }
  const Message message{release.kind, release.name, release.content, 1, release.id};
  Orders orders(database_);
  for (const std::string& device : devices) {
    SENGI_TRY(id, orders.give(device, message, settings_, who, now_ms));
    (void)id;
  }
  return {};
}

Result<std::vector<Releases::Row>> Releases::rows(std::optional<std::int64_t> id) {
  Statement select(database_,
                   "SELECT id, name, kind, content, fleet, canaries, watch_h, rolls_back, state, "
                   "widened, note, made_ms, made_by, changed_ms FROM releases WHERE ?1 IS NULL OR "
                   "id = ?1 ORDER BY id");
  select.bind(id);
  std::vector<Row> all;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return all;
    all.push_back({select.whole(0), select.text(1), static_cast<link::BlobKind>(select.whole(2)),
                   select.bytes(3),
                   Stages{select.text(4), static_cast<int>(select.whole(5)),
                          static_cast<int>(select.whole(6)), select.whole(7) != 0},
                   select.text(8), select.whole(9) != 0, select.text(10), select.whole(11),
                   select.text(12), select.whole(13)});
  }
}

Result<Releases::Row> Releases::row(std::int64_t id) {
  SENGI_TRY(found, rows(id));
  if (found.empty()) return Error{fmt::format("there is no release {}", id), Outcome::no};
  return found.front();
}

Result<void> Releases::set_state(std::int64_t id, std::string_view state, const std::string& note,
                                 std::int64_t now_ms) {
  Statement update(database_,
                   "UPDATE releases SET state = ?1, note = ?2, changed_ms = ?3, widened = widened "
                   "OR ?1 = 'widened' WHERE id = ?4");
  SENGI_CHECK(update.bind(state).bind(note).bind(now_ms).bind(id).run());
  return Accounts(database_).note(
      themselves, fmt::format("release {}: {}{}{}", id, state, note.empty() ? "" : ": ", note),
      now_ms);
}

// But for those that it took back while nothing was sent.
Result<std::vector<Releases::Told>> Releases::orders_of(std::int64_t id) {
  Statement select(
      database_,
      "SELECT id, device, kind, state, (SELECT note FROM order_states WHERE order_id "
      "= orders.id ORDER BY rowid DESC LIMIT 1), made_ms, changed_ms FROM orders WHERE "
      "release_id = ? ORDER BY id");
  select.bind(id);
  std::vector<Told> all;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return all;
    if (select.text(4) == held_note) continue;
    all.push_back({select.whole(0), select.text(1), static_cast<link::BlobKind>(select.whole(2)),
                   order_state_named(select.text(3)), select.text(4), select.whole(5),
                   select.whole(6)});
  }
}

Result<void> Releases::hold(std::int64_t id, const std::string& why, std::int64_t now_ms) {
  SENGI_TRY(release, row(id));
  if (release.state != "canary" && release.state != "widened") {
    return Error{fmt::format("release {} is {}", id, release.state), Outcome::no};
  }
  SENGI_TRY(orders, orders_of(id));
  for (const Told& told : orders) {
    if (told.state != OrderState::waiting) continue;
    SENGI_TRY(order, Orders(database_).find(told.id));
    if (!order) continue;
    order->transfer.give_up(held_note);
    SENGI_CHECK(Orders(database_).keep(*order, OrderState::waiting, now_ms));
  }
  return set_state(id, "held", why, now_ms);
}

Result<void> Releases::go_on(std::int64_t id, std::string_view who, std::int64_t now_ms) {
  SENGI_TRY(release, row(id));
  if (release.state != "held") {
    return Error{fmt::format("release {} is {}, not held", id, release.state), Outcome::no};
  }
  SENGI_CHECK(set_state(id, release.was_widened ? "widened" : "canary", "", now_ms));
  if (release.was_widened) return tell(release, INT64_MAX, who, now_ms);
  SENGI_TRY(orders, orders_of(id));
  const auto told = static_cast<std::int64_t>(orders.size());
  return tell(release, std::max<std::int64_t>(0, release.stages.canaries - told), who, now_ms);
}

Result<void> Releases::roll_back(std::int64_t id, const std::string& why, std::string_view who,
                                 std::int64_t now_ms) {
  SENGI_TRY(release, row(id));
  if (release.state == "rolled_back") {
    return Error{fmt::format("release {} is rolled back", id), Outcome::no};
  }
  SENGI_TRY(all, orders_of(id));
  Orders orders(database_);
  for (const Told& order : all) {
    if (!is_over(order.state)) SENGI_CHECK(orders.take_back(order.id, why, now_ms));
    if (order.state != OrderState::confirmed) continue;
    Statement before(database_,
                     "SELECT id FROM orders WHERE device = ? AND kind = ? AND id < ? AND state = "
                     "'confirmed' ORDER BY id DESC LIMIT 1");
    SENGI_TRY(found,
              before.bind(order.device).bind(static_cast<int>(order.kind)).bind(order.id).next());
    if (!found) continue;
    SENGI_TRY(former, orders.find(before.whole(0)));
    if (!former) continue;
    const Message message{former->transfer.kind(), former->what + " again", former->content, 1};
    SENGI_TRY(again, orders.give(order.device, message, settings_, who, now_ms));
    (void)again;
  }
  return set_state(id, "rolled_back", why, now_ms);
}

Result<std::string> Releases::failure_in(const std::vector<Told>& orders) {
  for (const Told& order : orders) {
    if (order.state == OrderState::waiting) continue;
    if (is_over(order.state) && order.state != OrderState::confirmed) {
      return fmt::format("{}: {} ({})", order.device, name_of(order.state), order.note);
    }
    Statement alert(database_,
                    "SELECT kind FROM alerts JOIN devices ON devices.id = device_id WHERE device = "
                    "? AND kind IN ('silent', 'battery') AND state <> 'cleared' AND raised_ms >= ? "
                    "LIMIT 1");
    SENGI_TRY(found, alert.bind(order.device).bind(order.made_ms).next());
    if (found) return fmt::format("{}: an alert of {} since", order.device, alert.text(0));
  }
  return std::string();
}

Result<bool> Releases::are_well(const Row& release, const std::vector<Told>& orders,
                                std::int64_t now_ms) {
  for (const Told& order : orders) {
    if (order.state != OrderState::confirmed) return false;
    if (now_ms < order.changed_ms + release.stages.watch_h * hour_ms) return false;
    Statement heard(database_, "SELECT 1 FROM devices WHERE device = ? AND last_heard_ms > ?");
    SENGI_TRY(since, heard.bind(order.device).bind(order.changed_ms).next());
    if (!since) return false;
  }
  return true;
}

Result<void> Releases::look_at(const Row& release, std::int64_t now_ms) {
  SENGI_TRY(orders, orders_of(release.id));
  SENGI_TRY(failure, failure_in(orders));
  if (!failure.empty()) {
    return release.stages.rolls_back ? roll_back(release.id, failure, themselves, now_ms)
                                     : hold(release.id, failure, now_ms);
  }
  SENGI_TRY(well, are_well(release, orders, now_ms));
  if (!well) return {};
  if (release.state == "widened") return set_state(release.id, "done", "", now_ms);
  SENGI_CHECK(set_state(release.id, "widened", "", now_ms));
  return tell(release, INT64_MAX, themselves, now_ms);
}

Result<void> Releases::tick(std::int64_t now_ms) {
  Statement any(database_, "SELECT 1 FROM releases WHERE state IN ('canary', 'widened') LIMIT 1");
  SENGI_TRY(some, any.next());
  any.reset();
  if (!some) return {};
  SENGI_TRY(transaction, Transaction::begin(database_));
  SENGI_TRY(all, rows({}));
  for (const Row& release : all) {
    if (release.state != "canary" && release.state != "widened") continue;
    SENGI_CHECK(look_at(release, now_ms));
  }
  return transaction.commit();
}

Result<Json> Releases::json(std::optional<std::int64_t> id) {
  SENGI_TRY(all, rows(id));
  Json list = Json::array();
  for (const Row& one : all) {
    SENGI_TRY(orders, orders_of(one.id));
    Json counts = Json::object();
    for (const Told& order : orders) {
      const std::string state(name_of(order.state));
      counts[state] = counts.value(state, 0) + 1;
    }
    list.push_back({{"id", one.id},
                    {"name", one.name},
                    {"kind", link::name_of(one.kind)},
                    {"fleet", one.stages.fleet},
                    {"canaries", one.stages.canaries},
                    {"watch_h", one.stages.watch_h},
                    {"rolls_back", one.stages.rolls_back},
                    {"state", one.state},
                    {"note", one.note},
                    {"devices", std::move(counts)},
                    {"made", to_rfc3339(one.made_ms)},
                    {"made_by", one.made_by},
                    {"changed", to_rfc3339(one.changed_ms)}});
  }
  return list;
}

}  // namespace sengi::station
