// SPDX-License-Identifier: Apache-2.0
// A graph of one operator for each kind and type, for tests that hold for all of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/test_graphs.h"
#include "model/tree_ensemble.h"

namespace sengi::model {

// One operator in the making: its tensors in the order they are asked for.
class OneOperator {
 public:
  // int8 activations have zero points, int16 have none; `type` float32 has neither scales.
  explicit OneOperator(Type type, std::uint32_t seed = 1) : type_(type), random_(seed) {}

  OneOperator& input(const Shape& shape, double scale = 0.05) {
    inputs_.push_back(add(activation(shape, scale, type_ == Type::int8 ? 3 : 0)));
    graph_.inputs.push_back(inputs_.back());
    return *this;
  }
  OneOperator& second_input_is_first() {
    inputs_.push_back(inputs_.front());
    return *this;
  }
  // Weights are int8 in integer graphs, of `type` otherwise.
  OneOperator& weights(const Shape& shape, double scale = 0.01) {
    return constant(shape, type_ == Type::float32 ? Type::float32 : Type::int8, scale);
  }
  OneOperator& constant(const Shape& shape, Type type, double scale) {
    Tensor tensor;
    tensor.type = type;
    tensor.shape = shape;
    if (type != Type::float32) tensor.quantization = {{static_cast<float>(scale)}, {0}, 0};
    fill(tensor);
    inputs_.push_back(add(std::move(tensor)));
    return *this;
  }
  // Whole numbers that stand for themselves.
  OneOperator& plain_constant(const Shape& shape, const std::vector<std::int32_t>& numbers) {
    Tensor tensor;
    tensor.type = Type::int32;
    tensor.shape = shape;
    tensor.data = to_bytes(numbers);
    inputs_.push_back(add(std::move(tensor)));
    return *this;
  }
  // In steps of the first input's scale times the last weights'.
  OneOperator& bias(std::int32_t channels, double scale) {
    const Type wide = type_ == Type::int16 ? Type::int64 : Type::int32;
    return constant({channels}, type_ == Type::float32 ? Type::float32 : wide, scale);
  }
  OneOperator& no_input() {
    inputs_.push_back(absent);
    return *this;
  }
  OneOperator& state(const Shape& shape, Type type, double scale, std::int32_t zero_point = 0) {
    Tensor tensor;
    tensor.type = type_ == Type::float32 ? Type::float32 : type;
    tensor.shape = shape;
    if (type_ != Type::float32) {
      tensor.quantization = {{static_cast<float>(scale)}, {zero_point}, 0};
    }
    tensor.variable = true;
    inputs_.push_back(add(std::move(tensor)));
    return *this;
  }
  OneOperator& output(const Shape& shape, double scale = 0.05, std::int32_t zero_point = 3) {
    outputs_.push_back(add(activation(shape, scale, type_ == Type::int8 ? zero_point : 0)));
    return *this;
  }
  // Of a type and quantisation of its own.
  OneOperator& output(Tensor tensor) {
    outputs_.push_back(add(std::move(tensor)));
    return *this;
  }

  Graph finish(Kind kind) {
    graph_.name = std::string(name_of(kind)) + "_" + std::string(name_of(type_));
    graph_.operators.push_back({std::move(kind), inputs_, outputs_});
    graph_.outputs = outputs_;
    return std::move(graph_);
  }

 private:
  TensorIndex add(Tensor tensor) {
    tensor.name = std::string("t").append(std::to_string(graph_.tensors.size()));
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<TensorIndex>(graph_.tensors.size() - 1);
  }

  // int16 takes the same range in 256 times as many steps.
  Tensor activation(const Shape& shape, double scale, std::int32_t zero_point) const {
    Tensor tensor;
    tensor.type = type_;
    tensor.shape = shape;
    const double step = type_ == Type::int16 ? scale / 256 : scale;
    if (type_ == Type::int8 || type_ == Type::int16) {
      tensor.quantization = {{static_cast<float>(step)}, {zero_point}, 0};
    }
    return tensor;
  }

