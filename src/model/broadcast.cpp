// SPDX-License-Identifier: Apache-2.0
#include "model/broadcast.h"

#include <algorithm>

namespace sengi::model {

std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b) {
  const std::size_t axes = std::max(a.size(), b.size());
  const auto at = [axes](const Shape& shape, std::size_t axis) {
    const std::size_t missing = axes - shape.size();
    return axis < missing ? 1 : shape[axis - missing];
  };
  Shape both(axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const std::int32_t first = at(a, axis);
    const std::int32_t second = at(b, axis);
    if (first != second && first != 1 && second != 1) return std::nullopt;
    both[axis] = std::max(first, second);
  }
  return both;
}

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to) {
  const std::vector<std::int64_t> own = strides_of(from);
  const std::size_t missing = to.size() - from.size();
  std::vector<std::int64_t> strides(to.size(), 0);
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] != 1) strides[missing + axis] = own[axis];
  }
  return strides;
}

std::int64_t Walk::offset(const std::vector<std::int64_t>& strides) const {
  std::int64_t sum = 0;
  for (std::size_t axis = 0; axis < place_.size(); ++axis) sum += place_[axis] * strides[axis];
  return sum;
}

void Walk::next() {
  for (std::size_t axis = place_.size(); axis-- > 0;) {
    if (++place_[axis] < shape_[axis]) return;
    place_[axis] = 0;
  }
}

}  // namespace sengi::model
