// SPDX-License-Identifier: Apache-2.0
// TREE_ENSEMBLE.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/reference.h"
#include "model/tree_ensemble.h"

namespace sengi::model {
namespace {

// From a tree's first split (or first leaf, where it has no splits) to the leaf that it ends at.
std::int16_t margin_of(std::span<const std::int8_t> input, const SplitFormat& format,
                       std::span<const std::uint32_t> splits,
                       std::span<const std::int16_t> margins) {
  std::size_t split_at = 0;
  std::size_t leaf_at = 0;
  bool at_leaf = splits.empty();
  while (!at_leaf) {
    const TreeSplit split = format.unpack(splits[split_at]);
    if (input[static_cast<std::size_t>(split.feature)] < split.threshold) {
      at_leaf = split.right == 1;
      split_at += 1;
    } else {
      at_leaf = split.right_is_leaf;
      split_at += static_cast<std::size_t>(split.right);
      leaf_at += static_cast<std::size_t>(split.right);
    }
  }
  return margins[leaf_at];
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const TreeEnsemble&) {
  const int bits = *margin_bits_of(memory.input_tensor(op, TreeInputs::margins).quantization);
  return [input = memory.input<std::int8_t>(op, 0),
          format = SplitFormat(memory.input_tensor(op, 0).elements()),
          splits = memory.input<std::uint32_t>(op, TreeInputs::splits),
          margins = memory.input<std::int16_t>(op, TreeInputs::margins),
          sizes = memory.input<std::int16_t>(op, TreeInputs::sizes),
          labels = memory.input<std::uint8_t>(op, TreeInputs::labels),
          bias = memory.input<std::int32_t>(op, TreeInputs::bias),
          output = memory.output<std::int8_t>(op), shift = bits - logit_bits] {
    std::vector<std::int64_t> sums(bias.begin(), bias.end());
    std::size_t first = 0;
    for (std::size_t tree = 0; tree < sizes.size(); ++tree) {
      const auto size = static_cast<std::size_t>(sizes[tree]);
      sums[labels[tree]] += margin_of(input, format, splits.subspan(first, size),
                                      margins.subspan(first + tree, size + 1));
      first += size;
    }
    // How far each is below the highest, to the nearest step; all but the highest by one at least.
    const std::int64_t highest = *std::ranges::max_element(sums);
    for (std::size_t label = 0; label < sums.size(); ++label) {
      const std::int64_t below = highest - sums[label];
      const std::int64_t half_step = (std::int64_t{1} << shift) / 2;
      std::int64_t steps = (below + half_step) >> shift;
      if (below > 0) steps = std::max<std::int64_t>(steps, 1);
      output[label] = static_cast<std::int8_t>(127 - std::min<std::int64_t>(steps, 255));
    }
  };
}

}  // namespace sengi::model
