// SPDX-License-Identifier: Apache-2.0
// The JSON object in a request's body, whose fields are what they should be or are named.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/http_answers.h"

namespace sengi::station {

class Body {
 public:
  // Errors: no JSON object; a field that is none of `fields`, with the one probably meant.
  static Result<Body> of(const Request& request, const std::vector<std::string>& fields);

  bool has(const char* field) const { return json_.contains(field) && !json_[field].is_null(); }
  // Where it is missing, as it was given. Errors: of another type.
  Result<std::string> text(const char* field, const std::string& missing = "") const;
  Result<std::optional<std::int64_t>> whole(const char* field, std::int64_t least,
                                            std::int64_t most) const;
  Result<std::optional<std::int64_t>> time(const char* field) const;
  const nlohmann::json& operator[](const char* field) const { return json_[field]; }

 private:
  explicit Body(nlohmann::json json) : json_(std::move(json)) {}
  nlohmann::json json_;
};

}  // namespace sengi::station
