// SPDX-License-Identifier: Apache-2.0
#include "model/graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace sengi::model {
namespace {

constexpr std::size_t longest_label = 60;

}  // namespace

std::string_view name_of(Type type) {
  switch (type) {
    case Type::float32:
      return "float32";
    case Type::int8:
      return "int8";
    case Type::int16:
      return "int16";
    case Type::int32:
      return "int32";
    case Type::uint8:
      return "uint8";
    case Type::int64:
      return "int64";
    case Type::boolean:
      return "bool";
  }
  return "unknown type";
}

std::size_t bytes_of(Type type) {
  switch (type) {
    case Type::float32:
    case Type::int32:
      return 4;
    case Type::int16:
      return 2;
    case Type::int64:
      return 8;
    case Type::int8:
    case Type::uint8:
    case Type::boolean:
      break;
  }
  return 1;
}

std::string to_string(const Shape& shape) { return fmt::format("{}", fmt::join(shape, "x")); }

std::size_t Tensor::elements() const {
  std::size_t product = 1;
  for (const std::int32_t dimension : shape) product *= static_cast<std::size_t>(dimension);
  return product;
}

std::string_view name_of(const Kind& kind) {
  struct Names {
    std::string_view operator()(const Conv2D&) { return "CONV_2D"; }
    std::string_view operator()(const DepthwiseConv2D&) { return "DEPTHWISE_CONV_2D"; }
    std::string_view operator()(const FullyConnected&) { return "FULLY_CONNECTED"; }
    std::string_view operator()(const AveragePool2D&) { return "AVERAGE_POOL_2D"; }
    std::string_view operator()(const Add&) { return "ADD"; }
    std::string_view operator()(const Reshape&) { return "RESHAPE"; }
    std::string_view operator()(const Softmax&) { return "SOFTMAX"; }
    std::string_view operator()(const TransposeConv&) { return "TRANSPOSE_CONV"; }
    std::string_view operator()(const MaxPool2D&) { return "MAX_POOL_2D"; }
    std::string_view operator()(const Sub&) { return "SUB"; }
    std::string_view operator()(const LeakyRelu&) { return "LEAKY_RELU"; }
    std::string_view operator()(const Logistic&) { return "LOGISTIC"; }
    std::string_view operator()(const Tanh&) { return "TANH"; }
    std::string_view operator()(const LogSoftmax&) { return "LOG_SOFTMAX"; }
    std::string_view operator()(const Svdf&) { return "SVDF"; }
    std::string_view operator()(const UnidirectionalSequenceLstm&) {
      return "UNIDIRECTIONAL_SEQUENCE_LSTM";
    }
    std::string_view operator()(const Quantize&) { return "QUANTIZE"; }
    std::string_view operator()(const Dequantize&) { return "DEQUANTIZE"; }
    std::string_view operator()(const Mul&) { return "MUL"; }
    std::string_view operator()(const Div&) { return "DIV"; }
    std::string_view operator()(const Maximum&) { return "MAXIMUM"; }
    std::string_view operator()(const Minimum&) { return "MINIMUM"; }
    std::string_view operator()(const Prelu&) { return "PRELU"; }
    std::string_view operator()(const HardSwish&) { return "HARD_SWISH"; }
    std::string_view operator()(const Abs&) { return "ABS"; }
    std::string_view operator()(const Cast&) { return "CAST"; }
    std::string_view operator()(const Concatenation&) { return "CONCATENATION"; }
    std::string_view operator()(const Split&) { return "SPLIT"; }
    std::string_view operator()(const SpaceToDepth&) { return "SPACE_TO_DEPTH"; }
    std::string_view operator()(const DepthToSpace&) { return "DEPTH_TO_SPACE"; }
    std::string_view operator()(const ResizeBilinear&) { return "RESIZE_BILINEAR"; }
    std::string_view operator()(const ArgMax&) { return "ARG_MAX"; }
    std::string_view operator()(const ArgMin&) { return "ARG_MIN"; }
    std::string_view operator()(const BatchMatMul&) { return "BATCH_MATMUL"; }
    std::string_view operator()(const SquaredDifference&) { return "SQUARED_DIFFERENCE"; }
    std::string_view operator()(const Elu&) { return "ELU"; }
    std::string_view operator()(const Rsqrt&) { return "RSQRT"; }
    std::string_view operator()(const L2Normalization&) { return "L2_NORMALIZATION"; }
    std::string_view operator()(const Pack&) { return "PACK"; }
    std::string_view operator()(const Unpack&) { return "UNPACK"; }
    std::string_view operator()(const SpaceToBatch&) { return "SPACE_TO_BATCH_ND"; }
    std::string_view operator()(const BatchToSpace&) { return "BATCH_TO_SPACE_ND"; }
    std::string_view operator()(const Gather&) { return "GATHER"; }
    std::string_view operator()(const MirrorPad&) { return "MIRROR_PAD"; }
    std::string_view operator()(const Sum&) { return "SUM"; }
    std::string_view operator()(const ReduceMax&) { return "REDUCE_MAX"; }
    std::string_view operator()(const ReduceMin&) { return "REDUCE_MIN"; }
    std::string_view operator()(const Comparison& comparison) {
      switch (comparison.relation) {
        case Relation::not_equal:
          return "NOT_EQUAL";
        case Relation::less:
          return "LESS";
        case Relation::less_equal:
          return "LESS_EQUAL";
        case Relation::greater:
          return "GREATER";
        case Relation::greater_equal:
          return "GREATER_EQUAL";
        case Relation::equal:
          break;
      }
      return "EQUAL";
    }
    std::string_view operator()(const Relu& relu) {
      if (relu.activation == Activation::relu6) return "RELU6";
      return relu.activation == Activation::relu_n1_to_1 ? "RELU_N1_TO_1" : "RELU";
    }
    std::string_view operator()(const TreeEnsemble&) { return "TREE_ENSEMBLE"; }
    std::string_view operator()(const Gru&) { return "GRU"; }
    std::string_view operator()(const Pad&) { return "PAD"; }
    std::string_view operator()(const Transpose&) { return "TRANSPOSE"; }
    std::string_view operator()(const Mean&) { return "MEAN"; }
    std::string_view operator()(const ResizeNearestNeighbor&) { return "RESIZE_NEAREST_NEIGHBOR"; }
    std::string_view operator()(const StridedSlice&) { return "STRIDED_SLICE"; }
  };
  return std::visit(Names{}, kind);
}

