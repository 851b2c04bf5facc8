// SPDX-License-Identifier: Apache-2.0
// Operators that only move elements.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "model/check_parts.h"

namespace sengi::model {
Result<void> check_moved(const Place& place) {
  const Type type = place.output().type;
  SENGI_CHECK(check_input_type(place, 0, type));
  if (is_quantized(type)) SENGI_CHECK(check_activations(place, {type}));
  if (place.input(0).quantization.empty() && place.output().quantization.empty()) return {};
  return check_keeps_scale(place);
}

Result<void> check_shape(const Place& place, const Reshape&) {
  if (place.input(0).elements() == place.output().elements()) return {};
  return place.output_fault(fmt::format("has shape {} for an input of {}",
                                        to_string(place.output().shape),
                                        to_string(place.input(0).shape)));
}

Result<void> check_shape(const Place& place, const Pad& pad) {
  const Shape& input = place.input(0).shape;
  if (pad.before.size() != input.size() || pad.after.size() != input.size()) {
    return place.fault(
        fmt::format("pads {} axes of an input of {}", pad.before.size(), to_string(input)));
  }
  const Shape& output = place.output().shape;
  bool follows = output.size() == input.size();
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    if (pad.before[axis] < 0 || pad.after[axis] < 0) {
      return place.fault(fmt::format("pads axis {} by {} and {}; neither may be negative", axis,
                                     pad.before[axis], pad.after[axis]));
    }
    follows =
        follows && output[axis] == std::int64_t{input[axis]} + pad.before[axis] + pad.after[axis];
  }
  if (!follows) {
    return place.output_fault(fmt::format("has shape {} for an input of {} padded by {} and {}",
                                          to_string(output), to_string(input),
                                          to_string(pad.before), to_string(pad.after)));
  }
  if (place.has_input(1) && place.input(1).elements() != 1) {
    return place.input_fault(
        1, fmt::format("has {} elements instead of 1", place.input(1).elements()));
  }
  return {};
}

Result<void> check_shape(const Place& place, const StridedSlice& slice) {
  const Shape& input = place.input(0).shape;
  const std::size_t axes = input.size();
  if (slice.begin.size() != axes || slice.end.size() != axes || slice.stride.size() != axes ||
      slice.dropped.size() != axes) {
    return place.fault(
        fmt::format("slices {} axes of an input of {}", slice.begin.size(), to_string(input)));
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const bool whole = slice.stride[axis] != 0 && slice.begin[axis] >= 0 &&
                       slice.begin[axis] < input[axis] && slice.end[axis] >= -1 &&
                       slice.end[axis] <= input[axis];
    if (whole) continue;
    return place.fault(fmt::format("takes axis {} of an input of {} from {} to {} in steps of {}",
                                   axis, to_string(input), slice.begin[axis], slice.end[axis],
                                   slice.stride[axis]));
  }
  const Shape counts = slice_counts(slice);
  Shape expected;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (!slice.dropped[axis]) {
      expected.push_back(counts[axis]);
    } else if (counts[axis] != 1) {
      return place.fault(fmt::format("drops axis {}, of which it takes {}", axis, counts[axis]));
    }
  }
  // What is left of a vector by one index is one element; tensors here have an axis at least.
  if (expected.empty()) expected.push_back(1);
  return check_output_shape(place, expected);
}

Result<void> check_numbers(const Place& place, const Reshape&) { return check_moved(place); }

Result<void> check_numbers(const Place& place, const Pad&) {
  SENGI_CHECK(check_moved(place));
  if (!place.has_input(1)) return {};
  SENGI_CHECK(check_input_type(place, 1, place.output().type));
  if (place.output().quantization.empty()) return {};
  const Quantization& value = place.input(1).quantization;
  const Quantization& output = place.output().quantization;
  if (value.scale == output.scale && value.zero_point == output.zero_point) return {};
  return place.input_fault(1, "must have the scale and zero point of what it pads");
}

Result<void> check_numbers(const Place& place, const StridedSlice&) { return check_moved(place); }

Result<void> check_shape(const Place& place, const Transpose& transpose) {
  const Shape& input = place.input(0).shape;
  const std::vector<std::int32_t>& permutation = transpose.permutation;
  std::vector<bool> taken(input.size(), false);
  Shape expected;
  bool whole = permutation.size() == input.size();
  for (const std::int32_t axis : permutation) {
    const auto from = static_cast<std::size_t>(axis);
    whole = whole && axis >= 0 && from < input.size() && !taken[from];
    if (!whole) break;
    taken[from] = true;
    expected.push_back(input[from]);
  }
  if (whole) return check_output_shape(place, expected);
  return place.fault(fmt::format("orders the axes of an input of {} as {}", to_string(input),
                                 fmt::join(permutation, ", ")));
}

