// SPDX-License-Identifier: Apache-2.0
#include "movement/study.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "movement/test_tracks.h"
#include "movement/zone_drawing.h"
#include "zones/geometry.h"

namespace sengi::movement {
namespace {

using testing::HasSubstr;

// Garwood's table, as in Ulm 1990, "A simple method to calculate the confidence interval of a
// standardized mortality ratio", and Altman et al. 2000, "Statistics with Confidence".
TEST(Poisson, IntervalsAreThePublishedOnes) {
  const auto expect = [](std::size_t count, double low, double high) {
    const Interval i = poisson_interval(count);
    EXPECT_NEAR(i.low, low, 0.006) << count;
    EXPECT_NEAR(i.high, high, 0.006) << count;
  };
  expect(0, 0, 3.69);
  expect(1, 0.03, 5.57);
  expect(5, 1.62, 11.67);
  expect(10, 4.80, 18.39);
  expect(30, 20.24, 42.83);
  expect(100, 81.36, 121.63);
}

TEST(Quantile, LiesBetweenNeighbours) {
  EXPECT_EQ(quantile({}, 0.5), 0);
  EXPECT_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({4, 1, 2, 3}, 0.5), 2.5);
  EXPECT_EQ(quantile({10, 20}, 0.25), 12.5);
}

Track walk(const Scene& scene, const std::vector<double>& east_m, std::uint32_t interval_s) {
  Track track{"a", {}};
  for (std::size_t i = 0; i < east_m.size(); ++i) {
    track.fixes.push_back(
        {some_day_s + static_cast<std::uint32_t>(i) * interval_s, scene.at(east_m[i], 0)});
  }
  return track;
}

TEST(Entries, AreWhenTheLineCrossesTheEdge) {
  const Scene scene;
  const auto bytes = scene.round_zone(0, 0, 1000);
  // From 3 km away to the middle in an hour, out by half a kilometre, in again, and away.
  const Track track = walk(scene, {-5000, -3000, 0, -1500, 0, -4000, -9000, 9000}, 3600);
  const auto entries = entries_of(track, geo::Zones(bytes));
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_NEAR(entries[0].time_s, some_day_s + 3600 + 2400, 60);
  EXPECT_TRUE(entries[0].approach);
  EXPECT_NEAR(entries[1].time_s, some_day_s + 3 * 3600 + 1200, 60);
  EXPECT_FALSE(entries[1].approach) << "it never was a kilometre away";
  // Right through between two fixes.
  EXPECT_NEAR(entries[2].time_s, some_day_s + 6 * 3600 + 1600, 60);
  EXPECT_TRUE(entries[2].approach);
  EXPECT_NEAR(weeks_of(track), 7.0 / 24 / 7, 1e-9);
}

TEST(Entries, GapsSayNothing) {
  const Scene scene;
  const auto bytes = scene.round_zone(0, 0, 1000);
  Track track = walk(scene, {-5000, -3000, 0, 0}, 3600);
  for (std::size_t i = 2; i < 4; ++i) track.fixes[i].time_s += 10 * 3600;
  EXPECT_TRUE(entries_of(track, geo::Zones(bytes)).empty());
  EXPECT_NEAR(weeks_of(track), 2.0 / 24 / 7, 1e-9);
}

TEST(Judge, CountsLeadsAndWhatWasInVain) {
  Watch w;
  const auto alert = [](std::uint32_t from, std::uint32_t to) {
    return Alert{from, to, {}, 1, 500};
  };
  w.alerts = {alert(1000, 5000), alert(20'000, 30'000), alert(50'000, 60'000)};
  w.inside_s = {5000, 41'200};
  const std::vector<Entry> entries = {
      {4600, 1, true}, {5600, 1, false}, {40'000, 1, true}, {55'000, 1, false}};
  const Judgement j = judge(w, entries, 2);
  EXPECT_EQ(j.entries, 4U);
  EXPECT_EQ(j.approaches, 2U);
  EXPECT_EQ(j.warned, 1U);
  EXPECT_THAT(j.lead_min, testing::ElementsAre(60, 0));
  EXPECT_EQ(j.seen_inside, 2U);
  EXPECT_THAT(j.plain_min, testing::ElementsAre(-400.0 / 60, -20));
  EXPECT_EQ(j.false_alerts, 1U);
  EXPECT_TRUE(w.alerts[0].right);
  EXPECT_FALSE(w.alerts[1].right);
  EXPECT_TRUE(w.alerts[2].right);
}

// Answers drawn from a model's own probabilities give the model back.
TEST(Fit, FindsTheWeightsThatMadeTheAnswers) {
  const geo::ApproachModel truth = {-300, {200, 150, 60, 90, 40}};
  std::mt19937 random(11);
  std::normal_distribution<double> noise(0, 256);
  std::uniform_real_distribution<double> any(0, 1);
  std::vector<Example> examples(60'000);
  for (Example& e : examples) {
    double logit = truth.bias;
    for (std::size_t i = 0; i < geo::ApproachFeatures::count; ++i) {
      e.features.value[i] = static_cast<std::int32_t>(noise(random));
      logit += truth.weight[i] * e.features.value[i] / 256.0;
    }
    e.entered = any(random) < 1 / (1 + std::exp(-logit / 256));
  }
  const auto model = fit_approach(examples);
  ASSERT_TRUE(model.ok());
  EXPECT_NEAR(model.value().bias, truth.bias, 12);
  for (std::size_t i = 0; i < geo::ApproachFeatures::count; ++i) {
    EXPECT_NEAR(model.value().weight[i], truth.weight[i], 12) << i;
  }
  const Brier b = brier(examples, model.value());
  EXPECT_LT(b.model, b.constant);

  // Where the data would have it that nearer is less likely, the weight stays at nothing.
  for (Example& e : examples) e.features.value[geo::ApproachFeatures::near] *= -1;
  EXPECT_EQ(fit_approach(examples).value().weight[geo::ApproachFeatures::near], 0);
  for (Example& e : examples) e.entered = false;
  EXPECT_FALSE(fit_approach(examples).ok());
}

// Between four places for two months; the third is visited now and then.
Track wanderer(std::uint32_t seed, std::uint32_t interval_s) {
  const Scene scene;
  std::mt19937 random(seed);
  Track track{fmt::format("w{}", seed), {}};
  double x = 0;
  double y = 0;
  const double places[4][2] = {{0, 0}, {9000, 2000}, {4000, 9000}, {-8000, 5000}};
  int towards = 0;
  for (std::uint32_t i = 0; i < 60 * 86'400 / interval_s; ++i) {
    if (random() % (6 * 3600 / interval_s) == 0) towards = static_cast<int>(random() % 4);
    const double dx = places[towards][0] - x;
    const double dy = places[towards][1] - y;
    const double step = std::min(std::hypot(dx, dy), 900.0 * interval_s / 3600);
    const double way = std::atan2(dy, dx) + (static_cast<double>(random() % 1000) / 1000 - 0.5);
    x += step * std::cos(way);
    y += step * std::sin(way);
    track.fixes.push_back({some_day_s + i * interval_s, scene.at(x, y)});
  }
  return track;
}

TEST(DrawnZones, AreSoundApartAndAlwaysTheSame) {
  const Track track = wanderer(1, 1800);
  const zones::ZoneMap map = drawn_zones(track);
  EXPECT_EQ(map, drawn_zones(track));
  ASSERT_GE(map.zones.size(), 2U);
  for (const zones::ZoneArea& zone : map.zones) {
    const auto fault = zones::fault_in(zone.polygons);
    ASSERT_TRUE(fault.ok());
    EXPECT_FALSE(fault.value().has_value());
    EXPECT_GT(zones::area_km2(zone), 1.0);
    EXPECT_LT(zones::area_km2(zone), 14.0);
  }
  // The order of its days has no say in where they are, but for visits.
  EXPECT_TRUE(drawn_zones({"none", {}}).zones.empty());
}

TEST(Study, JudgesEachAnimalByTheOthersAndWritesItDown) {
  std::vector<StudyAnimal> animals;
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    Track track = wanderer(seed, 1800);
    zones::ZoneMap map = drawn_zones(track);
    animals.push_back({std::move(track), std::move(map)});
  }
  StudyOptions options;
  options.rotate = true;
  options.intervals_s = {300, 1800, 7200};
  const auto study = run_study(animals, options);
  ASSERT_TRUE(study.ok()) << study.error().message;
  EXPECT_EQ(study.value().rows.size(), 6U);
  EXPECT_EQ(study.value().too_fine_s, (std::vector<std::uint32_t>{300}));
  EXPECT_EQ(study.value().folds.size(), 3U);
  for (const StudyRow& row : study.value().rows) {
    EXPECT_GT(row.judgement.approaches, 3U) << row.animal;
    EXPECT_LT(row.brier.model, row.brier.constant) << row.animal;
  }
  // What an animal did has no part in what it is judged by.
  std::vector<StudyAnimal> changed = animals;
  changed[0].track = wanderer(9, 1800);
  changed[0].track.animal = animals[0].track.animal;
  const auto other = run_study(changed, options);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(study.value().folds[0].model.weight, other.value().folds[0].model.weight);
  EXPECT_NE(study.value().folds[1].model.weight, other.value().folds[1].model.weight);

  EXPECT_THAT(to_text(study.value()), HasSubstr("no track has fixes every 5 min"));
  const auto json = nlohmann::json::parse(to_json(study.value()));
  EXPECT_EQ(json["rows"].size(), 6U);
  EXPECT_EQ(json["totals"][0]["animals"], 3);
  const std::string page = study_page(study.value(), animals, "1");
  EXPECT_THAT(page, HasSubstr("<svg viewBox=\"0 0 900"));
  EXPECT_EQ(page.find("http://"), std::string::npos) << "it needs nothing else";
}

TEST(Study, SaysWhatIsMissing) {
  const auto message = [](const std::vector<StudyAnimal>& animals, bool rotate) {
    StudyOptions options;
    options.rotate = rotate;
    const auto study = run_study(animals, options);
    return study.ok() ? "" : study.error().message;
  };
  EXPECT_THAT(message({}, false), HasSubstr("no track"));
  const Track track = wanderer(1, 3600);
  EXPECT_THAT(message({{track, {}}}, false), HasSubstr("w1: no zones"));
  EXPECT_THAT(message({{track, drawn_zones(track)}}, true), HasSubstr("two at least"));
}

// The mark: of entries that follow an approach half are warned of an hour before, at no more than a
// false alert a week, on animals that had no part in the model. At fixes every hour it is reached.
TEST(Study, ElephantsAreWarnedOfAnHourBefore) {
  const std::filesystem::path folder = std::filesystem::path(SENGI_SHARED_DATA) / "elephant_gps";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is missing";
  std::vector<StudyAnimal> animals;
  for (const char* name :
       {"etosha_AG195_2010_jan_jun.csv", "gourma_mali_salif_keita_part1.csv", "kruger_AM239.csv"}) {
    auto file = read_tracks(folder / name);
    ASSERT_TRUE(file.ok());
    for (Track& track : file.value().tracks) {
      zones::ZoneMap map = drawn_zones(track);
      animals.push_back({std::move(track), std::move(map)});
    }
  }
  StudyOptions options;
  options.rotate = true;
  options.intervals_s = {3600};
  const auto study = run_study(animals, options);
  ASSERT_TRUE(study.ok()) << study.error().message;
  const std::vector<StudyTotal> all = totals(study.value());
  ASSERT_EQ(all.size(), 1U);
  const Judgement& j = all[0].judgement;
  EXPECT_GE(j.approaches, 70U);
  EXPECT_GE(quantile(j.lead_min, 0.5), 60);
  EXPECT_LE(static_cast<double>(j.false_alerts), j.weeks);
  EXPECT_LT(quantile(j.plain_min, 0.5), 0);
}

}  // namespace
}  // namespace sengi::movement
