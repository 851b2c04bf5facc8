// SPDX-License-Identifier: Apache-2.0
// What the reference kernels run on: the graph and the bytes of its tensors, and for each kind of
// operator a function that binds it to them. Kernels live by family in reference_*.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "model/graph.h"
#include "model/integer_parameters.h"

namespace sengi::model {

// The tensors of one interpreter. Spans that it hands out stay valid as long as it lives.
struct Memory {
  Graph graph;
  std::vector<std::vector<std::byte>> computed;  // by tensor; empty for constants

  const Tensor& tensor(TensorIndex i) const { return graph.tensors[static_cast<std::size_t>(i)]; }
  bool has_input(const Operator& op, std::size_t i) const {
    return i < op.inputs.size() && op.inputs[i] != absent;
  }
  const Tensor& input_tensor(const Operator& op, std::size_t i) const {
    return tensor(op.inputs[i]);
  }
  const Tensor& output_tensor(const Operator& op, std::size_t i = 0) const {
    return tensor(op.outputs[i]);
  }

  std::span<const std::byte> bytes(TensorIndex i) const {
    if (tensor(i).constant()) return tensor(i).data;
    return computed[static_cast<std::size_t>(i)];
  }
  // The elements of input `i`; none where it is absent.
  template <typename T>
  std::span<const T> input(const Operator& op, std::size_t i) const {
    if (!has_input(op, i)) return {};
    const std::span<const std::byte> raw = bytes(op.inputs[i]);
    return {reinterpret_cast<const T*>(raw.data()), raw.size() / sizeof(T)};
  }
  template <typename T>
  std::span<T> output(const Operator& op, std::size_t i = 0) {
    return writable<T>(op.outputs[i]);
  }
  // The elements of input `i`, a variable.
  template <typename T>
  std::span<T> state(const Operator& op, std::size_t i) {
    return writable<T>(op.inputs[i]);
  }

