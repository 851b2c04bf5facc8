// SPDX-License-Identifier: Apache-2.0
#include "station/releases_api.h"

#include <fmt/format.h>

#include <charconv>

#include "station/http_changes.h"
#include "station/releases.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

Result<int> whole_in(const Request& request, const char* name, int missing, int most) {
  if (!request.has_param(name)) return missing;
  const std::string digits = request.get_param_value(name);
  int value = -1;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || end != digits.data() + digits.size() || value < 0 || value > most) {
    return Error{fmt::format("{}: a whole number from 0 to {} belongs here", name, most)};
  }
  return value;
}

Result<Stages> stages_in(const Request& request) {
  Stages stages;
  SENGI_TRY(canaries, whole_in(request, "canaries", stages.canaries, 1'000'000));
  SENGI_TRY(watch_h, whole_in(request, "watch_h", stages.watch_h, 10'000));
  if (canaries == 0) return Error{"canaries: one at least"};
  return Stages{request.get_param_value("fleet"), canaries, watch_h,
                request.get_param_value("rolls_back") == "true"};
}

void answer_release(const Routes& routes, Response& response, std::int64_t id) {
  answer_to(routes, response, [&](Database& database) -> Found {
    SENGI_TRY(list, Releases(database, routes.backend.downlinks).json(id));
    return list.empty() ? std::optional<Json>{} : std::optional<Json>(list[0]);
  });
}

void post_release(const Routes& routes, const Request& request, Response& response,
                  const Identity& who) {
  const auto stages = stages_in(request);
  if (!stages.ok()) return refuse(response, 400, "No such parameter", stages.error().message);
  std::int64_t id = 0;
  if (changed(routes, response, who, "brought a release", [&](Database& database) -> Result<void> {
        SENGI_TRY(made, Releases(database, routes.backend.downlinks)
                            .give(request.body, stages.value(), who.name, now_ms()));
        id = made;
        return {};
      })) {
    answer_release(routes, response, id);
  }
}

// hold, go-on, roll-back
void change_release(const Routes& routes, const Request& request, Response& response,
                    const Identity& who) {
  const std::int64_t id = id_in(request);
  const std::string what = request.matches[2];
  const std::string why = what + " by " + who.name;
  if (changed(routes, response, who, fmt::format("release {}: {}", id, what),
              [&](Database& database) {
                Releases releases(database, routes.backend.downlinks);
                return what == "hold"    ? releases.hold(id, why, now_ms())
                       : what == "go-on" ? releases.go_on(id, who.name, now_ms())
                                         : releases.roll_back(id, why, who.name, now_ms());
              })) {
    answer_release(routes, response, id);
  }
}

}  // namespace

void route_releases(const Routes& routes) {
  constexpr const char* all = "/api/v1/releases";
  const auto get = [routes](const Request&, Response& response, const Identity&) {
    answer_to(routes, response, [&](Database& database) -> Found {
      SENGI_TRY(list, Releases(database, routes.backend.downlinks).json());
      return std::optional(Json{{"releases", std::move(list)}});
    });
  };
  routes.server.Get(all, routes.allowed(seers, get));
  const auto post = [routes](const Request& request, Response& response, const Identity& who) {
    post_release(routes, request, response, who);
  };
  routes.server.Post(all, routes.allowed(masters, post));
  const auto change = [routes](const Request& request, Response& response, const Identity& who) {
    change_release(routes, request, response, who);
  };
  routes.server.Post(R"(/api/v1/releases/(\d{1,18})/(hold|go-on|roll-back))",
                     routes.allowed(masters, change));
}

}  // namespace sengi::station
