// SPDX-License-Identifier: Apache-2.0
#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/files.h"
#include "model/fold.h"
#include "model/tflite.h"
#include "model/tflite_options.h"
#include "model/tflite_settle.h"
#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;

constexpr std::uint32_t schema_version = 3;
constexpr std::size_t most_constant_bytes = most_elements * sizeof(float);

template <typename T>
std::size_t size_of(const T* vector) {
  return vector == nullptr ? 0 : vector->size();
}

std::string text_of(const flatbuffers::String* string) {
  return string == nullptr ? std::string() : string->str();
}

std::vector<std::int32_t> ints_of(const flatbuffers::Vector<std::int32_t>* vector) {
  return vector == nullptr ? std::vector<std::int32_t>()
                           : std::vector<std::int32_t>(vector->begin(), vector->end());
}

// Some files have their 64-bit numbers at multiples of 4 alone, so these are not read in place.
std::vector<std::int64_t> longs_of(const flatbuffers::Vector<std::int64_t>& vector) {
  std::vector<std::int64_t> longs(vector.size());
  if (!longs.empty()) std::memcpy(longs.data(), vector.Data(), longs.size() * sizeof(std::int64_t));
  return longs;
}

std::optional<Type> type_of(fb::TensorType type) {
  switch (type) {
    case fb::TensorType::FLOAT32:
      return Type::float32;
    case fb::TensorType::INT8:
      return Type::int8;
    case fb::TensorType::INT16:
      return Type::int16;
    case fb::TensorType::INT32:
      return Type::int32;
    case fb::TensorType::UINT8:
      return Type::uint8;
    case fb::TensorType::INT64:
      return Type::int64;
    case fb::TensorType::BOOL:
      return Type::boolean;
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  Reader(const fb::Model& model, const std::string& graph_name) : model_(model) {
    graph_.name = graph_name;
  }

  Result<Graph> read() {
    if (model_.version() != schema_version) {
      return Error{fmt::format("schema version {}; version {} is supported", model_.version(),
                               schema_version)};
    }
    if (size_of(model_.subgraphs()) != 1) {
      return Error{
          fmt::format("{} subgraphs; exactly 1 is supported", size_of(model_.subgraphs()))};
    }
    subgraph_ = model_.subgraphs()->Get(0);
    numbers_.assign(size_of(subgraph_->tensors()), absent);

    SENGI_TRY(inputs, ends(subgraph_->inputs(), "input"));
    SENGI_TRY(outputs, ends(subgraph_->outputs(), "output"));
    for (std::size_t i = 0; i < size_of(subgraph_->operators()); ++i) SENGI_CHECK(read_operator(i));
    mark(inputs);
    mark(outputs);
    SENGI_CHECK(read_tensors());

    graph_.inputs = renumbered(inputs);
    graph_.outputs = renumbered(outputs);
    for (Operator& op : graph_.operators) {
      op.inputs = renumbered(op.inputs);
      op.outputs = renumbered(op.outputs);
    }
    SENGI_CHECK(check(graph_));
    return std::move(graph_);
  }

 private:
  using Indices = std::vector<TensorIndex>;

  bool in_file(TensorIndex index) const {
    return index >= 0 && static_cast<std::size_t>(index) < numbers_.size();
  }
  const fb::Tensor& file_tensor(TensorIndex index) const {
    return *subgraph_->tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
  }
  std::string label(TensorIndex index) const {
    if (!in_file(index)) return fmt::format("#{}", index);
    const std::string name = text_of(file_tensor(index).name());
    return name.empty() ? fmt::format("#{}", index) : quoted(name);
  }

  Result<Indices> ends(const flatbuffers::Vector<std::int32_t>* vector, const char* which) const {
    Indices indices = ints_of(vector);
    for (const TensorIndex index : indices) {
      if (!in_file(index)) return Error{fmt::format("graph {} {} is no tensor", which, index)};
    }
    return indices;
  }

  // Tensors that no operator uses stay behind (unfused activations, shapes of reshapes).
  void mark(const Indices& indices) {
    for (const TensorIndex index : indices) {
      if (index != absent) numbers_[static_cast<std::size_t>(index)] = 0;
    }
  }

  Indices renumbered(const Indices& indices) const {
    Indices result;
    for (const TensorIndex index : indices) {
      result.push_back(index == absent ? absent : numbers_[static_cast<std::size_t>(index)]);
    }
    return result;
  }

  // ---- operators

  Result<const fb::OperatorCode*> code_of(const fb::Operator& op, std::size_t index) const {
    if (op.opcode_index() >= size_of(model_.operator_codes())) {
      return Error{fmt::format("operator {}: operator code {} is not in the file", index,
                               op.opcode_index())};
    }
    return model_.operator_codes()->Get(op.opcode_index());
  }

  // Old files have the kind in one byte alone, new ones in both fields.
  static fb::BuiltinOperator builtin_of(const fb::OperatorCode& code) {
    return std::max(code.builtin_code(),
                    static_cast<fb::BuiltinOperator>(code.deprecated_builtin_code()));
  }

  static std::string kind_name(const fb::OperatorCode& code) {
    const fb::BuiltinOperator builtin = builtin_of(code);
    if (builtin == fb::BuiltinOperator::CUSTOM) {
      return fmt::format("CUSTOM {}", quoted(text_of(code.custom_code())));
    }
    return name_or_number(fb::EnumNameBuiltinOperator(builtin), static_cast<int>(builtin));
  }

  Result<void> read_operator(std::size_t index) {
    const fb::Operator& op =
        *subgraph_->operators()->Get(static_cast<flatbuffers::uoffset_t>(index));
    SENGI_TRY(code, code_of(op, index));
    Operator read{
        .kind = Reshape{}, .inputs = ints_of(op.inputs()), .outputs = ints_of(op.outputs())};
    const auto fault = [&](const std::string& what) {
      const std::string output = read.outputs.empty() ? "without outputs" : label(read.outputs[0]);
      return Error{fmt::format("operator {}, {} {}: {}", index, kind_name(*code), output, what)};
    };

    if (builtin_of(*code) == fb::BuiltinOperator::SHAPE) {
      const auto shape = fold_shape(read);
      return shape.ok() ? Result<void>() : fault(shape.error().message);
    }
    const auto kind = builtin_of(*code) == fb::BuiltinOperator::CUSTOM
                          ? read_custom(text_of(code->custom_code()), code->version(), op)
                          : read_options(builtin_of(*code), op);
    if (!kind.ok()) return fault(kind.error().message);
    read.kind = kind.value();
    for (const Indices* indices : {&read.inputs, &read.outputs}) {
      for (const TensorIndex tensor : *indices) {
        if (tensor != absent && !in_file(tensor)) {
          return fault(fmt::format("tensor {} is not in the file", tensor));
        }
      }
    }
    const auto settled = settle(read, builtin_of(*code), op,
                                [this](TensorIndex tensor) { return read_tensor(tensor); });
    if (!settled.ok()) return fault(settled.error().message);
    if (auto folded = fold(read, [this](TensorIndex tensor) { return read_tensor(tensor); })) {
      for (std::size_t i = 0; i < folded->size(); ++i) {
        SENGI_CHECK(keep_folded(read.outputs[i], std::move((*folded)[i].data)));
      }
      return {};
    }
    mark(read.inputs);
    mark(read.outputs);
    graph_.operators.push_back(std::move(read));
    return {};
  }

  // The shape of a tensor is known, and so a constant.
  Result<void> fold_shape(const Operator& op) {
    const auto whole = [&](const Indices& tensors) {
      return tensors.size() == 1 && in_file(tensors[0]);
    };
    if (!whole(op.inputs) || !whole(op.outputs)) return Error{"one input and output are needed"};
    SENGI_TRY(input, read_tensor(op.inputs[0]));
    SENGI_TRY(output, read_tensor(op.outputs[0]));
    if (output.type != Type::int32 && output.type != Type::int64) {
      return Error{
          fmt::format("its output is {}; int32 and int64 are supported", name_of(output.type))};
    }
    std::vector<std::byte> data;
    for (const std::int64_t size : input.shape) {
      const auto* bytes = reinterpret_cast<const std::byte*>(&size);
      data.insert(data.end(), bytes, bytes + bytes_of(output.type));
    }
    return keep_folded(op.outputs[0], std::move(data));
  }

  Result<void> keep_folded(TensorIndex tensor, std::vector<std::byte> data) {
    if (!folded_.emplace(tensor, std::move(data)).second || numbers_[tensor_at(tensor)] != absent) {
      return Error{fmt::format("tensor {} is written twice, or before it is read", label(tensor))};
    }
    return {};
  }
  static std::size_t tensor_at(TensorIndex tensor) { return static_cast<std::size_t>(tensor); }

  // ---- tensors

  Result<void> read_tensors() {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (numbers_[i] == absent) continue;
      SENGI_TRY(tensor, read_tensor(static_cast<TensorIndex>(i)));
      numbers_[i] = static_cast<TensorIndex>(graph_.tensors.size());
      graph_.tensors.push_back(std::move(tensor));
    }
    return {};
  }

  Result<Tensor> read_tensor(TensorIndex index) {
    const fb::Tensor& in = file_tensor(index);
    const auto fault = [&](const std::string& what) {
      return Error{fmt::format("tensor {} {}", label(index), what)};
    };
    const std::optional<Type> type = type_of(in.type());
    if (!type) {
      return fault("has type " +
                   name_or_number(fb::EnumNameTensorType(in.type()), static_cast<int>(in.type())) +
                   ", which is not supported");
    }
    if (in.sparsity() != nullptr) return fault("is sparse, which is not supported");

    Tensor tensor;
    tensor.name = text_of(in.name());
    tensor.type = *type;
    tensor.shape = ints_of(in.shape());
    if (tensor.shape.empty()) tensor.shape = {1};  // a scalar
    tensor.variable = in.is_variable();
    const auto folded = folded_.find(index);
    if (folded != folded_.end()) {
      tensor.data = folded->second;
      SENGI_CHECK(count_copied(tensor.data.size()));
    } else {
      auto data = data_of(in);
      if (!data.ok()) return fault(data.error().message);
      tensor.data = std::move(data).value();
    }
    auto quantization = quantization_of(in.quantization());
    if (!quantization.ok()) return fault(quantization.error().message);
    // Converters leave scales on float tensors now and then; they mean nothing there.
    if (*type != Type::float32) tensor.quantization = std::move(quantization).value();
    shift_uint8(tensor, folded == folded_.end());
    // Some write a filter's axis onto its bias, which has one axis alone.
    if (tensor.shape.size() == 1) tensor.quantization.axis = 0;
    return tensor;
  }

  // Quantised uint8, from before int8: the same numbers 128 lower.
  static void shift_uint8(Tensor& tensor, bool data_too) {
    if (tensor.type != Type::uint8 || tensor.quantization.empty()) return;
    tensor.type = Type::int8;
    if (data_too) {
      for (std::byte& value : tensor.data) value ^= std::byte{0x80};
    }
    for (std::int32_t& zero_point : tensor.quantization.zero_point) {
      zero_point = static_cast<std::int32_t>(std::int64_t{zero_point} - 128);
    }
  }

  Result<std::vector<std::byte>> data_of(const fb::Tensor& tensor) {
    if (tensor.buffer() >= size_of(model_.buffers())) {
      return Error{
          fmt::format("has its data in buffer {}, which is not in the file", tensor.buffer())};
    }
    const fb::Buffer& buffer = *model_.buffers()->Get(tensor.buffer());
    if (buffer.offset() > 1 || buffer.size() > 1) {
      return Error{
          "has its data behind the flatbuffer, which is not supported; convert the model "
          "again without external buffers"};
    }
    // Many tensors may share one buffer, and each gets its own copy.
    SENGI_CHECK(count_copied(size_of(buffer.data())));
    std::vector<std::byte> bytes(size_of(buffer.data()));
    if (!bytes.empty()) std::memcpy(bytes.data(), buffer.data()->data(), bytes.size());
    return bytes;
  }

  Result<void> count_copied(std::size_t bytes) {
    copied_bytes_ += bytes;
    if (copied_bytes_ <= most_constant_bytes) return {};
    return Error{fmt::format("brings the constants above {} bytes", most_constant_bytes)};
  }

  static Result<Quantization> quantization_of(const fb::QuantizationParameters* in) {
    Quantization out;
    if (in == nullptr) return out;
    if (in->details_type() != 0) return Error{"has a custom quantisation, which is not supported"};
    if (size_of(in->scale()) == 0) return out;
    if (size_of(in->zero_point()) != in->scale()->size()) {
      return Error{fmt::format("has {} scales and {} zero points", in->scale()->size(),
                               size_of(in->zero_point()))};
    }
    out.scale.assign(in->scale()->begin(), in->scale()->end());
    out.axis = in->quantized_dimension();
    for (const std::int64_t zero_point : longs_of(*in->zero_point())) {
      if (zero_point < std::numeric_limits<std::int32_t>::min() ||
          zero_point > std::numeric_limits<std::int32_t>::max()) {
        return Error{fmt::format("has zero point {}", zero_point)};
      }
      out.zero_point.push_back(static_cast<std::int32_t>(zero_point));
    }
    return out;
  }

  const fb::Model& model_;
  const fb::SubGraph* subgraph_ = nullptr;
  Graph graph_;
  std::size_t copied_bytes_ = 0;
  std::map<TensorIndex, std::vector<std::byte>> folded_;  // what operators on constants made
  Indices numbers_;  // by tensor of the file: its index in graph_, or absent where unused
};

