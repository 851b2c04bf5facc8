// SPDX-License-Identifier: Apache-2.0
#include "sengi/geo/warning.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "movement/test_tracks.h"
#include "sengi/geo/zone_monitor.h"

namespace sengi::movement {
namespace {

using geo::Warning;
using geo::WarningEvent;
using geo::WarningSpec;
using geo::WarningState;

constexpr std::uint32_t hour = 3600;

std::map<WarningEvent, int> count(const std::vector<geo::ZoneReport>& reports) {
  std::map<WarningEvent, int> events;
  for (const geo::ZoneReport& r : reports) ++events[r.event];
  return events;
}

TEST(Warning, GoesThroughItsStates) {
  Warning w(WarningSpec{});
  std::uint32_t t = some_day_s;
  EXPECT_EQ(w.push(t, 5000, 10), WarningEvent::none);
  EXPECT_EQ(w.push(t += hour, 2500, 190), WarningEvent::none);
  EXPECT_EQ(w.push(t += hour, 1500, 600), WarningEvent::heading_in);
  EXPECT_EQ(w.state(), WarningState::heading_in);
  EXPECT_EQ(w.push(t += hour, 500, 900), WarningEvent::none);
  EXPECT_EQ(w.push(t += hour, 0, 1000), WarningEvent::entered);
  EXPECT_EQ(w.push(t += hour, 0, 1000), WarningEvent::none);
  EXPECT_EQ(w.push(t += hour, 1200, 300), WarningEvent::left);
  EXPECT_EQ(w.push(t += hour, 1200, 300), WarningEvent::none) << "not before it was unlikely";
  EXPECT_EQ(w.push(t += hour, 3000, 10), WarningEvent::none);
  EXPECT_EQ(w.push(t += hour, 900, 500), WarningEvent::heading_in);
  EXPECT_EQ(w.push(t += hour, 4000, 10), WarningEvent::none);
  EXPECT_EQ(w.push(t += 2 * hour, 4000, 10), WarningEvent::passed);
}

TEST(Warning, DoubtDoesNotEndIt) {
  Warning w(WarningSpec{});
  std::uint32_t t = some_day_s;
  EXPECT_EQ(w.push(t, 1500, 600), WarningEvent::heading_in);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(w.push(t += hour, 1500, 20), WarningEvent::none);
    EXPECT_EQ(w.push(t += hour / 2, 1500, 150), WarningEvent::none);
  }
}

TEST(Warning, IsWithdrawnAfterHalfADay) {
  Warning w(WarningSpec{});
  std::uint32_t t = some_day_s;
  EXPECT_EQ(w.push(t, 500, 900), WarningEvent::heading_in);
  for (int i = 1; i < 12; ++i) EXPECT_EQ(w.push(t += hour, 500, 900), WarningEvent::none);
  EXPECT_EQ(w.push(t += hour, 500, 900), WarningEvent::passed);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(w.push(t += hour, 500, 900), WarningEvent::none);
}

// In and out across a border, as far as half a kilometre, for three days.
TEST(Warning, ABorderWalkIsOneAlert) {
  const Scene scene;
  const auto zone = scene.round_zone(0, 0, 3000);
  for (const std::uint32_t interval_s : {300U, 1800U, hour, 4 * hour}) {
    for (const double swing_m : {60.0, 300.0}) {
      geo::ZoneMonitor monitor(geo::Zones(zone), geo::farm, geo::default_approach_model, {});
      std::vector<geo::ZoneReport> reports;
      std::mt19937 random(3);
      // It comes from afar, then follows the edge round.
      for (int i = 0; i < 30; ++i) {
        reports.push_back(monitor.push({some_day_s + static_cast<std::uint32_t>(i) * interval_s,
                                        scene.at(-3000 - 100.0 * (30 - i), 0)}));
      }
      for (std::uint32_t i = 30; i < 30 + 3 * 24 * hour / interval_s; ++i) {
        const double angle = 3.14159 + 0.00002 * interval_s * (i - 30);
        const double swing = static_cast<double>(random() % 2000) / 1000 - 1;
        const double r = 3000 + swing * swing_m;
        reports.push_back(monitor.push(
            {some_day_s + i * interval_s, scene.at(r * std::cos(angle), r * std::sin(angle))}));
      }
      auto events = count(reports);
      EXPECT_LE(events[WarningEvent::heading_in], 1) << interval_s << ' ' << swing_m;
      EXPECT_EQ(events[WarningEvent::entered], 1) << interval_s << ' ' << swing_m;
    }
  }
}

// Along it outside, 200 to 400 m away.
TEST(Warning, AWalkAlongTheOutsideIsAtMostOneAlertADay) {
  const Scene scene;
  const auto zone = scene.round_zone(0, 0, 3000);
  for (const std::uint32_t interval_s : {300U, 1800U, hour}) {
    geo::ZoneMonitor monitor(geo::Zones(zone), geo::farm, geo::default_approach_model, {});
    std::vector<geo::ZoneReport> reports;
    std::mt19937 random(4);
    const std::uint32_t fixes = 3 * 24 * hour / interval_s;
    for (std::uint32_t i = 0; i < fixes; ++i) {
      const double angle = 0.00003 * interval_s * i;
      const double r = 3300 + static_cast<double>(random() % 200) - 100;
      reports.push_back(monitor.push(
          {some_day_s + i * interval_s, scene.at(r * std::cos(angle), r * std::sin(angle))}));
    }
    auto events = count(reports);
    EXPECT_LE(events[WarningEvent::heading_in], 3) << interval_s;
    EXPECT_EQ(events[WarningEvent::entered], 0);
  }
}

// Whatever the probabilities are, in the long run there are no more false alerts than the budget
// allows; and with ones that are worth nothing it uses it.
TEST(Warning, KeepsToItsBudgetOfFalseAlerts) {
  for (const int kind : {0, 1, 2}) {
    for (const int budget : {4, 8, 20}) {
      WarningSpec spec;
      spec.false_alerts_in_10_weeks = static_cast<std::uint16_t>(budget);
      Warning w(spec);
      std::mt19937 random(9);
      int passed = 0;
      constexpr int weeks = 300;
      std::uint32_t t = some_day_s;
      for (std::uint32_t i = 0; i < weeks * 7 * 24; ++i) {
        std::uint16_t permille = 0;
        if (kind == 0) permille = static_cast<std::uint16_t>(random() % 1000);
        if (kind == 1) permille = i % 30 < 15 ? 10 : 700;
        if (kind == 2) permille = static_cast<std::uint16_t>(random() % 30 == 0 ? 900 : 5);
        if (w.push(t += hour, 2000, permille) == WarningEvent::passed) ++passed;
      }
      const int slack = (spec.highest_permille - spec.start_permille) / spec.step_permille + 1;
      // At the highest threshold nothing more can be done.
      if (w.raise_permille() < spec.highest_permille - spec.step_permille) {
        EXPECT_LE(passed, weeks * budget / 10 + slack) << kind << ' ' << budget;
      }
      EXPECT_GE(passed, kind == 0 ? weeks * budget / 20 : 0);
    }
  }
}

TEST(Warning, AClockThatGoesBackWaitsAnew) {
  Warning w(WarningSpec{});
  EXPECT_EQ(w.push(some_day_s, 1500, 600), WarningEvent::heading_in);
  EXPECT_EQ(w.push(some_day_s + hour, 1500, 5), WarningEvent::none);
  EXPECT_EQ(w.push(some_day_s - 100 * hour, 1500, 5), WarningEvent::none);
  EXPECT_EQ(w.push(some_day_s - 99 * hour, 1500, 5), WarningEvent::none);
  EXPECT_EQ(w.push(some_day_s - 98 * hour, 1500, 5), WarningEvent::passed);
  EXPECT_EQ(w.push(0, 0, 1000), WarningEvent::entered);
  EXPECT_EQ(w.push(0xFFFFFFFF, 5000, 0), WarningEvent::left);
}

}  // namespace
}  // namespace sengi::movement
