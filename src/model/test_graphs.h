// SPDX-License-Identifier: Apache-2.0
// Graphs for tests: small, random, the same on every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/graph.h"
#include "model/integer_parameters.h"

namespace sengi::model {

template <typename T>
std::vector<std::byte> to_bytes(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <typename T>
std::vector<T> from_bytes(std::span<const std::byte> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

// Appends operators; each call returns the tensor it makes. int8 graphs get random scales and zero
// points, such that outputs use much of their range.
class TestGraph {
 public:
  TestGraph(Type type, std::uint32_t seed) : type_(type), random_(seed) { graph_.name = "test"; }

  TensorIndex input(const Shape& shape) {
    const TensorIndex index = activation(shape, real(0.03, 0.08));
    graph_.inputs.push_back(index);
    return index;
  }

  TensorIndex conv_2d(TensorIndex from, std::int32_t filters, std::int32_t kh, std::int32_t kw,
                      const Conv2D& kind) {
    const Shape in = shape(from);
    const Shape out = {in[0], outputs(kind.padding, in[1], kh, kind.stride_h, kind.dilation_h),
                       outputs(kind.padding, in[2], kw, kind.stride_w, kind.dilation_w), filters};
    return weighted(kind, from, {filters, kh, kw, in[3]}, 0, out, kh * kw * in[3]);
  }

  TensorIndex depthwise(TensorIndex from, std::int32_t kh, std::int32_t kw,
                        const DepthwiseConv2D& kind) {
    const Shape in = shape(from);
    const std::int32_t channels = in[3] * kind.depth_multiplier;
    const Shape out = {in[0], outputs(kind.padding, in[1], kh, kind.stride_h, kind.dilation_h),
                       outputs(kind.padding, in[2], kw, kind.stride_w, kind.dilation_w), channels};
    return weighted(kind, from, {1, kh, kw, channels}, 3, out, kh * kw);
  }

  TensorIndex dense(TensorIndex from, std::int32_t units, const FullyConnected& kind = {}) {
    const std::int32_t depth = shape(from).back();
    Shape out = shape(from);
    out.back() = units;
    return weighted(kind, from, {units, depth}, 0, out, depth);
  }

  TensorIndex pool(TensorIndex from, const AveragePool2D& kind) {
    const Shape in = shape(from);
    const TensorIndex out =
        activation({in[0], outputs(kind.padding, in[1], kind.filter_h, kind.stride_h, 1),
                    outputs(kind.padding, in[2], kind.filter_w, kind.stride_w, 1), in[3]},
                   1);
    at(out).quantization = at(from).quantization;
    return append(kind, {from}, out);
  }

  TensorIndex add(TensorIndex a, TensorIndex b, const Add& kind = {}) {
    const double scale = scale_of(a) + scale_of(b);
    return append(kind, {a, b}, activation(shape(a), scale * real(0.5, 1)));
  }

  TensorIndex reshape(TensorIndex from, const Shape& to) {
    const TensorIndex out = activation(to, 1);
    at(out).quantization = at(from).quantization;
    return append(Reshape{}, {from}, out);
  }

  TensorIndex softmax(TensorIndex from, float beta = 1) {
    const TensorIndex out = activation(shape(from), 1);
    if (type_ == Type::int8) at(out).quantization = {{1.0F / 256}, {-128}, 0};
    return append(Softmax{beta}, {from}, out);
  }

  // The next operator with weights has one scale for all of them, or no bias.
  void weigh_per_tensor() { per_tensor_ = true; }
  void leave_bias_out() { no_bias_ = true; }

  Graph finish(std::vector<TensorIndex> outputs) {
    graph_.outputs = std::move(outputs);
    return graph_;
  }

  std::int32_t integer(std::int32_t lowest, std::int32_t highest) {
    const auto span = static_cast<std::uint32_t>(highest - lowest) + 1;
    return lowest + static_cast<std::int32_t>(random_() % span);
  }
  double real(double lowest, double highest) {
    return lowest + (highest - lowest) * static_cast<double>(random_()) / 4294967295.0;
  }

 private:
  Tensor& at(TensorIndex i) { return graph_.tensors[static_cast<std::size_t>(i)]; }
  Shape shape(TensorIndex i) { return at(i).shape; }
  double scale_of(TensorIndex i) {
    return type_ == Type::int8 ? static_cast<double>(at(i).quantization.scale[0]) : 1;
  }

  static std::int32_t outputs(Padding padding, std::int32_t input, std::int32_t filter,
                              std::int32_t stride, std::int32_t dilation) {
    return static_cast<std::int32_t>(window_outputs(padding, input, filter, stride, dilation));
  }

  TensorIndex append(Tensor tensor) {
    tensor.name = std::string("t").append(std::to_string(graph_.tensors.size()));
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<TensorIndex>(graph_.tensors.size() - 1);
  }

  TensorIndex append(Kind kind, std::vector<TensorIndex> inputs, TensorIndex output) {
    graph_.operators.push_back({std::move(kind), std::move(inputs), {output}});
    return output;
  }

  TensorIndex activation(const Shape& shape, double scale) {
    Tensor tensor;
    tensor.type = type_;
    tensor.shape = shape;
    if (type_ == Type::int8) {
      tensor.quantization = {{static_cast<float>(scale)}, {integer(-128, 127)}, 0};
    }
    return append(std::move(tensor));
  }

  template <typename KindType>
  TensorIndex weighted(const KindType& kind, TensorIndex from, const Shape& weights,
                       std::int32_t axis, const Shape& out, std::int32_t taps) {
    const std::int32_t channels = weights[static_cast<std::size_t>(axis)];
    const TensorIndex w =
        type_ == Type::int8 ? int8_weights(weights, axis) : float_weights(weights, taps);
    TensorIndex b = absent;
    if (!no_bias_) {
      b = type_ == Type::int8 ? int8_bias(from, w, channels) : float_weights({channels}, 1);
    }
    // A random walk of `taps` steps, each some 70 weight steps by 70 input steps.
    const double spread = type_ == Type::int8
                              ? scale_of(from) * static_cast<double>(at(w).quantization.scale[0]) *
                                    70 * 70 * std::sqrt(static_cast<double>(taps)) / 40
                              : 1;
    std::vector<TensorIndex> inputs{from, w};
    if (b != absent) inputs.push_back(b);
    per_tensor_ = no_bias_ = false;
    return append(kind, inputs, activation(out, spread));
  }

  TensorIndex int8_weights(const Shape& shape, std::int32_t axis) {
    Tensor tensor;
    tensor.type = Type::int8;
    tensor.shape = shape;
    std::vector<std::int8_t> values(tensor.elements());
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(integer(-127, 127));
    tensor.data = to_bytes(values);
    const std::int32_t scales = per_tensor_ ? 1 : shape[static_cast<std::size_t>(axis)];
    for (std::int32_t c = 0; c < scales; ++c) {
      tensor.quantization.scale.push_back(static_cast<float>(real(0.005, 0.01)));
      tensor.quantization.zero_point.push_back(0);
    }
    tensor.quantization.axis = axis;
    return append(std::move(tensor));
  }

  TensorIndex int8_bias(TensorIndex from, TensorIndex weights, std::int32_t channels) {
    Tensor tensor;
    tensor.type = Type::int32;
    tensor.shape = {channels};
    std::vector<std::int32_t> values(tensor.elements());
    for (std::int32_t& value : values) value = integer(-20000, 20000);
    tensor.data = to_bytes(values);
    for (const float scale : at(weights).quantization.scale) {
      tensor.quantization.scale.push_back(at(from).quantization.scale[0] * scale);
      tensor.quantization.zero_point.push_back(0);
    }
    return append(std::move(tensor));
  }

  TensorIndex float_weights(const Shape& shape, std::int32_t taps) {
    Tensor tensor;
    tensor.type = Type::float32;
    tensor.shape = shape;
    const double spread = 1.7 / std::sqrt(static_cast<double>(taps));
    std::vector<float> values(tensor.elements());
    for (float& value : values) value = static_cast<float>(real(-spread, spread));
    tensor.data = to_bytes(values);
    return append(std::move(tensor));
  }

  Type type_;
  std::mt19937 random_;
  Graph graph_;
  bool per_tensor_ = false;
  bool no_bias_ = false;
};

// All seven operators: a convolution, a depthwise and pointwise branch added to it, mean, dense,
// softmax.
inline Graph small_network(Type type, std::uint32_t seed) {
  TestGraph g(type, seed);
  const TensorIndex in = g.input({1, 12, 10, 2});
  const TensorIndex a =
      g.conv_2d(in, 6, 3, 5, {.stride_h = 2, .stride_w = 1, .activation = Activation::relu});
  const TensorIndex b = g.depthwise(a, 3, 3, {.activation = Activation::relu6});
  const TensorIndex c = g.conv_2d(b, 6, 1, 1, {.padding = Padding::valid});
  const TensorIndex d = g.add(a, c, {.activation = Activation::relu});
  const TensorIndex e = g.pool(
      d, {.padding = Padding::valid, .stride_h = 6, .stride_w = 5, .filter_h = 6, .filter_w = 5});
  const TensorIndex f = g.reshape(e, {1, 12});
  return g.finish({g.softmax(g.dense(f, 5))});
}

// What an int8 graph stands for: constants times their scales, everything float32.
inline Graph dequantized(const Graph& graph) {
  Graph real = graph;
  for (Tensor& tensor : real.tensors) {
    if (tensor.constant()) {
      std::vector<float> values(tensor.elements());
      const std::vector<float>& scale = tensor.quantization.scale;
      std::size_t inner = 1;
      for (std::size_t i = static_cast<std::size_t>(tensor.quantization.axis) + 1;
           i < tensor.shape.size(); ++i) {
        inner *= static_cast<std::size_t>(tensor.shape[i]);
      }
      for (std::size_t i = 0; i < values.size(); ++i) {
        std::int64_t stored = 0;
        const std::byte* at = &tensor.data[i * bytes_of(tensor.type)];
        if (tensor.type == Type::int8) stored = static_cast<std::int8_t>(*at);
        std::int16_t stored16 = 0;
        if (tensor.type == Type::int16) std::memcpy(&stored16, at, 2);
        std::int32_t stored32 = 0;
        if (tensor.type == Type::int32) std::memcpy(&stored32, at, 4);
        if (tensor.type == Type::int64) std::memcpy(&stored, at, 8);
        const std::size_t channel = i / inner % scale.size();
        stored += stored16 + stored32 - tensor.quantization.zero_point[channel];
        values[i] = static_cast<float>(stored) * scale[channel];
      }
      tensor.data = to_bytes(values);
    }
    tensor.type = Type::float32;
    tensor.quantization = {};
  }
  return real;
}

inline std::vector<std::int8_t> random_int8(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::int8_t> values(count);
  for (std::int8_t& value : values) value = static_cast<std::int8_t>(random() & 0xff);
  return values;
}

}  // namespace sengi::model
