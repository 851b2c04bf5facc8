// SPDX-License-Identifier: Apache-2.0
#include "compile/straight_add.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compile/graph_builder.h"
#include "sengi/fixed_point.h"
#include "sengi/nn/requantize.h"

namespace sengi::compile {
namespace {

model::Quantization random_quantization(Random& random) {
  return {.scale = {static_cast<float>(random.real(0.01, 0.1))},
          .zero_point = {random.integer(-128, 127)}};
}

// TensorFlow Lite's definition, written out from its parameters.
std::int32_t defined(std::int32_t a, std::int32_t b, const model::Quantization& of_a,
                     const model::Quantization& of_b, const model::Quantization& output) {
  const model::AddParameters p = model::add_parameters(of_a, of_b, output);
  const std::int32_t first =
      requantize((a - of_a.zero_point[0]) << model::AddParameters::left_shift, p.first);
  const std::int32_t second =
      requantize((b - of_b.zero_point[0]) << model::AddParameters::left_shift, p.second);
  return std::clamp(requantize(first + second, p.output) + output.zero_point[0], -128, 127);
}

TEST(StraightAdd, GivesTheDefinitionsOutputForEveryPair) {
  Random random(1);
  int found = 0;
  for (int i = 0; i < 20; ++i) {
    const auto a = random_quantization(random);
    const auto b = random_quantization(random);
    const auto output = random_quantization(random);
    const auto straight = straight_addition(a, b, output, {-128, 127});
    if (!straight) continue;
    ++found;
    for (std::int32_t x = -128; x <= 127; ++x) {
      for (std::int32_t y = -128; y <= 127; ++y) {
        const std::int32_t sum =
            nn::wrapping_add(straight->factor_a * x + straight->addition, straight->factor_b * y);
        ASSERT_EQ(clamp(sum >> straight->shift, -128, 127), defined(x, y, a, b, output))
            << x << " + " << y;
      }
    }
  }
  EXPECT_GT(found, 5);
}

TEST(StraightAdd, LeavesNarrowActivationsAlone) {
  const model::Quantization one{.scale = {0.1F}, .zero_point = {0}};
  EXPECT_FALSE(straight_addition(one, one, one, {0, 127}));
}

}  // namespace
}  // namespace sengi::compile
