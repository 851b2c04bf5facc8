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

void TotalCounter::execute(const Block& block) {
  if (previous_ != nullptr && block.begin != previous_->end) all_.cycles += refill_cycles;
  for (std::size_t i = 0; running_ > 0 && i < functions_.size(); ++i) {
    Function& function = functions_[i];
    if (!function.running || block.begin != function.return_address) continue;
    function.running = false;
    --running_;
    ++function.total.calls;
    function.total.count.instructions += all_.instructions - function.before.instructions;
    function.total.count.cycles += all_.cycles - function.before.cycles;
  }
  if (block.enters_total != no_total && previous_ != nullptr &&
      !functions_[block.enters_total].running) {
    Function& function = functions_[block.enters_total];
    function.running = true;
    ++running_;
    function.return_address = previous_->end;
    function.before = all_;
  }
  const bool gain = previous_ != nullptr && overlaps(previous_->last, block.first);
  all_.instructions += block.instructions;
  all_.cycles += block.cycles - (gain ? 1 : 0);
  previous_ = &block;
}

void CycleCounter::add(std::uint64_t instructions, std::uint64_t cycles) {
  current_.whole.instructions += instructions;
  current_.whole.cycles += cycles;
  if (part_ == no_part) return;
  current_.parts[part_].instructions += instructions;
  current_.parts[part_].cycles += cycles;
}

}  // namespace sengi::emulate
