// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "base/files.h"
#include "base/process.h"
#include "emulate/emulate.h"
#include "emulate/test_network.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

const std::vector<std::byte> two_inputs =
    bytes_of({0, 1, 2, 3, 4, 5, 6, 7, -1, -2, -3, -4, 40, 41, 42, 43});
const std::vector<std::byte> two_outputs =
    bytes_of({1, 4, 7, 10, 13, 16, 19, 22, -2, -5, -8, -11, 121, 124, 127, 130});

class OnBoard : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    board_ = load_board(GetParam()).value();
    if (!find_program(board_.compiler)) GTEST_SKIP() << board_.compiler << " is not installed";
    if (!board_.qemu_machine.empty() && !find_program("qemu-system-arm")) {
      GTEST_SKIP() << "qemu-system-arm is not installed";
    }
    ASSERT_TRUE(test::write_network(folder_ / "code").ok());
  }

  Result<Program> build_tiny() {
    return build({board_, "model_runner", {folder_ / "code"}}, folder_ / "built");
  }

  bool emulated() const { return !board_.qemu_machine.empty(); }

  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  fs::path folder_ = temporary_.path();
  Board board_;
};

TEST_P(OnBoard, RunsTheNetworkOverEveryInput) {
  const auto program = build_tiny();
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto got = run(program.value(), two_inputs, {true, {"scale", "shift"}});
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().output, two_outputs);
  EXPECT_EQ(got.value().console, "");
  EXPECT_EQ(got.value().instructions.has_value(), emulated());
  if (emulated())
    printf("%zu instr %zu cyc %zu stack code %zu const %zu static %zu arena %zu\n",
           *got.value().instructions, got.value().cycles.value_or(0), got.value().stack_bytes,
           program.value().sections.flash_code_bytes, program.value().sections.flash_const_bytes,
           program.value().sections.static_bytes, program.value().sections.arena_bytes);
}

INSTANTIATE_TEST_SUITE_P(Boards, OnBoard, testing::Values("host", "mps2-an386", "microbit"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace sengi::emulate
