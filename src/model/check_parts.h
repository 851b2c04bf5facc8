// SPDX-License-Identifier: Apache-2.0
// The parts of check() that look at one operator; each relies on those before it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::model {

// One operator in its graph, and how its faults are worded.
struct Place {
  const Graph& graph;
  std::size_t index;

  const Operator& op() const { return graph.operators[index]; }
  bool has_input(std::size_t i) const { return i < op().inputs.size() && op().inputs[i] != absent; }
  const Tensor& input(std::size_t i) const { return tensor(op().inputs[i]); }
  const Tensor& output(std::size_t i = 0) const { return tensor(op().outputs[i]); }

  // "operator 3, CONV_2D 'conv1': <what>"
  Error fault(const std::string& what) const;
  // "operator 3, CONV_2D 'conv1': filter 'w' <what>"
  Error input_fault(std::size_t i, const std::string& what) const;
  // "operator 3, CONV_2D 'conv1': its output <what>"
  Error output_fault(const std::string& what) const;
  // As the last, "its output 'half2' <what>" where there are several.
  Error output_fault(std::size_t i, const std::string& what) const;

 private:
  const Tensor& tensor(TensorIndex i) const { return graph.tensors[static_cast<std::size_t>(i)]; }
};

// Where the values of an input come from.
enum class Source : std::uint8_t { computed, constant, any, variable };

struct Slot {
  const char* name;  // in messages
  Source source = Source::computed;
  bool optional = false;
};
// The inputs of a kind, in order; the last one again for as many as there are where repeats() says
// so.
std::span<const Slot> slots_of(const Kind& kind);
bool repeats_last_slot(const Kind& kind);

constexpr std::size_t filter_input = 1;
constexpr std::size_t bias_input = 2;

// How many inputs and outputs, which of them may be left out, all in range; each input constant,
// computed or variable as its slot says.
Result<void> check_arity(const Place& place);

// Options in range, and shapes that follow from one another. Requires: check_arity, whole tensors.
Result<void> check_shapes(const Place& place);

// Types, scales and zero points, multipliers and accumulators. Requires: check_shapes.
Result<void> check_arithmetic(const Place& place);

// ---- one kind's shapes, by family

