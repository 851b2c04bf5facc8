// SPDX-License-Identifier: Apache-2.0
// SVDF.
#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "model/reference.h"
#include "sengi/fixed_point.h"

namespace sengi::model {
namespace {

struct Sizes {
  std::size_t batches, inputs, filters, memory, rank;
};

Sizes sizes_of(const Memory& memory, const Operator& op, const Svdf& svdf) {
  const Shape& input = memory.input_tensor(op, 0).shape;
  const Shape& time = memory.input_tensor(op, 2).shape;
  return {.batches = static_cast<std::size_t>(input[0]),
          .inputs = static_cast<std::size_t>(input[1]),
          .filters = static_cast<std::size_t>(time[0]),
          .memory = static_cast<std::size_t>(time[1]),
          .rank = static_cast<std::size_t>(svdf.rank)};
}

// State [batches, filters, memory], oldest first: each filter's features move back by one, and
// feature(batch, filter) becomes the newest; then unit(output, sum over time and rank, unit).
template <typename Sum, typename State, typename Feature, typename TimesState, typename Store>
void run(const Sizes& sizes, std::span<State> state, const Feature& feature,
         const TimesState& times_state, const Store& store) {
  const std::size_t units = sizes.filters / sizes.rank;
  for (std::size_t b = 0; b < sizes.batches; ++b) {
    for (std::size_t unit = 0; unit < units; ++unit) {
      Sum sum = 0;
      for (std::size_t r = 0; r < sizes.rank; ++r) {
        const std::size_t filter = unit * sizes.rank + r;
        const auto past = state.subspan((b * sizes.filters + filter) * sizes.memory, sizes.memory);
        std::rotate(past.begin(), past.begin() + 1, past.end());
        past.back() = feature(b, filter);
        for (std::size_t m = 0; m < sizes.memory; ++m) {
          sum += times_state(filter * sizes.memory + m, past[m]);
        }
      }
      store(b * units + unit, sum, unit);
    }
  }
}

template <typename State>
Step bind_int8(Memory& memory, const Operator& op, const Svdf& svdf) {
  const Tensor& output = memory.output_tensor(op);
  return [=, sizes = sizes_of(memory, op, svdf), parameters = svdf_parameters(memory.graph, op),
          input = memory.input<std::int8_t>(op, 0), weights = memory.input<std::int8_t>(op, 1),
          time = memory.input<State>(op, 2), bias = memory.input<std::int32_t>(op, 3),
          state = memory.state<State>(op, 4), out = memory.output<std::int8_t>(op),
          in_zero = memory.input_tensor(op, 0).quantization.zero_point[0],
          state_zero = memory.input_tensor(op, 4).quantization.zero_point[0],
          out_zero = output.quantization.zero_point[0]] {
    const auto feature = [&](std::size_t b, std::size_t filter) {
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < sizes.inputs; ++i) {
        sum += weights[filter * sizes.inputs + i] * (input[b * sizes.inputs + i] - in_zero);
      }
      const std::int32_t stored =
          clamp(requantize(sum, parameters.feature), std::numeric_limits<State>::min(),
                std::numeric_limits<State>::max());
      return static_cast<State>(state_zero + stored);
    };
    const auto times_state = [&](std::size_t at, State past) {
      return std::int64_t{time[at]} * (past - state_zero);
    };
    // The sum is one of 32 bits, which 16-bit states can carry over.
    const auto store = [&](std::size_t at, std::int64_t sum, std::size_t unit) {
      if (!bias.empty()) sum += bias[unit];
      const std::int64_t stored =
          std::int64_t{requantize(static_cast<std::int32_t>(sum), parameters.time)} + out_zero;
      out[at] = static_cast<std::int8_t>(std::clamp<std::int64_t>(stored, -128, 127));
    };
    run<std::int64_t>(sizes, state, feature, times_state, store);
  };
}

Step bind_float32(Memory& memory, const Operator& op, const Svdf& svdf) {
  return [sizes = sizes_of(memory, op, svdf), range = float_range(svdf.activation),
          input = memory.input<float>(op, 0), weights = memory.input<float>(op, 1),
          time = memory.input<float>(op, 2), bias = memory.input<float>(op, 3),
          state = memory.state<float>(op, 4), out = memory.output<float>(op)] {
    const auto feature = [&](std::size_t b, std::size_t filter) {
      float sum = 0;
      for (std::size_t i = 0; i < sizes.inputs; ++i) {
        sum += weights[filter * sizes.inputs + i] * input[b * sizes.inputs + i];
      }
      return sum;
    };
    const auto times_state = [&](std::size_t at, float past) { return time[at] * past; };
    const auto store = [&](std::size_t at, float sum, std::size_t unit) {
      if (!bias.empty()) sum += bias[unit];
      out[at] = std::min(std::max(sum, range.lowest), range.highest);
    };
    run<float>(sizes, state, feature, times_state, store);
  };
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Svdf& svdf) {
  if (memory.output_tensor(op).type == Type::float32) return bind_float32(memory, op, svdf);
  if (memory.input_tensor(op, 4).type == Type::int16) {
    return bind_int8<std::int16_t>(memory, op, svdf);
  }
  return bind_int8<std::int8_t>(memory, op, svdf);
}

}  // namespace sengi::model
