// SPDX-License-Identifier: Apache-2.0
// Random operators that move elements, and random ones on activations of int16.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "compile/graph_builder.h"
#include "model/broadcast.h"
#include "model/integer_parameters.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Padding;
using model::Shape;
using model::Tensor;
using model::TensorIndex;
using model::Type;

Tensor tensor_of(Random& random, Type type, const Shape& shape) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  if (type != Type::int8 && type != Type::int16) return tensor;
  tensor.quantization.scale = {static_cast<float>(random.real(0.01, 0.1))};
  tensor.quantization.zero_point = {type == Type::int8 ? random.integer(-128, 127) : 0};
  return tensor;
}

// The same but for its shape.
Tensor shaped(Tensor tensor, const Shape& shape) {
  tensor.name.clear();
  tensor.data.clear();
  tensor.shape = shape;
  return tensor;
}

Shape random_shape(Random& random, std::int32_t axes) {
  Shape shape;
  for (std::int32_t i = 0; i < axes; ++i) shape.push_back(random.integer(1, 6));
  return shape;
}

std::vector<std::int32_t> random_permutation(Random& random, std::size_t axes) {
  std::vector<std::int32_t> permutation(axes);
  std::iota(permutation.begin(), permutation.end(), 0);
  for (std::size_t i = axes; i > 1; --i) {
    std::swap(
        permutation[i - 1],
        permutation[static_cast<std::size_t>(random.integer(0, static_cast<std::int32_t>(i) - 1))]);
  }
  return permutation;
}

model::StridedSlice random_slice(Random& random, const Shape& shape, Shape& output) {
  model::StridedSlice slice;
  for (const std::int32_t size : shape) {
    const bool whole = random.chance(40);
    const bool back = !whole && random.chance(25);
    const std::int32_t stride = whole ? 1 : random.integer(1, 3);
    const std::int32_t low = whole ? 0 : random.integer(0, size - 1);
    const std::int32_t high = whole ? size : random.integer(low + 1, size);
    slice.begin.push_back(back ? high - 1 : low);
    slice.end.push_back(back ? low - 1 : high);
    slice.stride.push_back(back ? -stride : stride);
  }
  slice.dropped.resize(shape.size());
  const Shape counts = model::slice_counts(slice);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    slice.dropped[axis] = counts[axis] == 1 && random.chance(50);
    if (!slice.dropped[axis]) output.push_back(counts[axis]);
  }
  if (output.empty()) output.push_back(1);
  return slice;
}

Graph moved(GraphBuilder& builder, const model::Kind& kind, TensorIndex input,
            const Shape& output) {
  return builder.finish(builder.apply(kind, {input}, {shaped(builder.at(input), output)}));
}

Graph random_parts(GraphBuilder& builder, const Tensor& like, std::int32_t axis) {
  Random& random = builder.random();
  const auto along = static_cast<std::size_t>(axis);
  Shape whole = like.shape;
  whole[along] = 0;
  std::vector<Shape> parts(static_cast<std::size_t>(random.integer(1, 4)), like.shape);
  for (Shape& part : parts) {
    part[along] = random.integer(1, 4);
    whole[along] += part[along];
  }
  if (random.chance(40)) {
    std::vector<Tensor> outputs;
    for (const Shape& part : parts) outputs.push_back(shaped(like, part));
    return builder.finish(
        builder.apply(model::Split{axis}, {builder.input(shaped(like, whole))}, outputs));
  }
  std::vector<TensorIndex> inputs;
  for (const Shape& part : parts) {
    const bool constant = !inputs.empty() && random.chance(20);
    inputs.push_back(constant ? builder.constant(shaped(like, part))
                              : builder.input(shaped(like, part)));
    if (random.chance(20)) {  // the same once more
      inputs.push_back(inputs.back());
      whole[along] += part[along];
    }
  }
  return builder.finish(builder.apply(model::Concatenation{axis}, inputs, {shaped(like, whole)}));
}

