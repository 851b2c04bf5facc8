// SPDX-License-Identifier: Apache-2.0
#include "compile/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

// Buffers of random size and life; outputs may overlap some of the inputs that die with them.
Problem random_problem(Random& random, std::size_t buffers, std::int32_t layers,
                       std::int32_t largest) {
  Problem problem;
  problem.alignment = static_cast<std::size_t>(random.one_of<std::int32_t>({1, 4, 16}));
  for (std::size_t i = 0; i < buffers; ++i) {
    const std::int32_t first = random.integer(-1, layers - 1);
    const std::int32_t last = std::min(layers, first + random.integer(0, 3));
    problem.buffers.push_back({static_cast<std::size_t>(random.integer(1, largest)), first, last});
  }
  for (std::size_t i = 0; i < buffers; ++i) {
    for (std::size_t j = 0; j < buffers; ++j) {
      const bool meet = i != j && problem.buffers[i].first == problem.buffers[j].last &&
                        problem.buffers[j].first < problem.buffers[j].last;
      if (meet && random.chance(60)) {
        problem.overlaps.push_back({i, j, random.integer(-largest / 4, largest)});
      }
    }
  }
  return problem;
}

// Walks the arena byte by byte and layer by layer: who lives there. Says nothing of gaps, so it
// cannot make the planner's mistakes.
bool bytes_are_shared_only_as_allowed(const Problem& problem, const Layout& layout) {
  const auto& buffers = problem.buffers;
  const auto may_share = [&](std::size_t output, std::size_t input) {
    return std::any_of(problem.overlaps.begin(), problem.overlaps.end(), [&](const Overlap& o) {
      return o.output == output && o.input == input &&
             static_cast<std::ptrdiff_t>(layout.offsets[output]) + o.lead <=
                 static_cast<std::ptrdiff_t>(layout.offsets[input]);
    });
  };
  for (std::int32_t layer = -1; layer < 12; ++layer) {
    std::vector<std::vector<std::size_t>> living(layout.bytes);
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      if (buffers[i].first > layer || buffers[i].last < layer) continue;
      for (std::size_t k = 0; k < buffers[i].bytes; ++k) {
        living.at(layout.offsets[i] + k).push_back(i);
      }
    }
    for (const std::vector<std::size_t>& byte : living) {
      for (const std::size_t a : byte) {
        for (const std::size_t b : byte) {
          if (a < b && !may_share(a, b) && !may_share(b, a)) return false;
        }
      }
    }
  }
  return true;
}

// The smallest arena of all orders of placing, or rather of all multiples of the alignment.
std::size_t smallest_by_trying_everything(const Problem& problem, std::size_t most) {
  Layout layout;
  layout.offsets.assign(problem.buffers.size(), 0);
  std::size_t best = most + 1;
  const auto size = [&] {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < layout.offsets.size(); ++i) {
      bytes = std::max(bytes, layout.offsets[i] + problem.buffers[i].bytes);
    }
    return bytes;
  };
  while (true) {
    layout.bytes = size();
    if (layout.bytes < best && is_valid(problem, layout)) best = layout.bytes;
    std::size_t i = 0;
    for (; i < layout.offsets.size(); ++i) {
      layout.offsets[i] += problem.alignment;
      if (layout.offsets[i] + problem.buffers[i].bytes <= most) break;
      layout.offsets[i] = 0;
    }
    if (i == layout.offsets.size()) return best;
  }
}

TEST(Planner, NoBuffersNeedNoArena) { EXPECT_EQ(plan_memory({}).bytes, 0U); }

TEST(Planner, BuffersThatNeverMeetShareTheirBytes) {
  const Problem problem{.buffers = {{100, 0, 1}, {80, 2, 3}, {100, 4, 4}}, .overlaps = {}};
  EXPECT_EQ(plan_memory(problem).bytes, 100U);
}

