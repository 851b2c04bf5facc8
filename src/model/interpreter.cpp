// SPDX-License-Identifier: Apache-2.0
#include "model/interpreter.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

#include "model/integer_parameters.h"
#include "model/reference_arithmetic.h"
#include "model/reference_kernels.h"
#include "model/reference_softmax.h"

namespace sengi::model {
namespace {

static_assert(std::endian::native == std::endian::little,
              "constants are read as they lie in files");

struct FloatRange {
  float lowest;
  float highest;
};

FloatRange float_range(Activation activation) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::relu:
      return {0, infinity};
    case Activation::relu6:
      return {0, 6};
    case Activation::relu_n1_to_1:
      return {-1, 1};
    case Activation::none:
      break;
  }
  return {-infinity, infinity};
}

Window make_window(const Graph& graph, const Operator& op) {
  const Shape& input = graph.tensors[static_cast<std::size_t>(op.inputs[0])].shape;
  const Shape& output = graph.tensors[static_cast<std::size_t>(op.outputs[0])].shape;
  const WindowPadding padding = window_padding(graph, op);
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
  const auto take_strides = [&](const auto& kind) {
    window.stride_h = kind.stride_h;
    window.stride_w = kind.stride_w;
  };
  const auto take_filter = [&](const auto& kind) {
    const Shape& filter = graph.tensors[static_cast<std::size_t>(op.inputs[1])].shape;
    window.filter_h = filter[1];
    window.filter_w = filter[2];
    window.dilation_h = kind.dilation_h;
    window.dilation_w = kind.dilation_w;
    take_strides(kind);
  };
  if (const auto* conv = std::get_if<Conv2D>(&op.kind)) take_filter(*conv);
  if (const auto* depthwise = std::get_if<DepthwiseConv2D>(&op.kind)) take_filter(*depthwise);
  if (const auto* pool = std::get_if<AveragePool2D>(&op.kind)) {
    window.filter_h = pool->filter_h;
    window.filter_w = pool->filter_w;
    take_strides(*pool);
  }
  return window;
}

}  // namespace

using Step = std::function<void()>;

struct Interpreter::State {
  Graph graph;
  std::vector<std::vector<std::byte>> computed;  // by tensor; empty for constants
  std::vector<Step> steps;                       // one an operator, bound to the bytes above

  explicit State(Graph checked);

  const Tensor& tensor(TensorIndex i) const { return graph.tensors[static_cast<std::size_t>(i)]; }

  std::span<const std::byte> bytes(TensorIndex i) const {
    if (tensor(i).constant()) return tensor(i).data;
    return computed[static_cast<std::size_t>(i)];
  }
  // The elements of input `i`; none where it is absent.
  template <typename T>
  std::span<const T> input(const Operator& op, std::size_t i) const {
    if (i >= op.inputs.size() || op.inputs[i] == absent) return {};
    const std::span<const std::byte> raw = bytes(op.inputs[i]);
    return {reinterpret_cast<const T*>(raw.data()), raw.size() / sizeof(T)};
  }
  template <typename T>
  std::span<T> output(const Operator& op) {
    std::vector<std::byte>& raw = computed[static_cast<std::size_t>(op.outputs[0])];
    return {reinterpret_cast<T*>(raw.data()), raw.size() / sizeof(T)};
  }

  bool is_int8(const Operator& op) const { return tensor(op.outputs[0]).type == Type::int8; }

  Int8Products int8_products(const Operator& op, Activation activation);
  Float32Products float32_products(const Operator& op, Activation activation);
  // Binds `kernel` to the arithmetic of the operator's type.
  template <typename Kernel>
  Step with_products(const Operator& op, Activation activation, Kernel kernel);

