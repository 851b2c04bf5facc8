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

constexpr double highest_factor = 1 << 30;
constexpr double highest_wide_factor = 1 << 7;                     // see requantize of 64 bits
constexpr std::int64_t highest_wide_sum = std::int64_t{1} << 47;   // likewise
constexpr double bias_scale_tolerance = 0.01;                      // relative
constexpr std::int64_t most_average_taps = std::int64_t{1} << 23;  // 2^23 * 128 fits in 31 bits

std::string describe(const Quantization& quantization) {
  if (quantization.empty()) return "no scale";
  return fmt::format("scale {}, zero point {}", quantization.scale[0], quantization.zero_point[0]);
}

bool has_wide_sums(const Place& place) {
  if (place.output().type != Type::int16) return false;
  return !place.has_input(bias_input) || place.input(bias_input).type == Type::int64;
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
  // One for all of them is what files of uint8 have.
  if (quantization.per_tensor() && place.output().type == Type::int8) return {};
  if (std::ranges::any_of(quantization.zero_point, [](std::int32_t z) { return z != 0; })) {
    return place.input_fault(filter_input, "has a zero point other than 0");
  }
  return {};
}

// Each bias must be in steps of input scale * weight scale: it is added to the accumulator as is.
Result<void> check_bias(const Place& place) {
  if (!place.has_input(bias_input)) return {};
  if (!has_wide_sums(place)) SENGI_CHECK(check_input_type(place, bias_input, Type::int32));
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
    if (factors[c] < (has_wide_sums(place) ? highest_wide_factor : highest_factor)) continue;
    return place.output_fault(
        fmt::format("has scale {}, too small beside input scale * weight scale in channel {}",
                    place.output().quantization.scale[0], c));
  }
  return {};
}

std::int64_t bias_at(const Tensor& bias, std::size_t channel) {
  if (bias.type == Type::int64) {
    std::int64_t value = 0;
    std::memcpy(&value, bias.data.data() + channel * sizeof(value), sizeof(value));
    return std::clamp(value, -highest_wide_sum, highest_wide_sum);
  }
  std::int32_t value = 0;
  std::memcpy(&value, bias.data.data() + channel * sizeof(value), sizeof(value));
  return value;
}

// The largest magnitude that each channel's accumulator can reach with any input.
std::vector<std::int64_t> accumulator_bounds(const Place& place, std::size_t channels,
                                             bool channels_last) {
  const std::int32_t zero_point = place.input(0).quantization.zero_point[0];
  const std::int32_t lowest = place.input(0).type == Type::int16 ? -32768 : -128;
  const std::int64_t widest =
      std::max(std::abs(lowest - zero_point), std::abs(-lowest - 1 - zero_point));
  const std::vector<std::byte>& weights = place.input(filter_input).data;
  // Either one for all, or 0.
  const std::int32_t weight_zero_point = place.input(filter_input).quantization.zero_point[0];
  const std::size_t taps = weights.size() / channels;
  std::vector<std::int64_t> bounds(channels, 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int32_t weight = static_cast<std::int8_t>(weights[i]) - weight_zero_point;
    bounds[channels_last ? i % channels : i / taps] += widest * std::abs(weight);
  }
  if (!place.has_input(bias_input)) return bounds;
  for (std::size_t c = 0; c < channels; ++c) {
    bounds[c] += std::abs(bias_at(place.input(bias_input), c));
  }
  return bounds;
}

Result<void> check_accumulators(const Place& place, bool channels_last) {
  const auto channels = static_cast<std::size_t>(place.output().shape.back());
  const auto bounds = accumulator_bounds(place, channels, channels_last);
  const bool wide = has_wide_sums(place);
  const std::int64_t highest =
      wide ? highest_wide_sum - 1 : std::numeric_limits<std::int32_t>::max();
  for (std::size_t c = 0; c < channels; ++c) {
    if (bounds[c] <= highest) continue;
    return place.fault(
        fmt::format("weights and bias of channel {} can reach {}, beyond a {}-bit accumulator", c,
                    bounds[c], wide ? 48 : 32));
  }
  return {};
}

Result<void> check_float32(const Place& place) {
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    if (place.has_input(i)) SENGI_CHECK(check_input_type(place, i, Type::float32));
  }
  return {};
}

Result<void> check_weighted(const Place& place, std::int32_t channel_axis, bool channels_last) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  if (place.output().type == Type::float32) return check_float32(place);
  SENGI_CHECK(check_symmetric_int16(place));
  SENGI_CHECK(check_weights(place, channel_axis));
  SENGI_CHECK(check_bias(place));
  SENGI_CHECK(check_factors(place));
  return check_accumulators(place, channels_last);
}

// SOFTMAX's output has the scale at which 1 is one step beyond the type, and the lowest zero point.
Result<void> check_probabilities(const Place& place) {
  const Quantization& output = place.output().quantization;
  const bool wide = place.output().type == Type::int16;
  const float scale = wide ? 1.0F / 65536 : 1.0F / 256;
  const std::int32_t zero_point = wide ? -32768 : -128;
  if (std::abs(output.scale[0] - scale) <= scale / 1000 && output.zero_point[0] == zero_point) {
    return {};
  }
  return place.output_fault(fmt::format("has {}; the specification fixes scale 1/{}, zero point {}",
                                        describe(output), wide ? 65536 : 256, zero_point));
}

}  // namespace

bool is_quantized(Type type) { return type == Type::int8 || type == Type::int16; }

