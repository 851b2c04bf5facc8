// SPDX-License-Identifier: Apache-2.0
// How pages ask the database and change it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "station/clock.h"
#include "station/http_routes.h"

namespace sengi::station {

inline std::string text_of(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// What a question finds; nothing: 404.
using Found = Result<std::optional<nlohmann::ordered_json>>;

// `question(Database&)` to a connection that reads.
template <typename Question>
void answer_to(const Routes& routes, Response& response, Question question) {
  const auto json = routes.readers.with(question);
  if (!json.ok()) return refuse_fault(response, json.error());
  if (!json.value()) return refuse(response, 404, "There is none", "");
  answer(response, text_of(*json.value()));
}

// `change(Database&)` in a transaction with what the audit log says of it. False where it cannot
// be; then that is answered: 404 where there is no such thing (Outcome::no), else 409.
template <typename Change>
bool changed(const Routes& routes, Response& response, const Identity& who, const std::string& what,
             Change change) {
  const auto done = routes.backend.intake.alone([&](Store& store) -> Result<void> {
    SENGI_TRY(transaction, Transaction::begin(store.database()));
    SENGI_CHECK(change(store.database()));
    SENGI_CHECK(Accounts(store.database()).note(who.name, what, now_ms()));
    return transaction.commit();
  });
  if (done.ok()) return true;
  const bool no = done.error().outcome == Outcome::no;
  refuse(response, no ? 404 : 409, no ? "There is none" : "It cannot be", done.error().message);
  return false;
}

inline std::optional<std::string> param(const Request& request, const char* name) {
  return request.has_param(name) ? std::optional(request.get_param_value(name)) : std::nullopt;
}

// The number that the path names. Requires: up to 18 digits.
inline std::int64_t id_in(const Request& request) {
  const std::string digits = request.matches[1];
  return std::stoll(digits);
}

}  // namespace sengi::station