  void fill(Tensor& tensor) {
    const std::size_t count = tensor.elements();
    const auto number = [&](std::int32_t most) {
      return static_cast<std::int32_t>(random_() % (2U * static_cast<std::uint32_t>(most) + 1)) -
             most;
    };
    if (tensor.type == Type::float32) {
      std::vector<float> values(count);
      for (float& value : values) value = static_cast<float>(number(1000)) / 1000;
      tensor.data = to_bytes(values);
    } else if (tensor.type == Type::int8) {
      std::vector<std::int8_t> values(count);
      for (std::int8_t& value : values) value = static_cast<std::int8_t>(number(127));
      tensor.data = to_bytes(values);
    } else if (tensor.type == Type::int16) {
      std::vector<std::int16_t> values(count);
      for (std::int16_t& value : values) value = static_cast<std::int16_t>(number(3000));
      tensor.data = to_bytes(values);
    } else if (tensor.type == Type::int32) {
      std::vector<std::int32_t> values(count);
      for (std::int32_t& value : values) value = number(1000);
      tensor.data = to_bytes(values);
    } else {
      std::vector<std::int64_t> values(count);
      for (std::int64_t& value : values) value = number(100'000);
      tensor.data = to_bytes(values);
    }
  }

  Type type_;
  std::mt19937 random_;
  Graph graph_;
  std::vector<TensorIndex> inputs_, outputs_;
};

inline Tensor quantized(Type type, const Shape& shape, float scale, std::int32_t zero_point) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  tensor.quantization = {{scale}, {zero_point}, 0};
  return tensor;
}

inline Tensor plain(Type type, const Shape& shape) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  return tensor;
}

