// SPDX-License-Identifier: Apache-2.0
// Programs that do what they should not, and the figures of those that do.
#include <gmock/gmock.h>

#include "emulate/test_board.h"

namespace sengi::emulate {
namespace {

using test::bytes_of;
using testing::AllOf;
using testing::HasSubstr;

const std::vector<std::byte> one_input = bytes_of({1, 2, 3, 4, 5, 6, 7, 8});

// The network with other instructions in its function.
std::string network_that_does(const std::string& statements, const std::string& before = "") {
  return "#include \"model.h\"\n" + before + "namespace tiny {\nvoid run(Arena& arena) {\n" +
         statements + "\n}\n}\n";
}

class Emulated : public test::Workbench, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    board_ = load_board(GetParam()).value();
    SENGI_NEED_BOARD(board_);
  }

  Result<emulate::Run> run_network(const std::string& source) {
    SENGI_TRY(program, build_network(board_, source));
    return run(program, one_input, {false, {}});
  }

  Board board_;
};

TEST_P(Emulated, AnInstructionThatIsNoneEndsTheProgram) {
  const auto got = run_network(network_that_does("__builtin_trap();"));
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message,
              AllOf(HasSubstr(board_.name), HasSubstr("fault"), HasSubstr(" at 0x")));
}

// Each board lacks memory at one of these.
TEST_P(Emulated, AnAddressThatIsNoneEndsTheProgram) {
  const auto got = run_network(
      network_that_does("const unsigned addresses[] = {0xa0000000, 0xf0000000};\n"
                        "for (const unsigned address : addresses) {\n"
                        "  *reinterpret_cast<volatile int*>(address + arena.bytes[0] * 4) = 1;\n"
                        "}"));
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("fault"));
}

TEST_P(Emulated, RunningOutOfStackEndsTheProgram) {
  const auto got = run_network(network_that_does(
      "arena.bytes[16] = static_cast<std::int8_t>(deeper(arena.bytes[0]));",
      "[[gnu::noipa]] int deeper(int x) { volatile int kept[64]; kept[x & 63] = x; "
      "return deeper(x + 1) + kept[0]; }\n"));
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("the stack"));
}

TEST_P(Emulated, TheStackIsMeasured) {
  const auto shallow = run_network(network_that_does("arena.bytes[16] = 1;"));
  ASSERT_TRUE(shallow.ok()) << shallow.error().message;
  const auto deep =
      run_network(network_that_does("volatile char room[2000]; for (int i = 0; i < 2000; ++i) "
                                    "room[i] = 1; arena.bytes[16] = room[7];"));
  ASSERT_TRUE(deep.ok()) << deep.error().message;
  EXPECT_GT(shallow.value().stack_bytes, 50u);
  EXPECT_LT(shallow.value().stack_bytes, 600u);
  EXPECT_GE(deep.value().stack_bytes, 2000u);
  EXPECT_LT(deep.value().stack_bytes, 2600u);
}

// The board's own memory functions, where sizes and alignments meet, against this machine's.
TEST_P(Emulated, MemoryFunctionsDoWhatTheyShould) {
  const auto got = run_network(network_that_does(R"(
  volatile std::size_t zero = 0;
  unsigned bad = 0;
  for (unsigned from = 0; from < 9; ++from)
    for (unsigned to = 0; to < 9; ++to)
      for (unsigned n = 0; n < 20; ++n) bad += check(from, to, n + zero);
  arena.bytes[16] = static_cast<std::int8_t>(bad == 0 ? 77 : 1);)",
                                                 R"(#include <cstring>
static unsigned char a[40], b[40], expected[40];
static void fill() {
  for (unsigned i = 0; i < 40; ++i) a[i] = b[i] = expected[i] = static_cast<unsigned char>(i * 7);
}
static unsigned differs() {
  unsigned count = 0;
  for (unsigned i = 0; i < 40; ++i) count += b[i] != expected[i];
  return count + (std::memcmp(b, expected, 40) != 0);
}
[[gnu::noipa]] static unsigned check(unsigned from, unsigned to, std::size_t n) {
  fill();
  for (unsigned i = 0; i < n; ++i) expected[to + i] = a[from + i];
  std::memcpy(b + to, a + from, n);
  unsigned bad = differs();
  std::memcpy(b, a, 40);
  std::memmove(b + to, b + from, n);
  bad += differs();
  fill();
  for (unsigned i = 0; i < n; ++i) expected[to + i] = 0xa5;
  std::memset(b + to, 0xa5, n);
  bad += differs();
  b[from] = static_cast<unsigned char>(expected[from] + 1);
  return bad + (std::memcmp(b, expected, 40) <= 0) + (std::memcmp(expected, b, 40) >= 0);
}
)"));
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().output[0], std::byte{77});
}

INSTANTIATE_TEST_SUITE_P(Boards, Emulated, testing::ValuesIn(test::emulated_boards()),
                         [](const auto& tested) { return test::test_name(tested.param); });

TEST(Boards, AllLoadAndHaveWhatTheyNeed) {
  const auto names = board_names();
  EXPECT_THAT(names, testing::IsSupersetOf({"host", "mps2-an386", "microbit"}));
  for (const std::string& name : names) {
    const auto board = load_board(name);
    ASSERT_TRUE(board.ok()) << board.error().message;
    EXPECT_FALSE(board.value().title.empty());
    EXPECT_FALSE(board.value().port.empty());
    if (board.value().qemu_machine.empty()) continue;
    EXPECT_GT(board.value().flash_bytes, 0u);
    EXPECT_GT(board.value().ram_bytes, 0u);
  }
}

TEST(Boards, AnUnknownOneIsAnsweredWithTheNearest) {
  const auto got = load_board("mps2-an368");
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message,
              AllOf(HasSubstr("'mps2-an368'"), HasSubstr("did you mean 'mps2-an386'")));
}

}  // namespace
}  // namespace sengi::emulate
