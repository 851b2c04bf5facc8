// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.h"
#include "cli/run.h"
#include "cli/table.h"

namespace sengi::cli {
namespace {

std::string bytes(std::size_t count) { return with_thousands(count) + " B"; }

std::string number(const std::optional<std::uint64_t>& value) {
  return value ? with_thousands(*value) : "not counted";
}

std::string layer_table(const evaluate::RunRecord& record) {
  Table table({"layer", ">instructions", ">cycles", ">share"});
  for (const emulate::LayerCost& layer : record.layers) {
    const double share = record.cycles.value_or(0) == 0 ? 0
                                                        : static_cast<double>(layer.cycles) /
                                                              static_cast<double>(*record.cycles);
    table.add({layer.name, with_thousands(layer.instructions), with_thousands(layer.cycles),
               fmt::format("{:.1f} %", 100 * share)});
  }
  const std::string text = table.text();
  return text.empty() ? "" : text + "\n";
}

void add_memory(Table& table, const evaluate::RunRecord& record) {
  table.add({"RAM", bytes(record.ram_bytes()), "measured", ""});
  table.add({"  arena", bytes(record.arena_bytes), "measured", "all tensors and scratch"});
  table.add({"  static", bytes(record.sections->static_bytes), "measured", "fixed at link time"});
  table.add({"  stack", bytes(record.stack_bytes), "measured",
             record.stack_bound_bytes
                 ? fmt::format("at its deepest; never over {}", bytes(*record.stack_bound_bytes))
                 : "at its deepest"});
  table.add({"flash", bytes(record.flash_bytes()), "measured", ""});
  table.add({"  code", bytes(record.sections->flash_code_bytes), "measured", ""});
  table.add({"  constants", bytes(record.sections->flash_const_bytes), "measured", ""});
}

}  // namespace

std::string words_of(const evaluate::RunRecord& record) {
  Table table({"", ">", "", ""});
  if (record.sections) {
    add_memory(table, record);
  } else {
    table.add({"arena", bytes(record.arena_bytes), "planned", "all tensors and scratch"});
  }
  table.add({"instructions", number(record.instructions), record.instructions ? "measured" : "",
             record.instructions ? "one inference" : "only under the emulator"});
  if (record.cycles) {
    table.add({"cycles", number(record.cycles), "modelled", "sengi run --explain says how"});
  }
  if (record.front_end_cycles) {
    table.add({"  features", number(record.front_end_cycles), "modelled",
               "of the front end, from one inference to the next"});
  }
  if (const auto seconds = record.answer_s()) {
    table.add({"time", fmt::format("{:.2f} ms", 1e3 * *seconds), "modelled",
               fmt::format("at {:.0f} MHz{}", record.clock_hz / 1e6,
                           record.front_end_cycles ? ", features and network" : "")});
  }
  return layer_table(record) + table.text();
}

}  // namespace sengi::cli
