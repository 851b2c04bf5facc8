// SPDX-License-Identifier: Apache-2.0
#include "model/tflite_write_options.h"

#include <algorithm>

#include "model/tflite_options.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;
using fb::BuiltinOperator;
using fb::BuiltinOptions;

fb::Padding padding_of(Padding padding) {
  return padding == Padding::same ? fb::Padding::SAME : fb::Padding::VALID;
}

fb::ActivationFunctionType activation_of(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return fb::ActivationFunctionType::RELU;
    case Activation::relu6:
      return fb::ActivationFunctionType::RELU6;
    case Activation::relu_n1_to_1:
      return fb::ActivationFunctionType::RELU_N1_TO_1;
    case Activation::none:
      break;
  }
  return fb::ActivationFunctionType::NONE;
}

struct Text {
  flatbuffers::FlatBufferBuilder& builder;
  const Graph& graph;
  const Operator& op;

  const Tensor& tensor(TensorIndex i) const { return graph.tensors[static_cast<std::size_t>(i)]; }
  const Tensor& input(std::size_t i) const { return tensor(op.inputs[i]); }
  const Tensor& output() const { return tensor(op.outputs[0]); }
  // The version of the first definition with the output's type.
  std::int32_t by_type(std::int32_t float32, std::int32_t int8, std::int32_t int16) const {
    if (output().type == Type::int16) return int16;
    return output().type == Type::int8 ? int8 : float32;
  }

  OperatorText say(const Conv2D& conv) const {
    const auto options =
        fb::CreateConv2DOptions(builder, padding_of(conv.padding), conv.stride_w, conv.stride_h,
                                activation_of(conv.activation), conv.dilation_w, conv.dilation_h);
    return {BuiltinOperator::CONV_2D, by_type(1, 3, 4), BuiltinOptions::Conv2DOptions,
            options.Union()};
  }

  OperatorText say(const DepthwiseConv2D& conv) const {
    const bool dilated = conv.dilation_h != 1 || conv.dilation_w != 1;
    const auto options = fb::CreateDepthwiseConv2DOptions(
        builder, padding_of(conv.padding), conv.stride_w, conv.stride_h, conv.depth_multiplier,
        activation_of(conv.activation), conv.dilation_w, conv.dilation_h);
    return {BuiltinOperator::DEPTHWISE_CONV_2D, by_type(dilated ? 2 : 1, 3, 5),
            BuiltinOptions::DepthwiseConv2DOptions, options.Union()};
  }

  OperatorText say(const TransposeConv& conv) const {
    const bool biased = op.inputs.size() == 4;
    const auto options =
        fb::CreateTransposeConvOptions(builder, padding_of(conv.padding), conv.stride_w,
                                       conv.stride_h, activation_of(conv.activation));
    const std::int32_t version = conv.activation != Activation::none ? 4 : (biased ? 3 : 1);
    return {BuiltinOperator::TRANSPOSE_CONV, std::max(version, by_type(1, 2, 2)),
            BuiltinOptions::TransposeConvOptions, options.Union()};
  }

  // [rows, outputs] unless told to keep the input's leading axes.
  OperatorText say(const FullyConnected& dense) const {
    const bool keeps_axes = output().shape.size() != 2;
    const auto options =
        fb::CreateFullyConnectedOptions(builder, activation_of(dense.activation),
                                        fb::FullyConnectedWeightsFormat::DEFAULT, keeps_axes);
    std::int32_t version = by_type(1, 4, 7);
    if (keeps_axes) version = std::max(version, 5);
    if (op.inputs.size() == 2) version = std::max(version, 6);
    return {BuiltinOperator::FULLY_CONNECTED, version, BuiltinOptions::FullyConnectedOptions,
            options.Union()};
  }

  template <typename Pool>
  flatbuffers::Offset<void> pool_options(const Pool& pool) const {
    return fb::CreatePool2DOptions(builder, padding_of(pool.padding), pool.stride_w, pool.stride_h,
                                   pool.filter_w, pool.filter_h, activation_of(pool.activation))
        .Union();
  }
  OperatorText say(const AveragePool2D& pool) const {
    return {BuiltinOperator::AVERAGE_POOL_2D, by_type(1, 2, 3), BuiltinOptions::Pool2DOptions,
            pool_options(pool)};
  }

