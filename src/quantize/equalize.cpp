// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "model/interpreter.h"
#include "quantize/noise.h"
#include "quantize/repair.h"

namespace sengi::quantize {
namespace {

using model::Graph;
using model::Operator;
using model::Tensor;
using model::TensorIndex;

constexpr double most_change = 1000;  // of one channel

Tensor& at(Graph& graph, TensorIndex index) {
  return graph.tensors[static_cast<std::size_t>(index)];
}

bool is_depthwise(const Operator& op) {
  return std::holds_alternative<model::DepthwiseConv2D>(op.kind);
}

// Whether scaling an output channel scales what comes out: no activation, or ReLU.
bool scales_through(const Operator& op) {
  const auto passes = [](model::Activation activation) {
    return activation == model::Activation::none || activation == model::Activation::relu;
  };
  if (const auto* conv = std::get_if<model::Conv2D>(&op.kind)) return passes(conv->activation);
  if (const auto* dw = std::get_if<model::DepthwiseConv2D>(&op.kind)) {
    return passes(dw->activation);
  }
  if (const auto* dense = std::get_if<model::FullyConnected>(&op.kind)) {
    return passes(dense->activation);
  }
  return false;
}

// Whether its weights meet the input channels one by one.
bool takes_channels(const Graph& graph, const Operator& op) {
  if (const auto* dw = std::get_if<model::DepthwiseConv2D>(&op.kind)) {
    return dw->depth_multiplier == 1;
  }
  const auto index = static_cast<std::size_t>(op.inputs[0]);
  return std::holds_alternative<model::Conv2D>(op.kind) ||
         (std::holds_alternative<model::FullyConnected>(op.kind) &&
          graph.tensors[index].shape.size() == 2 &&
          graph.tensors[index].shape[1] ==
              graph.tensors[static_cast<std::size_t>(op.inputs[1])].shape[1]);
}

std::size_t readers(const Graph& graph, TensorIndex index) {
  std::size_t count = static_cast<std::size_t>(std::ranges::count(graph.outputs, index));
  for (const Operator& op : graph.operators) {
    count += static_cast<std::size_t>(std::ranges::count(op.inputs, index));
  }
  return count;
}

bool owns_constants(const Graph& graph, const Operator& op) {
  return std::all_of(op.inputs.begin() + 1, op.inputs.end(), [&](TensorIndex index) {
    return index == model::absent || readers(graph, index) == 1;
  });
}

// The one operator that reads what `op` makes, where the two can be equalised.
std::optional<std::size_t> partner(const Graph& graph, const Operator& op) {
  if (!scales_through(op) || readers(graph, op.outputs[0]) != 1) return std::nullopt;
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& next = graph.operators[i];
    if (next.inputs.empty() || next.inputs[0] != op.outputs[0]) continue;
    const bool whole =
        takes_channels(graph, next) && owns_constants(graph, op) && owns_constants(graph, next);
    return whole ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

// Multiplies each element by factor(channel); elements of a channel are `inner` next to each other.
void scale_channels(Tensor& tensor, const std::vector<double>& factors, std::size_t inner) {
  for (std::size_t i = 0; i < tensor.data.size() / sizeof(float); ++i) {
    float value = 0;
    std::byte* place = tensor.data.data() + i * sizeof(value);
    std::memcpy(&value, place, sizeof(value));
    value = static_cast<float>(static_cast<double>(value) * factors[i / inner % factors.size()]);
    std::memcpy(place, &value, sizeof(value));
  }
}

// The largest magnitude of each of `channels` along the last axis.
void widen(std::vector<double>& highest, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    double& channel = highest[i % highest.size()];
    channel = std::max(channel, std::abs(values[i]));
  }
}

Result<std::vector<double>> channel_ranges(const Graph& graph, TensorIndex index,
                                           const Inputs& inputs) {
  SENGI_TRY(interpreter, model::Interpreter::make(graph));
  const Tensor& tensor = graph.tensors[static_cast<std::size_t>(index)];
  std::vector<double> highest(static_cast<std::size_t>(tensor.shape.back()), 0);
  for (const auto& input : inputs) {
    interpreter.run(input);
    widen(highest, reals_of(tensor, interpreter.tensor(index)));
  }
  return highest;
}

// By how much the first layer's channels shrink. A depthwise layer has a scale for each of the
// channels, which may then all have one range; any other has to share the difference.
std::vector<double> shrinking(const std::vector<double>& activations,
                              const std::vector<double>& weights, bool depthwise) {
  std::vector<double> factors(activations.size(), 1);
  double product = 0;
  std::size_t count = 0;
  for (std::size_t c = 0; c < factors.size(); ++c) {
    if (activations[c] <= 0 || weights[c] <= 0) continue;
    factors[c] = depthwise ? activations[c] : std::sqrt(activations[c] / weights[c]);
    product += std::log(factors[c]);
    ++count;
  }
  const double middle = count > 0 ? std::exp(product / static_cast<double>(count)) : 1;
  for (std::size_t c = 0; c < factors.size(); ++c) {
    if (activations[c] <= 0 || weights[c] <= 0) continue;
    factors[c] = std::clamp(factors[c] / middle, 1 / most_change, most_change);
  }
  return factors;
}

}  // namespace

Result<Graph> equalize(const Graph& graph, const Inputs& inputs) {
  Graph result = graph;
  for (std::size_t i = 0; i < result.operators.size(); ++i) {
    const Operator& first = result.operators[i];
    const auto next = partner(result, first);
    if (!next) continue;
    const Operator& second = result.operators[*next];
    SENGI_TRY(activations, channel_ranges(result, first.outputs[0], inputs));
    Tensor& into = at(result, second.inputs[1]);
    std::vector<double> weights(activations.size(), 0);
    widen(weights, reals_of(into, into.data));  // channels in are last, in depthwise filters too

    std::vector<double> factors = shrinking(activations, weights, is_depthwise(second));
    scale_channels(into, factors, 1);
    for (double& factor : factors) factor = 1 / factor;
    Tensor& filter = at(result, first.inputs[1]);
    const std::size_t inner =
        is_depthwise(first) ? 1 : filter.elements() / static_cast<std::size_t>(filter.shape[0]);
    scale_channels(filter, factors, inner);
    const bool has_bias = first.inputs.size() > 2 && first.inputs[2] != model::absent;
    if (has_bias) scale_channels(at(result, first.inputs[2]), factors, 1);
  }
  return result;
}

}  // namespace sengi::quantize
