// SPDX-License-Identifier: Apache-2.0
// Against libtorch's own convolution.
#include "train/pointwise.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <array>
#include <vector>

namespace sengi::train {
namespace {

using torch::Tensor;

class Pointwise : public testing::TestWithParam<std::array<std::int64_t, 5>> {};

TEST_P(Pointwise, IsTorchsConvolutionWithItsGradients) {
  const auto [examples, inputs, outputs, height, width] = GetParam();
  torch::manual_seed(3);
  const Tensor x = torch::randn({examples, inputs, height, width});
  const Tensor weight = torch::randn({outputs, inputs, 1, 1});
  const Tensor bias = torch::randn({outputs});
  const Tensor say = torch::randn({examples, outputs, height, width});
  for (const bool biased : {false, true}) {
    const auto outcome = [&](bool ours) {
      std::vector<Tensor> leaves;
      for (const Tensor& t : {x, weight, bias}) leaves.push_back(t.clone().set_requires_grad(true));
      if (!biased) leaves.pop_back();
      const Tensor offsets = biased ? leaves[2] : Tensor();
      const Tensor y = ours ? pointwise_convolved(leaves[0], leaves[1], offsets)
                            : torch::conv2d(leaves[0], leaves[1], offsets);
      std::vector<Tensor> all = torch::autograd::grad({(y * say).sum()}, leaves);
      all.push_back(y.detach());
      return all;
    };
    const auto got = outcome(true);
    const auto expected = outcome(false);
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i].sizes(), expected[i].sizes()) << i;
      EXPECT_TRUE(torch::allclose(got[i], expected[i], 1e-3, 1e-3)) << biased << ' ' << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Pointwise,
                         testing::Values(std::array<std::int64_t, 5>{8, 64, 64, 25, 5},
                                         std::array<std::int64_t, 5>{1, 3, 7, 4, 1},
                                         std::array<std::int64_t, 5>{5, 1, 2, 1, 1},
                                         std::array<std::int64_t, 5>{16, 12, 24, 9, 11}));

}  // namespace
}  // namespace sengi::train