 private:
  template <typename T>
  std::span<T> writable(TensorIndex i) {
    std::vector<std::byte>& raw = computed[static_cast<std::size_t>(i)];
    return {reinterpret_cast<T*>(raw.data()), raw.size() / sizeof(T)};
  }
};

// One operator, bound to its tensors.
using Step = std::function<void()>;

// reference_windows.cpp
Step bind(Memory& memory, const Operator& op, const Conv2D& conv);
Step bind(Memory& memory, const Operator& op, const DepthwiseConv2D& conv);
Step bind(Memory& memory, const Operator& op, const TransposeConv& conv);
Step bind(Memory& memory, const Operator& op, const FullyConnected& dense);
Step bind(Memory& memory, const Operator& op, const AveragePool2D& pool);
Step bind(Memory& memory, const Operator& op, const MaxPool2D& pool);
// reference_elementwise.cpp
Step bind(Memory& memory, const Operator& op, const Add& add);
Step bind(Memory& memory, const Operator& op, const Sub& sub);
Step bind(Memory& memory, const Operator& op, const Mul& mul);
Step bind(Memory& memory, const Operator& op, const Div& div);
Step bind(Memory& memory, const Operator& op, const Maximum& maximum);
Step bind(Memory& memory, const Operator& op, const Minimum& minimum);
Step bind(Memory& memory, const Operator& op, const Prelu& prelu);
Step bind(Memory& memory, const Operator& op, const LeakyRelu& leaky);
Step bind(Memory& memory, const Operator& op, const Relu& relu);
Step bind(Memory& memory, const Operator& op, const Abs& abs);
Step bind(Memory& memory, const Operator& op, const SquaredDifference& kind);
Step bind(Memory& memory, const Operator& op, const Comparison& comparison);
// reference_matmul.cpp
Step bind(Memory& memory, const Operator& op, const BatchMatMul& matmul);
// reference_nonlinear.cpp
Step bind(Memory& memory, const Operator& op, const Logistic& logistic);
Step bind(Memory& memory, const Operator& op, const Tanh& tanh);
Step bind(Memory& memory, const Operator& op, const HardSwish& swish);
Step bind(Memory& memory, const Operator& op, const Elu& elu);
// reference_roots.cpp
Step bind(Memory& memory, const Operator& op, const Rsqrt& rsqrt);
Step bind(Memory& memory, const Operator& op, const L2Normalization& normalization);
// reference_svdf.cpp
Step bind(Memory& memory, const Operator& op, const Svdf& svdf);
// reference_trees.cpp
Step bind(Memory& memory, const Operator& op, const TreeEnsemble& trees);
// reference_lstm.cpp
Step bind(Memory& memory, const Operator& op, const UnidirectionalSequenceLstm& lstm);
// reference_gru.cpp
Step bind(Memory& memory, const Operator& op, const Gru& gru);
// reference_conversion.cpp
Step bind(Memory& memory, const Operator& op, const Quantize& quantize);
Step bind(Memory& memory, const Operator& op, const Dequantize& dequantize);
Step bind(Memory& memory, const Operator& op, const Cast& cast);
// reference_mean.cpp
Step bind(Memory& memory, const Operator& op, const Mean& mean);
Step bind(Memory& memory, const Operator& op, const Sum& sum);
Step bind(Memory& memory, const Operator& op, const ReduceMax& most);
Step bind(Memory& memory, const Operator& op, const ReduceMin& least);
// reference_arg.cpp
Step bind(Memory& memory, const Operator& op, const ArgMax& arg);
Step bind(Memory& memory, const Operator& op, const ArgMin& arg);
// reference_resize.cpp
Step bind(Memory& memory, const Operator& op, const ResizeNearestNeighbor& resize);
Step bind(Memory& memory, const Operator& op, const ResizeBilinear& resize);
// reference_shape.cpp
Step bind(Memory& memory, const Operator& op, const Reshape& reshape);
Step bind(Memory& memory, const Operator& op, const Pad& pad);
Step bind(Memory& memory, const Operator& op, const StridedSlice& slice);
Step bind(Memory& memory, const Operator& op, const Transpose& transpose);
Step bind(Memory& memory, const Operator& op, const Concatenation& concatenation);
Step bind(Memory& memory, const Operator& op, const Split& split);
Step bind(Memory& memory, const Operator& op, const SpaceToDepth& blocks);
Step bind(Memory& memory, const Operator& op, const DepthToSpace& blocks);
// reference_blocks.cpp
Step bind(Memory& memory, const Operator& op, const Pack& pack);
Step bind(Memory& memory, const Operator& op, const Unpack& unpack);
Step bind(Memory& memory, const Operator& op, const SpaceToBatch& blocks);
Step bind(Memory& memory, const Operator& op, const BatchToSpace& blocks);
Step bind(Memory& memory, const Operator& op, const Gather& gather);
Step bind(Memory& memory, const Operator& op, const MirrorPad& pad);
// reference_softmax.cpp
Step bind(Memory& memory, const Operator& op, const Softmax& softmax);
Step bind(Memory& memory, const Operator& op, const LogSoftmax& softmax);

// What an activation lets through, in float.
struct FloatRange {
  float lowest = -std::numeric_limits<float>::infinity();
  float highest = std::numeric_limits<float>::infinity();
};
inline FloatRange float_range(Activation activation) {
  FloatRange range;
  if (activation == Activation::relu) range.lowest = 0;
  if (activation == Activation::relu6) range = {0, 6};
  if (activation == Activation::relu_n1_to_1) range = {-1, 1};
  return range;
}

// Calls with_type(T{}) for the C++ type of `type`, one of int8, int16 and float32, and returns what
// it returns.
template <typename WithType>
auto by_type(Type type, const WithType& with_type) {
  if (type == Type::int16) return with_type(std::int16_t{});
  if (type == Type::float32) return with_type(float{});
  return with_type(std::int8_t{});
}

}  // namespace sengi::model
