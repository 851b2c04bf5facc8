// SPDX-License-Identifier: Apache-2.0
// Changes to a float graph that let its int8 graph be nearer to it.
#pragma once

#include <span>

#include "quantize/calibration.h"

namespace sengi::quantize {

// Cross-layer equalisation (Nagel et al. 2019, Data-Free Quantization Through Weight Equalization
// and Bias Correction): where one layer alone reads another with no activation or ReLU between, a
// channel may be scaled down in the first and up in the second. As weights have a scale for each
// output channel, it is the activations' channels that are brought to one range. The graph computes
// what it did.
// Errors: those of the interpreter.
Result<model::Graph> equalize(const model::Graph& graph, const Inputs& inputs);

// The mean error that rounding brings into each output channel is taken out of the layer's bias,
// layer by layer. Returns the int8 graph.
// Errors: those of quantize() and the interpreter.
Result<model::Graph> correct_biases(const model::Graph& graph, std::span<const Range> ranges,
                                    const Inputs& inputs);

}  // namespace sengi::quantize
