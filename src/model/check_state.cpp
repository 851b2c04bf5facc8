// SPDX-License-Identifier: Apache-2.0
// Operators with state.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "model/check_parts.h"
#include "model/integer_parameters.h"

namespace sengi::model {
namespace {

constexpr std::size_t svdf_bias = 3;
constexpr std::size_t svdf_state = 4;
constexpr std::size_t gates = LstmParameters::gates;
constexpr std::size_t lstm_weights = 1;
constexpr std::size_t lstm_recurrent = lstm_weights + gates;
constexpr std::size_t lstm_biases = lstm_recurrent + gates;
constexpr std::size_t lstm_hidden = lstm_biases + gates;
constexpr std::size_t lstm_cell = lstm_hidden + 1;
constexpr std::size_t gru_weights = 1;
constexpr std::size_t gru_recurrent = 2;
constexpr std::size_t gru_bias = 3;
constexpr auto gru_gates = static_cast<std::int32_t>(GruParameters::gates);

// So many products of 8 bits by 9, and a bias of 30, fit in 32 bits (of 8 by 16 and 46, in 47).
constexpr std::int32_t most_products = 1 << 15;
constexpr std::int64_t highest_bias = std::int64_t{1} << 30;
constexpr std::int64_t highest_wide_bias = std::int64_t{1} << 46;

Result<void> check_products(const Place& place, std::int32_t products) {
  if (products <= most_products) return {};
  return place.fault(fmt::format("sums of {} products are beyond a 32-bit accumulator", products));
}

template <typename T>
Result<void> check_magnitudes(const Place& place, std::size_t i, std::int64_t highest) {
  const std::vector<std::byte>& data = place.input(i).data;
  for (std::size_t at = 0; at + sizeof(T) <= data.size(); at += sizeof(T)) {
    T value = 0;
    std::memcpy(&value, data.data() + at, sizeof(value));
    if (value >= -highest && value <= highest) continue;
    return place.input_fault(i, fmt::format("has a value of {}, beyond its accumulator", value));
  }
  return {};
}

// Quantised with one scale and zero point 0.
Result<void> check_symmetric(const Place& place, std::size_t i, Type type) {
  SENGI_CHECK(check_input_type(place, i, type));
  const Quantization& quantization = place.input(i).quantization;
  if (!quantization.per_tensor()) return place.input_fault(i, "needs one scale");
  if (quantization.zero_point[0] == 0) return {};
  return place.input_fault(i, "has a zero point other than 0");
}

Result<void> check_float32(const Place& place) {
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    if (place.has_input(i)) SENGI_CHECK(check_input_type(place, i, Type::float32));
  }
  return {};
}

double scale_of(const Tensor& tensor) { return static_cast<double>(tensor.quantization.scale[0]); }

// Quantised with a scale for each gate and zero point 0.
Result<void> check_gates(const Place& place, std::size_t i, Type type) {
  SENGI_CHECK(check_input_type(place, i, type));
  const Quantization& quantization = place.input(i).quantization;
  if (quantization.scale.size() != GruParameters::gates || quantization.axis != 0) {
    return place.input_fault(i, "needs a scale for each of the three gates");
  }
  const auto shifted = [](std::int32_t zero_point) { return zero_point != 0; };
  if (!std::ranges::any_of(quantization.zero_point, shifted)) return {};
  return place.input_fault(i, "has a zero point other than 0");
}

// No sum of a gate's, whatever it reads, leaves 32 bits on its way to steps of 2^-12. `bias` is
// empty where there is none; inputs less their zero point are within `reach`.
Result<void> check_gate_sums(const Place& place, std::size_t weights_input,
                             const std::vector<Multiplier>& factors, const Tensor* bias,
                             std::int64_t reach) {
  const Tensor& weights = place.input(weights_input);
  const auto units = static_cast<std::size_t>(weights.shape[1]);
  const auto products = static_cast<std::size_t>(weights.shape[2]);
  for (std::size_t row = 0; row < GruParameters::gates * units; ++row) {
    std::int64_t highest = 0;
    for (std::size_t i = row * products; i < (row + 1) * products; ++i) {
      highest += reach * std::abs(static_cast<int>(static_cast<std::int8_t>(weights.data[i])));
    }
    if (bias != nullptr) {
      std::int32_t own = 0;
      std::memcpy(&own, bias->data.data() + row * sizeof(own), sizeof(own));
      highest += std::abs(std::int64_t{own});
    }
    const int left = std::max(factors[row / units].shift, 0);
    if (highest < std::int64_t{1} << (31 - left)) continue;
    return place.input_fault(weights_input, fmt::format("makes sums beyond 32 bits for unit {} of "
                                                        "gate {}",
                                                        row % units, row / units));
  }
  return {};
}

// A gate's sums come to steps of 2^-12 by less than 2^7.
Result<void> check_gate_factor(const Place& place, std::size_t i, double step) {
  if (std::ldexp(step, 12) < 128) return {};
  return place.input_fault(i, "has a scale too large for its gate");
}

}  // namespace

