// SPDX-License-Identifier: Apache-2.0
// A trained float graph and inputs as it will meet them, made into an int8 graph that answers the
// same: ranges by a ladder of rules, each tried only where the one before does not suffice.
#pragma once

#include <string>
#include <vector>

#include "quantize/noise.h"

namespace sengi::quantize {

// What the output is: it decides when int8 agrees with float (Noise::agrees).
enum class Answer : std::uint8_t { by_graph, classes, values };

struct Attempt {
  std::string rung;  // "ranges seen", "99.99 % of values", ...
  Noise noise;       // over the held-out inputs
};

struct PostTraining {
  model::Graph graph;  // int8, inputs and outputs too
  std::vector<Attempt> attempts;
  std::size_t best = 0;  // of the attempts: the graph is its
  std::size_t calibration_inputs = 0;
  std::size_t held_out_inputs = 0;  // 0: too few were given, and those calibrated on are compared
  bool classes = false;

  const Attempt& chosen() const { return attempts[best]; }
  // Where the graph does not agree with the float one: how far off it is, and its worst layer.
  Result<void> verdict() const;
};

// Float inputs, back to back, as in files. `name` is for messages.
// Errors: not a whole number of the graph's inputs, or none; a value that is not finite.
Result<Inputs> split_inputs(const model::Graph& graph, std::span<const std::byte> bytes,
                            const std::string& name);

// Errors: those of quantize(); no input; the graph is not float32.
Result<PostTraining> quantize_after_training(const model::Graph& graph, const Inputs& inputs,
                                             Answer answer = Answer::by_graph);

}  // namespace sengi::quantize
