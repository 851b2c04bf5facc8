// SPDX-License-Identifier: Apache-2.0
#include "data/split.h"

#include <fmt/format.h>

#include <charconv>

#include "base/hash.h"

namespace sengi::data {

std::string_view name_of(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::validation:
      return "validation";
    case Split::test:
      return "test";
  }
  return "";
}

Split side_of(std::string_view group, std::uint64_t seed, std::int32_t validation_percent,
              std::int32_t test_percent) {
  const std::string digits = sha256(fmt::format("{}\n{}", seed, group)).substr(0, 8);
  std::uint32_t draw = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), draw, 16);
  const double percent = 100.0 * draw / 4294967296.0;
  if (percent < test_percent) return Split::test;
  if (percent < test_percent + validation_percent) return Split::validation;
  return Split::train;
}

}  // namespace sengi::data
