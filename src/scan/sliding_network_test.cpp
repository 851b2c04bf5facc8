// SPDX-License-Identifier: Apache-2.0
// A sliding network against the reference interpreter on each whole window.
#include "scan/sliding_network.h"

#include <gtest/gtest.h>

#include "model/interpreter.h"
#include "model/test_graphs.h"

namespace sengi::scan {
namespace {

using model::TestGraph;

std::vector<std::int8_t> columns_of(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::int8_t> columns(count);
  for (std::int8_t& x : columns) x = static_cast<std::int8_t>(random() % 256 - 128);
  return columns;
}

// Scores windows at these columns, in this order, by both.
void expect_equal(const model::Graph& graph, const std::vector<std::int64_t>& starts, Speed speed) {
  const model::Shape& shape = graph.tensors[static_cast<std::size_t>(graph.inputs[0])].shape;
  const std::size_t size = static_cast<std::size_t>(shape[2]) * static_cast<std::size_t>(shape[3]);
  const std::size_t window = static_cast<std::size_t>(shape[1]) * size;
  auto whole = model::Interpreter::make(graph);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  auto sliding = SlidingNetwork::make(graph, speed);
  ASSERT_TRUE(sliding.ok()) << sliding.error().message;
  const auto columns = columns_of(400 * size, 5);
  for (const std::int64_t start : starts) {
    const auto here = std::span(columns).subspan(static_cast<std::size_t>(start) * size, window);
    const auto expected = model::from_bytes<std::int8_t>(whole.value().run(std::as_bytes(here)));
    ASSERT_EQ(sliding.value().score(here, start), expected) << "at column " << start;
  }
}

std::vector<std::int64_t> every(std::int64_t stride) {
  std::vector<std::int64_t> starts;
  for (std::int64_t at = 0; at < 150; at += stride) starts.push_back(at);
  return starts;
}

model::Graph ds_cnn(std::int32_t channels, std::uint32_t seed) {
  TestGraph net(model::Type::int8, seed);
  auto at = net.input({1, 49, 10, 1});
  at = net.conv_2d(at, channels, 10, 4, {.stride_h = 2, .stride_w = 2});
  for (int block = 0; block < 2; ++block) {
    at = net.depthwise(at, 3, 3, {});
    at = net.conv_2d(at, channels, 1, 1, {.activation = model::Activation::relu});
  }
  at = net.pool(at, {.filter_h = 25, .filter_w = 5});
  return net.finish({at});
}

TEST(SlidingNetwork, ScoresAreTheWholeWindowsAtEveryStrideAndChannelCount) {
  for (const std::int32_t channels : {3, 8, 20, 64}) {
    for (const std::int64_t stride : {1, 2, 5, 10, 49, 60}) {
      for (const Speed speed : {Speed::plain, Speed::best}) {
        SCOPED_TRACE(testing::Message() << channels << " channels, every " << stride);
        expect_equal(ds_cnn(channels, static_cast<std::uint32_t>(channels)), every(stride), speed);
      }
    }
  }
}

TEST(SlidingNetwork, TheOrderOfWindowsDoesNotMatter) {
  expect_equal(ds_cnn(16, 7), {100, 0, 10, 8, 8, 200, 12, 13, 15, 350, 11}, Speed::best);
}

TEST(SlidingNetwork, StridesDilationsAndPaddingOfAllKinds) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::int32_t from, std::int32_t to) {
      return from + static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(to - from + 1));
    };
    TestGraph net(model::Type::int8, seed);
    auto at = net.input({1, pick(24, 49), pick(1, 6), pick(1, 9)});
    const auto padding = [&] {
      return pick(0, 1) == 0 ? model::Padding::same : model::Padding::valid;
    };
    at = net.conv_2d(at, pick(1, 33), pick(1, 5), 1,
                     {.padding = padding(), .stride_h = pick(1, 3), .dilation_h = 1});
    at = net.depthwise(at, pick(1, 3), 1, {.padding = padding()});
    at = net.conv_2d(at, pick(1, 17), 2, 1,
                     {.padding = model::Padding::same, .dilation_h = pick(1, 2)});
    const model::Graph graph = net.finish({at});
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    expect_equal(graph, every(pick(1, 7)), Speed::best);
  }
}

TEST(SlidingNetwork, OnlyWhatIsNewIsComputed) {
  const model::Graph graph = ds_cnn(8, 3);
  auto sliding = SlidingNetwork::make(graph).value();
  EXPECT_EQ(sliding.sliding_layers(), 5U);
  const auto columns = columns_of(4000, 1);
  sliding.score(std::span(columns).first(490), 0);
  const std::uint64_t first = sliding.rows_computed();
  EXPECT_EQ(first, 5U * 25);
  EXPECT_EQ(sliding.rows_reused(), 0U);
  sliding.score(std::span(columns).subspan(20, 490), 2);  // a row further
  // Of each layer's 25: those that saw padding, and one more.
  EXPECT_EQ(sliding.rows_computed() - first, 6U + 8 + 8 + 10 + 10);
}

}  // namespace
}  // namespace sengi::scan
