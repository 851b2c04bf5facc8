// SPDX-License-Identifier: Apache-2.0
// Graphs through the file format and back, and files that say one thing wrong.
#include "model/tflite.h"

#include <flatbuffers/flatbuffers.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "model/test_graphs.h"
#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void expect_round_trip(const Graph& graph) {
  const std::vector<std::byte> bytes = write_tflite(graph);
  const auto again = read_tflite(bytes, graph.name);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again.value() == graph);
  EXPECT_EQ(write_tflite(again.value()), bytes);
}

TEST(Tflite, KeepsEveryOperatorAndType) {
  for (const Type type : {Type::int8, Type::float32}) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) expect_round_trip(small_network(type, seed));
  }
}

TEST(Tflite, KeepsEveryOption) {
  for (const Type type : {Type::int8, Type::float32}) {
    for (const Activation activation :
         {Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1}) {
      for (const Padding padding : {Padding::same, Padding::valid}) {
        TestGraph g(type, 1);
        const TensorIndex in = g.input({3, 17, 19, 2});
        const TensorIndex a = g.conv_2d(in, 4, 3, 2, {padding, 2, 1, 1, 3, activation});
        const TensorIndex b = g.depthwise(a, 2, 3, {padding, 1, 2, 2, 1, 2, activation});
        const TensorIndex c = g.pool(b, {padding, 2, 3, 3, 2, activation});
        const TensorIndex d = g.add(c, c, {activation});
        const TensorIndex e = g.dense(d, 6, {activation});  // keeps four axes
        expect_round_trip(g.finish({g.softmax(e, 0.5F)}));
      }
    }
  }
}

TEST(Tflite, KeepsAbsentBiasesAndSharedScales) {
  for (const Type type : {Type::int8, Type::float32}) {
    TestGraph g(type, 2);
    const TensorIndex in = g.input({1, 8});
    g.leave_bias_out();
    const TensorIndex a = g.dense(in, 7);
    g.weigh_per_tensor();
    Graph graph = g.finish({g.dense(a, 6), a});
    expect_round_trip(graph);
    graph.operators[0].inputs.push_back(absent);
    expect_round_trip(graph);
  }
}

TEST(Tflite, LeavesUnusedTensorsOut) {
  Graph graph = small_network(Type::int8, 1);
  const Graph lean = graph;
  graph.tensors.push_back({"unused", Type::int64, {3}, {}, {}});
  const auto again = read_tflite(write_tflite(graph), graph.name);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again.value() == lean);
}

TEST(Tflite, ReadsFromAnyAlignment) {
  const Graph graph = small_network(Type::int8, 3);
  const std::vector<std::byte> bytes = write_tflite(graph);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    std::vector<std::byte> moved(offset);
    moved.insert(moved.end(), bytes.begin(), bytes.end());
    const auto again = read_tflite(std::span(moved).subspan(offset), graph.name);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_TRUE(again.value() == graph);
  }
}

TEST(Tflite, ReadsFiles) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto path = folder.value().path() / "test.tflite";
  const Graph graph = small_network(Type::int8, 4);
  ASSERT_TRUE(write_file(path, write_tflite(graph)).ok());
  const auto again = read_tflite(path);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again.value() == graph);  // named after the file

  EXPECT_THAT(read_tflite(folder.value().path() / "none.tflite").error().message,
              HasSubstr("none.tflite"));
  ASSERT_TRUE(write_text(path, "").ok());
  EXPECT_THAT(read_tflite(path).error().message,
              AllOf(StartsWith(path.string()), HasSubstr("0 bytes")));
  ASSERT_TRUE(write_text(path, "RIFF....WAVEfmt ").ok());
  EXPECT_THAT(read_tflite(path).error().message, HasSubstr("not a TensorFlow Lite model: no TFL3"));
}

