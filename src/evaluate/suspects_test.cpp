// SPDX-License-Identifier: Apache-2.0
#include "evaluate/suspects.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace sengi::evaluate {
namespace {

// By hand: thresholds are the means of the diagonal, 0.65 for label 0 and 0.6 for label 1.
TEST(Suspects, AreFoundByTheMeanConfidenceOfEachLabel) {
  const std::vector<double> p = {0.90, 0.10,   // 0, and surely so
                                 0.70, 0.30,   // 0
                                 0.35, 0.65,   // 0, but 1 reaches 0.6: suspect
                                 0.20, 0.80,   // 1
                                 0.60, 0.40};  // 1, and 0 is likelier, but below its 0.65
  const std::vector<std::size_t> given = {0, 0, 0, 1, 1};
  const auto suspects = find_suspects(p, given, 2);
  ASSERT_EQ(suspects.size(), 1u);
  EXPECT_EQ(suspects[0].clip, 2u);
  EXPECT_EQ(suspects[0].answer, 1u);
  EXPECT_EQ(suspects[0].confidence, 0.65);
  EXPECT_EQ(suspects[0].own, 0.35);
}

TEST(Suspects, ALabelWithoutClipsIsNeverTheAnswer) {
  const std::vector<double> p = {0.2, 0.1, 0.7, 0.1, 0.2, 0.7};
  const std::vector<std::size_t> given = {0, 1};
  EXPECT_TRUE(find_suspects(p, given, 3).empty());
  EXPECT_TRUE(find_suspects({}, {}, 3).empty());
}

// Labels of a good forecaster's clips are swapped at random: most of those are found, and all that
// is found is one of those.
TEST(Suspects, AreTheLabelsThatWereSwapped) {
  constexpr std::size_t labels = 4;
  std::mt19937 random(2);
  std::uniform_real_distribution<double> draw(0.0, 1.0);
  std::vector<double> p;
  std::vector<std::size_t> given;
  std::set<std::size_t> swapped;
  for (std::size_t clip = 0; clip < 2000; ++clip) {
    const std::size_t truth = random() % labels;
    const double sure = 0.75 + 0.2 * draw(random);
    for (std::size_t label = 0; label < labels; ++label) {
      p.push_back(label == truth ? sure : (1 - sure) / (labels - 1));
    }
    const bool swap = draw(random) < 0.05;
    given.push_back(swap ? (truth + 1 + random() % (labels - 1)) % labels : truth);
    if (swap) swapped.insert(clip);
  }
  std::size_t right = 0;
  const auto suspects = find_suspects(p, given, labels);
  for (const Suspicion& one : suspects) right += swapped.count(one.clip);
  EXPECT_GT(right, swapped.size() / 2);  // the threshold lies amid their confidences
  EXPECT_EQ(right, suspects.size());
  EXPECT_TRUE(std::is_sorted(suspects.begin(), suspects.end(), [](const auto& a, const auto& b) {
    return a.confidence - a.own > b.confidence - b.own;
  }));
}

}  // namespace
}  // namespace sengi::evaluate
