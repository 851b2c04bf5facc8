// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_labelled.h"

#include <gmock/gmock.h>

#include "base/files.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LabelledSeries, RowsOfOneLabelAreAStretch) {
  const auto stretches =
      labelled_stretches("time_s;x;state\n0;1;0.0\n1;2;0\n2;3;1\n3;4;1.0\n4;5;0\n", "pump.csv",
                         {.column = "state", .names = {{"0", "normal"}, {"1", "leak"}}});
  ASSERT_TRUE(stretches.ok()) << stretches.error().message;
  EXPECT_THAT(stretches.value(),
              ElementsAre(LabelledStretch{"normal", 0, 2}, LabelledStretch{"leak", 2, 4},
                          LabelledStretch{"normal", 4, 5}));
}

TEST(LabelledSeries, RowsWithoutALabelAreInNone) {
  const auto stretches = labelled_stretches("time_s,x,what\n0,1,walk\n1,2,\n2,3,walk\n3,4,rest\n",
                                            "a.csv", {.column = "what", .names = {}});
  ASSERT_TRUE(stretches.ok()) << stretches.error().message;
  EXPECT_THAT(stretches.value(),
              ElementsAre(LabelledStretch{"walk", 0, 1}, LabelledStretch{"walk", 2, 3},
                          LabelledStretch{"rest", 3, 4}));
}

TEST(LabelledSeries, WhatIsWrongIsNamed) {
  const auto fault = [](const char* text) {
    return labelled_stretches(text, "a.csv", {.column = "state", .names = {}}).error().message;
  };
  EXPECT_THAT(fault(""), HasSubstr("a.csv: it is empty"));
  EXPECT_THAT(fault("time_s,x,sate\n0,1,2\n"),
              HasSubstr("a.csv:1: no column 'state'; did you mean"));
  EXPECT_THAT(fault("x,state\n1,2\n"), HasSubstr("no column of time"));
  EXPECT_THAT(fault("time_s,x,state\n0,1,2\n0,1\n"), HasSubstr("a.csv:3"));
}

TEST(LabelledSeries, AManifestKeepsWhatIsOfOthers) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const auto manifest = folder.path() / "manifest.csv";
  ASSERT_TRUE(write_text(manifest, "path,label\nother.csv,walk\nraw/a.csv,old\n").ok());
  ASSERT_TRUE(
      write_text(folder.path() / "raw/a.csv", "time_s,x,s\n0,1,up\n1,2,up\n2,3,down\n").ok());
  const auto imported =
      import_labelled({folder.path() / "raw"}, manifest, {.column = "s", .names = {}});
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(imported.value().recordings, 1U);
  EXPECT_EQ(imported.value().stretches.at("up"), 1U);
  EXPECT_EQ(imported.value().seconds.at("up"), 2);
  const std::string text = read_text(manifest).value();
  EXPECT_THAT(text, HasSubstr("other.csv,walk"));
  EXPECT_THAT(text, HasSubstr("raw/a.csv,up,raw/a.csv,0,2"));
  EXPECT_THAT(text, testing::Not(HasSubstr("old")));
}

TimeWindows windows_in(const char* json) {
  auto windows = parse_time_windows(json, "w.json");
  EXPECT_TRUE(windows.ok()) << windows.error().message;
  return windows.value();
}

TEST(LabelledSeries, WindowsOfTimeSayWhatIsNotNormal) {
  LabelledOptions options;
  options.windows = windows_in(
      R"({"real/m.csv": [["2014-01-01 00:05:00.000000", "2014-01-01 00:10:00.000000"]]})");
  const auto stretches = labelled_stretches(
      "timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 00:05:00,2\n2014-01-01 00:10:00,3\n"
      "2014-01-01 00:15:00,4\n",
      "m.csv", options);
  ASSERT_TRUE(stretches.ok()) << stretches.error().message;
  EXPECT_THAT(stretches.value(),
              ElementsAre(LabelledStretch{"normal", 0, 300}, LabelledStretch{"anomaly", 300, 900},
                          LabelledStretch{"normal", 900, 1200}));
}

TEST(LabelledSeries, BlocksOfDaysAreGroups) {
  LabelledOptions options;
  options.windows = windows_in(R"({"m.csv": []})");
  options.group_days = 1;
  const auto stretches = labelled_stretches(
      "timestamp,value\n2014-01-01 12:00,1\n2014-01-01 18:00,2\n2014-01-02 00:00,3\n", "m.csv",
      options);
  ASSERT_TRUE(stretches.ok()) << stretches.error().message;
  EXPECT_THAT(stretches.value(),
              ElementsAre(LabelledStretch{"normal", 0, 43200, "2014-01-01"},
                          LabelledStretch{"normal", 43200, 64800, "2014-01-02"}));
}

TEST(LabelledSeries, ACopyTakesThePlaceOfWhatRanBack) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto raw = folder.value().path() / "raw";
  const auto manifest = folder.value().path() / "manifest.csv";
  ASSERT_TRUE(write_text(raw / "back.csv", "time_s,x,y\n0,1,a\n1,2,a\n1,3,b\n2,4,b\n").ok());
  ASSERT_TRUE(write_text(raw / "on.csv", "time_s,x,y\n0,1,a\n1,2,a\n").ok());
  LabelledOptions options{.column = "y", .names = {}};
  EXPECT_THAT(import_labelled({raw}, manifest, options).error().message, HasSubstr("repeats"));
  options.forward = raw;
  EXPECT_THAT(import_labelled({raw}, manifest, options).error().message, HasSubstr("its place"));
  options.forward = folder.value().path() / "mended";
  const auto imported = import_labelled({raw}, manifest, options);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported.value().notes, ElementsAre(HasSubstr("back.csv:4: its clock was set back")));
  const std::string text = read_text(manifest).value();
  EXPECT_THAT(text, HasSubstr("mended/back.csv,b,mended/back.csv,2,3"));
  EXPECT_THAT(text, HasSubstr("raw/on.csv,a"));
}

TEST(LabelledSeries, WindowsThatDoNotFitAreTold) {
  const auto fault = [](const char* json) {
    return parse_time_windows(json, "w.json").error().message;
  };
  EXPECT_THAT(fault("[]"), HasSubstr("w.json: not windows of time"));
  EXPECT_THAT(fault(R"({"a.csv": 3})"), HasSubstr("w.json: a.csv: not a list"));
  EXPECT_THAT(fault(R"({"a.csv": [["2014-01-01", "2014-01-02"], ["2014-01-03", 5]]})"),
              HasSubstr("window 2"));
  EXPECT_THAT(fault(R"({"a.csv": [["2014-01-02", "2014-01-01"]]})"), HasSubstr("window 1"));
  LabelledOptions options;
  options.windows = windows_in(R"({"other.csv": []})");
  EXPECT_THAT(labelled_stretches("time_s,x\n0,1\n1,2\n", "a.csv", options).error().message,
              HasSubstr("no windows are listed for a.csv"));
  options.windows = windows_in(R"({"a.csv": []})");
  EXPECT_THAT(labelled_stretches("time_s,x\n0,1\n1,2\n", "a.csv", options).error().message,
              HasSubstr("has none"));
}

}  // namespace
}  // namespace sengi::data
