// SPDX-License-Identifier: Apache-2.0
#include "train/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <set>
#include <stdexcept>

namespace sengi::train {
namespace {

TEST(Crew, DoesEachHelpingOnceHoweverManyHands) {
  for (const std::size_t hands : {1U, 2U, 5U}) {
    Crew crew(hands, [] {});
    for (std::size_t count = 0; count < 40; ++count) {
      std::vector<std::atomic<int>> times(count);
      crew.run(count, [&](std::size_t i) { ++times[i]; });
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(times[i], 1) << i << " of " << count;
    }
  }
}

TEST(Crew, PreparesEveryThreadBeforeItWorks) {
  static thread_local bool prepared = false;
  Crew crew(3, [] { prepared = true; });
  std::atomic<int> unprepared = 0;
  for (int round = 0; round < 200; ++round) {
    crew.run(3, [&](std::size_t) { unprepared += prepared ? 0 : 1; });
  }
  EXPECT_EQ(unprepared, 0);
}

TEST(Crew, WhatIsThrownComesOutAndTheRestIsDone) {
  Crew crew(2, [] {});
  std::atomic<int> done = 0;
  const auto work = [&](std::size_t i) {
    if (i % 3 == 1) throw std::runtime_error(std::to_string(i));
    ++done;
  };
  for (int round = 0; round < 50; ++round) {
    done = 0;
    try {
      crew.run(9, work);
      FAIL() << "nothing came out";
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "1");
    }
    EXPECT_EQ(done, 6);
  }
}

}  // namespace
}  // namespace sengi::train
