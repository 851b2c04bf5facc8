// SPDX-License-Identifier: Apache-2.0
// 1 / (1 + e^-x) and tanh x of 16-bit numbers, as TensorFlow Lite's specification has them:
// straight lines between the entries of a table.
#pragma once

#include <cstdint>

namespace sengi::nn {

// 65536 / (1 + e^-(i / 24)), raised by half of what a line between two entries lies below the
// curve; the last entry is what lies beyond the table.
inline constexpr std::uint16_t logistic_table[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794,
    41432, 42064, 42688, 43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443,
    48964, 49475, 49975, 50464, 50942, 51409, 51865, 52311, 52745, 53169, 53581, 53983, 54374,
    54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433, 57724, 58007, 58280, 58544,
    58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110, 61279,
    61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990,
    63090, 63186, 63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030,
    64090, 64148, 64204, 64257, 64308, 64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652,
    64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900, 64926, 64950, 64974, 64997, 65019,
    65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208, 65221, 65234,
    65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360,
    65367, 65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433,
    65438, 65442, 65445, 65449, 65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476,
    65479, 65481, 65483, 65485, 65488, 65489, 65491, 65493, 65495, 65497, 65498, 65500, 65501,
    65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513, 65514, 65515, 65516,
    65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529,
    65529, 65530, 65530, 65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532,
    65532, 65532, 65532, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65534, 65534,
    65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
};

// An input as 3 * 2^12 times the real one: (input * multiplier + 1/2) >> shift.
struct TableScale {
  std::int32_t multiplier;
  std::int32_t shift;
};
// Of inputs with 3 integer bits.
inline constexpr TableScale three_integer_bits = {3, 0};

constexpr std::int32_t table_input(std::int32_t x, TableScale scale) {
  const std::int32_t half = scale.shift > 0 ? 1 << (scale.shift - 1) : 0;
  return (x * scale.multiplier + half) >> scale.shift;
}

// The table's value at magnitude / 2^bits entries, times 2^bits; `beyond` where there is none.
constexpr std::int32_t between_entries(std::int32_t magnitude, int bits, std::int32_t beyond) {
  const std::int32_t entry = magnitude >> bits;
  if (entry >= 255) return beyond;
  const std::int32_t below = logistic_table[entry];
  const std::int32_t above = logistic_table[entry + 1];
  return (below << bits) + (magnitude & ((1 << bits) - 1)) * (above - below);
}

// To steps of 2^-15, as tanh_by_table().
constexpr std::int32_t logistic_by_table(std::int32_t x, TableScale scale) {
  const std::int32_t at = table_input(x, scale);
  const std::int32_t value = between_entries(at < 0 ? -at : at, 9, 0x7fff << 10);  // 2^25 is one
  return (at >= 0 ? value + (1 << 9) : (1 << 25) - value + (1 << 9) - 1) >> 10;
}

// tanh x is 2 / (1 + e^-2x) - 1: twice as fast through the table.
constexpr std::int32_t tanh_by_table(std::int32_t x, TableScale scale) {
  const std::int32_t at = table_input(x, scale);
  const std::int32_t value = between_entries(at < 0 ? -at : at, 8, 0xffff << 8);  // 2^24 is one
  const std::int32_t from_half = value - (1 << 23);
  return (at >= 0 ? from_half + (1 << 7) : -from_half + (1 << 7) - 1) >> 8;
}

}  // namespace sengi::nn