  Step bind(const Operator& op, const Conv2D& conv);
  Step bind(const Operator& op, const DepthwiseConv2D& conv);
  Step bind(const Operator& op, const FullyConnected& dense);
  Step bind(const Operator& op, const AveragePool2D& pool);
  Step bind(const Operator& op, const Add& add);
  Step bind(const Operator& op, const Reshape& reshape);
  Step bind(const Operator& op, const Softmax& softmax);
  Step bind_int8_add(const Operator& op, const Add& add);
  Step bind_float32_add(const Operator& op, const Add& add);
};

Interpreter::State::State(Graph checked) : graph(std::move(checked)) {
  for (const Tensor& tensor : graph.tensors) {
    computed.emplace_back(tensor.constant() ? 0 : tensor.bytes());
  }
  for (const Operator& op : graph.operators) {
    steps.push_back(std::visit([&](const auto& kind) { return bind(op, kind); }, op.kind));
  }
}

Int8Products Interpreter::State::int8_products(const Operator& op, Activation activation) {
  const Quantization& quantization = tensor(op.outputs[0]).quantization;
  return {.input = input<std::int8_t>(op, 0),
          .weights = input<std::int8_t>(op, 1),
          .bias = input<std::int32_t>(op, 2),
          .output = output<std::int8_t>(op),
          .input_zero_point = tensor(op.inputs[0]).quantization.zero_point[0],
          .output_zero_point = quantization.zero_point[0],
          .factors = output_multipliers(graph, op),
          .range = activation_range(activation, quantization)};
}

Float32Products Interpreter::State::float32_products(const Operator& op, Activation activation) {
  const FloatRange range = float_range(activation);
  return {.input = input<float>(op, 0),
          .weights = input<float>(op, 1),
          .bias = input<float>(op, 2),
          .output = output<float>(op),
          .lowest = range.lowest,
          .highest = range.highest};
}

template <typename Kernel>
Step Interpreter::State::with_products(const Operator& op, Activation activation, Kernel kernel) {
  if (is_int8(op)) {
    return [kernel, products = int8_products(op, activation)] { kernel(products); };
  }
  return [kernel, products = float32_products(op, activation)] { kernel(products); };
}

Step Interpreter::State::bind(const Operator& op, const Conv2D& conv) {
  const Window window = make_window(graph, op);
  return with_products(op, conv.activation,
                       [window](const auto& products) { conv_2d(window, products); });
}

Step Interpreter::State::bind(const Operator& op, const DepthwiseConv2D& conv) {
  const Window window = make_window(graph, op);
  return with_products(op, conv.activation,
                       [window](const auto& products) { depthwise_conv_2d(window, products); });
}

Step Interpreter::State::bind(const Operator& op, const FullyConnected& dense) {
  const Shape& weights = tensor(op.inputs[1]).shape;
  const auto output_c = static_cast<std::size_t>(weights[0]);
  const auto input_c = static_cast<std::size_t>(weights[1]);
  const std::size_t rows = tensor(op.outputs[0]).elements() / output_c;
  return with_products(op, dense.activation, [=](const auto& products) {
    fully_connected(rows, input_c, output_c, products);
  });
}

Step Interpreter::State::bind(const Operator& op, const AveragePool2D& pool) {
  const Window window = make_window(graph, op);
  if (is_int8(op)) {
    const Int8Average average{
        .input = input<std::int8_t>(op, 0),
        .output = output<std::int8_t>(op),
        .range = activation_range(pool.activation, tensor(op.outputs[0]).quantization)};
    return [window, average] { average_pool_2d(window, average); };
  }
  const FloatRange range = float_range(pool.activation);
  const Float32Average average{.input = input<float>(op, 0),
                               .output = output<float>(op),
                               .lowest = range.lowest,
                               .highest = range.highest};
  return [window, average] { average_pool_2d(window, average); };
}

Step Interpreter::State::bind(const Operator& op, const Add& add) {
  return is_int8(op) ? bind_int8_add(op, add) : bind_float32_add(op, add);
}

