// SPDX-License-Identifier: Apache-2.0
#include "station/http_answers.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "station/clock.h"
#include "station/http_routes.h"

namespace sengi::station {

void answer(Response& response, const std::string& json) {
  response.status = 200;
  response.set_content(json, "application/json");
}

void refuse(Response& response, int status, const std::string& title, const std::string& detail) {
  using Json = nlohmann::ordered_json;
  response.status = status;
  const Json json{
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  response.set_content(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
                       "application/problem+json");
}

void refuse_fault(Response& response, const Error& error) {
  const bool no = error.outcome == Outcome::no;
  refuse(response, no ? 404 : 503, no ? "There is none" : "Not now", error.message);
}

Result<Page> page_in(const Request& request) {
  Page page;
  page.after = request.get_param_value("after");
  for (const char* key : {"from", "to"}) {
    if (!request.has_param(key)) continue;
    const auto time = from_rfc3339(request.get_param_value(key));
    if (!time.ok()) return Error{fmt::format("{}: {}", key, time.error().message)};
    (key[0] == 'f' ? page.from_ms : page.to_ms) = time.value();
  }
  if (request.has_param("limit")) {
    const std::string digits = request.get_param_value("limit");
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), page.limit);
    const bool whole = code == std::errc() && end == digits.data() + digits.size();
    if (!whole || page.limit < 1 || page.limit > page_max) {
      return Error{fmt::format("limit: a whole number from 1 to {} belongs here", page_max)};
    }
  }
  return page;
}

std::string token_in(const Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string header = request.get_header_value("Authorization");
  if (header.starts_with(scheme)) return header.substr(scheme.size());
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && request.get_header_value("X-Requested-With") != "sengi") return "";
  const std::string cookies = "; " + request.get_header_value("Cookie");
  const std::string name = fmt::format("; {}=", session_cookie);
  const std::size_t at = cookies.find(name);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size();
  return cookies.substr(begin, cookies.find(';', begin) - begin);
}

}  // namespace sengi::station
