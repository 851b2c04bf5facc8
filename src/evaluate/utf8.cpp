// SPDX-License-Identifier: Apache-2.0
#include "evaluate/utf8.h"

#include <cstddef>
#include <cstdint>

namespace sengi::evaluate {
namespace {

// Length of the well-formed sequence at the start of `bytes`; 0 where there is none (Unicode 15,
// table 3-7).
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) -> std::uint8_t {
    return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0;
  };
  const auto follows = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
    return at(i) >= low && at(i) <= high;
  };
  const std::uint8_t lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = lead == 0xE0   ? follows(1, 0xA0)
                        : lead == 0xED ? follows(1, 0x80, 0x9F)
                                       : follows(1);
    return second && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = lead == 0xF0   ? follows(1, 0x90)
                        : lead == 0xF4 ? follows(1, 0x80, 0x8F)
                                       : follows(1);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string valid;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    const auto first = static_cast<std::uint8_t>(bytes.front());
    if (length == 0) {
      valid += "\xEF\xBF\xBD";
    } else if ((first < 0x20 && first != '\n' && first != '\t') || first == 0x7F) {
      valid += ' ';
    } else {
      valid += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace sengi::evaluate
