// SPDX-License-Identifier: Apache-2.0
#include "station/calls_api.h"

#include <fmt/format.h>

#include <charconv>

#include "station/calls.h"

namespace sengi::station {
namespace {

constexpr std::int32_t rate_hz_min = 100;
constexpr std::int32_t rate_hz_max = 192'000;

Result<std::int32_t> rate_in(const Request& request) {
  if (!request.has_param("rate_hz")) return clip_hz;
  const std::string digits = request.get_param_value("rate_hz");
  std::int32_t rate_hz = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), rate_hz);
  const bool whole = code == std::errc() && end == digits.data() + digits.size();
  if (!whole || rate_hz < rate_hz_min || rate_hz > rate_hz_max) {
    return Error{fmt::format("rate_hz: a whole number from {} to {} belongs here", rate_hz_min,
                             rate_hz_max)};
  }
  return rate_hz;
}

void get_calls(const Routes& routes, const Request& request, Response& response) {
  const auto page = page_in(request);
  if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
  const auto text = routes.readers.with(
      [&](Database& database) { return calls_json(database, request.matches[1], page.value()); });
  if (!text.ok()) return refuse(response, 503, "Not now", text.error().message);
  if (!text.value()) return refuse(response, 404, "No such device", "");
  answer(response, *text.value());
}

void get_sound(const Routes& routes, const Request& request, Response& response) {
  const auto rate_hz = rate_in(request);
  if (!rate_hz.ok()) return refuse(response, 400, "No such parameter", rate_hz.error().message);
  const std::string digits = request.matches[2];
  const auto wav = routes.readers.with([&](Database& database) {
    return call_sound(database, request.matches[1], std::atoll(digits.c_str()), rate_hz.value());
  });
  if (!wav.ok()) return refuse(response, 503, "Not now", wav.error().message);
  if (!wav.value()) return refuse(response, 404, "No such sound", "nothing of it came");
  response.set_content(*wav.value(), "audio/wav");
}

}  // namespace

void route_calls(const Routes& routes) {
  routes.server.Get(
      "/api/v1/devices/([^/]+)/calls",
      routes.allowed(seers, [routes](const Request& request, Response& response, const Identity&) {
        get_calls(routes, request, response);
      }));
  routes.server.Get(
      R"(/api/v1/devices/([^/]+)/calls/(\d{1,18})/sound)",
      routes.allowed(seers, [routes](const Request& request, Response& response, const Identity&) {
        get_sound(routes, request, response);
      }));
}

}  // namespace sengi::station
