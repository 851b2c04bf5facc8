// SPDX-License-Identifier: Apache-2.0
// SOFTMAX over one row, in int8 fixed point as TensorFlow Lite Micro's reference defines it, and in
// float.
#pragma once

#include <cstdint>
#include <span>

#include "model/integer_parameters.h"

namespace sengi::model {

// To int8 or int16. Requires: 1 to SoftmaxParameters::most_classes elements; output as long as
// input.
void softmax_row(std::span<const std::int8_t> input, const SoftmaxParameters& parameters,
                 std::span<std::int8_t> output);
void softmax_row(std::span<const std::int8_t> input, const SoftmaxParameters& parameters,
                 std::span<std::int16_t> output);

void softmax_row(std::span<const float> input, float beta, std::span<float> output);

}  // namespace sengi::model
