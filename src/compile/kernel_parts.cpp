// SPDX-License-Identifier: Apache-2.0
#include "compile/kernel_parts.h"

#include <fmt/format.h>

namespace sengi::compile {

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

std::string text_of(const Multiplier& factor) {
  return fmt::format("{{{}, {}}}", factor.multiplier, -factor.shift);
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
