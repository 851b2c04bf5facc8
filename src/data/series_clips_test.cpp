// SPDX-License-Identifier: Apache-2.0
#include "data/series_clips.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <optional>
#include <set>
#include <string>

#include "base/files.h"
#include "data/check.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SeriesClips : public testing::Test {
 protected:
  void SetUp() override {
    folder_.emplace(TemporaryFolder::make().value());
    project_.folder = folder_->path();
    project_.kind = "motion";
    project_.data.clip_ms = 1000;
    project_.data.clip_hop_ms = 500;
    project_.data.validation_percent = 0;
    project_.data.test_percent = 0;
    project_.series.spec.axes = 0;  // for the recordings to say
  }

  // Rows at 10 Hz whose first axis counts them and whose second is its negative; those of
  // `left_out` are not there.
  void record(const std::string& name, int rows, const std::set<int>& left_out = {}) {
    std::string text = "time_s,x,y\n";
    for (int i = 0; i < rows; ++i) {
      if (!left_out.contains(i)) text += fmt::format("{:.1f},{},{}\n", i / 10.0, i, -i);
    }
    ASSERT_TRUE(write_text(folder_->path() / "recordings" / name, text).ok());
  }

  std::vector<Clip> clips() {
    auto dataset = load_dataset(project_);
    EXPECT_TRUE(dataset.ok()) << dataset.error().message;
    if (!dataset) return {};
    auto settled = settle(project_, dataset.value());
    EXPECT_TRUE(settled.ok()) << settled.error().message;
    if (settled) settled_ = settled.value();
    return dataset.value().clips;
  }

  std::optional<TemporaryFolder> folder_;
  project::Project project_;
  project::Project settled_;
};

TEST_F(SeriesClips, RecordingsAreCutIntoWindowsThatStayTogether) {
  record("rest/a.csv", 40);
  record("walk/b.csv", 25);
  const std::vector<Clip> all = clips();
  // Ten rows, every five: 40 rows give 7, 25 rows 4.
  ASSERT_EQ(all.size(), 11U);
  for (const Clip& clip : all) EXPECT_FALSE(clip.group.empty());
  EXPECT_EQ(all[0].group, all[6].group);
  EXPECT_NE(all[0].group, all[7].group);
  EXPECT_NEAR(all[3].start_s, 1.5, 1e-9);

  EXPECT_THAT(settled_.series.columns, ElementsAre("x", "y"));
  EXPECT_EQ(settled_.series.sample_rate_hz, 10);
  EXPECT_EQ(settled_.series.spec.rows, 10);
  EXPECT_EQ(settled_.series.spec.axes, 2);
  // What was seen, 0 to 39, and a fifth more.
  EXPECT_LT(settled_.series.low[0], 0);
  EXPECT_GT(settled_.series.high[0], 39);

  const auto samples = ClipReader(settled_).read(all[3]);
  ASSERT_TRUE(samples.ok()) << samples.error().message;
  ASSERT_EQ(samples.value().size(), 20U);
  const double low = settled_.series.low[0];
  const double high = settled_.series.high[0];
  for (int row = 0; row < 10; ++row) {
    const double expected = (15 + row - (low + high) / 2) / ((high - low) / 2) * 32767;
    EXPECT_NEAR(samples.value()[static_cast<std::size_t>(2 * row)], expected, 2);
  }
}

TEST_F(SeriesClips, AHopOfZeroTakesTheMiddle) {
  project_.data.clip_hop_ms = 0;
  record("rest/a.csv", 40);
  record("walk/b.csv", 40);
  const std::vector<Clip> all = clips();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_NEAR(all[0].start_s, 1.5, 1e-9);
}

TEST_F(SeriesClips, NoClipReachesIntoAGap) {
  std::set<int> gap;
  for (int i = 15; i < 25; ++i) gap.insert(i);
  record("rest/a.csv", 40, gap);
  record("walk/b.csv", 40);
  std::size_t before = 0;
  std::size_t behind = 0;
  for (const Clip& clip : clips()) {
    if (clip.path.filename() != "a.csv") continue;
    before += clip.end_s < 1.55 ? 1 : 0;
    behind += clip.start_s > 2.45 ? 1 : 0;
    EXPECT_TRUE(ClipReader(settled_).read(clip).ok());
  }
  EXPECT_EQ(before, 2U);
  EXPECT_EQ(behind, 2U);
}

TEST_F(SeriesClips, AShortRecordingIsAClipWhoseLastRowStays) {
  record("rest/a.csv", 4);
  record("walk/b.csv", 40);
  const std::vector<Clip> all = clips();
  ASSERT_EQ(all.front().path.filename(), "a.csv");
  const auto samples = ClipReader(settled_).read(all.front());
  ASSERT_TRUE(samples.ok()) << samples.error().message;
  EXPECT_EQ(samples.value().size(), 20U);
  EXPECT_EQ(samples.value()[18], samples.value()[6]);
  EXPECT_GT(samples.value()[6], samples.value()[4]);
}

