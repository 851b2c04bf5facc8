// SPDX-License-Identifier: Apache-2.0
#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "model/tflite.h"
#include "model/tflite_settle.h"
#include "model/tflite_write_options.h"
#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;
using flatbuffers::Offset;

constexpr std::uint32_t schema_version = 3;
constexpr std::size_t data_alignment = 16;

struct Code {
  fb::BuiltinOperator builtin;
  std::int32_t version;
  std::string_view custom_code;
  bool operator==(const Code&) const = default;
};

class Writer {
 public:
  explicit Writer(FileGraph file)
      : graph_(std::move(file.graph)), intermediates_(std::move(file.intermediates)) {}

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
      tensors.push_back(fb::CreateTensor(builder_, shape, file_type(tensor.type),
                                         tensor.constant() ? next_buffer++ : 0, name, quantization,
                                         tensor.variable));
    }
    return builder_.CreateVector(tensors);
  }

  Operators write_operators() {
    std::vector<Offset<fb::Operator>> operators;
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      const Operator& op = graph_.operators[i];
      const OperatorText text = write_options(builder_, graph_, op);
      const std::uint32_t code = index_of({text.builtin, text.version, text.custom_code});
      const auto inputs = builder_.CreateVector(op.inputs);
      const auto outputs = builder_.CreateVector(op.outputs);
      const auto intermediates = intermediates_[i].empty()
                                     ? Offset<flatbuffers::Vector<std::int32_t>>()
                                     : builder_.CreateVector(intermediates_[i]);
      operators.push_back(fb::CreateOperator(builder_, code, inputs, outputs, text.options_type,
                                             text.options, 0, intermediates));
    }
    return builder_.CreateVector(operators);
  }

  Codes write_codes() {
    std::vector<Offset<fb::OperatorCode>> codes;
    for (const Code& code : codes_) {
      const auto custom_code = code.custom_code.empty() ? Offset<flatbuffers::String>()
                                                        : builder_.CreateString(code.custom_code);
      codes.push_back(fb::CreateOperatorCode(builder_, static_cast<std::int8_t>(code.builtin),
                                             custom_code, code.version, code.builtin));
    }
    return builder_.CreateVector(codes);
  }

  std::uint32_t index_of(const Code& code) {
    const auto found = std::ranges::find(codes_, code);
    const auto index = static_cast<std::uint32_t>(found - codes_.begin());
    if (found == codes_.end()) codes_.push_back(code);
    return index;
  }

  Graph graph_;                                          // with its parameters in tensors
  std::vector<std::vector<TensorIndex>> intermediates_;  // by operator
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Code> codes_;
};

}  // namespace

std::vector<std::byte> write_tflite(const Graph& graph) {
  return Writer(with_parameter_tensors(graph)).write();
}

}  // namespace sengi::model
