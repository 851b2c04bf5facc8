// SPDX-License-Identifier: Apache-2.0
#include "compile/straight_add.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sengi/fixed_point.h"

namespace sengi::compile {
namespace {

constexpr std::int32_t values = 256;
constexpr std::int32_t lowest_value = -128;
// Factors this far from the ideal ones are tried.
constexpr std::int32_t reach = 6;

// What the definition gives for each pair of inputs.
class Sums {
 public:
  Sums(const model::Quantization& a, const model::Quantization& b,
       const model::Quantization& output) {
    outputs_.reserve(std::size_t{values} * values);
    const model::AddParameters parameters = model::add_parameters(a, b, output);
    constexpr std::int32_t headroom = 1 << model::AddParameters::left_shift;
    for (std::int32_t i = 0; i < values; ++i) {
      const std::int32_t first =
          requantize((i + lowest_value - a.zero_point[0]) * headroom, parameters.first);
      for (std::int32_t j = 0; j < values; ++j) {
        const std::int32_t second =
            requantize((j + lowest_value - b.zero_point[0]) * headroom, parameters.second);
        outputs_.push_back(
            clamp(requantize(first + second, parameters.output) + output.zero_point[0], -128, 127));
      }
    }
  }

  // visit(a, b, output)
  template <typename Visit>
  void each(const Visit& visit) const {
    auto output = outputs_.begin();
    for (std::int32_t i = 0; i < values; ++i) {
      for (std::int32_t j = 0; j < values; ++j) {
        visit(i + lowest_value, j + lowest_value, *output++);
      }
    }
  }

 private:
  std::vector<std::int32_t> outputs_;  // in the order that each() visits
};

// The addition with which these factors give all outputs.
std::optional<StraightAddition> with_factors(const Sums& sums, std::int64_t factor_a,
                                             std::int64_t factor_b, std::int32_t shift) {
  std::int64_t least = std::numeric_limits<std::int32_t>::min();
  std::int64_t most = std::numeric_limits<std::int32_t>::max();
  sums.each([&](std::int32_t a, std::int32_t b, std::int32_t output) {
    const std::int64_t products = factor_a * a + factor_b * b;
    const std::int64_t step = std::int64_t{1} << shift;
    // Held to int8, the ends have no end of their own; but 32 bits must not overflow.
    const std::int64_t from =
        output > -128 ? output * step : std::int64_t{std::numeric_limits<std::int32_t>::min()};
    const std::int64_t to = output < 127 ? (output + 1) * step - 1
                                         : std::int64_t{std::numeric_limits<std::int32_t>::max()};
    least = std::max(least, from - products);
    most = std::min(most, to - products);
  });
  if (least > most) return {};
  return StraightAddition{static_cast<std::int32_t>(factor_a), static_cast<std::int32_t>(factor_b),
                          static_cast<std::int32_t>(least + (most - least) / 2), shift};
}

}  // namespace

std::optional<StraightAddition> straight_addition(const model::Quantization& a,
                                                  const model::Quantization& b,
                                                  const model::Quantization& output,
                                                  const model::ActivationRange& outputs) {
  if (outputs.lowest != -128 || outputs.highest != 127) return {};
  const double ratio_a = static_cast<double>(a.scale[0]) / static_cast<double>(output.scale[0]);
  const double ratio_b = static_cast<double>(b.scale[0]) / static_cast<double>(output.scale[0]);
  // As many bits behind the point as the largest sum leaves.
  const double largest = 256 * (ratio_a + ratio_b) + 256;
  const auto shift = static_cast<std::int32_t>(std::floor(31 - std::log2(largest)));
  if (!(largest > 0) || shift < 8 || shift > 22) return {};
  const Sums sums(a, b, output);
  const std::int64_t ideal_a = std::llround(std::ldexp(ratio_a, shift));
  const std::int64_t ideal_b = std::llround(std::ldexp(ratio_b, shift));
  // Nearest first.
  for (std::int32_t distance = 0; distance <= reach; ++distance) {
    for (std::int32_t i = -distance; i <= distance; ++i) {
      for (std::int32_t j = -distance; j <= distance; ++j) {
        if (std::max(std::abs(i), std::abs(j)) != distance) continue;
        if (const auto found = with_factors(sums, ideal_a + i, ideal_b + j, shift)) return found;
      }
    }
  }
  return {};
}

}  // namespace sengi::compile
