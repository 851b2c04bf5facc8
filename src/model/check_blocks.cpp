// SPDX-License-Identifier: Apache-2.0
// Operators that move whole slices of a tensor: side by side, into batches, by index, mirrored.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "model/check_parts.h"

namespace sengi::model {
namespace {

Result<void> check_axis(const Place& place, std::int32_t axis, const Shape& shape) {
  if (axis >= 0 && static_cast<std::size_t>(axis) < shape.size()) return {};
  return place.fault(fmt::format("works along axis {} of a shape of {}", axis, to_string(shape)));
}

// `shape` without an axis; a scalar where none is left.
Shape without_axis(Shape shape, std::int32_t axis) {
  shape.erase(shape.begin() + axis);
  if (shape.empty()) shape.push_back(1);
  return shape;
}

// Blocks and paddings for each axis between the first and the last of `image`.
template <typename Blocks>
Result<void> check_block_lists(const Place& place, const Blocks& blocks, const Shape& image) {
  const std::size_t rank = image.size();
  const bool whole = (rank == 3 || rank == 4) && blocks.block.size() == rank - 2 &&
                     blocks.before.size() == rank - 2 && blocks.after.size() == rank - 2;
  if (!whole) {
    return place.fault(fmt::format("has blocks of {} and {} paddings for an image of {}",
                                   to_string(blocks.block), blocks.before.size(),
                                   to_string(image)));
  }
  for (std::size_t i = 0; i < blocks.block.size(); ++i) {
    if (blocks.block[i] < 1 || blocks.before[i] < 0 || blocks.after[i] < 0) {
      return place.fault(fmt::format("has blocks of {} padded by {} and {} along axis {}",
                                     blocks.block[i], blocks.before[i], blocks.after[i], i + 1));
    }
  }
  return {};
}

// Whether `batches` is `image` cut into blocks, `padding` elements longer along each axis.
template <typename Blocks>
bool are_blocks_of(const Blocks& blocks, const Shape& image, const Shape& batches) {
  std::int64_t images = image[0];
  bool follow = image.size() == batches.size() && image.back() == batches.back();
  for (std::size_t i = 0; follow && i < blocks.block.size(); ++i) {
    const std::int64_t padded = std::int64_t{image[i + 1]} + blocks.before[i] + blocks.after[i];
    follow = padded == std::int64_t{batches[i + 1]} * blocks.block[i];
    images *= blocks.block[i];
    follow = follow && images <= batches[0];
  }
  return follow && images == batches[0];
}

template <typename Blocks>
Result<void> check_batches(const Place& place, const Blocks& blocks, const Shape& image,
                           const Shape& batches) {
  SENGI_CHECK(check_block_lists(place, blocks, image));
  if (are_blocks_of(blocks, image, batches)) return {};
  return place.output_fault(fmt::format("has shape {} for an input of {} and blocks of {}",
                                        to_string(place.output().shape),
                                        to_string(place.input(0).shape), to_string(blocks.block)));
}

}  // namespace

Result<void> check_shape(const Place& place, const Pack& pack) {
  const Shape& whole = place.output().shape;
  SENGI_CHECK(check_axis(place, pack.axis, whole));
  const Shape part = without_axis(whole, pack.axis);
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    SENGI_CHECK(check_input_shape(place, i, part));
  }
  const auto along = static_cast<std::size_t>(whole[static_cast<std::size_t>(pack.axis)]);
  if (along == place.op().inputs.size()) return {};
  return place.output_fault(fmt::format("has shape {} for {} inputs along axis {}",
                                        to_string(whole), place.op().inputs.size(), pack.axis));
}

