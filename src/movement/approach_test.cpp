// SPDX-License-Identifier: Apache-2.0
// What must hold of a probability to head into a zone, whatever its weights.
#include "sengi/geo/approach.h"

#include <gtest/gtest.h>

#include "movement/test_tracks.h"
#include "sengi/geo/zone_monitor.h"

namespace sengi::movement {
namespace {

using geo::Fix;
using geo::FixTaken;
using geo::ZoneMonitor;
using geo::ZoneReport;

struct Told {
  std::vector<ZoneReport> reports;
  const ZoneReport& last() const { return reports.back(); }
};

Told told(const std::vector<std::uint8_t>& zones, const std::vector<Fix>& fixes) {
  ZoneMonitor monitor(geo::Zones(zones), geo::farm, geo::default_approach_model, {});
  Told all;
  for (const Fix& fix : fixes) all.reports.push_back(monitor.push(fix));
  return all;
}

// Straight to the east towards a zone of 1 km whose edge the last fix is so far from.
std::vector<Fix> straight_walk(const Scene& scene, double edge_m, double m_per_h,
                               std::uint32_t interval_s, int fixes = 12) {
  std::vector<Fix> walk;
  for (int i = 0; i < fixes; ++i) {
    const double back = m_per_h * interval_s / 3600 * (fixes - 1 - i);
    walk.push_back({some_day_s + static_cast<std::uint32_t>(i) * interval_s,
                    scene.at(-1000 - edge_m - back, 0)});
  }
  return walk;
}

TEST(Approach, TurningMirroringAndMovingChangesNothing) {
  std::mt19937 random(1);
  std::vector<std::pair<double, double>> steps;
  double way = 0;
  double x = -6000;
  double y = 1000;
  for (int i = 0; i < 60; ++i) {
    way += (static_cast<double>(random() % 200) / 100 - 1) * 0.8;
    x += 400 * std::cos(way);
    y += 400 * std::sin(way);
    steps.emplace_back(x, y);
  }
  const auto in = [&](const Scene& scene) {
    std::vector<Fix> fixes;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      fixes.push_back({some_day_s + static_cast<std::uint32_t>(i) * 1800,
                       scene.at(steps[i].first, steps[i].second)});
    }
    return told(scene.round_zone(0, 0, 1000), fixes);
  };
  // All on a meridian, so that the sun stands alike; and near the equator, where a plane is plane.
  const Told plain = in({});
  bool any = false;
  for (const Scene& scene : {Scene{.turned = 1.0}, Scene{.turned = -2.5}, Scene{.mirrored = true},
                             Scene{.origin = {50'000'000, 300'000'000}},
                             Scene{.origin = {0, 300'000'000}, .turned = 3}}) {
    const Told other = in(scene);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      EXPECT_NEAR(other.reports[i].permille, plain.reports[i].permille, 12) << i;
      EXPECT_NEAR(other.reports[i].distance_m, plain.reports[i].distance_m, 15) << i;
      any = any || plain.reports[i].permille > 50;
    }
  }
  EXPECT_TRUE(any);
}

