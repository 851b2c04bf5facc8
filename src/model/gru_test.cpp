// SPDX-License-Identifier: Apache-2.0
// Gated recurrent units against a computation in double precision that is written another way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "model/interpreter.h"
#include "model/operator_graphs.h"

namespace sengi::model {
namespace {

using testing::HasSubstr;
using Vector = std::vector<double>;

const Tensor& input_of(const Graph& graph, std::size_t i) {
  return graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[i])];
}

// What a constant stands for.
Vector reals_of(const Tensor& tensor) {
  Vector reals;
  const std::size_t scales = tensor.quantization.scale.size();
  const auto add = [&](const auto& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double scale =
          scales == 0 ? 1
                      : static_cast<double>(tensor.quantization.scale[i * scales / numbers.size()]);
      reals.push_back(scale * static_cast<double>(numbers[i]));
    }
  };
  if (tensor.type == Type::float32) add(from_bytes<float>(tensor.data));
  if (tensor.type == Type::int8) add(from_bytes<std::int8_t>(tensor.data));
  if (tensor.type == Type::int32) add(from_bytes<std::int32_t>(tensor.data));
  return reals;
}

// y += the matrix' rows [first, first + y.size()) times x.
void add_product(Vector& y, const Vector& matrix, std::size_t first, const Vector& x) {
  for (std::size_t row = 0; row < y.size(); ++row) {
    for (std::size_t i = 0; i < x.size(); ++i)
      y[row] += matrix[(first + row) * x.size() + i] * x[i];
  }
}

// Equations 5 to 8 of Cho et al. 2014, whose hidden numbers are z h + (1 - z) n.
std::vector<Vector> hidden_after_each_step(const Graph& graph, const std::vector<Vector>& rows) {
  const Vector w = reals_of(input_of(graph, 1));
  const Vector u = reals_of(input_of(graph, 2));
  const Vector b = reals_of(input_of(graph, 3));
  const std::size_t units = b.size() / 3;
  const auto squashed = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto sums = [&](std::size_t gate, const Vector& x, const Vector& h) {
    const auto first = b.begin() + static_cast<std::ptrdiff_t>(gate * units);
    Vector s(first, first + static_cast<std::ptrdiff_t>(units));
    add_product(s, w, gate * units, x);
    add_product(s, u, gate * units, h);
    return s;
  };
  Vector h(units, 0);
  std::vector<Vector> all;
  for (const Vector& x : rows) {
    const Vector z = sums(0, x, h);
    Vector kept = sums(1, x, h);
    for (std::size_t i = 0; i < units; ++i) kept[i] = squashed(kept[i]) * h[i];
    const Vector n = sums(2, x, kept);
    for (std::size_t i = 0; i < units; ++i) {
      h[i] = squashed(z[i]) * h[i] + (1 - squashed(z[i])) * std::tanh(n[i]);
    }
    all.push_back(h);
  }
  return all;
}

// One image of `steps` rows of five numbers through small_gru()'s constants.
Graph network(Type type, std::int32_t steps, bool every_step) {
  Graph graph = small_gru(type, every_step);
  const auto at = [&](TensorIndex i) -> Tensor& {
    return graph.tensors[static_cast<std::size_t>(i)];
  };
  at(graph.inputs[0]).shape = {1, steps, 5};
  at(graph.outputs[0]).shape = every_step ? Shape{1, steps, 4} : Shape{1, 4};
  return graph;
}

std::vector<std::byte> outputs(const Graph& graph, const std::vector<std::byte>& input) {
  auto interpreter = Interpreter::make(graph);
  EXPECT_TRUE(interpreter.ok()) << interpreter.error().message;
  return interpreter.value().run(input);
}

