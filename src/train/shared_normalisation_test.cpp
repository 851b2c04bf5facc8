// SPDX-License-Identifier: Apache-2.0
// Parts of a batch, each with a thread, against torch's own batch normalisation of the whole.
#include "train/shared_normalisation.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <vector>

namespace sengi::train {
namespace {

using torch::Tensor;

constexpr double epsilon = 1e-3;
constexpr double momentum = 0.1;

struct Outcome {
  Tensor y, of_x, of_gamma, of_beta, mean, variance;
};

struct Case {
  std::vector<std::int64_t> parts;  // examples in each
  std::vector<std::int64_t> rest;   // channels, and height and width if any
  std::size_t at_once;
};

class SharedNormalisation : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    torch::manual_seed(7);
    std::int64_t count = 0;
    for (const std::int64_t part : GetParam().parts) count += part;
    std::vector<std::int64_t> sizes{count};
    sizes.insert(sizes.end(), GetParam().rest.begin(), GetParam().rest.end());
    const std::int64_t channels = sizes[1];
    // Far from zero, where squares minus squares would lose digits.
    x_ = torch::randn(sizes) * 3 + 20;
    gamma_ = torch::rand({channels}) + 0.5;
    beta_ = torch::randn({channels});
    wanted_ = torch::randn(sizes);
  }

  // What the gradients are of: a function in which every value has a say of its own.
  Tensor loss(const Tensor& y, const Tensor& wanted) const {
    return (y - wanted).pow(2).sum() / x_.size(0);
  }

  Outcome whole() const {
    Outcome o{{}, {}, {}, {}, torch::zeros({gamma_.size(0)}), torch::ones({gamma_.size(0)})};
    const Tensor x = x_.clone().set_requires_grad(true);
    const Tensor gamma = gamma_.clone().set_requires_grad(true);
    const Tensor beta = beta_.clone().set_requires_grad(true);
    o.y = torch::batch_norm(x, gamma, beta, o.mean, o.variance, true, momentum, epsilon, false);
    const auto gradients = torch::autograd::grad({loss(o.y, wanted_)}, {x, gamma, beta});
    o.of_x = gradients[0];
    o.of_gamma = gradients[1];
    o.of_beta = gradients[2];
    return o;
  }

  Outcome in_parts() const {
    const auto& sizes = GetParam().parts;
    Outcome o{{}, {}, {}, {}, torch::zeros({gamma_.size(0)}), torch::ones({gamma_.size(0)})};
    const Tensor gamma = gamma_.clone().set_requires_grad(true);
    const Tensor beta = beta_.clone().set_requires_grad(true);
    const auto xs = x_.split_with_sizes(sizes);
    const auto wanted = wanted_.split_with_sizes(sizes);
    std::vector<Tensor> ys(sizes.size());
    std::vector<std::vector<Tensor>> gradients(sizes.size());
    std::vector<Tensor> means, variances;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      means.push_back(o.mean.clone());
      variances.push_back(o.variance.clone());
    }
    Meeting meeting(sizes.size(), GetParam().at_once);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        threads.emplace_back([&, i] {
          meeting.attend([&] {
            const Tensor x = xs[i].clone().set_requires_grad(true);
            ys[i] = normalised_together(x, gamma, beta, {means[i], variances[i], momentum}, epsilon,
                                        {&meeting, i});
            gradients[i] = torch::autograd::grad({loss(ys[i], wanted[i])}, {x, gamma, beta});
          });
        });
      }
    }
    for (std::size_t i = 1; i < sizes.size(); ++i) {
      EXPECT_TRUE(torch::equal(means[i], means[0]));
      EXPECT_TRUE(torch::equal(variances[i], variances[0]));
    }
    o.mean = means[0];
    o.variance = variances[0];
    std::vector<Tensor> of_x;
    for (const auto& part : gradients) of_x.push_back(part[0]);
    o.y = torch::cat(ys);
    o.of_x = torch::cat(of_x);
    o.of_gamma = gradients[0][1];
    o.of_beta = gradients[0][2];
    for (std::size_t i = 1; i < sizes.size(); ++i) {
      o.of_gamma = o.of_gamma + gradients[i][1];
      o.of_beta = o.of_beta + gradients[i][2];
    }
    return o;
  }

  Tensor x_, gamma_, beta_, wanted_;
};

TEST_P(SharedNormalisation, IsThatOfTheWholeBatch) {
  const Outcome expected = whole();
  const Outcome got = in_parts();
  const auto near = [](const Tensor& a, const Tensor& b) {
    // Of the largest: what adds up to nearly nothing has the rounding of what was added.
    return torch::allclose(a, b, /*rtol=*/1e-4,
                           /*atol=*/2e-5 * std::max(1.0, b.abs().max().item<double>()));
  };
  EXPECT_TRUE(near(got.y, expected.y));
  EXPECT_TRUE(near(got.of_x, expected.of_x));
  EXPECT_TRUE(near(got.of_gamma, expected.of_gamma));
  EXPECT_TRUE(near(got.of_beta, expected.of_beta));
  EXPECT_TRUE(near(got.mean, expected.mean));
  EXPECT_TRUE(near(got.variance, expected.variance));
}

TEST_P(SharedNormalisation, GivesTheSameBitsAgain) {
  const Outcome once = in_parts();
  const Outcome again = in_parts();
  EXPECT_TRUE(torch::equal(once.y, again.y));
  EXPECT_TRUE(torch::equal(once.of_x, again.of_x));
  EXPECT_TRUE(torch::equal(once.of_gamma, again.of_gamma));
  EXPECT_TRUE(torch::equal(once.variance, again.variance));
}

INSTANTIATE_TEST_SUITE_P(Shapes, SharedNormalisation,
                         testing::Values(Case{{8, 8}, {5, 7, 3}, 2},   // a layer's usual
                                         Case{{8, 8}, {5, 7, 3}, 1},   // on one core
                                         Case{{5, 3}, {4, 25, 5}, 2},  // an odd batch
                                         Case{{4, 4}, {6}, 2},         // fully connected
                                         Case{{1, 1}, {3}, 2},         // two values a channel
                                         Case{{2, 3, 4}, {2, 9, 9}, 2}));

TEST(Meeting, APartThatFailsReleasesTheOthersWithWhatItThrew) {
  Meeting meeting(2, 2);
  std::string caught;
  std::jthread waiting([&] {
    try {
      meeting.attend([&] { meeting.tell(0, {1}); });
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
  });
  EXPECT_THROW(meeting.attend([] { throw std::runtime_error("out of memory"); }),
               std::runtime_error);
  waiting.join();
  EXPECT_EQ(caught, "out of memory");
}

}  // namespace
}  // namespace sengi::train
