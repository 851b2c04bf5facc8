// SPDX-License-Identifier: Apache-2.0
#include "train/epochs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "train/random.h"

namespace sengi::train {
namespace {

// Silence (label 0), two words, and an unknown label with most of the clips.
class Epochs : public ::testing::Test {
 protected:
  Epochs() {
    project_.data.clip_ms = 250;
    project_.train.seed = 3;
    corpus_.labels = {"_silence_", "no", "yes", "_unknown_"};
    corpus_.silence = 0;
    corpus_.unknown = 3;
    const std::size_t counts[] = {4, 10, 6, 60};
    Random random({1});
    samples_.reserve(80);
    for (std::int32_t label = 0; label < 4; ++label) {
      for (std::size_t i = 0; i < counts[label]; ++i) {
        std::vector<std::int16_t>& samples = samples_.emplace_back(4000);
        for (auto& x : samples) x = static_cast<std::int16_t>(500 * random.noise());
        corpus_.train.push_back({samples, label});
      }
    }
    auto scaling = signal::calibrate(project_.signal, signal::views(samples_));
    EXPECT_TRUE(scaling.ok());
    scaling_ = scaling.value();
    auto extractor = signal::Extractor::make(project_.signal, scaling_);
    EXPECT_TRUE(extractor.ok());
    extractor_.emplace(std::move(extractor).value());
  }

  EpochMaker maker(int threads = 1) const {
    return EpochMaker(corpus_, project_, *extractor_, threads);
  }

  project::Project project_;
  std::vector<std::vector<std::int16_t>> samples_;  // what the corpus looks at
  Corpus corpus_;
  signal::FeatureScaling scaling_;
  std::optional<signal::Extractor> extractor_;
};

TEST_F(Epochs, LabelsAreMetEquallyOftenAndUnknownAtMostTwiceAsOften) {
  const EpochMaker epochs = maker();
  const Examples examples = epochs.make(0);
  std::map<std::int32_t, int> counts;
  for (const std::int32_t label : examples.labels) ++counts[label];
  // 80 clips of 4 labels: 20 each.
  EXPECT_EQ(counts, (std::map<std::int32_t, int>{{0, 20}, {1, 20}, {2, 20}, {3, 40}}));
  EXPECT_EQ(examples.size(), epochs.size());
  EXPECT_EQ(examples.features.size(),
            examples.size() * static_cast<std::size_t>(project_.columns()) * 10);
}

TEST_F(Epochs, AnEpochIsTheSameWhoeverMakesItAndUnlikeTheNext) {
  const Examples first = maker(1).make(5);
  const Examples second = maker(2).make(5);
  EXPECT_EQ(first.features, second.features);
  EXPECT_EQ(first.labels, second.labels);
  const Examples next = maker(1).make(6);
  EXPECT_NE(first.features, next.features);
  EXPECT_NE(first.labels, next.labels);
}

TEST_F(Epochs, EveryClipIsUsedOnceBeforeAnyIsUsedAgain) {
  // Without variation an example tells which clip it is of.
  project_.train.augment = {.shift_ms = 0,
                            .gain_db = 0,
                            .speed_percent = 0,
                            .noise_probability = 0,
                            .time_masks = 0,
                            .frequency_masks = 0};
  const EpochMaker epochs = maker();
  std::map<std::vector<std::int8_t>, int> uses;
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    const Examples examples = epochs.make(epoch);
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (examples.labels[i] != 3) continue;
      const auto features = examples.features_of(i);
      ++uses[{features.begin(), features.end()}];
    }
  }
  // 120 uses of 60 clips.
  EXPECT_EQ(uses.size(), 60U);
  for (const auto& [features, count] : uses) EXPECT_EQ(count, 2);
}

TEST_F(Epochs, PlainExamplesAreTheDevicesFeaturesInOrder) {
  const auto size = static_cast<std::size_t>(project_.columns()) * 10;
  const Examples examples = plain_examples(corpus_.train, *extractor_, size, 2);
  ASSERT_EQ(examples.size(), corpus_.train.size());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto expected = signal::features(*extractor_->audio(), corpus_.train[i].samples);
    EXPECT_TRUE(std::ranges::equal(examples.features_of(i), expected));
    EXPECT_EQ(examples.labels[i], corpus_.train[i].label);
  }
}

}  // namespace
}  // namespace sengi::train
