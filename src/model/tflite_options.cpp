// SPDX-License-Identifier: Apache-2.0
#include "model/tflite_options.h"

#include <fmt/format.h>

#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;

Result<Padding> padding_of(fb::Padding padding) {
  if (padding == fb::Padding::SAME) return Padding::same;
  if (padding == fb::Padding::VALID) return Padding::valid;
  return Error{fmt::format("padding {} is unknown", static_cast<int>(padding))};
}

Result<Activation> activation_of(fb::ActivationFunctionType type) {
  switch (type) {
    case fb::ActivationFunctionType::NONE:
      return Activation::none;
    case fb::ActivationFunctionType::RELU:
      return Activation::relu;
    case fb::ActivationFunctionType::RELU6:
      return Activation::relu6;
    case fb::ActivationFunctionType::RELU_N1_TO_1:
      return Activation::relu_n1_to_1;
    default:
      return Error{fmt::format(
          "fused activation {} is not supported",
          name_or_number(fb::EnumNameActivationFunctionType(type), static_cast<int>(type)))};
  }
}

Result<Kind> kind_of(const fb::Conv2DOptions& options) {
  SENGI_TRY(padding, padding_of(options.padding()));
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(Conv2D{.padding = padding,
                     .stride_h = options.stride_h(),
                     .stride_w = options.stride_w(),
                     .dilation_h = options.dilation_h_factor(),
                     .dilation_w = options.dilation_w_factor(),
                     .activation = activation});
}

Result<Kind> kind_of(const fb::DepthwiseConv2DOptions& options) {
  SENGI_TRY(padding, padding_of(options.padding()));
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(DepthwiseConv2D{.padding = padding,
                              .stride_h = options.stride_h(),
                              .stride_w = options.stride_w(),
                              .dilation_h = options.dilation_h_factor(),
                              .dilation_w = options.dilation_w_factor(),
                              .depth_multiplier = options.depth_multiplier(),
                              .activation = activation});
}

template <typename Pool>
Result<Kind> pool_of(const fb::Pool2DOptions* options) {
  if (options == nullptr) return Error{"its options are missing"};
  SENGI_TRY(padding, padding_of(options->padding()));
  SENGI_TRY(activation, activation_of(options->fused_activation_function()));
  return Kind(Pool{.padding = padding,
                   .stride_h = options->stride_h(),
                   .stride_w = options->stride_w(),
                   .filter_h = options->filter_height(),
                   .filter_w = options->filter_width(),
                   .activation = activation});
}

Result<Kind> kind_of(const fb::FullyConnectedOptions& options) {
  if (options.weights_format() != fb::FullyConnectedWeightsFormat::DEFAULT) {
    return Error{"shuffled weights are not supported"};
  }
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(FullyConnected{.activation = activation});
}

Result<Kind> kind_of(const fb::AddOptions& options) {
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(Add{.activation = activation});
}

Result<Kind> kind_of(const fb::SubOptions& options) {
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(Sub{.activation = activation});
}

Result<Kind> kind_of(const fb::MulOptions& options) {
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(Mul{.activation = activation});
}

Result<Kind> kind_of(const fb::DivOptions& options) {
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(Div{.activation = activation});
}

Result<Kind> kind_of(const fb::ConcatenationOptions& options) {
  if (options.fused_activation_function() != fb::ActivationFunctionType::NONE) {
    return Error{"a fused activation is not supported"};
  }
  return Kind(Concatenation{.axis = options.axis()});
}

Result<Kind> kind_of(const fb::SpaceToDepthOptions& options) {
  return Kind(SpaceToDepth{.block = options.block_size()});
}

Result<Kind> kind_of(const fb::DepthToSpaceOptions& options) {
  return Kind(DepthToSpace{.block = options.block_size()});
}

Result<Kind> kind_of(const fb::ResizeBilinearOptions& options) {
  return Kind(ResizeBilinear{.align_corners = options.align_corners(),
                             .half_pixel_centers = options.half_pixel_centers()});
}