// check_shapes.cpp
Result<void> check_shape(const Place& place, const Conv2D& conv);
Result<void> check_shape(const Place& place, const DepthwiseConv2D& conv);
Result<void> check_shape(const Place& place, const TransposeConv& conv);
Result<void> check_shape(const Place& place, const AveragePool2D& pool);
Result<void> check_shape(const Place& place, const MaxPool2D& pool);
Result<void> check_shape(const Place& place, const FullyConnected& dense);
Result<void> check_shape(const Place& place, const Softmax& softmax);
// check_elementwise.cpp
Result<void> check_shape(const Place& place, const Mul& kind);
Result<void> check_shape(const Place& place, const Div& kind);
Result<void> check_shape(const Place& place, const Maximum& kind);
Result<void> check_shape(const Place& place, const Minimum& kind);
Result<void> check_shape(const Place& place, const Prelu& kind);
Result<void> check_shape(const Place& place, const Relu& kind);
Result<void> check_shape(const Place& place, const HardSwish& kind);
Result<void> check_shape(const Place& place, const Abs& kind);
Result<void> check_shape(const Place& place, const Cast& kind);
Result<void> check_shape(const Place& place, const Add& add);
Result<void> check_shape(const Place& place, const Sub& sub);
Result<void> check_shape(const Place& place, const LeakyRelu& leaky);
Result<void> check_shape(const Place& place, const Logistic& logistic);
Result<void> check_shape(const Place& place, const Tanh& tanh);
Result<void> check_shape(const Place& place, const LogSoftmax& softmax);
Result<void> check_shape(const Place& place, const Quantize& quantize);
Result<void> check_shape(const Place& place, const Dequantize& dequantize);
Result<void> check_shape(const Place& place, const SquaredDifference& kind);
Result<void> check_shape(const Place& place, const Comparison& kind);
Result<void> check_shape(const Place& place, const Elu& kind);
Result<void> check_shape(const Place& place, const Rsqrt& kind);
Result<void> check_shape(const Place& place, const L2Normalization& kind);
// check_state.cpp
Result<void> check_shape(const Place& place, const Svdf& svdf);
Result<void> check_shape(const Place& place, const UnidirectionalSequenceLstm& lstm);
Result<void> check_shape(const Place& place, const Gru& gru);
// check_trees.cpp
Result<void> check_shape(const Place& place, const TreeEnsemble& trees);
// check_moves.cpp
Result<void> check_shape(const Place& place, const Concatenation& kind);
Result<void> check_shape(const Place& place, const Split& kind);
Result<void> check_shape(const Place& place, const SpaceToDepth& kind);
Result<void> check_shape(const Place& place, const DepthToSpace& kind);
Result<void> check_shape(const Place& place, const Reshape& reshape);
Result<void> check_shape(const Place& place, const Pad& pad);
Result<void> check_shape(const Place& place, const StridedSlice& slice);
Result<void> check_shape(const Place& place, const Transpose& transpose);
// check_blocks.cpp
Result<void> check_shape(const Place& place, const Pack& kind);
Result<void> check_shape(const Place& place, const Unpack& kind);
Result<void> check_shape(const Place& place, const SpaceToBatch& kind);
Result<void> check_shape(const Place& place, const BatchToSpace& kind);
Result<void> check_shape(const Place& place, const Gather& kind);
Result<void> check_shape(const Place& place, const MirrorPad& kind);
// check_spatial.cpp
Result<void> check_shape(const Place& place, const Sum& sum);
Result<void> check_shape(const Place& place, const ReduceMax& most);
Result<void> check_shape(const Place& place, const ReduceMin& least);
Result<void> check_shape(const Place& place, const ResizeBilinear& kind);
Result<void> check_shape(const Place& place, const ArgMax& kind);
Result<void> check_shape(const Place& place, const ArgMin& kind);
Result<void> check_shape(const Place& place, const BatchMatMul& kind);
Result<void> check_shape(const Place& place, const Mean& mean);
Result<void> check_shape(const Place& place, const ResizeNearestNeighbor& resize);

// ---- one kind's types and numbers, by family

