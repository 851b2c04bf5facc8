// SPDX-License-Identifier: Apache-2.0
// Random operators whose kernels serve int8 and int16, and those of rows.
#include <algorithm>
#include <cmath>

#include "compile/graph_builder.h"
#include "model/broadcast.h"
#include "model/integer_parameters.h"

namespace sengi::compile {
namespace {

using model::Activation;
using model::Graph;
using model::Kind;
using model::Padding;
using model::Shape;
using model::Tensor;
using model::TensorIndex;
using model::Type;

std::int32_t any_zero_point(Random& random, Type type) {
  if (type != Type::int8) return 0;
  const std::int32_t any = random.integer(-128, 127);
  return random.one_of<std::int32_t>({-128, 127, any, any});
}

Tensor scaled(Random& random, Type type, const Shape& shape, double scale) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  tensor.quantization.scale = {static_cast<float>(scale)};
  tensor.quantization.zero_point = {any_zero_point(random, type)};
  return tensor;
}

Tensor plain(Type type, const Shape& shape) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  return tensor;
}

Type any_type(Random& random) { return random.chance(50) ? Type::int8 : Type::int16; }

double usual_scale(Random& random, Type type) {
  return random.real(0.01, 0.1) / (type == Type::int16 ? 256 : 1);
}

Shape random_shape(Random& random, std::int32_t most_axes) {
  Shape shape;
  for (std::int32_t axes = random.integer(1, most_axes); axes > 0; --axes) {
    shape.push_back(random.integer(1, 5));
  }
  return shape;
}

Shape repeating(Random& random, Shape shape) {
  for (std::int32_t& size : shape) {
    if (random.chance(35)) size = 1;
  }
  if (shape.size() > 1 && random.chance(25)) shape.erase(shape.begin());
  return shape;
}

Kind any_comparison(Random& random) {
  return model::Comparison{random.one_of<model::Relation>(
      {model::Relation::equal, model::Relation::not_equal, model::Relation::less,
       model::Relation::less_equal, model::Relation::greater, model::Relation::greater_equal})};
}

// Of one element of each of two tensors.
Graph random_pair(GraphBuilder& builder) {
  Random& random = builder.random();
  const Shape shape = random_shape(random, 6);
  const Shape other = random.chance(40) ? shape : repeating(random, shape);
  const Shape both = *model::broadcast_shape(shape, other);
  const std::int32_t which = random.integer(0, 6);
  Type type = any_type(random);
  if (which == 0) type = Type::int8;                                    // DIV
  if (which == 1) type = random.chance(75) ? Type::int8 : Type::int32;  // comparisons
  if (which >= 5) type = random.one_of<Type>({Type::int8, Type::int16, Type::int32});  // extremes
  const double scale = usual_scale(random, type);
  const Tensor a = type == Type::int32 ? plain(type, shape) : scaled(random, type, shape, scale);
  Tensor b = type == Type::int32 ? plain(type, other)
                                 : scaled(random, type, other, usual_scale(random, type));
  const double b_scale = type == Type::int32 ? 1 : static_cast<double>(b.quantization.scale[0]);
  if (which >= 5) b.quantization = a.quantization;
  const bool constant = which != 4 && random.chance(30);
  std::vector<TensorIndex> inputs = {builder.input(a)};
  if (which != 4) {
    inputs.push_back(constant ? builder.constant(b) : builder.input(b));
    if (random.chance(40)) std::swap(inputs[0], inputs[1]);
  }
  const double steps = type == Type::int16 ? 32768 : 128;
  const auto activation =
      random.one_of<Activation>({Activation::none, Activation::relu, Activation::relu6});
  const auto to = [&](double output_scale) { return scaled(random, type, both, output_scale); };
  switch (which) {
    case 0:
      return builder.finish(
          builder.apply(model::Div{activation}, inputs, {to(random.real(0.002, 0.5))}));
    case 1:
      return builder.finish(
          builder.apply(any_comparison(random), inputs, {plain(Type::boolean, both)}));
    case 2:
      return builder.finish(builder.apply(model::Mul{activation}, inputs,
                                          {to(scale * b_scale * steps * random.real(0.2, 1))}));
    case 3: {
      const double most = std::max(scale, b_scale) * steps;
      return builder.finish(builder.apply(model::SquaredDifference{}, inputs,
                                          {to(most * most / steps * random.real(0.2, 2))}));
    }
    case 4: {
      inputs.push_back(
          builder.constant(scaled(random, Type::int8, repeating(random, shape), 0.01)));
      const double output_scale = scale * random.real(0.5, 2);
      return builder.finish(
          builder.apply(model::Prelu{}, inputs, {scaled(random, type, shape, output_scale)}));
    }
    default: {
      Tensor output = a;
      output.shape = both;
      const Kind kind = which == 5 ? Kind(model::Maximum{}) : Kind(model::Minimum{});
      return builder.finish(builder.apply(kind, inputs, {output}));
    }
  }
}

