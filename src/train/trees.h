// SPDX-License-Identifier: Apache-2.0
// Decision trees that learn: gradient boosting (Friedman 2001; Chen and Guestrin 2016, "XGBoost")
// and random forests (Breiman 2001), on the int8 features that a device has. Thresholds are whole
// numbers, so the graph that comes out is the float model but for the rounding of its leaves.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "train/examples.h"

namespace sengi::train {

struct TreeOptions {
  bool boosted = true;          // each round learns what the ones before got wrong; else a forest
  std::int32_t trees = 100;     // of each label (of two labels, one tree tells both apart)
  std::int32_t depth = 4;       // splits one below another
  double learning_rate = 0.1;   // of boosting
  double min_child_weight = 1;  // the least sum of second derivatives on a side of a split
  double subsample = 0.8;       // share of the examples that each tree sees
  double column_share = 0.8;    // of the features that each tree sees; in a forest, each split
  std::uint64_t seed = 1;
  int threads = 1;
  std::int32_t patience = 20;  // rounds of boosting without a lower validation loss; 0: go on
};

struct TreeProgress {
  std::int32_t round = 0;  // from 1
  std::int32_t rounds = 0;
  // On the validation examples, each label counting equally; 0 where there are none.
  double loss = 0;  // cross-entropy
  double accuracy = 0;
};

struct TrainedTrees {
  model::Graph graph;       // int8 from input to softmax
  std::int32_t rounds = 0;  // that the graph has: those of the least validation loss
  std::int32_t labels = 0;
  std::string booster;  // the float model of all rounds, XGBoost's JSON
};

// `input_shape` is the graph's input's, of feature_size elements, of the features' scale. Each
// label weighs as much as any other, however many examples it has. The same examples, options and
// threads give the same trees.
// Errors: options out of range; no examples of a label; an example of another size; XGBoost's;
// trees too large for their operator; `stop` said so.
Result<TrainedTrees> train_trees(const Examples& train, const Examples& validation,
                                 std::size_t labels, const model::Shape& input_shape,
                                 const TreeOptions& options, const std::function<bool()>& stop,
                                 const std::function<void(const TreeProgress&)>& progress);

// Softmax scores of the float model, of the rounds that the graph has: [examples, labels].
Result<std::vector<float>> float_scores(const TrainedTrees& trees, const Examples& examples,
                                        int threads);

std::string tree_library();  // "XGBoost 1.7.4"

}  // namespace sengi::train
