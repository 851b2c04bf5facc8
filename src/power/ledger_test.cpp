// SPDX-License-Identifier: Apache-2.0
#include "sengi/power/ledger.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "power/equipment.h"

namespace sengi::power {
namespace {

constexpr Currents some_currents = {
    {150, 400'000, 3'200'000, 2'859'000, 570'000, 59'000, 100, 1'200'000}};

TEST(Ledger, AddsUpAsDoubleDoesOverRandomSpending) {
  std::mt19937 random(5);
  Ledger ledger(some_currents);
  long double parts[consumers] = {};
  for (int i = 0; i < 20'000; ++i) {
    const auto c = random() % consumers;
    const auto ms = static_cast<std::uint32_t>(random() >> (random() % 32));
    ledger.spend(static_cast<Consumer>(c), ms);
    parts[c] += static_cast<long double>(ms) * some_currents.microamps_x100[c];
  }
  long double sum = 0;
  for (std::size_t c = 0; c < consumers; ++c) {
    // Exact: the nanoampere hours, rounded down.
    EXPECT_EQ(ledger.charge_nah(static_cast<Consumer>(c)),
              static_cast<std::uint64_t>(std::floor(parts[c] / 360'000)));
    sum += parts[c];
  }
  EXPECT_EQ(ledger.charge_nah(), static_cast<std::uint64_t>(std::floor(sum / 360'000)));
}

TEST(Ledger, LosesNothingInManySmallSteps) {
  Ledger many(some_currents), once(some_currents);
  for (int i = 0; i < 1'000'000; ++i) many.spend(Consumer::sleep, 1);
  once.spend(Consumer::sleep, 1'000'000);
  EXPECT_EQ(many.charge_nah(), once.charge_nah());
  EXPECT_EQ(many.charge_nah(), 416u);  // 1.5 uA for 1000 s
}

TEST(Ledger, TenYearsOfTheLargestCurrentFit) {
  Currents largest;
  for (std::uint32_t& one : largest.microamps_x100) one = 0xFFFFFFFF;  // 43 A
  Ledger ledger(largest);
  constexpr std::uint32_t year_s = 31'557'600;
  for (int year = 0; year < 10; ++year) ledger.spend_baseline(year_s);
  const long double nah = static_cast<long double>(0xFFFFFFFF) * 10 * year_s * 1000 / 360'000;
  EXPECT_EQ(ledger.milliseconds(Consumer::sleep), std::uint64_t{10} * year_s * 1000);
  EXPECT_NEAR(static_cast<double>(ledger.charge_nah(Consumer::sleep) / nah), 1, 1e-12);
  EXPECT_NEAR(static_cast<double>(ledger.charge_nah() / nah), 2, 1e-12);
}

TEST(Ledger, CurrentsMayChangeWithoutChangingThePast) {
  Ledger ledger(some_currents);
  ledger.spend(Consumer::accelerometer, 3'600'000);
  EXPECT_EQ(ledger.charge_nah(), 1000u);
  Currents faster = some_currents;
  faster.microamps_x100[static_cast<std::size_t>(Consumer::accelerometer)] = 500;
  ledger.use(faster);
  EXPECT_EQ(ledger.charge_nah(), 1000u);
  ledger.spend(Consumer::accelerometer, 3'600'000);
  EXPECT_EQ(ledger.charge_nah(), 6000u);
}

TEST(Ledger, ADayBeginsWhenItIsTold) {
  Ledger ledger(some_currents);
  ledger.spend(Consumer::gps, 9'000);  // 32 mA for 9 s: 80 uAh
  EXPECT_EQ(ledger.charge_today_nah(), 80'000u);
  ledger.start_day();
  EXPECT_EQ(ledger.charge_today_nah(), 0u);
  EXPECT_EQ(ledger.charge_nah(), 80'000u);
  ledger.spend(Consumer::gps, 4'500);
  EXPECT_EQ(ledger.charge_today_nah(), 40'000u);
}

// The arithmetic of Smart Parks' accelerometer calculator (src/calcs/power.ts), in double and with
// its default settings written out once more: asleep 1.5 uA, awake 4 mA for 2 ms each 32 samples
// and 10 ms each 300 s; an LS14250 of 1200 mAh of which 85 % can be used.
struct Published {
  double rate_hz;
  double lis_ua;
};
class CalculatorAnchors : public testing::TestWithParam<Published> {};

TEST_P(CalculatorAnchors, AreReproducedFromTheBoardsFile) {
  const auto [rate_hz, lis_ua] = GetParam();
  const double fill_s = 32 / rate_hz;
  const double expected_ua = lis_ua + 1.5 + 4000 * (0.002 / fill_s) + 4000 * (0.010 / 300);
  const double expected_days = 1200 * 0.85 / (expected_ua / 1000) / 24;

  EquipmentOptions options;
  options.accelerometer_hz = rate_hz;
  options.standby = false;  // the calculator has no receiver and no radio
  const auto equipment = equipment_of("opencollar", options);
  ASSERT_TRUE(equipment.ok()) << equipment.error().message;
  const Equipment& e = equipment.value();
  Ledger ledger(e.currents);
  constexpr std::uint32_t time_s = 96'000;  // whole FIFOs and reports at each rate
  ledger.spend_baseline(time_s);
  const auto fills = static_cast<int>(std::lround(time_s / fill_s));
  for (int i = 0; i < fills; ++i) ledger.spend(Consumer::processor, e.fifo_service_ms);
  for (std::uint32_t t = 0; t < time_s; t += e.summary_s) {
    ledger.spend(Consumer::processor, e.summary_ms);
  }
  const double ua = static_cast<double>(ledger.charge_nah()) / 1000 / (time_s / 3600.0);
  EXPECT_NEAR(ua / expected_ua, 1, 0.001);
  EXPECT_NEAR(e.accelerometer_service_ms(time_s), fills * 2 + time_s / 300.0 * 10, 1);

  ASSERT_FALSE(e.batteries.empty());
  Battery cell = e.batteries.front();
  EXPECT_EQ(cell.name, "Saft LS14250");
  cell.self_discharge_a_year = 0;  // the calculator's has none
  EXPECT_NEAR(cell.days(ua * 24) / expected_days, 1, 0.001);
}

INSTANTIATE_TEST_SUITE_P(Rates, CalculatorAnchors,
                         testing::Values(Published{1.6, 0.38}, Published{12.5, 1.0},
                                         Published{25, 1.5}, Published{50, 3.0},
                                         Published{100, 5.0}));

// Numbers that the calculator's own tests have: 67,500 FIFOs a day at 25 Hz, 2.25 uA at 37.5 Hz,
// and 4250 days of that cell at 10 uA.
TEST(Calculator, PublishedResults) {
  EquipmentOptions options;
  options.accelerometer_hz = 25;
  const auto at_25 = equipment_of("opencollar", options);
  ASSERT_TRUE(at_25.ok()) << at_25.error().message;
  EXPECT_NEAR((at_25.value().accelerometer_service_ms(86'400) - 288 * 10) / 2, 67'500, 1e-6);
  options.accelerometer_hz = 37.5;
  const auto between = equipment_of("opencollar", options);
  ASSERT_TRUE(between.ok());
  EXPECT_EQ(between.value().currents[Consumer::accelerometer], 225u);
  const Battery cell{"", 1200, 0.85, 0};
  EXPECT_NEAR(cell.days(240), 4250, 1e-6);
}

TEST(Battery, LosesByItself) {
  const Battery cell{"", 1000, 1, 0.365'25};  // a tenth of a percent a day
  EXPECT_NEAR(cell.days(1000), 500, 1e-9);
  EXPECT_EQ(Battery{}.days(0), 0);
}

TEST(Equipment, RefusesWhatTheBoardHasNoFiguresFor) {
  const auto none = equipment_of("microbit");
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("[consumers]"), std::string::npos);
  EquipmentOptions fast;
  fast.accelerometer_hz = 400;
  EXPECT_FALSE(equipment_of("opencollar", fast).ok());
  EquipmentOptions slow;
  slow.report_bytes = 60;
  slow.data_rate = 0;
  EXPECT_FALSE(equipment_of("opencollar", slow).ok());
}

TEST(Equipment, CurrentsBecomeAHeader) {
  const auto equipment = equipment_of("opencollar");
  ASSERT_TRUE(equipment.ok());
  const std::string text = currents_as_cpp(equipment.value());
  EXPECT_NE(text.find("sengi::power::Currents opencollar_currents"), std::string::npos);
  EXPECT_NE(text.find("3200000,  // gps"), std::string::npos);
}

}  // namespace
}  // namespace sengi::power
