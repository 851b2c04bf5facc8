// SPDX-License-Identifier: Apache-2.0
// Types and quantisation by TensorFlow Lite's 8-bit specification
// (https://ai.google.dev/edge/litert/models/quantization_spec), and whether 32-bit arithmetic can
// hold what follows from them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "model/check_parts.h"
#include "model/integer_parameters.h"

namespace sengi::model {
namespace {

constexpr std::size_t filter_input = 1;
constexpr std::size_t bias_input = 2;
constexpr double highest_factor = 1 << 30;
constexpr double bias_scale_tolerance = 0.01;                      // relative
constexpr std::int64_t most_average_taps = std::int64_t{1} << 23;  // 2^23 * 128 fits in 31 bits

std::string describe(const Quantization& quantization) {
  return fmt::format("scale {}, zero point {}", quantization.scale[0], quantization.zero_point[0]);
}

Result<void> check_input_type(const Place& place, std::size_t i, Type expected) {
  const Type type = place.input(i).type;
  if (type == expected) return {};
  return place.input_fault(
      i, fmt::format("is {} where {} is needed", name_of(type), name_of(expected)));
}

// Computed tensors of the operator: inputs that are not constants, and the output.
Result<void> check_activations(const Place& place) {
  const Type type = place.output().type;
  if (type != Type::int8 && type != Type::float32) {
    return place.output_fault(
        fmt::format("is {}; only int8 and float32 are supported", name_of(type)));
  }
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    if (!place.has_input(i) || place.input(i).constant()) continue;
    SENGI_CHECK(check_input_type(place, i, type));
    if (type == Type::int8 && !place.input(i).quantization.per_tensor()) {
      return place.input_fault(i, "is int8 and needs one scale");
    }
  }
  if (type == Type::int8 && !place.output().quantization.per_tensor()) {
    return place.output_fault("is int8 and needs one scale");
  }
  return {};
}

Result<void> check_weights(const Place& place, std::int32_t channel_axis) {
  SENGI_CHECK(check_input_type(place, filter_input, Type::int8));
  const Quantization& quantization = place.input(filter_input).quantization;
  if (quantization.empty()) return place.input_fault(filter_input, "has no scale");
  if (!quantization.per_tensor() && quantization.axis != channel_axis) {
    return place.input_fault(filter_input,
                             fmt::format("is quantised along axis {}; axis {} holds the channels",
                                         quantization.axis, channel_axis));
  }
  if (std::ranges::any_of(quantization.zero_point, [](std::int32_t z) { return z != 0; })) {
    return place.input_fault(filter_input, "has a zero point other than 0");
  }
  return {};
}

// Each bias must be in steps of input scale * weight scale: it is added to the accumulator as is.
Result<void> check_bias(const Place& place) {
  if (!place.has_input(bias_input)) return {};
  SENGI_CHECK(check_input_type(place, bias_input, Type::int32));
  const std::vector<float>& bias_scales = place.input(bias_input).quantization.scale;
  const std::vector<float>& weight_scales = place.input(filter_input).quantization.scale;
  if (bias_scales.empty()) return place.input_fault(bias_input, "has no scale");
  const auto input_scale = static_cast<double>(place.input(0).quantization.scale[0]);
  for (std::size_t c = 0; c < std::max(bias_scales.size(), weight_scales.size()); ++c) {
    const auto bias_scale = static_cast<double>(bias_scales[bias_scales.size() == 1 ? 0 : c]);
    const float weight_scale = weight_scales[weight_scales.size() == 1 ? 0 : c];
    const double product = input_scale * static_cast<double>(weight_scale);
    if (std::abs(bias_scale - product) <= bias_scale_tolerance * product) continue;
    return place.input_fault(
        bias_input, fmt::format("has scale {} in channel {}; input scale * weight scale is {}",
                                bias_scale, c, product));
  }
  return {};
}

Result<void> check_factors(const Place& place) {
  const std::vector<double> factors = output_factors(place.graph, place.op());
  for (std::size_t c = 0; c < factors.size(); ++c) {
    if (factors[c] < highest_factor) continue;
    return place.output_fault(
        fmt::format("has scale {}, too small beside input scale * weight scale in channel {}",
                    place.output().quantization.scale[0], c));
  }
  return {};
}

// The largest magnitude that each channel's accumulator can reach with any input.
std::vector<std::int64_t> accumulator_bounds(const Place& place, std::size_t channels,
                                             bool channels_last) {
  const std::int32_t zero_point = place.input(0).quantization.zero_point[0];
  const std::int64_t widest = std::max(std::abs(-128 - zero_point), std::abs(127 - zero_point));
  const std::vector<std::byte>& weights = place.input(filter_input).data;
  const std::size_t taps = weights.size() / channels;
  std::vector<std::int64_t> bounds(channels, 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto weight = static_cast<std::int8_t>(weights[i]);
    bounds[channels_last ? i % channels : i / taps] += widest * std::abs(weight);
  }
  if (!place.has_input(bias_input)) return bounds;
  const std::vector<std::byte>& biases = place.input(bias_input).data;
  for (std::size_t c = 0; c < channels; ++c) {
    std::int32_t bias = 0;
    std::memcpy(&bias, biases.data() + c * sizeof(bias), sizeof(bias));
    bounds[c] += std::abs(std::int64_t{bias});
  }
  return bounds;
}

Result<void> check_accumulators(const Place& place, bool channels_last) {
  const auto channels = static_cast<std::size_t>(place.output().shape.back());
  const auto bounds = accumulator_bounds(place, channels, channels_last);
  for (std::size_t c = 0; c < channels; ++c) {
    if (bounds[c] <= std::numeric_limits<std::int32_t>::max()) continue;
    return place.fault(fmt::format(
        "weights and bias of channel {} can reach {}, beyond a 32-bit accumulator", c, bounds[c]));
  }
  return {};
}

Result<void> check_weighted(const Place& place, std::int32_t channel_axis, bool channels_last) {
  SENGI_CHECK(check_weights(place, channel_axis));
  SENGI_CHECK(check_bias(place));
  SENGI_CHECK(check_factors(place));
  return check_accumulators(place, channels_last);
}

Result<void> check_keeps_scale(const Place& place) {
  const Quantization& input = place.input(0).quantization;
  const Quantization& output = place.output().quantization;
  if (input.scale == output.scale && input.zero_point == output.zero_point) return {};
  return place.output_fault(
      fmt::format("has {}; it must keep its input's {}", describe(output), describe(input)));
}

Result<void> check_int8(const Place& place, const Conv2D&) {
  return check_weighted(place, 0, false);
}
Result<void> check_int8(const Place& place, const DepthwiseConv2D&) {
  return check_weighted(place, 3, true);
}
Result<void> check_int8(const Place& place, const FullyConnected&) {
  return check_weighted(place, 0, false);
}

Result<void> check_int8(const Place& place, const AveragePool2D& pool) {
  if (std::int64_t{pool.filter_h} * pool.filter_w > most_average_taps) {
    return place.fault(
        fmt::format("window {}x{} is beyond a 32-bit accumulator", pool.filter_h, pool.filter_w));
  }
  return check_keeps_scale(place);
}

Result<void> check_int8(const Place& place, const Reshape&) { return check_keeps_scale(place); }

Result<void> check_int8(const Place& place, const Add&) {
  const auto first = static_cast<double>(place.input(0).quantization.scale[0]);
  const auto second = static_cast<double>(place.input(1).quantization.scale[0]);
  const auto output = static_cast<double>(place.output().quantization.scale[0]);
  // The output's multiplier is below 1 (see add_parameters).
  if (2 * std::max(first, second) < std::ldexp(output, AddParameters::left_shift)) return {};
  return place.output_fault(
      fmt::format("has scale {}, too small beside its inputs' {} and {}", output, first, second));
}

Result<void> check_int8(const Place& place, const Softmax& softmax) {
  const Quantization& output = place.output().quantization;
  constexpr float scale = 1.0F / 256;
  if (std::abs(output.scale[0] - scale) > scale / 1000 || output.zero_point[0] != -128) {
    return place.output_fault(fmt::format(
        "has {}; the specification fixes scale 1/256, zero point -128", describe(output)));
  }
  if (place.output().shape.back() > SoftmaxParameters::most_classes) {
    return place.output_fault(fmt::format("has {} classes; 32-bit arithmetic holds the sum of {}",
                                          place.output().shape.back(),
                                          SoftmaxParameters::most_classes));
  }
  const auto input_scale = static_cast<double>(place.input(0).quantization.scale[0]);
  if (std::ldexp(static_cast<double>(softmax.beta) * input_scale, 26) > 1) return {};
  return place.input_fault(
      0, fmt::format("has scale {}, too small for 32-bit arithmetic", input_scale));
}

Result<void> check_float32(const Place& place) {
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    if (place.has_input(i)) SENGI_CHECK(check_input_type(place, i, Type::float32));
  }
  return {};
}

}  // namespace

Result<void> check_arithmetic(const Place& place) {
  if (const auto* softmax = std::get_if<Softmax>(&place.op().kind)) {
    if (!std::isfinite(softmax->beta) || softmax->beta <= 0) {
      return place.fault(fmt::format("beta is {}; it must be above 0 and finite", softmax->beta));
    }
  }
  SENGI_CHECK(check_activations(place));
  if (place.output().type == Type::float32) return check_float32(place);
  return std::visit([&](const auto& kind) { return check_int8(place, kind); }, place.op().kind);
}

}  // namespace sengi::model
