// SPDX-License-Identifier: Apache-2.0
// Constants as C++ text, laid out to the column as clang-format lays them out with this project's
// style, so that generated files and ours look alike and nobody's editor rewrites them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sengi::compile {

inline constexpr std::size_t page_width = 100;

// One constant array of a layer.
struct NumberTable {
  std::string declaration;  // "static constexpr std::int32_t bias[]"
  std::string note;         // what the indices mean: "[64][10][4]"
  std::vector<std::int64_t> values;
  std::size_t element_bytes;

  template <typename Number>
  NumberTable(std::string declaration, std::string note, const std::vector<Number>& values,
              std::size_t element_bytes)
      : declaration(std::move(declaration)),
        note(std::move(note)),
        values(values.begin(), values.end()),
        element_bytes(element_bytes) {}
  std::size_t bytes() const { return values.size() * element_bytes; }
};

// The whole definition, ending in a line break. Short ones take one line; longer ones
//
//   static constexpr std::int32_t bias[] = {  // [64]
//       1,  -20, 300,
//       40, 5,   -6};
std::string to_text(const NumberTable& table, std::size_t indent);

// The same for items that are not numbers.
std::string to_text(const std::string& declaration, const std::string& note,
                    const std::vector<std::string>& items, std::size_t indent);

// How many columns clang-format arranges items of these lengths (comma included) in when a line
// holds `width` characters: of all counts that fit, the smallest with the fewest lines.
std::size_t columns_for(std::span<const std::size_t> lengths, std::size_t width);

}  // namespace sengi::compile
