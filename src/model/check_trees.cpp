// SPDX-License-Identifier: Apache-2.0
// Trees: each split within its tree, once, with both of its sides behind it.
#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "model/check_parts.h"
#include "model/tree_ensemble.h"

namespace sengi::model {
namespace {

template <typename Number>
Number number_at(const Tensor& tensor, std::size_t i) {
  Number number;
  std::memcpy(&number, tensor.data.data() + i * sizeof number, sizeof number);
  return number;
}

Result<void> check_plain(const Place& place, std::size_t i, Type type) {
  SENGI_CHECK(check_input_type(place, i, type));
  if (place.input(i).quantization.empty()) return {};
  return place.input_fault(i, "has a scale, which means nothing here");
}

// Splits [first, end) of the list, a tree's root first. A side is a range of splits: it begins
// behind its parent and ends where the next begins, so no walk can come back or leave its tree.
Result<void> check_tree(const Place& place, std::size_t tree, std::size_t first, std::size_t end) {
  const Tensor& splits = place.input(TreeInputs::splits);
  const auto features = static_cast<std::int32_t>(place.input(0).elements());
  const SplitFormat format(place.input(0).elements());
  const auto fault = [&](std::size_t at, const std::string& what) {
    return place.input_fault(TreeInputs::splits,
                             fmt::format("has split {}, of tree {}, {}", at, tree, what));
  };
  std::vector<std::pair<std::size_t, std::size_t>> sides = {{first, end}};
  while (!sides.empty()) {
    const auto [begin, side_end] = sides.back();
    sides.pop_back();
    if (begin == side_end) continue;  // a leaf
    const TreeSplit split = format.unpack(number_at<std::uint32_t>(splits, begin));
    if (split.feature >= features) {
      return fault(begin, fmt::format("by feature {} of {}", split.feature, features));
    }
    const std::size_t left = side_end - begin;
    if (split.right < 1 || static_cast<std::size_t>(split.right) > left) {
      return fault(begin, fmt::format("whose right side begins {} on, with {} splits left",
                                      split.right, left - 1));
    }
    const std::size_t right = begin + static_cast<std::size_t>(split.right);
    if (split.right_is_leaf != (right == side_end)) {
      return fault(begin, split.right_is_leaf ? "whose right side is a leaf and has splits"
                                              : "whose right side is no leaf and has no split");
    }
    sides.emplace_back(right, side_end);
    sides.emplace_back(begin + 1, right);
  }
  return {};
}

// Requires: types and shapes are checked.
Result<void> check_all_trees(const Place& place) {
  const Tensor& sizes = place.input(TreeInputs::sizes);
  const std::size_t splits = place.input(TreeInputs::splits).elements();
  const auto labels = static_cast<std::int32_t>(place.input(TreeInputs::bias).elements());
  std::size_t first = 0;
  for (std::size_t tree = 0; tree < sizes.elements(); ++tree) {
    const std::int32_t size = number_at<std::int16_t>(sizes, tree);
    if (size < 0 || static_cast<std::size_t>(size) > splits - first) {
      return place.input_fault(TreeInputs::sizes, fmt::format("has a tree, {}, of {} splits where "
                                                              "{} are left",
                                                              tree, size, splits - first));
    }
    const std::int32_t label = number_at<std::uint8_t>(place.input(TreeInputs::labels), tree);
    if (label >= labels) {
      return place.input_fault(TreeInputs::labels, fmt::format("has a tree, {}, of label {} of {}",
                                                               tree, label, labels));
    }
    SENGI_CHECK(check_tree(place, tree, first, first + static_cast<std::size_t>(size)));
    first += static_cast<std::size_t>(size);
  }
  if (first == splits) return {};
  return place.input_fault(TreeInputs::splits,
                           fmt::format("has {} splits; its trees have {}", splits, first));
}

}  // namespace

Result<void> check_shape(const Place& place, const TreeEnsemble&) {
  for (std::size_t i = 1; i <= TreeInputs::bias; ++i) SENGI_CHECK(check_rank(place, i, 1));
  if (place.input(0).elements() > SplitFormat::most_features) {
    return place.input_fault(0, fmt::format("has {} features; {} are supported",
                                            place.input(0).elements(), SplitFormat::most_features));
  }
  const std::int32_t trees = place.input(TreeInputs::sizes).shape[0];
  if (trees > most_trees) {
    return place.input_fault(TreeInputs::sizes,
                             fmt::format("has {} trees; {} are supported", trees, most_trees));
  }
  SENGI_CHECK(check_input_shape(place, TreeInputs::labels, {trees}));
  SENGI_CHECK(check_input_shape(place, TreeInputs::margins,
                                {place.input(TreeInputs::splits).shape[0] + trees}));
  const std::int32_t labels = place.input(TreeInputs::bias).shape[0];
  if (labels > most_tree_labels) {
    return place.input_fault(
        TreeInputs::bias, fmt::format("has {} labels; {} are supported", labels, most_tree_labels));
  }
  return check_output_shape(place, {1, labels});
}

Result<void> check_numbers(const Place& place, const TreeEnsemble&) {
  SENGI_CHECK(check_activations(place, {Type::int8}));
  SENGI_CHECK(check_fixed_output(place, 1 << logit_bits, 127));
  SENGI_CHECK(check_plain(place, TreeInputs::splits, Type::int32));
  SENGI_CHECK(check_plain(place, TreeInputs::sizes, Type::int16));
  SENGI_CHECK(check_plain(place, TreeInputs::labels, Type::uint8));
  SENGI_CHECK(check_input_type(place, TreeInputs::margins, Type::int16));
  SENGI_CHECK(check_input_type(place, TreeInputs::bias, Type::int32));
  const Quantization& fixed_point = place.input(TreeInputs::margins).quantization;
  if (!margin_bits_of(fixed_point)) {
    return place.input_fault(TreeInputs::margins,
                             fmt::format("needs one scale, a power of two from 2^-{} to 2^-{}, and "
                                         "zero point 0",
                                         most_margin_bits, logit_bits));
  }
  const Tensor& bias = place.input(TreeInputs::bias);
  if (bias.quantization.scale != fixed_point.scale ||
      bias.quantization.zero_point != fixed_point.zero_point) {
    return place.input_fault(TreeInputs::bias, "has not the scale of the margins");
  }
  for (std::size_t i = 0; i < bias.elements(); ++i) {
    const std::int64_t value = number_at<std::int32_t>(bias, i);
    if (value >= -highest_tree_bias && value <= highest_tree_bias) continue;
    return place.input_fault(TreeInputs::bias,
                             fmt::format("has a value of {}, beyond its accumulator", value));
  }
  return check_all_trees(place);
}

}  // namespace sengi::model