Result<Kind> kind_of(const fb::BatchMatMulOptions& options) {
  return Kind(BatchMatMul{.transpose_first = options.adj_x(), .transpose_second = options.adj_y()});
}

Result<Kind> kind_of(const fb::TransposeConvOptions& options) {
  SENGI_TRY(padding, padding_of(options.padding()));
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(TransposeConv{.padding = padding,
                            .stride_h = options.stride_h(),
                            .stride_w = options.stride_w(),
                            .activation = activation});
}

template <typename Reduction>
Result<Kind> reduction_of(const fb::ReducerOptions* options) {
  if (options == nullptr) return Error{"its options are missing"};
  return Kind(Reduction{.axes = {}, .keeps_axes = options->keep_dims()});
}

Result<Kind> kind_of(const fb::GatherOptions& options) {
  return Kind(Gather{.axis = options.axis(), .batch_axes = options.batch_dims()});
}

Result<Kind> kind_of(const fb::PackOptions& options) { return Kind(Pack{.axis = options.axis()}); }

Result<Kind> kind_of(const fb::UnpackOptions& options) {
  return Kind(Unpack{.axis = options.axis()});
}

Result<Kind> kind_of(const fb::L2NormOptions& options) {
  if (options.fused_activation_function() != fb::ActivationFunctionType::NONE) {
    return Error{"a fused activation is not supported"};
  }
  return Kind(L2Normalization{});
}

Result<Kind> kind_of(const fb::MirrorPadOptions& options) {
  if (options.mode() == fb::MirrorPadMode::REFLECT) return Kind(MirrorPad{});
  if (options.mode() == fb::MirrorPadMode::SYMMETRIC) {
    return Kind(MirrorPad{.before = {}, .after = {}, .repeats_border = true});
  }
  return Error{fmt::format("mode {} is unknown", static_cast<int>(options.mode()))};
}

Result<Kind> kind_of(const fb::ResizeNearestNeighborOptions& options) {
  return Kind(ResizeNearestNeighbor{.align_corners = options.align_corners(),
                                    .half_pixel_centers = options.half_pixel_centers()});
}

Result<Kind> kind_of(const fb::SVDFOptions& options) {
  SENGI_TRY(activation, activation_of(options.fused_activation_function()));
  return Kind(Svdf{.rank = options.rank(), .activation = activation});
}

Result<Kind> kind_of(const fb::UnidirectionalSequenceLSTMOptions& options) {
  if (options.fused_activation_function() != fb::ActivationFunctionType::TANH) {
    return Error{"an activation other than TANH is not supported"};
  }
  if (options.proj_clip() != 0) return Error{"a projection is not supported"};
  return Kind(UnidirectionalSequenceLstm{.cell_clip = options.cell_clip(),
                                         .time_major = options.time_major()});
}

Result<Kind> kind_of(const fb::LeakyReluOptions& options) {
  return Kind(LeakyRelu{.alpha = options.alpha()});
}

Result<Kind> kind_of(const fb::SoftmaxOptions& options) {
  return Kind(Softmax{.beta = options.beta()});
}

// The options of an operator that needs some; they may be of another operator's type in the file.
template <typename Options>
Result<Kind> kind_from(const Options* options) {
  if (options == nullptr) return Error{"its options are missing"};
  return kind_of(*options);
}

}  // namespace

std::string name_or_number(const char* name, int number) {
  return *name != '\0' ? std::string(name) : fmt::format("number {}", number);
}

Result<Kind> read_custom(std::string_view code, std::int32_t version, const tflite::Operator& op) {
  const bool is_gru = code == gru_code;
  if (!is_gru && code != tree_ensemble_code) {
    return Error{"not supported; convert the model without it"};
  }
  if (version != 1) return Error{fmt::format("is of version {}; 1 is supported", version)};
  if (op.custom_options() != nullptr && op.custom_options()->size() != 0) {
    return Error{
        fmt::format("has {} bytes of options; version 1 has none", op.custom_options()->size())};
  }
  return is_gru ? Kind(Gru{}) : Kind(TreeEnsemble{});
}