// A model file of one RESHAPE or other operator, made with the schema itself, in which a test says
// one thing differently.
struct FileParts {
  std::uint32_t version = 3;
  std::size_t subgraphs = 1;
  std::int8_t old_code = static_cast<std::int8_t>(fb::BuiltinOperator::RESHAPE);
  fb::BuiltinOperator code = fb::BuiltinOperator::RESHAPE;
  const char* custom_code = nullptr;
  std::int32_t code_version = 1;
  std::vector<std::uint8_t> custom_options{};
  std::uint32_t opcode_index = 0;
  std::vector<std::int32_t> inputs{0};
  std::vector<std::int32_t> outputs{1};
  std::vector<std::int32_t> graph_inputs{0};
  std::vector<std::int32_t> graph_outputs{1};
  std::vector<std::int32_t> output_shape{6};
  std::vector<std::int32_t> new_shape{};
  std::vector<std::uint8_t> shape_data{};  // of tensor 2
  fb::TensorType shape_type = fb::TensorType::INT32;
  fb::TensorType type = fb::TensorType::FLOAT32;
  std::uint32_t buffer = 0;
  bool variable = false;
  bool sparse = false;
  std::uint64_t buffer_offset = 0;
  std::vector<float> scale{};
  std::vector<std::int64_t> zero_point{};
  std::uint8_t details = 0;
};

std::vector<std::byte> file_of(const FileParts& parts) {
  flatbuffers::FlatBufferBuilder b;
  const auto tensor = [&](const char* name, const std::vector<std::int32_t>& shape,
                          fb::TensorType type, std::uint32_t buffer, bool plain) {
    flatbuffers::Offset<fb::QuantizationParameters> quantization;
    if (!plain && (!parts.scale.empty() || parts.details != 0)) {
      quantization = fb::CreateQuantizationParameters(
          b, b.CreateVector(parts.scale), b.CreateVector(parts.zero_point), parts.details, 0);
    }
    flatbuffers::Offset<fb::SparsityParameters> sparsity;
    if (!plain && parts.sparse) sparsity = fb::CreateSparsityParameters(b);
    return fb::CreateTensor(b, b.CreateVector(shape), type, buffer, b.CreateString(name),
                            quantization, !plain && parts.variable, sparsity);
  };
  const std::vector<flatbuffers::Offset<fb::Tensor>> tensors{
      tensor("in", {2, 3}, parts.type, parts.buffer, false),
      tensor("out", parts.output_shape, parts.type, 0, true),
      tensor("shape", {static_cast<std::int32_t>(parts.shape_data.size() / 4)}, parts.shape_type, 1,
             true)};
  const auto tensor_list = b.CreateVector(tensors);
  const auto options = fb::CreateReshapeOptions(b, b.CreateVector(parts.new_shape));
  const auto op = fb::CreateOperator(
      b, parts.opcode_index, b.CreateVector(parts.inputs), b.CreateVector(parts.outputs),
      fb::BuiltinOptions::ReshapeOptions, options.Union(), b.CreateVector(parts.custom_options));
  const auto operators = b.CreateVector(&op, 1);
  const auto subgraph = fb::CreateSubGraph(b, tensor_list, b.CreateVector(parts.graph_inputs),
                                           b.CreateVector(parts.graph_outputs), operators);
  const auto subgraphs =
      b.CreateVector(std::vector<flatbuffers::Offset<fb::SubGraph>>(parts.subgraphs, subgraph));
  const auto custom = parts.custom_code == nullptr ? flatbuffers::Offset<flatbuffers::String>()
                                                   : b.CreateString(parts.custom_code);
  const auto code =
      fb::CreateOperatorCode(b, parts.old_code, custom, parts.code_version, parts.code);
  const auto codes = b.CreateVector(&code, 1);
  const std::vector<flatbuffers::Offset<fb::Buffer>> buffers{
      fb::CreateBuffer(b, 0, parts.buffer_offset, parts.buffer_offset),
      fb::CreateBuffer(b, b.CreateVector(parts.shape_data))};
  fb::FinishModelBuffer(
      b, fb::CreateModel(b, parts.version, codes, subgraphs, 0, b.CreateVector(buffers)));
  std::vector<std::byte> bytes(b.GetSize());
  std::memcpy(bytes.data(), b.GetBufferPointer(), bytes.size());
  return bytes;
}

