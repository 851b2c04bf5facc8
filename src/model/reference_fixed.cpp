// SPDX-License-Identifier: Apache-2.0
#include "model/reference_fixed.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "sengi/fixed_point.h"

// doubling_high_mul of raw values with n and m integer bits has n + m.

namespace sengi::model {
namespace {

constexpr std::int32_t one_with_0_bits = std::numeric_limits<std::int32_t>::max();

// A real below 1 in magnitude, with 0 integer bits.
std::int32_t fixed(double real) {
  return static_cast<std::int32_t>(std::llround(std::ldexp(real, 31)));
}

// e^x for x in [-1/4, 0), 0 integer bits in and out: Taylor's fourth order around -1/8.
std::int32_t exp_of_quarter(std::int32_t x) {
  static const std::int32_t exp_of_centre = fixed(std::exp(-0.125));
  static const std::int32_t third = fixed(1.0 / 3);
  const std::int32_t d = x + (1 << 28);  // from the centre
  const std::int32_t d2 = doubling_high_mul(d, d);
  const std::int32_t d3 = doubling_high_mul(d2, d);
  const std::int32_t d4 = doubling_high_mul(d2, d2);
  // d^4/24 + d^3/6 + d^2/2 = ((d^4/4 + d^3)/3 + d^2)/2
  const std::int32_t cubic = doubling_high_mul(rounding_divide_by_power_of_two(d4, 2) + d3, third);
  const std::int32_t tail = rounding_divide_by_power_of_two(cubic + d2, 1);
  return exp_of_centre + doubling_high_mul(exp_of_centre, d + tail);
}

// 2 / (1 + x), with 2 integer bits, for x in [0, 1] with 0: Newton's iteration for the inverse of
// (1 + x)/2, from the best straight line 48/17 - 32/17 d.
std::int32_t twice_inverse_of_one_plus(std::int32_t x) {
  static const std::int32_t start = fixed(48.0 / 17 / 4);  // 2 integer bits from here
  static const std::int32_t slope = fixed(-32.0 / 17 / 4);
  constexpr std::int32_t one = 1 << 29;
  // (x + 1) / 2, rounded up.
  const auto half = static_cast<std::int32_t>((std::int64_t{x} + one_with_0_bits + 1) / 2);
  std::int32_t inverse = start + doubling_high_mul(half, slope);
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = one - doubling_high_mul(half, inverse);
    inverse += doubling_high_mul(inverse, error) * 4;  // 4 integer bits to 2
  }
  return inverse;
}

// With 2 integer bits, to 0: four times the raw value; one itself saturates.
std::int32_t without_integer_bits(std::int32_t x) { return x >= 1 << 29 ? one_with_0_bits : x * 4; }

// 65536 / (1 + e^-(i / 24)). Between entries one interpolates along chords, which lie below the
// curve: entries are raised by half of that.
const std::array<std::uint16_t, 256>& logistic_table() {
  static const std::array<std::uint16_t, 256> table = [] {
    std::array<std::uint16_t, 256> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double p = 1 / (1 + std::exp(-static_cast<double>(i) / 24));
      const double second_derivative = p * (1 - p) * (1 - 2 * p);
      const double raised = p - second_derivative / (24.0 * 24 * 16);
      values[i] = static_cast<std::uint16_t>(std::llround(65536 * raised));
    }
    values.back() = 65535;  // what lies beyond the table
    return values;
  }();
  return table;
}

// The input times 3 * 2^12 and its magnitude.
std::int32_t table_input(std::int16_t x, const TableParameters& parameters) {
  const std::int32_t round = parameters.shift > 0 ? 1 << (parameters.shift - 1) : 0;
  return (x * parameters.multiplier + round) >> parameters.shift;
}

