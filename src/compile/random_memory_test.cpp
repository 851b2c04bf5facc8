// SPDX-License-Identifier: Apache-2.0
// Random layers that remember.
#include <cmath>

#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Shape;
using model::TensorIndex;
using model::Type;

constexpr double spread = 74;  // of a uniform byte

Graph random_svdf(GraphBuilder builder) {
  Random& random = builder.random();
  const std::int32_t images = random.chance(20) ? 2 : 1;
  const std::int32_t inputs = random.integer(1, 12);
  const std::int32_t rank = random.integer(1, 3);
  const std::int32_t units = random.integer(1, 6);
  const std::int32_t memory = random.integer(1, 7);
  const std::int32_t filters = rank * units;
  const bool wide = random.chance(50);
  const TensorIndex input = builder.input({images, inputs});
  const TensorIndex weights = builder.numbers(Type::int8, {filters, inputs}, 0.01, 127);
  const double feature = builder.scale(input) * 0.01 * spread * spread * std::sqrt(inputs);
  const double state_scale = feature / (wide ? 10000 : spread);
  const TensorIndex time = wide ? builder.numbers(Type::int16, {filters, memory}, 1e-4, 32767)
                                : builder.numbers(Type::int8, {filters, memory}, 0.02, 127);
  const double sum = feature * (wide ? 1.9 : 1.5) * std::sqrt(memory * rank);
  const TensorIndex state =
      builder.variable(wide ? Type::int16 : Type::int8, {images, memory * filters}, state_scale,
                       wide ? 0 : random.integer(-128, 127));
  const TensorIndex bias = random.chance(30)
                               ? model::absent
                               : builder.numbers(Type::int32, {units}, 1, wide ? 10000000 : 10000);
  return builder.finish(
      {builder.apply(model::Svdf{.rank = rank}, {input, weights, time, bias, state},
                     {images, units}, sum / spread)});
}

Graph random_lstm(GraphBuilder builder) {
  Random& random = builder.random();
  const std::int32_t images = random.chance(30) ? 2 : 1;
  const std::int32_t steps = random.integer(1, 4);
  const std::int32_t inputs = random.integer(1, 9);
  const std::int32_t units = random.integer(1, 8);
  const bool time_major = random.chance(30);
  const auto sequence = [&](std::int32_t numbers) {
    return time_major ? Shape{steps, images, numbers} : Shape{images, steps, numbers};
  };
  std::vector<TensorIndex> operands = {builder.input(sequence(inputs))};
  for (const std::int32_t columns : {inputs, units}) {
    for (int gate = 0; gate < 4; ++gate) {
      operands.push_back(
          builder.numbers(Type::int8, {units, columns}, random.real(0.005, 0.02), 127));
    }
  }
  for (int gate = 0; gate < 4; ++gate) {
    operands.push_back(builder.numbers(Type::int32, {units}, 1, 5000));
  }
  constexpr double hidden_scale = 1.0 / 128;
  const std::int32_t hidden_zero = random.integer(-20, 20);
  operands.push_back(builder.variable(Type::int8, {images, units}, hidden_scale, hidden_zero));
  operands.push_back(
      builder.variable(Type::int16, {images, units}, std::ldexp(1, random.integer(-13, -9)), 0));
  const model::UnidirectionalSequenceLstm lstm{
      .cell_clip = random.chance(50) ? 0.0F : static_cast<float>(random.real(0.5, 4)),
      .time_major = time_major};
  return builder.finish(
      {builder.apply_fixed(lstm, operands, sequence(units), hidden_scale, hidden_zero)});
}

}  // namespace

Graph random_memory(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  return builder.random().chance(50) ? random_svdf(builder) : random_lstm(builder);
}

}  // namespace sengi::compile
