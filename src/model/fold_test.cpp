// SPDX-License-Identifier: Apache-2.0
// What converters leave in files for runtimes to work out: shapes of shapes, slices by their sizes.
#include "model/fold.h"

#include <flatbuffers/flatbuffers.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"
#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;
using testing::ElementsAre;
using testing::HasSubstr;

// A file of float tensors and lists of int32, operator by operator.
class File {
 public:
  std::int32_t real(const Shape& shape) { return tensor(shape, fb::TensorType::FLOAT32, 0); }
  std::int32_t whole(const Shape& shape) { return tensor(shape, fb::TensorType::INT32, 0); }
  std::int32_t list(const std::vector<std::int32_t>& numbers) {
    const auto bytes = to_bytes(numbers);
    buffers_.push_back(fb::CreateBuffer(
        b_, b_.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size())));
    return tensor({static_cast<std::int32_t>(numbers.size())}, fb::TensorType::INT32,
                  static_cast<std::uint32_t>(buffers_.size() - 1));
  }
  template <typename Options>
  void apply(fb::BuiltinOperator code, const std::vector<std::int32_t>& inputs, std::int32_t output,
             flatbuffers::Offset<Options> options) {
    operators_.push_back(
        fb::CreateOperator(b_, static_cast<std::uint32_t>(codes_.size()), b_.CreateVector(inputs),
                           b_.CreateVector(std::vector<std::int32_t>{output}),
                           fb::BuiltinOptionsTraits<Options>::enum_value, options.Union()));
    codes_.push_back(fb::CreateOperatorCode(b_, static_cast<std::int8_t>(code), 0, 1, code));
  }
  flatbuffers::FlatBufferBuilder& builder() { return b_; }

  std::vector<std::byte> finish(std::int32_t input, std::int32_t output) {
    const auto subgraph = fb::CreateSubGraph(
        b_, b_.CreateVector(tensors_), b_.CreateVector(std::vector<std::int32_t>{input}),
        b_.CreateVector(std::vector<std::int32_t>{output}), b_.CreateVector(operators_));
    const auto subgraphs = b_.CreateVector(&subgraph, 1);
    fb::FinishModelBuffer(b_, fb::CreateModel(b_, 3, b_.CreateVector(codes_), subgraphs, 0,
                                              b_.CreateVector(buffers_)));
    std::vector<std::byte> bytes(b_.GetSize());
    std::memcpy(bytes.data(), b_.GetBufferPointer(), bytes.size());
    return bytes;
  }

 private:
  std::int32_t tensor(const Shape& shape, fb::TensorType type, std::uint32_t buffer) {
    const auto name = b_.CreateString(std::to_string(tensors_.size()));
    tensors_.push_back(fb::CreateTensor(b_, b_.CreateVector(shape), type, buffer, name));
    return static_cast<std::int32_t>(tensors_.size() - 1);
  }

  flatbuffers::FlatBufferBuilder b_;
  std::vector<flatbuffers::Offset<fb::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<fb::Operator>> operators_;
  std::vector<flatbuffers::Offset<fb::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<fb::Buffer>> buffers_{fb::CreateBuffer(b_)};
};

// RESHAPE to [first axis of the input's shape, 3, 1], as Keras writes it.
std::vector<std::byte> reshape_by_its_shape(const Shape& output_shape) {
  File file;
  flatbuffers::FlatBufferBuilder& b = file.builder();
  const auto input = file.real({2, 3});
  const auto shape = file.whole({2});
  file.apply(fb::BuiltinOperator::SHAPE, {input}, shape,
             fb::CreateShapeOptions(b, fb::TensorType::INT32));
  const auto batch = file.whole({});
  file.apply(fb::BuiltinOperator::STRIDED_SLICE,
             {shape, file.list({0}), file.list({1}), file.list({1})}, batch,
             fb::CreateStridedSliceOptions(b, 0, 0, 0, 0, 1));
  const auto packed = file.whole({3});
  file.apply(fb::BuiltinOperator::PACK, {batch, file.list({3}), file.list({1})}, packed,
             fb::CreatePackOptions(b, 3, 0));
  const auto output = file.real(output_shape);
  file.apply(fb::BuiltinOperator::RESHAPE, {input, packed}, output, fb::CreateReshapeOptions(b));
  return file.finish(input, output);
}

TEST(Folded, ShapesOfShapesAreGone) {
  const auto graph = read_tflite(reshape_by_its_shape({2, 3, 1}), "net");
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  ASSERT_EQ(graph.value().operators.size(), 1U);
  EXPECT_TRUE(graph.value().operators[0].kind == Kind(Reshape{}));
  EXPECT_EQ(graph.value().tensors.size(), 2U);
}

TEST(Folded, ShapesAreHeldToWhatTheyCameTo) {
  const auto graph = read_tflite(reshape_by_its_shape({3, 2, 1}), "net");
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("asks for shape 2x3x1, its output has 3x2x1"));
}

TEST(Slices, OfSizesBecomeOnesOfEnds) {
  File file;
  const auto input = file.real({2, 3});
  const auto output = file.real({2, 2});
  file.apply(fb::BuiltinOperator::SLICE, {input, file.list({0, 1}), file.list({-1, 2})}, output,
             flatbuffers::Offset<fb::PadOptions>());
  const auto graph = read_tflite(file.finish(input, output), "net");
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_TRUE(graph.value().operators[0].kind ==
              Kind(StridedSlice{{0, 1}, {2, 3}, {1, 1}, {false, false}}));
}

TEST(Slices, OfSizesBeyondTheInputAreRefused) {
  File file;
  const auto input = file.real({2, 3});
  const auto output = file.real({2, 3});
  file.apply(fb::BuiltinOperator::SLICE, {input, file.list({0, 1}), file.list({2, 3})}, output,
             flatbuffers::Offset<fb::PadOptions>());
  const auto graph = read_tflite(file.finish(input, output), "net");
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("takes 3 from 1 along axis 1 of an input of 2x3"));
}

// ---- the function itself

Tensor numbers(const std::vector<std::int32_t>& values) {
  Tensor tensor;
  tensor.type = Type::int32;
  tensor.shape = {static_cast<std::int32_t>(values.size())};
  tensor.data = to_bytes(values);
  return tensor;
}

Tensor empty(const Shape& shape) {
  Tensor tensor;
  tensor.type = Type::int32;
  tensor.shape = shape;
  return tensor;
}

auto reading(const std::vector<Tensor>& tensors) {
  return
      [&tensors](TensorIndex i) -> Result<Tensor> { return tensors[static_cast<std::size_t>(i)]; };
}

TEST(Folded, GivesWhatTheOperatorWould) {
  const std::vector<Tensor> tensors = {numbers({2, 3}), numbers({10, 100}), empty({2})};
  const auto product = fold({Mul{}, {0, 1}, {2}}, reading(tensors));
  ASSERT_TRUE(product);
  EXPECT_THAT(from_bytes<std::int32_t>((*product)[0].data), ElementsAre(20, 300));
}

TEST(Folded, LeavesWhatIsComputedOrWrong) {
  const std::vector<Tensor> tensors = {numbers({2, 3}), empty({2}), empty({5})};
  EXPECT_FALSE(fold({Mul{}, {0, 1}, {1}}, reading(tensors)));  // computed
  EXPECT_FALSE(fold({Mul{}, {0, 0}, {2}}, reading(tensors)));  // of another shape
  EXPECT_FALSE(fold({Softmax{}, {0}, {1}}, reading(tensors)));
}

}  // namespace
}  // namespace sengi::model