Result<Kind> read_options(tflite::BuiltinOperator builtin, const tflite::Operator& op) {
  switch (builtin) {
    case fb::BuiltinOperator::CONV_2D:
      return kind_from(op.builtin_options_as_Conv2DOptions());
    case fb::BuiltinOperator::DEPTHWISE_CONV_2D:
      return kind_from(op.builtin_options_as_DepthwiseConv2DOptions());
    case fb::BuiltinOperator::AVERAGE_POOL_2D:
      return pool_of<AveragePool2D>(op.builtin_options_as_Pool2DOptions());
    case fb::BuiltinOperator::MAX_POOL_2D:
      return pool_of<MaxPool2D>(op.builtin_options_as_Pool2DOptions());
    case fb::BuiltinOperator::SOFTMAX:
      return kind_from(op.builtin_options_as_SoftmaxOptions());
    case fb::BuiltinOperator::FULLY_CONNECTED:
      return kind_from(op.builtin_options_as_FullyConnectedOptions());
    case fb::BuiltinOperator::ADD:
      return kind_from(op.builtin_options_as_AddOptions());
    case fb::BuiltinOperator::SUB:
      return kind_from(op.builtin_options_as_SubOptions());
    case fb::BuiltinOperator::TRANSPOSE_CONV:
      return kind_from(op.builtin_options_as_TransposeConvOptions());
    case fb::BuiltinOperator::LEAKY_RELU:
      return kind_from(op.builtin_options_as_LeakyReluOptions());
    case fb::BuiltinOperator::MUL:
      return kind_from(op.builtin_options_as_MulOptions());
    case fb::BuiltinOperator::DIV:
      return kind_from(op.builtin_options_as_DivOptions());
    case fb::BuiltinOperator::MAXIMUM:
      return Kind(Maximum{});
    case fb::BuiltinOperator::MINIMUM:
      return Kind(Minimum{});
    case fb::BuiltinOperator::PRELU:
      return Kind(Prelu{});
    case fb::BuiltinOperator::RELU:
      return Kind(Relu{.activation = Activation::relu});
    case fb::BuiltinOperator::RELU6:
      return Kind(Relu{.activation = Activation::relu6});
    case fb::BuiltinOperator::RELU_N1_TO_1:
      return Kind(Relu{.activation = Activation::relu_n1_to_1});
    case fb::BuiltinOperator::HARD_SWISH:
      return Kind(HardSwish{});
    case fb::BuiltinOperator::ABS:
      return Kind(Abs{});
    case fb::BuiltinOperator::CAST:
      return Kind(Cast{});
    case fb::BuiltinOperator::CONCATENATION:
      return kind_from(op.builtin_options_as_ConcatenationOptions());
    case fb::BuiltinOperator::SPACE_TO_DEPTH:
      return kind_from(op.builtin_options_as_SpaceToDepthOptions());
    case fb::BuiltinOperator::DEPTH_TO_SPACE:
      return kind_from(op.builtin_options_as_DepthToSpaceOptions());
    case fb::BuiltinOperator::RESIZE_BILINEAR:
      return kind_from(op.builtin_options_as_ResizeBilinearOptions());
    case fb::BuiltinOperator::BATCH_MATMUL:
      return kind_from(op.builtin_options_as_BatchMatMulOptions());
    case fb::BuiltinOperator::LOGISTIC:
      return Kind(Logistic{});
    case fb::BuiltinOperator::TANH:
      return Kind(Tanh{});
    case fb::BuiltinOperator::LOG_SOFTMAX:
      return Kind(LogSoftmax{});
    case fb::BuiltinOperator::DEQUANTIZE:
      return Kind(Dequantize{});
    case fb::BuiltinOperator::MEAN:
      return reduction_of<Mean>(op.builtin_options_as_ReducerOptions());
    case fb::BuiltinOperator::SUM:
      return reduction_of<Sum>(op.builtin_options_as_ReducerOptions());
    case fb::BuiltinOperator::REDUCE_MAX:
      return reduction_of<ReduceMax>(op.builtin_options_as_ReducerOptions());
    case fb::BuiltinOperator::REDUCE_MIN:
      return reduction_of<ReduceMin>(op.builtin_options_as_ReducerOptions());
    case fb::BuiltinOperator::SQUARED_DIFFERENCE:
      return Kind(SquaredDifference{});
    case fb::BuiltinOperator::EQUAL:
      return Kind(Comparison{Relation::equal});
    case fb::BuiltinOperator::NOT_EQUAL:
      return Kind(Comparison{Relation::not_equal});
    case fb::BuiltinOperator::LESS:
      return Kind(Comparison{Relation::less});
    case fb::BuiltinOperator::LESS_EQUAL:
      return Kind(Comparison{Relation::less_equal});
    case fb::BuiltinOperator::GREATER:
      return Kind(Comparison{Relation::greater});
    case fb::BuiltinOperator::GREATER_EQUAL:
      return Kind(Comparison{Relation::greater_equal});
    case fb::BuiltinOperator::ELU:
      return Kind(Elu{});
    case fb::BuiltinOperator::RSQRT:
      return Kind(Rsqrt{});
    case fb::BuiltinOperator::L2_NORMALIZATION:
      return kind_from(op.builtin_options_as_L2NormOptions());
    case fb::BuiltinOperator::GATHER:
      return kind_from(op.builtin_options_as_GatherOptions());
    case fb::BuiltinOperator::PACK:
      return kind_from(op.builtin_options_as_PackOptions());
    case fb::BuiltinOperator::UNPACK:
      return kind_from(op.builtin_options_as_UnpackOptions());
    case fb::BuiltinOperator::MIRROR_PAD:
      return kind_from(op.builtin_options_as_MirrorPadOptions());
    case fb::BuiltinOperator::RESIZE_NEAREST_NEIGHBOR:
      return kind_from(op.builtin_options_as_ResizeNearestNeighborOptions());
    case fb::BuiltinOperator::SVDF:
      return kind_from(op.builtin_options_as_SVDFOptions());
    case fb::BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM:
      return kind_from(op.builtin_options_as_UnidirectionalSequenceLSTMOptions());
    case fb::BuiltinOperator::QUANTIZE:
      return Kind(Quantize{});
    // What remains to be known of these stands in tensors: see settle().
    case fb::BuiltinOperator::RESHAPE:
    case fb::BuiltinOperator::SQUEEZE:
    case fb::BuiltinOperator::EXPAND_DIMS:
      return Kind(Reshape{});
    case fb::BuiltinOperator::PAD:
    case fb::BuiltinOperator::PADV2:
      return Kind(Pad{});
    case fb::BuiltinOperator::TRANSPOSE:
      return Kind(Transpose{});
    case fb::BuiltinOperator::SPLIT:
    case fb::BuiltinOperator::SPLIT_V:
      return Kind(Split{});
    case fb::BuiltinOperator::ARG_MAX:
      return Kind(ArgMax{});
    case fb::BuiltinOperator::ARG_MIN:
      return Kind(ArgMin{});
    case fb::BuiltinOperator::STRIDED_SLICE:
    case fb::BuiltinOperator::SLICE:
      return Kind(StridedSlice{});
    case fb::BuiltinOperator::SPACE_TO_BATCH_ND:
      return Kind(SpaceToBatch{});
    case fb::BuiltinOperator::BATCH_TO_SPACE_ND:
      return Kind(BatchToSpace{});
    default:
      return Error{"not supported; convert the model without it"};
  }
}

}  // namespace sengi::model
