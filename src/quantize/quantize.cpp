// SPDX-License-Identifier: Apache-2.0
#include "quantize/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace sengi::quantize {
namespace {

using model::Graph;
using model::Operator;
using model::Quantization;
using model::Tensor;
using model::TensorIndex;

constexpr std::size_t weights_input = 1;
constexpr std::size_t bias_input = 2;
constexpr double highest_bias = 1 << 28;  // leaves three quarters of the accumulator and more

std::vector<float> floats_of(const Tensor& tensor) {
  std::vector<float> values(tensor.data.size() / sizeof(float));
  std::memcpy(values.data(), tensor.data.data(), values.size() * sizeof(float));
  return values;
}

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// The axis of the weights that holds output channels, for operators that have weights.
std::optional<std::int32_t> channel_axis(const model::Kind& kind) {
  if (std::holds_alternative<model::DepthwiseConv2D>(kind)) return 3;
  if (std::holds_alternative<model::Conv2D>(kind)) return 0;
  if (std::holds_alternative<model::FullyConnected>(kind)) return 0;
  return std::nullopt;
}

bool keeps_scale(const model::Kind& kind) {
  return std::holds_alternative<model::AveragePool2D>(kind) ||
         std::holds_alternative<model::Reshape>(kind);
}

// Operators with weights, and those that need nothing but scales of their own.
bool can_quantize(const Graph& graph, const model::Operator& op) {
  if (std::holds_alternative<model::Add>(op.kind)) {
    return std::ranges::none_of(op.inputs, [&](TensorIndex i) {
      return graph.tensors[static_cast<std::size_t>(i)].constant();
    });
  }
  return channel_axis(op.kind) || keeps_scale(op.kind) ||
         std::holds_alternative<model::Softmax>(op.kind);
}

model::Activation activation_of(const model::Kind& kind) {
  return std::visit(
      [](const auto& k) {
        if constexpr (requires { k.activation; }) {
          return k.activation;
        } else {
          return model::Activation::none;
        }
      },
      kind);
}

// The part of a range that an activation lets through.
Range cut(Range range, model::Activation activation) {
  const auto within = [&](float lowest, float highest) {
    return Range{std::clamp(range.lowest, lowest, highest),
                 std::clamp(range.highest, lowest, highest)};
  };
  switch (activation) {
    case model::Activation::relu:
      return {std::max(range.lowest, 0.0F), std::max(range.highest, 0.0F)};
    case model::Activation::relu6:
      return within(0, 6);
    case model::Activation::relu_n1_to_1:
      return within(-1, 1);
    case model::Activation::none:
      break;
  }
  return range;
}

// A bias in steps that are too small for it does not fit: makes the steps larger.
void widen_for_bias(Quantization& weights, const std::vector<float>& bias, double input_scale) {
  for (std::size_t c = 0; c < bias.size(); ++c) {
    const double least = std::abs(static_cast<double>(bias[c])) / (input_scale * highest_bias);
    if (static_cast<double>(weights.scale[c]) >= least) continue;
    weights.scale[c] = static_cast<float>(least);
  }
}

std::vector<std::int8_t> stored_weights(const std::vector<float>& weights,
                                        const Quantization& quantization, std::size_t inner) {
  std::vector<std::int8_t> stored;
  stored.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float scale = quantization.scale[i / inner % quantization.scale.size()];
    const double steps = std::round(static_cast<double>(weights[i]) / static_cast<double>(scale));
    stored.push_back(static_cast<std::int8_t>(std::clamp(steps, -127.0, 127.0)));
  }
  return stored;
}

class Quantizer {
 public:
  Quantizer(const Graph& graph, std::span<const Range> ranges)
      : from_(graph), ranges_(ranges), to_(graph), taken_(graph.tensors.size(), false) {}

  Result<Graph> run() {
    for (const TensorIndex input : from_.inputs) {
      SENGI_CHECK(set_range(input, ranges_[static_cast<std::size_t>(input)]));
    }
    for (std::size_t i = 0; i < from_.operators.size(); ++i) SENGI_CHECK(quantize_operator(i));
    if (auto whole = model::check(to_); !whole.ok()) {
      return Error{"quantised: " + whole.error().message};
    }
    return std::move(to_);
  }

 private:
  const Tensor& from(TensorIndex i) const { return from_.tensors[static_cast<std::size_t>(i)]; }
  Tensor& to(TensorIndex i) { return to_.tensors[static_cast<std::size_t>(i)]; }

  Result<void> set_range(TensorIndex index, Range range) {
    if (!std::isfinite(range.lowest) || !std::isfinite(range.highest) ||
        range.lowest > range.highest) {
      return Error{fmt::format("tensor {} was given the range from {} to {}",
                               tensor_label(from_, index), range.lowest, range.highest)};
    }
    to(index).type = model::Type::int8;
    to(index).quantization = activation_quantization(range);
    return {};
  }

