// SPDX-License-Identifier: Apache-2.0
// A float graph and the ranges its activations were seen to take, made into an int8 graph by
// TensorFlow Lite's quantisation specification
// (https://ai.google.dev/edge/litert/models/quantization_spec).
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::quantize {

struct Range {
  float lowest = 0;
  float highest = 0;
};

// Scale of what is always zero: an activation of range [0, 0], a channel whose weights are all 0.
// Small enough for biases in its steps to be exact, large enough for every multiplier to exist.
inline constexpr float scale_of_zero = 1.0F / (1 << 20);

// Scale and zero point of an int8 activation tensor: zero is exact, the range is widened to hold
// it.
// Requires: finite ends, lowest <= highest.
model::Quantization activation_quantization(Range range);

// Scales of a weight tensor, symmetric in [-127, 127], one for each index along `axis`.
// Requires: finite weights, as many as `shape` has elements.
model::Quantization weight_quantization(std::span<const float> weights, const model::Shape& shape,
                                        std::int32_t axis);

// `ranges` has one entry for each tensor of `graph`, and tensors keep their places; constants'
// entries are not looked at. Ranges are cut to what a fused activation lets through. Weights have a
// scale for each output channel, FULLY_CONNECTED's too (as converters do since 2024; TensorFlow
// Lite Micro runs them since then). Biases are int32 at input scale * weight scale; where a bias
// would not fit in 29 bits its channel's weight scale is widened until it does. Softmax outputs get
// the specification's fixed 1/256, -128, a GRU's 1/128, 0, and its weights and recurrent weights a
// scale for each gate; operators that only move elements or pool them hand their input's on, and
// inputs that have to share the output's (CONCATENATION, MAXIMUM, MINIMUM) are brought to it by a
// QUANTIZE before. A constant that several operators read becomes one for each. Errors: a graph
// that check() refuses or that is not float32; the number of ranges; a range or a constant that is
// not finite, naming the tensor; scales that the int8 check() refuses.
Result<model::Graph> quantize(const model::Graph& graph, std::span<const Range> ranges);

}  // namespace sengi::quantize
