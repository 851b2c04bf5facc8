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
  if (std::holds_alternative<model::TransposeConv>(kind)) return 0;
  return std::nullopt;
}

template <typename... Kinds>
bool is_any(const model::Kind& kind) {
  return (std::holds_alternative<Kinds>(kind) || ...);
}

bool keeps_scale(const model::Kind& kind) {
  return is_any<model::AveragePool2D, model::MaxPool2D, model::Reshape, model::Pad,
                model::Transpose, model::StridedSlice, model::Split, model::SpaceToDepth,
                model::DepthToSpace, model::ResizeNearestNeighbor, model::ResizeBilinear>(kind);
}

// Operators all of whose inputs have their output's scale.
bool shares_scale(const model::Kind& kind) {
  return is_any<model::Concatenation, model::Maximum, model::Minimum>(kind);
}

// Operators whose inputs, constants too, and output each have a scale of their own.
bool has_own_scales(const model::Kind& kind) {
  return is_any<model::Add, model::Sub, model::Mul, model::BatchMatMul, model::Prelu, model::Relu,
                model::LeakyRelu, model::HardSwish, model::Abs, model::Mean>(kind);
}

// The scale that the specification fixes for an output.
std::optional<Quantization> fixed_quantization(const model::Kind& kind) {
  if (is_any<model::Softmax, model::Logistic>(kind)) {
    return Quantization{.scale = {1.0F / 256}, .zero_point = {-128}, .axis = 0};
  }
  if (is_any<model::Tanh, model::Gru>(kind)) {
    return Quantization{.scale = {1.0F / 128}, .zero_point = {0}, .axis = 0};
  }
  return std::nullopt;
}

bool finds_index(const model::Kind& kind) { return is_any<model::ArgMax, model::ArgMin>(kind); }

