// SPDX-License-Identifier: Apache-2.0
#include "station/sessions_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "station/clock.h"

namespace sengi::station {

using Json = nlohmann::ordered_json;

std::string SessionsApi::cookie(const std::string& token, std::int64_t seconds) const {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", session_cookie,
                     token, seconds, secure_ ? "; Secure" : "");
}

void SessionsApi::log_in(const Request& request, Response& response) {
  const Json json = Json::parse(request.body, nullptr, false);
  const bool sound = json.is_object() && json.contains("name") && json["name"].is_string() &&
                     json.contains("password") && json["password"].is_string();
  if (!sound) return refuse(response, 400, "No name and password", "both are texts");
  const auto name = json["name"].get<std::string>();
  const std::string tries = name.substr(0, 64) + "\n" + request.remote_addr;
  const std::int64_t now = now_ms();
  if (const std::int64_t wait = attempts_.wait_s(tries, now); wait > 0) {
    response.set_header("Retry-After", std::to_string(wait));
    return refuse(response, 429, "Too many that were wrong", fmt::format("wait {} s", wait));
  }
  const std::lock_guard lock(mutex_);
  Accounts accounts(people_);
  const auto token = accounts.login(name, json["password"].get<std::string>(), now);
  if (!token.ok()) return refuse(response, 503, "Not now", token.error().message);
  if (!token.value()) {
    attempts_.failed(tries, now);
    return refuse(response, 401, "Wrong name or password", "");
  }
  attempts_.succeeded(tries);
  const auto identity = accounts.who(*token.value(), now);
  if (!identity.ok() || !identity.value()) return refuse(response, 503, "Not now", "");
  if (request.has_param("cookie")) {
    response.set_header("Set-Cookie", cookie(*token.value(), session_ms / 1000));
    response.status = 204;
    return;
  }
  answer(response, Json{{"token", *token.value()},
                        {"role", name_of(identity.value()->role)},
                        {"expires", to_rfc3339(now + session_ms)}}
                           .dump() +
                       "\n");
}

void SessionsApi::log_out(const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const auto done = Accounts(people_).logout(token_in(request));
  if (!done.ok()) return refuse(response, 503, "Not now", done.error().message);
  response.set_header("Set-Cookie", cookie("", 0));
  response.status = 204;
}

Result<void> SessionsApi::note(const std::string& who, const std::string& what) {
  const std::lock_guard lock(mutex_);
  return Accounts(people_).note(who, what, now_ms());
}

void SessionsApi::route(const Routes& routes) {
  routes.server.Post("/api/v1/sessions", [this](const Request& request, Response& response) {
    log_in(request, response);
  });
  routes.server.Delete(
      "/api/v1/sessions",
      routes.allowed(anybody, [this](const Request& request, Response& response, const Identity&) {
        log_out(request, response);
      }));
  routes.server.Get(
      "/api/v1/me",
      routes.allowed(anybody, [](const Request& request, Response& response, const Identity& who) {
        answer(response, Json{{"name", who.name},
                              {"role", name_of(who.role)},
                              {"asks_names", !token_in(request).empty()}}
                                 .dump(-1, ' ', false, Json::error_handler_t::replace) +
                             "\n");
      }));
}

}  // namespace sengi::station