Graph random_image_move(GraphBuilder& builder, Type type, std::int32_t which) {
  Random& random = builder.random();
  const std::int32_t block = random.integer(1, 3);
  const Shape small = {random.integer(1, 2), random.integer(1, 4), random.integer(1, 4),
                       random.integer(1, 5)};
  const Shape large = {small[0], small[1] * block, small[2] * block, small[3]};
  const Shape deep = {small[0], small[1], small[2], small[3] * block * block};
  const auto input = [&](const Shape& shape) {
    return builder.input(tensor_of(random, type, shape));
  };
  const Shape resized = {small[0], random.integer(1, 9), random.integer(1, 9), small[3]};
  const bool aligned = random.chance(30);
  const bool half = !aligned && random.chance(50);
  if (which == 0) return moved(builder, model::SpaceToDepth{block}, input(large), deep);
  if (which == 1) return moved(builder, model::DepthToSpace{block}, input(deep), large);
  if (which == 2) {
    return moved(builder, model::ResizeNearestNeighbor{aligned, half}, input(small), resized);
  }
  return moved(builder, model::ResizeBilinear{aligned, half}, input(small), resized);
}

Graph random_conversion(GraphBuilder& builder, const Shape& shape) {
  Random& random = builder.random();
  if (random.chance(50)) {
    const std::vector<Type> types = {Type::int8,  Type::uint8, Type::int16,
                                     Type::int32, Type::int64, Type::boolean};
    Tensor from = shaped({}, shape);
    Tensor to = shaped({}, shape);
    from.type = random.one_of(types);
    to.type = random.one_of(types);
    return builder.finish(builder.apply(model::Cast{}, {builder.input(from)}, {to}));
  }
  const std::vector<Type> types = {Type::int8, Type::int16, Type::int32};
  const auto scaled = [&](Type type) {
    Tensor tensor = tensor_of(random, type, shape);
    tensor.quantization.scale = {static_cast<float>(
        random.real(0.01, 0.1) * (type == Type::int8 ? 1 : (type == Type::int16 ? 1e-2 : 1e-6)))};
    tensor.quantization.zero_point.resize(1);
    return tensor;
  };
  const TensorIndex input = builder.input(scaled(random.one_of(types)));
  return builder.finish(builder.apply(model::Quantize{}, {input}, {scaled(random.one_of(types))}));
}

Graph random_arg(GraphBuilder& builder, const Tensor& like, std::int32_t axis) {
  Shape picked = like.shape;
  picked.erase(picked.begin() + axis);
  if (picked.empty()) picked.push_back(1);
  Tensor index = shaped({}, picked);
  index.type = builder.random().chance(70) ? Type::int32 : Type::int64;
  const model::Kind kind = builder.random().chance(50) ? model::Kind(model::ArgMax{axis})
                                                       : model::Kind(model::ArgMin{axis});
  return builder.finish(builder.apply(kind, {builder.input(like)}, {index}));
}

Graph random_pad(GraphBuilder& builder, const Tensor& like) {
  Random& random = builder.random();
  model::Pad pad;
  Shape padded = like.shape;
  for (std::int32_t& size : padded) {
    pad.before.push_back(random.chance(50) ? 0 : random.integer(1, 3));
    pad.after.push_back(random.chance(50) ? 0 : random.integer(1, 3));
    size += pad.before.back() + pad.after.back();
  }
  std::vector<TensorIndex> inputs = {builder.input(like)};
  if (random.chance(40)) inputs.push_back(builder.constant(shaped(like, {1})));
  return builder.finish(builder.apply(pad, inputs, {shaped(like, padded)}));
}

}  // namespace

