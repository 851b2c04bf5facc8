// SPDX-License-Identifier: Apache-2.0
#include "station/http_body.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "station/clock.h"

namespace sengi::station {

Result<Body> Body::of(const Request& request, const std::vector<std::string>& fields) {
  auto json = nlohmann::json::parse(request.body, nullptr, false);
  if (!json.is_object()) return Error{"a JSON object belongs here"};
  for (const auto& [name, value] : json.items()) {
    if (std::find(fields.begin(), fields.end(), name) != fields.end()) continue;
    const auto meant = nearest(name, fields);
    return Error{meant ? fmt::format("{} is no field; did you mean {}?", name, *meant)
                       : fmt::format("{} is no field; there are {}", name, alternatives(fields))};
  }
  return Body(std::move(json));
}

Result<std::string> Body::text(const char* field, const std::string& missing) const {
  if (!has(field)) return missing;
  if (!json_[field].is_string()) return Error{fmt::format("{}: a text belongs here", field)};
  return json_[field].get<std::string>();
}

Result<std::optional<std::int64_t>> Body::whole(const char* field, std::int64_t least,
                                                std::int64_t most) const {
  if (!has(field)) return std::optional<std::int64_t>{};
  const auto& value = json_[field];
  const bool is_whole = value.is_number_integer() &&
                        (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
  if (!is_whole || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most) {
    return Error{fmt::format("{}: a whole number from {} to {} belongs here", field, least, most)};
  }
  return std::optional(value.get<std::int64_t>());
}

Result<std::optional<std::int64_t>> Body::time(const char* field) const {
  SENGI_TRY(text, this->text(field));
  if (text.empty()) return std::optional<std::int64_t>{};
  const auto time = from_rfc3339(text);
  if (!time.ok()) return Error{fmt::format("{}: {}", field, time.error().message)};
  return std::optional(time.value());
}

}  // namespace sengi::station
