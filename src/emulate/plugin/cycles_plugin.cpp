// SPDX-License-Identifier: Apache-2.0
// The QEMU plugin that counts what one call of a function costs:
//
//   -plugin sengi_cycles.so,out=FILE,function=0x1234,part=0x2345,part=0x3456
//   -plugin sengi_cycles.so,out=FILE,total=0x1234,total=0x2345
//
// or both. Addresses are hexadecimal, of code. When the program ends FILE holds lines of words:
//
//   all 100000 123400        instructions and cycles of the whole run, where there are totals
//   total 3 1000 1234        finished calls of each, and what they cost together, in their order
//
// and, of `function`,
//
//   calls 3                  of the function, finished
//   whole 1000 1234          instructions and cycles of the last call
//   part 600 700             the same for each part, in their order
//   range 1200 1234          the least and the most cycles of any call
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "emulate/plugin/cycle_count.h"
#include "emulate/plugin/qemu_api.h"

namespace sengi::emulate {
namespace {

struct Arguments {
  std::string out;
  std::uint32_t function = 0;
  std::vector<std::uint32_t> parts;
  std::vector<std::uint32_t> totals;
};

// The plugin's whole state.
struct State {
  explicit State(Arguments given)
      : arguments(std::move(given)),
        counter(arguments.parts.size()),
        totals(arguments.totals.size()) {}

  Arguments arguments;
  bool is_thumb = true;
  CycleCounter counter;
  TotalCounter totals;
  std::deque<Block> blocks;  // all that were ever translated: QEMU keeps pointers to them
};

// QEMU gives some callbacks no pointer to pass the state by. It is never deleted: at_exit() runs
// after the destructors of static objects.
State* state = nullptr;

bool parse(int count, char** words, Arguments& arguments) {
  for (int i = 0; i < count; ++i) {
    const std::string_view word = words[i];
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view name = word.substr(0, equals);
    const std::string value(word.substr(equals + 1));
    const auto address = static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 16));
    if (name == "out") {
      arguments.out = value;
    } else if (name == "function") {
      arguments.function = address;
    } else if (name == "part") {
      arguments.parts.push_back(address);
    } else if (name == "total") {
      arguments.totals.push_back(address);
    } else {
      return false;
    }
  }
  return !arguments.out.empty() && (arguments.function != 0 || !arguments.totals.empty());
}

ThumbInstruction decode(const qemu_plugin_insn* instruction) {
  // No more than the instruction itself: at the end of a page QEMU 7.2 hands over bytes of the next
  // one too, which it looked at to see whether that crosses into the next page.
  std::uint16_t halfwords[2] = {};
  std::memcpy(halfwords, qemu_plugin_insn_data(instruction),
              std::min(sizeof halfwords, qemu_plugin_insn_size(instruction)));
  if (state->is_thumb) return decode_thumb(halfwords[0], halfwords[1]);
  // RISC-V: there is no rule for its cycles, only instructions are counted. The two lowest bits say
  // the length ("The RISC-V Instruction Set Manual", volume I, 1.5).
  const bool long_one = (halfwords[0] & 3u) == 3u;
  return {static_cast<std::uint8_t>(long_one ? 4 : 2), 1};
}

std::vector<ThumbInstruction> instructions_of(const qemu_plugin_tb* block) {
  std::vector<ThumbInstruction> instructions;
  for (std::size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    instructions.push_back(decode(qemu_plugin_tb_get_insn(block, i)));
  }
  return instructions;
}

void executed(unsigned, void* user) { state->counter.execute(*static_cast<const Block*>(user)); }

void executed_of_all(unsigned, void* user) {
  state->totals.execute(*static_cast<const Block*>(user));
}

void executed_of_both(unsigned vcpu, void* user) {
  executed(vcpu, user);
  executed_of_all(vcpu, user);
}

// What counts what is asked for, and no more.
auto* counter_of(const Arguments& arguments) {
  if (arguments.totals.empty()) return executed;
  return arguments.function == 0 ? executed_of_all : executed_of_both;
}

void translated(std::uint64_t, qemu_plugin_tb* translation) {
  const auto address = static_cast<std::uint32_t>(qemu_plugin_tb_vaddr(translation));
  Block block = make_block(address, instructions_of(translation));
  block.enters_function = address == state->arguments.function;
  const auto& parts = state->arguments.parts;
  const auto part = std::find(parts.begin(), parts.end(), address);
  if (part != parts.end()) block.enters_part = static_cast<std::size_t>(part - parts.begin());
  const auto& totals = state->arguments.totals;
  const auto total = std::find(totals.begin(), totals.end(), address);
  if (total != totals.end()) block.enters_total = static_cast<std::size_t>(total - totals.begin());
  state->blocks.push_back(block);
  qemu_plugin_register_vcpu_tb_exec_cb(translation, counter_of(state->arguments), 0,
                                       &state->blocks.back());
}

void print_count(std::FILE* file, const char* name, const Count& count) {
  std::fprintf(file, "%s %llu %llu\n", name, static_cast<unsigned long long>(count.instructions),
               static_cast<unsigned long long>(count.cycles));
}

void at_exit(std::uint64_t, void*) {
  const CycleCounter& counter = state->counter;
  std::FILE* file = std::fopen(state->arguments.out.c_str(), "w");
  if (file == nullptr) {
    std::perror(state->arguments.out.c_str());
    return;
  }
  if (!state->arguments.totals.empty()) {
    print_count(file, "all", state->totals.all());
    for (std::size_t i = 0; i < state->arguments.totals.size(); ++i) {
      const TotalCounter::Total& total = state->totals.total(i);
      std::fprintf(file, "total %llu %llu %llu\n", static_cast<unsigned long long>(total.calls),
                   static_cast<unsigned long long>(total.count.instructions),
                   static_cast<unsigned long long>(total.count.cycles));
    }
  }
  if (state->arguments.function == 0) {
    std::fclose(file);
    return;
  }
  std::fprintf(file, "calls %llu\n", static_cast<unsigned long long>(counter.calls()));
  if (counter.calls() > 0) {
    print_count(file, "whole", counter.last().whole);
    for (const Count& part : counter.last().parts) print_count(file, "part", part);
    std::fprintf(file, "range %llu %llu\n", static_cast<unsigned long long>(counter.least_cycles()),
                 static_cast<unsigned long long>(counter.most_cycles()));
  }
  std::fclose(file);
}

}  // namespace
}  // namespace sengi::emulate

extern "C" {

// The version of the interface that this plugin is written for; QEMU looks for it by name.
[[gnu::visibility("default")]] int qemu_plugin_version = 1;

// Called once when QEMU loads the plugin. `info` describes the machine; it begins with the name of
// its processor's architecture.
[[gnu::visibility("default")]] int qemu_plugin_install(std::uint64_t plugin, const void* info,
                                                       int count, char** words);

int qemu_plugin_install(std::uint64_t plugin, const void* info, int count, char** words) {
  using namespace sengi::emulate;
  Arguments arguments;
  if (!parse(count, words, arguments)) {
    std::fputs(
        "sengi_cycles: needs out=FILE,function=ADDRESS[,part=ADDRESS]... or "
        "out=FILE,total=ADDRESS... or both\n",
        stderr);
    return -1;
  }
  state = new State(std::move(arguments));
  state->is_thumb = std::strcmp(*static_cast<const char* const*>(info), "arm") == 0;
  qemu_plugin_register_vcpu_tb_trans_cb(plugin, translated);
  qemu_plugin_register_atexit_cb(plugin, at_exit, nullptr);
  return 0;
}

}  // extern "C"
