// SPDX-License-Identifier: Apache-2.0
#include "compile/generated_program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"

namespace sengi::compile {
namespace {

// Reads input.bin, writes output.bin; the last argument of run_model is how many inferences.
constexpr const char* program_start = R"(
#include <cstdio>
#include <cstring>
#include <cstdlib>
#include <memory>

std::FILE* in = nullptr;
std::FILE* out = nullptr;

template <typename Arena>
void run_model(void (*reset)(Arena&), void (*run)(Arena&), const std::size_t* input_offsets,
               const std::size_t* input_sizes, std::size_t inputs,
               const std::size_t* output_offsets, const std::size_t* output_sizes,
               std::size_t outputs, int times) {
  const auto arena = std::make_unique<Arena>();
  std::memset(arena->bytes, 0x55, sizeof arena->bytes);
  reset(*arena);
  for (int i = 0; i < times; ++i) {
    for (std::size_t k = 0; k < inputs; ++k) {
      if (std::fread(arena->bytes + input_offsets[k], 1, input_sizes[k], in) != input_sizes[k]) {
        std::exit(3);
      }
    }
    run(*arena);
    for (std::size_t k = 0; k < outputs; ++k) {
      std::fwrite(arena->bytes + output_offsets[k], 1, output_sizes[k], out);
    }
  }
}
)";

std::string includes_of(std::size_t models) {
  std::string text;
  for (std::size_t i = 0; i < models; ++i) text += fmt::format("#include \"{}/model.cpp\"\n", i);
  return text;
}

std::string program_text(const std::vector<GeneratedCode>& models,
                         const std::vector<Bytes>& inputs) {
  std::string text = includes_of(models.size()) + program_start +
                     "int main() {\n"
                     "  in = std::fopen(\"input.bin\", \"rb\");\n"
                     "  out = std::fopen(\"output.bin\", \"wb\");\n";
  for (std::size_t i = 0; i < models.size(); ++i) {
    text += fmt::format(
        "  run_model({0}::reset, {0}::run, {0}::input_offsets, {0}::input_sizes, "
        "{0}::input_count,\n"
        "            {0}::output_offsets, {0}::output_sizes, {0}::output_count, {1});\n",
        models[i].plan.name, inputs[i].size() / models[i].plan.input_bytes);
  }
  return text + "  return std::fclose(out);\n}\n";
}

Result<void> write_files(const std::filesystem::path& folder,
                         const std::vector<GeneratedCode>& models,
                         const std::vector<Bytes>& inputs) {
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::filesystem::path model = folder / std::to_string(i);
    SENGI_CHECK(write_text(model / "model.h", models[i].header));
    SENGI_CHECK(write_text(model / "model.cpp", models[i].source));
  }
  SENGI_CHECK(write_text(folder / "main.cpp", program_text(models, inputs)));
  Bytes all;
  for (const Bytes& bytes : inputs) all.insert(all.end(), bytes.begin(), bytes.end());
  return write_file(folder / "input.bin", all);
}

Result<void> execute(const std::vector<std::string>& command, const std::filesystem::path& folder) {
  SENGI_TRY(output, run_process(command, std::chrono::minutes(10), folder));
  if (output.exit_status == 0) return {};
  return Error{
      fmt::format("{}: status {}\n{}", command[0], output.exit_status, output.err.substr(0, 4000))};
}

std::vector<Bytes> split(const Bytes& all, const std::vector<GeneratedCode>& models,
                         const std::vector<Bytes>& inputs) {
  std::vector<Bytes> outputs;
  auto at = all.begin();
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::size_t times = inputs[i].size() / models[i].plan.input_bytes;
    const auto end = at + static_cast<std::ptrdiff_t>(times * models[i].plan.output_bytes);
    outputs.emplace_back(at, end);
    at = end;
  }
  return outputs;
}

}  // namespace

Result<std::vector<Bytes>> run_generated(const std::vector<GeneratedCode>& models,
                                         const std::vector<Bytes>& inputs,
                                         const Compiler& compiler) {
  SENGI_TRY(folder, TemporaryFolder::make());
  SENGI_CHECK(write_files(folder.path(), models, inputs));
  std::vector<std::string> command = {
      compiler.program, "-std=c++20", "-Wall", "-Wextra", "-Wconversion",
      "-Werror",        "main.cpp",   "-o",    "program", "-I" SENGI_SOURCE_DIR "/device/include"};
  command.insert(command.end(), compiler.options.begin(), compiler.options.end());
  SENGI_CHECK(execute(command, folder.path()));
  SENGI_CHECK(execute({folder.path() / "program"}, folder.path()));
  SENGI_TRY(bytes, read_file(folder.path() / "output.bin"));
  return split(bytes, models, inputs);
}

TEST(GeneratedProgram, SaysWhatTheCompilerDidNotLike) {
  GeneratedCode code;
  code.source = "int unused(int x) { return 0; }\n#error no such thing\n";
  code.plan.name = "broken";
  code.plan.input_bytes = code.plan.output_bytes = 1;
  const auto result = run_generated({code}, {{std::byte{0}}});
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("no such thing"), std::string::npos);
}

}  // namespace sengi::compile