std::string fault_of(const FileParts& parts) {
  const auto result = read_tflite(file_of(parts), "model");
  EXPECT_FALSE(result.ok());
  return result.ok() ? "" : result.error().message;
}

TEST(TfliteFile, IsReadWhenWhole) {
  const auto graph = read_tflite(file_of({}), "model");
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_EQ(graph.value().tensors.size(), 2U);
}

// Number 127 in the old field says: look at the new one. Files from before have the old one alone.
TEST(TfliteFile, MayHaveItsOperatorCodeInEitherField) {
  EXPECT_TRUE(read_tflite(file_of({.code = fb::BuiltinOperator::ADD}), "old").ok());
  EXPECT_TRUE(read_tflite(file_of({.old_code = 0}), "new").ok());
  EXPECT_THAT(fault_of({.old_code = 127, .code = fb::BuiltinOperator::GELU}),
              HasSubstr("operator 0, GELU 'out': not supported"));
}

TEST(TfliteFile, NamesWhatItCannotRun) {
  EXPECT_THAT(
      fault_of({.code = fb::BuiltinOperator::REVERSE_V2}),
      StartsWith(
          "model: operator 0, REVERSE_V2 'out': not supported; convert the model without it"));
  EXPECT_THAT(fault_of({.code = fb::BuiltinOperator::CUSTOM, .custom_code = "My\nOp"}),
              HasSubstr("operator 0, CUSTOM 'My?Op' 'out'"));
  EXPECT_THAT(fault_of({.code = static_cast<fb::BuiltinOperator>(9999)}),
              HasSubstr("operator 0, number 9999 'out'"));
  EXPECT_THAT(fault_of({.old_code = 3, .code = fb::BuiltinOperator::CONV_2D}),
              HasSubstr("operator 0, CONV_2D 'out': its options are missing"));
}

TEST(TfliteFile, ReadsTreesOfItsVersionAlone) {
  FileParts trees{.code = fb::BuiltinOperator::CUSTOM, .custom_code = "SengiTreeEnsemble"};
  EXPECT_THAT(fault_of(trees), HasSubstr("operator 0, TREE_ENSEMBLE 'out': 1 inputs"));
  trees.custom_options = {1, 2, 3};
  EXPECT_THAT(fault_of(trees), HasSubstr("operator 0, CUSTOM 'SengiTreeEnsemble' 'out': has 3 "
                                         "bytes of options; version 1 has none"));
  trees.code_version = 2;
  EXPECT_THAT(fault_of(trees), HasSubstr("is of version 2; 1 is supported"));
}

TEST(TfliteFile, ReadsGatedUnitsOfTheirVersionAlone) {
  FileParts gru{.code = fb::BuiltinOperator::CUSTOM, .custom_code = "SengiGru"};
  EXPECT_THAT(fault_of(gru), HasSubstr("operator 0, GRU 'out': 1 inputs; 4 are needed"));
  gru.custom_options = {1};
  EXPECT_THAT(fault_of(gru), HasSubstr("operator 0, CUSTOM 'SengiGru' 'out': has 1 bytes of "
                                       "options; version 1 has none"));
  gru.code_version = 2;
  EXPECT_THAT(fault_of(gru), HasSubstr("is of version 2; 1 is supported"));
}

TEST(TfliteFile, NamesIndicesThatLeadNowhere) {
  EXPECT_THAT(fault_of({.opcode_index = 7}), HasSubstr("operator code 7 is not in the file"));
  EXPECT_THAT(fault_of({.inputs = {55}}), HasSubstr("tensor 55 is not in the file"));
  EXPECT_THAT(fault_of({.outputs = {-2}}), HasSubstr("tensor -2 is not in the file"));
  EXPECT_THAT(fault_of({.outputs = {}}), HasSubstr("0 outputs"));
  EXPECT_THAT(fault_of({.graph_inputs = {9}}), HasSubstr("graph input 9 is no tensor"));
  EXPECT_THAT(fault_of({.graph_outputs = {-1}}), HasSubstr("graph output -1 is no tensor"));
  EXPECT_THAT(fault_of({.buffer = 4}), HasSubstr("tensor 'in' has its data in buffer 4"));
}

