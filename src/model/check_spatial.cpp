// SPDX-License-Identifier: Apache-2.0
// Operators that work on whole axes: means, and images of another size.
#include <fmt/format.h>

#include <cstdint>

#include "model/check_parts.h"

namespace sengi::model {

Result<void> check_shape(const Place& place, const Mean& mean) {
  const Shape& input = place.input(0).shape;
  std::int32_t last = -1;
  for (const std::int32_t axis : mean.axes) {
    if (axis <= last || static_cast<std::size_t>(axis) >= input.size()) {
      return place.fault(fmt::format("takes axes {} of an input of {}", fmt::join(mean.axes, ", "),
                                     to_string(input)));
    }
    last = axis;
  }
  Shape expected;
  std::size_t next = 0;
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    const bool reduced =
        next < mean.axes.size() && static_cast<std::size_t>(mean.axes[next]) == axis;
    if (reduced) ++next;
    if (!reduced) expected.push_back(input[axis]);
    if (reduced && mean.keeps_axes) expected.push_back(1);
  }
  if (expected.empty()) expected.push_back(1);  // a scalar
  return check_output_shape(place, expected);
}

Result<void> check_shape(const Place& place, const ResizeNearestNeighbor&) {
  SENGI_CHECK(check_rank(place, 0, 4));
  const Shape& input = place.input(0).shape;
  const Shape& output = place.output().shape;
  if (output.size() == 4 && output[0] == input[0] && output[3] == input[3]) return {};
  return place.output_fault(
      fmt::format("has shape {} for an image of {}", to_string(output), to_string(input)));
}

Result<void> check_numbers(const Place& place, const Mean&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  const Type type = place.output().type;
  if (!is_quantized(type)) return {};
  // Each element less its zero point has at most 8 bits, or 16, and a sign.
  const std::size_t count = place.input(0).elements() / place.output().elements();
  const std::size_t most = std::size_t{1} << (type == Type::int16 ? 14 : 22);
  if (count > most) {
    return place.fault(fmt::format("a mean of {} is beyond a 32-bit accumulator", count));
  }
  return check_factor(place, static_cast<double>(place.input(0).quantization.scale[0]) /
                                 static_cast<double>(place.output().quantization.scale[0]));
}

Result<void> check_numbers(const Place& place, const ResizeNearestNeighbor&) {
  return check_moved(place);
}

}  // namespace sengi::model
