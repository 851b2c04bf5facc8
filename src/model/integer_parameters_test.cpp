// SPDX-License-Identifier: Apache-2.0
#include "model/integer_parameters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "sengi/fixed_point.h"

namespace sengi::model {
namespace {

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();

// Numbers where rounding and overflow go wrong first, then random ones of all magnitudes.
std::vector<std::int32_t> interesting_numbers() {
  std::vector<std::int32_t> numbers{
      0,       1,       -1,         2,          -2,          3,          -3,  highest, lowest,
      1 << 30, 1 << 29, -(1 << 30), lowest + 1, highest - 1, 0x55555555, 127, -128};
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    numbers.push_back(static_cast<std::int32_t>(random()) >> (random() % 32));
  }
  return numbers;
}

// x / 2^exponent to nearest, halves upward; exact, as shifts to the right round down.
std::int64_t rounded_up(std::int64_t x, int exponent) {
  return exponent == 0 ? x : ((x >> (exponent - 1)) + 1) >> 1;
}

std::int64_t rounded_away(std::int64_t x, int exponent) {
  return x >= 0 ? rounded_up(x, exponent) : -rounded_up(-x, exponent);
}

// ---- device/include/sengi/fixed_point.h

TEST(FixedPoint, DoublingHighMulRoundsTheExactProduct) {
  for (const std::int32_t a : interesting_numbers()) {
    for (const std::int32_t b : interesting_numbers()) {
      if (a == lowest && b == lowest) continue;
      EXPECT_EQ(doubling_high_mul(a, b), rounded_up(std::int64_t{a} * b, 31)) << a << " * " << b;
    }
  }
  EXPECT_EQ(doubling_high_mul(lowest, lowest), highest);
}

TEST(FixedPoint, DivisionByAPowerOfTwoRoundsHalvesAwayFromZero) {
  for (const std::int32_t x : interesting_numbers()) {
    for (int exponent = 0; exponent <= 31; ++exponent) {
      EXPECT_EQ(rounding_divide_by_power_of_two(x, exponent), rounded_away(x, exponent))
          << x << " / 2^" << exponent;
    }
  }
}

// Two roundings, so at most one step from the exact product; never for exact powers of two.
TEST(FixedPoint, RequantizeIsWithinAStepOfTheRealProduct) {
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    const double factor = std::ldexp(1 + static_cast<double>(random() % 1000) / 1000,
                                     -static_cast<int>(random() % 25));
    const auto x = static_cast<std::int32_t>(random()) >> 2;
    const double exact = x * factor;
    EXPECT_NEAR(requantize(x, quantize_multiplier(factor)), exact, 1.0 + std::abs(exact) * 1e-9);
  }
  EXPECT_EQ(requantize(12345, quantize_multiplier(1)), 12345);
  EXPECT_EQ(requantize(-12345, quantize_multiplier(4)), -49380);
  EXPECT_EQ(requantize(6, quantize_multiplier(0.25)), 2);  // 1.5
  EXPECT_EQ(requantize(-6, quantize_multiplier(0.25)), -2);
}

TEST(FixedPoint, IsUsableAtCompileTime) {
  static_assert(requantize(100, {.multiplier = 1 << 30, .shift = 0}) == 50);
  static_assert(clamp(-5, 0, 6) == 0 && clamp(9, 0, 6) == 6 && clamp(3, 0, 6) == 3);
}

// ---- multipliers

TEST(QuantizeMultiplier, KeepsThirtyOneBits) {
  std::mt19937 random(3);
  for (int i = 0; i < 10000; ++i) {
    const double factor = std::ldexp(0.5 + static_cast<double>(random()) / 8589934592.0,
                                     static_cast<int>(random() % 60) - 30);
    const Multiplier m = quantize_multiplier(factor);
    EXPECT_GE(m.multiplier, 1 << 30);
    EXPECT_NEAR(std::ldexp(m.multiplier, m.shift - 31) / factor, 1, std::ldexp(1.0, -31));
  }
}

TEST(QuantizeMultiplier, HandlesItsEdges) {
  const auto expect = [](double factor, std::int32_t multiplier, std::int32_t shift) {
    const Multiplier m = quantize_multiplier(factor);
    EXPECT_EQ(m.multiplier, multiplier) << factor;
    EXPECT_EQ(m.shift, shift) << factor;
  };
  expect(0, 0, 0);
  expect(0.5, 1 << 30, 0);
  expect(1, 1 << 30, 1);
  expect(std::nextafter(1.0, 0.0), 1 << 30, 1);  // rounds up to a whole
  expect(std::ldexp(1.0, -32), 1 << 30, -31);
  expect(std::ldexp(1.0, -33), 0, 0);  // below what a shift of 31 reaches
  expect(2147483647.0, highest, 31);
}

// ---- activation ranges

