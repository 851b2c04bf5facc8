// SPDX-License-Identifier: Apache-2.0
#include "compile/memory_map.h"

#include <algorithm>
#include <numeric>

#include "compile/text_table.h"

namespace sengi::compile {
namespace {

constexpr std::int32_t longest_bar = 64;

// 'w' where a layer writes the tensor, 'r' where one reads it, '-' where it only waits. One column
// stands for `step` layers; the first column is before layer 1.
std::string bar_of(const Program& program, const Placement& placement, std::int32_t step) {
  const auto layers = static_cast<std::int32_t>(program.plan.layers.size());
  std::string bar(static_cast<std::size_t>((layers + 1) / step + 1), ' ');
  const auto mark = [&](std::int32_t layer, char c) {
    bar[static_cast<std::size_t>((layer + 1) / step)] = c;
  };
  for (std::int32_t layer = placement.first; layer <= std::min(placement.last, layers); ++layer) {
    mark(layer, '-');
  }
  for (std::int32_t layer = 0; layer < layers; ++layer) {
    const Step& at = program.schedule.steps[static_cast<std::size_t>(layer)];
    for (const auto& read : {at.inputs, at.states}) {
      if (std::ranges::find(read, placement.tensor) != read.end()) mark(layer, 'r');
    }
  }
  if (placement.first >= 0) mark(placement.first, 'w');
  return bar;
}

// The last digit of each layer's number.
std::string ruler(std::int32_t layers, std::int32_t step) {
  std::string text;
  for (std::int32_t layer = 0; layer <= layers + 1; layer += step) {
    text += static_cast<char>('0' + layer % 10);
  }
  return text;
}

}  // namespace

std::string memory_map(const Program& program) {
  const Plan& plan = program.plan;
  const auto layers = static_cast<std::int32_t>(plan.layers.size());
  const std::int32_t step = layers / longest_bar + 1;
  std::vector<Placement> placements = plan.placements;
  std::stable_sort(placements.begin(), placements.end(), [](const auto& a, const auto& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.first < b.first;
  });
  TextTable table({">from", ">to", "tensor", ruler(layers, step)});
  for (const Placement& placement : placements) {
    table.add({std::to_string(placement.offset), std::to_string(placement.offset + placement.bytes),
               program.name_of(placement), bar_of(program, placement, step)});
  }
  return table.text();
}

}  // namespace sengi::compile
