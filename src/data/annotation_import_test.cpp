// SPDX-License-Identifier: Apache-2.0
#include "data/annotation_import.h"

#include <gmock/gmock.h>

#include <random>

#include "base/files.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/recorder_metadata.h"
#include "data/test_sounds.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(ClipsOf, PutsAShortMarkInTheMiddle) {
  EXPECT_THAT(clips_of({4, 4.5}, 10, 1), ElementsAre(Stretch{3.75, 4.75}));
  EXPECT_THAT(clips_of({0, 0.25}, 10, 1), ElementsAre(Stretch{0, 1}));
  EXPECT_THAT(clips_of({9.75, 10}, 10, 1), ElementsAre(Stretch{9, 10}));
  EXPECT_THAT(clips_of({0.25, 0.5}, 0.75, 1), ElementsAre(Stretch{0, 0.75}));
}

TEST(ClipsOf, CoversALongMarkFromEndToEnd) {
  EXPECT_THAT(clips_of({2, 4.5}, 10, 1), ElementsAre(Stretch{2, 3}, Stretch{3.5, 4.5}));
  EXPECT_THAT(clips_of({2, 3}, 10, 1), ElementsAre(Stretch{2, 3}));
}

TEST(ClipsBetween, TouchNoMarkAndStayInTheRecording) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> place(0, 60);
  for (int round = 0; round < 200; ++round) {
    std::vector<Stretch> marks;
    for (int i = 0; i < round % 9; ++i) {
      const double a = place(random);
      marks.push_back({a, std::min(60.0, a + place(random) / 20)});
    }
    const std::vector<Stretch> clips = clips_between(marks, 60, 1.5, 12);
    EXPECT_LE(clips.size(), 12U);
    for (std::size_t i = 0; i < clips.size(); ++i) {
      EXPECT_NEAR(clips[i].end_s - clips[i].start_s, 1.5, 1e-9);
      EXPECT_LE(clips[i].end_s, 60);
      EXPECT_LE(i == 0 ? 0 : clips[i - 1].end_s, clips[i].start_s);
      for (const Stretch& mark : marks) {
        EXPECT_TRUE(clips[i].end_s <= mark.start_s || clips[i].start_s >= mark.end_s);
      }
    }
  }
}

TEST(RecorderMetadata, ReadsAnAudioMothsComment) {
  const RecorderMetadata found = parse_audiomoth_comment(
      "Recorded at 23:17:30 31/12/2018 (UTC-3:30) during deployment 0123456789ABCDEF by AudioMoth "
      "24F3190361CA3F05 at medium gain while battery was 4.2V and temperature was -4.4C.");
  EXPECT_EQ(found.recorded_at, "2019-01-01T02:47:30Z");
  EXPECT_EQ(found.recorder, "AudioMoth 24F3190361CA3F05");
  EXPECT_EQ(found.deployment, "0123456789ABCDEF");
  EXPECT_EQ(found.battery_v, "4.2");
  EXPECT_EQ(found.temperature_c, "-4.4");
  const RecorderMetadata older = parse_audiomoth_comment(
      "Recorded at 19:17:30 10/12/2018 (UTC) by AudioMoth 24F3190361CA3F05 at gain setting 2 while "
      "battery state was 3.9V");
  EXPECT_EQ(older.recorded_at, "2018-12-10T19:17:30Z");
  EXPECT_EQ(older.battery_v, "3.9");
  EXPECT_TRUE(parse_audiomoth_comment("Recorded at home").empty());
  EXPECT_EQ(parse_audiomoth_comment("Recorded at 99:00:00 31/02/2018 (UTC) by AudioMoth X at")
                .recorded_at,
            "");
}

TEST(RecorderMetadata, ReadsGuano) {
  const RecorderMetadata found = parse_guano(
      "GUANO|Version: 1.0\nTimestamp: 2023-05-10T04:30:00+01:00\nMake: Open Acoustic Devices\n"
      "Model: AudioMoth\nSerial: 24F3\nLoc Position: 51.5 -0.12\nTemperature Int: 20.5\n"
      "OAD|Deployment ID: AB12\nOther|Key: kept by others\n");
  EXPECT_EQ(found.recorded_at, "2023-05-10T04:30:00+01:00");
  EXPECT_EQ(found.recorder, "AudioMoth 24F3");
  EXPECT_EQ(found.latitude, "51.5");
  EXPECT_EQ(found.longitude, "-0.12");
  EXPECT_EQ(found.deployment, "AB12");
  EXPECT_EQ(found.temperature_c, "20.5");
  EXPECT_TRUE(parse_guano("Loc Position: here\n").empty());
}

class Import : public testing::Test {
 protected:
  void SetUp() override {
    project_ = project::parse_project("[data]\nmanifest = \"recordings/manifest.csv\"\n",
                                      folder_.path() / "sengi.toml")
                   .value();
    sounds_ = folder_.path() / "recordings";
  }