std::optional<std::size_t> first_float_operator(const Graph& graph) {
  const auto is_float = [&](TensorIndex index) {
    return index != absent && graph.tensors[static_cast<std::size_t>(index)].type == Type::float32;
  };
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    if (std::ranges::any_of(op.inputs, is_float) || std::ranges::any_of(op.outputs, is_float)) {
      return i;
    }
  }
  return std::nullopt;
}

std::uint64_t macs(const Graph& graph, const Operator& op) {
  const auto tensor = [&](TensorIndex index) -> const Tensor& {
    return graph.tensors[static_cast<std::size_t>(index)];
  };
  const std::uint64_t outputs = tensor(op.outputs[0]).elements();
  // Each output element sums over one filter's taps: all of the weights but their output axis.
  if (std::holds_alternative<Conv2D>(op.kind) || std::holds_alternative<FullyConnected>(op.kind)) {
    const Tensor& weights = tensor(op.inputs[1]);
    return outputs * (weights.elements() / static_cast<std::size_t>(weights.shape[0]));
  }
  // ... or each input element is spread over one.
  if (std::holds_alternative<TransposeConv>(op.kind)) {
    const Tensor& filter = tensor(op.inputs[1]);
    return tensor(op.inputs[0]).elements() *
           (filter.elements() / static_cast<std::size_t>(filter.shape[3]));
  }
  if (std::holds_alternative<DepthwiseConv2D>(op.kind)) {
    const Tensor& filter = tensor(op.inputs[1]);
    return outputs * (filter.elements() / static_cast<std::size_t>(filter.shape[3]));
  }
  // Weights that each row of the input meets once.
  const auto rows_times = [&](std::size_t first, std::size_t last) {
    std::uint64_t weights = 0;
    for (std::size_t i = first; i <= last; ++i) weights += tensor(op.inputs[i]).elements();
    const Shape& input = tensor(op.inputs[0]).shape;
    return weights * (tensor(op.inputs[0]).elements() / static_cast<std::size_t>(input.back()));
  };
  if (const auto* matmul = std::get_if<BatchMatMul>(&op.kind)) {
    const Shape& first = tensor(op.inputs[0]).shape;
    const std::int32_t depth = first[first.size() - (matmul->transpose_first ? 2 : 1)];
    return outputs * static_cast<std::uint64_t>(depth);
  }
  if (std::holds_alternative<Svdf>(op.kind)) return rows_times(1, 2);
  if (std::holds_alternative<UnidirectionalSequenceLstm>(op.kind)) return rows_times(1, 8);
  if (std::holds_alternative<Gru>(op.kind)) return rows_times(1, 2);
  return 0;
}

Shape slice_counts(const StridedSlice& slice) {
  Shape counts;
  for (std::size_t axis = 0; axis < slice.begin.size(); ++axis) {
    const std::int64_t stride = slice.stride[axis];
    const std::int64_t distance = std::int64_t{slice.end[axis]} - slice.begin[axis];
    // Rounded up: a last step may overshoot.
    const std::int64_t count = (distance + stride - (stride > 0 ? 1 : -1)) / stride;
    counts.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(count, 0, most_elements)));
  }
  return counts;
}

std::string quoted(const std::string& name) {
  std::string text = name.substr(0, longest_label);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return fmt::format("'{}{}'", text, name.size() > longest_label ? "..." : "");
}

std::string tensor_label(const Graph& graph, TensorIndex index) {
  if (index >= 0 && static_cast<std::size_t>(index) < graph.tensors.size()) {
    const std::string& name = graph.tensors[static_cast<std::size_t>(index)].name;
    if (!name.empty()) return quoted(name);
  }
  return fmt::format("#{}", index);
}

std::string operator_label(const Graph& graph, std::size_t index) {
  const Operator& op = graph.operators[index];
  if (op.outputs.empty()) return fmt::format("operator {}, {}", index, name_of(op.kind));
  return fmt::format("operator {}, {} {}", index, name_of(op.kind),
                     tensor_label(graph, op.outputs[0]));
}

}  // namespace sengi::model
