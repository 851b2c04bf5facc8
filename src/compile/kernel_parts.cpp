// SPDX-License-Identifier: Apache-2.0
#include "compile/kernel_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

namespace sengi::compile {

bool is_of_integers(const Operands& operands) {
  const auto is_float = [&](model::TensorIndex index) {
    return index != model::absent &&
           operands.graph.tensors[static_cast<std::size_t>(index)].type == model::Type::float32;
  };
  return std::ranges::none_of(operands.op.inputs, is_float) &&
         std::ranges::none_of(operands.op.outputs, is_float);
}

namespace {

template <typename Number>
std::vector<std::int64_t> numbers_in(const std::vector<std::byte>& bytes) {
  std::vector<std::int64_t> numbers;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Number)) {
    Number number;
    std::memcpy(&number, &bytes[at], sizeof(number));
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::vector<std::int64_t> integers_of(const model::Tensor& tensor) {
  switch (tensor.type) {
    case model::Type::int16:
      return numbers_in<std::int16_t>(tensor.data);
    case model::Type::int32:
      return numbers_in<std::int32_t>(tensor.data);
    case model::Type::int64:
      return numbers_in<std::int64_t>(tensor.data);
    case model::Type::uint8:
    case model::Type::boolean:
      return numbers_in<std::uint8_t>(tensor.data);
    case model::Type::int8:
    case model::Type::float32:
      break;
  }
  return numbers_in<std::int8_t>(tensor.data);
}

std::string cpp_type(model::Type type) {
  if (type == model::Type::boolean) return "std::uint8_t";
  return fmt::format("std::{}_t", name_of(type));
}

NumberTable number_table(model::Type type, std::string_view name,
                         const std::vector<std::int64_t>& numbers, std::string note) {
  return {fmt::format("static constexpr {} {}[]", cpp_type(type), name),
          note.empty() ? fmt::format("[{}]", numbers.size()) : std::move(note), numbers,
          model::bytes_of(type)};
}

void add_operand(Kernel& kernel, const model::Tensor& tensor, const std::string& name) {
  kernel.operands.push_back(tensor.constant() ? name : "");
  if (!tensor.constant()) return;
  kernel.constants.push_back(
      number_table(tensor.type, name, integers_of(tensor), model::to_string(tensor.shape)));
}

std::int64_t product_of(const model::Shape& shape, std::size_t first, std::size_t end) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(first),
                         shape.begin() + static_cast<std::ptrdiff_t>(end), std::int64_t{1},
                         std::multiplies<>());
}

Kernel named(std::string header, std::string function, std::string shape_type, std::string stem) {
  Kernel kernel;
  kernel.header = fmt::format("sengi/nn/{}.h", header);
  kernel.function = std::move(function);
  kernel.shape_type = std::move(shape_type);
  kernel.kind = stem;
  kernel.stem = std::move(stem);
  return kernel;
}

void add_runs(Kernel& kernel, std::int64_t runs, const std::vector<std::int64_t>& lengths) {
  kernel.shape.push_back(field("runs", runs));
  kernel.constants.push_back(
      {"static constexpr std::int32_t lengths[]", "by part", lengths, sizeof(std::int32_t)});
}

std::string pairs_field(const std::vector<nn::PairAxis>& axes) {
  std::vector<std::string> texts;
  for (const nn::PairAxis& axis : axes) {
    texts.push_back(fmt::format("{{{}, {}, {}}}", axis.count, axis.step_a, axis.step_b));
  }
  return fmt::format(".pairs = {{{{{}}}}}", fmt::join(texts, ", "));
}

Multiplier shortened(Multiplier factor) {
  constexpr std::int32_t highest = 0x7fff;
  const bool fits = factor.multiplier < highest << 16;
  return {.multiplier = fits ? (factor.multiplier + (1 << 15)) >> 16 : highest,
          .shift = factor.shift - 15};
}

std::string text_of(const Multiplier& factor) {
  return fmt::format("{{{}, {}}}", factor.multiplier, -factor.shift);
}

