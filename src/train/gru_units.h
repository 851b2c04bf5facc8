// SPDX-License-Identifier: Apache-2.0
// Gated recurrent units in libtorch. Inside this room only, as network.h.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <cstdint>

namespace sengi::train {

// Gates are in the order update, reset, candidate.
struct GruWeights {
  torch::Tensor input;      // [3, units, inputs]
  torch::Tensor recurrent;  // [3, units, units]
  torch::Tensor bias;       // [3, units]
};

// Weights that let gradients through many steps: orthogonal from step to step (Saxe, McClelland and
// Ganguli 2014), and update gates that keep what a unit holds for between a step and `steps`
// (Tallec and Ollivier 2018, "Can Recurrent Neural Networks Warp Time?").
GruWeights draw_gru(std::int64_t units, std::int64_t inputs, std::int64_t steps,
                    const at::Generator& generator);

// x [N, steps, inputs] to what units hold after the last step, [N, units], or after each, [N,
// steps, units]. `quantized`: hidden numbers that sums see are rounded to steps of 1/128, straight
// through, as the integer operator's are; its steps of 2^-15 and 2^-12 are too fine to be seen.
torch::Tensor gru(const torch::Tensor& x, const GruWeights& weights, bool every_step,
                  bool quantized);

}  // namespace sengi::train
