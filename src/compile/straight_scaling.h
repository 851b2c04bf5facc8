// SPDX-License-Identifier: Apache-2.0
// Finds the single multiplication that gives the same outputs as the definition's two roundings:
// Straight of sengi/nn/scaling.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/integer_parameters.h"
#include "sengi/fixed_point.h"

namespace sengi::compile {

// Of a channel's sums, bias and zero point included: no input leads out of it.
struct SumRange {
  std::int64_t lowest;
  std::int64_t highest;
};

// With S a channel's sum: output = ((256 S + offset) * multiplier) >> (32 + shift), held to int8.
struct StraightScaling {
  std::int32_t shift;                    // in [1, 22]
  std::vector<std::int32_t> multiplier;  // [channels], or [1] where one serves all
  std::vector<std::int32_t> offset;      // [channels]
};

// Both functions of a sum are stairs that only rise, so they are equal where all their edges are:
// that is checked for every edge within the range. None where no such numbers were found, as where
// outputs lie on both sides of the zero point (there the definition rounds ties the other way), or
// where `outputs` is narrower than int8, or 256 S + offset would leave 32 bits.
std::optional<StraightScaling> straight_scaling(const std::vector<Multiplier>& factors,
                                                const std::vector<SumRange>& ranges,
                                                std::int32_t output_zero_point,
                                                const model::ActivationRange& outputs);

}  // namespace sengi::compile