// Operators whose integer kernels stand for their float ones. All of them but those of
// converting_graphs(), in `type`, as far as they support it.
inline std::vector<Graph> arithmetic_graphs(Type type) {
  const bool real = type == Type::float32;
  const double step = type == Type::int16 ? 0.05 / 256 : 0.05;
  const auto one = [type] { return OneOperator(type); };
  const auto bias_scale = [&](double weights) { return real ? 1.0 : step * weights; };
  std::vector<Graph> graphs;
  const auto keep = [&](Graph graph) { graphs.push_back(std::move(graph)); };

  keep(one()
           .input({1, 5, 4, 2})
           .weights({3, 3, 2, 2})
           .bias(3, bias_scale(0.01))
           .output({1, 5, 4, 3}, 0.1)
           .finish(Conv2D{}));
  keep(one()
           .input({1, 5, 4, 2})
           .weights({1, 3, 2, 4})
           .bias(4, bias_scale(0.01))
           .output({1, 3, 2, 4}, 0.1)
           .finish(DepthwiseConv2D{
               .padding = Padding::same, .stride_h = 2, .stride_w = 2, .depth_multiplier = 2}));
  keep(one()
           .input({1, 3, 2, 2})
           .weights({3, 3, 4, 2})
           .bias(3, bias_scale(0.01))
           .output({1, 7, 6, 3}, 0.1)
           .finish(TransposeConv{.padding = Padding::valid, .stride_h = 2, .stride_w = 2}));
  keep(one()
           .input({1, 3, 2, 2})
           .weights({3, 3, 4, 2})
           .output({1, 6, 4, 3}, 0.1)
           .finish(TransposeConv{.padding = Padding::same, .stride_h = 2, .stride_w = 2}));
  keep(one()
           .input({2, 6})
           .weights({4, 6})
           .bias(4, bias_scale(0.01))
           .output({2, 4}, 0.1)
           .finish(FullyConnected{.activation = Activation::relu}));
  keep(one().input({2, 1, 3, 4}).input({2, 4, 5}).output({2, 2, 3, 5}, 0.2).finish(BatchMatMul{}));
  keep(one()
           .input({4, 3})
           .input({5, 4})
           .output({3, 5}, 0.2)
           .finish(BatchMatMul{.transpose_first = true, .transpose_second = true}));
  keep(one()
           .input({1, 6, 5, 2})
           .output({1, 3, 2, 2})
           .finish(AveragePool2D{.stride_h = 2, .stride_w = 2, .filter_h = 2, .filter_w = 3}));
  keep(one()
           .input({1, 6, 5, 2})
           .output({1, 3, 3, 2})
           .finish(MaxPool2D{.padding = Padding::same,
                             .stride_h = 2,
                             .stride_w = 2,
                             .filter_h = 3,
                             .filter_w = 3,
                             .activation = Activation::relu6}));
  keep(one().input({2, 3, 4}).output({2, 4}, 0.03, -5).finish(Mean{.axes = {1}}));
  keep(one()
           .input({2, 3, 4})
           .output({1, 3, 1}, 0.03, 9)
           .finish(Mean{.axes = {0, 2}, .keeps_axes = true}));
  keep(one().input({1, 3, 4, 2}).input({4, 1}).output({1, 3, 4, 2}, 0.1).finish(Add{}));
  keep(one()
           .input({2, 3})
           .constant({3}, type, step)
           .output({2, 3}, 0.06)
           .finish(Sub{Activation::relu}));
  keep(one().input({4}).input({3, 1}).output({3, 4}, 0.3).finish(Mul{}));
  keep(one().input({2, 5}).output({2, 5}, 0.04, -20).finish(LeakyRelu{.alpha = 0.3F}));
  keep(one().input({2, 5}).output({2, 5}, 0.04, -20).finish(LeakyRelu{.alpha = -0.5F}));
  keep(one().input({2, 3, 5}).weights({5}).output({2, 3, 5}, 0.06).finish(Prelu{}));
  keep(one().input({2, 5}).output({2, 5}, 0.04, -128).finish(Relu{}));
  keep(one().input({2, 5}).output({2, 5}, 0.05, 3).finish(Relu{Activation::relu_n1_to_1}));
  keep(one().input({2, 5}).output({2, 5}, 0.05, -30).finish(Relu{Activation::relu6}));
  keep(one().input({2, 5}).output({2, 5}, 0.07, -100).finish(Abs{}));
  keep(one()
           .input({2, 1, 4})
           .input({3, 1})
           .output({2, 3, 4}, 0.8, -128)
           .finish(SquaredDifference{}));
  keep(one().input({2, 3, 4}).output({2, 4}, 0.1, -5).finish(Sum{.axes = {1}}));
  keep(one().input({2, 3, 4}).output({1, 3, 1}).finish(
      ReduceMax{.axes = {0, 2}, .keeps_axes = true}));
  keep(one().input({2, 3, 4}).output({3}).finish(ReduceMin{.axes = {0, 2}}));
  keep(one().input({2, 5}).second_input_is_first().output({2, 5}).finish(Maximum{}));
  keep(one().input({2, 5}).input({5}).output({2, 5}).finish(Minimum{}));
  keep(one().input({1, 3, 2, 2}).output({1, 7, 5, 2}).finish(ResizeBilinear{}));
  keep(one()
           .input({1, 5, 6, 2})
           .output({1, 3, 9, 2})
           .finish(ResizeBilinear{.half_pixel_centers = true}));
  keep(
      one().input({1, 3, 2, 2}).output({1, 7, 5, 2}).finish(ResizeBilinear{.align_corners = true}));
  keep(one().input({1, 3, 2, 2}).output({1, 7, 5, 2}).finish(ResizeNearestNeighbor{}));
  keep(one().input({1, 4}).output({2, 2}).finish(Reshape{}));
  keep(one().input({1, 2, 3}).output({1, 4, 4}).finish(
      Pad{.before = {0, 1, 0}, .after = {0, 1, 1}}));
  keep(one().input({4, 5, 2}).output({2, 5}).finish(StridedSlice{.begin = {0, 4, 1},
                                                                 .end = {3, -1, 2},
                                                                 .stride = {2, -1, 1},
                                                                 .dropped = {false, false, true}}));
  keep(one().input({2, 3, 4}).output({4, 2, 3}).finish(Transpose{.permutation = {2, 0, 1}}));
  keep(one().input({2, 3, 2}).input({2, 1, 2}).output({2, 4, 2}).finish(Concatenation{.axis = 1}));
  keep(one().input({2, 4}).output({2, 1}).output({2, 3}).finish(Split{.axis = 1}));
  keep(one().input({2, 3}).input({2, 3}).output({2, 2, 3}).finish(Pack{.axis = 1}));
  keep(one().input({2, 3}).output({2}).output({2}).output({2}).finish(Unpack{.axis = 1}));
  keep(one()
           .input({2, 3, 5, 2})
           .output({8, 2, 3, 2})
           .finish(SpaceToBatch{.block = {2, 2}, .before = {1, 0}, .after = {0, 1}}));
  keep(one().input({6, 2, 2}).output({2, 5, 2}).finish(
      BatchToSpace{.block = {3}, .before = {1}, .after = {0}}));
  keep(one().input({3, 2}).output({5, 3}).finish(MirrorPad{.before = {2, 0}, .after = {0, 1}}));
  keep(one().input({3, 2}).output({6, 4}).finish(
      MirrorPad{.before = {3, 0}, .after = {0, 2}, .repeats_border = true}));
  keep(one().input({1, 4, 2, 3}).output({1, 2, 1, 12}).finish(SpaceToDepth{.block = 2}));
  keep(one().input({1, 2, 1, 12}).output({1, 4, 2, 3}).finish(DepthToSpace{.block = 2}));
  if (type != Type::int16) {
    keep(one().input({2, 5}).output({2, 5}, 0.04, -100).finish(Elu{}));
    keep(one().input({3, 5}).output({3, 5}, 1.0 / 128, 0).finish(L2Normalization{}));
    keep(one().input({2, 5}).output({2, 5}, 1.0 / 16, 127).finish(LogSoftmax{}));
    keep(one().input({2, 5}).output({2, 5}, 0.05, -40).finish(HardSwish{}));
    keep(one().input({2, 5}).output({2, 5}, 1.0 / 256, -128).finish(Softmax{}));
    keep(one()
             .input({1, 4})
             .weights({6, 4})
             .constant({6, 3}, real ? type : Type::int16, 0.0002)
             .constant({3}, real ? type : Type::int32, 0.0002 * 0.001)
             .state({1, 18}, Type::int16, 0.001)
             .output({1, 3}, 0.02)
             .finish(Svdf{.rank = 2, .activation = Activation::none}));
    keep(one()
             .input({2, 4})
             .weights({3, 4})
             .weights({3, 2})
             .no_input()
             .state({2, 6}, Type::int8, 0.3, 7)
             .output({2, 3}, 0.5)
             .finish(Svdf{}));
  }
  // int16 of LOGISTIC and TANH: to 1 in steps of 2^-15.
  const double one_step = type == Type::int16 ? 1.0 / 128 : 1.0 / 256;
  keep(one().input({2, 5}).output({2, 5}, one_step, -128).finish(Logistic{}));
  keep(one().input({2, 5}).output({2, 5}, 1.0 / 128, 0).finish(Tanh{}));
  for (const bool time_major : {false, true}) {
    OneOperator lstm(type);
    lstm.input({2, 2, 3});
    for (int gate = 0; gate < 4; ++gate) lstm.weights({4, 3});
    for (int gate = 0; gate < 4; ++gate) lstm.weights({4, 4});
    for (int gate = 0; gate < 4; ++gate) lstm.bias(4, bias_scale(0.01));
    const double hidden = type == Type::int16 ? 1.0 / 32768 : 1.0 / 128;
    lstm.state({2, 4}, type, hidden).state({2, 4}, Type::int16, 1.0 / 2048);
    lstm.output({2, 2, 4}, 1.0 / 128, 0);
    keep(lstm.finish(UnidirectionalSequenceLstm{.cell_clip = 10, .time_major = time_major}));
  }
  return graphs;
}

