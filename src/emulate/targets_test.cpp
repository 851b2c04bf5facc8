// SPDX-License-Identifier: Apache-2.0
// A network means one thing: on every board, whatever its processor and compiler, generated code
// gives the bytes of the reference interpreter. A board whose tools are missing is skipped, saying
// which packages bring them.
#include <gmock/gmock.h>

#include "base/hash.h"
#include "compile/code_files.h"
#include "emulate/test_board.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

class Target : public test::Workbench, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    board_ = load_board(GetParam()).value();
    SENGI_NEED_BOARD(board_);
  }

  Result<emulate::Run> run_graph(const model::Graph& graph, const Bytes& input) {
    SENGI_TRY(code, compile::generate(graph, "test.tflite", std::string(64, '0')));
    SENGI_CHECK(compile::write_files(compile::files_of(code), folder_ / "code"));
    SENGI_TRY(program, build({board_, "model_runner", {folder_ / "code"}}, folder_ / "built"));
    SENGI_TRY(done, run(program, input));
    expect_as_predicted(program, done, code.plan);
    return done;
  }

  // What was said before the program ran holds: the arena is the linker's symbol to the byte, and
  // the stack's high-water mark is within its bound.
  void expect_as_predicted(const Program& program, const emulate::Run& done,
                           const compile::Plan& plan) const {
    if (board_.qemu_machine.empty()) return;
    EXPECT_EQ(program.sections.arena_bytes, plan.arena_bytes);
    ASSERT_TRUE(program.stack_bound_bytes.has_value());
    EXPECT_GT(done.stack_bytes, 0u);
    EXPECT_LE(done.stack_bytes, *program.stack_bound_bytes);
    std::string nm = board_.compiler;
    nm.replace(nm.rfind("g++"), 3, "nm");
    const auto symbols = run_process({nm, "-S", "-C", program.elf.string()});
    ASSERT_TRUE(symbols.ok());
    char size[16];
    std::snprintf(size, sizeof size, "%08zx", plan.arena_bytes);
    EXPECT_THAT(symbols.value().out, testing::ContainsRegex(std::string(size) + " [bB] .*arena\n"));
  }

  Board board_;
};

TEST_P(Target, GivesTheInterpretersBytesForNetworksOfAllKinds) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    model::Graph graph = model::small_network(model::Type::int8, seed);
    graph.name = "mixed" + std::to_string(seed);
    auto interpreter = model::Interpreter::make(graph).value();
    const std::size_t size = interpreter.input_bytes();
    Bytes inputs(20 * size);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      inputs[i] = static_cast<std::byte>((i * i * 31 + i * 7 + seed) >> 3);
    }
    Bytes expected;
    for (std::size_t i = 0; i < inputs.size(); i += size) {
      const Bytes output = interpreter.run(std::span(inputs).subspan(i, size));
      expected.insert(expected.end(), output.begin(), output.end());
    }
    const auto got = run_graph(graph, inputs);
    ASSERT_TRUE(got.ok()) << got.error().message;
    EXPECT_EQ(got.value().output, expected);
  }
}

TEST_P(Target, GivesTheGoldenBytesOfAPublishedModel) {
  const fs::path data = SENGI_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << data << " is not there; it holds the models";
  const fs::path file = data / "tflite_models" / "tiny" / "str_ww_ref_model.tflite";
  const auto graph = model::read_tflite(file);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  const fs::path golden = data / "tflite_golden";
  const auto got = run_graph(graph.value(), read_file(golden / "tiny_str_ww_ref_model.in").value());
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().output, read_file(golden / "tiny_str_ww_ref_model.out").value());
}

INSTANTIATE_TEST_SUITE_P(Boards, Target, testing::ValuesIn(runnable_board_names()),
                         [](const auto& tested) { return test::test_name(tested.param); });

}  // namespace
}  // namespace sengi::emulate
