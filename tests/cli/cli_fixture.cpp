// SPDX-License-Identifier: Apache-2.0
#include "cli/cli_fixture.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include "data/audio.h"
#include "model/tflite.h"

namespace sengi {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

model::Graph small_network(std::int32_t height, std::int32_t width) {
  std::vector<std::byte> weights(4 * 3 * 3 * 2);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<std::byte>(static_cast<std::int8_t>(i * 29 % 255 - 127));
  }
  const std::vector<std::int32_t> biases = {100, -200, 300, -400};
  std::vector<std::byte> bias(sizeof(std::int32_t) * biases.size());
  std::memcpy(bias.data(), biases.data(), bias.size());

  const model::Quantization per_channel{{0.01f, 0.02f, 0.015f, 0.005f}, {0, 0, 0, 0}, 0};
  model::Quantization bias_scale = per_channel;
  for (float& scale : bias_scale.scale) scale *= 0.05f;
  using model::Type;
  model::Graph graph;
  graph.name = "small";
  graph.tensors = {{"image", Type::int8, {1, height, width, 2}, {{0.05f}, {3}, 0}, {}},
                   {"conv/weights", Type::int8, {4, 3, 3, 2}, per_channel, weights},
                   {"conv/bias", Type::int32, {4}, bias_scale, bias},
                   {"conv", Type::int8, {1, height / 2, width / 2, 4}, {{0.1f}, {-5}, 0}, {}},
                   {"pool", Type::int8, {1, 1, 1, 4}, {{0.1f}, {-5}, 0}, {}}};
  graph.operators = {{model::Conv2D{.padding = model::Padding::same,
                                    .stride_h = 2,
                                    .stride_w = 2,
                                    .activation = model::Activation::relu},
                      {0, 1, 2},
                      {3}},
                     {model::AveragePool2D{.stride_h = height / 2,
                                           .stride_w = width / 2,
                                           .filter_h = height / 2,
                                           .filter_w = width / 2},
                      {3},
                      {4}}};
  graph.inputs = {0};
  graph.outputs = {4};
  return graph;
}

void CliTest::SetUp() {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  folder_.emplace(std::move(folder).value());
  model_ = model::write_tflite(small_network());
  ASSERT_TRUE(write_file(path("small.tflite"), model_).ok());
}

ProcessOutput CliTest::sengi(std::vector<std::string> words, const std::string& search_path) const {
  std::vector<std::string> command = {"/usr/bin/env", "XDG_CACHE_HOME=" + text("cache")};
  if (!search_path.empty()) command.push_back("PATH=" + search_path);
  command.push_back(SENGI_BINARY);
  command.insert(command.end(), words.begin(), words.end());
  auto output = run_process(command, std::chrono::minutes(5));
  EXPECT_TRUE(output.ok()) << output.error().message;
  return output.ok() ? output.value() : ProcessOutput{-1, "", ""};
}

void CliTest::expect_refusal(const ProcessOutput& output, const std::string& named) {
  EXPECT_EQ(output.exit_status, 2) << output.out << output.err;
  EXPECT_THAT(output.err, StartsWith("sengi: "));
  EXPECT_THAT(output.err, EndsWith("\n"));
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
  EXPECT_THAT(output.err, HasSubstr(named));
}

void CliTest::write_clip(const std::string& name, int hz) const {
  data::Audio audio{16000, std::vector<std::int16_t>(16000)};
  for (std::size_t i = 0; i < audio.samples.size(); ++i) {
    audio.samples[i] =
        static_cast<std::int16_t>(6000 * std::sin(static_cast<double>(i) * hz * 0.00039));
  }
  ASSERT_TRUE(data::write_wav(path("project/recordings/" + name), audio).ok());
}

void CliTest::make_project(const std::string& config) const {
  ASSERT_TRUE(write_text(path("project/sengi.toml"), config).ok());
  for (int take = 0; take < 6; ++take) {
    write_clip("no/" + std::to_string(take) + ".wav", 300 + take);
    write_clip("yes/" + std::to_string(take) + ".wav", 900 + take);
  }
}

}  // namespace sengi
