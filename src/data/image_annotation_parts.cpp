// SPDX-License-Identifier: Apache-2.0
#include "data/image_annotation_parts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace sengi::data {

Result<nlohmann::json> parse_json(std::string_view text, std::string_view file) {
  constexpr int deepest = 16;
  const auto keep = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    return depth <= deepest;
  };
  try {
    return nlohmann::json::parse(text, keep);
  } catch (const nlohmann::json::parse_error& error) {
    return Error{fmt::format("{}: not JSON: what stands at byte {} does not belong there", file,
                             error.byte)};
  }
}

void Seen::add(const std::string& label, const Others& others) {
  const auto [at, first] = by_label_.emplace(label, others);
  if (first || !others.contains(std::string(box_names[0]))) return;
  for (const std::string_view name : box_names) {
    const auto cell = others.find(std::string(name));
    std::string& gathered = at->second[std::string(name)];
    if (!gathered.empty()) gathered += " | ";
    gathered += cell == others.end() ? std::string() : cell->second;
  }
}

void note_left_out(std::size_t images, std::string_view why, std::vector<std::string>& notes) {
  if (images == 0) return;
  notes.push_back(fmt::format("{} left out: {}", counted(images, "image"), why));
}

}  // namespace sengi::data
