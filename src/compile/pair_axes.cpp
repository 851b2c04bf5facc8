// SPDX-License-Identifier: Apache-2.0
#include "compile/pair_axes.h"

#include "model/broadcast.h"

namespace sengi::compile {
namespace {

// Whether one axis can stand for `outer` and `inner` within it.
bool walks_on(const nn::PairAxis& outer, const nn::PairAxis& inner) {
  return outer.step_a == inner.step_a * inner.count && outer.step_b == inner.step_b * inner.count;
}

}  // namespace

std::vector<nn::PairAxis> pair_axes(const model::Shape& a, const model::Shape& b,
                                    const model::Shape& both) {
  const std::vector<std::int64_t> steps_a = model::broadcast_strides(a, both);
  const std::vector<std::int64_t> steps_b = model::broadcast_strides(b, both);
  std::vector<nn::PairAxis> axes;
  for (std::size_t i = 0; i < both.size(); ++i) {
    if (both[i] == 1) continue;
    const nn::PairAxis axis = {both[i], static_cast<std::int32_t>(steps_a[i]),
                               static_cast<std::int32_t>(steps_b[i])};
    if (!axes.empty() && walks_on(axes.back(), axis)) {
      axes.back() = {axes.back().count * axis.count, axis.step_a, axis.step_b};
    } else {
      axes.push_back(axis);
    }
  }
  return axes;
}

}  // namespace sengi::compile
