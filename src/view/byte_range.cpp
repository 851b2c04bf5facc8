// SPDX-License-Identifier: Apache-2.0
#include "view/byte_range.h"

#include <algorithm>
#include <charconv>

namespace sengi::view {
namespace {

std::optional<std::int64_t> whole_number(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc() || end != digits.data() + digits.size() || number < 0)
    return std::nullopt;
  return number;
}

}  // namespace

std::variant<WholeFile, ByteRange, NoSuchRange> byte_range(std::string_view header,
                                                           std::int64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return WholeFile{};
  header.remove_prefix(unit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos)
    return WholeFile{};
  const auto from = header.substr(0, dash);
  const auto to = header.substr(dash + 1);
  if (from.empty()) {  // the last so many
    const auto count = whole_number(to);
    if (!count) return WholeFile{};
    if (*count == 0 || size == 0) return NoSuchRange{};
    return ByteRange{std::max<std::int64_t>(0, size - *count), size - 1};
  }
  const auto first = whole_number(from);
  const auto last = to.empty() ? std::optional(size - 1) : whole_number(to);
  if (!first || !last) return WholeFile{};
  if (*first >= size) return NoSuchRange{};
  if (*last < *first) return WholeFile{};
  return ByteRange{*first, std::min(*last, size - 1)};
}

}  // namespace sengi::view