Step Interpreter::State::bind_int8_add(const Operator& op, const Add& add) {
  const Quantization& first = tensor(op.inputs[0]).quantization;
  const Quantization& second = tensor(op.inputs[1]).quantization;
  const Quantization& quantization = tensor(op.outputs[0]).quantization;
  const AddParameters parameters = add_parameters(first, second, quantization);
  const ActivationRange range = activation_range(add.activation, quantization);
  return [=, a = input<std::int8_t>(op, 0), b = input<std::int8_t>(op, 1),
          out = output<std::int8_t>(op), a_zero = first.zero_point[0],
          b_zero = second.zero_point[0], out_zero = quantization.zero_point[0]] {
    constexpr std::int32_t headroom = 1 << AddParameters::left_shift;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int32_t sum = requantize((a[i] - a_zero) * headroom, parameters.first) +
                               requantize((b[i] - b_zero) * headroom, parameters.second);
      const std::int32_t stored = requantize(sum, parameters.output) + out_zero;
      out[i] = static_cast<std::int8_t>(clamp(stored, range.lowest, range.highest));
    }
  };
}

Step Interpreter::State::bind_float32_add(const Operator& op, const Add& add) {
  return [range = float_range(add.activation), a = input<float>(op, 0), b = input<float>(op, 1),
          out = output<float>(op)] {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = std::min(std::max(a[i] + b[i], range.lowest), range.highest);
    }
  };
}

Step Interpreter::State::bind(const Operator& op, const Reshape&) {
  return [from = input<std::byte>(op, 0), to = output<std::byte>(op)] {
    std::ranges::copy(from, to.begin());
  };
}

Step Interpreter::State::bind(const Operator& op, const Softmax& softmax) {
  const Tensor& tensor_in = tensor(op.inputs[0]);
  const auto depth = static_cast<std::size_t>(tensor_in.shape.back());
  const auto each_row = [depth](const auto& from, const auto& to, const auto& parameters) {
    for (std::size_t row = 0; row < to.size(); row += depth) {
      softmax_row(from.subspan(row, depth), parameters, to.subspan(row, depth));
    }
  };
  if (is_int8(op)) {
    return [=, from = input<std::int8_t>(op, 0), to = output<std::int8_t>(op),
            parameters = softmax_parameters(softmax.beta, tensor_in.quantization)] {
      each_row(from, to, parameters);
    };
  }
  return [=, from = input<float>(op, 0), to = output<float>(op), beta = softmax.beta] {
    each_row(from, to, beta);
  };
}

Result<Interpreter> Interpreter::make(Graph graph) {
  SENGI_CHECK(check(graph));
  return Interpreter(std::make_unique<State>(std::move(graph)));
}

Interpreter::Interpreter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;
Interpreter::~Interpreter() = default;

const Graph& Interpreter::graph() const { return state_->graph; }

std::vector<std::byte> Interpreter::run(std::span<const std::byte> input) {
  assert(input.size() == input_bytes());
  for (const TensorIndex index : state_->graph.inputs) {
    std::vector<std::byte>& tensor = state_->computed[static_cast<std::size_t>(index)];
    std::ranges::copy(input.first(tensor.size()), tensor.begin());
    input = input.subspan(tensor.size());
  }
  for (const Step& step : state_->steps) step();

  std::vector<std::byte> output;
  for (const TensorIndex index : state_->graph.outputs) {
    const std::span<const std::byte> bytes = state_->bytes(index);
    output.insert(output.end(), bytes.begin(), bytes.end());
  }
  return output;
}

std::size_t Interpreter::input_bytes() const {
  std::size_t bytes = 0;
  for (const TensorIndex index : state_->graph.inputs) bytes += state_->bytes(index).size();
  return bytes;
}

std::size_t Interpreter::output_bytes() const {
  std::size_t bytes = 0;
  for (const TensorIndex index : state_->graph.outputs) bytes += state_->bytes(index).size();
  return bytes;
}

std::span<const std::byte> Interpreter::tensor(TensorIndex index) const {
  return state_->bytes(index);
}

}  // namespace sengi::model
