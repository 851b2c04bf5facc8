// SPDX-License-Identifier: Apache-2.0
// Real models of others, run against what TensorFlow Lite Micro's reference kernels answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/files.h"
#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

const fs::path models = fs::path(SENGI_SHARED_DATA) / "tflite_models";
const fs::path goldens = fs::path(SENGI_SHARED_DATA) / "tflite_golden";

bool missing_data() { return !fs::exists(models) || !fs::exists(goldens); }

fs::path golden(const fs::path& model, const char* ending) {
  return goldens / (model.parent_path().filename().string() + "_" + model.stem().string() + ending);
}

std::vector<std::byte> bytes_of_file(const fs::path& path) {
  auto bytes = read_file(path);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  return bytes.ok() ? bytes.value() : std::vector<std::byte>();
}

// Ours for each of the golden's inputs, back to back.
std::vector<std::byte> run_all(Interpreter& interpreter, std::span<const std::byte> inputs) {
  std::vector<std::byte> outputs;
  const std::size_t size = interpreter.input_bytes();
  EXPECT_GT(inputs.size(), 0U);
  EXPECT_EQ(inputs.size() % size, 0U);
  for (std::size_t at = 0; at + size <= inputs.size(); at += size) {
    const std::vector<std::byte> output = interpreter.run(inputs.subspan(at, size));
    outputs.insert(outputs.end(), output.begin(), output.end());
  }
  return outputs;
}

std::vector<float> floats(std::span<const std::byte> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

// The largest difference relative to the largest golden value.
double relative_error(std::span<const std::byte> ours, std::span<const std::byte> theirs) {
  const std::vector<float> a = floats(ours);
  const std::vector<float> b = floats(theirs);
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  double error = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(b[i])));
    error = std::max(error, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  }
  return largest > 0 ? error / largest : error;
}

// The type of all graph outputs together.
Type output_type(const Graph& graph) {
  return graph.tensors[static_cast<std::size_t>(graph.outputs[0])].type;
}

// Byte for byte, or where outputs are float, to five digits.
void expect_golden(const fs::path& path, Graph graph) {
  const bool exact = output_type(graph) != Type::float32;
  auto interpreter = Interpreter::make(std::move(graph));
  ASSERT_TRUE(interpreter.ok()) << interpreter.error().message;
  const auto inputs = bytes_of_file(golden(path, ".in"));
  const auto expected = bytes_of_file(golden(path, ".out"));
  const auto outputs = run_all(interpreter.value(), inputs);
  ASSERT_EQ(outputs.size(), expected.size());
  if (exact) {
    const auto first = std::ranges::mismatch(outputs, expected);
    EXPECT_EQ(first.in1, outputs.end())
        << "first difference at byte " << first.in1 - outputs.begin() << " of " << outputs.size();
  } else {
    EXPECT_LT(relative_error(outputs, expected), 1e-5);
  }
}

// Reading, writing and reading again loses nothing, and the written file runs the same.
void expect_survives_writing(const fs::path& path, const Graph& graph) {
  const std::vector<std::byte> written = write_tflite(graph);
  auto again = read_tflite(written, graph.name);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(graph == again.value());
  EXPECT_TRUE(write_tflite(again.value()) == written);
  expect_golden(path, again.value());
}

std::vector<fs::path> models_with_goldens() {
  std::vector<fs::path> paths;
  if (missing_data()) return paths;
  for (const auto& entry : fs::recursive_directory_iterator(models)) {
    const fs::path& path = entry.path();
    if (path.extension() == ".tflite" && fs::exists(golden(path, ".in"))) paths.push_back(path);
  }
  std::ranges::sort(paths);
  return paths;
}

class Golden : public testing::TestWithParam<fs::path> {};
// Without the shared data there are none.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Golden);

TEST_P(Golden, IsGivenAndSurvivesWriting) {
  auto graph = read_tflite(GetParam());
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  expect_golden(GetParam(), graph.value());
  expect_survives_writing(GetParam(), graph.value());
}

