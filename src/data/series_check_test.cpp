// SPDX-License-Identifier: Apache-2.0
#include "data/series_check.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/files.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A sensor at rest and shaken, gravity as given.
Series recording(std::array<double, 3> gravity, std::uint32_t seed, double rate_hz = 50,
                 std::size_t rows = 200) {
  Series series;
  series.columns = {"acc_x", "acc_y", "acc_z"};
  series.rows = rows;
  series.rate_hz = rate_hz;
  const double length = std::hypot(gravity[0], gravity[1], gravity[2]);
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, length / 20);
  for (std::size_t i = 0; i < rows; ++i) {
    series.time_s.push_back(static_cast<double>(i) / rate_hz);
    for (const double g : gravity) series.values.push_back(static_cast<float>(g + noise(random)));
  }
  return series;
}

std::vector<SeriesMeasures> three_good() {
  std::vector<SeriesMeasures> files;
  for (std::uint32_t i = 0; i < 3; ++i) {
    files.push_back(
        measure_series("good" + std::to_string(i) + ".csv", "walk", recording({0.3, 0, 9.8}, i)));
  }
  return files;
}

// What is found in one more file beside three good ones.
std::vector<Finding> with(const SeriesMeasures& file) {
  auto files = three_good();
  files.push_back(file);
  return find_in_series(files).sorted();
}

std::vector<std::string> kinds(const std::vector<Finding>& findings) {
  std::vector<std::string> kinds;
  for (const Finding& finding : findings) kinds.push_back(finding.kind);
  return kinds;
}

TEST(SeriesCheck, GoodRecordingsHaveNothing) {
  EXPECT_THAT(find_in_series(three_good()).sorted(), IsEmpty());
  EXPECT_THAT(find_in_series({}).sorted(), IsEmpty());
}

TEST(SeriesCheck, UnreadableFilesKeepTheirFault) {
  const auto folder = TemporaryFolder::make().value();
  const auto path = folder.path() / "a.csv";
  ASSERT_TRUE(write_text(path, "t,acc_x\n0,1\n1,nan\n").ok());
  const auto found = with(measure_series_file(path, "walk", read_series(path)));
  ASSERT_THAT(kinds(found), ElementsAre("unreadable"));
  EXPECT_EQ(found[0].severity, Severity::fault);
  EXPECT_THAT(found[0].what, HasSubstr("a.csv:3: 'nan' in column 'acc_x'"));
}

TEST(SeriesCheck, RatesThatDiffer) {
  const auto found = with(measure_series("x.csv", "walk", recording({0.3, 0, 9.8}, 9, 100)));
  ASSERT_THAT(kinds(found), ElementsAre("rate"));
  EXPECT_EQ(found[0].what, "100 rows a second where most files have 50");
  EXPECT_EQ(found[0].where, "x.csv");
}

TEST(SeriesCheck, GravityInAnotherUnit) {
  const auto found = with(measure_series("g.csv", "walk", recording({0.03, 0, 1}, 9)));
  ASSERT_THAT(kinds(found), ElementsAre("unit"));
  EXPECT_THAT(found[0].what, HasSubstr("as in g, where most files are in m/s2"));
  EXPECT_THAT(kinds(with(measure_series("mg.csv", "walk", recording({30, 0, 990}, 9)))),
              ElementsAre("unit"));
}

TEST(SeriesCheck, GravityOnAnotherAxis) {
  auto found = with(measure_series("y.csv", "walk", recording({0.3, -9.8, 0}, 9)));
  ASSERT_THAT(kinds(found), ElementsAre("orientation"));
  EXPECT_EQ(found[0].severity, Severity::note);
  EXPECT_THAT(found[0].what, HasSubstr("on -y where most of 'walk' have it on +z"));
  // Another label may lie another way.
  found = with(measure_series("y.csv", "rest", recording({0.3, -9.8, 0}, 9)));
  EXPECT_THAT(found, IsEmpty());
}

