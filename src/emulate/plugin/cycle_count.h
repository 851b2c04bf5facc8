// SPDX-License-Identifier: Apache-2.0
// Counts instructions and modelled cycles of a function, by call, from the blocks of instructions
// that an emulator executes one after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "emulate/plugin/thumb_cost.h"

namespace sengi::emulate {

inline constexpr std::size_t no_part = static_cast<std::size_t>(-1);
inline constexpr std::size_t no_total = static_cast<std::size_t>(-1);

// Instructions that are always executed together, from the first to the last.
struct Block {
  std::uint32_t begin = 0;  // address of the first instruction
  std::uint32_t end = 0;    // address behind the last
  std::uint32_t instructions = 0;
  std::uint32_t cycles = 0;  // by themselves, before what depends on the neighbours
  Access first = Access::none;
  Access last = Access::none;
  bool enters_function = false;  // begins the function that is counted
  std::size_t enters_part = no_part;
  std::size_t enters_total = no_total;  // begins a function whose calls are added up
};

// `instructions` follow one another in memory.
Block make_block(std::uint32_t begin, std::span<const ThumbInstruction> instructions);

struct Count {
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;
  bool operator==(const Count&) const = default;
};

// What one call of the function cost. What runs between two parts counts for the one before; what
// runs before the first counts for the first; so the parts add up to the whole.
struct CallCount {
  Count whole;
  std::vector<Count> parts;
  bool operator==(const CallCount&) const = default;
};

// Counts each call of the function from its first instruction to its return. Calls do not nest.
class CycleCounter {
 public:
  explicit CycleCounter(std::size_t parts) : current_{{}, std::vector<Count>(parts)} {}

  // Blocks in the order of their execution. `block` must live until the next call.
  void execute(const Block& block);

  std::uint64_t calls() const { return calls_; }
  const CallCount& last() const { return last_; }             // of the last finished call
  std::uint64_t most_cycles() const { return most_cycles_; }  // of any call
  std::uint64_t least_cycles() const { return least_cycles_; }

 private:
  void begin_call();
  void end_call();
  void add(std::uint64_t instructions, std::uint64_t cycles);

  const Block* previous_ = nullptr;
  bool counting_ = false;
  std::uint32_t return_address_ = 0;
  std::size_t part_ = no_part;
  CallCount current_;
  CallCount last_;
  std::uint64_t calls_ = 0;
  std::uint64_t most_cycles_ = 0;
  std::uint64_t least_cycles_ = UINT64_MAX;
};

// Adds up all calls of several functions, each with what it calls, and the whole run. A function
// that calls itself, or is jumped to from another's end, is none for it.
class TotalCounter {
 public:
  struct Total {
    std::uint64_t calls = 0;  // finished
    Count count;
    bool operator==(const Total&) const = default;
  };

  explicit TotalCounter(std::size_t functions) : functions_(functions) {}

  // Blocks in the order of their execution. `block` must live until the next call.
  void execute(const Block& block);

  const Count& all() const { return all_; }
  const Total& total(std::size_t function) const { return functions_[function].total; }

 private:
  struct Function {
    Total total;
    bool running = false;
    std::uint32_t return_address = 0;
    Count before;  // of the whole run, when it was called
  };

  const Block* previous_ = nullptr;
  Count all_;
  std::size_t running_ = 0;
  std::vector<Function> functions_;
};

}  // namespace sengi::emulate