std::string test_name(const testing::TestParamInfo<fs::path>& instance) {
  std::string name =
      instance.param.parent_path().filename().string() + "_" + instance.param.stem().string();
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Models, Golden, testing::ValuesIn(models_with_goldens()), test_name);

TEST(Goldens, AreAllThere) {
  if (missing_data()) GTEST_SKIP() << "no shared data at " << SENGI_SHARED_DATA;
  EXPECT_EQ(models_with_goldens().size(), 94U);
}

// The multiply-accumulates that these models are published with.
TEST(Models, CountTheirMacs) {
  if (missing_data()) GTEST_SKIP() << "no shared data at " << SENGI_SHARED_DATA;
  const std::pair<const char*, std::uint64_t> published[] = {
      {"tiny/ad01_int8.tflite", 264'192},
      {"tiny/kws_ref_model.tflite", 2'656'768},
      {"tiny/pretrainedResnet_quant.tflite", 12'501'632},
      {"tiny/vww_96_int8.tflite", 7'489'664}};
  for (const auto& [file, expected] : published) {
    auto graph = read_tflite(models / file);
    ASSERT_TRUE(graph.ok()) << graph.error().message;
    std::uint64_t total = 0;
    for (const Operator& op : graph.value().operators) total += macs(graph.value(), op);
    EXPECT_EQ(total, expected) << file;
  }
}

// Every model either loads or is refused in one line that names the file and what is in the way.
TEST(Models, LoadOrAreRefusedClearly) {
  if (missing_data()) GTEST_SKIP() << "no shared data at " << SENGI_SHARED_DATA;
  for (const auto& entry : fs::recursive_directory_iterator(models)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".tflite") continue;
    SCOPED_TRACE(path.string());
    const auto graph = read_tflite(path);
    if (graph.ok()) continue;
    EXPECT_THAT(graph.error().message,
                AllOf(HasSubstr(path.string()), AnyOf(HasSubstr("operator "), HasSubstr("tensor ")),
                      Not(HasSubstr("\n"))));
    EXPECT_LT(graph.error().message.size(), path.string().size() + 1000);
  }
}

TEST(Models, NameTheOperatorThatIsNotSupported) {
  if (missing_data()) GTEST_SKIP() << "no shared data at " << SENGI_SHARED_DATA;
  const auto graph = read_tflite(models / "mediapipe" / "selfie_segmentation.tflite");
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("CUSTOM 'Convolution2DTransposeBias'"));
}

// From before int8: two inputs put together, cut in six, two of those together again.
TEST(Models, OfUint8AreReadAsInt8) {
  if (missing_data()) GTEST_SKIP() << "no shared data at " << SENGI_SHARED_DATA;
  auto graph = read_tflite(models / "test_data" / "tools__split_concat.tflite");
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_EQ(graph.value().tensors[0].type, Type::int8);
  EXPECT_EQ(graph.value().tensors[0].quantization.zero_point[0], 0);
  auto interpreter = Interpreter::make(std::move(graph).value());
  ASSERT_TRUE(interpreter.ok()) << interpreter.error().message;
  std::vector<std::byte> input;
  const std::byte places[] = {std::byte{1}, std::byte{2}, std::byte{3}};
  for (int pixel = 0; pixel < 64; ++pixel) input.insert(input.end(), places, places + 3);
  input.insert(input.end(), 64, std::byte{4});
  for (int pixel = 0; pixel < 64; ++pixel) input.insert(input.end(), {std::byte{5}, std::byte{6}});
  const std::vector<std::byte> output = interpreter.value().run(input);
  EXPECT_EQ(output.size(), interpreter.value().output_bytes());
  for (const std::byte value : output) {
    EXPECT_TRUE(value >= std::byte{1} && value <= std::byte{6});
  }
}

}  // namespace
}  // namespace sengi::model
