// SPDX-License-Identifier: Apache-2.0
#include "events/match.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <set>

namespace sengi::events {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;
using Matched = std::vector<std::optional<std::size_t>>;

std::vector<Event> moments(std::initializer_list<double> times, const std::string& label = "a") {
  std::vector<Event> events;
  for (const double time : times) events.push_back({time, time, label});
  return events;
}

// A known scorer says of this that all truths are found, and one is not: it pairs many with one.
TEST(Match, IsOneToOne) {
  const Matched matched = match(moments({1, 9, 20}), moments({1, 1.4, 9}), {Rule::onset, 0.75});
  EXPECT_THAT(matched, ElementsAre(Optional(0U), std::nullopt, Optional(1U)));
  EXPECT_THAT(match(moments({1, 9, 20}), moments({1, 1.4, 9}), {Rule::first, 0.75}),
              ElementsAre(Optional(0U), std::nullopt, Optional(1U)));
}

// The best takes both; whoever comes first takes the one that the other needs.
TEST(Match, HasMostPairsThereCanBe) {
  const auto marked = moments({1.0, 1.6});
  const auto found = moments({1.5, 0.9});
  EXPECT_THAT(match(marked, found, {Rule::onset, 0.5}), ElementsAre(Optional(1U), Optional(0U)));
  const auto late = moments({1.3, 0.4});
  EXPECT_THAT(match(moments({1.0, 1.2}), late, {Rule::onset, 0.7}),
              ElementsAre(Optional(1U), Optional(0U)));
}

TEST(Match, LabelsAreKeptApartButByTheRuleThatSaysWrong) {
  std::vector<Event> marked = moments({1}, "a");
  marked.push_back({5, 5, "b"});
  const std::vector<Event> found = {{1, 1, "a"}, {5, 5, "b"}};
  EXPECT_THAT(match(marked, found, {Rule::onset, 0.1}), ElementsAre(Optional(0U), Optional(1U)));
  const std::vector<Event> crossed = {{1, 1, "b"}, {5, 5, "a"}};
  EXPECT_THAT(match(marked, crossed, {Rule::onset, 0.1}), ElementsAre(std::nullopt, std::nullopt));
  EXPECT_THAT(match(marked, crossed, {Rule::first, 0.1}), ElementsAre(Optional(0U), Optional(1U)));
}

TEST(Match, TheEndsOfTheToleranceCount) {
  const auto at = [](double time) {
    return match(moments({1.4}), moments({time}), {Rule::onset, 0.75}).front().has_value();
  };
  EXPECT_TRUE(at(0.65));
  EXPECT_TRUE(at(2.15));
  EXPECT_FALSE(at(0.649999));
  EXPECT_FALSE(at(2.150001));
}

TEST(Match, StretchesThatOverlapOrNearlyDo) {
  const std::vector<Event> marked = {{10, 20, "a"}, {12, 13, "a"}};
  const auto one = [&](double start, double end, double tolerance = 0) {
    return match(marked, std::vector<Event>{{start, end, "a"}}, {Rule::overlap, tolerance}).front();
  };
  EXPECT_EQ(one(12, 13), 1U);  // the nearer in both ends
  EXPECT_EQ(one(19, 30), 0U);
  EXPECT_EQ(one(20, 30), 0U);  // they touch
  EXPECT_EQ(one(20.5, 30), std::nullopt);
  EXPECT_EQ(one(20.5, 30, 0.5), 0U);
  EXPECT_EQ(one(9, 9.9), std::nullopt);
  EXPECT_EQ(one(0, 100), 0U);
  // The long one is left for what can have no other.
  EXPECT_THAT(match(marked, std::vector<Event>{{12, 13, "a"}, {16, 17, "a"}}, {Rule::overlap, 0}),
              ElementsAre(Optional(1U), Optional(0U)));
}

// Which pairs may be is found by order; here by looking at all of them.
TEST(Match, MissesNoPairThatMayBe) {
  std::mt19937 random(3);
  const auto tenths = [&](unsigned n) { return static_cast<double>(random() % n) / 10; };
  for (int round = 0; round < 500; ++round) {
    std::vector<Event> marked, found;
    for (std::vector<Event>* events : {&marked, &found}) {
      for (auto i = random() % 12; i > 0; --i) {
        const double start = tenths(100);
        events->push_back(
            {start, start + tenths(random() % 2 == 0 ? 5 : 60), random() % 3 == 0 ? "b" : "a"});
      }
    }
    const double tolerance = tenths(8);
    for (const Rule rule : {Rule::overlap, Rule::onset, Rule::first}) {
      std::set<std::pair<std::size_t, std::size_t>> expected, got;
      for (std::size_t f = 0; f < found.size(); ++f) {
        for (std::size_t m = 0; m < marked.size(); ++m) {
          const bool near = rule == Rule::overlap
                                ? found[f].start_s - marked[m].end_s < tolerance + 1e-9 &&
                                      marked[m].start_s - found[f].end_s < tolerance + 1e-9
                                : std::abs(found[f].start_s - marked[m].start_s) < tolerance + 1e-9;
          if (near && (rule == Rule::first || found[f].label == marked[m].label)) {
            expected.insert({f, m});
          }
        }
      }
      for (const Pair& pair : pairs_between(marked, found, {rule, tolerance})) {
        EXPECT_TRUE(got.insert({pair.left, pair.right}).second);
      }
      EXPECT_EQ(got, expected);
    }
  }
}

}  // namespace
}  // namespace sengi::events