Result<void> check_shape(const Place& place, const Svdf& svdf) {
  SENGI_CHECK(check_rank(place, 0, 2));
  SENGI_CHECK(check_rank(place, 1, 2));
  SENGI_CHECK(check_rank(place, 2, 2));
  const Shape& input = place.input(0).shape;
  const std::int32_t filters = place.input(1).shape[0];
  const std::int32_t memory = place.input(2).shape[1];
  SENGI_CHECK(check_input_shape(place, 1, {filters, input[1]}));
  SENGI_CHECK(check_input_shape(place, 2, {filters, memory}));
  if (svdf.rank < 1 || filters % svdf.rank != 0) {
    return place.fault(fmt::format("rank {} does not divide {} filters", svdf.rank, filters));
  }
  const std::int32_t units = filters / svdf.rank;
  if (place.has_input(svdf_bias)) SENGI_CHECK(check_input_shape(place, svdf_bias, {units}));
  // The time weights have as many elements, so the product fits.
  SENGI_CHECK(check_input_shape(place, svdf_state, {input[0], memory * filters}));
  return check_output_shape(place, {input[0], units});
}

Result<void> check_numbers(const Place& place, const Svdf& svdf) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return check_float32(place);
  if (svdf.activation != Activation::none && svdf.activation != Activation::relu) {
    return place.fault("has an activation other than RELU, which int8 does not support");
  }
  SENGI_CHECK(check_symmetric(place, 1, Type::int8));
  const Type state = place.input(svdf_state).type;
  if (!is_quantized(state)) {
    return place.input_fault(svdf_state,
                             fmt::format("is {}; int8 and int16 are supported", name_of(state)));
  }
  SENGI_CHECK(check_symmetric(place, 2, state));
  if (!place.input(svdf_state).quantization.per_tensor()) {
    return place.input_fault(svdf_state, "needs one scale");
  }
  if (state == Type::int16) SENGI_CHECK(check_symmetric(place, svdf_state, state));
  if (place.has_input(svdf_bias)) SENGI_CHECK(check_input_type(place, svdf_bias, Type::int32));
  SENGI_CHECK(check_products(place, place.input(1).shape[1]));
  // In float, as svdf_parameters: a product may leave its range where a quotient would not.
  const float state_scale = place.input(svdf_state).quantization.scale[0];
  const float feature =
      place.input(0).quantization.scale[0] * place.input(1).quantization.scale[0] / state_scale;
  const float time =
      state_scale * place.input(2).quantization.scale[0] / place.output().quantization.scale[0];
  SENGI_CHECK(check_factor(place, static_cast<double>(feature)));
  return check_factor(place, static_cast<double>(time));
}

Result<void> check_shape(const Place& place, const UnidirectionalSequenceLstm& lstm) {
  SENGI_CHECK(check_rank(place, 0, 3));
  SENGI_CHECK(check_rank(place, lstm_weights, 2));
  const Shape& input = place.input(0).shape;
  const std::int32_t units = place.input(lstm_weights).shape[0];
  const std::int32_t batches = input[lstm.time_major ? 1 : 0];
  for (std::size_t gate = 0; gate < gates; ++gate) {
    SENGI_CHECK(check_input_shape(place, lstm_weights + gate, {units, input[2]}));
    SENGI_CHECK(check_input_shape(place, lstm_recurrent + gate, {units, units}));
    SENGI_CHECK(check_input_shape(place, lstm_biases + gate, {units}));
  }
  for (const std::size_t state : {lstm_hidden, lstm_cell}) {
    const std::size_t needed = static_cast<std::size_t>(batches) * static_cast<std::size_t>(units);
    if (place.input(state).elements() == needed) continue;
    return place.input_fault(state, fmt::format("has {} elements for {} units and a batch of {}",
                                                place.input(state).elements(), units, batches));
  }
  return check_output_shape(place, {input[0], input[1], units});
}

