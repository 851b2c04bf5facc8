// SPDX-License-Identifier: Apache-2.0
// Every published model with golden bytes that computes in integers, on an emulated Cortex-M4. Some
// share a program: one network after another, each in an arena of its own.
#include "compile/published_models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <span>

#include "emulate/test_board.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;
using compile::PublishedModel;

// What firmware/model_runner asks of a network, of several: their inputs one after another, their
// outputs likewise.
std::string joined_header(std::span<const PublishedModel> models) {
  std::string text = "#pragma once\n";
  std::string arenas;
  std::string runs;
  std::string resets;
  std::string inputs;
  std::string outputs;
  std::vector<std::string> input_sizes;
  std::vector<std::string> output_sizes;
  for (const PublishedModel& model : models) {
    const std::string& name = model.code.plan.name;
    text += fmt::format("#include \"{}/model.h\"\n", name);
    arenas += fmt::format("  ::{0}::Arena {0};\n", name);
    runs += fmt::format("  ::{0}::run(arena.{0});\n", name);
    resets += fmt::format("  ::{0}::reset(arena.{0});\n", name);
    const auto reach = [&](std::string& code, const char* what) {
      code += fmt::format(
          "  if (which < ::{0}::{1}_count) return ::{0}::{1}(arena.{0}, which);\n"
          "  which -= ::{0}::{1}_count;\n",
          name, what);
    };
    reach(inputs, "input");
    reach(outputs, "output");
    const auto sizes = [&](std::vector<std::string>& all, const char* what, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        all.push_back(fmt::format("::{}::{}_sizes[{}]", name, what, i));
      }
    };
    sizes(input_sizes, "input", model.inputs);
    sizes(output_sizes, "output", model.outputs);
  }
  return text + fmt::format(R"(
namespace application {{
struct Arena {{
{0}}};
constexpr std::size_t input_count = {1};
constexpr std::size_t input_sizes[] = {{{2}}};
constexpr std::size_t input_bytes = {3};
constexpr std::size_t output_count = {4};
constexpr std::size_t output_sizes[] = {{{5}}};
inline void reset(Arena& arena) {{
{6}}}
inline void run(Arena& arena) {{
{7}}}
inline std::int8_t* input(Arena& arena, std::size_t which) {{
{8}  return nullptr;
}}
inline const std::int8_t* output(const Arena& arena, std::size_t which) {{
{9}  return nullptr;
}}
}}  // namespace application
)",
                            arenas, input_sizes.size(), fmt::join(input_sizes, ", "),
                            fmt::join(input_sizes, " + "), output_sizes.size(),
                            fmt::join(output_sizes, ", "), resets, runs, inputs, outputs);
}

class AllPublishedModels : public test::Workbench {
 protected:
  // All of them as one source file.
  void write_joined(std::span<const PublishedModel> models, const fs::path& folder) {
    std::string source = "#include \"application.h\"\n";
    for (const PublishedModel& model : models) {
      const fs::path own = folder / model.code.plan.name;
      ASSERT_TRUE(write_text(own / "model.h", model.code.header).ok());
      ASSERT_TRUE(write_text(own / "model.cpp", model.code.source).ok());
      source += fmt::format("#include \"{}/model.cpp\"\n", model.code.plan.name);
    }
    ASSERT_TRUE(write_text(folder / "application.h", joined_header(models)).ok());
    ASSERT_TRUE(write_text(folder / "joined.cpp", source).ok());
  }

  void expect_golden_bytes(std::span<const PublishedModel> models, const fs::path& folder) {
    write_joined(models, folder / "code");
    const auto program = build({board_, "model_runner", {folder / "code"}}, folder / "built");
    ASSERT_TRUE(program.ok()) << program.error().message;
    // As many runs as there are golden inferences; each model gives the same number.
    const std::size_t runs = models[0].input.size() / models[0].code.plan.input_bytes;
    std::vector<std::byte> input;
    for (std::size_t run = 0; run < runs; ++run) {
      for (const PublishedModel& model : models) {
        const std::size_t size = model.code.plan.input_bytes;
        ASSERT_EQ(model.input.size(), runs * size) << model.name;
        const auto first = model.input.begin() + static_cast<std::ptrdiff_t>(run * size);
        input.insert(input.end(), first, first + static_cast<std::ptrdiff_t>(size));
      }
    }
    const auto got = run(program.value(), input, {.count = false, .layers = {}});
    ASSERT_TRUE(got.ok()) << got.error().message;
    std::span<const std::byte> output = got.value().output;
    for (std::size_t run = 0; run < runs; ++run) {
      for (const PublishedModel& model : models) {
        const std::size_t size = model.code.plan.output_bytes;
        ASSERT_GE(output.size(), size);
        const auto golden = std::span(model.output).subspan(run * size, size);
        EXPECT_TRUE(std::ranges::equal(output.first(size), golden)) << model.name;
        output = output.subspan(size);
      }
    }
    EXPECT_TRUE(output.empty());
  }

  fs::path data_ = SENGI_SHARED_DATA;
  Board board_;
};

TEST_F(AllPublishedModels, GiveTheGoldenBytesOnTheCortexM4) {
  if (!fs::exists(data_)) GTEST_SKIP() << data_ << " is not there; it holds the models";
  board_ = load_board("mps2-an386").value();
  SENGI_NEED_BOARD(board_);
  const compile::PublishedModels published = compile::published_models(data_);
  const std::span<const PublishedModel> models = published.models;
  constexpr std::size_t together = 12;
  for (std::size_t first = 0; first < models.size(); first += together) {
    const std::size_t count = std::min(together, models.size() - first);
    expect_golden_bytes(models.subspan(first, count), folder_ / std::to_string(first));
  }
  EXPECT_EQ(models.size(), 85U);
}

}  // namespace
}  // namespace sengi::emulate
