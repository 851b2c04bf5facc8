// SPDX-License-Identifier: Apache-2.0
#include "compile/channel_constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>

#include "model/integer_parameters.h"
#include "sengi/nn/channel_block.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Operator;
using model::Tensor;

// Less the zero point that weights have which were uint8: one for all, or 0.
std::int32_t weight_at(const Tensor& tensor, std::size_t i) {
  return static_cast<std::int8_t>(tensor.data[i]) - tensor.quantization.zero_point[0];
}

std::int32_t int32_at(const Tensor& tensor, std::size_t i) {
  std::int32_t value;
  std::memcpy(&value, tensor.data.data() + i * sizeof value, sizeof value);
  return value;
}

bool fits_in_int8(std::int32_t value) { return value >= -128 && value <= 127; }

std::vector<std::int32_t> bias_of(const Graph& graph, const Operator& op, std::int32_t channels) {
  std::vector<std::int32_t> bias(static_cast<std::size_t>(channels));
  if (op.inputs.size() < 3 || op.inputs[2] == model::absent) return bias;
  const Tensor& tensor = graph.tensors[static_cast<std::size_t>(op.inputs[2])];
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = int32_at(tensor, i);
  return bias;
}

std::span<const std::int32_t> row_of(const WeightMatrix& matrix, std::size_t channel) {
  const auto products = static_cast<std::size_t>(matrix.products);
  return std::span(matrix.values).subspan(channel * products, products);
}

// bias + offset * sum of weights, by channel, wrapped to 32 bits as the kernels' sums are.
std::vector<std::int32_t> folded(const std::vector<std::int32_t>& bias, const WeightMatrix& matrix,
                                 std::int32_t offset) {
  std::vector<std::int32_t> result;
  result.reserve(bias.size());
  for (std::size_t channel = 0; channel < bias.size(); ++channel) {
    std::int64_t sum = bias[channel];
    for (const std::int32_t weight : row_of(matrix, channel)) sum += std::int64_t{offset} * weight;
    result.push_back(static_cast<std::int32_t>(sum));
  }
  return result;
}

// `bias` and `offset` as they are before folding.
bool sums_stay_small(const std::vector<std::int32_t>& bias, const WeightMatrix& matrix,
                     std::int32_t offset) {
  const std::int64_t input = std::max(std::abs(-128 + offset), std::abs(127 + offset));
  for (std::size_t channel = 0; channel < bias.size(); ++channel) {
    std::int64_t largest = std::abs(std::int64_t{bias[channel]});
    for (const std::int32_t weight : row_of(matrix, channel)) largest += input * std::abs(weight);
    if (largest >= std::int64_t{1} << 30) return false;
  }
  return true;
}

}  // namespace

void add_rescaling(std::vector<std::int32_t>& multiplier, std::vector<std::int32_t>& right_shift,
                   const std::vector<Multiplier>& factors) {
  for (const Multiplier& factor : factors) {
    multiplier.push_back(factor.multiplier);
    // A factor of zero stays zero whatever its shift, and kernels like shifts to the right.
    right_shift.push_back(factor.multiplier == 0 ? 1 : -factor.shift);
  }
  const auto all_alike = [](const std::vector<std::int32_t>& values) {
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
  };
  if (!all_alike(multiplier) || !all_alike(right_shift)) return;
  multiplier.resize(1);
  right_shift.resize(1);
}

WeightMatrix rows_by_output(const Tensor& weights) {
  WeightMatrix matrix{.channels = weights.shape[0], .products = 0, .values = {}};
  matrix.products = static_cast<std::int32_t>(weights.elements()) / matrix.channels;
  matrix.values.reserve(weights.elements());
  for (std::size_t i = 0; i < weights.elements(); ++i) {
    matrix.values.push_back(weight_at(weights, i));
  }
  return matrix;
}

WeightMatrix rows_by_channel(const Tensor& filter) {
  WeightMatrix matrix{
      .channels = filter.shape[3], .products = filter.shape[1] * filter.shape[2], .values = {}};
  const auto channels = static_cast<std::size_t>(matrix.channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t tap = 0; tap < static_cast<std::size_t>(matrix.products); ++tap) {
      matrix.values.push_back(weight_at(filter, tap * channels + channel));
    }
  }
  return matrix;
}

std::vector<std::int32_t> pack_blocks(const WeightMatrix& matrix) {
  std::vector<std::int32_t> packed;
  packed.reserve(matrix.values.size());
  for (std::int32_t first = 0; first < matrix.channels; first += nn::block_channels) {
    const std::int32_t end = std::min(first + nn::block_channels, matrix.channels);
    for (std::int32_t product = 0; product < matrix.products; ++product) {
      for (std::int32_t channel = first; channel < end; ++channel) {
        packed.push_back(
            row_of(matrix, static_cast<std::size_t>(channel))[static_cast<std::size_t>(product)]);
      }
    }
  }
  return packed;
}

ChannelConstants channel_constants(const Graph& graph, const Operator& op,
                                   const WeightMatrix& matrix, bool foldable) {
  const Tensor& input = graph.tensors[static_cast<std::size_t>(op.inputs[0])];
  ChannelConstants constants{.bias = bias_of(graph, op, matrix.channels),
                             .input_offset = -input.quantization.zero_point[0],
                             .small_sums = false,
                             .multiplier = {},
                             .right_shift = {}};
  constants.small_sums = sums_stay_small(constants.bias, matrix, constants.input_offset);
  if (foldable) {
    constants.bias = folded(constants.bias, matrix, constants.input_offset);
    constants.input_offset = 0;
  }
  add_rescaling(constants.multiplier, constants.right_shift, model::output_multipliers(graph, op));
  return constants;
}

std::vector<NumberTable> to_tables(const ChannelConstants& constants,
                                   const std::vector<std::int32_t>& weights, std::string layout) {
  const auto by_channel = [](const std::vector<std::int32_t>& values) {
    return fmt::format("[{}]", values.size());
  };
  const bool wide = !std::ranges::all_of(weights, fits_in_int8);
  return {
      {fmt::format("alignas(4) static constexpr std::{} weights[]", wide ? "int16_t" : "int8_t"),
       std::move(layout), weights, wide ? sizeof(std::int16_t) : sizeof(std::int8_t)},
      {"static constexpr std::int32_t bias[]", by_channel(constants.bias), constants.bias,
       sizeof(std::int32_t)},
      {"static constexpr std::int32_t multiplier[]", by_channel(constants.multiplier),
       constants.multiplier, sizeof(std::int32_t)},
      {"static constexpr std::int8_t right_shift[]", by_channel(constants.right_shift),
       constants.right_shift, sizeof(std::int8_t)}};
}

}  // namespace sengi::compile
