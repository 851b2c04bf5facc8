// SPDX-License-Identifier: Apache-2.0
#include "evaluate/bench.h"

#include <fmt/format.h>

#include <algorithm>

namespace sengi::evaluate {
namespace {

// What a layer was measured to take; nothing where it was not counted.
emulate::LayerCost cost_of(const RunRecord& record, const std::string& layer) {
  const auto found = std::find_if(record.layers.begin(), record.layers.end(),
                                  [&](const auto& cost) { return cost.name == layer; });
  return found == record.layers.end() ? emulate::LayerCost{} : *found;
}

void add_changes(const BenchModel& before, const BenchModel& after, std::vector<Change>& changes) {
  if (before.cycles && after.cycles) {
    changes.push_back({after.name, "cycles", *before.cycles, *after.cycles});
  }
  changes.push_back({after.name, "RAM", before.ram_bytes(), after.ram_bytes()});
  changes.push_back({after.name, "flash", before.flash_bytes(), after.flash_bytes()});
}

}  // namespace

BenchModel bench_model(const compile::Plan& plan, const RunRecord& record) {
  BenchModel model;
  model.name = plan.name;
  model.cycles = record.cycles;
  model.arena_bytes = record.arena_bytes;
  model.static_bytes = record.sections->static_bytes;
  model.stack_bytes = record.stack_bytes;
  model.code_bytes = record.sections->flash_code_bytes;
  model.const_bytes = record.sections->flash_const_bytes;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const compile::Layer& layer = plan.layers[i];
    const emulate::LayerCost cost = cost_of(record, layer.name);
    model.macs += layer.macs;
    model.layers.push_back({layer.name, layer.kind, layer.macs,
                            record.cycles ? std::optional(cost.cycles) : std::nullopt,
                            compile::arena_bytes_at(plan, i), cost.code_bytes, layer.const_bytes});
  }
  return model;
}

std::optional<double> cycles_per_mac(std::uint64_t macs,
                                     const std::optional<std::uint64_t>& cycles) {
  if (!cycles || macs == 0) return std::nullopt;
  return static_cast<double>(*cycles) / static_cast<double>(macs);
}

double Change::percent() const {
  if (before == 0) return after == 0 ? 0 : 100;
  return 100 * (static_cast<double>(after) / static_cast<double>(before) - 1);
}

bool Change::grew() const { return after > before + before / 100; }

Result<std::vector<Change>> compare(const Bench& before, const Bench& after) {
  if (before.board != after.board) {
    return Error{fmt::format("the saved figures are of {} and these of {}; give --on {}",
                             before.board, after.board, before.board)};
  }
  std::vector<Change> changes;
  for (const BenchModel& model : after.models) {
    const auto found = std::find_if(before.models.begin(), before.models.end(),
                                    [&](const auto& saved) { return saved.name == model.name; });
    if (found != before.models.end()) add_changes(*found, model, changes);
  }
  if (changes.empty()) return Error{"none of these networks is among the saved figures"};
  return changes;
}

}  // namespace sengi::evaluate