Result<void> check_numbers(const Place& place, const UnidirectionalSequenceLstm& lstm) {
  if (!std::isfinite(lstm.cell_clip) || lstm.cell_clip < 0) {
    return place.fault(
        fmt::format("clips its cells at {}; it must be at least 0 and finite", lstm.cell_clip));
  }
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  const Type type = place.output().type;
  if (type == Type::float32) return check_float32(place);
  SENGI_CHECK(check_symmetric_int16(place));
  const bool wide = type == Type::int16;
  for (std::size_t gate = 0; gate < gates; ++gate) {
    SENGI_CHECK(check_symmetric(place, lstm_weights + gate, Type::int8));
    SENGI_CHECK(check_symmetric(place, lstm_recurrent + gate, Type::int8));
    SENGI_CHECK(check_input_type(place, lstm_biases + gate, wide ? Type::int64 : Type::int32));
    SENGI_CHECK(wide ? check_magnitudes<std::int64_t>(place, lstm_biases + gate, highest_wide_bias)
                     : check_magnitudes<std::int32_t>(place, lstm_biases + gate, highest_bias));
  }
  SENGI_CHECK(check_products(place, place.input(0).shape[2]));
  SENGI_CHECK(check_products(place, place.input(lstm_weights).shape[0]));
  SENGI_CHECK(check_input_type(place, lstm_hidden, type));
  if (!place.input(lstm_hidden).quantization.per_tensor()) {
    return place.input_fault(lstm_hidden, "needs one scale");
  }
  SENGI_CHECK(check_keeps_scale(place, lstm_hidden));
  SENGI_CHECK(check_symmetric(place, lstm_cell, Type::int16));
  const std::optional<int> power = power_of_two(place.input(lstm_cell).quantization.scale[0]);
  if (!power || *power < -26 || *power > 2) {
    return place.input_fault(lstm_cell,
                             fmt::format("has scale {}; a power of two from 2^-26 to 4 is needed",
                                         scale_of(place.input(lstm_cell))));
  }
  // Factors to steps of 2^-12; a product's smallest step is far below any of them.
  const double hidden_scale = scale_of(place.input(lstm_hidden));
  SENGI_CHECK(check_factor(place, std::ldexp(1 / hidden_scale, -30)));
  for (std::size_t gate = 0; gate < gates; ++gate) {
    const double highest =
        std::max(scale_of(place.input(0)) * scale_of(place.input(lstm_weights + gate)),
                 hidden_scale * scale_of(place.input(lstm_recurrent + gate)));
    if (std::ldexp(highest, 12) < 128) continue;
    return place.input_fault(lstm_weights + gate, "has a scale too large for its gate");
  }
  return {};
}

Result<void> check_shape(const Place& place, const Gru&) {
  SENGI_CHECK(check_rank(place, 0, 3));
  SENGI_CHECK(check_rank(place, gru_weights, 3));
  const Shape& input = place.input(0).shape;
  const std::int32_t units = place.input(gru_weights).shape[1];
  SENGI_CHECK(check_input_shape(place, gru_weights, {gru_gates, units, input[2]}));
  SENGI_CHECK(check_input_shape(place, gru_recurrent, {gru_gates, units, units}));
  SENGI_CHECK(check_input_shape(place, gru_bias, {gru_gates, units}));
  const bool every_step = place.output().shape.size() == 3;
  return check_output_shape(place,
                            every_step ? Shape{input[0], input[1], units} : Shape{input[0], units});
}

Result<void> check_numbers(const Place& place, const Gru&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return check_float32(place);
  SENGI_CHECK(check_fixed_output(place, GruParameters::steps_in_one, 0));
  SENGI_CHECK(check_gates(place, gru_weights, Type::int8));
  SENGI_CHECK(check_gates(place, gru_recurrent, Type::int8));
  SENGI_CHECK(check_gates(place, gru_bias, Type::int32));
  for (std::size_t gate = 0; gate < GruParameters::gates; ++gate) {
    const auto scale = [&](std::size_t i) {
      return static_cast<double>(place.input(i).quantization.scale[gate]);
    };
    const double step = scale_of(place.input(0)) * scale(gru_weights);
    if (std::abs(scale(gru_bias) - step) > step / 1000) {
      return place.input_fault(gru_bias, fmt::format("has scale {} for gate {}; input scale * "
                                                     "weight scale is {}",
                                                     scale(gru_bias), gate, step));
    }
    SENGI_CHECK(check_gate_factor(place, gru_weights, step));
    SENGI_CHECK(check_gate_factor(place, gru_recurrent,
                                  scale(gru_recurrent) / GruParameters::steps_in_one));
  }
  const std::int32_t zero_point = place.input(0).quantization.zero_point[0];
  const GruParameters parameters = gru_parameters(place.graph, place.op());
  SENGI_CHECK(check_gate_sums(place, gru_weights, parameters.input, &place.input(gru_bias),
                              std::max(128 + zero_point, 127 - zero_point)));
  return check_gate_sums(place, gru_recurrent, parameters.recurrent, nullptr, 128);
}

}  // namespace sengi::model
