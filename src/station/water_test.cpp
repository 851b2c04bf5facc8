// SPDX-License-Identifier: Apache-2.0
#include "station/water.h"

#include <gtest/gtest.h>

#include <vector>

namespace sengi::station {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

// Every two hours, the last now.
std::vector<Moisture> log_of(const std::vector<double>& values) {
  std::vector<Moisture> log;
  for (const double value : values) {
    log.push_back({static_cast<std::int64_t>(log.size()) * 2 * hour_ms, value});
  }
  return log;
}

// FAO 56, example 36: a loamy sand and a silt and silty clay with their capacities of table 19, and
// a crop whose roots are 0.8 m deep and which stands a depletion of 0.4.
TEST(Water, IsReckonedAsFao56DoesIt) {
  struct Case {
    double field_capacity, wilting_point, total_mm;
  };
  for (const Case& one : {Case{0.15, 0.06, 72}, Case{0.32, 0.15, 136}, Case{0.35, 0.23, 96}}) {
    Soil soil;
    soil.field_capacity = one.field_capacity;
    soil.wilting_point = one.wilting_point;
    soil.root_m = 0.8;
    soil.depletion = 0.4;
    soil.efficiency = 1;
    const auto full = advise(soil, log_of({one.field_capacity}));
    ASSERT_TRUE(full);
    EXPECT_NEAR(full->readily_mm, 0.4 * one.total_mm, 1e-9);
    EXPECT_NEAR(full->missing_mm, 0, 1e-9);
    const auto dry = advise(soil, log_of({one.wilting_point}));
    EXPECT_NEAR(dry->missing_mm, one.total_mm, 1e-9);
    EXPECT_EQ(dry->water, Water::due);
  }
}

TEST(Water, IsDueWhenWhatIsReadilyThereIsGone) {
  const Soil soil;  // 60 mm, 30 of them readily: at 0.175
  EXPECT_EQ(advise(soil, log_of({0.1751}))->water, Water::enough);
  const auto due = advise(soil, log_of({0.1749}));
  EXPECT_EQ(due->water, Water::due);
  EXPECT_EQ(due->days_left, 0);
  EXPECT_NEAR(due->give_mm, 30.04 / 0.9, 0.01);  // a tenth is lost on the way
  EXPECT_FALSE(advise(soil, {}));
}

TEST(Water, IsDueSoonAtThePaceOfTheLastDays) {
  std::vector<double> drying;
  for (int i = 0; i <= 48; ++i) drying.push_back(0.22 - 0.0005 * i);  // 0.006 a day, to 0.196
  const auto later = advise(Soil{}, log_of(drying));
  EXPECT_EQ(later->water, Water::enough);
  ASSERT_TRUE(later->days_left);
  EXPECT_NEAR(*later->days_left, (0.1965 - 0.175) / 0.006, 0.01);
  for (int i = 0; i < 24; ++i) drying.push_back(drying.back() - 0.0005);
  EXPECT_EQ(advise(Soil{}, log_of(drying))->water, Water::soon);
  // A sensor that goes wrong for one reading changes neither.
  drying.back() = 0.6;
  const auto spiked = advise(Soil{}, log_of(drying));
  EXPECT_EQ(spiked->water, Water::soon);
  EXPECT_NEAR(spiked->moisture, 0.185, 1e-9);  // of 0.185, 0.1845 and 0.6
  // Rain does, from its second reading on.
  drying.back() = 0.24;
  drying.push_back(0.24);
  EXPECT_NEAR(advise(Soil{}, log_of(drying))->moisture, 0.24, 1e-9);
}

TEST(Water, WhatDoesNotDryHasNoDay) {
  EXPECT_FALSE(advise(Soil{}, log_of({0.2, 0.2, 0.2, 0.2}))->days_left);
  EXPECT_FALSE(advise(Soil{}, log_of({0.2, 0.21, 0.22, 0.23}))->days_left);
  EXPECT_FALSE(advise(Soil{}, log_of({0.2, 0.19}))->days_left);  // two are no pace
  EXPECT_EQ(advise(Soil{}, log_of({0.4, 0.4}))->missing_mm, 0);  // waterlogged
}

}  // namespace
}  // namespace sengi::station
