// SPDX-License-Identifier: Apache-2.0
#include "events/tables.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "data/audio.h"

namespace sengi::events {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Tables : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
  }
  std::filesystem::path at(const std::string& name) const { return folder_->path() / name; }
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(write_text(at(name), text).ok());
  }
  void record(const std::string& name, std::size_t seconds) const {
    const data::Audio audio{8000, std::vector<std::int16_t>(8000 * seconds)};
    ASSERT_TRUE(data::write_wav(at(name), audio).ok());
  }
  std::vector<Recording> read(const RecordingsOptions& options) const {
    auto recordings = read_recordings(options);
    EXPECT_TRUE(recordings.ok()) << recordings.error().message;
    return recordings.ok() ? std::move(recordings).value() : std::vector<Recording>();
  }

  std::optional<TemporaryFolder> folder_;
};

TEST(RecordingName, IsTheSameForARecordingAndItsTables) {
  for (const char* path :
       {"site_3.wav", "night/site_3.flac", "D:\\night\\site_3.WAV", "site_3.txt", "site_3.TextGrid",
        "site_3.Table.1.selections.txt", "site_3.BirdNET.selection.table.txt", "site_3",
        "site_3.BirdNET.results.csv", "site_3.wav.txt"}) {
    EXPECT_EQ(recording_name(path), "site_3") << path;
  }
  EXPECT_EQ(recording_name("site.2024.wav"), "site.2024");
  EXPECT_EQ(recording_name("site.2024"), "site.2024");
}

TEST_F(Tables, OfTwoProgramsMeetByTheirRecordings) {
  write("marks/a.txt", "1\t2\tfrog\n5\t6\tfrog\n");
  write("marks/quiet.txt", "");
  write("found/a.BirdNET.selection.table.txt",
        "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tBegin Path\tCommon "
        "Name\tConfidence\n"
        "1\tSpectrogram 1\t1\t1\t4\tD:\\x\\a.wav\tfrog\t0.75\n");
  record("recordings/deep/a.wav", 10);
  record("recordings/quiet.wav", 20);
  record("recordings/nobody.wav", 30);
  const auto all = read({{at("marks")}, {at("found")}, at("recordings"), {}});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "a");
  EXPECT_EQ(all[0].length_s, 10);
  EXPECT_EQ(all[0].marked.size(), 2U);
  EXPECT_THAT(all[0].found, ElementsAre(Event{1, 4, "frog", 0.75}));
  EXPECT_EQ(all[1].name, "nobody");
  EXPECT_EQ(all[1].length_s, 30);
  EXPECT_THAT(all[2].marked, IsEmpty());
}

TEST_F(Tables, TwoThatNameNothingBelongTogether) {
  write("truth.txt", "1\t2\tyes\n");
  write("detector.csv", "begin,finish,what,p\n1.1,1.9,yes,0.5\n");
  RecordingsOptions options{{at("truth.txt")}, {at("detector.csv")}, {}, {}};
  options.tables.columns = {
      .recording = "", .start = "begin", .end = "finish", .label = "what", .low = "", .high = ""};
  options.tables.confidence_column = "P";
  const auto all = read(options);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all[0].found, ElementsAre(Event{1.1, 1.9, "yes", 0.5}));
}

TEST_F(Tables, WhatIsWrongIsNamed) {
  write("marks.csv", "file,start_s,end_s,label\na.wav,1,2,frog\n");
  write("found.csv", "file,start_s,end_s,label,score\na.wav,1,2,frog,sure\n");
  const auto fault = [&](const RecordingsOptions& options) {
    return read_recordings(options).error().message;
  };
  EXPECT_THAT(fault({{at("marks.csv")}, {at("found.csv")}, {}, {}}),
              HasSubstr("found.csv:2: the confidence 'sure' is no number"));
  record("recordings/b.wav", 1);
  EXPECT_THAT(fault({{at("marks.csv")}, {at("marks.csv")}, at("recordings"), {}}),
              HasSubstr("no recording 'a' in"));
  record("recordings/two/b.wav", 1);
  EXPECT_THAT(fault({{at("marks.csv")}, {at("marks.csv")}, at("recordings"), {}}),
              HasSubstr("two recordings 'b'"));
  write("none.txt", "");
  EXPECT_THAT(fault({{at("none.txt")}, {at("marks.csv")}, {}, {}}), HasSubstr("nothing is marked"));
  EXPECT_THAT(fault({{at("recordings")}, {at("marks.csv")}, {}, {}}),
              HasSubstr("no table of events"));
}

}  // namespace
}  // namespace sengi::events
