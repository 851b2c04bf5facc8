// SPDX-License-Identifier: Apache-2.0
// Finds the two factors of sengi/nn/straight_add.h.
#pragma once

#include <cstdint>
#include <optional>

#include "model/graph.h"
#include "model/integer_parameters.h"

namespace sengi::compile {

struct StraightAddition {
  std::int32_t factor_a;
  std::int32_t factor_b;
  std::int32_t addition;
  std::int32_t shift;
};

// Gives the definition's output for each of the 65,536 pairs of inputs; none where no such numbers
// were found, or where `outputs` is narrower than int8.
std::optional<StraightAddition> straight_addition(const model::Quantization& a,
                                                  const model::Quantization& b,
                                                  const model::Quantization& output,
                                                  const model::ActivationRange& outputs);

}  // namespace sengi::compile