Graph random_move(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  const Type type = random.one_of<Type>({Type::int8, Type::int8, Type::int16, Type::int32});
  const std::int32_t axes = random.integer(1, 5);
  const Tensor like = tensor_of(random, type, random_shape(random, axes));
  const std::int32_t axis = random.integer(0, axes - 1);
  const bool stored = type != Type::int32;
  switch (random.integer(0, 9)) {
    case 0: {
      const auto permutation = random_permutation(random, like.shape.size());
      Shape output;
      for (const std::int32_t from : permutation) {
        output.push_back(like.shape[static_cast<std::size_t>(from)]);
      }
      return moved(builder, model::Transpose{permutation}, builder.input(like), output);
    }
    case 1:
    case 2: {
      Shape output;
      const model::StridedSlice slice = random_slice(random, like.shape, output);
      return moved(builder, slice, builder.input(like), output);
    }
    case 3:
      return random_pad(builder, like);
    case 4:
    case 5:
      return random_parts(builder, like, axis);
    case 6:
      return random_conversion(builder, like.shape);
    case 7:
      if (stored) return random_arg(builder, like, axis);
      return random_conversion(builder, like.shape);
    default:
      return random_image_move(builder, type, random.integer(0, stored ? 3 : 2));
  }
}

namespace {

Tensor wide_tensor(Random& random, const Shape& shape, double scale) {
  Tensor tensor = tensor_of(random, Type::int16, shape);
  tensor.quantization.scale = {static_cast<float>(scale)};
  return tensor;
}

// Weights, or of int8 activations such with a zero point.
TensorIndex random_weights(GraphBuilder& builder, const Shape& shape, std::int32_t axis,
                           bool skewed) {
  Random& random = builder.random();
  Tensor tensor;
  tensor.shape = shape;
  const bool by_channel = !skewed && random.chance(60);
  const std::int32_t scales = by_channel ? shape[static_cast<std::size_t>(axis)] : 1;
  tensor.quantization.axis = axis;
  for (std::int32_t i = 0; i < scales; ++i) {
    tensor.quantization.scale.push_back(static_cast<float>(random.real(0.005, 0.02)));
    tensor.quantization.zero_point.push_back(skewed ? random.integer(-128, 127) : 0);
  }
  return builder.constant(tensor);
}

TensorIndex random_bias(GraphBuilder& builder, TensorIndex input, TensorIndex weights,
                        std::int32_t channels) {
  Random& random = builder.random();
  if (random.chance(15)) return model::absent;
  const bool wide = builder.at(input).type == Type::int16;
  Tensor tensor;
  tensor.type = wide && random.chance(70) ? Type::int64 : Type::int32;
  tensor.shape = {channels};
  tensor.data.resize(tensor.bytes());
  const double largest = tensor.type == Type::int64 ? 1e10 : 1e6;
  for (std::size_t i = 0; i < static_cast<std::size_t>(channels); ++i) {
    const auto value = static_cast<std::int64_t>(random.real(-largest, largest));
    std::memcpy(tensor.data.data() + i * model::bytes_of(tensor.type), &value,
                model::bytes_of(tensor.type));
  }
  for (const float scale : builder.at(weights).quantization.scale) {
    tensor.quantization.scale.push_back(builder.at(input).quantization.scale[0] * scale);
    tensor.quantization.zero_point.push_back(0);
  }
  return builder.constant(tensor);
}

std::int32_t outputs_of(Padding padding, std::int32_t input, std::int32_t taps, std::int32_t stride,
                        std::int32_t dilation) {
  return static_cast<std::int32_t>(model::window_outputs(padding, input, taps, stride, dilation));
}

// A layer with weights; sums of 32 bits hold few products of int16.
Graph random_weighted(GraphBuilder& builder, bool skewed) {
  Random& random = builder.random();
  const Shape in = {random.integer(1, 2), random.integer(2, 6), random.integer(2, 6),
                    random.integer(1, 9)};
  Tensor from = skewed ? tensor_of(random, Type::int8, in) : wide_tensor(random, in, 0.001);
  const TensorIndex input = builder.input(from);
  const Padding padding = random.chance(60) ? Padding::same : Padding::valid;
  const std::int32_t rows = random.integer(1, 2);
  const std::int32_t columns = random.integer(1, 2);
  const std::int32_t stride = random.integer(1, 3);
  const std::int32_t dilation = in[1] > 2 && in[2] > 2 && random.chance(20) ? 2 : 1;
  const std::int32_t channels = random.integer(1, 6);
  const model::Activation activation =
      random.chance(50) ? model::Activation::none : model::Activation::relu;
  model::Kind kind;
  Shape filter;
  Shape out = {in[0], 0, 0, channels};
  std::int32_t axis = 0;
  const auto slide = [&](std::int32_t apart) {
    out[1] = outputs_of(padding, in[1], rows, stride, apart);
    out[2] = outputs_of(padding, in[2], columns, stride, apart);
  };
  switch (random.integer(0, 3)) {
    case 0:
      kind = model::Conv2D{padding, stride, stride, dilation, dilation, activation};
      filter = {channels, rows, columns, in[3]};
      slide(dilation);
      break;
    case 1:
      out[3] = in[3] * random.integer(1, 2);
      axis = 3;
      kind = model::DepthwiseConv2D{padding,  stride,         stride,    dilation,
                                    dilation, out[3] / in[3], activation};
      filter = {1, rows, columns, out[3]};
      slide(dilation);
      break;
    case 2:
      kind = model::FullyConnected{activation};
      filter = {channels, in[1] * in[2] * in[3]};
      out = {in[0], channels};
      break;
    default: {
      kind = model::TransposeConv{padding, stride, stride, activation};
      filter = {channels, rows, columns, in[3]};
      const auto spread = [&](std::int32_t size, std::int32_t taps) {
        return padding == Padding::same ? size * stride
                                        : (size - 1) * stride + std::max(taps, stride);
      };
      out[1] = spread(in[1], rows);
      out[2] = spread(in[2], columns);
    }
  }
  const TensorIndex weights = random_weights(builder, filter, axis, skewed);
  const TensorIndex bias = random_bias(builder, input, weights, out.back());
  const Tensor to = skewed ? tensor_of(random, Type::int8, out)
                           : wide_tensor(random, out, random.real(0.0005, 0.02));
  return builder.finish(builder.apply(kind, {input, weights, bias}, {to}));
}

// A shape that repeats beside this one, or goes on as it does.
Shape repeating(Random& random, Shape shape) {
  for (std::int32_t& size : shape) {
    if (random.chance(30)) size = 1;
  }
  const auto missing =
      static_cast<std::ptrdiff_t>(random.integer(0, static_cast<std::int32_t>(shape.size()) - 1));
  if (random.chance(30)) shape.erase(shape.begin(), shape.begin() + missing);
  return shape;
}

Graph random_sum(GraphBuilder& builder) {
  Random& random = builder.random();
  const Shape shape = random_shape(random, random.integer(1, 5));
  const Shape other = random.chance(40) ? shape : repeating(random, shape);
  const bool difference = random.chance(50);
  const Type type = difference && random.chance(40) ? Type::int8 : Type::int16;
  const auto any = [&](const Shape& of) { return tensor_of(random, type, of); };
  std::vector<TensorIndex> inputs = {builder.input(any(shape))};
  inputs.push_back(random.chance(30) ? builder.constant(any(other)) : builder.input(any(other)));
  if (random.chance(40)) std::swap(inputs[0], inputs[1]);
  const model::Activation activation =
      random.chance(60) ? model::Activation::none : model::Activation::relu6;
  const model::Kind kind =
      difference ? model::Kind(model::Sub{activation}) : model::Kind(model::Add{activation});
  return builder.finish(builder.apply(kind, inputs, {any(*model::broadcast_shape(shape, other))}));
}

}  // namespace

Graph random_wide_layer(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  const std::int32_t which = random.integer(0, 9);
  if (which < 5) return random_weighted(builder, random.chance(25));
  if (which < 8) return random_sum(builder);
  const Shape shape = random_shape(random, 3);
  const TensorIndex input = builder.input(wide_tensor(random, shape, random.real(0.001, 0.01)));
  const auto alpha = static_cast<float>(random.real(-0.5, 1.5));
  return builder.finish(builder.apply(model::LeakyRelu{alpha}, {input},
                                      {wide_tensor(random, shape, random.real(0.001, 0.01))}));
}

}  // namespace sengi::compile
