// SPDX-License-Identifier: Apache-2.0
// Random layers that make one number of many.
#include <algorithm>

#include "compile/graph_builder.h"
#include "model/integer_parameters.h"

namespace sengi::compile {
namespace {

using model::Activation;
using model::Graph;
using model::Padding;
using model::Shape;
using model::TensorIndex;

Graph random_max_pool(GraphBuilder builder) {
  Random& random = builder.random();
  const Shape in = {random.chance(15) ? 2 : 1, random.integer(1, 9), random.integer(1, 9),
                    random.integer(1, 7)};
  const model::MaxPool2D pool{
      .padding = random.chance(50) ? Padding::same : Padding::valid,
      .stride_h = random.integer(1, 3),
      .stride_w = random.integer(1, 3),
      .filter_h = random.integer(1, std::min(in[1], 4)),
      .filter_w = random.integer(1, std::min(in[2], 4)),
      .activation = random.chance(50) ? Activation::none : Activation::relu6};
  const auto outputs = [&](std::int32_t size, std::int32_t taps, std::int32_t stride) {
    return static_cast<std::int32_t>(model::window_outputs(pool.padding, size, taps, stride, 1));
  };
  const Shape out = {in[0], outputs(in[1], pool.filter_h, pool.stride_h),
                     outputs(in[2], pool.filter_w, pool.stride_w), in[3]};
  const TensorIndex input = builder.input(in);
  return builder.finish({builder.apply_keeping_scale(pool, {input}, out)});
}

Graph random_mean(GraphBuilder builder) {
  Random& random = builder.random();
  Shape in;
  for (std::int32_t axes = random.integer(1, 5); axes > 0; --axes) {
    in.push_back(random.integer(1, 6));
  }
  model::Mean mean{.axes = {}, .keeps_axes = random.chance(50)};
  Shape out;
  for (std::size_t axis = 0; axis < in.size(); ++axis) {
    const bool averaged = random.chance(50);
    if (averaged) mean.axes.push_back(static_cast<std::int32_t>(axis));
    if (!averaged || mean.keeps_axes) out.push_back(averaged ? 1 : in[axis]);
  }
  if (out.empty()) out.push_back(1);
  const TensorIndex input = builder.input(in);
  const double scale = builder.scale(input) * random.real(0.2, 1.5);
  return builder.finish({builder.apply(mean, {input}, out, scale)});
}

}  // namespace

Graph random_reduction(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  return builder.random().chance(50) ? random_max_pool(builder) : random_mean(builder);
}

}  // namespace sengi::compile
