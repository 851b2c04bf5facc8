// SPDX-License-Identifier: Apache-2.0
#include "compile/paired_constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "compile/straight_scaling.h"
#include "model/integer_parameters.h"
#include "sengi/fixed_point.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/planar_depthwise_conv2d.h"

namespace sengi::compile {
namespace {

std::int32_t weight_at(const WeightMatrix& matrix, std::int32_t channel, std::int32_t product) {
  if (channel >= matrix.channels || product >= matrix.products) return 0;
  return matrix
      .values[static_cast<std::size_t>(channel) * static_cast<std::size_t>(matrix.products) +
              static_cast<std::size_t>(product)];
}

// Of whole sums: no input leads out of it.
SumRange range_of(const WeightMatrix& matrix, std::int32_t channel, std::int32_t bias,
                  std::int32_t input_offset) {
  SumRange range{bias, bias};
  for (std::int32_t i = 0; i < matrix.products; ++i) {
    const std::int64_t weight = weight_at(matrix, channel, i);
    range.lowest += weight * ((weight > 0 ? -128 : 127) + input_offset);
    range.highest += weight * ((weight > 0 ? 127 : -128) + input_offset);
  }
  return range;
}

// 256 S must fit in 32 bits.
bool fits(const SumRange& range) {
  constexpr std::int64_t limit = std::int64_t{1} << (31 - nn::sum_fraction_bits);
  return range.lowest >= -limit && range.highest < limit;
}

std::int32_t odd_weights(const WeightMatrix& matrix, std::int32_t channel) {
  std::int32_t sum = 0;
  for (std::int32_t i = 1; i < matrix.products; i += 2) sum += weight_at(matrix, channel, i);
  return sum;
}

// What a sum begins with: the bias in steps of 1/256, less what `mixed` inputs add. It may wrap, as
// the sum does on its way.
std::int32_t beginning(std::int64_t bias, std::int32_t offset, std::int32_t odd) {
  const std::int64_t start =
      bias * (1 << nn::sum_fraction_bits) + offset - std::int64_t{nn::mixed_offset} * odd;
  return static_cast<std::int32_t>(start);
}

struct Channels {
  WeightMatrix matrix;
  std::vector<std::int64_t> bias;  // with the input's zero point folded in
  std::vector<SumRange> ranges;
  std::vector<Multiplier> factors;
};

Channels channels_of(const model::Graph& graph, const model::Operator& op,
                     const WeightMatrix& matrix) {
  const ChannelConstants plain = channel_constants(graph, op, matrix, false);
  Channels channels{matrix, {}, {}, model::output_multipliers(graph, op)};
  for (std::int32_t channel = 0; channel < matrix.channels; ++channel) {
    const std::int32_t bias = plain.bias[static_cast<std::size_t>(channel)];
    channels.ranges.push_back(range_of(matrix, channel, bias, plain.input_offset));
    std::int64_t folded = bias;
    for (std::int32_t i = 0; i < matrix.products; ++i) {
      folded += std::int64_t{plain.input_offset} * weight_at(matrix, channel, i);
    }
    channels.bias.push_back(folded);
  }
  return channels;
}

// Training leaves channels that never say anything but one value, often with a bias beyond all
// others. They get no weights and a bias and factor of ordinary size for the same output.
void silence_constant_channels(Channels& channels, std::int32_t zero_point,
                               const model::ActivationRange& outputs) {
  constexpr Multiplier one_256th = {1 << 30, -7};
  const auto products = static_cast<std::ptrdiff_t>(channels.matrix.products);
  for (std::size_t i = 0; i < channels.ranges.size(); ++i) {
    const auto output_of = [&](std::int64_t sum) {
      return clamp(requantize(static_cast<std::int32_t>(sum), channels.factors[i]) + zero_point,
                   outputs.lowest, outputs.highest);
    };
    const std::int32_t output = output_of(channels.ranges[i].lowest);
    if (output != output_of(channels.ranges[i].highest)) continue;
    const auto row = channels.matrix.values.begin() + static_cast<std::ptrdiff_t>(i) * products;
    std::fill(row, row + products, 0);
    channels.bias[i] = std::int64_t{output - zero_point} * 256;
    channels.ranges[i] = {channels.bias[i], channels.bias[i]};
    channels.factors[i] = one_256th;
  }
}

bool shifts_right(const Multiplier& factor) { return factor.multiplier == 0 || factor.shift < 0; }

}  // namespace

std::optional<PairedConstants> paired_constants(const model::Graph& graph,
                                                const model::Operator& op,
                                                const WeightMatrix& matrix,
                                                model::Activation activation, Weights weights) {
  const bool pairs = weights == Weights::in_pairs;
  const std::int32_t lowest = pairs ? -127 : -128;
  const auto fits_kernel = [=](std::int32_t weight) { return weight >= lowest && weight <= 127; };
  if (!std::ranges::all_of(matrix.values, fits_kernel)) return {};
  const model::Quantization& output =
      graph.tensors[static_cast<std::size_t>(op.outputs[0])].quantization;
  const model::ActivationRange outputs = model::activation_range(activation, output);
  Channels channels = channels_of(graph, op, matrix);
  silence_constant_channels(channels, output.zero_point[0], outputs);
  if (!std::ranges::all_of(channels.ranges, fits)) return {};

  PairedConstants constants{channels.matrix, 0, {}, {}, {}};
  std::vector<std::int32_t> offsets(channels.factors.size());
  if (const auto straight =
          straight_scaling(channels.factors, channels.ranges, output.zero_point[0], outputs)) {
    constants.straight_shift = straight->shift;
    constants.multiplier = straight->multiplier;
    offsets = straight->offset;
  } else if (std::ranges::all_of(channels.factors, shifts_right)) {
    add_rescaling(constants.multiplier, constants.right_shift, channels.factors);
  } else {
    return {};
  }
  for (std::int32_t channel = 0; channel < matrix.channels; ++channel) {
    const auto i = static_cast<std::size_t>(channel);
    const std::int32_t odd = pairs ? odd_weights(channels.matrix, channel) : 0;
    constants.bias.push_back(beginning(channels.bias[i], offsets[i], odd));
  }
  if (pairs && constants.bias.size() % 2 != 0) constants.bias.push_back(0);
  return constants;
}

std::optional<std::vector<std::int32_t>> paired_beginnings(const WeightMatrix& matrix,
                                                           const std::vector<std::int32_t>& bias,
                                                           std::int32_t input_offset) {
  if (std::ranges::any_of(matrix.values, [](std::int32_t weight) { return weight < -127; })) {
    return {};
  }
  std::vector<std::int32_t> beginnings;
  for (std::int32_t channel = 0; channel < matrix.channels; ++channel) {
    const std::int32_t own = bias[static_cast<std::size_t>(channel)];
    if (!fits(range_of(matrix, channel, own, input_offset))) return {};
    std::int64_t folded = own;
    for (std::int32_t i = 0; i < matrix.products; ++i) {
      folded += std::int64_t{input_offset} * weight_at(matrix, channel, i);
    }
    beginnings.push_back(beginning(folded, 0, odd_weights(matrix, channel)));
  }
  return beginnings;
}

std::vector<std::int32_t> pack_pairs(const WeightMatrix& matrix, std::int32_t block) {
  std::vector<std::int32_t> packed;
  const std::int32_t channels = (matrix.channels + 1) / 2 * 2;
  for (std::int32_t first = 0; first < channels; first += block) {
    const std::int32_t end = std::min(first + block, channels);
    for (std::int32_t product = 0; product < matrix.products; product += 4) {
      for (std::int32_t channel = first; channel < end; ++channel) {
        for (const std::int32_t even : {product, product + 2}) {
          packed.push_back((weight_at(matrix, channel, even) * (1 << nn::sum_fraction_bits)) +
                           weight_at(matrix, channel, even + 1));
        }
      }
    }
  }
  return packed;
}

std::vector<std::int32_t> pack_taps(const WeightMatrix& matrix) {
  std::vector<std::int32_t> packed;
  for (std::int32_t first = 0; first < matrix.channels; first += 4) {
    for (std::int32_t tap = 0; tap < matrix.products; tap += 2) {
      for (const std::int32_t channel : {first, first + 2}) {
        for (const std::int32_t each : {tap, tap + 1}) {
          packed.push_back(weight_at(matrix, channel, each));
          packed.push_back(weight_at(matrix, channel + 1, each));
        }
      }
    }
  }
  return packed;
}

std::vector<std::int32_t> pack_planar(const WeightMatrix& matrix) {
  std::vector<std::int32_t> packed(matrix.values.size());
  for (std::int32_t channel = 0; channel < matrix.channels; ++channel) {
    for (std::int32_t y = 0; y < 3; ++y) {
      for (std::int32_t x = 0; x < 3; ++x) {
        const std::int32_t at = channel * 9 + nn::plane_taps[y][x];
        packed[static_cast<std::size_t>(at)] = weight_at(matrix, channel, y * 3 + x);
      }
    }
  }
  return packed;
}

std::vector<NumberTable> to_tables(const PairedConstants& constants, NumberTable weights) {
  const auto by_channel = [](const std::vector<std::int32_t>& values) {
    return fmt::format("[{}]", values.size());
  };
  std::vector<NumberTable> tables = {
      std::move(weights),
      {"static constexpr std::int32_t bias[]", by_channel(constants.bias), constants.bias,
       sizeof(std::int32_t)},
      {"static constexpr std::int32_t multiplier[]", by_channel(constants.multiplier),
       constants.multiplier, sizeof(std::int32_t)}};
  if (constants.straight_shift == 0) {
    tables.push_back({"static constexpr std::int8_t right_shift[]",
                      by_channel(constants.right_shift), constants.right_shift,
                      sizeof(std::int8_t)});
  }
  return tables;
}

}  // namespace sengi::compile