TEST(SeriesCheck, ColumnsMissingOrInAnotherOrder) {
  Series series = recording({0.3, 0, 9.8}, 9);
  series.columns = {"acc_x", "acc_z", "acc_y"};
  auto found = with(measure_series("o.csv", "other", series));
  ASSERT_THAT(kinds(found), ElementsAre("column-order"));
  EXPECT_THAT(found[0].what, HasSubstr("acc_x, acc_z, acc_y where most"));
  series.columns = {"acc_x", "acc_y", "q"};
  found = with(measure_series("o.csv", "other", series));
  ASSERT_THAT(kinds(found), ElementsAre("columns"));
  EXPECT_EQ(found[0].what, "no column acc_z that most files have");
}

TEST(SeriesCheck, ConstantAxes) {
  Series series = recording({0.3, 0, 9.8}, 9);
  for (std::size_t i = 0; i < series.rows; ++i) series.values[3 * i + 1] = 0.25F;
  const auto found = with(measure_series("c.csv", "walk", series));
  ASSERT_THAT(kinds(found), ElementsAre("constant"));
  EXPECT_EQ(found[0].what, "'acc_y' is 0.25 in all 200 rows");
}

TEST(SeriesCheck, SaturationAndValuesBeyondTheRange) {
  Series series = recording({0.3, 0, 9.8}, 9);
  for (std::size_t i = 50; i < 58; ++i) series.values[3 * i] = 19.6F;
  const std::array<ValueRange, 3> ranges = {ValueRange{-16, 16}, {-16, 16}, {-16, 16}};
  const auto found = with(measure_series("s.csv", "walk", series, ranges));
  ASSERT_THAT(kinds(found), ElementsAre("saturation", "beyond"));
  EXPECT_THAT(found[0].what, HasSubstr("longest run 8"));
  EXPECT_THAT(found[1].what, HasSubstr("8 of 200 rows of 'acc_x'"));
}

TEST(SeriesCheck, AQuietStepIsNoSaturation) {
  // A slow sensor with few steps rests at its lowest for long without being at an end.
  Series series = recording({0.3, 0, 9.8}, 9);
  for (std::size_t i = 0; i < series.rows; ++i) {
    series.values[3 * i] = i / 40 % 2 == 0 ? 0.2F : 0.3F;
  }
  EXPECT_THAT(with(measure_series("s.csv", "walk", series)), IsEmpty());
  // Nor does a switch that is seldom on.
  for (std::size_t i = 0; i < series.rows; ++i) series.values[3 * i] = i / 8 == 3 ? 1 : 0;
  EXPECT_THAT(with(measure_series("s.csv", "walk", series)), IsEmpty());
  // Nor a probe that reads in coarse steps.
  for (std::size_t i = 0; i < series.rows; ++i) {
    series.values[3 * i] = 0.01F * static_cast<float>(std::abs(static_cast<int>(i) - 100) / 10);
  }
  EXPECT_THAT(with(measure_series("s.csv", "walk", series)), IsEmpty());
}

TEST(SeriesCheck, GapsAndIncompleteRows) {
  Series series = recording({0.3, 0, 9.8}, 9);
  for (std::size_t i = 100; i < series.rows; ++i) series.time_s[i] += 7;
  series.incomplete = 3;
  const auto found = with(measure_series("gap.csv", "walk", series));
  ASSERT_THAT(kinds(found), ElementsAre("gap", "incomplete"));
  EXPECT_NEAR(*found[0].time_s, 99.0 / 50, 1e-9);
  EXPECT_THAT(found[0].what, HasSubstr("1 gap of 7.02 s together"));
  EXPECT_EQ(found[1].what, "3 rows left out for a blank cell");
}

TEST(SeriesCheck, IdenticalRecordings) {
  const auto found = with(measure_series("copy.csv", "rest", recording({0.3, 0, 9.8}, 1)));
  ASSERT_THAT(kinds(found), ElementsAre("duplicate"));
  EXPECT_EQ(found[0].what, "the same values as in good1.csv, which is 'walk' and not 'rest'");
}

}  // namespace
}  // namespace sengi::data
