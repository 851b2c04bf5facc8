// SPDX-License-Identifier: Apache-2.0
// Random operators that move whole slices of a tensor.
#include <algorithm>
#include <cstring>

#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Shape;
using model::Tensor;
using model::TensorIndex;
using model::Type;

Tensor any_tensor(Random& random, const Shape& shape) {
  Tensor tensor;
  tensor.type = random.one_of<Type>({Type::int8, Type::int8, Type::int16, Type::int32});
  tensor.shape = shape;
  if (tensor.type == Type::int32) return tensor;
  tensor.quantization.scale = {static_cast<float>(random.real(0.01, 0.1))};
  tensor.quantization.zero_point = {
      tensor.type == Type::int8
          ? random.one_of<std::int32_t>({-128, 127, 0, random.integer(-128, 127)})
          : 0};
  return tensor;
}

Tensor shaped(Tensor tensor, const Shape& shape) {
  tensor.data.clear();
  tensor.shape = shape;
  return tensor;
}

Shape random_shape(Random& random, std::int32_t axes) {
  Shape shape;
  for (std::int32_t i = 0; i < axes; ++i) shape.push_back(random.integer(1, 5));
  return shape;
}

// Parts side by side along an axis of their own, or apart again.
Graph random_pack(GraphBuilder& builder) {
  Random& random = builder.random();
  const std::int32_t axes = random.integer(1, 4);
  const Tensor part = any_tensor(random, random_shape(random, axes));
  const std::int32_t axis = random.integer(0, axes);
  const std::int32_t parts = random.integer(1, 4);
  Shape whole = part.shape;
  whole.insert(whole.begin() + axis, parts);
  if (random.chance(50)) {
    return builder.finish(
        builder.apply(model::Unpack{axis}, {builder.input(shaped(part, whole))},
                      std::vector<Tensor>(static_cast<std::size_t>(parts), part)));
  }
  std::vector<TensorIndex> inputs;
  for (std::int32_t i = 0; i < parts; ++i) {
    const bool constant = i != 0 && random.chance(20);
    inputs.push_back(constant ? builder.constant(part) : builder.input(part));
  }
  return builder.finish(builder.apply(model::Pack{axis}, inputs, {shaped(part, whole)}));
}

// An image and what is cut from it.
Graph random_cut(GraphBuilder& builder) {
  Random& random = builder.random();
  const std::int32_t sides = random.chance(25) ? 1 : 2;
  model::SpaceToBatch cut;
  Shape image = {random.integer(1, 2)};
  Shape batches = {image[0]};
  for (std::int32_t i = 0; i < sides; ++i) {
    const std::int32_t block = random.integer(1, 3);
    const std::int32_t blocks = random.integer(1, 4);
    const std::int32_t padding = random.integer(0, std::min(block * blocks - 1, 4));
    const std::int32_t before = random.integer(0, padding);
    cut.block.push_back(block);
    cut.before.push_back(before);
    cut.after.push_back(padding - before);
    image.push_back(block * blocks - padding);
    batches.push_back(blocks);
    batches[0] *= block;
  }
  const std::int32_t channels = random.integer(1, 5);
  image.push_back(channels);
  batches.push_back(channels);
  const Tensor tensor = any_tensor(random, image);
  if (random.chance(50)) {
    return builder.finish(builder.apply(cut, {builder.input(tensor)}, {shaped(tensor, batches)}));
  }
  return builder.finish(builder.apply(model::BatchToSpace{cut.block, cut.before, cut.after},
                                      {builder.input(shaped(tensor, batches))}, {tensor}));
}

// Indices are a constant, or any numbers at all.
Graph random_gather(GraphBuilder& builder) {
  Random& random = builder.random();
  const std::int32_t axes = random.integer(1, 4);
  const Shape shape = random_shape(random, axes);
  const Tensor table = any_tensor(random, shape);
  const std::int32_t axis = random.integer(0, axes - 1);
  const std::int32_t common = random.chance(60) ? 0 : random.integer(0, axis);
  Tensor indices;
  indices.type = Type::int32;
  indices.shape.assign(shape.begin(), shape.begin() + common);
  for (std::int32_t i = random.integer(common == 0 ? 1 : 0, 2); i > 0; --i) {
    indices.shape.push_back(random.integer(1, 4));
  }
  Shape output(shape.begin(), shape.begin() + axis);
  output.insert(output.end(), indices.shape.begin() + common, indices.shape.end());
  output.insert(output.end(), shape.begin() + axis + 1, shape.end());
  const std::int32_t rows = shape[static_cast<std::size_t>(axis)];
  const bool listed = random.chance(70);
  if (listed) {
    indices.data.resize(indices.bytes());
    for (std::size_t i = 0; i < indices.elements(); ++i) {
      const std::int32_t row = random.integer(0, rows - 1);
      std::memcpy(indices.data.data() + i * sizeof row, &row, sizeof row);
    }
  }
  const bool constant_table = !listed && random.chance(50);
  const TensorIndex rows_of = constant_table ? builder.constant(table) : builder.input(table);
  const TensorIndex list = listed ? builder.constant(indices) : builder.input(indices);
  return builder.finish(
      builder.apply(model::Gather{axis, common}, {rows_of, list}, {shaped(table, output)}));
}

Graph random_mirror(GraphBuilder& builder) {
  Random& random = builder.random();
  const Tensor tensor = any_tensor(random, random_shape(random, random.integer(1, 4)));
  model::MirrorPad pad;
  pad.repeats_border = random.chance(50);
  Shape output;
  for (const std::int32_t size : tensor.shape) {
    const std::int32_t most = size - (pad.repeats_border ? 0 : 1);
    pad.before.push_back(random.integer(0, std::min(most, 3)));
    pad.after.push_back(random.integer(0, std::min(most, 3)));
    output.push_back(size + pad.before.back() + pad.after.back());
  }
  return builder.finish(builder.apply(pad, {builder.input(tensor)}, {shaped(tensor, output)}));
}

}  // namespace

Graph random_blocks(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  switch (builder.random().integer(0, 3)) {
    case 0:
      return random_pack(builder);
    case 1:
      return random_cut(builder);
    case 2:
      return random_gather(builder);
    default:
      return random_mirror(builder);
  }
}

}  // namespace sengi::compile
