// SPDX-License-Identifier: Apache-2.0
#include "view/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "events/tables.h"

namespace sengi::view {
namespace {

using Json = nlohmann::ordered_json;

struct Said {
  double start_s;
  double end_s;
  std::string text;
};

Result<Said> said(const Json& entry) {
  if (!entry.is_object()) return Error{"it is no object"};
  Said one{};
  for (const auto& [key, into] : {std::pair{"start", &one.start_s}, {"end", &one.end_s}}) {
    if (!entry.contains(key) || !entry[key].is_number() ||
        !std::isfinite(entry[key].get<double>())) {
      return Error{fmt::format("{} is missing or no number", key)};
    }
    *into = entry[key].get<double>();
  }
  if (one.start_s < 0 || one.end_s < one.start_s) return Error{"it ends before it begins"};
  for (const char* key : {"transcript", "text", "word"}) {
    if (!entry.contains(key) || !entry[key].is_string()) continue;
    one.text = entry[key].get<std::string>();
    return one;
  }
  return Error{"it has no transcript, text or word"};
}

}  // namespace

Result<std::string> read_transcript(const std::filesystem::path& file) {
  std::vector<Said> all;
  if (file.extension() == ".json") {
    SENGI_TRY(text, read_text(file));
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_array())
      return Error{file.string() + ": no JSON list of {start, end, transcript}"};
    for (std::size_t i = 0; i < json.size(); ++i) {
      auto one = said(json[i]);
      if (!one.ok()) {
        return Error{fmt::format("{}: entry {}: {}", file.string(), i + 1, one.error().message)};
      }
      all.push_back(std::move(one).value());
    }
  } else {
    SENGI_TRY(table, events::read_annotations(file, {}));
    for (const data::Annotation& row : table.rows) {
      all.push_back({row.start_s, row.end_s, row.label});
    }
  }
  std::ranges::stable_sort(all, {}, &Said::start_s);
  Json json = Json::array();
  for (const Said& one : all) {
    json.push_back({{"start_s", one.start_s}, {"end_s", one.end_s}, {"text", one.text}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sengi::view