// Of one number.
Graph random_function(GraphBuilder& builder) {
  Random& random = builder.random();
  const Shape shape = random_shape(random, 3);
  const Type wide = Type::int16;
  switch (random.integer(0, 5)) {
    case 0:
    case 1: {
      const Tensor from =
          scaled(random, wide, shape,
                 random.one_of<double>({1.0 / 4096, 1.0 / 2048, random.real(1e-4, 5e-4)}));
      const Kind kind = random.chance(50) ? Kind(model::Logistic{}) : Kind(model::Tanh{});
      return builder.finish(
          builder.apply(kind, {builder.input(from)}, {scaled(random, wide, shape, 1.0 / 32768)}));
    }
    case 2: {
      const auto activation = random.one_of<Activation>(
          {Activation::relu, Activation::relu6, Activation::relu_n1_to_1});
      const Tensor from = scaled(random, wide, shape, usual_scale(random, wide));
      return builder.finish(
          builder.apply(model::Relu{activation}, {builder.input(from)},
                        {scaled(random, wide, shape, usual_scale(random, wide))}));
    }
    case 3: {
      const Tensor from = scaled(random, wide, shape, usual_scale(random, wide));
      return builder.finish(
          builder.apply(model::Abs{}, {builder.input(from)},
                        {scaled(random, wide, shape, usual_scale(random, wide))}));
    }
    case 4: {
      const Tensor from = scaled(random, Type::int8, shape, random.real(0.01, 0.1));
      return builder.finish(
          builder.apply(model::Elu{}, {builder.input(from)},
                        {scaled(random, Type::int8, shape, random.real(0.01, 0.1))}));
    }
    default: {
      const Tensor from = scaled(random, Type::int8, shape, random.real(0.001, 0.1));
      return builder.finish(
          builder.apply(model::Rsqrt{}, {builder.input(from)},
                        {scaled(random, Type::int8, shape, random.real(0.01, 0.3))}));
    }
  }
}

Graph random_pool(GraphBuilder& builder) {
  Random& random = builder.random();
  const Shape in = {random.chance(15) ? 2 : 1, random.integer(1, 7), random.integer(1, 7),
                    random.one_of<std::int32_t>({1, 2, 3, 4, 8})};
  const auto padding = random.chance(50) ? Padding::same : Padding::valid;
  const std::int32_t rows = random.integer(1, std::min(in[1], 4));
  const std::int32_t columns = random.integer(1, std::min(in[2], 4));
  const std::int32_t down = random.integer(1, 5);
  const std::int32_t right = random.integer(1, 5);
  const auto activation = random.chance(50) ? Activation::none : Activation::relu6;
  const auto outputs = [&](std::int32_t size, std::int32_t taps, std::int32_t stride) {
    return static_cast<std::int32_t>(model::window_outputs(padding, size, taps, stride, 1));
  };
  const Type type = any_type(random);
  const Tensor from = scaled(random, type, in, usual_scale(random, type));
  Tensor to = from;
  to.shape = {in[0], outputs(in[1], rows, down), outputs(in[2], columns, right), in[3]};
  const Kind kind =
      random.chance(50)
          ? Kind(model::MaxPool2D{padding, down, right, rows, columns, activation})
          : Kind(model::AveragePool2D{padding, down, right, rows, columns, activation});
  return builder.finish(builder.apply(kind, {builder.input(from)}, {to}));
}

