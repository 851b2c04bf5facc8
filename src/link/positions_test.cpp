// SPDX-License-Identifier: Apache-2.0
#include "sengi/link/positions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "link/gps_track.h"

namespace sengi::link {
namespace {

struct Sent {
  std::vector<Fix> fixes;  // as they came back
  std::vector<std::size_t> in_message;
  double error_max_m = 0;
};

// Through messages of at most so many bytes and back, with all that must hold checked.
Sent send(std::span<const Fix> fixes, std::size_t frame_bytes) {
  Sent sent;
  std::uint8_t sequence = 200;
  std::span<const Fix> left = fixes;
  while (!left.empty()) {
    std::vector<std::uint8_t> frame(frame_bytes, 0xA5);
    const Encoded made = encode_positions(left, sequence, frame);
    if (made.error != Error::none || made.taken == 0 || made.bytes > frame_bytes) {
      ADD_FAILURE() << "error " << static_cast<int>(made.error) << " after " << sent.fixes.size();
      return sent;
    }
    const auto bytes = std::span<const std::uint8_t>(frame).first(made.bytes);
    Lead lead;
    Fix back[batch_fixes_max];
    std::size_t count = 0;
    if (bytes[0] == static_cast<std::uint8_t>(Id::lone_position)) {
      LonePosition lone;
      EXPECT_TRUE(decode_lone_position(bytes, lone, left[0].time_s - 59).ok());
      EXPECT_EQ(lone.sequence, sequence % 4);
      back[count++] = lone.fix;
      EXPECT_EQ(lone.fix.time_s, left[0].time_s / 60 * 60);
      back[0].time_s = left[0].time_s;
    } else {
      const Fault fault = decode_positions(bytes, lead, back, count);
      EXPECT_TRUE(fault.ok()) << static_cast<int>(fault.error) << " at " << int{fault.byte};
      EXPECT_EQ(lead.sequence, sequence);
      EXPECT_EQ(lead.time_s, left[0].time_s);
    }
    EXPECT_EQ(count, made.taken);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(back[i].time_s, left[i].time_s);
      EXPECT_EQ(back[i].clock_set, left[i].clock_set);
      sent.error_max_m = std::max(sent.error_max_m, metres_between(back[i], left[i]));
      sent.fixes.push_back(back[i]);
    }
    sent.in_message.push_back(count);
    left = left.subspan(made.taken);
    ++sequence;
  }
  return sent;
}

// Of all windows of fixes: how few fit into one message.
std::size_t fewest_from_anywhere(std::span<const Fix> fixes) {
  std::size_t fewest = batch_fixes_max;
  for (std::size_t i = 0; i + batch_fixes_max <= fixes.size(); ++i) {
    std::uint8_t frame[message_bytes_max];
    fewest = std::min<std::size_t>(fewest, encode_positions(fixes.subspan(i), 0, frame).taken);
  }
  return fewest;
}

struct Case {
  const char* file;
  std::uint32_t interval_s;  // 0: as recorded
  double mean_least;         // positions a message that must be reached
  std::size_t least;         // from whatever fix on
};

class Track : public testing::TestWithParam<Case> {};

TEST_P(Track, FitsManyPositionsIntoAMessageExactToTwoMetres) {
  const std::vector<Fix> all = read_track(GetParam().file);
  if (all.empty()) GTEST_SKIP() << track_path(GetParam().file) << " is missing";
  const std::vector<Fix> fixes =
      GetParam().interval_s > 0 ? thinned(all, GetParam().interval_s) : all;
  const Sent sent = send(fixes, message_bytes_max);
  ASSERT_EQ(sent.fixes.size(), fixes.size());
  EXPECT_LE(sent.error_max_m, 2.0);
  const double mean =
      static_cast<double>(fixes.size()) / static_cast<double>(sent.in_message.size());
  const std::size_t fewest = fewest_from_anywhere(fixes);
  std::printf("%s interval %u s: %zu fixes, %.2f positions a message, at least %zu, error %.2f m\n",
              GetParam().file, GetParam().interval_s, fixes.size(), mean, fewest, sent.error_max_m);
  EXPECT_GE(mean, GetParam().mean_least);
  EXPECT_GE(fewest, GetParam().least);
}

constexpr const char* gourma = "gourma_mali_salif_keita_part1.csv";
constexpr const char* etosha = "etosha_AG195_2010_jan_jun.csv";
constexpr const char* kruger = "kruger_AM239.csv";
INSTANTIATE_TEST_SUITE_P(Collars, Track,
                         testing::Values(Case{gourma, 0, 14.5, 12}, Case{gourma, 14'400, 12, 10},
                                         Case{etosha, 0, 17.5, 11}, Case{etosha, 300, 18.5, 13},
                                         Case{etosha, 3'600, 15, 11},
                                         Case{etosha, 14'400, 12.5, 11}, Case{kruger, 0, 16, 13},
                                         Case{kruger, 3'600, 12.5, 11},
                                         Case{kruger, 14'400, 11, 10}));

TEST(Positions, GoThroughMessagesOfAnySize) {
  const std::vector<Fix> all = read_track(gourma);
  if (all.empty()) GTEST_SKIP() << track_path(gourma) << " is missing";
  for (std::size_t bytes = floor_bytes; bytes <= 60; ++bytes) {
    const Sent sent = send(std::span(all).first(300), bytes);
    EXPECT_EQ(sent.fixes.size(), 300U) << bytes;
    EXPECT_LE(sent.error_max_m, 2.0);
  }
}

TEST(Positions, NeverGoBeyondTheirFrame) {
  std::uint8_t frame[floor_bytes] = {};
  const Fix fix{1'800'000'000, 1, 1};
  for (std::size_t bytes = 0; bytes < floor_bytes; ++bytes) {
    EXPECT_EQ(encode_positions({&fix, 1}, 0, std::span(frame).first(bytes)).error, Error::no_room);
  }
  EXPECT_EQ(encode_positions({&fix, 1}, 0, frame).bytes, floor_bytes);
}

// Walks, flights, gaps, jitter, clocks that jump, anywhere on Earth.
std::vector<Fix> wild_track(std::mt19937& random) {
  const auto upto = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(random);
  };
  std::vector<Fix> fixes;
  Fix fix{static_cast<std::uint32_t>(upto(0xFFFFFFFF)),
          static_cast<std::int32_t>(upto(1'800'000'000) - 900'000'000),
          static_cast<std::int32_t>(upto(3'600'000'000) - 1'800'000'000), true};
  const std::int64_t interval = upto(1) == 0 ? 3600 : upto(100'000);
  const std::int64_t speed = std::int64_t{1} << upto(28);
  for (int i = 0; i < 60; ++i) {
    fixes.push_back(fix);
    fix.time_s += static_cast<std::uint32_t>(interval * (upto(9) == 0 ? upto(50) : 1) +
                                             (upto(3) == 0 ? upto(600) : 0));
    if (upto(30) == 0) fix.time_s = static_cast<std::uint32_t>(upto(0xFFFFFFFF));
    if (upto(30) == 0) fix.clock_set = !fix.clock_set;
    const std::int64_t latitude = fix.latitude_e7 + upto(2 * speed) - speed;
    fix.latitude_e7 =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(latitude, -900'000'000, 900'000'000));
    std::int64_t longitude = fix.longitude_e7 + upto(2 * speed) - speed;
    if (longitude > 1'800'000'000) longitude -= 3'600'000'000;
    if (longitude < -1'800'000'000) longitude += 3'600'000'000;
    fix.longitude_e7 = static_cast<std::int32_t>(longitude);
  }
  return fixes;
}

TEST(Positions, SurviveWildTracksOverTheDateLineAndUnderBadClocks) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const std::vector<Fix> fixes = wild_track(random);
    const std::size_t bytes = 14 + random() % 40;
    const Sent sent = send(fixes, bytes);
    ASSERT_EQ(sent.fixes.size(), fixes.size()) << round;
    ASSERT_LE(sent.error_max_m, 2.0) << round;
    if (HasFailure()) return;
  }
}

TEST(Positions, CrossTheDateLineAsSmallSteps) {
  std::vector<Fix> fixes;
  for (int i = 0; i < 12; ++i) {
    const std::int64_t longitude = 1'799'990'000 + 5'000 * i;
    fixes.push_back({1'800'000'000U + 3600U * static_cast<unsigned>(i), -170'000'000,
                     static_cast<std::int32_t>(longitude > 1'800'000'000 ? longitude - 3'600'000'000
                                                                         : longitude)});
  }
  std::uint8_t frame[message_bytes_max];
  EXPECT_EQ(encode_positions(fixes, 0, frame).taken, 12);
  // Both names of the line itself are one place.
  EXPECT_EQ(to_grid({0, 0, 1'800'000'000}), to_grid({0, 0, -1'800'000'000}));
}

TEST(Positions, ARestingAnimalTakesHardlyAnything) {
  std::vector<Fix> fixes(64, {1'800'000'000, 156'500'000, -21'600'000});
  for (unsigned i = 0; i < 64; ++i) fixes[i].time_s += 300 * i;
  std::uint8_t frame[message_bytes_max];
  const Encoded made = encode_positions(fixes, 0, frame);
  EXPECT_EQ(made.taken, 64);
  EXPECT_EQ(made.bytes, 2 + (96 + 22 + 63 * 3 + 7) / 8);
}

TEST(Positions, AMissingFixCostsFewBitsAndAnotherClockANewMessage) {
  std::vector<Fix> fixes(20, {1'800'000'000, 156'500'000, -21'600'000});
  for (unsigned i = 0; i < 20; ++i)
    fixes[i].time_s += 3600 * (i + (i > 5 ? 1 : 0) + (i > 9 ? 30 : 0));
  std::uint8_t frame[message_bytes_max];
  EXPECT_EQ(encode_positions(fixes, 0, frame).taken, 20);
  fixes[7].clock_set = false;
  EXPECT_EQ(encode_positions(fixes, 0, frame).taken, 7);
  fixes[4].time_s = 5;  // a clock that was reset
  EXPECT_EQ(encode_positions(fixes, 0, frame).taken, 4);
}

TEST(Positions, RefuseWhatIsNotOnEarth) {
  std::uint8_t frame[message_bytes_max];
  const Fix nowhere[] = {{1, 900'000'001, 0}, {1, 0, 0}};
  EXPECT_EQ(encode_positions(nowhere, 0, frame).error, Error::out_of_range);
  const Fix then_nowhere[] = {{1, 0, 0}, {1, 0, -1'800'000'001}};
  EXPECT_EQ(encode_positions(then_nowhere, 0, frame).taken, 1);
}

TEST(LonePosition, TellsTheTimeWithinSixteenYearsFromWhereItsReaderSays) {
  std::uint8_t frame[floor_bytes];
  LonePosition lone;
  for (const std::uint32_t time_s :
       {lone_from_s, lone_from_s + 1, 2'000'000'000U, 2'238'000'000U}) {
    ASSERT_EQ(encode_lone_position({time_s, 5, 6}, 3, frame).bytes, floor_bytes);
    ASSERT_TRUE(decode_lone_position(frame, lone).ok());
    EXPECT_EQ(lone.fix.time_s, time_s / 60 * 60);
  }
  ASSERT_EQ(encode_lone_position({1'205'000'000, 5, 6}, 3, frame).error, Error::none);
  ASSERT_TRUE(decode_lone_position(frame, lone, 1'200'000'000).ok());
  EXPECT_EQ(lone.fix.time_s, 1'205'000'000 / 60 * 60);
  encode_lone_position({77, 5, 6, false}, 3, frame);
  ASSERT_TRUE(decode_lone_position(frame, lone).ok());
  EXPECT_FALSE(lone.fix.clock_set);
  EXPECT_EQ(lone.fix.time_s, 0U);
}

}  // namespace
}  // namespace sengi::link