// `every_step`: what each step gives.
inline Graph small_gru(Type type, bool every_step) {
  constexpr std::int32_t steps = 3;
  constexpr std::int32_t units = 4;
  OneOperator gru(type);
  gru.input({2, steps, 5}).weights({3, units, 5}).weights({3, units, units}, 0.02);
  gru.constant({3, units}, type == Type::float32 ? type : Type::int32, 0.01);
  gru.output(every_step ? Shape{2, steps, units} : Shape{2, units}, 1.0 / 128, 0);
  Graph graph = gru.finish(Gru{});
  if (type == Type::float32) return graph;
  const auto quantization_of = [&](std::size_t input) -> Quantization& {
    return graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[input])].quantization;
  };
  quantization_of(1) = {{0.01F, 0.02F, 0.03F}, {0, 0, 0}, 0};
  quantization_of(2) = {{0.02F, 0.01F, 0.015F}, {0, 0, 0}, 0};
  quantization_of(3) = quantization_of(1);
  for (float& scale : quantization_of(3).scale) scale *= quantization_of(0).scale[0];
  return graph;
}

// Two trees over three features, for two of three labels.
inline Graph small_trees() {
  const TreeNode leaves[] = {{.margin = 900}, {.margin = -300}, {.margin = 77}};
  Trees trees{.name = "TREE_ENSEMBLE_int8",
              .input_shape = {1, 3},
              .input = {.scale = {0.03125F}, .zero_point = {0}},
              .margin_bits = 9,
              .bias = {0, 100, -100},
              .trees = {}};
  const TreeNode below{.feature = 2, .threshold = -7, .left = 3, .right = 4};
  trees.trees.push_back({1,
                         {{.feature = 0, .threshold = 5, .left = 1, .right = 2},
                          leaves[0],
                          below,
                          leaves[1],
                          leaves[2]}});
  trees.trees.push_back({2, {leaves[2]}});
  return tree_graph(trees).value();
}