bool can_quantize(const model::Kind& kind) {
  return channel_axis(kind) || keeps_scale(kind) || shares_scale(kind) || has_own_scales(kind) ||
         fixed_quantization(kind) || finds_index(kind);
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
    to_.operators.clear();
    for (const Operator& op : from_.operators) {
      now_ = op;
      SENGI_CHECK(quantize_operator(op));
      to_.operators.push_back(now_);
    }
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

  Result<void> quantize_operator(const Operator& op) {
    if (finds_index(op.kind)) return {};
    if (keeps_scale(op.kind)) return keep_scale(op);
    const TensorIndex output = op.outputs[0];
    if (const auto fixed = fixed_quantization(op.kind)) {
      to(output).type = model::Type::int8;
      to(output).quantization = *fixed;
      return is_any<model::Gru>(op.kind) ? quantize_gates(op) : Result<void>{};
    }
    const Range range = ranges_[static_cast<std::size_t>(output)];
    SENGI_CHECK(set_range(output, range));
    to(output).quantization = activation_quantization(cut(range, activation_of(op.kind)));
    if (const auto axis = channel_axis(op.kind)) return quantize_constants(op, *axis);
    const Quantization quantization = to(output).quantization;  // tensors move as some are added
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      SENGI_CHECK(shares_scale(op.kind) ? share_scale(i, quantization) : own_scale(i));
    }
    return {};
  }

  // Outputs, and what PAD pads with, have the first input's scale.
  Result<void> keep_scale(const Operator& op) {
    const Quantization quantization = to(op.inputs[0]).quantization;
    for (const TensorIndex output : op.outputs) {
      to(output).type = model::Type::int8;
      to(output).quantization = quantization;
    }
    const bool has_value = op.inputs.size() > 1 && op.inputs[1] != model::absent;
    return has_value ? store_constant(1, quantization) : Result<void>{};
  }

  Result<void> own_scale(std::size_t i) {
    if (!from(now_.inputs[i]).constant()) return {};
    SENGI_TRY(values, constant(now_.inputs[i]));
    const auto [lowest, highest] = std::ranges::minmax(values);
    return store_constant(i, activation_quantization({lowest, highest}));
  }

  // An input of another scale is brought to the output's by an operator of its own.
  Result<void> share_scale(std::size_t i, const Quantization& quantization) {
    const TensorIndex input = now_.inputs[i];
    if (from(input).constant()) return store_constant(i, quantization);
    if (to(input).quantization == quantization) return {};
    Tensor rescaled = to(input);
    rescaled.name += "_rescaled";
    rescaled.quantization = quantization;
    to_.tensors.push_back(std::move(rescaled));
    now_.inputs[i] = static_cast<TensorIndex>(to_.tensors.size() - 1);
    to_.operators.push_back({model::Quantize{}, {input}, {now_.inputs[i]}});
    return {};
  }

  Result<void> store_constant(std::size_t i, const Quantization& quantization) {
    SENGI_TRY(values, constant(now_.inputs[i]));
    const auto scale = static_cast<double>(quantization.scale[0]);
    std::vector<std::int8_t> stored;
    for (const float value : values) {
      const double steps =
          std::round(static_cast<double>(value) / scale) + quantization.zero_point[0];
      stored.push_back(static_cast<std::int8_t>(std::clamp(steps, -128.0, 127.0)));
    }
    const TensorIndex place = claim(now_.inputs[i]);
    now_.inputs[i] = place;
    to(place).type = model::Type::int8;
    to(place).data = bytes_of(stored);
    to(place).quantization = quantization;
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

  Result<void> quantize_constants(const Operator& op, std::int32_t axis) {
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
      store_bias(bias_input, bias, quantization, input_scale);
    }
    store_weights(weights_input, weights, std::move(quantization));
    return {};
  }

  // A GRU's: a scale for each gate. Its recurrent weights meet hidden numbers, which have a scale
  // of their own.
  Result<void> quantize_gates(const Operator& op) {
    constexpr std::size_t recurrent_input = 2;
    constexpr std::size_t gate_bias_input = 3;
    const double input_scale = static_cast<double>(to(op.inputs[0]).quantization.scale[0]);
    SENGI_TRY(bias, constant(op.inputs[gate_bias_input]));
    for (const std::size_t i : {weights_input, recurrent_input}) {
      SENGI_TRY(weights, constant(op.inputs[i]));
      Quantization quantization = weight_quantization(weights, from(op.inputs[i]).shape, 0);
      const std::size_t gates = quantization.scale.size();
      if (i == weights_input) {
        std::vector<float> largest(gates, 0);
        for (std::size_t k = 0; k < bias.size(); ++k) {
          float& of_gate = largest[k * gates / bias.size()];
          of_gate = std::max(of_gate, std::abs(bias[k]));
        }
        widen_for_bias(quantization, largest, input_scale);
        store_bias(gate_bias_input, bias, quantization, input_scale);
      }
      store_weights(i, weights, std::move(quantization));
    }
    return {};
  }

  void store_weights(std::size_t i, const std::vector<float>& weights, Quantization quantization) {
    const TensorIndex place = claim(now_.inputs[i]);
    now_.inputs[i] = place;
    const std::size_t inner =
        quantization.axis == 0 ? weights.size() / quantization.scale.size() : 1;
    to(place).type = model::Type::int8;
    to(place).data = bytes_of(stored_weights(weights, quantization, inner));
    to(place).quantization = std::move(quantization);
  }

  // In steps of input scale * weight scale, of which each serves as many as the other.
  void store_bias(std::size_t i, const std::vector<float>& bias, const Quantization& weights,
                  double input_scale) {
    const std::size_t scales = weights.scale.size();
    std::vector<std::int32_t> stored;
    for (std::size_t c = 0; c < bias.size(); ++c) {
      const double scale =
          input_scale * static_cast<double>(weights.scale[c * scales / bias.size()]);
      const double steps = std::round(static_cast<double>(bias[c]) / scale);
      stored.push_back(static_cast<std::int32_t>(std::clamp(steps, -highest_bias, highest_bias)));
    }
    Quantization quantization;
    for (const float scale : weights.scale) {
      quantization.scale.push_back(static_cast<float>(input_scale * static_cast<double>(scale)));
      quantization.zero_point.push_back(0);
    }
    const TensorIndex place = claim(now_.inputs[i]);
    now_.inputs[i] = place;
    // Scales lie along the axis that holds the channels; a bias with one for each is a list.
    if (scales == bias.size()) to(place).shape = {static_cast<std::int32_t>(bias.size())};
    to(place).type = model::Type::int32;
    to(place).data = bytes_of(stored);
    to(place).quantization = std::move(quantization);
  }

  const Graph& from_;
  std::span<const Range> ranges_;
  Graph to_;
  Operator now_;             // that is being quantised
  std::vector<bool> taken_;  // constants that stand quantised in their places
};

}  // namespace

Result<Graph> quantize(const Graph& graph, std::span<const Range> ranges) {
  SENGI_CHECK(model::check(graph));
  if (ranges.size() != graph.tensors.size()) {
    return Error{fmt::format("{} ranges for {} tensors", ranges.size(), graph.tensors.size())};
  }
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    if (can_quantize(graph.operators[i].kind)) continue;
    return Error{operator_label(graph, i) + ": cannot be quantised yet"};
  }
  std::vector<bool> is_index(graph.tensors.size(), false);
  for (const Operator& op : graph.operators) {
    if (finds_index(op.kind)) is_index[static_cast<std::size_t>(op.outputs[0])] = true;
  }
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].type == model::Type::float32 || is_index[i]) continue;
    return Error{fmt::format("tensor {} is {}; a float32 graph is needed",
                             tensor_label(graph, static_cast<TensorIndex>(i)),
                             name_of(graph.tensors[i].type))};
  }
  return Quantizer(graph, ranges).run();
}

}  // namespace sengi::quantize