Result<void> check_numbers(const Place& place, const Transpose&) { return check_moved(place); }

namespace {

Result<void> check_axis(const Place& place, std::int32_t axis, const Shape& shape) {
  if (axis >= 0 && static_cast<std::size_t>(axis) < shape.size()) return {};
  return place.fault(fmt::format("works along axis {} of a shape of {}", axis, to_string(shape)));
}

// Whether `part` is `whole` but for its size along `axis`.
bool is_part(Shape part, const Shape& whole, std::size_t axis) {
  if (part.size() != whole.size()) return false;
  part[axis] = whole[axis];
  return part == whole;
}

Result<void> check_blocks(const Place& place, std::int32_t block, const Shape& image,
                          const Shape& deep) {
  const bool images = image.size() == 4 && deep.size() == 4;
  const std::int64_t squared = std::int64_t{block} * block;
  if (images && block >= 1 && image[0] == deep[0] && image[1] == std::int64_t{deep[1]} * block &&
      image[2] == std::int64_t{deep[2]} * block && squared <= deep[3] &&
      deep[3] == image[3] * squared) {
    return {};
  }
  return place.output_fault(fmt::format("has shape {} for an input of {} and blocks of {}",
                                        to_string(place.output().shape),
                                        to_string(place.input(0).shape), block));
}

}  // namespace

Result<void> check_shape(const Place& place, const Concatenation& concatenation) {
  Shape expected = place.input(0).shape;
  SENGI_CHECK(check_axis(place, concatenation.axis, expected));
  const auto axis = static_cast<std::size_t>(concatenation.axis);
  std::int64_t extent = 0;
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    const Shape& part = place.input(i).shape;
    if (!is_part(part, expected, axis)) {
      return place.input_fault(i, fmt::format("has shape {}, which does not fit behind {}",
                                              to_string(part), to_string(expected)));
    }
    extent += part[axis];
  }
  expected[axis] = static_cast<std::int32_t>(std::min<std::int64_t>(extent, most_elements));
  return check_output_shape(place, expected);
}

Result<void> check_shape(const Place& place, const Split& split) {
  const Shape& whole = place.input(0).shape;
  SENGI_CHECK(check_axis(place, split.axis, whole));
  const auto axis = static_cast<std::size_t>(split.axis);
  std::int64_t extent = 0;
  for (std::size_t i = 0; i < place.op().outputs.size(); ++i) {
    const Shape& part = place.output(i).shape;
    if (!is_part(part, whole, axis)) {
      return place.output_fault(i, fmt::format("has shape {}, which is no part of {}",
                                               to_string(part), to_string(whole)));
    }
    extent += part[axis];
  }
  if (extent == whole[axis]) return {};
  return place.fault(fmt::format("makes {} of the {} along axis {}", extent, whole[axis], axis));
}

Result<void> check_shape(const Place& place, const SpaceToDepth& blocks) {
  return check_blocks(place, blocks.block, place.input(0).shape, place.output().shape);
}

Result<void> check_shape(const Place& place, const DepthToSpace& blocks) {
  return check_blocks(place, blocks.block, place.output().shape, place.input(0).shape);
}

Result<void> check_joined(const Place& place) {
  SENGI_CHECK(check_moved(place));
  for (std::size_t i = 1; i < place.op().inputs.size(); ++i) {
    SENGI_CHECK(check_input_type(place, i, place.output().type));
    SENGI_CHECK(check_keeps_scale(place, i));
  }
  return {};
}

Result<void> check_parted(const Place& place) {
  SENGI_CHECK(check_moved(place));
  for (std::size_t i = 1; i < place.op().outputs.size(); ++i) {
    if (place.output(i).type != place.output().type) {
      return place.output_fault(i, fmt::format("is {} beside {}", name_of(place.output(i).type),
                                               name_of(place.output().type)));
    }
    SENGI_CHECK(check_keeps_scale(place, 0, i));
  }
  return {};
}

Result<void> check_numbers(const Place& place, const Concatenation&) { return check_joined(place); }
Result<void> check_numbers(const Place& place, const Split&) { return check_parted(place); }

Result<void> check_numbers(const Place& place, const SpaceToDepth&) { return check_moved(place); }
Result<void> check_numbers(const Place& place, const DepthToSpace&) { return check_moved(place); }

}  // namespace sengi::model
