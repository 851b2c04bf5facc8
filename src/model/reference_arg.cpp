// SPDX-License-Identifier: Apache-2.0
// ARG_MAX and ARG_MIN.
#include <cmath>
#include <functional>
#include <type_traits>

#include "model/reference.h"

namespace sengi::model {
namespace {

// The first index whose element goes before all others; a number goes before what is none.
template <typename T, typename Index, typename Before>
Step bind_first(Memory& memory, const Operator& op, std::int32_t axis, Before before) {
  const Shape& shape = memory.input_tensor(op, 0).shape;
  std::size_t inner = 1;
  for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i) {
    inner *= static_cast<std::size_t>(shape[i]);
  }
  const auto count = static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]);
  return [=, from = memory.input<T>(op, 0), to = memory.output<Index>(op)] {
    for (std::size_t i = 0; i < to.size(); ++i) {
      const std::size_t start = i / inner * count * inner + i % inner;
      std::size_t best = 0;
      for (std::size_t k = 1; k < count; ++k) {
        if (before(from[start + k * inner], from[start + best * inner])) best = k;
      }
      to[i] = static_cast<Index>(best);
    }
  };
}

template <typename Compare>
Step bind_arg(Memory& memory, const Operator& op, std::int32_t axis, Compare compare) {
  const auto before = [compare](auto candidate, auto best) {
    if constexpr (std::is_floating_point_v<decltype(best)>) {
      if (std::isnan(candidate)) return false;
      if (std::isnan(best)) return true;
    }
    return compare(candidate, best);
  };
  return by_type(memory.input_tensor(op, 0).type, [&]<typename T>(T) -> Step {
    if (memory.output_tensor(op).type == Type::int64) {
      return bind_first<T, std::int64_t>(memory, op, axis, before);
    }
    return bind_first<T, std::int32_t>(memory, op, axis, before);
  });
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const ArgMax& arg) {
  return bind_arg(memory, op, arg.axis, std::greater<>{});
}

Step bind(Memory& memory, const Operator& op, const ArgMin& arg) {
  return bind_arg(memory, op, arg.axis, std::less<>{});
}

}  // namespace sengi::model
