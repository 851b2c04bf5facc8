// SPDX-License-Identifier: Apache-2.0
// What the readers of images' annotations share.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/image_annotation.h"

namespace sengi::data {

// What stands deeper in a file than annotations do is dropped, so that no file is too deep for
// those who walk through it. Errors: not JSON (with the byte).
Result<nlohmann::json> parse_json(std::string_view text, std::string_view file);

// Everything that a source says one image shows.
class Seen {
 public:
  using Others = std::map<std::string, std::string>;

  // The label of a thing seen, and what else is said of it; of one label the first word counts, but
  // boxes are gathered.
  void add(const std::string& label, const Others& others);

  std::size_t labels() const { return by_label_.size(); }
  // Requires: labels() == 1.
  const std::string& label() const { return by_label_.begin()->first; }
  const Others& others() const { return by_label_.begin()->second; }

 private:
  std::map<std::string, Others> by_label_;
};

inline constexpr std::string_view box_names[] = {"bboxX", "bboxY", "bboxWidth", "bboxHeight"};

// "12 images show more than one thing and are left out", where there are any.
void note_left_out(std::size_t images, std::string_view why, std::vector<std::string>& notes);

}  // namespace sengi::data
