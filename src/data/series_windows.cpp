// SPDX-License-Identifier: Apache-2.0
#include "data/series_windows.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/series_parts.h"

namespace sengi::data {
namespace {

using Json = nlohmann::json;

std::optional<double> seconds_in(const Json& json) {
  if (!json.is_string()) return std::nullopt;
  const auto moment = moment_in(json.get_ref<const std::string&>());
  if (!moment) return std::nullopt;
  return static_cast<double>(moment->second) + moment->fraction;
}

}  // namespace

Result<TimeWindows> parse_time_windows(std::string_view text, std::string_view file) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return Error{fmt::format(
        "{}: not windows of time; write {{\"file.csv\": [[\"2014-01-27 14:20\", \"2014-01-29 "
        "13:30\"]]}}",
        file)};
  }
  TimeWindows all;
  for (const auto& [name, list] : json.items()) {
    std::vector<TimeWindow>& windows = all[std::filesystem::path(name).filename().string()];
    if (!list.is_array()) return Error{fmt::format("{}: {}: not a list of windows", file, name)};
    for (const Json& pair : list) {
      const bool two = pair.is_array() && pair.size() == 2;
      const auto first = two ? seconds_in(pair[0]) : std::nullopt;
      const auto last = two ? seconds_in(pair[1]) : std::nullopt;
      if (!first || !last || *last < *first) {
        return Error{fmt::format(
            "{}: {}: window {} is not a first and a last moment, as in [\"2014-01-27 14:20\", "
            "\"2014-01-29 13:30\"]",
            file, name, windows.size() + 1)};
      }
      windows.push_back({*first, *last});
    }
  }
  return all;
}

}  // namespace sengi::data
