// SPDX-License-Identifier: Apache-2.0
// The network as plain data: tensors, and operators in the order they run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace sengi::model {

enum class Type : std::uint8_t { float32, int8, int16, int32, uint8, int64, boolean };
std::string_view name_of(Type type);
std::size_t bytes_of(Type type);

// real = scale * (stored - zero_point). One entry for the whole tensor, or one for each index along
// `axis`. Empty: not quantised.
struct Quantization {
  std::vector<float> scale;
  std::vector<std::int32_t> zero_point;
  std::int32_t axis = 0;

  bool empty() const { return scale.empty(); }
  bool per_tensor() const { return scale.size() == 1; }
  bool operator==(const Quantization&) const = default;
};

using Shape = std::vector<std::int32_t>;    // NHWC, every dimension at least 1
std::string to_string(const Shape& shape);  // "1x49x10x8"

struct Tensor {
  std::string name;
  Type type = Type::int8;
  Shape shape;
  Quantization quantization;
  std::vector<std::byte> data;  // constants alone; little-endian
  bool variable = false;        // an operator's state: starts at zero, stays from run to run

  bool constant() const { return !data.empty(); }
  std::size_t elements() const;
  std::size_t bytes() const { return elements() * bytes_of(type); }
  bool operator==(const Tensor&) const = default;
};

enum class Padding : std::uint8_t { same, valid };
enum class Activation : std::uint8_t { none, relu, relu6, relu_n1_to_1 };