TEST(TfliteFile, NamesWhatIsNotSupported) {
  EXPECT_THAT(fault_of({.version = 2}), HasSubstr("schema version 2"));
  EXPECT_THAT(fault_of({.subgraphs = 0}), HasSubstr("0 subgraphs; exactly 1"));
  EXPECT_THAT(fault_of({.subgraphs = 2}), HasSubstr("2 subgraphs; exactly 1"));
  EXPECT_THAT(fault_of({.type = fb::TensorType::FLOAT16}),
              HasSubstr("tensor 'in' has type FLOAT16, which is not supported"));
  EXPECT_THAT(fault_of({.type = static_cast<fb::TensorType>(77)}), HasSubstr("type number 77"));
  EXPECT_THAT(fault_of({.variable = true}), HasSubstr("graph input 'in' is a variable"));
  EXPECT_THAT(fault_of({.sparse = true}), HasSubstr("tensor 'in' is sparse"));
  EXPECT_THAT(fault_of({.details = 1}), HasSubstr("custom quantisation"));
  EXPECT_THAT(fault_of({.buffer_offset = 4096}), HasSubstr("behind the flatbuffer"));
}

TEST(TfliteFile, NamesQuantisationThatDoesNotAddUp) {
  EXPECT_THAT(fault_of({.scale = {1, 2}, .zero_point = {0}}), HasSubstr("2 scales and 1 zero"));
  EXPECT_THAT(fault_of({.scale = {1}, .zero_point = {std::int64_t{1} << 40}}),
              HasSubstr("zero point 1099511627776"));
  EXPECT_THAT(fault_of({.type = fb::TensorType::INT8, .scale = {1}, .zero_point = {999}}),
              HasSubstr("zero point 999"));
  // A float tensor's scale means nothing.
  EXPECT_TRUE(read_tflite(file_of({.scale = {1}, .zero_point = {0}}), "model").ok());
}

std::vector<std::uint8_t> words(std::initializer_list<std::int32_t> values) {
  std::vector<std::uint8_t> bytes(values.size() * 4);
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

TEST(TfliteFile, HoldsReshapesToTheirShape) {
  EXPECT_TRUE(read_tflite(file_of({.new_shape = {6}}), "model").ok());
  EXPECT_TRUE(read_tflite(file_of({.new_shape = {-1}}), "model").ok());
  EXPECT_THAT(fault_of({.new_shape = {3, 2}}), HasSubstr("asks for shape 3x2, its output has 6"));
  EXPECT_THAT(fault_of({.output_shape = {7}}), HasSubstr("has shape 7 for an input of 2x3"));

  const auto with_shape = [](std::vector<std::uint8_t> data) {
    return FileParts{.inputs = {0, 2}, .shape_data = std::move(data)};
  };
  const auto graph = read_tflite(file_of(with_shape(words({6}))), "model");
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_EQ(graph.value().operators[0].inputs.size(), 1U);
  EXPECT_EQ(graph.value().tensors.size(), 2U);
  EXPECT_THAT(fault_of(with_shape(words({2, 3}))), HasSubstr("asks for shape 2x3"));
  EXPECT_THAT(fault_of(with_shape({})), HasSubstr("its shape is computed"));
}

TEST(TfliteFile, ShapesOfInt64AreWholeNumbers) {
  FileParts parts{
      .inputs = {0, 2}, .shape_data = words({6, 0}), .shape_type = fb::TensorType::INT64};
  EXPECT_TRUE(read_tflite(file_of(parts), "model").ok());
  parts.shape_data = words({6});  // half a number
  EXPECT_THAT(fault_of(parts), HasSubstr("its shape 'shape' is not a list of int32"));
}

}  // namespace
}  // namespace sengi::model
