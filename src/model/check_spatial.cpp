// SPDX-License-Identifier: Apache-2.0
// Operators that work on whole axes: means, and images of another size.
#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "model/broadcast.h"
#include "model/check_parts.h"

namespace sengi::model {

namespace {

template <typename Reduction>
Result<void> check_reduction(const Place& place, const Reduction& mean) {
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

}  // namespace

Result<void> check_shape(const Place& place, const Mean& mean) {
  return check_reduction(place, mean);
}
Result<void> check_shape(const Place& place, const Sum& sum) { return check_reduction(place, sum); }
Result<void> check_shape(const Place& place, const ReduceMax& most) {
  return check_reduction(place, most);
}
Result<void> check_shape(const Place& place, const ReduceMin& least) {
  return check_reduction(place, least);
}

Result<void> check_shape(const Place& place, const ResizeNearestNeighbor&) {
  SENGI_CHECK(check_rank(place, 0, 4));
  const Shape& input = place.input(0).shape;
  const Shape& output = place.output().shape;
  if (output.size() == 4 && output[0] == input[0] && output[3] == input[3]) return {};
  return place.output_fault(
      fmt::format("has shape {} for an image of {}", to_string(output), to_string(input)));
}

namespace {

Result<void> check_summed(const Place& place) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  const Type type = place.output().type;
  if (!is_quantized(type)) return {};
  // Each element less its zero point has at most 8 bits, or 16, and a sign.
  const std::size_t count = place.input(0).elements() / place.output().elements();
  const std::size_t most = std::size_t{1} << (type == Type::int16 ? 14 : 22);
  if (count > most) {
    return place.fault(fmt::format("a sum of {} is beyond a 32-bit accumulator", count));
  }
  return check_factor(place, static_cast<double>(place.input(0).quantization.scale[0]) /
                                 static_cast<double>(place.output().quantization.scale[0]));
}

Result<void> check_picked(const Place& place) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  return check_keeps_scale(place);
}

}  // namespace

Result<void> check_numbers(const Place& place, const Mean&) { return check_summed(place); }
Result<void> check_numbers(const Place& place, const Sum&) { return check_summed(place); }
Result<void> check_numbers(const Place& place, const ReduceMax&) { return check_picked(place); }
Result<void> check_numbers(const Place& place, const ReduceMin&) { return check_picked(place); }

Result<void> check_numbers(const Place& place, const ResizeNearestNeighbor&) {
  return check_moved(place);
}

namespace {

Result<void> check_resized(const Place& place) {
  SENGI_CHECK(check_rank(place, 0, 4));
  const Shape& input = place.input(0).shape;
  const Shape& output = place.output().shape;
  if (output.size() == 4 && output[0] == input[0] && output[3] == input[3]) return {};
  return place.output_fault(
      fmt::format("has shape {} for an image of {}", to_string(output), to_string(input)));
}

Result<void> check_arg_shape(const Place& place, std::int32_t axis) {
  Shape expected = place.input(0).shape;
  if (axis < 0 || static_cast<std::size_t>(axis) >= expected.size()) {
    return place.fault(
        fmt::format("works along axis {} of an input of {}", axis, to_string(expected)));
  }
  expected.erase(expected.begin() + axis);
  if (expected.empty()) expected.push_back(1);  // a scalar
  return check_output_shape(place, expected);
}

Result<void> check_arg_types(const Place& place) {
  const Type input = place.input(0).type;
  if (!is_quantized(input) && input != Type::float32) {
    return place.input_fault(
        0, fmt::format("is {}; int8, int16 and float32 are supported", name_of(input)));
  }
  const Type output = place.output().type;
  if (output == Type::int32 || output == Type::int64) return {};
  return place.output_fault(fmt::format("is {}; int32 and int64 are supported", name_of(output)));
}

}  // namespace

Result<void> check_shape(const Place& place, const ResizeBilinear& resize) {
  if (resize.align_corners && resize.half_pixel_centers) {
    return place.fault("aligns corners and has half pixel centres; only one is possible");
  }
  return check_resized(place);
}

Result<void> check_numbers(const Place& place, const ResizeBilinear&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  return check_keeps_scale(place);
}

Result<void> check_shape(const Place& place, const ArgMax& arg) {
  return check_arg_shape(place, arg.axis);
}
Result<void> check_shape(const Place& place, const ArgMin& arg) {
  return check_arg_shape(place, arg.axis);
}
Result<void> check_numbers(const Place& place, const ArgMax&) { return check_arg_types(place); }
Result<void> check_numbers(const Place& place, const ArgMin&) { return check_arg_types(place); }

Result<void> check_shape(const Place& place, const BatchMatMul& matmul) {
  Shape first = place.input(0).shape;
  Shape second = place.input(1).shape;
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    if (place.input(i).shape.size() >= 2) continue;
    return place.input_fault(i, "has one axis; a matrix has two");
  }
  const auto take_matrix = [](Shape& shape, bool transposed) {
    const std::int32_t rows = shape[shape.size() - (transposed ? 1 : 2)];
    const std::int32_t columns = shape[shape.size() - (transposed ? 2 : 1)];
    shape.erase(shape.end() - 2, shape.end());
    return std::pair(rows, columns);
  };
  const auto [rows, depth] = take_matrix(first, matmul.transpose_first);
  const auto [second_depth, columns] = take_matrix(second, matmul.transpose_second);
  const auto batches = broadcast_shape(first, second);
  if (depth != second_depth || !batches) {
    return place.input_fault(
        1, fmt::format("has shape {}, which does not fit beside {}",
                       to_string(place.input(1).shape), to_string(place.input(0).shape)));
  }
  Shape expected = *batches;
  expected.push_back(rows);
  expected.push_back(columns);
  return check_output_shape(place, expected);
}

Result<void> check_numbers(const Place& place, const BatchMatMul& matmul) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  SENGI_CHECK(check_symmetric_int16(place));
  const Type type = place.output().type;
  if (!is_quantized(type)) return {};
  const Shape& first = place.input(0).shape;
  const std::int32_t depth = first[first.size() - (matmul.transpose_first ? 2 : 1)];
  // Products have 16 bits and a sign, or 30 and a sum of 47.
  const std::int32_t most = type == Type::int16 ? 1 << 16 : 1 << 14;
  if (depth > most) {
    return place.fault(fmt::format("sums of {} products are beyond the accumulator", depth));
  }
  const double factor = static_cast<double>(place.input(0).quantization.scale[0] *
                                            place.input(1).quantization.scale[0]) /
                        static_cast<double>(place.output().quantization.scale[0]);
  return check_factor(place, type == Type::int16 ? factor * (1 << 23) : factor);
}

}  // namespace sengi::model
