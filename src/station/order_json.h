// SPDX-License-Identifier: Apache-2.0
// Orders in the JSON that the HTTP server and the command line give.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "station/order_desk.h"

namespace sengi::station {

// With its states and their times.
Result<nlohmann::ordered_json> to_json(Database& database, const Order& order);

struct OrdersAsked {
  std::optional<std::string> device = {};
  std::optional<std::int64_t> release = {};
  bool all = false;  // those that are over too
  std::int64_t after = 0;
  std::int64_t limit = 100;
};
Result<nlohmann::ordered_json> orders_json(Database& database, const OrdersAsked& asked);

nlohmann::ordered_json to_json(const std::vector<Downlink>& frames);

}  // namespace sengi::station
