// SPDX-License-Identifier: Apache-2.0
#include "station/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "station/store.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using testing::ElementsAre;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

class RetentionTest : public testing::Test {
 protected:
  RetentionTest()
      : folder_(std::move(TemporaryFolder::make()).value()),
        store_(std::move(Store::open(folder_.path())).value()),
        watch_(std::move(Watch::make(store_, settings_, 0)).value()) {}

  void hear(std::int64_t time_ms, link::Bytes payload, const std::string& device = "a1") {
    Received received;
    received.network = "sengi";
    received.device = device;
    received.counter = counter_++;
    received.heard_ms = time_ms;
    received.port = link::port_of(payload[0]);
    received.payload = std::move(payload);
    const Arrival arrival = std::move(received);
    ASSERT_TRUE(store_.keep({&arrival, 1}, time_ms).ok());
  }
  void hear_position(std::int64_t time_ms, const std::string& device = "a1") {
    hear(time_ms, position_message(static_cast<std::uint32_t>(time_ms / 1000), 10, 20), device);
  }
  void hear_reading(std::int64_t time_ms, link::Quantity quantity, std::int16_t value) {
    const link::SensorReading one{quantity, 0, value};
    link::Bytes frame(link::message_bytes_max);
    frame.resize(link::encode_readings({1, true, static_cast<std::uint32_t>(time_ms / 1000)},
                                       {&one, 1}, frame)
                     .bytes);
    hear(time_ms, frame);
  }

  // As often as it says that there is more; more often would never end.
  int run(std::int64_t now_ms) {
    Retention retention(store_.database(), keep_);
    int times = 0;
    while (times < 10'000) {
      const auto more = retention.work(now_ms);
      EXPECT_TRUE(more.ok()) << more.error().message;
      if (!more.ok() || !more.value()) break;
      ++times;
    }
    return times;
  }
  std::vector<std::int64_t> ask(const std::string& sql) {
    std::vector<std::int64_t> answers;
    Statement select(store_.database(), sql);
    while (select.next().value()) answers.push_back(select.whole(0));
    return answers;
  }

  Settings settings_;
  Settings::Keep keep_;
  std::int64_t counter_ = 0;
  TemporaryFolder folder_;
  Store store_;
  std::unique_ptr<Watch> watch_;
};

// A day begins at a multiple of 24 hours from 1970.
constexpr std::int64_t start_ms = std::int64_t{new_year_s} * 1000;

TEST_F(RetentionTest, NothingGoesUnlessItIsAskedFor) {
  for (int i = 0; i < 48; ++i) hear_position(start_ms + i * hour_ms);
  EXPECT_EQ(run(start_ms + 10'000 * day_ms), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM positions")[0], 48);
  EXPECT_EQ(ask("SELECT count(*) FROM uplinks")[0], 48);
}

TEST_F(RetentionTest, OldPositionsAreThinnedAndNewOnesStay) {
  for (int i = 0; i < 96; ++i) {
    hear_position(start_ms + i * hour_ms);
    hear_position(start_ms + i * hour_ms + 60'000, "b2");
  }
  keep_.positions_days = 2;
  EXPECT_GT(run(start_ms + 4 * day_ms), 0);
  for (const char* const device : {"a1", "b2"}) {
    const auto times =
        ask(std::string("SELECT time_ms FROM positions JOIN devices ON id = device_id "
                        "WHERE device = '") +
            device + "' ORDER BY time_ms");
    // Four a day of the first two days, all of the others.
    ASSERT_EQ(times.size(), 8U + 48U);
    const std::int64_t late = std::string(device) == "a1" ? 0 : 60'000;
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(times[i], start_ms + static_cast<std::int64_t>(i) * 6 * hour_ms + late);
    }
    EXPECT_EQ(times[8], start_ms + 48 * hour_ms + late);
  }
  // A day later a day more; again, nothing.
  EXPECT_GT(run(start_ms + 5 * day_ms), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM positions")[0], 2 * (12 + 24));
  EXPECT_EQ(run(start_ms + 5 * day_ms), 0);
}

// More of one device than is looked at in one go: the same stays.
TEST_F(RetentionTest, ALongTrackIsThinnedAsAShortOneIs) {
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 2'500; ++i) {
    const std::int64_t time_ms = start_ms + i * hour_ms / 2;
    hear_position(time_ms);
    if (i % 12 == 0) expected.push_back(time_ms);
  }
  keep_.positions_days = 1;
  EXPECT_GE(run(start_ms + 1'000 * day_ms), 3);
  EXPECT_EQ(ask("SELECT time_ms FROM positions ORDER BY time_ms"), expected);
}

TEST_F(RetentionTest, OldReadingsBecomeMeansAndRainItsSum) {
  const std::int16_t moisture[] = {900, 1000, link::no_value, 32'000, 1101};
  for (int i = 0; i < 5; ++i) {
    hear_reading(start_ms + i * 2 * hour_ms, link::Quantity::soil_moisture, moisture[i]);
    hear_reading(start_ms + i * 2 * hour_ms + 1000, link::Quantity::rain, 7);
    hear_reading(start_ms + i * 2 * hour_ms + 2000, link::Quantity::air_temperature,
                 static_cast<std::int16_t>(-100 - i));
  }
  hear_reading(start_ms + 50 * hour_ms, link::Quantity::soil_moisture, 800);
  keep_.readings_days = 1;
  EXPECT_GT(run(start_ms + 3 * day_ms), 0);
  EXPECT_THAT(ask("SELECT value FROM readings WHERE quantity = 2 ORDER BY time_ms"),
              ElementsAre(1000, 800));  // of 900, 1000 and 1101
  EXPECT_THAT(ask("SELECT value FROM readings WHERE quantity = 5"), ElementsAre(35));
  EXPECT_THAT(ask("SELECT value FROM readings WHERE quantity = 0"), ElementsAre(-102));
  EXPECT_EQ(run(start_ms + 3 * day_ms), 0);
}

TEST_F(RetentionTest, OldUplinksGoButForThoseOfWhichAPositionStays) {
  for (int i = 0; i < 24; ++i) {
    hear_position(start_ms + i * hour_ms);
    hear(start_ms + i * hour_ms + 1,
         status_message(static_cast<std::uint8_t>(i),
                        static_cast<std::uint32_t>((start_ms + i * hour_ms) / 1000)));
  }
  keep_.positions_days = 1;
  keep_.uplinks_days = 1;
  EXPECT_GT(run(start_ms + 3 * day_ms), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM positions")[0], 4);
  EXPECT_EQ(ask("SELECT count(*) FROM uplinks")[0], 4);
  EXPECT_EQ(ask("SELECT value FROM counts WHERE name = 'uplinks'")[0], 48);  // ever heard
  hear_position(start_ms + 4 * day_ms);
  EXPECT_EQ(ask("SELECT count(*) FROM uplinks")[0], 5);
}

}  // namespace
}  // namespace sengi::station