// Inputs of each operator, in order, are named behind it.
struct Conv2D {  // input [N,H,W,I], filter [O,Kh,Kw,I], bias [O] (or absent)
  Padding padding = Padding::same;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1;
  Activation activation = Activation::none;
  bool operator==(const Conv2D&) const = default;
};
struct DepthwiseConv2D {  // input [N,H,W,I], filter [1,Kh,Kw,I*multiplier], bias
  Padding padding = Padding::same;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1;
  std::int32_t depth_multiplier = 1;
  Activation activation = Activation::none;
  bool operator==(const DepthwiseConv2D&) const = default;
};
struct FullyConnected {  // input [N,...], weights [O,I], bias [O] (or absent)
  Activation activation = Activation::none;
  bool operator==(const FullyConnected&) const = default;
};
struct AveragePool2D {  // input [N,H,W,C]
  Padding padding = Padding::valid;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t filter_h = 1, filter_w = 1;
  Activation activation = Activation::none;
  bool operator==(const AveragePool2D&) const = default;
};
struct TransposeConv {  // input [N,H,W,I], filter [O,Kh,Kw,I], bias [O] (or absent)
  Padding padding = Padding::same;
  std::int32_t stride_h = 1, stride_w = 1;  // of the output
  Activation activation = Activation::none;
  bool operator==(const TransposeConv&) const = default;
};
struct MaxPool2D {  // input [N,H,W,C]
  Padding padding = Padding::valid;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t filter_h = 1, filter_w = 1;
  Activation activation = Activation::none;
  bool operator==(const MaxPool2D&) const = default;
};
struct Add {  // two inputs; an axis of 1 repeats beside a longer one, and so do missing first axes
  Activation activation = Activation::none;
  bool operator==(const Add&) const = default;
};
struct Sub {  // as Add
  Activation activation = Activation::none;
  bool operator==(const Sub&) const = default;
};
struct Mul {  // as Add
  Activation activation = Activation::none;
  bool operator==(const Mul&) const = default;
};
struct Div {  // as Add; float32, int8, or int32 towards zero (and 0 where the divisor is 0)
  Activation activation = Activation::none;
  bool operator==(const Div&) const = default;
};
struct Maximum {  // as Add, of one scale
  bool operator==(const Maximum&) const = default;
};
struct Minimum {  // as Add, of one scale
  bool operator==(const Minimum&) const = default;
};
struct SquaredDifference {  // as Add: (a - b) * (a - b)
  bool operator==(const SquaredDifference&) const = default;
};
enum class Relation : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };
struct Comparison {  // as Add, of reals or whole numbers; the output is boolean
  Relation relation = Relation::equal;
  bool operator==(const Comparison&) const = default;
};
struct Prelu {  // input, alpha: x, or alpha * x below zero; alpha repeats as in Add
  bool operator==(const Prelu&) const = default;
};
struct Relu {  // an activation by itself
  Activation activation = Activation::relu;
  bool operator==(const Relu&) const = default;
};
struct HardSwish {  // x * min(max(x + 3, 0), 6) / 6
  bool operator==(const HardSwish&) const = default;
};
struct Abs {
  bool operator==(const Abs&) const = default;
};
struct Elu {  // x, or e^x - 1 below zero
  bool operator==(const Elu&) const = default;
};
struct Rsqrt {  // 1 / sqrt x; the output's highest where x is not above zero
  bool operator==(const Rsqrt&) const = default;
};
struct LeakyRelu {  // x, or alpha * x below zero
  float alpha = 0;
  bool operator==(const LeakyRelu&) const = default;
};
struct Logistic {  // 1 / (1 + e^-x)
  bool operator==(const Logistic&) const = default;
};
struct Tanh {
  bool operator==(const Tanh&) const = default;
};
struct LogSoftmax {  // over the last axis
  bool operator==(const LogSoftmax&) const = default;
};
struct L2Normalization {  // each row along the last axis, divided by its length
  bool operator==(const L2Normalization&) const = default;
};
struct Dequantize {  // to float
  bool operator==(const Dequantize&) const = default;
};
// A layer with memory, for streams (Nakkiran et al. 2015): each filter weighs the input's features,
// then the last M of these over time; `rank` filters make a unit.
struct Svdf {  // input [N,I], feature weights [F,I], time weights [F,M], bias [F/rank] (or absent),
               // state [N,M*F], a variable
  std::int32_t rank = 1;
  Activation activation = Activation::none;  // int8: none or relu, by the output's range alone
  bool operator==(const Svdf&) const = default;
};
// Long short-term memory of S units over T steps. Gates are in the order input, forget, cell,
// output.
struct UnidirectionalSequenceLstm {  // input [N,T,I], four weights [S,I], four recurrent weights
                                     // [S,S], four biases [S], hidden state [N,S] and cell state
                                     // [N,S], variables; output [N,T,S]
  float cell_clip = 0;               // of the cell state's magnitude; 0: none
  bool time_major = false;           // [T,N,I] to [T,N,S]
  bool operator==(const UnidirectionalSequenceLstm&) const = default;
};
// Gated recurrent units (Cho et al. 2014), S of them over T steps, from nothing in each run. Gates
// are in the order update, reset, candidate. No operator of TensorFlow Lite; files have it as
// CUSTOM 'SengiGru', and SPEC.md its arithmetic.
struct Gru {  // input [N,T,I], weights [3,S,I], recurrent weights [3,S,S], bias [3,S]; output
              // [N,S], after the last step, or [N,T,S], after each
  bool operator==(const Gru&) const = default;
};
struct Quantize {  // from float or one scale to another; types and tensors say the rest
  bool operator==(const Quantize&) const = default;
};
struct Cast {  // numbers as they are stored, cut down to the output's type
  bool operator==(const Cast&) const = default;
};
struct Concatenation {  // any number of inputs
  std::int32_t axis = 0;
  bool operator==(const Concatenation&) const = default;
};
struct Split {  // outputs: the input cut along an axis; their shapes say where
  std::int32_t axis = 0;
  bool operator==(const Split&) const = default;
};
struct Pack {  // any number of inputs of one shape, side by side along an axis of their own
  std::int32_t axis = 0;  // of the output
  bool operator==(const Pack&) const = default;
};
struct Unpack {           // the inverse of Pack
  std::int32_t axis = 0;  // of the input
  bool operator==(const Unpack&) const = default;
};
struct SpaceToDepth {  // input [N,H,W,C]; blocks of pixels become channels: [N,H/b,W/b,b*b*C]
  std::int32_t block = 1;
  bool operator==(const SpaceToDepth&) const = default;
};
struct DepthToSpace {  // the inverse of SpaceToDepth
  std::int32_t block = 1;
  bool operator==(const DepthToSpace&) const = default;
};
// Input [N,(H,)W,C], padded with real zero and cut into blocks, whose pixels become images of their
// own: [N*bh*bw,(H/bh,)W/bw,C], the block's first pixels of all N images first.
struct SpaceToBatch {
  std::vector<std::int32_t> block;          // by axis from the second on
  std::vector<std::int32_t> before, after;  // likewise: what is padded
  bool operator==(const SpaceToBatch&) const = default;
};
struct BatchToSpace {  // the inverse of SpaceToBatch
  std::vector<std::int32_t> block;
  std::vector<std::int32_t> before, after;  // what is cut away in the end
  bool operator==(const BatchToSpace&) const = default;
};
// Input, indices of int32: slices of the input along an axis, in the indices' order and shape. An
// index beyond the axis takes its nearest end.
struct Gather {
  std::int32_t axis = 0;
  std::int32_t batch_axes = 0;  // first axes that input and indices have in common
  bool operator==(const Gather&) const = default;
};
struct ArgMax {  // the first index of the largest along an axis, which the output does without
  std::int32_t axis = 0;
  bool operator==(const ArgMax&) const = default;
};
struct ArgMin {  // as ArgMax, of the smallest
  std::int32_t axis = 0;
  bool operator==(const ArgMin&) const = default;
};
struct BatchMatMul {              // [...,I,K] times [...,K,J]; leading axes repeat as in Add
  bool transpose_first = false;   // [...,K,I]
  bool transpose_second = false;  // [...,J,K]
  bool operator==(const BatchMatMul&) const = default;
};
struct Pad {                                // input, value to pad with (or absent: real zero)
  std::vector<std::int32_t> before, after;  // by axis
  bool operator==(const Pad&) const = default;
};
struct MirrorPad {                          // what lies inside, reflected at the borders
  std::vector<std::int32_t> before, after;  // by axis
  bool repeats_border = false;              // the border's elements come twice
  bool operator==(const MirrorPad&) const = default;
};
struct Transpose {  // axis i of the output is axis permutation[i] of the input
  std::vector<std::int32_t> permutation;
  bool operator==(const Transpose&) const = default;
};
struct Mean {  // over axes, in rising order
  std::vector<std::int32_t> axes;
  bool keeps_axes = false;  // as axes of 1
  bool operator==(const Mean&) const = default;
};
struct Sum {  // as Mean
  std::vector<std::int32_t> axes;
  bool keeps_axes = false;
  bool operator==(const Sum&) const = default;
};
struct ReduceMax {  // as Mean
  std::vector<std::int32_t> axes;
  bool keeps_axes = false;
  bool operator==(const ReduceMax&) const = default;
};
struct ReduceMin {  // as Mean
  std::vector<std::int32_t> axes;
  bool keeps_axes = false;
  bool operator==(const ReduceMin&) const = default;
};
// Input [N,H,W,C]; the output's shape says the size. Output pixel (y, x) is input pixel
// floor((y + o) * H / height), likewise along the width: o is 0, or 1/2 from half pixel centres.
// Aligned corners: round((y + o) * (H - 1) / (height - 1)).
struct ResizeNearestNeighbor {
  bool align_corners = false;
  bool half_pixel_centers = false;
  bool operator==(const ResizeNearestNeighbor&) const = default;
};
// As ResizeNearestNeighbor; the four pixels around the place (y + o) * H / height - o, by nearness.
struct ResizeBilinear {
  bool align_corners = false;
  bool half_pixel_centers = false;  // not with align_corners
  bool operator==(const ResizeBilinear&) const = default;
};
struct StridedSlice {  // by axis: from `begin` in steps of `stride` until `end` is reached or
                       // passed
  std::vector<std::int32_t> begin;   // within the axis
  std::vector<std::int32_t> end;     // from -1 to the axis' size
  std::vector<std::int32_t> stride;  // not 0
  std::vector<bool> dropped;         // axes of one element that the output does without
  bool operator==(const StridedSlice&) const = default;
};
struct Reshape {  // input; the output tensor's shape says the rest
  bool operator==(const Reshape&) const = default;
};
struct Softmax {  // over the last axis
  float beta = 1;
  bool operator==(const Softmax&) const = default;
};
// Decision trees whose margins add up to each label's logit: see model/tree_ensemble.h. No operator
// of TensorFlow Lite; files have it as CUSTOM 'SengiTreeEnsemble'.
struct TreeEnsemble {  // input [...] of one example, splits [S], margins [S+T], tree sizes [T],
                       // labels [T], bias [L]; output [1,L]: each logit less the highest
  bool operator==(const TreeEnsemble&) const = default;
};

