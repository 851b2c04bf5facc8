// SPDX-License-Identifier: Apache-2.0
#include "station/downlinks_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "station/envelope.h"
#include "station/http_body.h"
#include "station/http_changes.h"
#include "station/order_json.h"
#include "station/zone_sets.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

struct Asked {
  std::string device;  // or
  std::string fleet;
  bool to_fleet = false;
  link::BlobKind kind = link::BlobKind::zones;
  std::int64_t zones_version = 0;  // 0: the newest
  std::map<std::string, std::int32_t> settings;
};

Result<std::map<std::string, std::int32_t>> settings_in(const Body& body) {
  std::map<std::string, std::int32_t> settings;
  if (!body.has("settings") || !body["settings"].is_object()) {
    return Error{"settings: an object of names and values belongs here"};
  }
  for (const auto& [name, value] : body["settings"].items()) {
    const bool fits = value.is_number_integer() && value >= INT32_MIN && value <= INT32_MAX;
    if (!fits) return Error{fmt::format("settings.{}: a whole number belongs here", name)};
    settings[name] = value.get<std::int32_t>();
  }
  return settings;
}

Result<Asked> asked_in(const Request& request) {
  SENGI_TRY(body, Body::of(request, {"device", "fleet", "kind", "zones", "settings"}));
  Asked asked;
  SENGI_TRY(device, body.text("device"));
  SENGI_TRY(fleet, body.text("fleet"));
  SENGI_TRY(kind, body.text("kind"));
  SENGI_TRY(version, body.whole("zones", 1, INT64_MAX));
  asked.device = as_device(device);
  asked.fleet = fleet;
  asked.to_fleet = body.has("fleet");
  asked.zones_version = version.value_or(0);
  if (device.empty() == !asked.to_fleet) {
    return Error{"device or fleet: one of them belongs here (fleet \"\": all that were heard)"};
  }
  if (kind == "settings") {
    asked.kind = link::BlobKind::settings;
    SENGI_TRY(settings, settings_in(body));
    SENGI_CHECK(settings_message(settings));
    asked.settings = std::move(settings);
  } else if (kind != "zones") {
    return Error{fmt::format("kind: '{}'; devices take zones and settings", kind)};
  }
  return asked;
}

Result<Message> message_of(Database& database, const Asked& asked) {
  if (asked.kind == link::BlobKind::settings) return settings_message(asked.settings);
  std::int64_t version = asked.zones_version;
  if (version == 0) {
    SENGI_TRY(newest, newest_zones_version(database));
    version = newest;
  }
  return zones_message(database, version);
}

Result<Json> give_all(Database& database, const Asked& asked, const Settings::Downlinks& settings,
                      const std::string& who) {
  SENGI_TRY(message, message_of(database, asked));
  std::vector<std::string> devices = {asked.device};
  if (asked.to_fleet) {
    SENGI_TRY(members, devices_of(database, asked.fleet));
    devices = std::move(members);
  }
  if (devices.empty()) {
    return Error{fmt::format("no device is of the fleet '{}'", asked.fleet), Outcome::no};
  }
  Orders orders(database);
  Json list = Json::array();
  for (const std::string& device : devices) {
    SENGI_TRY(id, orders.give(device, message, settings, who, now_ms()));
    SENGI_TRY(order, orders.find(id));
    if (!order) return Error{"an order that is not kept"};
    SENGI_TRY(json, to_json(database, *order));
    list.push_back(std::move(json));
  }
  return list;
}

void post_order(const Routes& routes, const Request& request, Response& response,
                const Identity& who) {
  const auto asked = asked_in(request);
  if (!asked.ok()) return refuse(response, 400, "It cannot be", asked.error().message);
  const std::string to =
      asked.value().to_fleet ? "fleet " + asked.value().fleet : asked.value().device;
  Json list;
  if (changed(routes, response, who, fmt::format("gave an order to {}", to),
              [&](Database& database) -> Result<void> {
                SENGI_TRY(all,
                          give_all(database, asked.value(), routes.backend.downlinks, who.name));
                list = std::move(all);
                return {};
              })) {
    answer(response, text_of({{"orders", std::move(list)}}));
  }
}

void get_orders(const Routes& routes, const Request& request, Response& response) {
  const auto page = page_in(request);
  if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
  answer_to(routes, response, [&](Database& database) -> Found {
    OrdersAsked asked;
    if (const auto device = param(request, "device")) asked.device = as_device(*device);
    asked.all = request.get_param_value("state") == "all";
    asked.after = std::atoll(page.value().after.c_str());
    asked.limit = std::clamp<std::int64_t>(page.value().limit, 1, page_max);
    SENGI_TRY(list, orders_json(database, asked));
    return std::optional(Json{{"orders", std::move(list)}});
  });
}

void get_downlinks(const Routes& routes, const Request& request, Response& response) {
  const auto page = page_in(request);
  if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
  answer_to(routes, response, [&](Database& database) -> Found {
    OrderDesk desk(database, routes.backend.downlinks);
    SENGI_TRY(frames,
              desk.next(as_device(request.matches[1]), page.value().limit, false, now_ms()));
    return std::optional(Json{{"downlinks", to_json(frames)}});
  });
}

void take_downlinks(const Routes& routes, const Request& request, Response& response,
                    const Identity& who) {
  const auto page = page_in(request);
  if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
  const std::string device = as_device(request.matches[1]);
  std::vector<Downlink> frames;
  if (changed(routes, response, who, "took downlinks of " + device,
              [&](Database& database) -> Result<void> {
                OrderDesk desk(database, routes.backend.downlinks);
                SENGI_TRY(all, desk.next(device, page.value().limit, true, now_ms()));
                frames = std::move(all);
                return {};
              })) {
    answer(response, text_of({{"downlinks", to_json(frames)}}));
  }
}

}  // namespace

void route_downlinks(const Routes& routes) {
  constexpr const char* orders = "/api/v1/orders";
  constexpr const char* one = R"(/api/v1/orders/(\d{1,18}))";
  constexpr const char* frames = "/api/v1/devices/([^/]+)/downlinks";
  routes.server.Get(orders, routes.allowed(seers, [routes](const Request& request,
                                                           Response& response, const Identity&) {
    get_orders(routes, request, response);
  }));
  routes.server.Post(orders,
                     routes.allowed(masters, [routes](const Request& request, Response& response,
                                                      const Identity& who) {
                       post_order(routes, request, response, who);
                     }));
  routes.server.Get(one, routes.allowed(seers, [routes](const Request& request, Response& response,
                                                        const Identity&) {
    answer_to(routes, response, [&](Database& database) -> Found {
      SENGI_TRY(order, Orders(database).find(id_in(request)));
      if (!order) return std::optional<Json>{};
      SENGI_TRY(json, to_json(database, *order));
      return std::optional(std::move(json));
    });
  }));
  routes.server.Delete(
      one, routes.allowed(masters, [routes](const Request& request, Response& response,
                                            const Identity& who) {
        const std::int64_t id = id_in(request);
        if (changed(routes, response, who, fmt::format("took back order {}", id),
                    [&](Database& database) {
                      return Orders(database).take_back(id, "taken back by " + who.name, now_ms());
                    })) {
          response.status = 204;
        }
      }));
  routes.server.Get(frames, routes.allowed(seers, [routes](const Request& request,
                                                           Response& response, const Identity&) {
    get_downlinks(routes, request, response);
  }));
  routes.server.Post(frames,
                     routes.allowed(bringers, [routes](const Request& request, Response& response,
                                                       const Identity& who) {
                       take_downlinks(routes, request, response, who);
                     }));
}

}  // namespace sengi::station
