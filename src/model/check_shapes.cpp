// SPDX-License-Identifier: Apache-2.0
// Arity, options and shapes, one function a kind.
#include <fmt/format.h>

#include "model/check_parts.h"
#include "model/integer_parameters.h"

namespace sengi::model {
namespace {

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

}  // namespace

Result<void> check_rank(const Place& place, std::size_t i, std::size_t rank) {
  if (place.input(i).shape.size() == rank) return {};
  return place.input_fault(
      i, fmt::format("has shape {}; {} axes are needed", to_string(place.input(i).shape), rank));
}

Result<void> check_input_shape(const Place& place, std::size_t i, const Shape& expected) {
  if (place.input(i).shape == expected) return {};
  return place.input_fault(i, fmt::format("has shape {}; it follows from the others that it is {}",
                                          to_string(place.input(i).shape), to_string(expected)));
}

Result<void> check_output_shape(const Place& place, const Shape& expected) {
  if (place.output().shape == expected) return {};
  return place.output_fault(fmt::format("has shape {}; it follows from the inputs that it is {}",
                                        to_string(place.output().shape), to_string(expected)));
}

Result<void> check_shape(const Place& place, const Conv2D& conv) {
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

Result<void> check_shape(const Place& place, const DepthwiseConv2D& conv) {
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

Result<void> check_shape(const Place& place, const TransposeConv& conv) {
  SENGI_CHECK(check_rank(place, 0, 4));
  SENGI_CHECK(check_rank(place, filter_input, 4));
  const Shape& input = place.input(0).shape;
  const Shape& filter = place.input(filter_input).shape;
  const Shape& output = place.output().shape;
  if (filter[3] != input[3]) {
    return place.input_fault(filter_input, fmt::format("has shape {} for {} input channels",
                                                       to_string(filter), input[3]));
  }
  SENGI_CHECK(check_bias(place, filter[0]));
  SENGI_CHECK(check_window_sides(
      place, {conv.padding, filter[1], filter[2], conv.stride_h, conv.stride_w, 1, 1}));
  const bool whole = output.size() == 4 && output[0] == input[0] && output[3] == filter[0];
  // The convolution that it is the transpose of makes the input from the output.
  const auto makes = [&](std::size_t axis, std::int32_t stride) {
    return window_outputs(conv.padding, output[axis], filter[axis], stride, 1) == input[axis];
  };
  if (whole && makes(1, conv.stride_h) && makes(2, conv.stride_w)) return {};
  return place.output_fault(fmt::format("has shape {} for an input of {} and a filter of {}",
                                        to_string(output), to_string(input), to_string(filter)));
}

Result<void> check_shape(const Place& place, const AveragePool2D& pool) {
  SENGI_CHECK(check_rank(place, 0, 4));
  return check_window(
      place, {pool.padding, pool.filter_h, pool.filter_w, pool.stride_h, pool.stride_w, 1, 1},
      place.input(0).shape[3]);
}

Result<void> check_shape(const Place& place, const MaxPool2D& pool) {
  SENGI_CHECK(check_rank(place, 0, 4));
  return check_window(
      place, {pool.padding, pool.filter_h, pool.filter_w, pool.stride_h, pool.stride_w, 1, 1},
      place.input(0).shape[3]);
}

Result<void> check_shape(const Place& place, const FullyConnected&) {
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

Result<void> check_shape(const Place& place, const Softmax&) {
  return check_output_shape(place, place.input(0).shape);
}

Result<void> check_shapes(const Place& place) {
  return std::visit([&](const auto& kind) { return check_shape(place, kind); }, place.op().kind);
}

}  // namespace sengi::model
