// SPDX-License-Identifier: Apache-2.0
// Decision trees: their lists as they are.
#include <fmt/format.h>

#include <algorithm>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "model/tree_ensemble.h"

namespace sengi::compile {
namespace {

using model::TreeInputs;
using model::Type;

// The narrowest type of these numbers of at least 0.
Type narrowest(const std::vector<std::int64_t>& numbers) {
  return *std::ranges::max_element(numbers) < 256 ? Type::uint8 : Type::int16;
}

// "30 trees", "1 tree"
std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Words of 32 bits without a sign.
NumberTable splits_table(const model::Tensor& splits, const model::SplitFormat& format) {
  std::vector<std::int64_t> words;
  for (const std::int64_t word : integers_of(splits)) {
    words.push_back(static_cast<std::uint32_t>(word));
  }
  const std::string note =
      fmt::format("[{}], features in {} bits", words.size(), format.feature_bits());
  return {"static constexpr std::uint32_t splits[]", note, words, sizeof(std::uint32_t)};
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::TreeEnsemble&) {
  const model::Tensor& margins = operands.input(TreeInputs::margins);
  const std::vector<std::int64_t> sizes = integers_of(operands.input(TreeInputs::sizes));
  const std::size_t splits = operands.input(TreeInputs::splits).elements();
  const model::SplitFormat format(operands.input(0).elements());
  const int margin_bits = model::margin_bits_of(margins.quantization).value_or(model::logit_bits);
  Kernel kernel = named("tree_ensemble", "tree_ensemble", "TreeEnsemble", "trees");
  kernel.shape = {field("labels", operands.output().shape.back()),
                  field("trees", static_cast<std::int64_t>(sizes.size())),
                  field("feature_bits", format.feature_bits()),
                  field("step_bits", margin_bits - model::logit_bits)};
  const auto add = [&](Type type, std::string_view name, std::size_t input) {
    kernel.constants.push_back(number_table(type, name, integers_of(operands.input(input))));
  };
  kernel.constants.push_back(splits_table(operands.input(TreeInputs::splits), format));
  add(Type::int16, "margins", TreeInputs::margins);
  add(narrowest(sizes), "sizes", TreeInputs::sizes);
  add(Type::uint8, "labels", TreeInputs::labels);
  add(Type::int32, "bias", TreeInputs::bias);
  kernel.details =
      fmt::format(", {} of {}", counted(sizes.size(), "tree"), counted(splits, "split"));
  kernel.leads = {lead_of_elements};
  return kernel;
}

}  // namespace sengi::compile
