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

}  // namespace
}  // namespace sengi::data
