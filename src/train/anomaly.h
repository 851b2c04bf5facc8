// SPDX-License-Identifier: Apache-2.0
// From a network that knows what is normal to one that tells what is not, with the two scores that
// every other network of ours has: so all that comes after training takes it as it takes them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "quantize/quantize.h"
#include "signal/feature_spec.h"
#include "train/examples.h"

namespace sengi::train {

// A float graph and the ranges of its tensors.
struct Ranged {
  model::Graph graph;
  std::vector<quantize::Range> ranges;
};

// A whitening of the features: y = W (x - mean) with unit covariance over `normal`, whose squared
// length is the Mahalanobis distance (Mahalanobis 1936). The covariance is drawn towards its
// diagonal as Ledoit and Wolf (2004) reckon, so it can be inverted however few the examples.
// Output [1, values]. Errors: fewer than two examples.
Result<Ranged> whitening(const Examples& normal, signal::FeatureShape shape);

// Puts the judging end behind a network whose output is either the input said again
// (`reconstructs`) or a whitening: the squared length d of the difference, or of the output itself,
// and a softmax over -k (d - t) and k (d - t), in the order of the labels. The threshold t is where
// the `allowed` share of the examples of `normal` (that the network did not learn from) lies above;
// k makes the score of the middle one of them 1/20.
//
// `network` has ranges for its own tensors. Errors: no examples; ranges that are not finite.
Result<Ranged> with_judgement(Ranged network, bool reconstructs, const Examples& normal,
                              std::size_t normal_label, double allowed);

}  // namespace sengi::train