TEST(Approach, TheDateLineChangesNothing) {
  // A turn of the Earth away, minus what the sun is earlier there.
  const Scene here{.origin = {-20'000'000, 300'000'000}};
  const Scene there{.origin = {-20'000'000, -1'800'000'000 + 1000}};
  const std::uint32_t earlier_s = 210 * 240;  // degrees to the west
  for (const double edge_m : {200.0, 2000.0, 6000.0}) {
    const Told a = told(here.round_zone(0, 0, 1000), straight_walk(here, edge_m, 700, 3600));
    std::vector<Fix> walk = straight_walk(there, edge_m, 700, 3600);
    for (Fix& fix : walk) fix.time_s += earlier_s;
    const Told b = told(there.round_zone(0, 0, 1000), walk);
    for (std::size_t i = 0; i < walk.size(); ++i) {
      EXPECT_NEAR(a.reports[i].permille, b.reports[i].permille, 3);
      EXPECT_NEAR(a.reports[i].distance_m, b.reports[i].distance_m, 2);
    }
  }
}

TEST(Approach, NearerIsNeverLessLikely) {
  const Scene scene;
  const auto zone = scene.round_zone(0, 0, 1000);
  for (const std::uint32_t interval_s : {300U, 900U, 1800U, 3600U, 7200U, 14400U}) {
    for (const double speed : {100.0, 500.0, 1500.0}) {
      std::uint16_t before = 1000;
      for (double edge_m = 5; edge_m < 19'000; edge_m *= 1.3) {
        const ZoneReport r = told(zone, straight_walk(scene, edge_m, speed, interval_s)).last();
        EXPECT_LE(r.permille, before + 3) << edge_m << ' ' << speed << ' ' << interval_s;
        EXPECT_NEAR(r.distance_m, edge_m, 3 + 0.002 * edge_m);
        before = r.permille;
      }
    }
  }
}

TEST(Approach, TowardsIsLikelierThanPastAndPastThanAway) {
  const Scene scene;
  const auto heading = [&](double angle) {
    std::vector<Fix> walk;
    for (int i = 0; i < 12; ++i) {
      const double back = 300.0 * (11 - i);
      walk.push_back({some_day_s + static_cast<std::uint32_t>(i) * 1800,
                      scene.at(-3000 - back * std::cos(angle), -back * std::sin(angle))});
    }
    return told(scene.round_zone(0, 0, 1000), walk).last();
  };
  std::uint16_t before = 1000;
  for (const double angle : {0.0, 0.5, 1.0, 1.6, 2.2, 3.14}) {
    const ZoneReport r = heading(angle);
    EXPECT_LE(r.permille, before) << angle;
    before = r.permille;
  }
  EXPECT_GT(heading(0).permille, 200);
  EXPECT_LT(heading(3.14).permille, 80);
  // Straight on at 600 m/h the edge is 2 km away.
  EXPECT_NEAR(heading(0).entry_s, 12'000, 1500);
  EXPECT_EQ(heading(3.14).entry_s, geo::beyond_dm);
}

TEST(Approach, AnAnimalThatStandsStillDividesNothingByZero) {
  const Scene scene;
  for (const std::uint32_t interval_s : {1U, 300U, 14'400U}) {
    std::vector<Fix> fixes;
    for (std::uint32_t i = 0; i < 40; ++i) {
      fixes.push_back({some_day_s + i * interval_s, scene.at(-1500, 0)});
    }
    const Told all = told(scene.round_zone(0, 0, 1000), fixes);
    EXPECT_LE(all.last().permille, 1000);
    EXPECT_EQ(all.last().entry_s, geo::beyond_dm);
    EXPECT_NEAR(all.last().distance_m, 500, 3);
  }
}

TEST(FixHistory, TakesWhatClocksAndReceiversDo) {
  geo::FixHistory history;
  const Scene scene;
  const auto at = [&](std::uint32_t s, double x) { return Fix{some_day_s + s, scene.at(x, 0)}; };
  EXPECT_EQ(history.push(at(0, 0)), FixTaken::started);
  EXPECT_EQ(history.push(at(0, 0)), FixTaken::repeated);
  EXPECT_EQ(history.push(at(3600, 500)), FixTaken::added);
  EXPECT_EQ(history.push({some_day_s + 3700, {900'000'001, 0}}), FixTaken::invalid);
  EXPECT_EQ(history.push(at(7200, 90'000)), FixTaken::implausible);
  EXPECT_EQ(history.push(at(10'800, 1000)), FixTaken::added) << "back where it was";
  EXPECT_EQ(history.size(), 3U);
  EXPECT_EQ(history.push(at(14'400, 90'000)), FixTaken::implausible);
  EXPECT_EQ(history.push(at(18'000, 90'500)), FixTaken::started) << "carried there, it seems";
  EXPECT_EQ(history.push(at(1000, 90'500)), FixTaken::started) << "the clock went back";
  EXPECT_EQ(history.push(at(1000 + 25 * 3600, 90'500)), FixTaken::started) << "a day without";
  EXPECT_EQ(history.size(), 1U);
}

// Every five minutes or every four hours: twenty places reach hours back.
TEST(FixHistory, ReachesHoursBackAtAnyInterval) {
  for (const std::uint32_t interval_s : {60U, 300U, 900U, 3600U, 14'400U}) {
    geo::FixHistory history;
    for (std::uint32_t i = 0; i < 3000; ++i) {
      const auto north = static_cast<std::int32_t>(i) * 10;
      ASSERT_NE(history.push({some_day_s + i * interval_s, {north, 0}}), FixTaken::implausible);
      ASSERT_EQ(history.newest().time_s, some_day_s + i * interval_s);
    }
    const std::uint32_t oldest = history[history.size() - 1].time_s;
    EXPECT_GE(history.newest().time_s - oldest, 4U * 3600);
    const Fix* half_hour = history.aged(1800, 9 * 3600);
    ASSERT_NE(half_hour, nullptr);
    EXPECT_LE(history.newest().time_s - half_hour->time_s, 1800 + std::max(900U, interval_s));
  }
}

TEST(Habit, LearnsWhenAnAnimalWalks) {
  geo::Habit habit;
  const Scene scene{.origin = {0, 0}};  // at Greenwich the sun goes by UTC
  double x = 0;
  Fix before{some_day_s, scene.at(0, 0)};
  for (std::uint32_t hour = 1; hour < 24 * 40; ++hour) {
    // Two kilometres an hour from six to ten in the evening, else nothing.
    const std::uint32_t of_day = (hour - 1) % 24;
    if (of_day >= 18 && of_day < 22) x += hour % 2 == 0 ? 2000 : -2000;
    const Fix now{some_day_s + hour * 3600, scene.at(x, 0)};
    habit.learn(before, now, 3600);
    before = now;
  }
  const Fix evening{some_day_s + 18 * 3600, scene.at(0, 0)};
  const Fix morning{some_day_s + 6 * 3600, scene.at(0, 0)};
  EXPECT_NEAR(habit.usual_m(evening, 6 * 3600), 8000, 400);
  EXPECT_NEAR(habit.usual_m(morning, 6 * 3600), 0, 50);
  // A quarter of the way round the sun is six hours later.
  const Fix east{some_day_s + 12 * 3600, {0, 900'000'000}};
  EXPECT_EQ(geo::Habit::solar_s(east), 18U * 3600);
  EXPECT_EQ(habit.usual_m(east, 6 * 3600), habit.usual_m(evening, 6 * 3600));
  EXPECT_EQ(geo::Habit::solar_s({some_day_s, {0, -1'800'000'000}}), 43'200U);
}

TEST(Logistic, IsTheFunction) {
  for (int x = -3000; x <= 3000; ++x) {
    EXPECT_NEAR(geo::logistic_permille(x), 1000 / (1 + std::exp(-x / 256.0)), 2.5) << x;
    EXPECT_GE(geo::logistic_permille(x), geo::logistic_permille(x - 1));
  }
}

// Nothing that a receiver may say does harm: run under UndefinedBehaviorSanitizer.
TEST(ZoneMonitor, AnyFixesAtAll) {
  std::mt19937 random(77);
  const Scene scene{.origin = {899'000'000, 1'799'999'000}};
  const auto pole = scene.round_zone(0, 0, 1000);
  const auto plain = Scene{}.round_zone(0, 0, 1000);
  for (const auto& zones : {pole, plain}) {
    ZoneMonitor monitor(geo::Zones(zones), geo::every_kind, geo::default_approach_model, {});
    Fix fix{0, {0, 0}};
    for (int i = 0; i < 100'000; ++i) {
      switch (random() % 6) {
        case 0:
          fix.time_s = static_cast<std::uint32_t>(random());
          break;
        case 1:
          fix.position = {static_cast<std::int32_t>(random()), static_cast<std::int32_t>(random())};
          break;
        case 2:
          fix.position = (&zones == &pole ? scene : Scene{}).at(0, 0);
          break;
        default:
          fix.time_s += static_cast<std::uint32_t>(random() % 20'000);
          fix.position.latitude_e7 += static_cast<std::int32_t>(random() % 20'001) - 10'000;
          if (!geo::valid(fix.position)) fix.position = {0, 0};
      }
      const ZoneReport r = monitor.push(fix);
      ASSERT_LE(r.permille, 1000);
    }
  }
}

TEST(ZoneMonitor, IsSmall) { EXPECT_LE(sizeof(ZoneMonitor), 400U); }

TEST(ZoneMonitor, ZonesThatAreNotOfItsKindsAreNotThere) {
  const Scene scene;
  const auto zone = scene.round_zone(0, 0, 1000);
  ZoneMonitor monitor(geo::Zones(zone), geo::risk, geo::default_approach_model, {});
  EXPECT_EQ(monitor.push({some_day_s, scene.at(0, 0)}).state, geo::WarningState::away);
  ZoneMonitor farms(geo::Zones(zone), geo::farm, geo::default_approach_model, {});
  const ZoneReport r = farms.push({some_day_s, scene.at(0, 0)});
  EXPECT_EQ(r.event, geo::WarningEvent::entered);
  EXPECT_EQ(r.zone_id, 1);
  farms.use(geo::Zones());
  EXPECT_EQ(farms.push({some_day_s + 3600, scene.at(0, 0)}).distance_m, geo::beyond_dm);
}

}  // namespace
}  // namespace sengi::movement