  OperatorText say(const MaxPool2D& pool) const {
    return {BuiltinOperator::MAX_POOL_2D, by_type(1, 2, 3), BuiltinOptions::Pool2DOptions,
            pool_options(pool)};
  }

  OperatorText say(const Add& add) const {
    return {BuiltinOperator::ADD, by_type(1, 2, 2), BuiltinOptions::AddOptions,
            fb::CreateAddOptions(builder, activation_of(add.activation)).Union()};
  }
  OperatorText say(const Sub& sub) const {
    return {BuiltinOperator::SUB, by_type(1, 2, 2), BuiltinOptions::SubOptions,
            fb::CreateSubOptions(builder, activation_of(sub.activation)).Union()};
  }
  OperatorText say(const LeakyRelu& leaky) const {
    return {BuiltinOperator::LEAKY_RELU, by_type(1, 2, 2), BuiltinOptions::LeakyReluOptions,
            fb::CreateLeakyReluOptions(builder, leaky.alpha).Union()};
  }
  OperatorText say(const Quantize&) const {
    return {BuiltinOperator::QUANTIZE, by_type(1, 1, 2), BuiltinOptions::QuantizeOptions,
            fb::CreateQuantizeOptions(builder).Union()};
  }
  OperatorText say(const Dequantize&) const {
    const Type type = input(0).type;
    const std::int32_t version = type == Type::int16 ? 3 : (type == Type::int8 ? 2 : 1);
    return {BuiltinOperator::DEQUANTIZE, version, BuiltinOptions::DequantizeOptions,
            fb::CreateDequantizeOptions(builder).Union()};
  }
  OperatorText say(const Logistic&) const {
    return {BuiltinOperator::LOGISTIC, by_type(1, 2, 3), BuiltinOptions::NONE, 0};
  }
  OperatorText say(const Tanh&) const {
    return {BuiltinOperator::TANH, by_type(1, 2, 3), BuiltinOptions::NONE, 0};
  }
  OperatorText say(const Svdf& svdf) const {
    return {BuiltinOperator::SVDF, by_type(1, 3, 3), BuiltinOptions::SVDFOptions,
            fb::CreateSVDFOptions(builder, svdf.rank, activation_of(svdf.activation)).Union()};
  }
  OperatorText say(const UnidirectionalSequenceLstm& lstm) const {
    return {BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM, 1,
            BuiltinOptions::UnidirectionalSequenceLSTMOptions,
            fb::CreateUnidirectionalSequenceLSTMOptions(builder, fb::ActivationFunctionType::TANH,
                                                        lstm.cell_clip, 0, lstm.time_major)
                .Union()};
  }
  OperatorText say(const LogSoftmax&) const {
    return {BuiltinOperator::LOG_SOFTMAX, by_type(1, 2, 2), BuiltinOptions::LogSoftmaxOptions,
            fb::CreateLogSoftmaxOptions(builder).Union()};
  }
  OperatorText say(const TreeEnsemble&) const {
    return {BuiltinOperator::CUSTOM, 1, BuiltinOptions::NONE, 0, tree_ensemble_code};
  }
  OperatorText say(const Gru&) const {
    return {BuiltinOperator::CUSTOM, 1, BuiltinOptions::NONE, 0, gru_code};
  }
  OperatorText say_reduction(BuiltinOperator builtin, bool keeps_axes) const {
    return {builtin, by_type(1, 2, 3), BuiltinOptions::ReducerOptions,
            fb::CreateReducerOptions(builder, keeps_axes).Union()};
  }
  OperatorText say(const Mean& mean) const {
    return say_reduction(BuiltinOperator::MEAN, mean.keeps_axes);
  }
  OperatorText say(const Sum& sum) const {
    return say_reduction(BuiltinOperator::SUM, sum.keeps_axes);
  }
  OperatorText say(const ReduceMax& most) const {
    return say_reduction(BuiltinOperator::REDUCE_MAX, most.keeps_axes);
  }
  OperatorText say(const ReduceMin& least) const {
    return say_reduction(BuiltinOperator::REDUCE_MIN, least.keeps_axes);
  }
  OperatorText say(const SquaredDifference&) const {
    return {BuiltinOperator::SQUARED_DIFFERENCE, by_type(1, 2, 2),
            BuiltinOptions::SquaredDifferenceOptions,
            fb::CreateSquaredDifferenceOptions(builder).Union()};
  }
  OperatorText say(const Comparison& comparison) const {
    const std::int32_t version = input(0).type == Type::int8 ? 2 : 1;
    switch (comparison.relation) {
      case Relation::not_equal:
        return {BuiltinOperator::NOT_EQUAL, version, BuiltinOptions::NotEqualOptions,
                fb::CreateNotEqualOptions(builder).Union()};
      case Relation::less:
        return {BuiltinOperator::LESS, version, BuiltinOptions::LessOptions,
                fb::CreateLessOptions(builder).Union()};
      case Relation::less_equal:
        return {BuiltinOperator::LESS_EQUAL, version, BuiltinOptions::LessEqualOptions,
                fb::CreateLessEqualOptions(builder).Union()};
      case Relation::greater:
        return {BuiltinOperator::GREATER, version, BuiltinOptions::GreaterOptions,
                fb::CreateGreaterOptions(builder).Union()};
      case Relation::greater_equal:
        return {BuiltinOperator::GREATER_EQUAL, version, BuiltinOptions::GreaterEqualOptions,
                fb::CreateGreaterEqualOptions(builder).Union()};
      case Relation::equal:
        break;
    }
    return {BuiltinOperator::EQUAL, version, BuiltinOptions::EqualOptions,
            fb::CreateEqualOptions(builder).Union()};
  }
  OperatorText say(const Elu&) const { return {BuiltinOperator::ELU, 1, {}, 0}; }
  OperatorText say(const Rsqrt&) const { return {BuiltinOperator::RSQRT, by_type(1, 2, 3), {}, 0}; }
  OperatorText say(const L2Normalization&) const {
    return {BuiltinOperator::L2_NORMALIZATION, by_type(1, 2, 2), BuiltinOptions::L2NormOptions,
            fb::CreateL2NormOptions(builder).Union()};
  }
  OperatorText say(const Pack& pack) const {
    const auto values = static_cast<std::int32_t>(op.inputs.size());
    return {BuiltinOperator::PACK, by_type(1, 2, 3), BuiltinOptions::PackOptions,
            fb::CreatePackOptions(builder, values, pack.axis).Union()};
  }
  OperatorText say(const Unpack& unpack) const {
    const auto values = static_cast<std::int32_t>(op.outputs.size());
    return {BuiltinOperator::UNPACK, by_type(1, 2, 4), BuiltinOptions::UnpackOptions,
            fb::CreateUnpackOptions(builder, values, unpack.axis).Union()};
  }
  OperatorText say(const SpaceToBatch&) const {
    return {BuiltinOperator::SPACE_TO_BATCH_ND, by_type(1, 2, 4),
            BuiltinOptions::SpaceToBatchNDOptions,
            fb::CreateSpaceToBatchNDOptions(builder).Union()};
  }
  OperatorText say(const BatchToSpace&) const {
    return {BuiltinOperator::BATCH_TO_SPACE_ND, by_type(1, 2, 4),
            BuiltinOptions::BatchToSpaceNDOptions,
            fb::CreateBatchToSpaceNDOptions(builder).Union()};
  }
  OperatorText say(const Gather& gather) const {
    const std::int32_t version = gather.batch_axes != 0 ? 5 : 1;
    return {BuiltinOperator::GATHER, std::max(version, by_type(1, 2, 4)),
            BuiltinOptions::GatherOptions,
            fb::CreateGatherOptions(builder, gather.axis, gather.batch_axes).Union()};
  }
  OperatorText say(const MirrorPad& pad) const {
    const auto mode =
        pad.repeats_border ? fb::MirrorPadMode::SYMMETRIC : fb::MirrorPadMode::REFLECT;
    return {BuiltinOperator::MIRROR_PAD, by_type(1, 2, 3), BuiltinOptions::MirrorPadOptions,
            fb::CreateMirrorPadOptions(builder, mode).Union()};
  }
  OperatorText say(const ResizeNearestNeighbor& resize) const {
    const std::int32_t version = resize.align_corners || resize.half_pixel_centers ? 3 : 1;
    return {BuiltinOperator::RESIZE_NEAREST_NEIGHBOR, std::max(version, by_type(1, 2, 4)),
            BuiltinOptions::ResizeNearestNeighborOptions,
            fb::CreateResizeNearestNeighborOptions(builder, resize.align_corners,
                                                   resize.half_pixel_centers)
                .Union()};
  }
  OperatorText say(const Transpose&) const {
    return {BuiltinOperator::TRANSPOSE, by_type(1, 2, 4), BuiltinOptions::TransposeOptions,
            fb::CreateTransposeOptions(builder).Union()};
  }
  OperatorText say(const Mul& mul) const {
    return {BuiltinOperator::MUL, by_type(1, 2, 4), BuiltinOptions::MulOptions,
            fb::CreateMulOptions(builder, activation_of(mul.activation)).Union()};
  }
  OperatorText say(const Div& div) const {
    return {BuiltinOperator::DIV, by_type(1, 2, 2), BuiltinOptions::DivOptions,
            fb::CreateDivOptions(builder, activation_of(div.activation)).Union()};
  }
  OperatorText say(const Maximum&) const {
    return {BuiltinOperator::MAXIMUM, by_type(1, 2, 4), BuiltinOptions::MaximumMinimumOptions,
            fb::CreateMaximumMinimumOptions(builder).Union()};
  }
  OperatorText say(const Minimum&) const {
    return {BuiltinOperator::MINIMUM, by_type(1, 2, 4), BuiltinOptions::MaximumMinimumOptions,
            fb::CreateMaximumMinimumOptions(builder).Union()};
  }
  OperatorText say(const Prelu&) const { return {BuiltinOperator::PRELU, 1, {}, 0}; }
  OperatorText say(const Relu& relu) const {
    switch (relu.activation) {
      case Activation::relu6:
        return {BuiltinOperator::RELU6, by_type(1, 2, 3), {}, 0};
      case Activation::relu_n1_to_1:
        return {BuiltinOperator::RELU_N1_TO_1, 1, {}, 0};
      default:
        return {BuiltinOperator::RELU, by_type(1, 2, 3), {}, 0};
    }
  }
  OperatorText say(const HardSwish&) const {
    return {BuiltinOperator::HARD_SWISH, 1, BuiltinOptions::HardSwishOptions,
            fb::CreateHardSwishOptions(builder).Union()};
  }
  OperatorText say(const Abs&) const {
    return {BuiltinOperator::ABS, by_type(1, 2, 3), BuiltinOptions::AbsOptions,
            fb::CreateAbsOptions(builder).Union()};
  }
  OperatorText say(const Cast&) const {
    return {
        BuiltinOperator::CAST, 1, BuiltinOptions::CastOptions,
        fb::CreateCastOptions(builder, file_type(input(0).type), file_type(output().type)).Union()};
  }
  OperatorText say(const Concatenation& concatenation) const {
    return {BuiltinOperator::CONCATENATION, by_type(1, 2, 3), BuiltinOptions::ConcatenationOptions,
            fb::CreateConcatenationOptions(builder, concatenation.axis).Union()};
  }
  OperatorText say(const Split&) const {
    const auto parts = static_cast<std::int32_t>(op.outputs.size());
    return {BuiltinOperator::SPLIT_V, by_type(1, 2, 2), BuiltinOptions::SplitVOptions,
            fb::CreateSplitVOptions(builder, parts).Union()};
  }
  OperatorText say(const SpaceToDepth& blocks) const {
    return {BuiltinOperator::SPACE_TO_DEPTH, by_type(1, 2, 2), BuiltinOptions::SpaceToDepthOptions,
            fb::CreateSpaceToDepthOptions(builder, blocks.block).Union()};
  }
  OperatorText say(const DepthToSpace& blocks) const {
    return {BuiltinOperator::DEPTH_TO_SPACE, by_type(1, 2, 2), BuiltinOptions::DepthToSpaceOptions,
            fb::CreateDepthToSpaceOptions(builder, blocks.block).Union()};
  }
  OperatorText say(const ResizeBilinear& resize) const {
    const std::int32_t version = resize.half_pixel_centers ? 3 : 1;
    return {
        BuiltinOperator::RESIZE_BILINEAR, std::max(version, by_type(1, 2, 4)),
        BuiltinOptions::ResizeBilinearOptions,
        fb::CreateResizeBilinearOptions(builder, resize.align_corners, resize.half_pixel_centers)
            .Union()};
  }
  OperatorText say(const ArgMax&) const {
    return {BuiltinOperator::ARG_MAX, input(0).type == Type::int8 ? 2 : 1,
            BuiltinOptions::ArgMaxOptions,
            fb::CreateArgMaxOptions(builder, file_type(output().type)).Union()};
  }
  OperatorText say(const ArgMin&) const {
    return {BuiltinOperator::ARG_MIN, input(0).type == Type::int8 ? 2 : 1,
            BuiltinOptions::ArgMinOptions,
            fb::CreateArgMinOptions(builder, file_type(output().type)).Union()};
  }
  OperatorText say(const BatchMatMul& matmul) const {
    return {BuiltinOperator::BATCH_MATMUL, by_type(1, 2, 3), BuiltinOptions::BatchMatMulOptions,
            fb::CreateBatchMatMulOptions(builder, matmul.transpose_first, matmul.transpose_second)
                .Union()};
  }
  OperatorText say(const Softmax& softmax) const {
    return {BuiltinOperator::SOFTMAX, by_type(1, 2, 3), BuiltinOptions::SoftmaxOptions,
            fb::CreateSoftmaxOptions(builder, softmax.beta).Union()};
  }

