// SPDX-License-Identifier: Apache-2.0
// Counting over blocks, without an emulator.
#include "emulate/plugin/cycle_count.h"

#include <gmock/gmock.h>

namespace sengi::emulate {
namespace {

constexpr ThumbInstruction plain = {2, 1};
constexpr ThumbInstruction wide = {4, 1};
constexpr ThumbInstruction load = {2, 2, Access::load};
constexpr ThumbInstruction store = {2, 1, Access::store};

Block block_at(std::uint32_t address, std::vector<ThumbInstruction> instructions) {
  return make_block(address, instructions);
}

TEST(MakeBlock, AddsUpWhatIsKnownWithoutNeighbours) {
  const Block block = block_at(0x100, {load, load, plain, store, load, wide});
  EXPECT_EQ(block.begin, 0x100u);
  EXPECT_EQ(block.end, 0x10eu);
  EXPECT_EQ(block.instructions, 6u);
  EXPECT_EQ(block.cycles, 2u + 1 + 1 + 1 + 1 + 1);
  EXPECT_EQ(block.first, Access::load);
  EXPECT_EQ(block.last, Access::none);
}

// A caller at 0x10, the function at 0x100, a part of it at 0x200.
class Counting : public testing::Test {
 protected:
  Counting() {
    function_.enters_function = true;
    part_.enters_part = 0;
  }

  void execute(std::initializer_list<const Block*> blocks) {
    for (const Block* block : blocks) counter_.execute(*block);
  }

  Block before_call_ = block_at(0x10, {plain, wide});  // ends with the call, at 0x16
  Block after_call_ = block_at(0x16, {plain});
  Block function_ = block_at(0x100, {plain, load});
  Block next_ = block_at(0x104, {load, plain});  // in memory behind function_
  Block part_ = block_at(0x200, {plain});
  CycleCounter counter_{1};
};

TEST_F(Counting, FromTheFirstInstructionToTheReturn) {
  execute({&before_call_, &function_, &after_call_, &before_call_});
  EXPECT_EQ(counter_.calls(), 1u);
  EXPECT_EQ(counter_.last().whole, (Count{2, 3 + 2}));  // and 2 for the return
}

TEST_F(Counting, BlocksInOrderCostNoRefillAndLoadsOverlapAcrossThem) {
  execute({&before_call_, &function_, &next_, &after_call_});
  EXPECT_EQ(counter_.last().whole, (Count{4, 3 + (3 - 1) + 2}));
}

TEST_F(Counting, JumpsCostARefill) {
  execute({&before_call_, &function_, &function_, &part_, &after_call_});
  EXPECT_EQ(counter_.last().whole, (Count{5, 3 + 2 + 3 + 2 + 1 + 2}));
}

TEST_F(Counting, NothingCountsOutsideTheFunction) {
  execute({&part_, &before_call_, &after_call_, &part_});
  EXPECT_EQ(counter_.calls(), 0u);
  execute({&before_call_, &function_, &after_call_, &part_, &part_});
  EXPECT_EQ(counter_.last().whole, (Count{2, 5}));
}

TEST_F(Counting, ACallThatDoesNotReturnIsNoCall) {
  execute({&before_call_, &function_, &next_});
  EXPECT_EQ(counter_.calls(), 0u);
}

TEST_F(Counting, TheLastCallTheLeastAndTheMost) {
  execute({&before_call_, &function_, &next_, &after_call_});              // 7
  execute({&before_call_, &function_, &function_, &next_, &after_call_});  // 12
  execute({&before_call_, &function_, &after_call_});                      // 5
  EXPECT_EQ(counter_.calls(), 3u);
  EXPECT_EQ(counter_.last().whole.cycles, 5u);
  EXPECT_EQ(counter_.least_cycles(), 5u);
  EXPECT_EQ(counter_.most_cycles(), 12u);
}

TEST(CountingParts, PartsAddUpToTheWhole) {
  Block call = block_at(0x10, {plain, wide});
  Block function = block_at(0x100, {plain, wide});
  Block first = block_at(0x200, {load, plain});
  Block between = block_at(0x106, {plain, wide});
  Block second = block_at(0x300, {store, plain, plain});
  Block end = block_at(0x10c, {plain});
  Block after = block_at(0x16, {plain});
  function.enters_function = true;
  first.enters_part = 0;
  second.enters_part = 1;
  CycleCounter counter(2);
  for (const Block* block : {&call, &function, &first, &between, &second, &end, &after}) {
    counter.execute(*block);
  }
  const CallCount& got = counter.last();
  ASSERT_EQ(got.parts.size(), 2u);
  EXPECT_EQ(got.parts[0], (Count{6, (2 + 2) + (3 + 2) + (2 + 2)}));  // what comes before, too
  EXPECT_EQ(got.parts[1], (Count{4, (3 + 2) + (1 + 2)}));
  EXPECT_EQ(got.whole, (Count{got.parts[0].instructions + got.parts[1].instructions,
                              got.parts[0].cycles + got.parts[1].cycles}));
}

// A caller at 0x10 calls 0x100, which calls 0x200.
TEST(Totals, AddUpCallsWithWhatTheyCall) {
  Block caller = block_at(0x10, {plain, wide});
  Block back = block_at(0x16, {plain});
  Block outer = block_at(0x100, {plain, plain});
  Block outer_goes_on = block_at(0x104, {plain});
  Block inner = block_at(0x200, {plain, plain, plain});
  outer.enters_total = 0;
  inner.enters_total = 1;
  TotalCounter counter(2);
  for (int call = 0; call < 3; ++call) {
    for (const Block* block : {&caller, &outer, &inner, &outer_goes_on, &back}) {
      counter.execute(*block);
    }
  }
  EXPECT_EQ(counter.total(0).calls, 3u);
  EXPECT_EQ(counter.total(1).calls, 3u);
  // Into the inner one, out of it, and out of the outer one: two cycles each.
  EXPECT_EQ(counter.total(0).count, (Count{3 * 6, 3 * (6 + 2 + 2 + 2)}));
  EXPECT_EQ(counter.total(1).count, (Count{3 * 3, 3 * (3 + 2)}));
  EXPECT_EQ(counter.all().instructions, 3u * 9);
}

TEST(Totals, LeaveOutWhatNeverReturned) {
  Block caller = block_at(0x10, {plain});
  Block outer = block_at(0x100, {plain});
  outer.enters_total = 0;
  TotalCounter counter(1);
  counter.execute(caller);
  counter.execute(outer);
  EXPECT_EQ(counter.total(0), TotalCounter::Total{});
}

}  // namespace
}  // namespace sengi::emulate
