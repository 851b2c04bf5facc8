// SPDX-License-Identifier: Apache-2.0
// Operators with a window or a matrix: which loop nest of reference_kernels.h, over which
// arithmetic of reference_arithmetic.h.
#include "model/reference.h"
#include "model/reference_arithmetic.h"
#include "model/reference_kernels.h"

namespace sengi::model {
namespace {

Window make_window(const Memory& memory, const Operator& op) {
  const Shape& input = memory.input_tensor(op, 0).shape;
  const Shape& output = memory.output_tensor(op).shape;
  const WindowPadding padding = window_padding(memory.graph, op);
  Window window{.batches = input[0],
                .input_h = input[1],
                .input_w = input[2],
                .input_c = input[3],
                .output_h = output[1],
                .output_w = output[2],
                .output_c = output[3],
                .filter_h = 1,
                .filter_w = 1,
                .stride_h = 1,
                .stride_w = 1,
                .dilation_h = 1,
                .dilation_w = 1,
                .top = padding.top,
                .left = padding.left};
  const auto take = [&](const auto& kind) {
    if constexpr (requires { kind.stride_h; }) {
      window.stride_h = kind.stride_h;
      window.stride_w = kind.stride_w;
    }
    if constexpr (requires { kind.dilation_h; }) {
      window.dilation_h = kind.dilation_h;
      window.dilation_w = kind.dilation_w;
    }
    if constexpr (requires { kind.filter_h; }) {
      window.filter_h = kind.filter_h;
      window.filter_w = kind.filter_w;
    } else {
      const Shape& filter = memory.input_tensor(op, 1).shape;
      window.filter_h = filter[1];
      window.filter_w = filter[2];
    }
  };
  std::visit(take, op.kind);
  return window;
}

template <typename Value, typename Bias>
IntegerProducts<Value, Bias> integer_products(Memory& memory, const Operator& op,
                                              Activation activation) {
  const Tensor& output = memory.output_tensor(op);
  return {.input = memory.input<Value>(op, 0),
          .weights = memory.input<std::int8_t>(op, 1),
          .bias = memory.input<Bias>(op, 2),
          .output = memory.output<Value>(op),
          .input_zero_point = memory.input_tensor(op, 0).quantization.zero_point[0],
          .weight_zero_point = memory.input_tensor(op, 1).quantization.zero_point[0],
          .output_zero_point = output.quantization.zero_point[0],
          .factors = output_multipliers(memory.graph, op),
          .range = activation_range(activation, output.quantization, output.type)};
}

Float32Products float32_products(Memory& memory, const Operator& op, Activation activation) {
  const FloatRange range = float_range(activation);
  return {.input = memory.input<float>(op, 0),
          .weights = memory.input<float>(op, 1),
          .bias = memory.input<float>(op, 2),
          .output = memory.output<float>(op),
          .lowest = range.lowest,
          .highest = range.highest};
}

// Binds `kernel` to the arithmetic of the operator's types. Sums of int16 have the bias' width, 64
// bits where there is none.
template <typename Kernel>
Step with_products(Memory& memory, const Operator& op, Activation activation, Kernel kernel) {
  const auto bound = [&](auto products) -> Step { return [=] { kernel(products); }; };
  const Type type = memory.output_tensor(op).type;
  if (type == Type::float32) return bound(float32_products(memory, op, activation));
  if (type == Type::int8) {
    return bound(integer_products<std::int8_t, std::int32_t>(memory, op, activation));
  }
  if (memory.has_input(op, 2) && memory.input_tensor(op, 2).type == Type::int32) {
    return bound(integer_products<std::int16_t, std::int32_t>(memory, op, activation));
  }
  return bound(integer_products<std::int16_t, std::int64_t>(memory, op, activation));
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Conv2D& conv) {
  const Window window = make_window(memory, op);
  return with_products(memory, op, conv.activation,
                       [window](const auto& products) { conv_2d(window, products); });
}

Step bind(Memory& memory, const Operator& op, const DepthwiseConv2D& conv) {
  const Window window = make_window(memory, op);
  return with_products(memory, op, conv.activation,
                       [window](const auto& products) { depthwise_conv_2d(window, products); });
}

Step bind(Memory& memory, const Operator& op, const TransposeConv& conv) {
  const Window window = make_window(memory, op);
  return with_products(memory, op, conv.activation,
                       [window](const auto& products) { transpose_conv(window, products); });
}

Step bind(Memory& memory, const Operator& op, const FullyConnected& dense) {
  const Shape& weights = memory.input_tensor(op, 1).shape;
  const auto output_c = static_cast<std::size_t>(weights[0]);
  const auto input_c = static_cast<std::size_t>(weights[1]);
  const std::size_t rows = memory.output_tensor(op).elements() / output_c;
  return with_products(memory, op, dense.activation, [=](const auto& products) {
    fully_connected(rows, input_c, output_c, products);
  });
}

Step bind(Memory& memory, const Operator& op, const AveragePool2D& pool) {
  const Window window = make_window(memory, op);
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      const FloatRange range = float_range(pool.activation);
      const Float32Average average{.input = memory.input<float>(op, 0),
                                   .output = memory.output<float>(op),
                                   .lowest = range.lowest,
                                   .highest = range.highest};
      return [=] { average_pool_2d(window, average); };
    } else {
      const IntegerAverage<T> average{
          .input = memory.input<T>(op, 0),
          .output = memory.output<T>(op),
          .range = activation_range(pool.activation, output.quantization, output.type)};
      return [=] { average_pool_2d(window, average); };
    }
  });
}

Step bind(Memory& memory, const Operator& op, const MaxPool2D& pool) {
  const Window window = make_window(memory, op);
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    Largest<T> largest{
        .input = memory.input<T>(op, 0), .output = memory.output<T>(op), .lowest = 0, .highest = 0};
    if constexpr (std::is_same_v<T, float>) {
      const FloatRange range = float_range(pool.activation);
      largest.lowest = range.lowest;
      largest.highest = range.highest;
    } else {
      const ActivationRange range =
          activation_range(pool.activation, output.quantization, output.type);
      largest.lowest = static_cast<T>(range.lowest);
      largest.highest = static_cast<T>(range.highest);
    }
    return [=] { max_pool_2d(window, largest); };
  });
}

}  // namespace sengi::model