  OperatorText say(const Reshape&) const {
    const auto shape = builder.CreateVector(output().shape);
    return {BuiltinOperator::RESHAPE, 1, BuiltinOptions::ReshapeOptions,
            fb::CreateReshapeOptions(builder, shape).Union()};
  }
  OperatorText say(const Pad&) const {
    if (op.inputs.size() == 3) {
      return {BuiltinOperator::PADV2, by_type(1, 2, 2), BuiltinOptions::PadV2Options,
              fb::CreatePadV2Options(builder).Union()};
    }
    return {BuiltinOperator::PAD, by_type(1, 2, 2), BuiltinOptions::PadOptions,
            fb::CreatePadOptions(builder).Union()};
  }
  OperatorText say(const StridedSlice& slice) const {
    std::int32_t end_mask = 0;
    std::int32_t dropped = 0;
    for (std::size_t axis = 0; axis < slice.end.size(); ++axis) {
      // An end before the first element cannot be written as an index: -1 is the last element.
      if (slice.end[axis] < 0) end_mask |= 1 << axis;
      if (slice.dropped[axis]) dropped |= 1 << axis;
    }
    return {BuiltinOperator::STRIDED_SLICE, by_type(1, 2, 4), BuiltinOptions::StridedSliceOptions,
            fb::CreateStridedSliceOptions(builder, 0, end_mask, 0, 0, dropped).Union()};
  }
};

}  // namespace

tflite::TensorType file_type(Type type) {
  switch (type) {
    case Type::float32:
      return tflite::TensorType::FLOAT32;
    case Type::int16:
      return tflite::TensorType::INT16;
    case Type::int32:
      return tflite::TensorType::INT32;
    case Type::uint8:
      return tflite::TensorType::UINT8;
    case Type::int64:
      return tflite::TensorType::INT64;
    case Type::boolean:
      return tflite::TensorType::BOOL;
    case Type::int8:
      break;
  }
  return tflite::TensorType::INT8;
}

OperatorText write_options(flatbuffers::FlatBufferBuilder& builder, const Graph& graph,
                           const Operator& op) {
  const Text text{.builder = builder, .graph = graph, .op = op};
  return std::visit([&](const auto& kind) { return text.say(kind); }, op.kind);
}

}  // namespace sengi::model