// The table's value at `magnitude` / 2^bits entries, with that many more bits of fraction.
std::int32_t interpolated(std::int32_t magnitude, int bits) {
  const std::array<std::uint16_t, 256>& table = logistic_table();
  const std::int32_t entry = magnitude >> bits;
  if (entry >= 255) return -1;
  const std::int32_t below = table[static_cast<std::size_t>(entry)];
  const std::int32_t above = table[static_cast<std::size_t>(entry) + 1];
  return (below << bits) + (magnitude & ((1 << bits) - 1)) * (above - below);
}

}  // namespace

std::int32_t exp_of_negative(std::int32_t x, int integer_bits) {
  constexpr int most_steps = 7;  // quarters, halves, ones ... sixteens
  static const std::array<std::int32_t, most_steps> powers = [] {
    std::array<std::int32_t, most_steps> table{};
    for (int k = 0; k < most_steps; ++k) {
      table[static_cast<std::size_t>(k)] = fixed(std::exp(-std::ldexp(0.25, k)));
    }
    return table;
  }();
  if (x == 0) return one_with_0_bits;

  const std::int32_t quarter = 1 << (31 - integer_bits - 2);
  const std::int32_t part = (x & (quarter - 1)) - quarter;  // in [-1/4, 0)
  std::int32_t result = exp_of_quarter(part * (1 << integer_bits));
  const std::int32_t quarters = (part - x) / quarter;
  for (int k = 0; k < integer_bits + 2; ++k) {
    if ((quarters >> k & 1) != 0) {
      result = doubling_high_mul(result, powers[static_cast<std::size_t>(k)]);
    }
  }
  return result;
}

std::int32_t inverse_of_one_plus(std::int32_t x) {
  // Half of it: the same raw value with 1 integer bit, from which to 0. One itself saturates.
  const std::int32_t twice = twice_inverse_of_one_plus(x);
  return twice >= 1 << 30 ? one_with_0_bits : twice * 2;
}

