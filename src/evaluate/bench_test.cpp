// SPDX-License-Identifier: Apache-2.0
#include "evaluate/bench.h"

#include <gmock/gmock.h>

#include "base/files.h"

namespace sengi::evaluate {
namespace {

using testing::HasSubstr;

BenchModel sample(const std::string& name, std::uint64_t cycles, std::size_t stack_bytes) {
  return {name,
          1000,
          cycles,
          300,
          20,
          stack_bytes,
          4000,
          600,
          {{"conv1", "conv 3x3", 900, cycles - 10, 300, 500, 400},
           {"softmax2", "softmax", 0, 10, 40, 90, 0}}};
}

TEST(Bench, ComesBackAsItWasWritten) {
  const auto folder = TemporaryFolder::make().value();
  const auto path = folder.path() / "bench.json";
  const Bench bench{"mps2-an386", {sample("bat", 5000, 80), sample("toad", 700, 60)}};
  ASSERT_TRUE(write_text(path, to_json(bench)).ok());
  const auto back = read_bench(path);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(to_json(back.value()), to_json(bench));

  for (const char* text : {"", "{", "[]", "{\"board\": 3, \"models\": []}",
                           "{\"board\": \"x\", \"models\": [{\"name\": \"y\"}]}"}) {
    ASSERT_TRUE(write_text(path, text).ok());
    const auto refused = read_bench(path);
    ASSERT_FALSE(refused.ok()) << text;
    EXPECT_THAT(refused.error().message, HasSubstr("bench.json"));
  }
}

TEST(Bench, GrowthBeyondAPercentIsSeen) {
  const Bench before{"mps2-an386", {sample("bat", 10000, 80)}};
  const auto grew = [&](std::uint64_t cycles, std::size_t stack_bytes) {
    std::string figures;
    const Bench after{"mps2-an386", {sample("new", 1, 1), sample("bat", cycles, stack_bytes)}};
    const std::vector<Change> changes = compare(before, after).value();
    for (const Change& change : changes) {
      EXPECT_EQ(change.model, "bat");
      if (change.grew()) figures += change.figure + " ";
    }
    return figures;
  };
  EXPECT_EQ(grew(10000, 80), "");
  EXPECT_EQ(grew(10100, 84), "");  // 1 % of either, and no more
  EXPECT_EQ(grew(10101, 80), "cycles ");
  EXPECT_EQ(grew(9000, 85), "RAM ");
}

TEST(Bench, WhatCannotBeComparedIsRefused) {
  const Bench one{"mps2-an386", {sample("bat", 10000, 80)}};
  const auto other_board = compare(one, {"microbit", one.models});
  ASSERT_FALSE(other_board.ok());
  EXPECT_THAT(other_board.error().message, HasSubstr("microbit"));
  EXPECT_FALSE(compare(one, {"mps2-an386", {sample("toad", 10000, 80)}}).ok());
}

TEST(Bench, ARatioNeedsBothFigures) {
  EXPECT_EQ(cycles_per_mac(0, 100), std::nullopt);
  EXPECT_EQ(cycles_per_mac(100, std::nullopt), std::nullopt);
  EXPECT_DOUBLE_EQ(cycles_per_mac(200, 500).value(), 2.5);
}

}  // namespace
}  // namespace sengi::evaluate