TEST(Gru, InFloatIsTheRecurrenceOfThePaper) {
  constexpr std::size_t steps = 30;
  std::mt19937 random(7);
  std::vector<float> input(5 * steps);
  std::vector<Vector> rows(steps, Vector(5));
  for (std::size_t i = 0; i < input.size(); ++i) {
    input[i] = static_cast<float>(random() % 2001) / 500 - 2;
    rows[i / 5][i % 5] = static_cast<double>(input[i]);
  }
  const Graph graph = network(Type::float32, steps, true);
  const auto expected = hidden_after_each_step(graph, rows);
  const auto each = from_bytes<float>(outputs(graph, to_bytes(input)));
  for (std::size_t i = 0; i < each.size(); ++i) EXPECT_NEAR(each[i], expected[i / 4][i % 4], 1e-5);
  const auto last =
      from_bytes<float>(outputs(network(Type::float32, steps, false), to_bytes(input)));
  ASSERT_EQ(last.size(), 4U);
  for (std::size_t i = 0; i < last.size(); ++i) EXPECT_NEAR(last[i], expected.back()[i], 1e-5);
}

// Weights stand for what they stand for, so all that differs is the rounding of hidden numbers: a
// step of 1/128 at a time, which comes back through the recurrence.
TEST(Gru, InInt8StaysWithinStepsOfTheRecurrence) {
  constexpr std::size_t steps = 100;
  std::mt19937 random(8);
  double squares = 0;
  double largest = 0;
  std::size_t count = 0;
  for (int round = 0; round < 20; ++round) {
    const Graph graph = network(Type::int8, steps, true);
    const Quantization& q = input_of(graph, 0).quantization;
    std::vector<std::int8_t> input(5 * steps);
    std::vector<Vector> rows(steps, Vector(5));
    for (std::size_t i = 0; i < input.size(); ++i) {
      // Slow rounds and fast ones.
      const bool same = i >= 5 && round % 2 == 0 && i / 5 % 10 != 0;
      input[i] = same ? input[i - 5] : static_cast<std::int8_t>(random() % 101 - 50U);
      rows[i / 5][i % 5] = static_cast<double>(q.scale[0]) * (input[i] - q.zero_point[0]);
    }
    const auto expected = hidden_after_each_step(graph, rows);
    const auto each = from_bytes<std::int8_t>(outputs(graph, to_bytes(input)));
    for (std::size_t i = 0; i < each.size(); ++i) {
      const double error = each[i] - 128 * expected[i / 4][i % 4];
      squares += error * error;
      largest = std::max(largest, std::abs(error));
      ++count;
    }
    const auto last =
        from_bytes<std::int8_t>(outputs(network(Type::int8, steps, false), to_bytes(input)));
    EXPECT_EQ(last, std::vector<std::int8_t>(each.end() - 4, each.end()));
  }
  EXPECT_LT(std::sqrt(squares / static_cast<double>(count)), 0.8);
  EXPECT_LT(largest, 8);
}

// A unit whose update gate is nearly shut holds a number for a hundred steps: in steps of 1/128 it
// would never get anywhere.
TEST(Gru, GoesFurtherThanAStepAtATime) {
  constexpr std::int32_t steps = 100;
  OneOperator one(Type::int8);
  one.input({1, steps, 1}, 1.0 / 32).constant({3, 1, 1}, Type::int8, 0.01);
  one.constant({3, 1, 1}, Type::int8, 0.01).constant({3, 1}, Type::int32, 1.0 / 3200);
  Graph graph = one.output({1, 1}, 1.0 / 128, 0).finish(Gru{});
  const auto set = [&](std::size_t input, const auto& numbers) {
    Tensor& tensor = graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[input])];
    const float scale = tensor.quantization.scale[0];
    tensor.quantization = {{scale, scale, scale}, {0, 0, 0}, 0};
    tensor.data = to_bytes(numbers);
  };
  set(1, std::vector<std::int8_t>{0, 0, 100});
  set(2, std::vector<std::int8_t>{0, 0, 0});
  set(3, std::vector<std::int32_t>{5 * 3200, 0, 0});  // logistic(5): 0.0067 of the way each step
  const double z = 1 / (1 + std::exp(-5.0));
  const std::vector<std::int8_t> input(steps, 3 + 16);  // real 0.5
  const auto hidden = from_bytes<std::int8_t>(outputs(graph, to_bytes(input)));
  EXPECT_NEAR(hidden[0], 128 * std::tanh(0.5) * (1 - std::pow(z, steps)), 1);
}