// check_arithmetic.cpp
Result<void> check_numbers(const Place& place, const Conv2D& conv);
Result<void> check_numbers(const Place& place, const DepthwiseConv2D& conv);
Result<void> check_numbers(const Place& place, const TransposeConv& conv);
Result<void> check_numbers(const Place& place, const AveragePool2D& pool);
Result<void> check_numbers(const Place& place, const MaxPool2D& pool);
Result<void> check_numbers(const Place& place, const FullyConnected& dense);
Result<void> check_numbers(const Place& place, const Softmax& softmax);
// check_elementwise.cpp
Result<void> check_numbers(const Place& place, const Mul& kind);
Result<void> check_numbers(const Place& place, const Div& kind);
Result<void> check_numbers(const Place& place, const Maximum& kind);
Result<void> check_numbers(const Place& place, const Minimum& kind);
Result<void> check_numbers(const Place& place, const Prelu& kind);
Result<void> check_numbers(const Place& place, const Relu& kind);
Result<void> check_numbers(const Place& place, const HardSwish& kind);
Result<void> check_numbers(const Place& place, const Abs& kind);
Result<void> check_numbers(const Place& place, const Cast& kind);
Result<void> check_numbers(const Place& place, const Add& add);
Result<void> check_numbers(const Place& place, const Sub& sub);
Result<void> check_numbers(const Place& place, const LeakyRelu& leaky);
Result<void> check_numbers(const Place& place, const Logistic& logistic);
Result<void> check_numbers(const Place& place, const Tanh& tanh);
Result<void> check_numbers(const Place& place, const LogSoftmax& softmax);
Result<void> check_numbers(const Place& place, const Quantize& quantize);
Result<void> check_numbers(const Place& place, const Dequantize& dequantize);
Result<void> check_numbers(const Place& place, const SquaredDifference& kind);
Result<void> check_numbers(const Place& place, const Comparison& kind);
Result<void> check_numbers(const Place& place, const Elu& kind);
Result<void> check_numbers(const Place& place, const Rsqrt& kind);
Result<void> check_numbers(const Place& place, const L2Normalization& kind);
// check_state.cpp
Result<void> check_numbers(const Place& place, const Svdf& svdf);
Result<void> check_numbers(const Place& place, const UnidirectionalSequenceLstm& lstm);
Result<void> check_numbers(const Place& place, const Gru& gru);
// check_trees.cpp
Result<void> check_numbers(const Place& place, const TreeEnsemble& trees);
// check_moves.cpp
Result<void> check_numbers(const Place& place, const Concatenation& kind);
Result<void> check_numbers(const Place& place, const Split& kind);
Result<void> check_numbers(const Place& place, const SpaceToDepth& kind);
Result<void> check_numbers(const Place& place, const DepthToSpace& kind);
Result<void> check_numbers(const Place& place, const Reshape& reshape);
Result<void> check_numbers(const Place& place, const Pad& pad);
Result<void> check_numbers(const Place& place, const StridedSlice& slice);
Result<void> check_numbers(const Place& place, const Transpose& transpose);
// check_blocks.cpp
Result<void> check_numbers(const Place& place, const Pack& kind);
Result<void> check_numbers(const Place& place, const Unpack& kind);
Result<void> check_numbers(const Place& place, const SpaceToBatch& kind);
Result<void> check_numbers(const Place& place, const BatchToSpace& kind);
Result<void> check_numbers(const Place& place, const Gather& kind);
Result<void> check_numbers(const Place& place, const MirrorPad& kind);
// check_spatial.cpp
Result<void> check_numbers(const Place& place, const Sum& sum);
Result<void> check_numbers(const Place& place, const ReduceMax& most);
Result<void> check_numbers(const Place& place, const ReduceMin& least);
Result<void> check_numbers(const Place& place, const ResizeBilinear& kind);
Result<void> check_numbers(const Place& place, const ArgMax& kind);
Result<void> check_numbers(const Place& place, const ArgMin& kind);
Result<void> check_numbers(const Place& place, const BatchMatMul& kind);
Result<void> check_numbers(const Place& place, const Mean& mean);
Result<void> check_numbers(const Place& place, const ResizeNearestNeighbor& resize);

// ---- what several of them ask for

bool is_quantized(Type type);  // int8 or int16: what kernels compute in with scales

Result<void> check_rank(const Place& place, std::size_t i, std::size_t rank);
Result<void> check_input_shape(const Place& place, std::size_t i, const Shape& expected);
Result<void> check_output_shape(const Place& place, const Shape& expected);
Result<void> check_input_type(const Place& place, std::size_t i, Type expected);
// The output, and with it each input that is computed or may be: of one of `types`, all the same,
// with one scale where they are int8 or int16.
Result<void> check_activations(const Place& place, std::initializer_list<Type> types);
// Those of check_activations that are int16 have zero point 0, as the specification has it.
Result<void> check_symmetric_int16(const Place& place);
// An output has input `i`'s scale and zero point.
Result<void> check_keeps_scale(const Place& place, std::size_t i = 0, std::size_t output = 0);
// Moved elements may be of any type; where they have a scale, they keep it.
Result<void> check_moved(const Place& place);
// The same of several inputs that become one output, and of one that becomes several.
Result<void> check_joined(const Place& place);
Result<void> check_parted(const Place& place);
// The output has the scale, to a thousandth, and zero point that its operator fixes.
Result<void> check_fixed_output(const Place& place, std::int32_t steps_in_one,
                                std::int32_t zero_point);
// A factor towards the output that an int32 times a Multiplier can hold.
Result<void> check_factor(const Place& place, double factor);

}  // namespace sengi::model
