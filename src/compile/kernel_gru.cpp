// SPDX-License-Identifier: Apache-2.0
// Gated recurrent units.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <vector>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "sengi/nn/gru.h"
#include "sengi/nn/paired_fully_connected.h"

namespace sengi::compile {
namespace {

constexpr auto gates = static_cast<std::int32_t>(model::GruParameters::gates);
constexpr std::size_t input_weights = 1;
constexpr std::size_t recurrent_weights = 2;
constexpr std::size_t bias_input = 3;

// One gate's rows of [3, units, products].
WeightMatrix gate_matrix(const model::Tensor& weights, std::int32_t gate) {
  WeightMatrix matrix{.channels = weights.shape[1], .products = weights.shape[2], .values = {}};
  const auto size = static_cast<std::ptrdiff_t>(matrix.channels) * matrix.products;
  const std::vector<std::int64_t> all = integers_of(weights);
  const auto first = all.begin() + gate * size;
  for (auto number = first; number != first + size; ++number) {
    matrix.values.push_back(static_cast<std::int32_t>(*number));
  }
  return matrix;
}

// What one kind of sums needs: of inputs, or of hidden numbers.
struct Sums {
  std::vector<std::int64_t> weights;
  std::vector<std::int64_t> beginnings;
};

void append(std::vector<std::int64_t>& to, const std::vector<std::int32_t>& numbers) {
  to.insert(to.end(), numbers.begin(), numbers.end());
}

// In pairs, where they fit.
std::optional<Sums> paired_sums(const model::Tensor& weights, const std::vector<std::int64_t>& bias,
                                std::int32_t zero_point) {
  Sums sums;
  for (std::int32_t gate = 0; gate < gates; ++gate) {
    const WeightMatrix matrix = gate_matrix(weights, gate);
    const auto first = bias.begin() + static_cast<std::ptrdiff_t>(gate) * matrix.channels;
    const std::vector<std::int32_t> own(first, first + matrix.channels);
    const auto beginnings = paired_beginnings(matrix, own, -zero_point);
    if (!beginnings) return std::nullopt;
    append(sums.beginnings, *beginnings);
    append(sums.weights, pack_pairs(matrix, nn::row_block));
  }
  return sums;
}

Sums plain_sums(const model::Tensor& weights, const std::vector<std::int64_t>& bias,
                std::int32_t zero_point) {
  Sums sums{integers_of(weights), bias};
  const auto products = static_cast<std::size_t>(weights.shape[2]);
  for (std::size_t row = 0; row < bias.size(); ++row) {
    std::int64_t& sum = sums.beginnings[row];
    for (std::size_t i = row * products; i < (row + 1) * products; ++i) {
      sum -= sums.weights[i] * zero_point;
    }
    sum = static_cast<std::int32_t>(sum);  // wrapped, as the kernels' sums are
  }
  return sums;
}

// ".input_scales = {{1073741824, 0}, ...}"
std::string scales_field(std::string_view name, const std::vector<Multiplier>& factors) {
  std::vector<std::string> texts;
  texts.reserve(factors.size());
  for (const Multiplier& factor : factors) texts.push_back(text_of(factor));
  return fmt::format(".{} = {{{}}}", name, fmt::join(texts, ", "));
}

NumberTable weights_table(bool pairs, std::string_view name, const std::vector<std::int64_t>& words,
                          std::int32_t units, std::int32_t products) {
  if (pairs) {
    return {fmt::format("alignas(4) static constexpr std::int16_t {}[]", name),
            fmt::format("[3], by eights [{}][8][2]: 256 even + odd", nn::steps_of(products)), words,
            sizeof(std::int16_t)};
  }
  return {fmt::format("alignas(4) static constexpr std::int8_t {}[]", name),
          fmt::format("[3][{}][{}]", units, products), words, sizeof(std::int8_t)};
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::Gru&) {
  const model::Shape& in = operands.input(0).shape;
  const nn::Gru shape{.images = in[0],
                      .steps = in[1],
                      .inputs = in[2],
                      .units = operands.output().shape.back(),
                      .every_step = operands.output().shape.size() == 3,
                      .input_scales = {},
                      .recurrent_scales = {}};
  const std::int32_t zero_point = operands.input(0).quantization.zero_point[0];
  const std::vector<std::int64_t> bias = integers_of(operands.input(bias_input));
  const std::vector<std::int64_t> none(bias.size(), 0);
  const model::Tensor& fresh = operands.input(input_weights);
  const model::Tensor& recurrent = operands.input(recurrent_weights);
  const auto fresh_pairs = paired_sums(fresh, bias, zero_point);
  const auto recurrent_pairs = paired_sums(recurrent, none, 0);
  const bool pairs = fresh_pairs && recurrent_pairs;

  Kernel kernel =
      pairs ? named("paired_gru", "paired_gru", "Gru", "gru") : named("gru", "gru", "Gru", "gru");
  add_images(kernel.shape, shape.images);
  kernel.shape.insert(
      kernel.shape.end(),
      {field("steps", shape.steps), field("inputs", shape.inputs), field("units", shape.units)});
  if (shape.every_step) kernel.shape.emplace_back(".every_step = true");
  const model::GruParameters parameters = model::gru_parameters(operands.graph, operands.op);
  kernel.shape.push_back(scales_field("input_scales", parameters.input));
  kernel.shape.push_back(scales_field("recurrent_scales", parameters.recurrent));

  const Sums of_input = pairs ? *fresh_pairs : plain_sums(fresh, bias, zero_point);
  const Sums of_hidden = pairs ? *recurrent_pairs : plain_sums(recurrent, none, 0);
  const std::string rows = fmt::format("[3][{}]", shape.units);
  kernel.constants = {
      weights_table(pairs, "weights", of_input.weights, shape.units, shape.inputs),
      number_table(model::Type::int32, "bias", of_input.beginnings, rows),
      weights_table(pairs, "recurrent_weights", of_hidden.weights, shape.units, shape.units)};
  if (pairs) {
    kernel.constants.push_back(
        number_table(model::Type::int32, "recurrent_bias", of_hidden.beginnings, rows));
  }
  kernel.details = fmt::format(", {} units over {} steps", shape.units, shape.steps);
  kernel.leads = {shape.every_step
                      ? lead_of_rows(shape.images * shape.steps, shape.inputs, shape.units)
                      : lead_of_rows(shape.images, shape.steps * shape.inputs, shape.units)};
  kernel.scratch_bytes = static_cast<std::size_t>(nn::GruMemory::bytes(shape));
  return kernel;
}

}  // namespace sengi::compile
