// SPDX-License-Identifier: Apache-2.0
#include "sengi/link/airtime.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <random>

#include "sengi/link/duty_cycle.h"

namespace sengi::link {
namespace {

// The formula as it is printed in the SX1276 datasheet, in double.
double formula_us(const Modulation& modulation, int bytes) {
  const int sf = modulation.spreading_factor;
  const double symbol = std::pow(2.0, sf) / modulation.bandwidth_khz * 1e3;
  const int de = symbol > 16'000.0 ? 1 : 0;
  const int ih = modulation.explicit_header ? 0 : 1;
  const int crc = modulation.crc ? 1 : 0;
  const double blocks =
      std::ceil((8.0 * bytes - 4.0 * sf + 28 + 16 * crc - 20 * ih) / (4.0 * (sf - 2 * de)));
  const double payload = 8 + std::max(blocks * (modulation.coding_rate + 4), 0.0);
  return (modulation.preamble_symbols + 4.25) * symbol + payload * symbol;
}

TEST(Airtime, IsTheFormulaForEveryModulationAndLength) {
  for (std::uint8_t sf = 6; sf <= 12; ++sf) {
    for (const std::uint16_t khz : std::initializer_list<std::uint16_t>{125, 250, 500}) {
      for (std::uint8_t rate = 1; rate <= 4; ++rate) {
        for (const bool header : {true, false}) {
          for (const bool crc : {true, false}) {
            for (std::uint8_t preamble = 6; preamble <= 12; preamble += 2) {
              const Modulation modulation{sf, khz, rate, preamble, header, crc};
              for (std::uint32_t bytes = 0; bytes <= 255; ++bytes) {
                ASSERT_EQ(airtime_us(modulation, bytes),
                          formula_us(modulation, static_cast<int>(bytes)))
                    << int{sf} << ' ' << khz << ' ' << bytes;
              }
            }
          }
        }
      }
    }
  }
}

TEST(Airtime, IsWhatPublishedCalculatorsSay) {
  // Semtech's and The Things Network's calculators: 125 kHz, 4/5, preamble 8, header, CRC.
  EXPECT_EQ(airtime_us({.spreading_factor = 7}, 13), 46'336U);
  EXPECT_EQ(airtime_us({.spreading_factor = 12}, 13), 1'155'072U);
  EXPECT_EQ(airtime_us({.spreading_factor = 12}, 64), 2'793'472U);
  EXPECT_EQ(airtime_us({.spreading_factor = 10}, 24), 370'688U);
  EXPECT_EQ(airtime_us({.spreading_factor = 7}, 64), 118'016U);
}

TEST(Airtime, KnowsTheRegions) {
  EXPECT_EQ(uplink_us(Region::eu868, 0, 51), 2'793'472U);
  EXPECT_EQ(uplink_us(Region::eu868, 5, 51), 118'016U);
  EXPECT_EQ(uplink_us(Region::us915, 0, 11), 370'688U);
  EXPECT_EQ(uplink_bytes_max(Region::eu868, 0), 51);
  EXPECT_EQ(uplink_bytes_max(Region::eu868, 0, 15), 36);
  EXPECT_EQ(uplink_bytes_max(Region::eu868, 7), 0);
  EXPECT_EQ(uplink_bytes_max(Region::us915, 0), 11);
  EXPECT_EQ(uplink_bytes_max(Region::us915, 5), 0);
  for (std::uint8_t rate = 0; rate <= 4; ++rate) {
    const std::uint8_t bytes = uplink_bytes_max(Region::us915, rate);
    // The regional table was drawn up for the dwell time.
    EXPECT_EQ(bytes, uplink_data_rate(Region::us915, rate).payload_max);
    EXPECT_LE(uplink_us(Region::us915, rate, bytes), us915_dwell_us);
  }
}

TEST(DutyCycle, NoHourIsEverAboveItsShare) {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    DutyCycle governor;
    std::deque<std::pair<std::uint64_t, std::uint32_t>> sent;  // when (s), how long
    std::uint64_t now_s = 0;
    std::uint64_t total = 0;
    for (int i = 0; i < 20'000; ++i) {
      now_s += random() % (round % 2 == 0 ? 20 : 400);
      if (round % 2 != 0 && random() % 500 == 0) now_s += random() % 20'000;
      const auto airtime = static_cast<std::uint32_t>(30'000 + random() % 2'800'000);
      const auto minute = static_cast<std::uint32_t>(now_s / 60);
      const std::uint32_t wait = governor.wait_min(minute, airtime);
      if (wait > 0) {
        ASSERT_LE(wait, 61U);
        // Not sooner than it says, and then.
        DutyCycle later = governor;
        ASSERT_GT(later.wait_min(minute + wait - 1, airtime), 0U);
        ASSERT_EQ(later.wait_min(minute + wait, airtime), 0U);
        continue;
      }
      governor.sent(minute, airtime);
      sent.emplace_back(now_s, airtime);
      total += airtime;
      while (sent.front().first + 3600 <= now_s) sent.pop_front();
      std::uint64_t hour = 0;
      for (const auto& [when, long_us] : sent) hour += long_us;
      ASSERT_LE(hour, DutyCycle::eu868_us);
    }
    // And it gives out most of what may be had.
    if (round % 2 == 0) {
      EXPECT_GT(static_cast<double>(total) / 1e6, 0.0085 * static_cast<double>(now_s));
    }
  }
}

TEST(DutyCycle, TakesClocksAndRestartsAsTheyAre) {
  DutyCycle fresh;
  EXPECT_EQ(fresh.wait_min(0, DutyCycle::eu868_us + 1), DutyCycle::never);
  EXPECT_EQ(fresh.wait_min(0, DutyCycle::eu868_us), 0U);
  fresh.sent(1'000'000, DutyCycle::eu868_us);
  EXPECT_EQ(fresh.wait_min(1'000'000, 1), 61U);
  EXPECT_EQ(fresh.wait_min(5, 1), 61U);  // a clock that went back stands still
  EXPECT_EQ(fresh.wait_min(4'000'000'000, 1), 0U);
  DutyCycle restarted(DutyCycle::eu868_us, 35'000'000);
  EXPECT_EQ(restarted.wait_min(0, 1'000'000), 0U);
  EXPECT_EQ(restarted.wait_min(0, 1'000'001), 61U);
}

}  // namespace
}  // namespace sengi::link
