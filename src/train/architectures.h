// SPDX-License-Identifier: Apache-2.0
// Networks by name: each a small function from a specification to layers in the graph IR. What is
// trained, quantised and compiled is this graph; there is no second definition of a network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "project/project.h"
#include "signal/feature_spec.h"

namespace sengi::train {

// A float32 graph, input [1, height, width, channels], output [1, labels], all weights zero. Of
// sounds the height is columns in time and the width their values; of rows of numbers the height is
// time, and the channels are the values. An autoencoder's output is as large as its input.
// Errors: an architecture that is not known, with the nearest one that is; a size out of range.
Result<model::Graph> build_network(const project::ModelConfig& config, signal::FeatureShape input,
                                   std::size_t labels);

// Names of the networks that build_network() knows.
const std::vector<std::string>& network_names();

// The kernel and stride of a first convolution that brings any input near the 25 x 5 .. 10 map that
// the blocks after it work on. For the 49 x 10 MFCC matrix of "Hello Edge" it is 10 x 4, stride
// 2 x 2, as there.
struct FirstConvolution {
  std::int32_t kernel_h, kernel_w, stride_h, stride_w;
  bool operator==(const FirstConvolution&) const = default;
};
FirstConvolution first_convolution(signal::FeatureShape input);

}  // namespace sengi::train
