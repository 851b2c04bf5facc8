// SPDX-License-Identifier: Apache-2.0
// MEAN.
#include <algorithm>
#include <type_traits>

#include "model/broadcast.h"
#include "model/reference.h"
#include "sengi/fixed_point.h"

namespace sengi::model {

Step bind(Memory& memory, const Operator& op, const Mean& mean) {
  const Tensor& input = memory.input_tensor(op, 0);
  const Tensor& output = memory.output_tensor(op);
  // The output with its axes kept, and how a walk over the input moves in it.
  Shape kept = input.shape;
  for (const std::int32_t axis : mean.axes) kept[static_cast<std::size_t>(axis)] = 1;
  const std::vector<std::int64_t> strides = broadcast_strides(kept, input.shape);
  const auto count = static_cast<std::int64_t>(input.elements() / output.elements());

  return by_type(output.type, [&]<typename T>(T) -> Step {
    using Sum = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;
    const auto from = memory.input<T>(op, 0);
    const auto to = memory.output<T>(op);
    const auto sums = [=, shape = input.shape] {
      std::vector<Sum> sum(to.size(), 0);
      Walk walk(shape);
      for (std::size_t i = 0; i < from.size(); ++i, walk.next()) {
        sum[static_cast<std::size_t>(walk.offset(strides))] += from[i];
      }
      return sum;
    };
    if constexpr (std::is_same_v<T, float>) {
      return [=] {
        std::ranges::transform(sums(), to.begin(),
                               [&](float sum) { return sum / static_cast<float>(count); });
      };
    } else {
      const ActivationRange range =
          activation_range(Activation::none, output.quantization, output.type);
      return [=, factor = mean_factor(input.quantization, output.quantization, count),
              in_zero = input.quantization.zero_point[0],
              out_zero = output.quantization.zero_point[0]] {
        std::ranges::transform(sums(), to.begin(), [&](std::int32_t sum) {
          const auto shifted = static_cast<std::int32_t>(sum - in_zero * count);
          const std::int64_t stored = std::int64_t{requantize(shifted, factor)} + out_zero;
          return static_cast<T>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
        });
      };
    }
  });
}

}  // namespace sengi::model
