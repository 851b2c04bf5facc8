// SPDX-License-Identifier: Apache-2.0
#include "train/trees.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/tree_ensemble.h"
#include "train/booster.h"
#include "train/booster_trees.h"

namespace sengi::train {
namespace {

Result<void> check_options(const TreeOptions& options, std::size_t labels) {
  const auto share = [](double value) { return value > 0 && value <= 1; };
  constexpr std::int32_t deepest = 24;
  const auto most = static_cast<std::int32_t>(static_cast<std::size_t>(model::most_trees) /
                                              (labels == 2 ? 1 : labels));
  if (options.trees < 1 || options.trees > most) {
    return Error{fmt::format("{} trees of each of {} labels; from 1 to {} are supported",
                             options.trees, labels, most)};
  }
  if (options.depth < 1 || options.depth > deepest) {
    return Error{
        fmt::format("trees of depth {}; from 1 to {} are supported", options.depth, deepest)};
  }
  if (!(options.learning_rate > 0 && options.learning_rate <= 1)) {
    return Error{
        fmt::format("learning rate {}; it must be above 0 and at most 1", options.learning_rate)};
  }
  if (!std::isfinite(options.min_child_weight) || options.min_child_weight < 0) {
    return Error{
        fmt::format("min_child_weight {}; it must be at least 0", options.min_child_weight)};
  }
  if (!share(options.subsample) || !share(options.column_share)) {
    return Error{fmt::format("subsample {}, column_share {}; they must be above 0 and at most 1",
                             options.subsample, options.column_share)};
  }
  return {};
}

Result<void> check_examples(const Examples& examples, std::size_t labels,
                            std::size_t feature_size) {
  if (examples.size() == 0) return {};
  if (examples.feature_size != feature_size ||
      examples.features.size() != feature_size * examples.size()) {
    return Error{fmt::format("examples of {} features for a network of {}", examples.feature_size,
                             feature_size)};
  }
  for (const std::int32_t label : examples.labels) {
    if (label < 0 || static_cast<std::size_t>(label) >= labels) {
      return Error{fmt::format("an example of label {} of {}", label, labels)};
    }
  }
  return {};
}

// So that labels have one sum, and all examples together their number.
Result<std::vector<float>> equal_weights(const Examples& examples, std::size_t labels) {
  std::vector<std::size_t> counts(labels);
  for (const std::int32_t label : examples.labels) ++counts[static_cast<std::size_t>(label)];
  for (std::size_t label = 0; label < labels; ++label) {
    if (counts[label] == 0)
      return Error{fmt::format("no examples of label {} to learn from", label)};
  }
  std::vector<float> weights;
  for (const std::int32_t label : examples.labels) {
    const auto count = static_cast<double>(counts[static_cast<std::size_t>(label)]);
    weights.push_back(static_cast<float>(static_cast<double>(examples.size()) /
                                         (static_cast<double>(labels) * count)));
  }
  return weights;
}

// Fills in loss and accuracy; labels without examples do not count.
void judge(const Examples& examples, std::vector<float> margins, std::size_t labels,
           TreeProgress& progress) {
  softmax_rows(margins, labels);
  std::vector<double> losses(labels);
  std::vector<double> hits(labels);
  std::vector<double> counts(labels);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto label = static_cast<std::size_t>(examples.labels[i]);
    const auto row = margins.begin() + static_cast<std::ptrdiff_t>(i * labels);
    const auto answer = std::max_element(row, row + static_cast<std::ptrdiff_t>(labels)) - row;
    losses[label] -= std::log(std::max(static_cast<double>(row[examples.labels[i]]), 1e-12));
    hits[label] += answer == examples.labels[i] ? 1 : 0;
    counts[label] += 1;
  }
  double heard = 0;
  for (std::size_t label = 0; label < labels; ++label) {
    if (counts[label] == 0) continue;
    heard += 1;
    progress.loss += losses[label] / counts[label];
    progress.accuracy += hits[label] / counts[label];
  }
  progress.loss /= heard;
  progress.accuracy /= heard;
}

}  // namespace

Result<TrainedTrees> train_trees(const Examples& train, const Examples& validation,
                                 std::size_t labels, const model::Shape& input_shape,
                                 const TreeOptions& options, const std::function<bool()>& stop,
                                 const std::function<void(const TreeProgress&)>& progress) {
  if (labels < 2 || labels > static_cast<std::size_t>(model::most_tree_labels)) {
    return Error{
        fmt::format("{} labels; from 2 to {} are supported", labels, model::most_tree_labels)};
  }
  SENGI_CHECK(check_options(options, labels));
  std::size_t features = 1;
  for (const std::int32_t size : input_shape) features *= static_cast<std::size_t>(size);
  SENGI_CHECK(check_examples(train, labels, features));
  SENGI_CHECK(check_examples(validation, labels, features));
  SENGI_TRY(weights, equal_weights(train, labels));
  SENGI_TRY(booster, Booster::make(train, weights, validation, labels, options));

  const std::int32_t rounds = options.boosted ? options.trees : 1;
  TreeProgress best{.round = rounds};
  for (std::int32_t round = 1; round <= rounds; ++round) {
    if (stop()) return Error{"stopped while trees were learning; nothing was changed", Outcome::no};
    SENGI_CHECK(booster.step(round - 1));
    TreeProgress now{.round = round, .rounds = rounds};
    if (validation.size() > 0) {
      SENGI_TRY(margins, booster.validation_margins());
      judge(validation, std::move(margins), labels, now);
      if (round == 1 || now.loss < best.loss) best = now;
    }
    progress(now);
    const bool judged = validation.size() > 0 && options.patience > 0;
    if (judged && round - best.round >= options.patience) break;
  }
  SENGI_TRY(json, booster.json());
  SENGI_TRY(trees, device_trees(json, best.round, labels, input_shape));
  SENGI_TRY(graph, model::tree_graph(trees));
  return TrainedTrees{.graph = std::move(graph),
                      .rounds = best.round,
                      .labels = static_cast<std::int32_t>(labels),
                      .booster = std::move(json)};
}

Result<std::vector<float>> float_scores(const TrainedTrees& trees, const Examples& examples,
                                        int threads) {
  const auto labels = static_cast<std::size_t>(trees.labels);
  SENGI_TRY(booster, Booster::load(trees.booster, labels, threads));
  SENGI_TRY(scores, booster.margins(examples, trees.rounds));
  softmax_rows(scores, labels);
  return scores;
}

}  // namespace sengi::train