namespace {

// x * 2^bits, held to 32 bits. bits >= 0.
std::int32_t saturating_shift(std::int32_t x, int bits) {
  const std::int64_t wide = std::int64_t{x} << bits;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      wide, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

int leading_zeros(std::int32_t x) { return std::countl_zero(static_cast<std::uint32_t>(x)); }

}  // namespace

// x = r * 2^power with r around 2^-1/4, where ln r is (q r + a q^3) / (p (b + q + c q^2) + d q) of
// q = 2 (r - 2^-1/4), p the mean of r and 2^-1/4. Two ways to choose r and the power meet halfway:
// the larger power, the smaller r.
std::int32_t log_of_at_least_one(std::int32_t x) {
  static const std::int32_t log_2 = fixed(std::log(2.0));
  static const std::int32_t root_of_half = fixed(std::sqrt(0.5));
  static const double fourth_root_of_2 = std::sqrt(std::sqrt(2.0));
  static const std::int32_t centre = fixed(1 / fourth_root_of_2);
  static const std::int32_t a = fixed(11.0 / 240 * fourth_root_of_2);
  static const std::int32_t b = fixed(2 / fourth_root_of_2 - fourth_root_of_2);
  static const std::int32_t c = fixed(1.0 / 20 * fourth_root_of_2);
  static const std::int32_t d = fixed(1.0 / 4 * fourth_root_of_2);
  constexpr int input_bits = 12;
  constexpr int power_fraction_bits = 25;  // 6 integer bits
  constexpr std::int32_t quarter = 1 << (power_fraction_bits - 2);
  const auto product = [](std::int32_t m, std::int32_t n) { return doubling_high_mul(m, n); };

  const int headroom = leading_zeros(x) - 1;
  const std::int32_t upper_r =
      saturating_shift(product(saturating_shift(x, headroom), root_of_half), 1);
  const std::int32_t upper_power =
      (input_bits - headroom - 1) * (1 << power_fraction_bits) + quarter;
  const int lower_headroom = leading_zeros(product(x, root_of_half)) - 1;
  const std::int32_t lower_r = saturating_shift(x, lower_headroom);
  const std::int32_t lower_power =
      (input_bits - lower_headroom) * (1 << power_fraction_bits) - quarter;
  const std::int32_t r = std::min(upper_r, lower_r);
  const std::int32_t power = std::max(upper_power, lower_power);

  const std::int64_t both = std::int64_t{r} + centre;
  const auto p = static_cast<std::int32_t>((both + (both >= 0 ? 1 : -1)) / 2);
  const std::int32_t q = 2 * (r - centre);
  const std::int32_t squared = product(q, q);
  const std::int32_t numerator = product(q, r) + product(product(q, squared), a);
  const std::int32_t denominator = product(p, b + q + product(c, squared)) + product(d, q);
  const std::int32_t quotient =
      product(rounding_divide_by_power_of_two(numerator, 6), inverse_of_one_plus(denominator));
  return saturating_shift(product(power, log_2) + quotient, 1);
}

// Newton's iteration from 1, with 3 integer bits, for x scaled by a power of 4 to within 1/2 to 2.
Multiplier inverse_root_of(std::int32_t x) {
  if (x <= 1) return {.multiplier = one_with_0_bits, .shift = 0};
  static const std::int32_t root_of_half = fixed(std::sqrt(0.5));
  int right = 11;
  while (x >= 1 << 29) {
    x /= 4;
    ++right;
  }
  const int pairs = (leading_zeros(x) - 1) / 2 - 1;
  right -= pairs;
  x <<= 2 * pairs;
  const std::int32_t half = rounding_divide_by_power_of_two(x >> 1, 1);
  constexpr std::int32_t three_halves = (1 << 28) + (1 << 27);
  std::int32_t root = 1 << 28;
  for (int i = 0; i < 5; ++i) {
    // Cubes have 9 integer bits, the other products 6.
    const std::int32_t cube =
        saturating_shift(doubling_high_mul(doubling_high_mul(root, root), root), 6);
    root =
        saturating_shift(doubling_high_mul(three_halves, root) - doubling_high_mul(half, cube), 3);
  }
  root = doubling_high_mul(root, root_of_half);
  if (right < 0) return {.multiplier = root << -right, .shift = 0};
  return {.multiplier = root, .shift = -right};
}

std::int32_t logistic_of(std::int32_t x) {
  if (x == 0) return 1 << 30;
  const std::int32_t positive = inverse_of_one_plus(exp_of_negative(x > 0 ? -x : x, 4));
  return x > 0 ? positive : one_with_0_bits - positive;
}

std::int32_t tanh_of(std::int32_t x) {
  if (x == 0) return 0;
  // (1 - e) / (1 + e) = 2 / (1 + e) - 1, with e = exp(-2 |x|): x with one integer bit more.
  const std::int32_t e = exp_of_negative(x > 0 ? -x : x, 5);
  const std::int32_t positive = without_integer_bits(twice_inverse_of_one_plus(e) - (1 << 29));
  return x > 0 ? positive : -positive;
}

std::int16_t logistic_by_table(std::int16_t x, const TableParameters& parameters) {
  const std::int32_t at = table_input(x, parameters);
  std::int32_t value = interpolated(std::abs(at), 9);  // 2^25 is one
  if (value < 0) value = 0x7fff << 10;
  value = at >= 0 ? value + (1 << 9) : (1 << 25) - value + (1 << 9) - 1;
  return static_cast<std::int16_t>(value >> 10);
}

std::int16_t tanh_by_table(std::int16_t x, const TableParameters& parameters) {
  // tanh x = 2 logistic(2 x) - 1: twice as fast through the table.
  const std::int32_t at = table_input(x, parameters);
  std::int32_t value = interpolated(std::abs(at), 8);  // 2^24 is one
  if (value < 0) value = 0xffff << 8;
  value = at >= 0 ? value - (1 << 23) + (1 << 7) : -value + (1 << 23) + (1 << 7) - 1;
  return static_cast<std::int16_t>(value >> 8);
}

}  // namespace sengi::model
