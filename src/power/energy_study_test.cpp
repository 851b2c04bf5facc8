// SPDX-License-Identifier: Apache-2.0
#include "power/energy_study.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "movement/test_tracks.h"
#include "movement/zone_drawing.h"

namespace sengi::power {
namespace {

constexpr std::uint32_t minute_s = 60, hour_s = 3600, day_s = 86'400;

Equipment some_equipment(const EquipmentOptions& options = {}) {
  return equipment_of("opencollar", options).value();
}

// Stays within some metres of a place, `kilometres` east of the zone, with a fix every ten minutes.
movement::Track staying(double kilometres, std::uint32_t days) {
  movement::Track track{"stays", {}};
  const movement::Scene around{};
  for (std::uint32_t t = 0; t <= days * day_s; t += 10 * minute_s) {
    const double wobble = 20 * std::sin(t / 5000.0);
    track.fixes.push_back(
        {movement::some_day_s + t, around.at(kilometres * 1000 + wobble, wobble)});
  }
  return track;
}

Ground ground_of(const movement::Track& track, const std::vector<std::uint8_t>& bytes) {
  return {&track, geo::Zones(bytes), geo::every_kind, geo::default_approach_model, {}};
}

TEST(Life, OfFixedIntervalsSpendsWhatTheSumSays) {
  const movement::Track track = staying(50, 10);
  const auto bytes = movement::Scene{}.round_zone(0, 0, 1000);
  const Equipment e = some_equipment();
  const Life life = fixed_life(ground_of(track, bytes), e, hour_s, 6, 0.05);
  EXPECT_NEAR(life.days, 10, 1e-9);
  EXPECT_EQ(life.fixes.size(), 241u);
  EXPECT_EQ(life.reports, 60u);
  // Orbits are loaded every third hour.
  const double gps_s = 81 * 31.0 + 160 * 6.0;
  // And are kept for two hours of three: the fix after those has to load them anyway.
  const double kept_h = 160;
  EXPECT_NEAR(life.uah_a_day(Consumer::gps) * 10, gps_s * 32'000 / 3600 + kept_h * 15, 1);
  const double time_h = 240;
  EXPECT_NEAR(life.uah_a_day(Consumer::sleep) * 10, time_h * 4.5, 1);
  EXPECT_NEAR(life.uah_a_day(Consumer::accelerometer) * 10, time_h * 1.0, 1);
  EXPECT_NEAR(life.uah_a_day(Consumer::microphone) * 10, time_h * 0.05 * 590, 1);
  const double awake_s = 240 * 3600 * (12.5 / 32 * 0.002 + 0.010 / 300 + 0.05 * 0.25);
  EXPECT_NEAR(life.uah_a_day(Consumer::processor) * 10 / (awake_s * 4000 / 3600), 1, 1e-3);
  EXPECT_NEAR(life.uah_a_day(Consumer::radio_send) * 10, 60.0 * e.send_ms / 3.6e6 * 28'590, 1);
}

TEST(Life, ScheduledTakesTheTracksOwnFixesAloneAndFewFarAway) {
  const auto bytes = movement::Scene{}.round_zone(0, 0, 1000);
  const Equipment e = some_equipment();
  const Policy policy = with_costs(Policy{}, e);
  std::size_t last = 0;
  for (const double kilometres : {1.4, 6.0, 19.0, 60.0}) {
    const movement::Track track = staying(kilometres, 10);
    std::set<std::uint32_t> times;
    for (const geo::Fix& fix : track.fixes) times.insert(fix.time_s);
    const Life life = scheduled_life(ground_of(track, bytes), e, policy);
    EXPECT_NEAR(life.days, 10, 0.5);
    for (const geo::Fix& fix : life.fixes) EXPECT_EQ(times.count(fix.time_s), 1u);
    for (std::size_t i = 1; i < life.fixes.size(); ++i) {
      EXPECT_GE(life.fixes[i].time_s - life.fixes[i - 1].time_s, life.steps[i - 1].fix_in_s);
    }
    if (last > 0) {
      EXPECT_LE(life.fixes.size(), last) << kilometres;
    }
    last = life.fixes.size();
  }
  EXPECT_LE(last, 10u * 8 / 3 + 8) << "one in nine hours where no zone is";
}

TEST(Life, ATightBudgetIsKeptByLookingLess) {
  const auto bytes = movement::Scene{}.round_zone(0, 0, 1000);
  const Equipment e = some_equipment();
  Policy policy = with_costs(Policy{}, e);
  const movement::Track track = staying(1.3, 30);
  const Life rich = scheduled_life(ground_of(track, bytes), e, policy);
  policy.daily_budget_uah = static_cast<std::uint32_t>(policy.least_nah() / 1000 + 300);
  ASSERT_TRUE(policy.sound());
  const Life poor = scheduled_life(ground_of(track, bytes), e, policy);
  EXPECT_LT(poor.fixes.size(), rich.fixes.size());
  EXPECT_LE(poor.uah_a_day(),
            policy.daily_budget_uah * (1 + policy.saved_permille / 1000.0 / poor.days) + 20);
  EXPECT_GT(rich.uah_a_day(), policy.daily_budget_uah);
}

TEST(Study, RefusesABudgetThatDoesNotPayForTheLeast) {
  EnergyOptions options;
  options.policy.daily_budget_uah = 100;
  const auto got = run_energy_study({}, some_equipment(), options);
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().message.find("100 uAh"), std::string::npos);
}

TEST(Study, NoWorseMeansInNoWay) {
  movement::Judgement a, b;
  a.warned = b.warned = 3;
  a.lead_min = b.lead_min = {10, 20, 30};
  a.false_alerts = b.false_alerts = 2;
  EXPECT_TRUE(no_worse(a, b));
  b.false_alerts = 1;
  EXPECT_FALSE(no_worse(a, b));
  b.false_alerts = 2;
  b.warned = 4;
  EXPECT_FALSE(no_worse(a, b));
  b.warned = 3;
  b.lead_min = {10, 21, 30};
  EXPECT_FALSE(no_worse(a, b));
}

class RealTracks : public testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path folder = std::filesystem::path(SENGI_SHARED_DATA) / "elephant_gps";
    for (const char* name : {"etosha_AG195_2010_jan_jun.csv", "gourma_mali_salif_keita_part1.csv",
                             "kruger_AM239.csv"}) {
      if (!std::filesystem::exists(folder / name)) GTEST_SKIP() << "needs " << folder / name;
      auto file = movement::read_tracks(folder / name);
      ASSERT_TRUE(file.ok()) << file.error().message;
      for (movement::Track& track : file.value().tracks) {
        zones::ZoneMap zones = movement::drawn_zones(track);
        animals_.push_back({std::move(track), std::move(zones)});
      }
    }
  }