using Kind =
    std::variant<Conv2D, DepthwiseConv2D, FullyConnected, AveragePool2D, Add, Reshape, Softmax,
                 TransposeConv, MaxPool2D, Sub, LeakyRelu, Logistic, Tanh, LogSoftmax, Svdf,
                 UnidirectionalSequenceLstm, Quantize, Dequantize, Pad, Transpose, Mean,
                 ResizeNearestNeighbor, StridedSlice, Mul, Div, Maximum, Minimum, Prelu, Relu,
                 HardSwish, Abs, Cast, Concatenation, Split, SpaceToDepth, DepthToSpace,
                 ResizeBilinear, ArgMax, ArgMin, BatchMatMul, SquaredDifference, Comparison, Elu,
                 Rsqrt, L2Normalization, Pack, Unpack, SpaceToBatch, BatchToSpace, Gather,
                 MirrorPad, Sum, ReduceMax, ReduceMin, TreeEnsemble, Gru>;
std::string_view name_of(const Kind& kind);  // TensorFlow Lite's where it has one: "CONV_2D"

using TensorIndex = std::int32_t;
inline constexpr TensorIndex absent = -1;  // an optional input that is not there

struct Operator {
  Kind kind;
  std::vector<TensorIndex> inputs;
  std::vector<TensorIndex> outputs;
  bool operator==(const Operator&) const = default;
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Operator> operators;  // every input is a constant, a graph input or written before
  std::vector<TensorIndex> inputs;
  std::vector<TensorIndex> outputs;
  bool operator==(const Graph&) const = default;
};

