// SPDX-License-Identifier: Apache-2.0
// Arity, options and shapes, one function a kind.
#include <fmt/format.h>

#include "model/check_parts.h"
#include "model/integer_parameters.h"

namespace sengi::model {
namespace {

constexpr std::size_t filter_input = 1;
constexpr std::size_t bias_input = 2;

struct Arity {
  std::size_t least;
  std::size_t most;
};

bool has_weights(const Kind& kind) {
  return std::holds_alternative<Conv2D>(kind) || std::holds_alternative<DepthwiseConv2D>(kind) ||
         std::holds_alternative<FullyConnected>(kind);
}

Arity arity(const Kind& kind) {
  if (has_weights(kind)) return {2, 3};
  if (std::holds_alternative<Add>(kind)) return {2, 2};
  return {1, 1};
}

// What an input is called in messages.
const char* role(const Kind& kind, std::size_t i) {
  if (has_weights(kind)) {
    if (i == bias_input) return "bias";
    if (i == filter_input) {
      return std::holds_alternative<FullyConnected>(kind) ? "weights" : "filter";
    }
  }
  return "input";
}

Result<void> check_rank(const Place& place, std::size_t i, std::size_t rank) {
  if (place.input(i).shape.size() == rank) return {};
  return place.input_fault(
      i, fmt::format("has shape {}; {} axes are needed", to_string(place.input(i).shape), rank));
}

Result<void> check_output_shape(const Place& place, const Shape& expected) {
  if (place.output().shape == expected) return {};
  return place.output_fault(fmt::format("has shape {}; it follows from the inputs that it is {}",
                                        to_string(place.output().shape), to_string(expected)));
}

Result<void> check_bias(const Place& place, std::int32_t channels) {
  if (!place.has_input(bias_input)) return {};
  const Tensor& bias = place.input(bias_input);
  if (bias.elements() == static_cast<std::size_t>(channels)) return {};
  return place.input_fault(
      bias_input, fmt::format("has {} elements for {} output channels", bias.elements(), channels));
}

struct Window {
  Padding padding;
  std::int32_t filter_h, filter_w;
  std::int32_t stride_h, stride_w;
  std::int32_t dilation_h, dilation_w;
};

Result<void> check_window_sides(const Place& place, const Window& window) {
  const auto check = [&](std::int32_t side, const char* name) -> Result<void> {
    if (side >= 1 && side <= most_window_side) return {};
    return place.fault(
        fmt::format("{} is {}; it must be from 1 to {}", name, side, most_window_side));
  };
  SENGI_CHECK(check(window.filter_h, "filter height"));
  SENGI_CHECK(check(window.filter_w, "filter width"));
  SENGI_CHECK(check(window.stride_h, "stride along height"));
  SENGI_CHECK(check(window.stride_w, "stride along width"));
  SENGI_CHECK(check(window.dilation_h, "dilation along height"));
  return check(window.dilation_w, "dilation along width");
}

// The window over input 0, and the output shape that follows with `channels`.
Result<void> check_window(const Place& place, const Window& window, std::int32_t channels) {
  SENGI_CHECK(check_window_sides(place, window));
  const Shape& input = place.input(0).shape;
  const std::int64_t height =
      window_outputs(window.padding, input[1], window.filter_h, window.stride_h, window.dilation_h);
  const std::int64_t width =
      window_outputs(window.padding, input[2], window.filter_w, window.stride_w, window.dilation_w);
  if (height < 1 || width < 1) {
    return place.input_fault(
        0, fmt::format("has shape {}, smaller than the window {}x{}", to_string(input),
                       (std::int64_t{window.filter_h} - 1) * window.dilation_h + 1,
                       (std::int64_t{window.filter_w} - 1) * window.dilation_w + 1));
  }
  return check_output_shape(place, {input[0], static_cast<std::int32_t>(height),
                                    static_cast<std::int32_t>(width), channels});
}

Result<void> check_kind(const Place& place, const Conv2D& conv) {
  SENGI_CHECK(check_rank(place, 0, 4));
  SENGI_CHECK(check_rank(place, filter_input, 4));
  const Shape& input = place.input(0).shape;
  const Shape& filter = place.input(filter_input).shape;
  if (filter[3] != input[3]) {
    return place.input_fault(
        filter_input, fmt::format("has shape {} for an input of {} channels (grouped convolutions "
                                  "are not supported)",
                                  to_string(filter), input[3]));
  }
  SENGI_CHECK(check_bias(place, filter[0]));
  return check_window(place,
                      {conv.padding, filter[1], filter[2], conv.stride_h, conv.stride_w,
                       conv.dilation_h, conv.dilation_w},
                      filter[0]);
}

Result<void> check_kind(const Place& place, const DepthwiseConv2D& conv) {
  SENGI_CHECK(check_rank(place, 0, 4));
  SENGI_CHECK(check_rank(place, filter_input, 4));
  const Shape& input = place.input(0).shape;
  const Shape& filter = place.input(filter_input).shape;
  const std::int64_t channels = std::int64_t{input[3]} * conv.depth_multiplier;
  if (conv.depth_multiplier < 1 || filter[0] != 1 || filter[3] != channels) {
    return place.input_fault(filter_input,
                             fmt::format("has shape {} for {} channels and depth multiplier {}",
                                         to_string(filter), input[3], conv.depth_multiplier));
  }
  SENGI_CHECK(check_bias(place, filter[3]));
  return check_window(place,
                      {conv.padding, filter[1], filter[2], conv.stride_h, conv.stride_w,
                       conv.dilation_h, conv.dilation_w},
                      filter[3]);
}

Result<void> check_kind(const Place& place, const AveragePool2D& pool) {
  SENGI_CHECK(check_rank(place, 0, 4));
  return check_window(
      place, {pool.padding, pool.filter_h, pool.filter_w, pool.stride_h, pool.stride_w, 1, 1},
      place.input(0).shape[3]);
}

Result<void> check_kind(const Place& place, const FullyConnected&) {
  SENGI_CHECK(check_rank(place, filter_input, 2));
  const Shape& weights = place.input(filter_input).shape;
  const std::size_t elements = place.input(0).elements();
  const auto depth = static_cast<std::size_t>(weights[1]);
  if (elements % depth != 0) {
    return place.input_fault(filter_input, fmt::format("has shape {} for an input of {} elements",
                                                       to_string(weights), elements));
  }
  SENGI_CHECK(check_bias(place, weights[0]));
  // Rows flattened, or the input's axes kept with the last one replaced.
  Shape kept = place.input(0).shape;
  if (kept.back() == weights[1]) {
    kept.back() = weights[0];
    if (place.output().shape == kept) return {};
  }
  return check_output_shape(place, {static_cast<std::int32_t>(elements / depth), weights[0]});
}

Result<void> check_kind(const Place& place, const Add&) {
  if (place.input(0).shape != place.input(1).shape) {
    return place.input_fault(
        1, fmt::format("has shape {} beside {} (broadcasting is not supported)",
                       to_string(place.input(1).shape), to_string(place.input(0).shape)));
  }
  return check_output_shape(place, place.input(0).shape);
}

Result<void> check_kind(const Place& place, const Reshape&) {
  if (place.input(0).elements() == place.output().elements()) return {};
  return place.output_fault(fmt::format("has shape {} for an input of {}",
                                        to_string(place.output().shape),
                                        to_string(place.input(0).shape)));
}

Result<void> check_kind(const Place& place, const Softmax&) {
  return check_output_shape(place, place.input(0).shape);
}

bool in_range(const Graph& graph, TensorIndex index) {
  return index >= 0 && static_cast<std::size_t>(index) < graph.tensors.size();
}

}  // namespace

Error Place::fault(const std::string& what) const {
  return Error{operator_label(graph, index) + ": " + what};
}

Error Place::input_fault(std::size_t i, const std::string& what) const {
  return fault(
      fmt::format("{} {} {}", role(op().kind, i), tensor_label(graph, op().inputs[i]), what));
}

Error Place::output_fault(const std::string& what) const { return fault("its output " + what); }

Result<void> check_arity(const Place& place) {
  const Operator& op = place.op();
  const Arity expected = arity(op.kind);
  if (op.inputs.size() < expected.least || op.inputs.size() > expected.most) {
    return place.fault(fmt::format("{} inputs; {} are needed", op.inputs.size(), expected.least));
  }
  if (op.outputs.size() != 1) {
    return place.fault(fmt::format("{} outputs; 1 is needed", op.outputs.size()));
  }
  if (!in_range(place.graph, op.outputs[0])) {
    return place.fault(fmt::format("output {} is no tensor", op.outputs[0]));
  }
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    if (op.inputs[i] == absent && i == bias_input) continue;
    if (!in_range(place.graph, op.inputs[i])) return place.input_fault(i, "is no tensor");
    const bool expect_constant = has_weights(op.kind) && i >= filter_input;
    if (place.input(i).constant() != expect_constant) {
      return place.input_fault(i, expect_constant ? "is computed; only constants are supported"
                                                  : "is a constant; only computed tensors are "
                                                    "supported");
    }
  }
  return {};
}

Result<void> check_shapes(const Place& place) {
  return std::visit([&](const auto& kind) { return check_kind(place, kind); }, place.op().kind);
}

}  // namespace sengi::model
