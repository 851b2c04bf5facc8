// SPDX-License-Identifier: Apache-2.0
// Layers that remember.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"

namespace sengi::compile {
namespace {

// The whole numbers of a constant.
template <typename T>
std::vector<std::int32_t> numbers_of(const model::Tensor& tensor) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(tensor.elements());
  for (std::size_t at = 0; at < tensor.data.size(); at += sizeof(T)) {
    T number = 0;
    std::memcpy(&number, tensor.data.data() + at, sizeof number);
    numbers.push_back(number);
  }
  return numbers;
}

// Minus a zero point times each row of weights, wrapped to 32 bits as the kernels' sums are.
std::vector<std::int32_t> weighted_zeros(const WeightMatrix& matrix, std::int32_t zero_point) {
  std::vector<std::int32_t> zeros;
  const auto products = static_cast<std::size_t>(matrix.products);
  for (std::size_t first = 0; first < matrix.values.size(); first += products) {
    std::int64_t sum = 0;
    for (std::size_t i = first; i < first + products; ++i) sum -= matrix.values[i];
    zeros.push_back(static_cast<std::int32_t>(sum * zero_point));
  }
  return zeros;
}

NumberTable weights_table(std::string_view name, std::string note,
                          const std::vector<std::int32_t>& values) {
  return {fmt::format("alignas(4) static constexpr std::int8_t {}[]", name), std::move(note),
          values, sizeof(std::int8_t)};
}

NumberTable sums_table(std::string_view name, std::string note,
                       const std::vector<std::int32_t>& values) {
  return {fmt::format("static constexpr std::int32_t {}[]", name), std::move(note), values,
          sizeof(std::int32_t)};
}

// One matrix for each gate, one after another, and what their sums begin with.
struct GateWeights {
  std::vector<std::int32_t> weights;
  std::vector<std::int32_t> bias;
};

GateWeights gate_weights(const Operands& operands, std::size_t first, std::int32_t zero_point) {
  GateWeights gates;
  for (std::size_t gate = 0; gate < model::LstmParameters::gates; ++gate) {
    const WeightMatrix matrix = rows_by_output(operands.input(first + gate));
    const std::vector<std::int32_t> zeros = weighted_zeros(matrix, zero_point);
    gates.weights.insert(gates.weights.end(), matrix.values.begin(), matrix.values.end());
    gates.bias.insert(gates.bias.end(), zeros.begin(), zeros.end());
  }
  return gates;
}

// ".input_scales = {{1073741824, 0}, ...}"
std::string scales_field(std::string_view name, const std::vector<Multiplier>& factors) {
  std::vector<std::string> texts;
  texts.reserve(factors.size());
  for (const Multiplier& factor : factors) texts.push_back(text_of(factor));
  return fmt::format(".{} = {{{}}}", name, fmt::join(texts, ", "));
}

std::string scale_field(std::string_view name, const Multiplier& factor) {
  return fmt::format(".{} = {}", name, text_of(factor));
}

constexpr std::size_t lstm_weights = 1;
constexpr std::size_t lstm_recurrent = lstm_weights + model::LstmParameters::gates;
constexpr std::size_t lstm_biases = lstm_recurrent + model::LstmParameters::gates;
constexpr std::size_t lstm_hidden = lstm_biases + model::LstmParameters::gates;

std::vector<NumberTable> lstm_constants(const Operands& operands, std::int32_t units,
                                        std::int32_t inputs) {
  const std::int32_t input_zero = operands.input(0).quantization.zero_point[0];
  const std::int32_t hidden_zero = operands.input(lstm_hidden).quantization.zero_point[0];
  GateWeights fresh = gate_weights(operands, lstm_weights, input_zero);
  const GateWeights recurrent = gate_weights(operands, lstm_recurrent, hidden_zero);
  auto sum = fresh.bias.begin();
  for (std::size_t gate = 0; gate < model::LstmParameters::gates; ++gate) {
    for (const std::int32_t bias : numbers_of<std::int32_t>(operands.input(lstm_biases + gate))) {
      *sum = static_cast<std::int32_t>(std::int64_t{*sum} + bias);
      ++sum;
    }
  }
  const std::string rows = fmt::format("[4][{}]", units);
  return {weights_table("weights", fmt::format("{}[{}]", rows, inputs), fresh.weights),
          sums_table("bias", rows, fresh.bias),
          weights_table("recurrent_weights", fmt::format("{}[{}]", rows, units), recurrent.weights),
          sums_table("recurrent_bias", rows, recurrent.bias)};
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::Svdf& svdf) {
  const model::SvdfParameters parameters = model::svdf_parameters(operands.graph, operands.op);
  const std::int32_t images = operands.input(0).shape[0];
  const WeightMatrix matrix = rows_by_output(operands.input(1));
  const model::Tensor& time = operands.input(2);
  const bool wide = time.type == model::Type::int16;
  const std::int32_t memory = time.shape[1];
  const std::int32_t units = operands.output().shape[1];
  const bool has_bias = operands.op.inputs[3] != model::absent;
  Kernel kernel;
  kernel.header = "sengi/nn/svdf.h";
  kernel.function = "svdf";
  kernel.shape_type = "Svdf";
  add_images(kernel.shape, images);
  kernel.shape.insert(
      kernel.shape.end(),
      {field("inputs", matrix.products), field("filters", matrix.channels), field("memory", memory),
       field("rank", svdf.rank), scale_field("feature_scale", parameters.feature),
       field("state_zero_point", operands.input(4).quantization.zero_point[0]),
       scale_field("output_scale", parameters.time),
       field("output_zero_point", operands.output().quantization.zero_point[0])});
  kernel.constants = {
      weights_table("weights", fmt::format("[{}][{}]", matrix.channels, matrix.products),
                    matrix.values),
      sums_table("weighted_zero", fmt::format("[{}]", matrix.channels),
                 weighted_zeros(matrix, operands.input(0).quantization.zero_point[0])),
      {fmt::format("alignas(4) static constexpr std::{} time_weights[]",
                   wide ? "int16_t" : "int8_t"),
       fmt::format("[{}][{}]", matrix.channels, memory),
       wide ? numbers_of<std::int16_t>(time) : numbers_of<std::int8_t>(time),
       model::bytes_of(time.type)},
      sums_table("bias", fmt::format("[{}]", units),
                 has_bias ? numbers_of<std::int32_t>(operands.input(3))
                          : std::vector<std::int32_t>(static_cast<std::size_t>(units)))};
  kernel.states = {"state"};
  kernel.stem = kernel.kind = "svdf";
  kernel.details = fmt::format(", {} filters over {} runs", matrix.channels, memory);
  kernel.leads = {lead_of_rows(images, matrix.products, units)};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::UnidirectionalSequenceLstm& lstm) {
  const model::LstmParameters parameters = model::lstm_parameters(operands.graph, operands.op);
  const model::Shape& shape = operands.input(0).shape;
  const std::int32_t images = shape[lstm.time_major ? 1 : 0];
  const std::int32_t steps = shape[lstm.time_major ? 0 : 1];
  const std::int32_t units = operands.output().shape[2];
  Kernel kernel;
  kernel.header = "sengi/nn/lstm.h";
  kernel.function = "lstm";
  kernel.shape_type = "Lstm";
  add_images(kernel.shape, images);
  kernel.shape.insert(kernel.shape.end(),
                      {field("steps", steps), field("inputs", shape[2]), field("units", units)});
  if (lstm.time_major) kernel.shape.emplace_back(".time_major = true");
  kernel.shape.insert(
      kernel.shape.end(),
      {scales_field("input_scales", parameters.input),
       scales_field("recurrent_scales", parameters.recurrent),
       scale_field("kept_scale", parameters.forget_times_cell),
       scale_field("added_scale", parameters.input_times_cell),
       scale_field("hidden_scale", parameters.output_times_tanh),
       field("hidden_zero_point", operands.input(lstm_hidden).quantization.zero_point[0]),
       fmt::format(".cell_tanh = {{{}, {}}}", parameters.cell_tanh.multiplier,
                   parameters.cell_tanh.shift)});
  if (parameters.cell_clip != 0) kernel.shape.push_back(field("cell_clip", parameters.cell_clip));
  kernel.constants = lstm_constants(operands, units, shape[2]);
  kernel.states = {"hidden", "cells"};
  kernel.stem = kernel.kind = "lstm";
  kernel.details = fmt::format(", {} steps", steps);
  // Rows one after another, unless the images take turns.
  const bool in_order = !lstm.time_major || images == 1;
  kernel.leads = {in_order ? lead_of_rows(images * steps, shape[2], units)
                           : lead_apart(operands.output().bytes())};
  return kernel;
}

}  // namespace sengi::compile