std::string size_text(nn::Size size, char between) {
  return fmt::format("{}{}{}", size.height, between, size.width);
}

// ".input = {49, 10, 1}"
std::string field(std::string_view name, const nn::Image& image) {
  return fmt::format(".{} = {{{}, {}, {}}}", name, image.height, image.width, image.channels);
}
std::string field(std::string_view name, std::int64_t value) {
  return fmt::format(".{} = {}", name, value);
}
std::string field(std::string_view name, nn::Size size) {
  return fmt::format(".{} = {{{}, {}}}", name, size.height, size.width);
}

std::string field(const nn::Window& window) {
  std::string text = field("taps", window.taps);
  const auto add = [&](std::string_view name, nn::Size size, std::int32_t usual) {
    if (size.height != usual || size.width != usual) text += ", " + field(name, size);
  };
  add("stride", window.stride, 1);
  add("dilation", window.dilation, 1);
  add("padding", window.padding, 0);
  return fmt::format(".window = {{{}}}", text);
}

void add_clamp(std::vector<std::string>& shape, const model::ActivationRange& range) {
  if (range.lowest == -128 && range.highest == 127) return;
  shape.push_back(fmt::format(".clamp = {{{}, {}}}", range.lowest, range.highest));
}

void add_images(std::vector<std::string>& shape, std::int32_t images) {
  if (images != 1) shape.push_back(field("images", images));
}

// ", ReLU"
std::string words_of(model::Activation activation) {
  switch (activation) {
    case model::Activation::relu:
      return ", ReLU";
    case model::Activation::relu6:
      return ", ReLU6";
    case model::Activation::relu_n1_to_1:
      return ", ReLU -1 to 1";
    case model::Activation::none:
      break;
  }
  return "";
}

// "10x4 /2"
std::string short_words_of(const nn::Window& window) {
  std::string words = size_text(window.taps, 'x');
  const nn::Size stride = window.stride;
  if (stride.height != stride.width) {
    words += " /" + size_text(stride, ',');
  } else if (stride.height != 1) {
    words += fmt::format(" /{}", stride.height);
  }
  return words;
}

// "window 10x4, stride 2"
std::string words_of(const nn::Window& window) {
  std::string words = "window " + size_text(window.taps, 'x');
  const auto add = [&](std::string_view name, nn::Size size) {
    if (size.height == 1 && size.width == 1) return;
    const bool square = size.height == size.width;
    words +=
        fmt::format(", {} {}", name, square ? std::to_string(size.height) : size_text(size, 'x'));
  };
  add("stride", window.stride);
  add("dilation", window.dilation);
  return words;
}

bool touches_padding(const nn::Image& input, const nn::Image& output, const nn::Window& window) {
  const nn::Taps rows =
      nn::whole_positions(input.height, output.height, window.taps.height, window.stride.height,
                          window.dilation.height, window.padding.height);
  const nn::Taps columns =
      nn::whole_positions(input.width, output.width, window.taps.width, window.stride.width,
                          window.dilation.width, window.padding.width);
  return rows.count() != output.height || columns.count() != output.width;
}

void add_arithmetic(std::vector<std::string>& shape, const Operands& operands,
                    const ChannelConstants& constants, model::Activation activation) {
  const model::Quantization& output = operands.output().quantization;
  if (constants.input_offset != 0) shape.push_back(field("input_offset", constants.input_offset));
  shape.push_back(field("output_zero_point", output.zero_point[0]));
  add_clamp(shape, model::activation_range(activation, output));
  if (constants.small_sums) shape.push_back(".small_sums = true");
}

void add_scaling(std::vector<std::string>& shape, const Operands& operands,
                 const PairedConstants& constants, model::Activation activation) {
  if (constants.straight_shift != 0) {
    shape.push_back(field("straight_shift", constants.straight_shift));
    return;
  }
  const model::Quantization& output = operands.output().quantization;
  shape.push_back(field("output_zero_point", output.zero_point[0]));
  add_clamp(shape, model::activation_range(activation, output));
}

}  // namespace sengi::compile
