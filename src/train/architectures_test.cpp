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

TEST(Architectures, TcResnetIsThePublishedNetwork) {
  // TC-ResNet8 of the paper: 66 thousand parameters, counting four numbers of batch normalisation a
  // channel where here is one bias, and 3.0 million operations for 98 columns of 40.
  const auto graph =
      build_network({.architecture = "tc-resnet", .channels = 16, .blocks = 3, .kernel_columns = 9},
                    {98, 40}, 12);
  ASSERT_TRUE(graph.ok());
  EXPECT_TRUE(model::check(graph.value()).ok());
  EXPECT_NEAR(static_cast<double>(count_parameters(graph.value())), 66e3, 1.5e3);
  EXPECT_NEAR(2.0 * static_cast<double>(count_macs(graph.value())), 3.0e6, 0.1e6);
}

TEST(Architectures, FirstConvolutionIsTheOneOfThePaperForItsInput) {
  EXPECT_EQ(first_convolution({49, 10}), (FirstConvolution{10, 4, 2, 2}));
  EXPECT_EQ(first_convolution({50, 10}), (FirstConvolution{10, 4, 2, 2}));
}

TEST(Architectures, EveryShapeGivesAGraphThatChecks) {
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

TEST(Architectures, NetworksOverTimeTakeEveryInput) {
  for (const std::string architecture : {"tc-resnet", "cnn-1d"}) {
    for (const std::int32_t columns : {1, 2, 7, 24, 49, 500}) {
      for (const std::int32_t size : {1, 10, 40, 128}) {
        for (const std::int32_t blocks : {0, 1, 4}) {
          const auto graph = build_network(
              {.architecture = architecture, .channels = 8, .blocks = blocks, .kernel_columns = 5},
              {columns, size}, 3);
          ASSERT_TRUE(graph.ok()) << columns << "x" << size;
          const auto checked = model::check(graph.value());
          EXPECT_TRUE(checked.ok()) << columns << "x" << size << ": " << checked.error().message;
        }
      }
    }
  }
}

// The recurrence that the paper writes down has 3 (units (inputs + units) + units) numbers, and
// meets all but the biases at each step.
TEST(Architectures, GatedUnitsAreThoseOfThePaper) {
  for (const std::int32_t blocks : {1, 2}) {
    const auto graph =
        build_network({.architecture = "gru", .channels = 24, .blocks = blocks}, {100, 1, 6}, 4);
    ASSERT_TRUE(graph.ok()) << graph.error().message;
    EXPECT_TRUE(model::check(graph.value()).ok()) << model::check(graph.value()).error().message;
    const std::uint64_t second = blocks == 2 ? 3 * 24 * (24 + 24) : 0;
    const std::uint64_t weights = 3 * 24 * (6 + 24) + second;
    const std::uint64_t biases = static_cast<std::uint64_t>(blocks) * 3 * 24;
    EXPECT_EQ(count_parameters(graph.value()), weights + biases + 24 * 4 + 4);
    EXPECT_EQ(count_macs(graph.value()), 100 * weights + 24 * 4);
  }
}

TEST(Architectures, GatedUnitsNeedRowsInTimeAndALayer) {
  EXPECT_THAT(build_network({.architecture = "gru", .blocks = 1}, {1, 1, 24}, 3).error().message,
              HasSubstr("1 layers (blocks), and features of 1 rows and 24 values"));
  EXPECT_THAT(build_network({.architecture = "gru", .blocks = 0}, {9, 1, 1}, 3).error().message,
              HasSubstr("0 layers (blocks)"));
}

TEST(Architectures, AnUnknownNameIsToldTheNearest) {
  const auto graph = build_network({.architecture = "ds-cnm"}, {49, 10}, 12);
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("did you mean \"ds-cnn\""));
}

TEST(Architectures, SizesOutOfRangeAreNamed) {
  EXPECT_THAT(build_network({.channels = 0}, {49, 10}, 12).error().message,
              HasSubstr("channels = 0"));
  EXPECT_THAT(build_network({.kernel_columns = 0}, {49, 10}, 12).error().message,
              HasSubstr("kernel_columns = 0"));
  EXPECT_THAT(
      build_network({.architecture = "tc-resnet", .blocks = 16}, {49, 10}, 12).error().message,
      HasSubstr("channels double"));
  EXPECT_FALSE(build_network({}, {49, 10}, 1).ok());
  EXPECT_FALSE(build_network({}, {0, 10}, 2).ok());
}

}  // namespace
}  // namespace sengi::train