// Gates that are wide open or shut, from sums far beyond 16 bits.
TEST(Gru, HoldsAtTheEndsOfEveryType) {
  for (const std::int32_t sign : {-1, 1}) {
    Graph graph = network(Type::int8, 40, true);
    for (std::size_t i = 1; i <= 2; ++i) {
      Tensor& tensor = graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[i])];
      tensor.data = to_bytes(std::vector<std::int8_t>(tensor.elements(), -128));
    }
    graph.tensors[3].data = to_bytes(std::vector<std::int32_t>(12, sign * (1 << 27)));
    for (const int value : {-128, 127}) {
      const std::vector<std::int8_t> input(200, static_cast<std::int8_t>(value));
      for (const std::int8_t h : from_bytes<std::int8_t>(outputs(graph, to_bytes(input)))) {
        if (sign < 0) {
          EXPECT_EQ(h, -128);  // nothing is kept, and the candidate is -1
        } else {
          EXPECT_GE(h, 0);  // nearly all is kept, and the candidate is 1
          EXPECT_LE(h, 10);
        }
      }
    }
  }
}

TEST(Gru, CountsItsProducts) {
  const Graph graph = network(Type::int8, 10, false);
  EXPECT_EQ(macs(graph, graph.operators[0]), 10U * 3 * 4 * (5 + 4));
}

std::string fault(const std::function<void(Graph&)>& change) {
  Graph graph = small_gru(Type::int8, false);
  change(graph);
  const auto checked = check(graph);
  return checked.ok() ? "" : checked.error().message;
}

std::string fault_of_input(std::size_t input, const std::function<void(Tensor&)>& change) {
  return fault([&](Graph& graph) {
    change(graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[input])]);
  });
}

TEST(Gru, RefusesWhatItCannotBe) {
  EXPECT_THAT(fault_of_input(1,
                             [](Tensor& t) {
                               t.shape = {3, 5, 4};
                             }),
              HasSubstr("operator 0, GRU 't4': weights 't1' has shape 3x5x4"));
  EXPECT_THAT(fault_of_input(2,
                             [](Tensor& t) {
                               t.shape = {3, 2, 8};
                             }),
              HasSubstr("recurrent weights 't2' has shape 3x2x8"));
  EXPECT_THAT(fault_of_input(3,
                             [](Tensor& t) {
                               t.shape = {2, 6}, t.quantization.axis = 0;
                             }),
              HasSubstr("'t3'"));
  EXPECT_THAT(fault_of_input(1,
                             [](Tensor& t) {
                               t.quantization = {{0.01F}, {0}, 0};
                             }),
              HasSubstr("weights 't1' needs a scale for each of the three gates"));
  EXPECT_THAT(fault_of_input(2, [](Tensor& t) { t.quantization.zero_point[1] = 4; }),
              HasSubstr("recurrent weights 't2' has a zero point other than 0"));
  EXPECT_THAT(fault_of_input(3, [](Tensor& t) { t.quantization.scale[2] *= 1.5F; }),
              HasSubstr("bias 't3' has scale"));
  EXPECT_THAT(fault_of_input(
                  3, [](Tensor& t) { t.data = to_bytes(std::vector<std::int32_t>(12, 1 << 30)); }),
              HasSubstr("weights 't1' makes sums beyond 32 bits for unit 0 of gate 0"));
  EXPECT_THAT(fault_of_input(2, [](Tensor& t) { t.quantization.scale[0] = 5; }),
              HasSubstr("recurrent weights 't2' has a scale too large for its gate"));
  EXPECT_THAT(fault([](Graph& g) { g.tensors.back().quantization.scale[0] = 0.01F; }),
              HasSubstr("the specification fixes scale 1/128, zero point 0"));
  EXPECT_THAT(fault([](Graph& g) { g.tensors.back().shape = {2, 3, 5}; }), HasSubstr("output"));
  EXPECT_THAT(fault([](Graph& g) { g.tensors.back().type = Type::int16; }), HasSubstr("GRU"));
}

}  // namespace
}  // namespace sengi::model
