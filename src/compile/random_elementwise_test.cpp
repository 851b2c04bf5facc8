// SPDX-License-Identifier: Apache-2.0
// Random layers that work element by element.
#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

using model::Activation;
using model::Graph;
using model::Kind;
using model::Shape;
using model::TensorIndex;

Graph random_function(GraphBuilder builder, const Shape& shape) {
  Random& random = builder.random();
  const TensorIndex input = builder.input(shape);
  const double scale = builder.scale(input) * random.real(0.5, 2);
  switch (random.integer(0, 6)) {
    case 0:
      return builder.finish(
          {builder.apply_fixed(model::Logistic{}, {input}, shape, 1.0 / 256, -128)});
    case 1:
      return builder.finish({builder.apply_fixed(model::Tanh{}, {input}, shape, 1.0 / 128, 0)});
    case 2: {
      const auto alpha = static_cast<float>(random.real(-0.5, 1.5));
      return builder.finish({builder.apply(model::LeakyRelu{alpha}, {input}, shape, scale)});
    }
    case 3: {
      const auto activation = random.one_of<Activation>(
          {Activation::relu, Activation::relu6, Activation::relu_n1_to_1});
      return builder.finish({builder.apply(model::Relu{activation}, {input}, shape, scale)});
    }
    case 4:
      return builder.finish({builder.apply(model::HardSwish{}, {input}, shape, scale)});
    case 5:
      return builder.finish({builder.apply(model::Abs{}, {input}, shape, scale)});
    default:
      return builder.finish({builder.apply(model::Quantize{}, {input}, shape, scale)});
  }
}

// `shape` with some axes of one and now and then without its first.
Shape repeating(Random& random, Shape shape) {
  if (random.chance(15)) return {1};
  for (std::int32_t& size : shape) {
    if (random.chance(35)) size = 1;
  }
  if (shape.size() > 1 && random.chance(30)) shape.erase(shape.begin());
  return shape;
}

Graph random_pair(GraphBuilder builder, const Shape& shape) {
  Random& random = builder.random();
  const auto activation = random.one_of<Activation>(
      {Activation::none, Activation::none, Activation::relu, Activation::relu6});
  const bool constant = random.chance(40);
  const bool swapped = random.chance(40);
  const TensorIndex whole = builder.input(shape);
  const Shape other_shape = random.chance(30) ? shape : repeating(random, shape);
  const TensorIndex other = constant ? builder.constant(other_shape) : builder.input(other_shape);
  const std::vector<TensorIndex> inputs =
      swapped ? std::vector{other, whole} : std::vector{whole, other};
  const double sum_scale = (builder.scale(whole) + builder.scale(other)) * random.real(0.5, 1.5);
  const double product_scale = builder.scale(whole) * builder.scale(other) * random.real(30, 120);
  switch (random.integer(0, 5)) {
    case 0:
      return builder.finish({builder.apply(model::Add{activation}, inputs, shape, sum_scale)});
    case 1:
      return builder.finish({builder.apply(model::Sub{activation}, inputs, shape, sum_scale)});
    case 2:
      return builder.finish({builder.apply(model::Mul{activation}, inputs, shape, product_scale)});
    case 3:
      return builder.finish({builder.apply_keeping_scale(model::Maximum{}, inputs, shape)});
    case 4:
      return builder.finish({builder.apply_keeping_scale(model::Minimum{}, inputs, shape)});
    default: {
      const TensorIndex factor = constant ? other : builder.constant(other_shape);
      return builder.finish({builder.apply(model::Prelu{}, {whole, factor}, shape,
                                           builder.scale(whole) * random.real(0.5, 2))});
    }
  }
}

}  // namespace

Graph random_elementwise(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  Shape shape;
  for (std::int32_t axes = random.integer(1, 4); axes > 0; --axes) {
    shape.push_back(random.integer(1, 5));
  }
  return random.chance(30) ? random_function(builder, shape) : random_pair(builder, shape);
}

}  // namespace sengi::compile
