// SPDX-License-Identifier: Apache-2.0
// One number of many along axes: MEAN, SUM, REDUCE_MAX and REDUCE_MIN.
#include <algorithm>
#include <type_traits>

#include "model/broadcast.h"
#include "model/reference.h"
#include "sengi/fixed_point.h"

namespace sengi::model {
namespace {

// Where each element of the input counts in the output.
class Reduced {
 public:
  Reduced(const Shape& shape, const std::vector<std::int32_t>& axes) : shape_(shape) {
    Shape kept = shape;
    for (const std::int32_t axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
    strides_ = broadcast_strides(kept, shape);
  }

  // Calls visit(input, output) for each element of the input.
  template <typename Visit>
  void each(std::size_t elements, const Visit& visit) const {
    Walk walk(shape_);
    for (std::size_t i = 0; i < elements; ++i, walk.next()) {
      visit(i, static_cast<std::size_t>(walk.offset(strides_)));
    }
  }

 private:
  Shape shape_;
  std::vector<std::int64_t> strides_;
};

// Sums, of integers requantised by `factor`, of reals divided by `divisor`.
Step bind_sum(Memory& memory, const Operator& op, const std::vector<std::int32_t>& axes,
              Multiplier factor, std::int64_t divisor) {
  const Tensor& input = memory.input_tensor(op, 0);
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    using Number = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;
    const auto from = memory.input<T>(op, 0);
    const auto to = memory.output<T>(op);
    const auto sums = [=, reduced = Reduced(input.shape, axes)] {
      std::vector<Number> sum(to.size(), 0);
      reduced.each(from.size(), [&](std::size_t i, std::size_t at) { sum[at] += from[i]; });
      return sum;
    };
    if constexpr (std::is_same_v<T, float>) {
      return [=] {
        std::ranges::transform(sums(), to.begin(),
                               [&](float sum) { return sum / static_cast<float>(divisor); });
      };
    } else {
      const auto count = static_cast<std::int64_t>(input.elements() / output.elements());
      const ActivationRange range =
          activation_range(Activation::none, output.quantization, output.type);
      return [=, in_zero = input.quantization.zero_point[0],
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

// The element of each that goes before the others.
template <typename Before>
Step bind_extreme(Memory& memory, const Operator& op, const std::vector<std::int32_t>& axes,
                  Before before) {
  return by_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    return [=, from = memory.input<T>(op, 0), to = memory.output<T>(op),
            reduced = Reduced(memory.input_tensor(op, 0).shape, axes)] {
      std::vector<bool> seen(to.size(), false);
      reduced.each(from.size(), [&](std::size_t i, std::size_t at) {
        if (!seen[at] || before(from[i], to[at])) to[at] = from[i];
        seen[at] = true;
      });
    };
  });
}

bool is_real(const Memory& memory, const Operator& op) {
  return memory.output_tensor(op).type == Type::float32;
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Mean& mean) {
  const Tensor& input = memory.input_tensor(op, 0);
  const Tensor& output = memory.output_tensor(op);
  const auto count = static_cast<std::int64_t>(input.elements() / output.elements());
  if (is_real(memory, op)) return bind_sum(memory, op, mean.axes, {}, count);
  return bind_sum(memory, op, mean.axes,
                  mean_factor(input.quantization, output.quantization, count), 1);
}

Step bind(Memory& memory, const Operator& op, const Sum& sum) {
  if (is_real(memory, op)) return bind_sum(memory, op, sum.axes, {}, 1);
  return bind_sum(memory, op, sum.axes,
                  quantize_factor(memory.input_tensor(op, 0).quantization,
                                  memory.output_tensor(op).quantization),
                  1);
}

Step bind(Memory& memory, const Operator& op, const ReduceMax& most) {
  return bind_extreme(memory, op, most.axes, [](auto a, auto b) { return a > b; });
}

Step bind(Memory& memory, const Operator& op, const ReduceMin& least) {
  return bind_extreme(memory, op, least.axes, [](auto a, auto b) { return a < b; });
}

}  // namespace sengi::model
