// SPDX-License-Identifier: Apache-2.0
#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "model/tflite.h"
#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;
using flatbuffers::Offset;

constexpr std::uint32_t schema_version = 3;
constexpr std::size_t data_alignment = 16;

fb::TensorType type_of(Type type) {
  switch (type) {
    case Type::float32:
      return fb::TensorType::FLOAT32;
    case Type::int16:
      return fb::TensorType::INT16;
    case Type::int32:
      return fb::TensorType::INT32;
    case Type::uint8:
      return fb::TensorType::UINT8;
    case Type::int64:
      return fb::TensorType::INT64;
    case Type::boolean:
      return fb::TensorType::BOOL;
    case Type::int8:
      break;
  }
  return fb::TensorType::INT8;
}

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

// What stands in an operator code: the kind, and the lowest version of its definition that covers
// this use of it, by which older runtimes know whether they can run it.
struct Code {
  fb::BuiltinOperator builtin;
  std::int32_t version;
  bool operator==(const Code&) const = default;
};

struct Options {
  fb::BuiltinOptions type;
  Offset<void> offset;
};

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph) {}

  std::vector<std::byte> write() {
    const auto buffers = write_buffers();
    const auto tensors = write_tensors();
    const auto operators = write_operators();
    const auto codes = write_codes();
    const auto inputs = builder_.CreateVector(graph_.inputs);
    const auto outputs = builder_.CreateVector(graph_.outputs);
    const auto name = builder_.CreateString(graph_.name);
    const auto subgraph = fb::CreateSubGraph(builder_, tensors, inputs, outputs, operators, name);
    const auto subgraphs = builder_.CreateVector(&subgraph, 1);
    const auto description = builder_.CreateString("written by Sengi");
    fb::FinishModelBuffer(builder_, fb::CreateModel(builder_, schema_version, codes, subgraphs,
                                                    description, buffers));
    std::vector<std::byte> bytes(builder_.GetSize());
    std::memcpy(bytes.data(), builder_.GetBufferPointer(), bytes.size());
    return bytes;
  }

 private:
  using Buffers = Offset<flatbuffers::Vector<Offset<fb::Buffer>>>;
  using Tensors = Offset<flatbuffers::Vector<Offset<fb::Tensor>>>;
  using Operators = Offset<flatbuffers::Vector<Offset<fb::Operator>>>;
  using Codes = Offset<flatbuffers::Vector<Offset<fb::OperatorCode>>>;

  const Tensor& tensor(TensorIndex i) const { return graph_.tensors[static_cast<std::size_t>(i)]; }

  // Buffer 0 is empty, for every tensor that is computed; constants follow in tensor order.
  Buffers write_buffers() {
    std::vector<Offset<fb::Buffer>> buffers{fb::CreateBuffer(builder_)};
    for (const Tensor& tensor : graph_.tensors) {
      if (!tensor.constant()) continue;
      builder_.ForceVectorAlignment(tensor.data.size(), 1, data_alignment);
      const auto data = builder_.CreateVector(
          reinterpret_cast<const std::uint8_t*>(tensor.data.data()), tensor.data.size());
      buffers.push_back(fb::CreateBuffer(builder_, data));
    }
    return builder_.CreateVector(buffers);
  }

  Offset<fb::QuantizationParameters> write_quantization(const Quantization& quantization) {
    if (quantization.empty()) return 0;
    const auto scale = builder_.CreateVector(quantization.scale);
    const std::vector<std::int64_t> zero_points(quantization.zero_point.begin(),
                                                quantization.zero_point.end());
    const auto zero_point = builder_.CreateVector(zero_points);
    return fb::CreateQuantizationParameters(builder_, scale, zero_point, 0, quantization.axis);
  }

  Tensors write_tensors() {
    std::vector<Offset<fb::Tensor>> tensors;
    std::uint32_t next_buffer = 1;
    for (const Tensor& tensor : graph_.tensors) {
      const auto shape = builder_.CreateVector(tensor.shape);
      const auto name = builder_.CreateString(tensor.name);
      const auto quantization = write_quantization(tensor.quantization);
      tensors.push_back(fb::CreateTensor(builder_, shape, type_of(tensor.type),
                                         tensor.constant() ? next_buffer++ : 0, name,
                                         quantization));
    }
    return builder_.CreateVector(tensors);
  }

  Operators write_operators() {
    std::vector<Offset<fb::Operator>> operators;
    for (const Operator& op : graph_.operators) {
      const bool int8 = tensor(op.outputs[0]).type == Type::int8;
      const std::uint32_t code =
          std::visit([&](const auto& kind) { return index_of(code_of(kind, op, int8)); }, op.kind);
      const Options options =
          std::visit([&](const auto& kind) { return write_options(kind, op); }, op.kind);
      const auto inputs = builder_.CreateVector(op.inputs);
      const auto outputs = builder_.CreateVector(op.outputs);
      operators.push_back(
          fb::CreateOperator(builder_, code, inputs, outputs, options.type, options.offset));
    }
    return builder_.CreateVector(operators);
  }

  Codes write_codes() {
    std::vector<Offset<fb::OperatorCode>> codes;
    for (const Code& code : codes_) {
      codes.push_back(fb::CreateOperatorCode(builder_, static_cast<std::int8_t>(code.builtin), 0,
                                             code.version, code.builtin));
    }
    return builder_.CreateVector(codes);
  }

  std::uint32_t index_of(const Code& code) {
    const auto found = std::ranges::find(codes_, code);
    const auto index = static_cast<std::uint32_t>(found - codes_.begin());
    if (found == codes_.end()) codes_.push_back(code);
    return index;
  }

  // ---- operator codes

  static Code code_of(const Conv2D&, const Operator&, bool int8) {
    return {fb::BuiltinOperator::CONV_2D, int8 ? 3 : 1};
  }
  static Code code_of(const DepthwiseConv2D& conv, const Operator&, bool int8) {
    const bool dilated = conv.dilation_h != 1 || conv.dilation_w != 1;
    return {fb::BuiltinOperator::DEPTHWISE_CONV_2D, int8 ? 3 : (dilated ? 2 : 1)};
  }
  Code code_of(const FullyConnected&, const Operator& op, bool int8) const {
    if (op.inputs.size() == 2) return {fb::BuiltinOperator::FULLY_CONNECTED, 6};
    if (keeps_axes(op)) return {fb::BuiltinOperator::FULLY_CONNECTED, 5};
    return {fb::BuiltinOperator::FULLY_CONNECTED, int8 ? 4 : 1};
  }
  static Code code_of(const AveragePool2D&, const Operator&, bool int8) {
    return {fb::BuiltinOperator::AVERAGE_POOL_2D, int8 ? 2 : 1};
  }
  static Code code_of(const Add&, const Operator&, bool int8) {
    return {fb::BuiltinOperator::ADD, int8 ? 2 : 1};
  }
  static Code code_of(const Reshape&, const Operator&, bool) {
    return {fb::BuiltinOperator::RESHAPE, 1};
  }
  static Code code_of(const Softmax&, const Operator&, bool int8) {
    return {fb::BuiltinOperator::SOFTMAX, int8 ? 2 : 1};
  }

  // ---- options

  Options write_options(const Conv2D& conv, const Operator&) {
    return {
        fb::BuiltinOptions::Conv2DOptions,
        fb::CreateConv2DOptions(builder_, padding_of(conv.padding), conv.stride_w, conv.stride_h,
                                activation_of(conv.activation), conv.dilation_w, conv.dilation_h)
            .Union()};
  }
  Options write_options(const DepthwiseConv2D& conv, const Operator&) {
    return {fb::BuiltinOptions::DepthwiseConv2DOptions,
            fb::CreateDepthwiseConv2DOptions(builder_, padding_of(conv.padding), conv.stride_w,
                                             conv.stride_h, conv.depth_multiplier,
                                             activation_of(conv.activation), conv.dilation_w,
                                             conv.dilation_h)
                .Union()};
  }
  Options write_options(const FullyConnected& dense, const Operator& op) {
    return {
        fb::BuiltinOptions::FullyConnectedOptions,
        fb::CreateFullyConnectedOptions(builder_, activation_of(dense.activation),
                                        fb::FullyConnectedWeightsFormat::DEFAULT, keeps_axes(op))
            .Union()};
  }
  Options write_options(const AveragePool2D& pool, const Operator&) {
    return {
        fb::BuiltinOptions::Pool2DOptions,
        fb::CreatePool2DOptions(builder_, padding_of(pool.padding), pool.stride_w, pool.stride_h,
                                pool.filter_w, pool.filter_h, activation_of(pool.activation))
            .Union()};
  }
  Options write_options(const Add& add, const Operator&) {
    return {fb::BuiltinOptions::AddOptions,
            fb::CreateAddOptions(builder_, activation_of(add.activation)).Union()};
  }
  Options write_options(const Reshape&, const Operator& op) {
    const auto shape = builder_.CreateVector(tensor(op.outputs[0]).shape);
    return {fb::BuiltinOptions::ReshapeOptions, fb::CreateReshapeOptions(builder_, shape).Union()};
  }
  Options write_options(const Softmax& softmax, const Operator&) {
    return {fb::BuiltinOptions::SoftmaxOptions,
            fb::CreateSoftmaxOptions(builder_, softmax.beta).Union()};
  }

  // FULLY_CONNECTED makes [rows, outputs] unless told to keep the input's leading axes.
  bool keeps_axes(const Operator& op) const { return tensor(op.outputs[0]).shape.size() != 2; }

  const Graph& graph_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Code> codes_;
};

}  // namespace

std::vector<std::byte> write_tflite(const Graph& graph) { return Writer(graph).write(); }

}  // namespace sengi::model