TEST(Planner, AChainNeedsItsTwoLargestNeighbours) {
  const Problem problem{.buffers = {{16, -1, 0}, {64, 0, 1}, {48, 1, 2}, {8, 2, 3}},
                        .overlaps = {}};
  const Layout layout = plan_memory(problem);
  EXPECT_EQ(layout.bytes, 112U);
  EXPECT_TRUE(layout.is_smallest);
}

TEST(Planner, AnOutputInPlaceCostsNothing) {
  const Problem problem{.buffers = {{64, -1, 0}, {64, 0, 1}}, .overlaps = {{1, 0, 0}}};
  EXPECT_EQ(plan_memory(problem).bytes, 64U);
}

TEST(Planner, AnOutputGrowsOverItsInputBehindItsLead) {
  const Problem problem{.buffers = {{64, -1, 0}, {64, 0, 1}}, .overlaps = {{1, 0, 12}}};
  const Layout layout = plan_memory(problem);
  EXPECT_EQ(layout.bytes, 76U);
  EXPECT_EQ(layout.offsets[1] + 12, layout.offsets[0]);
}

TEST(Planner, SharesNoByteButAsAllowed) {
  Random random(1);
  for (int i = 0; i < 400; ++i) {
    const Problem problem =
        random_problem(random, static_cast<std::size_t>(random.integer(1, 14)), 10, 60);
    const Layout layout = plan_memory(problem);
    ASSERT_TRUE(bytes_are_shared_only_as_allowed(problem, layout)) << "problem " << i;
    ASSERT_TRUE(is_valid(problem, layout)) << "problem " << i;
    ASSERT_GE(layout.bytes, least_bytes(problem)) << "problem " << i;
  }
}

TEST(Planner, IsExactForSmallGraphs) {
  Random random(2);
  for (int i = 0; i < 60; ++i) {
    Problem problem = random_problem(random, 5, 4, 7);
    problem.alignment = 1;
    const Layout layout = plan_memory(problem);
    const std::size_t smallest = smallest_by_trying_everything(problem, layout.bytes);
    EXPECT_EQ(layout.bytes, smallest) << "problem " << i;
    EXPECT_LE(least_bytes(problem), smallest) << "problem " << i;
  }
}

TEST(Planner, ProvesThatSmallPlansAreSmallest) {
  Random random(3);
  int proven = 0;
  for (int i = 0; i < 50; ++i) {
    Problem problem = random_problem(random, 8, 8, 1000);
    problem.overlaps.clear();
    if (plan_memory(problem).is_smallest) ++proven;
  }
  EXPECT_EQ(proven, 50);
}

TEST(Planner, TwoHundredBuffersAreNearTheLeast) {
  Random random(4);
  const Problem problem = random_problem(random, 200, 180, 20'000);
  const Layout layout = plan_memory(problem);
  EXPECT_TRUE(is_valid(problem, layout));
  EXPECT_LE(static_cast<double>(layout.bytes), 1.25 * static_cast<double>(least_bytes(problem)));
}

TEST(Planner, PlansTheSameEachTime) {
  Random random(5);
  const Problem problem = random_problem(random, 40, 30, 5000);
  EXPECT_EQ(plan_memory(problem).offsets, plan_memory(problem).offsets);
}

TEST(Planner, IsValidFindsOverlapsItWasNotAllowed) {
  Problem problem{.buffers = {{8, -1, 0}, {8, 0, 1}}, .overlaps = {}};
  EXPECT_FALSE(is_valid(problem, {.offsets = {0, 4}, .bytes = 12}));
  EXPECT_FALSE(is_valid(problem, {.offsets = {0, 8}, .bytes = 15}));
  EXPECT_TRUE(is_valid(problem, {.offsets = {0, 8}, .bytes = 16}));
  problem.overlaps = {{1, 0, 4}};
  EXPECT_TRUE(is_valid(problem, {.offsets = {4, 0}, .bytes = 12}));
  EXPECT_FALSE(is_valid(problem, {.offsets = {0, 4}, .bytes = 12}));
}

}  // namespace
}  // namespace sengi::compile