Result<void> check_input_type(const Place& place, std::size_t i, Type expected) {
  const Type type = place.input(i).type;
  if (type == expected) return {};
  return place.input_fault(
      i, fmt::format("is {} where {} is needed", name_of(type), name_of(expected)));
}

Result<void> check_activations(const Place& place, std::initializer_list<Type> types) {
  const Type type = place.output().type;
  if (std::ranges::find(types, type) == types.end()) {
    std::vector<std::string_view> names;
    for (const Type each : types) names.push_back(name_of(each));
    return place.output_fault(
        fmt::format("is {}; only {} are supported", name_of(type), fmt::join(names, ", ")));
  }
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    const std::span<const Slot> slots = slots_of(place.op().kind);
    const Source source = slots[std::min(i, slots.size() - 1)].source;
    if (!place.has_input(i) || source == Source::constant || source == Source::variable) continue;
    SENGI_CHECK(check_input_type(place, i, type));
    if (is_quantized(type) && !place.input(i).quantization.per_tensor()) {
      return place.input_fault(i, fmt::format("is {} and needs one scale", name_of(type)));
    }
  }
  for (std::size_t i = 0; i < place.op().outputs.size(); ++i) {
    if (place.output(i).type != type) {
      return place.output_fault(
          i, fmt::format("is {} beside {}", name_of(place.output(i).type), name_of(type)));
    }
    if (is_quantized(type) && !place.output(i).quantization.per_tensor()) {
      return place.output_fault(i, fmt::format("is {} and needs one scale", name_of(type)));
    }
  }
  return {};
}

Result<void> check_symmetric_int16(const Place& place) {
  if (place.output().type != Type::int16) return {};
  const auto skewed = [](const Tensor& tensor) {
    return tensor.type == Type::int16 && !tensor.quantization.empty() &&
           tensor.quantization.zero_point[0] != 0;
  };
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    if (place.has_input(i) && skewed(place.input(i))) {
      return place.input_fault(i, "is int16 and has a zero point other than 0");
    }
  }
  if (!skewed(place.output())) return {};
  return place.output_fault("is int16 and has a zero point other than 0");
}

Result<void> check_keeps_scale(const Place& place, std::size_t i, std::size_t output) {
  const Quantization& from = place.input(i).quantization;
  const Quantization& to = place.output(output).quantization;
  if (from.scale == to.scale && from.zero_point == to.zero_point) return {};
  return place.output_fault(
      output, fmt::format("has {}; it must keep its input's {}", describe(to), describe(from)));
}

Result<void> check_factor(const Place& place, double factor) {
  if (factor < highest_factor) return {};
  return place.output_fault(fmt::format("has scale {}, too small beside its input's",
                                        place.output().quantization.scale[0]));
}

Result<void> check_numbers(const Place& place, const Conv2D&) {
  return check_weighted(place, 0, false);
}
Result<void> check_numbers(const Place& place, const DepthwiseConv2D&) {
  return check_weighted(place, 3, true);
}
Result<void> check_numbers(const Place& place, const TransposeConv&) {
  return check_weighted(place, 0, false);
}
Result<void> check_numbers(const Place& place, const FullyConnected&) {
  return check_weighted(place, 0, false);
}

Result<void> check_numbers(const Place& place, const AveragePool2D& pool) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  const Type type = place.output().type;
  if (!is_quantized(type)) return {};
  const std::int64_t most_taps = type == Type::int16 ? most_average_taps >> 8 : most_average_taps;
  if (std::int64_t{pool.filter_h} * pool.filter_w > most_taps) {
    return place.fault(
        fmt::format("window {}x{} is beyond a 32-bit accumulator", pool.filter_h, pool.filter_w));
  }
  return check_keeps_scale(place);
}

Result<void> check_numbers(const Place& place, const Softmax& softmax) {
  if (!std::isfinite(softmax.beta) || softmax.beta <= 0) {
    return place.fault(fmt::format("beta is {}; it must be above 0 and finite", softmax.beta));
  }
  const Tensor& input = place.input(0);
  if (input.type == Type::float32) return check_activations(place, {Type::float32});
  SENGI_CHECK(check_input_type(place, 0, Type::int8));
  if (!is_quantized(place.output().type)) {
    return place.output_fault(
        fmt::format("is {} for an input of int8", name_of(place.output().type)));
  }
  if (!input.quantization.per_tensor()) return place.input_fault(0, "is int8 and needs one scale");
  if (!place.output().quantization.per_tensor()) return place.output_fault("needs one scale");
  SENGI_CHECK(check_probabilities(place));
  if (place.output().shape.back() > SoftmaxParameters::most_classes) {
    return place.output_fault(fmt::format("has {} classes; 32-bit arithmetic holds the sum of {}",
                                          place.output().shape.back(),
                                          SoftmaxParameters::most_classes));
  }
  const auto input_scale = static_cast<double>(input.quantization.scale[0]);
  if (std::ldexp(static_cast<double>(softmax.beta) * input_scale, 26) > 1) return {};
  return place.input_fault(
      0, fmt::format("has scale {}, too small for 32-bit arithmetic", input_scale));
}

Result<void> check_arithmetic(const Place& place) {
  return std::visit([&](const auto& kind) { return check_numbers(place, kind); }, place.op().kind);
}

Result<void> check_numbers(const Place& place, const MaxPool2D&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  if (!is_quantized(place.output().type)) return {};
  return check_keeps_scale(place);
}

}  // namespace sengi::model
