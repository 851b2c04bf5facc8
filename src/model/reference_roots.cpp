// SPDX-License-Identifier: Apache-2.0
// RSQRT and L2_NORMALIZATION.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/reference.h"
#include "model/reference_fixed.h"
#include "sengi/fixed_point.h"

namespace sengi::model {

Step bind(Memory& memory, const Operator& op, const Rsqrt&) {
  const Tensor& output = memory.output_tensor(op);
  if (output.type == Type::float32) {
    return [from = memory.input<float>(op, 0), to = memory.output<float>(op)] {
      std::ranges::transform(from, to.begin(), [](float x) { return 1 / std::sqrt(x); });
    };
  }
  const Quantization& input = memory.input_tensor(op, 0).quantization;
  return [from = memory.input<std::int8_t>(op, 0), to = memory.output<std::int8_t>(op),
          factor = quantize_multiplier(rsqrt_factor(input, output.quantization)),
          in_zero = input.zero_point[0], out_zero = output.quantization.zero_point[0]] {
    std::ranges::transform(from, to.begin(), [&](std::int8_t x) {
      const std::int32_t value = x - in_zero;
      if (value <= 0) return std::numeric_limits<std::int8_t>::max();
      constexpr int fraction_bits = 20;
      const Multiplier root = inverse_root_of(value);
      const std::int32_t inverse = requantize(1, {root.multiplier, root.shift + fraction_bits});
      const std::int64_t stored =
          std::int64_t{requantize(inverse, {factor.multiplier, factor.shift - fraction_bits})} +
          out_zero;
      return static_cast<std::int8_t>(std::clamp<std::int64_t>(stored, -128, 127));
    });
  };
}

Step bind(Memory& memory, const Operator& op, const L2Normalization&) {
  const auto depth = static_cast<std::size_t>(memory.output_tensor(op).shape.back());
  if (memory.output_tensor(op).type == Type::float32) {
    return [depth, from = memory.input<float>(op, 0), to = memory.output<float>(op)] {
      for (std::size_t row = 0; row < to.size(); row += depth) {
        float sum = 0;
        for (const float x : from.subspan(row, depth)) sum += x * x;
        const float length = std::max(std::sqrt(sum), 1e-6F);
        for (std::size_t i = row; i < row + depth; ++i) to[i] = from[i] / length;
      }
    };
  }
  return [depth, from = memory.input<std::int8_t>(op, 0), to = memory.output<std::int8_t>(op),
          zero_point = memory.input_tensor(op, 0).quantization.zero_point[0]] {
    for (std::size_t row = 0; row < to.size(); row += depth) {
      std::int32_t sum = 0;
      for (const std::int8_t x : from.subspan(row, depth)) {
        sum += (x - zero_point) * (x - zero_point);
      }
      constexpr int output_fraction_bits = 7;
      Multiplier factor = inverse_root_of(sum);
      factor.shift += output_fraction_bits;
      for (std::size_t i = row; i < row + depth; ++i) {
        to[i] =
            static_cast<std::int8_t>(clamp(requantize(from[i] - zero_point, factor), -128, 127));
      }
    }
  };
}

}  // namespace sengi::model