Result<void> check_shape(const Place& place, const Unpack& unpack) {
  const Shape& whole = place.input(0).shape;
  SENGI_CHECK(check_axis(place, unpack.axis, whole));
  const Shape part = without_axis(whole, unpack.axis);
  for (std::size_t i = 0; i < place.op().outputs.size(); ++i) {
    if (place.output(i).shape == part) continue;
    return place.output_fault(i, fmt::format("has shape {}, which is no slice of {}",
                                             to_string(place.output(i).shape), to_string(whole)));
  }
  const auto along = static_cast<std::size_t>(whole[static_cast<std::size_t>(unpack.axis)]);
  if (along == place.op().outputs.size()) return {};
  return place.fault(fmt::format("makes {} of the {} along axis {}", place.op().outputs.size(),
                                 along, unpack.axis));
}

Result<void> check_shape(const Place& place, const SpaceToBatch& blocks) {
  return check_batches(place, blocks, place.input(0).shape, place.output().shape);
}

Result<void> check_shape(const Place& place, const BatchToSpace& blocks) {
  return check_batches(place, blocks, place.output().shape, place.input(0).shape);
}

Result<void> check_shape(const Place& place, const Gather& gather) {
  const Shape& input = place.input(0).shape;
  const Shape& indices = place.input(1).shape;
  SENGI_CHECK(check_axis(place, gather.axis, input));
  const auto batches = static_cast<std::size_t>(std::max(gather.batch_axes, 0));
  const bool whole = gather.batch_axes >= 0 && gather.batch_axes <= gather.axis &&
                     batches <= indices.size() &&
                     std::equal(input.begin(), input.begin() + gather.batch_axes, indices.begin());
  if (!whole) {
    return place.input_fault(
        1, fmt::format("has shape {} for an input of {}, {} axes in common, axis {}",
                       to_string(indices), to_string(input), gather.batch_axes, gather.axis));
  }
  // One index may be a scalar, which has no axis.
  if (indices == Shape{1} && place.output().shape == without_axis(input, gather.axis)) return {};
  Shape expected(input.begin(), input.begin() + gather.axis);
  expected.insert(expected.end(), indices.begin() + gather.batch_axes, indices.end());
  expected.insert(expected.end(), input.begin() + gather.axis + 1, input.end());
  return check_output_shape(place, expected);
}

Result<void> check_shape(const Place& place, const MirrorPad& pad) {
  const Shape& input = place.input(0).shape;
  if (pad.before.size() != input.size() || pad.after.size() != input.size()) {
    return place.fault(
        fmt::format("pads {} axes of an input of {}", pad.before.size(), to_string(input)));
  }
  Shape expected;
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    // The border itself is not there to be reflected, or it is.
    const std::int32_t most = input[axis] - (pad.repeats_border ? 0 : 1);
    const auto fits = [&](std::int32_t count) { return count >= 0 && count <= most; };
    if (!fits(pad.before[axis]) || !fits(pad.after[axis])) {
      return place.fault(fmt::format("mirrors {} and {} of the {} along axis {}", pad.before[axis],
                                     pad.after[axis], input[axis], axis));
    }
    expected.push_back(input[axis] + pad.before[axis] + pad.after[axis]);
  }
  return check_output_shape(place, expected);
}

Result<void> check_numbers(const Place& place, const Pack&) { return check_joined(place); }
Result<void> check_numbers(const Place& place, const Unpack&) { return check_parted(place); }

Result<void> check_numbers(const Place& place, const SpaceToBatch&) { return check_moved(place); }
Result<void> check_numbers(const Place& place, const BatchToSpace&) { return check_moved(place); }
Result<void> check_numbers(const Place& place, const MirrorPad&) { return check_moved(place); }

Result<void> check_numbers(const Place& place, const Gather&) {
  SENGI_CHECK(check_input_type(place, 1, Type::int32));
  const Type type = place.output().type;
  SENGI_CHECK(check_input_type(place, 0, type));
  for (const Tensor* tensor : {&place.input(0), &place.output()}) {
    if (is_quantized(type) && !tensor->quantization.per_tensor()) {
      return place.fault(fmt::format("its {} needs one scale", name_of(type)));
    }
  }
  if (place.input(0).quantization.empty() && place.output().quantization.empty()) return {};
  return check_keeps_scale(place);
}

}  // namespace sengi::model