// Of many numbers along axes.
Graph random_reduction_of(GraphBuilder& builder) {
  Random& random = builder.random();
  const Shape in = random_shape(random, 6);
  std::vector<std::int32_t> axes;
  const bool keeps = random.chance(50);
  Shape out;
  for (std::size_t axis = 0; axis < in.size(); ++axis) {
    const bool reduced = random.chance(50);
    if (reduced) axes.push_back(static_cast<std::int32_t>(axis));
    if (!reduced || keeps) out.push_back(reduced ? 1 : in[axis]);
  }
  if (out.empty()) out.push_back(1);
  const Type type = any_type(random);
  const Tensor from = scaled(random, type, in, usual_scale(random, type));
  const double scale = static_cast<double>(from.quantization.scale[0]);
  Tensor same = from;
  same.shape = out;
  const TensorIndex input = builder.input(from);
  switch (random.integer(0, 3)) {
    case 0:
      return builder.finish(builder.apply(model::ReduceMax{axes, keeps}, {input}, {same}));
    case 1:
      return builder.finish(builder.apply(model::ReduceMin{axes, keeps}, {input}, {same}));
    case 2:
      return builder.finish(
          builder.apply(model::Mean{axes, keeps}, {input},
                        {scaled(random, type, out, scale * random.real(0.3, 1.5))}));
    default:
      return builder.finish(
          builder.apply(model::Sum{axes, keeps}, {input},
                        {scaled(random, type, out, scale * random.real(0.8, 12))}));
  }
}

Graph random_rows(GraphBuilder& builder) {
  Random& random = builder.random();
  Shape shape = random_shape(random, 3);
  if (random.chance(15)) shape = {random.integer(1, 2), random.integer(500, 1500)};
  if (random.chance(20)) shape.back() = random.integer(20, 200);
  const double scale = random.chance(80) ? random.real(0.001, 0.3) : random.real(0.3, 3);
  const TensorIndex input = builder.input(scaled(random, Type::int8, shape, scale));
  const auto fixed = [&](Type type, double step, std::int32_t zero_point) {
    Tensor tensor = scaled(random, type, shape, step);
    tensor.quantization.zero_point = {zero_point};
    return tensor;
  };
  switch (random.integer(0, 3)) {
    case 0:
      return builder.finish(
          builder.apply(model::Softmax{}, {input}, {fixed(Type::int8, 1.0 / 256, -128)}));
    case 1:
      return builder.finish(
          builder.apply(model::Softmax{}, {input}, {fixed(Type::int16, 1.0 / 65536, -32768)}));
    case 2:
      return builder.finish(
          builder.apply(model::LogSoftmax{}, {input}, {fixed(Type::int8, 1.0 / 16, 127)}));
    default:
      return builder.finish(
          builder.apply(model::L2Normalization{}, {input}, {fixed(Type::int8, 1.0 / 128, 0)}));
  }
}

Graph random_matmul(GraphBuilder& builder) {
  Random& random = builder.random();
  const Type type = any_type(random);
  const Shape batches = random.chance(30) ? Shape() : random_shape(random, 3);
  const std::int32_t rows = random.integer(1, 5);
  const std::int32_t depth = random.integer(1, 9);
  const std::int32_t columns = random.integer(1, 5);
  const model::BatchMatMul kind{.transpose_first = random.chance(40),
                                .transpose_second = random.chance(40)};
  const auto matrix = [&](Shape leading, std::int32_t down, std::int32_t right, bool transposed) {
    leading.push_back(transposed ? right : down);
    leading.push_back(transposed ? down : right);
    return scaled(random, type, leading, usual_scale(random, type));
  };
  const Shape other = batches.empty() ? batches : repeating(random, batches);
  const Tensor a = matrix(batches, rows, depth, kind.transpose_first);
  const Tensor b = matrix(other, depth, columns, kind.transpose_second);
  const double steps = type == Type::int16 ? 32768 : 128;
  const double scale = static_cast<double>(a.quantization.scale[0] * b.quantization.scale[0]) *
                       steps * std::sqrt(depth) * random.real(0.2, 1);
  Shape output = batches;
  output.push_back(rows);
  output.push_back(columns);
  const TensorIndex first = builder.input(a);
  const TensorIndex second = random.chance(40) ? builder.constant(b) : builder.input(b);
  return builder.finish(
      builder.apply(kind, {first, second}, {scaled(random, type, output, scale)}));
}

}  // namespace

Graph random_typed(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  switch (builder.random().integer(0, 9)) {
    case 0:
    case 1:
    case 2:
      return random_pair(builder);
    case 3:
      return random_function(builder);
    case 4:
    case 5:
      return random_pool(builder);
    case 6:
    case 7:
      return random_reduction_of(builder);
    case 8:
      return random_rows(builder);
    default:
      return random_matmul(builder);
  }
}

}  // namespace sengi::compile