// Operators between types, and of numbers without scales.
inline std::vector<Graph> converting_graphs() {
  std::vector<Graph> graphs;
  const auto one = [](Type type) { return OneOperator(type); };
  const Shape shape = {2, 3};
  for (const Type type : {Type::int8, Type::int16, Type::float32}) {
    graphs.push_back(
        one(type).input(shape).output(quantized(Type::int8, shape, 0.1F, -7)).finish(Quantize{}));
    graphs.push_back(
        one(type).input(shape).output(quantized(Type::int16, shape, 0.001F, 0)).finish(Quantize{}));
    graphs.push_back(
        one(type).input(shape).output(quantized(Type::int32, shape, 1e-5F, 0)).finish(Quantize{}));
    graphs.push_back(
        one(type).input(shape).output(plain(Type::int32, {2})).finish(ArgMax{.axis = 1}));
    graphs.push_back(
        one(type).input(shape).output(plain(Type::int64, {3})).finish(ArgMin{.axis = 0}));
    graphs.push_back(one(type).input(shape).output(plain(Type::int32, shape)).finish(Cast{}));
    if (type == Type::float32) continue;
    graphs.push_back(
        one(type).input(shape).output(plain(Type::float32, shape)).finish(Dequantize{}));
  }
  graphs.push_back(one(Type::int8)
                       .input(shape)
                       .output(quantized(Type::int16, shape, 1.0F / 65536, -32768))
                       .finish(Softmax{}));
  for (const Type type : {Type::int8, Type::float32}) {
    graphs.push_back(one(type).input(shape).input({3}).output(shape, 0.1).finish(Div{}));
    graphs.push_back(one(type).input(shape).output(shape, 0.3, -128).finish(Rsqrt{}));
  }
  for (const Type type : {Type::int8, Type::int32, Type::float32}) {
    for (const Relation relation :
         {Relation::equal, Relation::not_equal, Relation::less, Relation::less_equal,
          Relation::greater, Relation::greater_equal}) {
      graphs.push_back(one(type)
                           .input(shape)
                           .input({3})
                           .output(plain(Type::boolean, shape))
                           .finish(Comparison{relation}));
    }
  }
  for (const Type type : {Type::int8, Type::int16, Type::int32, Type::float32}) {
    graphs.push_back(one(type)
                         .input({2, 3, 4})
                         .plain_constant({2, 2}, {0, 2, 1, -5})
                         .output({2, 2, 4})
                         .finish(Gather{.axis = 1, .batch_axes = 1}));
  }
  graphs.push_back(
      one(Type::int32).input(shape).input({3}).output(shape).finish(SquaredDifference{}));
  graphs.push_back(
      one(Type::float32).input(shape).second_input_is_first().output(shape).finish(Div{}));
  graphs.push_back(one(Type::int32).input(shape).input({3}).output(shape).finish(Add{}));
  graphs.push_back(one(Type::int32).input(shape).input({3}).output(shape).finish(Sub{}));
  graphs.push_back(one(Type::int32).input(shape).input({3}).output(shape).finish(Mul{}));
  graphs.push_back(one(Type::int32).input(shape).input({3}).output(shape).finish(Div{}));
  graphs.push_back(one(Type::int32).input(shape).input({3}).output(shape).finish(Maximum{}));
  graphs.push_back(
      one(Type::int32).input(shape).output(plain(Type::boolean, shape)).finish(Cast{}));
  graphs.push_back(small_trees());
  for (const bool every_step : {false, true}) {
    graphs.push_back(small_gru(Type::int8, every_step));
    graphs.push_back(small_gru(Type::float32, every_step));
  }
  return graphs;
}

inline std::vector<Graph> operator_graphs() {
  std::vector<Graph> all = converting_graphs();
  for (const Type type : {Type::int8, Type::int16, Type::float32}) {
    for (Graph& graph : arithmetic_graphs(type)) all.push_back(std::move(graph));
  }
  return all;
}

}  // namespace sengi::model
