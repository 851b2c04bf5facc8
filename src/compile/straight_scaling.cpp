// SPDX-License-Identifier: Apache-2.0
#include "compile/straight_scaling.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "sengi/nn/pairs.h"

namespace sengi::compile {
namespace {

constexpr std::int32_t least_shift = 1;
constexpr std::int32_t most_shift = 22;  // 127 * 2^(32 + 22) fits in 63 bits
// Tried first, so that layers have it in common and share code; multipliers of most then still have
// 28 bits or more.
constexpr std::int32_t usual_shift = 12;
constexpr std::int32_t lowest_output = -128;
constexpr std::int32_t highest_output = 127;
constexpr std::int64_t unit = std::int64_t{1} << nn::sum_fraction_bits;
// How many multipliers beside the definition's are tried.
constexpr std::int32_t tries = 400;

// The sums at which the output rises, by output from the second: the first sum with that output or
// a higher one; range.highest + 1 where none has.
std::vector<std::int64_t> edges_of(const Multiplier& factor, const SumRange& range,
                                   std::int32_t zero_point) {
  std::vector<std::int64_t> edges;
  std::int64_t from = range.lowest;
  for (std::int32_t output = lowest_output + 1; output <= highest_output; ++output) {
    std::int64_t to = range.highest + 1;
    while (from < to) {
      const std::int64_t middle = from + (to - from) / 2;
      const bool reached =
          requantize(static_cast<std::int32_t>(middle), factor) + zero_point >= output;
      (reached ? to : from) = reached ? middle : middle + 1;
    }
    edges.push_back(from);
  }
  return edges;
}

std::int64_t divided_up(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return quotient + (a % b > 0 ? 1 : 0);
}

// The offset with which a multiplier has all these edges.
std::optional<std::int32_t> offset_for(const std::vector<std::int64_t>& edges,
                                       const SumRange& range, std::int64_t multiplier,
                                       std::int32_t shift) {
  if (multiplier <= 0 || multiplier > std::numeric_limits<std::int32_t>::max()) return {};
  // Half of what 64 bits hold, so that their difference fits.
  constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max() / 2;
  std::int64_t least = -unbounded;
  std::int64_t most = unbounded;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const std::int64_t output = lowest_output + 1 + static_cast<std::int64_t>(i);
    // The smallest 256 S + offset that gives this output.
    const std::int64_t needed = divided_up(output * (std::int64_t{1} << (32 + shift)), multiplier);
    if (edges[i] <= range.highest) least = std::max(least, needed - unit * edges[i]);
    if (edges[i] > range.lowest) most = std::min(most, needed - 1 - unit * (edges[i] - 1));
  }
  if (least > most) return {};
  std::int64_t offset = least + (most - least) / 2;
  if (least == -unbounded) offset = most;
  if (most == unbounded) offset = least;
  const auto fits = [](std::int64_t x) {
    return x >= std::numeric_limits<std::int32_t>::min() &&
           x <= std::numeric_limits<std::int32_t>::max();
  };
  if (!fits(offset) || !fits(unit * range.lowest + offset) ||
      !fits(unit * range.highest + offset)) {
    return {};
  }
  return static_cast<std::int32_t>(offset);
}

// factor * 2^(24 + shift), the multiplier that rounds like none and lies on the line.
std::int64_t ideal_multiplier(const Multiplier& factor, std::int32_t shift) {
  const std::int32_t right = -(factor.shift + shift - (31 - 24));
  return right > 31 ? 0 : std::int64_t{factor.multiplier} >> right;
}

// By how much multipliers that are tried differ: about a quarter of a step of 1/256 at the edge
// that lies farthest from a sum of zero.
std::int64_t distance_of(const std::vector<std::vector<std::int64_t>>& edges, std::int64_t ideal) {
  std::int64_t farthest = 1;
  for (const std::vector<std::int64_t>& each : edges) {
    farthest = std::max({farthest, std::abs(each.front()), std::abs(each.back())});
  }
  return std::max<std::int64_t>(ideal / (4 * unit * farthest), 1);
}

// One multiplier for all these channels, and each one's offset.
bool fit(const std::vector<std::vector<std::int64_t>>& edges, const std::vector<SumRange>& ranges,
         std::int64_t ideal, StraightScaling& scaling) {
  const std::int64_t distance = distance_of(edges, ideal);
  for (std::int32_t i = 0; i < tries; ++i) {
    const std::int64_t multiplier = ideal + (i % 2 == 0 ? 1 : -1) * ((i + 1) / 2) * distance;
    std::vector<std::int32_t> offsets;
    for (std::size_t channel = 0; channel < edges.size(); ++channel) {
      const auto offset = offset_for(edges[channel], ranges[channel], multiplier, scaling.shift);
      if (!offset) break;
      offsets.push_back(*offset);
    }
    if (offsets.size() != edges.size()) continue;
    scaling.multiplier.push_back(static_cast<std::int32_t>(multiplier));
    scaling.offset.insert(scaling.offset.end(), offsets.begin(), offsets.end());
    return true;
  }
  return false;
}

bool all_alike(const std::vector<Multiplier>& factors) {
  return std::ranges::all_of(factors, [&](const Multiplier& factor) {
    return factor.multiplier == factors[0].multiplier && factor.shift == factors[0].shift;
  });
}

bool fit_one_for_all(const std::vector<Multiplier>& factors,
                     const std::vector<std::vector<std::int64_t>>& edges,
                     const std::vector<SumRange>& ranges, StraightScaling& scaling) {
  return all_alike(factors) &&
         fit(edges, ranges, ideal_multiplier(factors[0], scaling.shift), scaling);
}

bool fit_each(const std::vector<Multiplier>& factors,
              const std::vector<std::vector<std::int64_t>>& edges,
              const std::vector<SumRange>& ranges, StraightScaling& scaling) {
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const std::int64_t ideal = ideal_multiplier(factors[i], scaling.shift);
    if (!fit({edges[i]}, {ranges[i]}, ideal, scaling)) return false;
  }
  return true;
}

}  // namespace

std::optional<StraightScaling> straight_scaling(const std::vector<Multiplier>& factors,
                                                const std::vector<SumRange>& ranges,
                                                std::int32_t output_zero_point,
                                                const model::ActivationRange& outputs) {
  if (outputs.lowest != lowest_output || outputs.highest != highest_output) return {};
  std::int32_t largest = std::numeric_limits<std::int32_t>::min();
  for (const Multiplier& factor : factors) {
    if (factor.multiplier != 0) largest = std::max(largest, factor.shift);
  }
  // As many bits as a multiplier below 2^31 allows.
  const std::int32_t highest_shift = std::min((31 - 24) - largest, most_shift);
  if (highest_shift < least_shift) return {};
  std::vector<std::vector<std::int64_t>> edges;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    edges.push_back(edges_of(factors[i], ranges[i], output_zero_point));
  }
  for (const std::int32_t shift : {std::min(usual_shift, highest_shift), highest_shift}) {
    StraightScaling scaling{shift, {}, {}};
    if (fit_one_for_all(factors, edges, ranges, scaling)) return scaling;
    if (fit_each(factors, edges, ranges, scaling)) return scaling;
  }
  return {};
}

}  // namespace sengi::compile
