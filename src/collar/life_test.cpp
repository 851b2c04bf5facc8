// SPDX-License-Identifier: Apache-2.0
#include "collar/life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "collar/test_scenario.h"
#include "movement/watch.h"

namespace sengi::collar {
namespace {

std::optional<std::uint8_t> classify(std::span<const std::int16_t> rows) {
  return spread_of(rows, 3, 3).value[0] > 500 ? std::uint8_t{1} : std::uint8_t{0};
}

struct Lived {
  Life life;
  std::vector<std::uint8_t> zones;
};

Lived lived(const Scenario& scenario) {
  Lived lived{{}, zones::to_compact(test_zones()).value()};
  HostDevice device(test_image(lived.zones), classify);
  auto life = live(device, scenario);
  EXPECT_TRUE(life.ok()) << life.error().message;
  if (life.ok()) lived.life = std::move(life).value();
  return lived;
}

std::set<std::uint32_t> times_told(const Life& life) {
  std::set<std::uint32_t> times;
  for (const link::Positions& positions : heard<link::Positions>(life)) {
    for (const link::Fix& fix : positions.fixes) times.insert(fix.time_s);
  }
  return times;
}

TEST(Life, EveryFixArrivesOverALossyNetwork) {
  Scenario scenario = test_scenario(20);
  scenario.network.uplink_loss_permille = 300;
  scenario.network.answer_loss_permille = 300;
  const Life life = lived(scenario).life;
  const std::set<std::uint32_t> told = times_told(life);
  ASSERT_GT(life.fixes.size(), 100U);
  std::size_t missing = 0;
  for (const Looked& fix : life.fixes) {
    // The last hours are still on their way.
    if (fix.time_s + 12 * 3600 < life.to_s && told.count(fix.time_s) == 0) ++missing;
  }
  EXPECT_EQ(missing, 0U);
  EXPECT_EQ(life.report.charge_uah[0] > 0, true);
}

TEST(Life, PositionsAreWhereTheAnimalWas) {
  const Life life = lived(test_scenario(10)).life;
  std::size_t compared = 0;
  for (const link::Positions& positions : heard<link::Positions>(life)) {
    for (const link::Fix& fix : positions.fixes) {
      const auto truth = std::find_if(life.fixes.begin(), life.fixes.end(),
                                      [&](const Looked& one) { return one.time_s == fix.time_s; });
      ASSERT_NE(truth, life.fixes.end());
      EXPECT_LE(geo::distance_m(truth->position, {fix.latitude_e7, fix.longitude_e7}), 2U);
      ++compared;
    }
  }
  EXPECT_GT(compared, 50U);
}

// The monitors over the fixes that it took, apart from the collar, raise the same alerts.
TEST(Life, ZoneEventsAreThoseOfTheMonitors) {
  Scenario scenario = test_scenario(30);
  scenario.network.uplink_loss_permille = 0;
  scenario.network.answer_loss_permille = 0;
  const Lived one = lived(scenario);
  const geo::Zones zones(one.zones);
  const link::Settings settings;
  const geo::WarningSpec spec = warning_spec(geo::WarningSpec{}, settings);
  geo::ZoneMonitor conflict(zones, geo::farm | geo::settlement, geo::default_approach_model, spec);
  geo::ZoneMonitor risk(zones, geo::risk, geo::default_approach_model, spec);
  std::multiset<std::pair<std::uint32_t, int>> expected;
  for (const Looked& fix : one.life.fixes) {
    for (geo::ZoneMonitor* monitor : {&conflict, &risk}) {
      const geo::ZoneReport report = monitor->push({fix.time_s, fix.position});
      if (report.event == geo::WarningEvent::entered) expected.insert({fix.time_s, 1});
      if (report.event == geo::WarningEvent::left) expected.insert({fix.time_s, 2});
    }
  }
  std::multiset<std::pair<std::uint32_t, int>> got;
  std::size_t warnings = 0;
  for (const link::Event& event : heard<link::Event>(one.life)) {
    if (event.kind == link::EventKind::zone_entry) got.insert({event.lead.time_s, 1});
    if (event.kind == link::EventKind::zone_exit) got.insert({event.lead.time_s, 2});
    if (event.kind == link::EventKind::zone_warning) ++warnings;
  }
  EXPECT_GT(expected.size(), 2U);
  EXPECT_EQ(got, expected);
  EXPECT_GT(warnings, 0U);
}

TEST(Life, DaysHaveBudgetsThatAddUp) {
  Scenario scenario = test_scenario(8);
  scenario.network.uplink_loss_permille = 0;
  scenario.network.answer_loss_permille = 0;
  const Life life = lived(scenario).life;
  const auto budgets = heard<link::Budget>(life);
  ASSERT_EQ(budgets.size(), 8U);  // by the sun, the first of eight minutes
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    const link::Budget& budget = budgets[i];
    ASSERT_EQ(budget.count, 5);
    const int sum = budget.minutes[0] + budget.minutes[1];
    if (i == 0) continue;  // from when it was put on
    EXPECT_NEAR(sum, 1440, 1);
    EXPECT_NEAR(budget.minutes[0], 480, 12);
  }
}

TEST(Life, TheShareOfAirtimeIsKept) {
  Scenario scenario = test_scenario(20);
  scenario.network.uplink_loss_permille = 500;
  const Life life = lived(scenario).life;
  for (std::size_t i = 0; i < life.sent.size(); ++i) {
    std::uint64_t airtime_us = 0;
    for (std::size_t k = i;
         k < life.sent.size() && life.sent[k].time_s < life.sent[i].time_s + 3600; ++k) {
      airtime_us += link::uplink_us(link::Region::eu868, 0,
                                    static_cast<std::uint32_t>(life.sent[k].bytes.size()));
    }
    ASSERT_LE(airtime_us, 36'000'000U);
  }
}

TEST(Life, FloorModeFitsElevenBytes) {
  Scenario scenario = test_scenario(5);
  scenario.begin.region = link::Region::us915;
  scenario.begin.message_bytes = link::floor_bytes;
  const Life life = lived(scenario).life;
  ASSERT_GT(life.sent.size(), 20U);
  for (const Sent& sent : life.sent) EXPECT_LE(sent.bytes.size(), 11U);
}

TEST(Life, DefaultKeysAreRefused) {
  Scenario scenario = test_scenario(2);
  for (std::uint8_t& byte : scenario.begin.key) byte = 0;
  const auto zones = zones::to_compact(test_zones()).value();
  HostDevice device(test_image(zones));
  const auto life = live(device, scenario);
  ASSERT_FALSE(life.ok());
  EXPECT_NE(life.error().message.find("app_key"), std::string::npos);
}

TEST(Life, TheSameSeedIsTheSameLife) {
  const Life one = lived(test_scenario(6)).life;
  const Life other = lived(test_scenario(6)).life;
  EXPECT_EQ(one.sent, other.sent);
  Scenario third = test_scenario(6);
  third.seed = 99;
  EXPECT_NE(lived(third).life.sent, one.sent);
}

TEST(MadeTrack, IsAPlausibleElephant) {
  const movement::Track track = make_track({.seed = 4, .days = 60});
  double metres = 0;
  for (std::size_t i = 60; i < track.fixes.size(); i += 60) {
    metres += geo::distance_m(track.fixes[i - 60].position, track.fixes[i].position);
  }
  const double km_a_day = metres / 1000 / 60;
  EXPECT_GT(km_a_day, 4);  // 5 to 15 for African elephants, by the hour
  EXPECT_LT(km_a_day, 20);
  const auto parsed = movement::parse_track_table(to_csv(track), "made.csv");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed.value().tracks.size(), 1U);
  EXPECT_EQ(parsed.value().tracks[0].fixes.size(), track.fixes.size());
  EXPECT_EQ(parsed.value().tracks[0].fixes.back().position, track.fixes.back().position);
}

}  // namespace
}  // namespace sengi::collar