  Result<EnergyStudy> study(const EquipmentOptions& options) {
    const Equipment equipment = some_equipment(options);
    EnergyOptions how;
    how.policy.listen_most_permille = 0;
    how.policy = with_costs(how.policy, equipment);
    return run_energy_study(animals_, equipment, how);
  }

  std::vector<movement::StudyAnimal> animals_;
};

TEST_F(RealTracks, ThreeElephantsAreWarnedOfAsByAFixAnHourWithFarFewerFixes) {
  const auto got = study({});
  ASSERT_TRUE(got.ok()) << got.error().message;
  const EnergyStudy& s = got.value();
  const EnergyMark& all = s.marks.back();
  ASSERT_TRUE(all.fixed.has_value());
  EXPECT_LE(s.rows[*all.fixed].interval_s, hour_s);
  EXPECT_GE(s.rows[*all.fixed].fixes, s.rows[all.scheduled].fixes * 5 / 2);
  ASSERT_FALSE(s.equipment.batteries.empty());
  EXPECT_GE(s.ratio(all, s.equipment.batteries.front()), 2);

  const auto json = nlohmann::json::parse(to_json(s));
  EXPECT_EQ(json["rows"].size(), s.rows.size());
  EXPECT_EQ(json["marks"].back()["no_worse_than_interval_s"], s.rows[*all.fixed].interval_s);
  const std::string page = energy_page(s, "0");
  EXPECT_NE(page.find("<svg"), std::string::npos);
}

TEST_F(RealTracks, TwiceTheDaysWhereAFixTakesHalfAMinute) {
  EquipmentOptions options;
  options.seconds_a_fix = 30;
  const auto got = study(options);
  ASSERT_TRUE(got.ok()) << got.error().message;
  const EnergyMark& all = got.value().marks.back();
  ASSERT_TRUE(all.fixed.has_value());
  EXPECT_GE(got.value().ratio(all, got.value().equipment.batteries.front()), 2);
}

}  // namespace
}  // namespace sengi::power
