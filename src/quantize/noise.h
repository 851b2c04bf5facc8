// SPDX-License-Identifier: Apache-2.0
// How far an int8 graph is from the float graph that it was made of.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "quantize/calibration.h"

namespace sengi::quantize {

// Signal to quantisation noise in decibels, within these ends where there is no noise or no signal.
inline constexpr double highest_db = 120;

struct LayerNoise {
  std::string layer;   // "operator 3, CONV_2D 'conv1'" of the float graph
  double sqnr_db = 0;  // of its output, noise of the layers before included
};

struct Noise {
  std::vector<LayerNoise> layers;
  double output_db = 0;               // all outputs together
  std::optional<double> same_answer;  // share of answers that are the same, where they are classes

  // To within half a point of the answers; 20 dB where they are no classes.
  bool agrees() const;
  const LayerNoise& worst() const;  // requires: there are layers
};

// Whether the one output is a score for each class along its last axis, or the class itself:
// SOFTMAX or ARG_MAX makes it.
bool answers_class(const model::Graph& graph);

// Requires: `int8` is quantize()'s of `graph`; inputs of the graph's size.
Result<Noise> measure_noise(const model::Graph& graph, const model::Graph& int8,
                            const Inputs& inputs, bool classes);

// The float inputs as the int8 graph takes them.
std::vector<std::byte> quantized_input(const model::Graph& int8,
                                       const std::vector<std::byte>& input);

// A tensor's bytes as reals.
std::vector<double> reals_of(const model::Tensor& tensor, std::span<const std::byte> bytes);

}  // namespace sengi::quantize