// Flatbuffers reads numbers in place, so they must lie in memory as they lie in the file.
std::vector<std::uint64_t> aligned(std::span<const std::byte> bytes) {
  std::vector<std::uint64_t> words((bytes.size() + 7) / 8);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

Result<Graph> read(std::span<const std::byte> bytes, const std::string& graph_name) {
  constexpr std::size_t header_bytes = 8;
  if (bytes.size() < header_bytes || bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) {
    return Error{fmt::format("not a TensorFlow Lite model: {} bytes", bytes.size())};
  }
  const std::vector<std::uint64_t> words = aligned(bytes);
  if (!fb::ModelBufferHasIdentifier(words.data())) {
    return Error{"not a TensorFlow Lite model: no TFL3 in bytes 4 to 7"};
  }
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(words.data()), bytes.size());
  if (!fb::VerifyModelBuffer(verifier)) {
    return Error{"a damaged TensorFlow Lite model: cut short, or an offset that leads outside"};
  }
  return Reader(*fb::GetModel(words.data()), graph_name).read();
}

Result<Graph> with_place(Result<Graph> result, const std::string& place) {
  if (!result.ok()) return Error{place + ": " + result.error().message, result.error().outcome};
  return result;
}

}  // namespace

Result<Graph> read_tflite(std::span<const std::byte> bytes, const std::string& name) {
  return with_place(read(bytes, name), name);
}

Result<Graph> read_tflite(const std::filesystem::path& path) {
  SENGI_TRY(bytes, read_file(path));
  return with_place(read(bytes, path.stem().string()), path.string());
}

}  // namespace sengi::model
