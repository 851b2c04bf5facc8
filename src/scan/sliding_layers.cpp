// SPDX-License-Identifier: Apache-2.0
#include "scan/sliding_layers.h"

#include <algorithm>
#include <cstring>

namespace sengi::scan {
namespace {

using model::Graph;
using model::Operator;
using model::Tensor;

const Tensor& tensor(const Graph& graph, model::TensorIndex i) {
  return graph.tensors[static_cast<std::size_t>(i)];
}

// Half-open; a / b rounded up and down, b above 0.
std::int32_t ceiling(std::int32_t a, std::int32_t b) {
  return a >= 0 ? (a + b - 1) / b : -(-a / b);
}
std::int32_t floor_of(std::int32_t a, std::int32_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

Rows rows_of(const model::Shape& shape, std::int32_t stride, std::int32_t begin, std::int32_t end) {
  Rows rows{shape[1],
            shape[2],
            shape[3],
            stride,
            std::clamp(begin, 0, shape[1]),
            std::clamp(end, 0, shape[1])};
  rows.clean_end = std::max(rows.clean_begin, rows.clean_end);
  return rows;
}

Rows rows_behind(const Rows& in, const WindowShape& w, const model::Shape& shape) {
  const std::int32_t reach = (w.filter_h - 1) * w.dilation_h + 1;
  return rows_of(shape, in.stride * w.stride_h, ceiling(in.clean_begin + w.top, w.stride_h),
                 floor_of(in.clean_end - reach + w.top, w.stride_h) + 1);
}

template <typename Kind>
WindowShape window_of(const Graph& graph, const Operator& op, const Kind& kind) {
  const model::Shape& filter = tensor(graph, op.inputs[1]).shape;
  const model::WindowPadding padding = model::window_padding(graph, op);
  return {filter[1],       filter[2],       kind.stride_h, kind.stride_w,
          kind.dilation_h, kind.dilation_w, padding.top,   padding.left};
}

Requantizer requantizer(const Graph& graph, const Operator& op, model::Activation activation) {
  const Tensor& output = tensor(graph, op.outputs[0]);
  Requantizer by;
  by.channels = static_cast<std::size_t>(output.shape.back());
  by.factors = model::output_multipliers(graph, op);
  by.factors.resize(by.padded(), {1 << 30, 0});
  by.bias.assign(by.padded(), 0);
  if (op.inputs.size() > 2 && op.inputs[2] != model::absent) {
    const std::vector<std::byte>& bytes = tensor(graph, op.inputs[2]).data;
    std::memcpy(by.bias.data(), bytes.data(), bytes.size());
  }
  const model::ActivationRange range = model::activation_range(activation, output.quantization);
  by.zero_point = output.quantization.zero_point[0];
  by.lowest = range.lowest;
  by.highest = range.highest;
  return by;
}

bool plain_int8(const Tensor& one) {
  return one.type == model::Type::int8 && one.shape.size() == 4 && one.shape[0] == 1 &&
         one.quantization.per_tensor();
}

bool weights_fit(const Graph& graph, const Operator& op) {
  const Tensor& weights = tensor(graph, op.inputs[1]);
  const bool bias = op.inputs.size() > 2 && op.inputs[2] != model::absent;
  return weights.type == model::Type::int8 && weights.constant() &&
         std::ranges::all_of(weights.quantization.zero_point, [](auto z) { return z == 0; }) &&
         (!bias || tensor(graph, op.inputs[2]).type == model::Type::int32);
}

std::optional<SlidingConv> conv_of(const Graph& graph, const Operator& op,
                                   const model::Conv2D& kind) {
  if (!weights_fit(graph, op)) return std::nullopt;
  const Tensor& input = tensor(graph, op.inputs[0]);
  const Tensor& weights = tensor(graph, op.inputs[1]);
  if (weights.shape[3] != input.shape[3]) return std::nullopt;  // grouped
  SlidingConv conv{window_of(graph, op, kind),
                   input.quantization.zero_point[0],
                   {},
                   requantizer(graph, op, kind.activation)};
  const std::size_t taps = weights.elements() / conv.by.channels;
  conv.products.depth = (taps + 1) / 2 * 2;
  const std::size_t padded = conv.by.padded();
  conv.products.weights.assign(conv.products.depth * padded, 0);
  for (std::size_t c = 0; c < conv.by.channels; ++c) {
    for (std::size_t k = 0; k < taps; ++k) {
      conv.products.weights[(k / 2 * padded + c) * 2 + k % 2] =
          static_cast<std::int8_t>(weights.data[c * taps + k]);
    }
  }
  return conv;
}

std::optional<SlidingDepthwise> depthwise_of(const Graph& graph, const Operator& op,
                                             const model::DepthwiseConv2D& kind) {
  const Tensor& input = tensor(graph, op.inputs[0]);
  const Tensor& weights = tensor(graph, op.inputs[1]);
  if (!weights_fit(graph, op) || weights.shape[3] != input.shape[3]) return std::nullopt;
  SlidingDepthwise layer{window_of(graph, op, kind),
                         input.quantization.zero_point[0],
                         {},
                         requantizer(graph, op, kind.activation)};
  const std::size_t padded = layer.by.padded();
  const std::size_t taps = weights.elements() / layer.by.channels;
  layer.weights.assign(taps * padded, 0);
  for (std::size_t k = 0; k < taps; ++k) {
    for (std::size_t c = 0; c < layer.by.channels; ++c) {
      layer.weights[k * padded + c] =
          static_cast<std::int8_t>(weights.data[k * layer.by.channels + c]);
    }
  }
  return layer;
}

void compute(const SlidingConv& conv, const SlidingLayer& layer, std::int32_t begin,
             std::int32_t end, const std::int8_t* input, std::int8_t* output,
             std::vector<std::int16_t>& scratch, Speed speed) {
  const WindowShape& w = conv.window;
  const Rows& in = layer.in;
  const auto channels = static_cast<std::size_t>(in.channels);
  const std::size_t depth = conv.products.depth;
  const auto count =
      static_cast<std::size_t>(end - begin) * static_cast<std::size_t>(layer.out.width);
  scratch.assign(count * depth, 0);  // what is padding stays so
  std::int16_t* pixel = scratch.data();
  for (std::int32_t y = begin; y < end; ++y) {
    for (std::int32_t x = 0; x < layer.out.width; ++x, pixel += depth) {
      std::int16_t* to = pixel;
      for (std::int32_t ky = 0; ky < w.filter_h; ++ky) {
        const std::int32_t row = y * w.stride_h - w.top + ky * w.dilation_h;
        for (std::int32_t kx = 0; kx < w.filter_w; ++kx, to += channels) {
          const std::int32_t column = x * w.stride_w - w.left + kx * w.dilation_w;
          if (row < 0 || row >= in.height || column < 0 || column >= in.width) continue;
          const std::int8_t* from =
              input + static_cast<std::size_t>(row * in.width + column) * channels;
          for (std::size_t c = 0; c < channels; ++c) {
            to[c] = static_cast<std::int16_t>(from[c] - conv.input_zero_point);
          }
        }
      }
    }
  }
  multiply(conv.products, conv.by, scratch.data(), count,
           output + static_cast<std::size_t>(begin) * layer.out.row_bytes(), speed);
}

void compute(const SlidingDepthwise& conv, const SlidingLayer& layer, std::int32_t begin,
             std::int32_t end, const std::int8_t* input, std::int8_t* output, Speed speed) {
  const WindowShape& w = conv.window;
  const Rows& in = layer.in;
  std::vector<const std::int8_t*> taps(static_cast<std::size_t>(w.filter_h * w.filter_w));
  std::int8_t* to = output + static_cast<std::size_t>(begin) * layer.out.row_bytes();
  for (std::int32_t y = begin; y < end; ++y) {
    for (std::int32_t x = 0; x < layer.out.width; ++x, to += layer.out.channels) {
      std::size_t tap = 0;
      for (std::int32_t ky = 0; ky < w.filter_h; ++ky) {
        const std::int32_t row = y * w.stride_h - w.top + ky * w.dilation_h;
        for (std::int32_t kx = 0; kx < w.filter_w; ++kx) {
          const std::int32_t column = x * w.stride_w - w.left + kx * w.dilation_w;
          const bool inside = row >= 0 && row < in.height && column >= 0 && column < in.width;
          taps[tap++] =
              inside ? input + static_cast<std::ptrdiff_t>(row * in.width + column) * in.channels
                     : nullptr;
        }
      }
      multiply_each(taps, conv.input_zero_point, conv.weights.data(), conv.by, to, speed);
    }
  }
}

void compute(const SlidingAdd& add, const SlidingLayer& layer, std::int32_t begin, std::int32_t end,
             const std::int8_t* first, const std::int8_t* second, std::int8_t* output) {
  constexpr std::int32_t headroom = 1 << model::AddParameters::left_shift;
  const std::size_t bytes = layer.out.row_bytes();
  const std::size_t until = static_cast<std::size_t>(end) * bytes;
  for (std::size_t i = static_cast<std::size_t>(begin) * bytes; i < until; ++i) {
    const std::int32_t sum =
        requantize((first[i] - add.first_zero_point) * headroom, add.parameters.first) +
        requantize((second[i] - add.second_zero_point) * headroom, add.parameters.second);
    const std::int32_t stored = requantize(sum, add.parameters.output) + add.by.zero_point;
    output[i] = static_cast<std::int8_t>(clamp(stored, add.by.lowest, add.by.highest));
  }
}

}  // namespace

std::optional<SlidingLayer> sliding_layer(const Graph& graph, const Operator& op,
                                          const std::vector<std::optional<Rows>>& rows) {
  const auto rows_at = [&](model::TensorIndex i) -> std::optional<Rows> {
    return i == model::absent ? std::nullopt : rows[static_cast<std::size_t>(i)];
  };
  if (op.outputs.size() != 1 || op.inputs.empty() || !rows_at(op.inputs[0])) return std::nullopt;
  const Tensor& output = tensor(graph, op.outputs[0]);
  if (!plain_int8(output) || !plain_int8(tensor(graph, op.inputs[0]))) return std::nullopt;
  SlidingLayer layer{op.inputs[0], model::absent, op.outputs[0], *rows_at(op.inputs[0]), {}, {}};
  if (const auto* kind = std::get_if<model::Conv2D>(&op.kind)) {
    auto conv = conv_of(graph, op, *kind);
    if (!conv) return std::nullopt;
    layer.out = rows_behind(layer.in, conv->window, output.shape);
    layer.kind = std::move(*conv);
    return layer;
  }
  if (const auto* kind = std::get_if<model::DepthwiseConv2D>(&op.kind)) {
    auto conv = depthwise_of(graph, op, *kind);
    if (!conv) return std::nullopt;
    layer.out = rows_behind(layer.in, conv->window, output.shape);
    layer.kind = std::move(*conv);
    return layer;
  }
  if (const auto* kind = std::get_if<model::Add>(&op.kind)) {
    const auto second = rows_at(op.inputs[1]);
    const Tensor& other = tensor(graph, op.inputs[1]);
    if (!second || other.shape != output.shape || layer.in.stride != second->stride ||
        tensor(graph, op.inputs[0]).shape != output.shape || !plain_int8(other)) {
      return std::nullopt;
    }
    layer.second = op.inputs[1];
    layer.out =
        rows_of(output.shape, layer.in.stride, std::max(layer.in.clean_begin, second->clean_begin),
                std::min(layer.in.clean_end, second->clean_end));
    const model::Quantization& first = tensor(graph, op.inputs[0]).quantization;
    SlidingAdd add{model::add_parameters(first, other.quantization, output.quantization),
                   first.zero_point[0],
                   other.quantization.zero_point[0],
                   {}};
    const auto range = model::activation_range(kind->activation, output.quantization);
    add.by.zero_point = output.quantization.zero_point[0];
    add.by.lowest = range.lowest;
    add.by.highest = range.highest;
    layer.kind = std::move(add);
    return layer;
  }
  if (std::holds_alternative<model::Reshape>(op.kind) && output.shape[1] == layer.in.height) {
    layer.out = rows_of(output.shape, layer.in.stride, layer.in.clean_begin, layer.in.clean_end);
    layer.kind = SlidingCopy{};
    return layer;
  }
  return std::nullopt;
}

void compute_rows(const SlidingLayer& layer, std::int32_t begin, std::int32_t end,
                  const std::int8_t* input, const std::int8_t* second, std::int8_t* output,
                  std::vector<std::int16_t>& scratch, Speed speed) {
  if (begin >= end) return;
  if (const auto* conv = std::get_if<SlidingConv>(&layer.kind)) {
    compute(*conv, layer, begin, end, input, output, scratch, speed);
  } else if (const auto* depthwise = std::get_if<SlidingDepthwise>(&layer.kind)) {
    compute(*depthwise, layer, begin, end, input, output, speed);
  } else if (const auto* add = std::get_if<SlidingAdd>(&layer.kind)) {
    compute(*add, layer, begin, end, input, second, output);
  } else {
    const std::size_t bytes = layer.out.row_bytes();
    std::memcpy(output + static_cast<std::size_t>(begin) * bytes,
                input + static_cast<std::size_t>(begin) * bytes,
                static_cast<std::size_t>(end - begin) * bytes);
  }
}

}  // namespace sengi::scan
