// SPDX-License-Identifier: Apache-2.0
// Farm stations through the whole of a station: messages in, alerts and advice out.
#include "station/sensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using link::Quantity;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t step_ms = 2 * 3'600'000;

link::SensorReading moisture(int sensor, double value) {
  return {Quantity::soil_moisture, static_cast<std::uint8_t>(sensor),
          static_cast<std::int16_t>(std::lround(value * 10'000))};
}
link::SensorReading nothing(int sensor) {
  return {Quantity::soil_moisture, static_cast<std::uint8_t>(sensor), link::no_value};
}

class SensorsTest : public testing::Test {
 protected:
  SensorsTest() : folder_(std::move(TemporaryFolder::make()).value()) {
    settings_.irrigation.sensors = {0, 1};
    settings_.silent.watch = false;
  }

  // After settings_ is as the test wants it.
  void start() {
    store_ = std::make_unique<Store>(std::move(Store::open(folder_.path() / "farm")).value());
    watch_ = std::move(Watch::make(*store_, settings_, now_ms_)).value();
  }

  void hear_at(std::int64_t time_ms, const std::vector<link::SensorReading>& readings) {
    link::Bytes frame(link::message_bytes_max);
    const link::Lead lead{sequence_++, true, static_cast<std::uint32_t>(time_ms / 1000)};
    frame.resize(link::encode_readings(lead, readings, frame).bytes);
    Received received;
    received.network = "sengi";
    received.device = "north";
    received.heard_ms = now_ms_;
    received.port = link::port_of(frame[0]);
    received.payload = frame;
    const Arrival arrival = std::move(received);
    const auto kept = store_->keep({&arrival, 1}, now_ms_);
    ASSERT_TRUE(kept.ok()) << kept.error().message;
  }
  void hear(const std::vector<link::SensorReading>& readings) {
    now_ms_ += step_ms;
    hear_at(now_ms_, readings);
  }

  std::vector<std::string> active() {
    std::vector<std::string> answers;
    Statement select(store_->database(),
                     "SELECT kind || ' ' || subject FROM alerts WHERE state <> 'cleared' ORDER BY "
                     "id");
    while (select.next().value()) answers.push_back(select.text(0));
    return answers;
  }
  nlohmann::json detail(const std::string& kind) {
    Statement select(store_->database(), "SELECT detail FROM alerts WHERE kind = ?");
    EXPECT_TRUE(select.bind(kind).next().value());
    return nlohmann::json::parse(select.text(0));
  }
  FieldWater water() {
    const auto found = water_of(store_->database(), 1, settings_.irrigation);
    EXPECT_TRUE(found.ok() && found.value());
    return *found.value();
  }

  TemporaryFolder folder_;
  Settings settings_;
  std::int64_t now_ms_ = std::int64_t{new_year_s} * 1000;
  std::uint8_t sequence_ = 0;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Watch> watch_;
};

TEST_F(SensorsTest, WaterIsDueOnceAndOverWhenHalfIsBack) {
  start();
  for (int i = 0; i < 24; ++i) hear({moisture(0, 0.19 - 0.001 * i), moisture(1, 0.21 - 0.001 * i)});
  EXPECT_THAT(active(), IsEmpty());  // 0.177, and 0.175 is the bound
  for (int i = 24; i < 30; ++i) {
    hear({moisture(0, 0.19 - 0.001 * i), moisture(1, 0.21 - 0.001 * i)});
  }
  EXPECT_THAT(active(), ElementsAre("water "));
  const auto told = detail("water");
  EXPECT_EQ(told["readily_mm"], 30.0);
  EXPECT_NEAR(told["missing_mm"].get<double>(), 400 * (0.25 - 0.173), 2);
  EXPECT_NEAR(told["give_mm"].get<double>(), told["missing_mm"].get<double>() / 0.9, 0.1);
  hear({moisture(0, 0.20), moisture(1, 0.20)});
  hear({moisture(0, 0.20), moisture(1, 0.20)});
  EXPECT_THAT(active(), ElementsAre("water "));  // a little rain
  hear({moisture(0, 0.24), moisture(1, 0.24)});
  EXPECT_THAT(active(), ElementsAre("water "));  // one reading may be a fault
  hear({moisture(0, 0.24), moisture(1, 0.24)});
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(SensorsTest, WhatCannotBeIsKeptAndReckonsNothing) {
  start();
  hear({moisture(0, 0.20), moisture(1, 0.20)});
  hear({moisture(0, 0.20), moisture(1, 1.9)});
  hear({nothing(0), moisture(1, 0.22)});
  EXPECT_NEAR(water().advice.moisture, 0.20, 1e-9);
  EXPECT_EQ(water().sensors, 2);
  Statement select(store_->database(),
                   "SELECT count(*), sum(fault = 1), sum(fault = 2) FROM readings");
  ASSERT_TRUE(select.next().value());
  EXPECT_EQ(select.whole(0), 6);
  EXPECT_EQ(select.whole(1), 1);
  EXPECT_EQ(select.whole(2), 1);
}

TEST_F(SensorsTest, ASensorThatIsBrokenIsTold) {
  settings_.sensors.faulty_after = 3;
  start();
  for (int i = 0; i < 2; ++i) hear({nothing(0), moisture(1, 0.2)});
  EXPECT_THAT(active(), IsEmpty());
  hear({nothing(0), moisture(1, 0.2)});
  EXPECT_THAT(active(), ElementsAre("sensor soil_moisture.0"));
  EXPECT_EQ(detail("sensor")["fault"], "missing");
  hear({moisture(0, 0.2), moisture(1, 0.2)});
  hear({nothing(0), moisture(1, 0.2)});
  hear({moisture(0, 0.2), moisture(1, 0.2)});
  EXPECT_THAT(active(), ElementsAre("sensor soil_moisture.0"));  // it comes and goes
  for (int i = 0; i < 2; ++i) hear({moisture(0, 0.2), moisture(1, 0.2)});
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(SensorsTest, MoistureHasBoundsWithAMargin) {
  settings_.irrigation.sensors.clear();
  settings_.moisture.low = 0.10;
  start();
  hear({moisture(3, 0.11)});
  EXPECT_THAT(active(), IsEmpty());
  hear({moisture(3, 0.095)});
  EXPECT_THAT(active(), ElementsAre("moisture soil_moisture.3"));
  hear({moisture(3, 0.105)});
  EXPECT_THAT(active(), ElementsAre("moisture soil_moisture.3"));
  hear({moisture(3, 0.115)});
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(SensorsTest, LateReadingsFillTheHistoryAndRaiseNothing) {
  settings_.moisture.low = 0.10;
  start();
  const std::int64_t before_ms = now_ms_ - 48 * 3'600'000;
  hear({moisture(0, 0.20), moisture(1, 0.20)});
  for (int i = 0; i < 10; ++i) {
    hear_at(before_ms + i * step_ms, {moisture(0, 0.05), moisture(1, 0.05)});
  }
  EXPECT_THAT(active(), IsEmpty());
  Statement select(store_->database(), "SELECT count(*) FROM readings");
  ASSERT_TRUE(select.next().value());
  EXPECT_EQ(select.whole(0), 22);
}

}  // namespace
}  // namespace sengi::station
