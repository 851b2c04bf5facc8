// SPDX-License-Identifier: Apache-2.0
// The cycle plugin in QEMU, on functions in assembly whose cost was worked out by hand from the
// rule.
#include <gmock/gmock.h>

#include "emulate/test_board.h"

namespace sengi::emulate {
namespace {

using test::bytes_of;

struct HandCounted {
  const char* name;
  const char* assembly;  // of run(); r0 points to 16 bytes of input and output
  std::uint64_t instructions;
  std::uint64_t cycles;
};

const HandCounted hand_counted[] = {
    // The return goes elsewhere: 2 to fill the pipeline.
    {"Nothing", "bx lr", 1, 3},
    // 2, then 1 behind a load, 1 behind a load, 1, 2 again, 1, 1 behind a store, 3.
    {"LoadsInSeries",
     "ldr r1, [r0]\n ldr r2, [r0, #4]\n ldrb r3, [r0]\n adds r1, r1, r2\n ldr r2, [r0]\n"
     "str r2, [r0, #4]\n ldr r3, [r0]\n bx lr",
     8, 12},
    // 1; three rounds of 1 + 1, two of them jump back for 2; 3.
    {"Loop", "movs r1, #3\n 1: subs r1, #1\n bne 1b\n bx lr", 8, 14},
    // 1 + 5; 2; 1 + 5, and 2 for the jump.
    {"PushAndPop", "push {r4-r7, lr}\n ldr r4, [r0]\n pop {r4-r7, pc}", 3, 16},
    // The second load's condition does not hold; it counts, behind the first: 1 1 1 2 1 3.
    {"ConditionalBlock",
     "movs r1, #0\n cmp r1, #0\n ite eq\n ldreq r2, [r0]\n ldrne r2, [r0, #4]\n bx lr", 6, 9},
    // The condition of a return within a block does not hold, then holds: 1 1 1 1, 1 1 1 3.
    {"ConditionalReturn",
     "movs r1, #0\n cmp r1, #1\n it eq\n bxeq lr\n nop\n cmp r1, #0\n it eq\n bxeq lr\n bx lr", 8,
     10},
    // 3; 1 + 2; 1 + 2; 3 + 2.
    {"CallAndReturn", "push {r4, lr}\n bl 1f\n pop {r4, pc}\n 1: bx lr", 4, 14},
    // A call in the last place is a jump: 1 + 2, 1 + 2.
    {"TailCall", "b 1f\n nop\n 1: bx lr", 2, 6},
    // 1 1 7 7 1 1 14 14 3.
    {"Divisions",
     "movs r1, #7\n movs r2, #2\n sdiv r1, r1, r2\n udiv r1, r1, r2\n vmov s0, r2\n"
     "vcvt.f32.s32 s0, s0\n vdiv.f32 s0, s0, s0\n vsqrt.f32 s0, s0\n bx lr",
     9, 49},
    // 2; 2, since LDRD is no single load; 2; 1 + 4; 1 + 4; 1 + 3; 3.
    {"MoreThanOneRegister",
     "ldrd r2, r3, [r0]\n ldr r1, [r0]\n strd r2, r3, [r0, #8]\n vpush {s16-s19}\n"
     "vpop {s16-s19}\n ldmia r0!, {r1, r2, r3}\n bx lr",
     7, 23},
    // 2; 1 behind a load; 1 behind a load, and 1 behind the store: 1; 3.
    {"FloatLoads", "vldr s0, [r0]\n vldr s1, [r0, #4]\n vstr s1, [r0, #8]\n ldr r1, [r0]\n bx lr",
     5, 8},
    // 1; a branch not taken 1; a branch to what is next in memory anyway 1; 3.
    {"BranchesThatGoNowhere", "cmp r0, #0\n beq 1f\n b.n 1f\n 1: bx lr", 4, 6},
    // 2 1; a branch not taken between two loads 1; 2 since a branch was before; 3.
    {"BranchBetweenLoads", "ldr r1, [r0]\n cbz r0, 1f\n ldr r1, [r0]\n 1: bx lr", 4, 8},
    // A table branch is 1, and jumps: 1 1 + 2, 3.
    {"TableBranch", "movs r1, #1\n tbb [pc, r1]\n 2: .byte 2, 1\n 1: bx lr\n nop", 3, 7},
    // More than QEMU translates at a time: 2, then 1,999 behind a load, and 3.
    {"LongRun", ".rept 2000\n ldr r1, [r0]\n .endr\n bx lr", 2001, 2004},
    // Instructions of four bytes over the ends of QEMU's pages: 1 + 2; 2, then 999 of 1; 3.
    {"LongRunAcrossPages",
     "b 1f\n .p2align 2\n nop\n 1: .rept 1000\n ldr.w r1, [r0]\n .endr\n bx lr", 1002, 1007},
};

class CycleRule : public test::Workbench {
 protected:
  void SetUp() override {
    board_ = load_board("mps2-an386").value();
    SENGI_NEED_BOARD(board_);
  }
  Board board_;
};

TEST_F(CycleRule, GivesWhatWasWorkedOutByHand) {
  for (const HandCounted& one : hand_counted) {
    SCOPED_TRACE(one.name);
    const std::string source =
        "#include \"model.h\"\nnamespace tiny {\n"
        "[[gnu::naked]] void run(Arena&) {\nasm(R\"(\n" +
        std::string(one.assembly) + "\n)\");\n}\n}\n";
    const auto program = build_network(board_, source);
    ASSERT_TRUE(program.ok()) << program.error().message;
    const auto got = run(program.value(), bytes_of({1, 2, 3, 4, 5, 6, 7, 8}), {});
    ASSERT_TRUE(got.ok()) << got.error().message;
    EXPECT_EQ(got.value().instructions, one.instructions);
    EXPECT_EQ(got.value().cycles, one.cycles);
  }
}

// Two layers in assembly: push 3, bl 1 + 2, [first: 2 3], bl 1 + 2, [second: loop of in[0] rounds
// 2 + 1 + n (1 + 1) + (n - 1) 2 + 3], pop 3 + 2.
constexpr const char* two_layers = R"(#include "model.h"
namespace tiny {
namespace {
[[gnu::naked, gnu::used, gnu::noipa]] void first(Arena&) { asm("ldr r1, [r0]\n bx lr"); }
[[gnu::naked, gnu::used, gnu::noipa]] void second(Arena&) {
  asm("ldrb r1, [r0]\n nop\n 1: subs r1, #1\n bne 1b\n bx lr");
}
}
[[gnu::naked]] void run(Arena&) {
  asm("push {r4, lr}\n bl %c0\n bl %c1\n pop {r4, pc}" :: "i"(first), "i"(second));
}
}
)";

std::uint64_t second_layer_cycles(std::uint64_t rounds) {
  return 2 + 1 + 2 * rounds + 2 * (rounds - 1) + 3;
}

TEST_F(CycleRule, LayersAddUpToTheWhole) {
  const auto program = build_network(board_, two_layers);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto got = run(program.value(), bytes_of({5, 0, 0, 0, 0, 0, 0, 0}),
                       {true, {"first", "folded_away", "second"}});
  ASSERT_TRUE(got.ok()) << got.error().message;
  const emulate::Run& counted = got.value();
  ASSERT_EQ(counted.layers.size(), 2u);
  EXPECT_EQ(counted.layers[0].name, "first");
  EXPECT_EQ(counted.layers[0].instructions, 5u);  // push, bl, ldr, bx, bl
  EXPECT_EQ(counted.layers[0].cycles, 3u + 3 + 5 + 3);
  EXPECT_EQ(counted.layers[1].name, "second");
  EXPECT_EQ(counted.layers[1].instructions, 2u + 10 + 1 + 1);
  EXPECT_EQ(counted.layers[1].cycles, second_layer_cycles(5) + 5);
  EXPECT_EQ(counted.instructions, counted.layers[0].instructions + counted.layers[1].instructions);
  EXPECT_EQ(counted.cycles, counted.layers[0].cycles + counted.layers[1].cycles);
}

TEST_F(CycleRule, TheLastInferenceIsToldAndTheWorst) {
  const auto program = build_network(board_, two_layers);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto got =
      run(program.value(),
          bytes_of({5, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}));
  ASSERT_TRUE(got.ok()) << got.error().message;
  const std::uint64_t others = 3 + 3 + 5 + 3 + 5;
  EXPECT_EQ(got.value().cycles, others + second_layer_cycles(2));
  EXPECT_EQ(got.value().most_cycles, others + second_layer_cycles(90));
}

TEST_F(CycleRule, TheSameRunGivesTheSameCount) {
  const auto program = build_network(board_);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto input = bytes_of({1, 2, 3, 4, 5, 6, 7, 8});
  const auto one = run(program.value(), input, {true, {"scale", "shift"}});
  const auto other = run(program.value(), input, {true, {"scale", "shift"}});
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one.value().instructions, other.value().instructions);
  EXPECT_EQ(one.value().cycles, other.value().cycles);
}

TEST(ExplainCycleRule, NamesEveryPart) {
  const std::string text = explain_cycle_rule();
  for (const char* part : {"LDRD", "LDM", "SDIV", "VSQRT", "not the next in memory", "IT block"}) {
    EXPECT_THAT(text, testing::HasSubstr(part));
  }
}

}  // namespace
}  // namespace sengi::emulate
