// SPDX-License-Identifier: Apache-2.0
#include "train/architectures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/measure.h"

namespace sengi::train {
namespace {

using ::testing::HasSubstr;

TEST(Architectures, DsCnnIsThePublishedNetwork) {
  // "Hello Edge" DS-CNN-S with four blocks, as MLPerf Tiny's kws_ref_model: 2,656,768
  // multiply-accumulates for 12 labels.
  const auto graph = build_network({}, {49, 10}, 12);
  ASSERT_TRUE(graph.ok());
  EXPECT_TRUE(model::check(graph.value()).ok());
  EXPECT_EQ(count_macs(graph.value()), 2'656'768U);
  EXPECT_EQ(graph.value().operators.size(), 1 + 2 * 4 + 3U);
}

TEST(Architectures, FirstConvolutionIsTheOneOfThePaperForItsInput) {
  EXPECT_EQ(first_convolution({49, 10}), (FirstConvolution{10, 4, 2, 2}));
  EXPECT_EQ(first_convolution({50, 10}), (FirstConvolution{10, 4, 2, 2}));
}

TEST(Architectures, EveryInputShapeGivesAGraphThatChecks) {
  for (const std::int32_t columns : {1, 2, 7, 24, 25, 26, 49, 98, 101, 500}) {
    for (const std::int32_t size : {1, 2, 4, 5, 10, 13, 20, 32, 40, 64, 128}) {
      const auto graph = build_network({.channels = 8, .blocks = 2}, {columns, size}, 3);
      ASSERT_TRUE(graph.ok()) << columns << "x" << size;
      const auto checked = model::check(graph.value());
      EXPECT_TRUE(checked.ok()) << columns << "x" << size << ": " << checked.error().message;
      const auto& map =
          graph.value()
              .tensors[static_cast<std::size_t>(graph.value().operators.front().outputs.front())];
      EXPECT_LE(map.shape[1], 25);
      EXPECT_LE(map.shape[2], 13);
    }
  }
}

TEST(Architectures, AnUnknownNameIsToldTheNearest) {
  const auto graph = build_network({.architecture = "ds-cnm"}, {49, 10}, 12);
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("did you mean \"ds-cnn\""));
}

TEST(Architectures, SizesOutOfRangeAreNamed) {
  EXPECT_THAT(build_network({.channels = 0}, {49, 10}, 12).error().message,
              HasSubstr("channels = 0"));
  EXPECT_FALSE(build_network({}, {49, 10}, 1).ok());
  EXPECT_FALSE(build_network({}, {0, 10}, 2).ok());
}

}  // namespace
}  // namespace sengi::train
