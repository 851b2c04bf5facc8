// SPDX-License-Identifier: Apache-2.0
#include "station/order_json.h"

#include <fmt/format.h>

#include "link/names.h"
#include "sengi/link/message.h"
#include "station/clock.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> states_json(Database& database, std::int64_t order) {
  Json list = Json::array();
  Statement select(database,
                   "SELECT state, at_ms, note FROM order_states WHERE order_id = ? ORDER BY rowid");
  select.bind(order);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return list;
    list.push_back(
        {{"state", select.text(0)}, {"at", to_rfc3339(select.whole(1))}, {"note", select.text(2)}});
  }
}

}  // namespace

Result<Json> to_json(Database& database, const Order& order) {
  const Transfer& transfer = order.transfer;
  SENGI_TRY(states, states_json(database, order.id));
  return Json{{"id", order.id},
              {"device", order.device},
              {"kind", link::name_of(transfer.kind())},
              {"what", order.what},
              {"version", transfer.version()},
              {"state", name_of(transfer.state())},
              {"note", transfer.note()},
              {"pieces", transfer.pieces()},
              {"arrived", transfer.arrived()},
              {"release", order.release ? Json(*order.release) : Json(nullptr)},
              {"made", to_rfc3339(order.made_ms)},
              {"made_by", order.made_by},
              {"changed", to_rfc3339(order.changed_ms)},
              {"states", std::move(states)}};
}

Result<Json> orders_json(Database& database, const OrdersAsked& asked) {
  Statement select(
      database,
      fmt::format("SELECT id FROM orders WHERE id > ?1 AND (?2 IS NULL OR device = ?2) AND (?3 IS "
                  "NULL OR release_id = ?3) {} ORDER BY id LIMIT ?4",
                  asked.all ? "" : "AND state IN ('waiting', 'sending', 'trial')"));
  select.bind(asked.after).bind(asked.device).bind(asked.release).bind(asked.limit);
  std::vector<std::int64_t> ids;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    ids.push_back(select.whole(0));
  }
  Json list = Json::array();
  Orders orders(database);
  for (const std::int64_t id : ids) {
    SENGI_TRY(order, orders.find(id));
    if (!order) continue;
    SENGI_TRY(json, to_json(database, *order));
    list.push_back(std::move(json));
  }
  return list;
}

Json to_json(const std::vector<Downlink>& frames) {
  Json list = Json::array();
  for (const Downlink& one : frames) {
    list.push_back({{"order", one.order},
                    {"port", link::downlink_port},
                    {"payload", link::to_base64(one.frame)}});
  }
  return list;
}

}  // namespace sengi::station