  Result<void> quantize_operator(std::size_t index) {
    const Operator& op = from_.operators[index];
    const TensorIndex output = op.outputs[0];
    if (keeps_scale(op.kind)) {
      to(output).type = model::Type::int8;
      to(output).quantization = to(op.inputs[0]).quantization;
      return {};
    }
    if (std::holds_alternative<model::Softmax>(op.kind)) {
      to(output).type = model::Type::int8;
      to(output).quantization = {.scale = {1.0F / 256}, .zero_point = {-128}, .axis = 0};
      return {};
    }
    const Range range = ranges_[static_cast<std::size_t>(output)];
    SENGI_CHECK(set_range(output, range));
    to(output).quantization = activation_quantization(cut(range, activation_of(op.kind)));
    if (const auto axis = channel_axis(op.kind)) return quantize_constants(index, *axis);
    return {};
  }

  Result<std::vector<float>> constant(TensorIndex index) const {
    std::vector<float> values = floats_of(from(index));
    if (std::ranges::all_of(values, [](float x) { return std::isfinite(x); })) return values;
    return Error{
        fmt::format("tensor {} holds a value that is not finite", tensor_label(from_, index))};
  }

  // Where an operator's own version of a constant goes: in its place, or for those that come later
  // behind all tensors.
  TensorIndex claim(TensorIndex index) {
    if (!taken_[static_cast<std::size_t>(index)]) {
      taken_[static_cast<std::size_t>(index)] = true;
      return index;
    }
    to_.tensors.push_back(from(index));
    return static_cast<TensorIndex>(to_.tensors.size() - 1);
  }

  Result<void> quantize_constants(std::size_t index, std::int32_t axis) {
    const Operator& op = from_.operators[index];
    const TensorIndex weights_from = op.inputs[weights_input];
    const model::Shape& shape = from(weights_from).shape;
    const double input_scale = static_cast<double>(to(op.inputs[0]).quantization.scale[0]);
    SENGI_TRY(weights, constant(weights_from));
    Quantization quantization = weight_quantization(weights, shape, axis);

    const bool has_bias = op.inputs.size() > bias_input && op.inputs[bias_input] != model::absent;
    std::vector<float> bias;
    if (has_bias) {
      SENGI_TRY(values, constant(op.inputs[bias_input]));
      bias = std::move(values);
      widen_for_bias(quantization, bias, input_scale);
      store_bias(index, bias, quantization, input_scale);
    }
    const TensorIndex place = claim(weights_from);
    to_.operators[index].inputs[weights_input] = place;
    const std::size_t inner = axis == 0 ? weights.size() / quantization.scale.size() : 1;
    to(place).type = model::Type::int8;
    to(place).data = bytes_of(stored_weights(weights, quantization, inner));
    to(place).quantization = std::move(quantization);
    return {};
  }

  void store_bias(std::size_t index, const std::vector<float>& bias, const Quantization& weights,
                  double input_scale) {
    Quantization quantization;
    std::vector<std::int32_t> stored;
    for (std::size_t c = 0; c < bias.size(); ++c) {
      const double scale = input_scale * static_cast<double>(weights.scale[c]);
      const double steps = std::round(static_cast<double>(bias[c]) / scale);
      stored.push_back(static_cast<std::int32_t>(std::clamp(steps, -highest_bias, highest_bias)));
      quantization.scale.push_back(static_cast<float>(scale));
      quantization.zero_point.push_back(0);
    }
    const TensorIndex place = claim(from_.operators[index].inputs[bias_input]);
    to_.operators[index].inputs[bias_input] = place;
    // Scales lie along the axis that holds the channels; a bias is a list.
    to(place).shape = {static_cast<std::int32_t>(bias.size())};
    to(place).type = model::Type::int32;
    to(place).data = bytes_of(stored);
    to(place).quantization = std::move(quantization);
  }

  const Graph& from_;
  std::span<const Range> ranges_;
  Graph to_;
  std::vector<bool> taken_;  // constants that stand quantised in their places
};

}  // namespace

Result<Graph> quantize(const Graph& graph, std::span<const Range> ranges) {
  SENGI_CHECK(model::check(graph));
  if (ranges.size() != graph.tensors.size()) {
    return Error{fmt::format("{} ranges for {} tensors", ranges.size(), graph.tensors.size())};
  }
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].type == model::Type::float32) continue;
    return Error{fmt::format("tensor {} is {}; a float32 graph is needed",
                             tensor_label(graph, static_cast<TensorIndex>(i)),
                             name_of(graph.tensors[i].type))};
  }
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    if (can_quantize(graph, graph.operators[i])) continue;
    return Error{operator_label(graph, i) + ": cannot be quantised yet"};
  }
  return Quantizer(graph, ranges).run();
}

}  // namespace sengi::quantize
