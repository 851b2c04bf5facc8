// SPDX-License-Identifier: Apache-2.0
// Tensors put together along an axis, and one cut apart.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

// The whole is `runs` times a run of each part in turn. Beside its shape a layer has
//   lengths  [parts]: elements in a run
struct Runs {
  std::int32_t runs;
};

template <typename Layer, typename T, std::size_t parts>
inline void concatenate(const T* const (&inputs)[parts], T* output) {
  for (std::int32_t run = 0; run < Layer::shape.runs; ++run) {
    for (std::size_t part = 0; part < parts; ++part) {
      const std::int32_t length = Layer::lengths[part];
      const T* input = inputs[part] + run * length;
      for (std::int32_t i = 0; i < length; ++i) *output++ = input[i];
    }
  }
}

template <typename Layer, typename T, std::size_t parts>
inline void split(const T* input, T* const (&outputs)[parts]) {
  for (std::int32_t run = 0; run < Layer::shape.runs; ++run) {
    for (std::size_t part = 0; part < parts; ++part) {
      const std::int32_t length = Layer::lengths[part];
      T* output = outputs[part] + run * length;
      for (std::int32_t i = 0; i < length; ++i) output[i] = *input++;
    }
  }
}

}  // namespace sengi::nn
