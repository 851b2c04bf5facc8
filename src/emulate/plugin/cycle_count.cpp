// SPDX-License-Identifier: Apache-2.0
#include "emulate/plugin/cycle_count.h"

#include <algorithm>

namespace sengi::emulate {
namespace {

constexpr std::uint64_t refill_cycles = 2;

// A load behind another access overlaps with it and gains its second cycle back.
bool overlaps(Access before, Access now) { return before != Access::none && now == Access::load; }

}  // namespace

Block make_block(std::uint32_t begin, std::span<const ThumbInstruction> instructions) {
  Block block{begin, begin};
  for (const ThumbInstruction& instruction : instructions) {
    block.cycles += instruction.cycles;
    if (overlaps(block.last, instruction.access)) --block.cycles;
    block.last = instruction.access;
    block.end += instruction.bytes;
    ++block.instructions;
  }
  if (!instructions.empty()) block.first = instructions.front().access;
  return block;
}

void CycleCounter::execute(const Block& block) {
  if (counting_) {
    if (block.begin != previous_->end) add(0, refill_cycles);
    if (block.begin == return_address_) end_call();
  } else if (block.enters_function && previous_ != nullptr) {
    begin_call();
  }
  if (counting_) {
    if (block.enters_part != no_part) part_ = block.enters_part;
    const bool gain = overlaps(previous_->last, block.first);
    add(block.instructions, block.cycles - (gain ? 1 : 0));
  }
  previous_ = &block;
}

void CycleCounter::begin_call() {
  counting_ = true;
  // The call was the last instruction executed; the function returns behind it.
  return_address_ = previous_->end;
  part_ = current_.parts.empty() ? no_part : 0;
  current_ = {{}, std::vector<Count>(current_.parts.size())};
}

void CycleCounter::end_call() {
  counting_ = false;
  last_ = current_;
  ++calls_;
  most_cycles_ = std::max(most_cycles_, last_.whole.cycles);
  least_cycles_ = std::min(least_cycles_, last_.whole.cycles);
}

void CycleCounter::add(std::uint64_t instructions, std::uint64_t cycles) {
  current_.whole.instructions += instructions;
  current_.whole.cycles += cycles;
  if (part_ == no_part) return;
  current_.parts[part_].instructions += instructions;
  current_.parts[part_].cycles += cycles;
}

}  // namespace sengi::emulate
