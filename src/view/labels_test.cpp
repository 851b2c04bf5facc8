// SPDX-License-Identifier: Apache-2.0
#include "view/labels.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "events/tables.h"

namespace sengi::view {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

class ViewLabels : public ::testing::Test {
 protected:
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  LabelFile open(const std::string& labels = "") const {
    return LabelFile::open(labels.empty() ? "" : path(labels), path("night.wav"), 60).value();
  }
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(write_text(path(name), text).ok());
  }
  std::string read(const std::string& name) const { return read_text(path(name)).value(); }
  TemporaryFolder folder_ = TemporaryFolder::make().value();
};

const char* const table =
    "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq "
    "(Hz)\tSpecies\tNotes\n"
    "1\tSpectrogram 1\t1\t1.5\t2.25\t200\t3000.5\tarctic tern\tfaint\n"
    "2\tSpectrogram 1\t1\t70\t71\t\t\tgull\t\n";

TEST_F(ViewLabels, AreSavedAsATableThatEveryReaderReads) {
  write("night.txt", table);
  LabelFile file = open("night.txt");
  Json json = Json::parse(file.to_json());
  ASSERT_EQ(json["labels"].size(), 2U);
  EXPECT_EQ(json["labels"][0]["label"], "arctic tern");
  EXPECT_EQ(json["labels"][0]["high_hz"], 3000.5);
  json["labels"][0]["end_s"] = 2.5;
  json["labels"].push_back({{"start_s", 0.5}, {"end_s", 0.75}, {"label", "né\tتجربة"}});
  ASSERT_TRUE(file.replace(json.dump()).ok());

  const auto rows = events::read_annotations(path("night.txt"), {}).value();
  ASSERT_EQ(rows.rows.size(), 3U);
  EXPECT_EQ(rows.rows[0].label, "né تجربة");  // by time; a tab would end the cell
  EXPECT_EQ(rows.rows[1].end_s, 2.5);
  EXPECT_EQ(rows.rows[1].low_hz, 200);
  EXPECT_EQ(rows.other_columns, (std::vector<std::string>{"Channel", "Notes"}));
  EXPECT_EQ(rows.rows[1].others, (std::vector<std::string>{"1", "faint"}));
  EXPECT_EQ(rows.rows[2].start_s, 70);  // beyond the recording, and still there
  EXPECT_EQ(read("night.txt.before"), table);
  EXPECT_EQ(Json::parse(open("night.txt").to_json())["labels"],
            Json::parse(file.to_json())["labels"]);

  // As it was when it was opened is kept, not as it was a moment ago.
  json["revision"] = 2;
  json["labels"] = Json::array();
  ASSERT_TRUE(file.replace(json.dump()).ok());
  EXPECT_EQ(read("night.txt.before"), table);
  EXPECT_TRUE(events::read_annotations(path("night.txt"), {}).value().rows.empty());
}

TEST_F(ViewLabels, OfOtherRecordingsInTheSameTableStay) {
  write("all.txt",
        "Selection\tBegin Time (s)\tEnd Time (s)\tAnnotation\tBegin Path\tFile Offset (s)\n"
        "1\t100\t101\ttern\t/d/day.wav\t3\n2\t200\t201\tgull\t/d/night.wav\t7\n");
  LabelFile file = open("all.txt");
  ASSERT_EQ(file.labels().size(), 1U);
  EXPECT_EQ(file.labels()[0].start_s, 7);
  ASSERT_TRUE(
      file.replace(R"({"revision":1,"labels":[{"start_s":9,"end_s":10,"label":"owl"}]})").ok());
  const auto rows = events::read_annotations(path("all.txt"), {}).value().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].recording, "/d/night.wav");
  EXPECT_EQ(rows[0].start_s, 9);
  EXPECT_EQ(rows[1].recording, "/d/day.wav");
  EXPECT_EQ(rows[1].start_s, 3);
  write("day.txt", "Begin Time (s)\tEnd Time (s)\tAnnotation\tBegin Path\n1\t2\ttern\tday.wav\n");
  EXPECT_THAT(LabelFile::open(path("day.txt"), path("night.wav"), 60).error().message,
              HasSubstr("day.wav"));
}

TEST_F(ViewLabels, OfOtherFormatsAreSavedBesideTheRecordingAndOverNothing) {
  write("marks.txt", "0.5\t1\ttern\n");  // Audacity's
  LabelFile file = open("marks.txt");
  EXPECT_EQ(file.saved_to(), path("night.selections.txt"));
  ASSERT_TRUE(
      file.replace(R"({"revision":1,"labels":[{"start_s":1,"end_s":2,"label":"tern"}]})").ok());
  EXPECT_EQ(read("marks.txt"), "0.5\t1\ttern\n");
  EXPECT_EQ(open().labels().size(), 1U);  // found again without being named
  EXPECT_FALSE(LabelFile::open(path("marks.txt"), path("night.wav"), 60).ok());
}

TEST_F(ViewLabels, WhatIsNoListOfLabelsChangesNothing) {
  write("night.txt", table);
  LabelFile file = open("night.txt");
  for (const char* label :
       {"1", "{}", R"({"start_s":1,"end_s":2})", R"({"start_s":2,"end_s":1,"label":"a"})",
        R"({"start_s":-1,"end_s":1,"label":"a"})", R"({"start_s":1e999,"end_s":1,"label":"a"})",
        R"({"start_s":"1","end_s":2,"label":"a"})", R"({"start_s":1,"end_s":2,"label":"  "})",
        R"({"start_s":1,"end_s":2,"label":"a","low_hz":9,"high_hz":3})",
        R"({"start_s":1,"end_s":2,"label":"a","low_hz":-3})",
        R"({"start_s":1,"end_s":1e300,"label":"a"})"}) {
    const std::string text = fmt::format(R"({{"revision":1,"labels":[{}]}})", label);
    EXPECT_FALSE(file.replace(text).ok()) << text;
  }
  for (const char* text : {"", "[", "null", "[]", R"({"labels":[]})", R"({"revision":1})",
                           R"({"revision":-1,"labels":[]})", R"({"revision":1,"labels":{}})"}) {
    EXPECT_FALSE(file.replace(text).ok()) << text;
  }
  EXPECT_EQ(read("night.txt"), table);
}

TEST_F(ViewLabels, ChangedElsewhereAreNotWrittenOver) {
  write("night.txt", table);
  LabelFile file = open("night.txt");
  const std::string first = R"({"revision":1,"labels":[]})";
  write("night.txt", std::string(table) + "3\tSpectrogram 1\t1\t5\t6\t\t\towl\t\n");
  const auto refused = file.replace(first);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().outcome, Outcome::no);
  write("night.txt", table);
  ASSERT_TRUE(file.replace(first).ok());
  EXPECT_EQ(file.replace(first).error().outcome, Outcome::no);  // of an old revision
}

}  // namespace
}  // namespace sengi::view