TEST(ActivationRange, FollowsScaleAndZeroPoint) {
  const Quantization wide{{0.1F}, {-28}, 0};
  EXPECT_EQ(activation_range(Activation::none, wide), (ActivationRange{-128, 127}));
  EXPECT_EQ(activation_range(Activation::relu, wide), (ActivationRange{-28, 127}));
  EXPECT_EQ(activation_range(Activation::relu6, wide), (ActivationRange{-28, 32}));
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, wide), (ActivationRange{-38, -18}));
}

TEST(ActivationRange, StaysWithinInt8) {
  const Quantization fine{{1e-30F}, {127}, 0};
  EXPECT_EQ(activation_range(Activation::relu6, fine), (ActivationRange{127, 127}));
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, fine), (ActivationRange{-128, 127}));
}

// ---- windows

// Every place where a window can start on a padded axis, counted one by one.
std::int64_t counted_outputs(std::int32_t padded, std::int32_t filter, std::int32_t stride,
                             std::int32_t dilation) {
  std::int64_t count = 0;
  for (std::int32_t start = 0; start + (filter - 1) * dilation < padded; start += stride) ++count;
  return count;
}

TEST(Windows, ValidCountsThePlacesThatFit) {
  for (std::int32_t input = 1; input < 14; ++input) {
    for (std::int32_t filter = 1; filter < 6; ++filter) {
      for (std::int32_t stride = 1; stride < 5; ++stride) {
        for (std::int32_t dilation = 1; dilation < 4; ++dilation) {
          EXPECT_EQ(window_outputs(Padding::valid, input, filter, stride, dilation),
                    counted_outputs(input, filter, stride, dilation));
        }
      }
    }
  }
}

TEST(Windows, SamePadsNoMoreThanNeededAndTheSmallerHalfBefore) {
  for (std::int32_t input = 1; input < 14; ++input) {
    for (std::int32_t filter = 1; filter < 6; ++filter) {
      for (std::int32_t stride = 1; stride < 5; ++stride) {
        const auto output =
            static_cast<std::int32_t>(window_outputs(Padding::same, input, filter, stride, 1));
        EXPECT_EQ(output, (input + stride - 1) / stride);
        Graph graph;
        graph.tensors.resize(2);
        graph.tensors[0].shape = {1, input, 1, 1};
        graph.tensors[1].shape = {1, output, 1, 1};
        const Operator pool{AveragePool2D{.padding = Padding::same,
                                          .stride_h = stride,
                                          .stride_w = 1,
                                          .filter_h = filter,
                                          .filter_w = 1},
                            {0},
                            {1}};
        std::int32_t total = 0;  // the least padding that gives as many outputs
        while (counted_outputs(input + total, filter, stride, 1) < output) ++total;
        EXPECT_EQ(window_padding(graph, pool), (WindowPadding{total / 2, 0}));
      }
    }
  }
}

// ---- ADD and SOFTMAX

TEST(AddParameters, BringBothInputsToTheOutputsScale) {
  const std::array<float, 4> scales{0.001F, 0.02F, 0.5F, 3};
  for (const float first : scales) {
    for (const float second : scales) {
      const Quantization a{{first}, {0}, 0};
      const Quantization b{{second}, {0}, 0};
      const Quantization out{{0.7F}, {0}, 0};
      const AddParameters p = add_parameters(a, b, out);
      const auto real = [](Multiplier m) { return std::ldexp(m.multiplier, m.shift - 31); };
      const double headroom = 1 << AddParameters::left_shift;
      EXPECT_NEAR(real(p.first) * headroom * real(p.output) * 0.7, first, first * 1e-6);
      EXPECT_NEAR(real(p.second) * headroom * real(p.output) * 0.7, second, second * 1e-6);
      EXPECT_LE(real(p.first), 0.5);
      EXPECT_LE(real(p.second), 0.5);
    }
  }
}

TEST(SoftmaxParameters, ScaleDifferencesToFiveIntegerBits) {
  for (const float scale : {1e-6F, 0.003F, 0.1F, 2.0F, 100.0F}) {
    const SoftmaxParameters p = softmax_parameters(1, {{scale}, {0}, 0});
    const double step = std::ldexp(p.scale.multiplier, p.scale.shift - 31);
    EXPECT_NEAR(step / std::min(std::ldexp(static_cast<double>(scale), 26), std::ldexp(1.0, 31)), 1,
                1e-6);
    EXPECT_LE(p.lowest_difference, 0);
    // The lowest difference still fits; one of twice its size would not.
    EXPECT_LE(-static_cast<double>(p.lowest_difference) * step, std::ldexp(1.0, 31));
    EXPECT_GT(-static_cast<double>(p.lowest_difference - 1) * step * 2, std::ldexp(31.0, 26));
  }
}

}  // namespace
}  // namespace sengi::model