  void record(const std::string& name, double seconds) {
    ASSERT_TRUE(write_sound(sounds_ / name, SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                            tone(440, seconds, 8000), 8000));
  }
  void table(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_text(sounds_ / name, text).ok());
  }

  Result<Imported> import(const std::string& name, const std::string& background = {}) {
    ImportOptions options;
    options.tables = {sounds_ / name};
    options.background = background;
    return import_annotations(project_, options);
  }

  std::vector<std::vector<std::string>> manifest() {
    std::vector<std::vector<std::string>> rows;
    const std::string text = read_text(sounds_ / "manifest.csv").value();
    const std::vector<CsvRow> parsed = parse_csv(text, "m").value();
    for (const CsvRow& row : parsed) rows.push_back(row.cells);
    return rows;
  }

  TemporaryFolder folder_ = TemporaryFolder::make().value();
  project::Project project_;
  fs::path sounds_;
};

TEST_F(Import, TakesClipsFromTablesOfThreePrograms) {
  record("a.wav", 10);
  record("b.wav", 6);
  record("c.wav", 4);
  table("a.Table.1.selections.txt",
        "Begin Time (s)\tEnd Time (s)\tSpecies\tObserver\n1\t1.5\tfrog\tAnn\n4\t6.5\tfrog\tAnn\n");
  table("b.txt", "2\t2.5\ttoad\n");
  table("c.csv", "file,start_s,end_s,label\nc.wav,1,2,newt\n");
  ASSERT_TRUE(import("a.Table.1.selections.txt", "_silence_").ok());
  ASSERT_TRUE(import("b.txt").ok());
  const auto last = import("c.csv");
  ASSERT_TRUE(last.ok()) << last.error().message;
  EXPECT_EQ(last.value().kept, 7U);
  EXPECT_THAT(last.value().clips, ElementsAre(Pair("newt", 1U)));

  const auto rows = manifest();
  ASSERT_EQ(rows.size(), 9U);
  EXPECT_THAT(rows[0], ElementsAre("path", "label", "group", "start_s", "end_s", "low_hz",
                                   "high_hz", "Observer"));
  EXPECT_THAT(rows[1], ElementsAre("a.wav", "frog", "", "0.7500", "1.7500", "", "", "Ann"));
  const auto loaded = load_dataset(
      project::parse_project("[data]\nmanifest = \"recordings/manifest.csv\"\ntest_percent = "
                             "0\nvalidation_percent = 0\n",
                             folder_.path() / "sengi.toml")
          .value());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_THAT(loaded.value().labels, ElementsAre("_silence_", "frog", "newt", "toad"));
}

TEST_F(Import, AgainReplacesARecordingsRows) {
  record("a.wav", 10);
  table("a.txt", "2\t2.5\ttoad\n4\t4.5\ttoad\n");
  ASSERT_TRUE(import("a.txt").ok());
  table("a.txt", "2\t2.5\tnewt\n");
  ASSERT_TRUE(import("a.txt").ok());
  const auto rows = manifest();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1][1], "newt");
}

TEST_F(Import, SaysWhatIsNotThereAndLeavesTheManifest) {
  record("a.wav", 3);
  table("a.txt", "1\t2\ttoad\n");
  ASSERT_TRUE(import("a.txt").ok());
  const auto before = manifest();
  const auto fault = [&](const std::string& name) {
    const auto result = import(name);
    return result.ok() ? std::string("no fault") : result.error().message;
  };
  table("b.txt", "1\t2\ttoad\n");
  EXPECT_THAT(fault("b.txt"), HasSubstr("b.txt: no recording of that name in "));
  table("c.csv", "file,start_s,end_s,label\nnone.wav,1,2,newt\n");
  EXPECT_THAT(fault("c.csv"), HasSubstr("c.csv:2: no recording none.wav"));
  table("a.txt", "1\t30\ttoad\n");
  EXPECT_THAT(fault("a.txt"), HasSubstr("a.txt:1: marked up to 30 s"));
  table("a.txt", "");
  EXPECT_THAT(fault("a.txt"), HasSubstr("nothing is marked in it"));
  EXPECT_EQ(manifest(), before);
}

TEST_F(Import, KeepsWhatARecorderSaysOfItself) {
  const fs::path path = sounds_ / "m.wav";
  fs::create_directories(sounds_);
  SF_INFO info{};
  info.samplerate = 8000;
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  sf_set_string(file, SF_STR_COMMENT,
                "Recorded at 06:00:00 02/03/2026 (UTC) during deployment D1 by AudioMoth 77AA at "
                "medium gain while battery was 4.0V and temperature was 11.0C.");
  const std::vector<float> sound = tone(300, 3, 8000);
  sf_writef_float(file, sound.data(), static_cast<sf_count_t>(sound.size()));
  sf_close(file);
  table("m.txt", "1\t2\ttoad\n");
  ASSERT_TRUE(import("m.txt").ok());
  const auto rows = manifest();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], testing::IsSupersetOf({"recorded_at", "recorder", "deployment"}));
  EXPECT_THAT(rows[1], testing::IsSupersetOf({"2026-03-02T06:00:00Z", "AudioMoth 77AA", "D1"}));
}

}  // namespace
}  // namespace sengi::data