// Multiply-accumulates of one operator for one run of the graph (0 for those that have none). Taps
// in padding count. Requires: check() accepted the graph.
std::uint64_t macs(const Graph& graph, const Operator& op);

// The first operator that reads or writes float32, in a network that is float or has float edges.
std::optional<std::size_t> first_float_operator(const Graph& graph);

// How many elements a slice takes along each axis of its input, dropped axes among them. At most 0
// where it takes none. Requires: strides other than 0, and as many ends and strides as begins.
Shape slice_counts(const StridedSlice& slice);

// For messages, which are one line: a name from a file in quotes, control characters replaced, cut
// after 60 characters.
std::string quoted(const std::string& name);
// "'conv1/Relu'", or "#7" for a tensor without a name or outside the graph.
std::string tensor_label(const Graph& graph, TensorIndex index);
// "operator 3, CONV_2D 'conv1'": its place, kind and first output.
std::string operator_label(const Graph& graph, std::size_t index);

// A graph may have at most this many elements in all its tensors together, so that sizes and
// offsets of any kind fit in 32 bits and a hostile file cannot ask for the whole memory.
inline constexpr std::size_t most_elements = std::size_t{1} << 28;
// Strides, dilations and window sides; taps * dilation then fits in 32 bits.
inline constexpr std::int32_t most_window_side = 1 << 15;

// Whether a graph is whole: indices in range, operators in order, shapes that follow from one
// another, types and quantisation that TensorFlow Lite's specification allows (int8; int16 with
// int8 weights; float32). Of an accepted graph these hold too:
// - filters, weights and biases are constants; each tensor that is neither constant, variable nor
//   graph input is written once, before it is read; each graph output is written
// - a tensor of int8 or int16 that is computed has one scale and zero point; where an operator only
//   moves elements or takes means they are its input's; SOFTMAX has 1/256 and -128
// - no accumulator overflows, whatever the input, and every multiplier can be expressed
// Errors name the operator ("operator 3, CONV_2D 'conv1'") and the tensor.
Result<void> check(const Graph& graph);

}  // namespace sengi::model
