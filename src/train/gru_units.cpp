// SPDX-License-Identifier: Apache-2.0
#include "train/gru_units.h"

#include <torch/torch.h>

#include <cmath>
#include <vector>

namespace sengi::train {
namespace {

using torch::Tensor;

Tensor orthogonal(std::int64_t size, const at::Generator& generator) {
  const auto [q, r] = torch::linalg_qr(torch::empty({size, size}).normal_(0, 1, generator));
  return q * r.diagonal().sign();
}

Tensor seen_by_sums(const Tensor& hidden, bool quantized) {
  if (!quantized) return hidden;
  return torch::fake_quantize_per_tensor_affine(hidden, 1.0 / 128, 0, -128, 127);
}

}  // namespace

GruWeights draw_gru(std::int64_t units, std::int64_t inputs, std::int64_t steps,
                    const at::Generator& generator) {
  const double deviation = std::sqrt(1 / static_cast<double>(inputs));
  GruWeights weights{
      .input = torch::empty({3, units, inputs}).normal_(0, deviation, generator),
      .recurrent = torch::stack({orthogonal(units, generator), orthogonal(units, generator),
                                 orthogonal(units, generator)}),
      .bias = torch::zeros({3, units})};
  // A gate of logistic(ln t) forgets 1 / (1 + t) a step.
  if (steps > 2) {
    const Tensor times =
        torch::empty({units}).uniform_(1, static_cast<double>(steps) - 1, generator);
    weights.bias[0].copy_(times.log());
  }
  return weights;
}

Tensor gru(const Tensor& x, const GruWeights& weights, bool every_step, bool quantized) {
  const std::int64_t units = weights.recurrent.size(1);
  // All steps' inputs at once; gates one beside another.
  const Tensor from_inputs =
      torch::linear(x, weights.input.flatten(0, 1), weights.bias.flatten()).contiguous();
  const std::vector<Tensor> sums = from_inputs.unbind(1);
  const Tensor of_gates = weights.recurrent.slice(0, 0, 2).flatten(0, 1);
  const Tensor of_candidate = weights.recurrent[2];
  Tensor hidden = torch::zeros({x.size(0), units});
  Tensor seen = hidden;
  std::vector<Tensor> all;
  for (const Tensor& sum : sums) {
    const Tensor gates = torch::sigmoid(sum.slice(1, 0, 2 * units) + torch::linear(seen, of_gates));
    const Tensor update = gates.slice(1, 0, units);
    const Tensor reset = gates.slice(1, units);
    const Tensor kept = seen_by_sums(reset * hidden, quantized);
    const Tensor candidate =
        torch::tanh(sum.slice(1, 2 * units) + torch::linear(kept, of_candidate));
    hidden = torch::lerp(candidate, hidden, update);
    seen = seen_by_sums(hidden, quantized);
    if (every_step) all.push_back(seen);
  }
  return every_step ? torch::stack(all, 1) : seen;
}

}  // namespace sengi::train
