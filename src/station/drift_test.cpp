// SPDX-License-Identifier: Apache-2.0
#include "station/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/files.h"
#include "link/hex.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<double> normal(std::mt19937& random, std::size_t count, double mean) {
  std::normal_distribution<double> distribution(mean, 1);
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

TEST(Drift, TheDistanceIsThatOfTheDistributions) {
  EXPECT_DOUBLE_EQ(drift_between({1, 2, 3}, {1, 2, 3}).distance, 0);
  EXPECT_DOUBLE_EQ(drift_between({1, 2, 3}, {4, 5}).distance, 1);
  // At 2 three quarters of the one and a quarter of the other are passed.
  EXPECT_DOUBLE_EQ(drift_between({0, 1, 2, 5}, {2, 3, 4, 6}).distance, 0.5);
  EXPECT_DOUBLE_EQ(drift_between({7, 7, 7}, {7, 7, 8, 8}).distance, 0.5);
}

TEST(Drift, TheProbabilityIsThatOfManyDraws) {
  // Where nothing changed, it is below p in about a share p of draws.
  std::mt19937 random(7);
  constexpr int draws = 4'000;
  int below_tenth = 0;
  int below_hundredth = 0;
  for (int i = 0; i < draws; ++i) {
    const Drift drift = drift_between(normal(random, 60, 0), normal(random, 40, 0));
    below_tenth += drift.probability < 0.1 ? 1 : 0;
    below_hundredth += drift.probability < 0.01 ? 1 : 0;
  }
  EXPECT_NEAR(below_tenth, draws * 0.1, 80);
  EXPECT_NEAR(below_hundredth, draws * 0.01, 25);
}

// A collar that hears calls and tells of its days, with a clock of the test's own.
class DriftWatchTest : public testing::Test {
 protected:
  DriftWatchTest()
      : folder_(std::move(TemporaryFolder::make()).value()),
        store_(std::move(Store::open(folder_.path())).value()) {
    settings_.silent.watch = false;
  }
  void start() { watch_ = std::move(Watch::make(store_, settings_, now_ms_)).value(); }

  void hear(const link::Bytes& payload) {
    Received received;
    received.network = "sengi";
    received.device = "tembo";
    received.heard_ms = now_ms_;
    received.port = link::port_of(payload[0]);
    received.payload = payload;
    const Arrival arrival = std::move(received);
    const auto kept = store_.keep({&arrival, 1}, now_ms_);
    ASSERT_TRUE(kept.ok()) << kept.error().message;
    ASSERT_TRUE(watch_->tick(now_ms_).ok());
  }
  void call(double score) {
    link::Event event;
    event.lead = {sequence_++, true, seconds()};
    event.kind = link::EventKind::call;
    event.call_class = 2;
    event.score = static_cast<std::uint8_t>(std::clamp(std::lround(score), 0L, 255L));
    link::Bytes frame(link::message_bytes_max);
    frame.resize(link::encode_event(event, frame).bytes);
    hear(frame);
  }
  void day(int minutes_of_rest) {
    link::Budget budget;
    budget.lead = {sequence_++, true, seconds() - 86'400};
    budget.count = 2;
    budget.minutes[0] = static_cast<std::uint16_t>(minutes_of_rest);
    budget.minutes[1] = static_cast<std::uint16_t>(1'440 - minutes_of_rest);
    link::Bytes frame(link::message_bytes_max);
    frame.resize(link::encode_budget(budget, 0, frame).bytes);
    hear(frame);
  }
  void pass_hours(int hours) {
    now_ms_ += std::int64_t{hours} * 3'600'000;
    ASSERT_TRUE(watch_->tick(now_ms_).ok());
  }
  std::uint32_t seconds() const { return static_cast<std::uint32_t>(now_ms_ / 1000); }
  std::vector<std::string> active() {
    std::vector<std::string> all;
    Statement select(store_.database(),
                     "SELECT kind || ' ' || subject FROM alerts WHERE state <> 'cleared' ORDER BY "
                     "1");
    while (select.next().value()) all.push_back(select.text(0));
    return all;
  }
  int alerts() {
    Statement select(store_.database(), "SELECT count(*) FROM alerts");
    EXPECT_TRUE(select.next().value());
    return static_cast<int>(select.whole(0));
  }

  TemporaryFolder folder_;
  Settings settings_;
  Store store_;
  std::int64_t now_ms_ = std::int64_t{new_year_s} * 1000;
  std::unique_ptr<Watch> watch_;
  std::uint8_t sequence_ = 0;
};

TEST_F(DriftWatchTest, ScoresThatSinkAreToldOnceAndAreOverWhenTheyAreBack) {
  start();
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 12);
  const auto weeks = [&](int count, double mean) {
    for (int i = 0; i < count * 28; ++i) {
      pass_hours(6);
      call(mean + noise(random));
    }
  };
  weeks(12, 215);
  EXPECT_THAT(active(), IsEmpty());
  weeks(3, 190);
  EXPECT_THAT(active(), ElementsAre("drift call_score.2"));
  weeks(4, 215);
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_EQ(alerts(), 1);
  // Only what is compared is kept.
  Statement count(store_.database(), "SELECT count(*) FROM samples");
  ASSERT_TRUE(count.next().value());
  EXPECT_LE(count.whole(0), (21 + 14) * 4 + 2);
}

TEST_F(DriftWatchTest, DaysThatBecomeOthersAreTold) {
  start();
  std::mt19937 random(4);
  std::normal_distribution<double> noise(0, 40);
  for (int i = 0; i < 60; ++i) {
    pass_hours(24);
    day(500 + static_cast<int>(noise(random)));
  }
  EXPECT_THAT(active(), IsEmpty());
  for (int i = 0; i < 15; ++i) {
    pass_hours(24);
    day(900 + static_cast<int>(noise(random)));
  }
  EXPECT_THAT(active(), ElementsAre("drift activity.0", "drift activity.1"));
}

TEST_F(DriftWatchTest, CallsAreToldFromTheirScoreOnUntilItIsQuiet) {
  settings_.call.score = 200;
  settings_.drift.watch = false;
  start();
  call(199);
  EXPECT_THAT(active(), IsEmpty());
  for (int i = 0; i < 5; ++i) {
    call(200 + i);
    pass_hours(0);
    now_ms_ += 50 * 60'000;
  }
  EXPECT_THAT(active(), ElementsAre("call 2"));
  pass_hours(1);
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_EQ(alerts(), 1);
  call(255);
  EXPECT_EQ(alerts(), 2);
}

TEST_F(DriftWatchTest, WithoutAScoreNoCallIsTold) {
  start();
  call(255);
  EXPECT_THAT(active(), IsEmpty());
}

}  // namespace
}  // namespace sengi::station
