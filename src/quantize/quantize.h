// SPDX-License-Identifier: Apache-2.0
// A float graph and the ranges its activations were seen to take, made into an int8 graph by
// TensorFlow Lite's quantisation specification.
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

// Scale and zero point of an int8 activation tensor: zero is exact, the range is widened to hold it.
model::Quantization activation_quantization(Range range);
// Scales of a weight tensor, symmetric in [-127, 127], one for each index along `axis`.
model::Quantization weight_quantization(std::span<const float> weights, const model::Shape& shape,
                                        std::int32_t axis);

// `ranges` has one entry for each tensor of `graph`; constants' entries are not looked at. Softmax
// outputs get the specification's fixed 1/256, -128; operators that keep scale (pooling, reshape)
// hand their input's on. Biases are int32 at input scale * weight scale.
// Errors: a graph that is not float32 throughout; a range that is not finite, naming the tensor.
Result<model::Graph> quantize(const model::Graph& graph, std::span<const Range> ranges);

}  // namespace sengi::quantize