TEST_F(SeriesClips, WhatSengiTomlSaysIsNotSettledAnew) {
  record("rest/a.csv", 40);
  record("walk/b.csv", 40);
  project_.series.columns = {"y"};
  project_.series.sample_rate_hz = 5;
  project_.series.low = {-100};
  project_.series.high = {100};
  const std::vector<Clip> all = clips();
  EXPECT_EQ(settled_.series.spec.rows, 5);
  EXPECT_EQ(settled_.series.spec.axes, 1);
  const auto samples = ClipReader(settled_).read(all.front());
  ASSERT_TRUE(samples.ok()) << samples.error().message;
  EXPECT_NEAR(samples.value()[4], -8 * 327.67, 2);  // 0.8 s in
}

TEST_F(SeriesClips, RowsWithoutATimeNeedARate) {
  ASSERT_TRUE(write_text(folder_->path() / "recordings/rest/a.csv", "x\n1\n2\n").ok());
  ASSERT_TRUE(write_text(folder_->path() / "recordings/walk/b.csv", "x\n1\n2\n").ok());
  EXPECT_THAT(load_dataset(project_).error().message, HasSubstr("sample_rate_hz"));
}

TEST_F(SeriesClips, EveryRecordingThatCannotBeReadIsTold) {
  record("rest/a.csv", 40);
  record("walk/b.csv", 40);
  ASSERT_TRUE(
      write_text(folder_->path() / "recordings/rest/c.csv", "time_s,x,y\n0,1,2\n1,3\n").ok());
  ASSERT_TRUE(
      write_text(folder_->path() / "recordings/walk/d.csv", "time_s,x,y\n0,1,2\n1,,4\n").ok());
  EXPECT_THAT(load_dataset(project_).error().message, HasSubstr("c.csv:3"));
  const auto report = check_data(project_);
  ASSERT_TRUE(report.ok()) << report.error().message;
  std::string faults;
  for (const Finding& finding : report.value().findings) {
    if (finding.severity == Severity::fault) faults += finding.what + "\n";
  }
  EXPECT_THAT(faults, HasSubstr("c.csv:3"));
  EXPECT_THAT(faults, HasSubstr("d.csv: one row with a number in every column"));
}

TEST_F(SeriesClips, AStreamIsTheWholeRecording) {
  record("rest/a.csv", 40);
  record("walk/b.csv", 25, {10, 11, 12, 13, 14, 15});
  const std::vector<Clip> all = clips();
  const auto stream = read_series_stream(folder_->path() / "recordings/rest/a.csv", settled_);
  ASSERT_TRUE(stream.ok()) << stream.error().message;
  EXPECT_EQ(stream.value().size(), 80U);
  const auto first = ClipReader(settled_).read(all.front()).value();
  EXPECT_TRUE(std::equal(first.begin(), first.end(), stream.value().begin()));
  EXPECT_FALSE(read_series_stream(folder_->path() / "recordings/walk/b.csv", settled_).ok());
}

TEST_F(SeriesClips, ATableHasAnExampleARow) {
  project_.kind = "sequence";
  project_.data.table = "codas.csv";
  project_.data.label_column = "Type";
  project_.data.group_column = "Day";
  project_.series.columns = {"a", "b", "c"};
  ASSERT_TRUE(write_text(folder_->path() / "codas.csv",
                         "Type,Day,a,b,c,Note\nR,1,1,2,3,x\nI,1,4,5,6,y\nR,2,-1,-2,-3,z\n")
                  .ok());
  const std::vector<Clip> all = clips();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].group, "2");
  EXPECT_EQ(settled_.series.spec.rows, 1);
  EXPECT_EQ(settled_.series.spec.axes, 3);
  const auto samples = ClipReader(settled_).read(all[2]);
  ASSERT_TRUE(samples.ok()) << samples.error().message;
  EXPECT_EQ(samples.value().size(), 3U);

  project_.series.spec.axes = 2;
  const auto dataset = load_dataset(project_);
  ASSERT_TRUE(dataset.ok());
  EXPECT_THAT(settle(project_, dataset.value()).error().message,
              HasSubstr("3 columns of numbers do not make whole rows of 2 axes"));
}

TEST_F(SeriesClips, NeighbouringRowsCanBeOneGroup) {
  project_.kind = "sequence";
  project_.data.table = "t.csv";
  project_.data.group_span = 2;
  ASSERT_TRUE(write_text(folder_->path() / "t.csv", "label,a\nu,1\nu,2\nv,3\nv,4\nv,5\n").ok());
  const std::vector<Clip> all = clips();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].group, "0-1");
  EXPECT_EQ(all[1].group, "0-1");
  EXPECT_EQ(all[2].group, "2-3");
  EXPECT_EQ(all[4].group, "4-5");
}

TEST_F(SeriesClips, AllThatIsNotNormalIsAnAnomaly) {
  project_.kind = "anomaly";
  record("normal/a.csv", 20);
  record("leak/b.csv", 20);
  record("valve/c.csv", 20);
  const auto dataset = load_dataset(project_);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  EXPECT_THAT(dataset.value().labels, ElementsAre("anomaly", "normal"));
  EXPECT_THAT(dataset.value().columns, ElementsAre("fault"));
  EXPECT_THAT(dataset.value().clips.front().columns, ElementsAre("leak"));
}

}  // namespace
}  // namespace sengi::data
