// SPDX-License-Identifier: Apache-2.0
#include "data/check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "base/files.h"
#include "base/progress.h"
#include "data/split.h"
#include "data/test_sounds.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Checks : public testing::Test {
 protected:
  void SetUp() override {
    silence_progress();
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
    project_.name = "chirp";
    project_.folder = folder_->path();
    project_.data.group = "^([a-z0-9]+)_";
  }

  fs::path at(const std::string& name) const { return folder_->path() / "recordings" / name; }

  // One second of noise at half of full scale, different in every call.
  std::vector<float> noise(double seconds = 1, double level = 0.5) {
    std::uniform_real_distribution<float> draw(static_cast<float>(-level),
                                               static_cast<float>(level));
    std::vector<float> samples(static_cast<std::size_t>(16000 * seconds));
    for (float& sample : samples) sample = draw(random_);
    return samples;
  }

  // Recordings without anything to find, from enough speakers for every side.
  void speak(const std::vector<std::string>& labels, int speakers = 40) {
    for (const std::string& label : labels) {
      for (int speaker = 0; speaker < speakers; ++speaker) {
        ASSERT_TRUE(write_wav16(at(fmt::format("{}/s{}_0.wav", label, speaker)), noise(), 16000));
      }
    }
  }

  CheckReport report() {
    auto checked = check_data(project_);
    EXPECT_TRUE(checked.ok()) << checked.error().message;
    return checked.ok() ? std::move(checked).value() : CheckReport();
  }

  // "SEVERITY KIND WHERE: WHAT" of every finding of a kind.
  static std::vector<std::string> found(const CheckReport& report, const std::string& kind) {
    std::vector<std::string> lines;
    for (const Finding& finding : report.findings) {
      if (finding.kind != kind) continue;
      EXPECT_FALSE(finding.advice.empty());
      lines.push_back(fmt::format("{} {}: {}", name_of(finding.severity),
                                  path_below(finding.where, report.source).string(), finding.what));
    }
    return lines;
  }

  std::optional<TemporaryFolder> folder_;
  project::Project project_;
  std::mt19937 random_{1};
};

// The same recording with another gain, from a later moment on.
TEST_F(Checks, OneSoundOnTwoSidesIsAFault) {
  speak({"yes", "no"});
  const CheckReport before = report();
  EXPECT_EQ(before.near_duplicates, 0u);
  std::vector<float> sound = noise(1, 0.6);
  ASSERT_TRUE(write_wav16(at("yes/a_0.wav"), sound, 16000));
  for (float& sample : sound) sample *= 0.3F;
  sound.erase(sound.begin(), sound.begin() + 1111);
  // Groups whose hashes put them on two sides.
  std::string other;
  for (char name = 'b'; name <= 'z' && other.empty(); ++name) {
    if (side_of(std::string(1, name), 1, 10, 10) != side_of("a", 1, 10, 10)) other = name;
  }
  ASSERT_TRUE(write_wav16(at("yes/" + other + "_0.wav"), sound, 16000));
  const CheckReport r = report();
  EXPECT_EQ(r.near_duplicates, 1u);
  EXPECT_EQ(r.duplicate_files, 0u);
  EXPECT_THAT(found(r, "near-duplicate"),
              ElementsAre(AllOf(HasSubstr("fault yes/" + other + "_0.wav"),
                                HasSubstr("the same sound as yes/a_0.wav"))));
}

TEST_F(Checks, GoodRecordingsHaveNoFindings) {
  speak({"yes", "no"});
  const CheckReport r = report();
  EXPECT_THAT(r.findings, testing::IsEmpty()) << to_text(r);
  EXPECT_TRUE(r.ok());
  EXPECT_EQ(r.files, 80U);
  EXPECT_EQ(r.files_read, 80U);
  EXPECT_EQ(std::accumulate(r.clips.begin(), r.clips.end(), 0U), 80U);
  EXPECT_EQ(std::accumulate(r.groups.begin(), r.groups.end(), 0U), 40U);
  EXPECT_DOUBLE_EQ(r.durations.total_s, 80);
  EXPECT_DOUBLE_EQ(r.durations.median_s, 1);
  ASSERT_EQ(r.labels.size(), 2U);
  EXPECT_EQ(r.labels[0].name, "no");
  EXPECT_EQ(r.labels[0].total(), 40U);
  EXPECT_EQ(r.labels[0].ungrouped, 0U);
  EXPECT_EQ(r.labels[0].durations.histogram.total(), 40U);
  EXPECT_EQ(r.labels[0].level.total(), 40U);
  EXPECT_TRUE(fs::exists(r.labels[0].example));
  ASSERT_EQ(r.stored.size(), 1U);
  EXPECT_EQ(r.stored[0].format, "WAV");
  EXPECT_EQ(r.stored[0].sample_rate_hz, 16000);
  EXPECT_EQ(r.stored[0].channels, 1);
  EXPECT_EQ(r.stored[0].bits, 16);
  EXPECT_EQ(r.stored[0].files, 80U);
}

TEST_F(Checks, UnreadableFilesAreListedOneByOne) {
  speak({"yes", "no"});
  ASSERT_TRUE(write_text(at("yes/s0_1.wav"), "").ok());
  ASSERT_TRUE(write_text(at("yes/s0_2.wav"), "not sound at all, whatever its name says").ok());
  ASSERT_TRUE(write_wav16(at("yes/s0_3.wav"), {}, 16000));
  ASSERT_TRUE(write_wav16(at("yes/s0_4.wav"), noise(), 16000));
  fs::resize_file(at("yes/s0_4.wav"), 10000);
  const CheckReport r = report();
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.count(Severity::fault), 4U);
  EXPECT_EQ(r.files - r.files_read, 4U);
  EXPECT_THAT(found(r, "unreadable"),
              ElementsAre("fault yes/s0_1.wav: an empty file",
                          HasSubstr("fault yes/s0_2.wav: not a recording that can be read"),
                          "fault yes/s0_3.wav: holds no samples",
                          "fault yes/s0_4.wav: cut short: its header promises 32000 bytes of "
                          "sound, 9956 are there"));
}

TEST_F(Checks, ClippingNeedsARun) {
  speak({"yes", "no"});
  std::vector<float> sound = noise();
  sound[100] = 1;  // a peak alone is none
  ASSERT_TRUE(write_wav16(at("yes/s0_1.wav"), sound, 16000));
  for (std::size_t i = 8000; i < 8005; ++i) sound[i] = i % 2 == 0 ? 1.0F : -1.0F;
  ASSERT_TRUE(write_wav16(at("yes/s0_2.wav"), sound, 16000));
  // Only one of two channels.
  std::vector<float> stereo;
  for (const float x : noise()) stereo.insert(stereo.end(), {x, x});
  for (std::size_t i = 4000; i < 4003; ++i) stereo[2 * i + 1] = 1;
  ASSERT_TRUE(write_wav16(at("yes/s0_3.wav"), stereo, 16000, 2));
  const CheckReport r = report();
  EXPECT_EQ(r.clipped_clips, 2U);
  EXPECT_THAT(found(r, "clipping"),
              ElementsAre("warning yes/s0_2.wav: 6 of 16,000 samples at full scale (0.037 %), up "
                          "to 5 in a row",
                          "warning yes/s0_3.wav: 3 of 16,000 samples at full scale (0.019 %), up "
                          "to 3 in a row"));
  const auto first = std::ranges::find(r.findings, "clipping", &Finding::kind);
  ASSERT_NE(first, r.findings.end());
  EXPECT_DOUBLE_EQ(*first->time_s, 0.5);
}

TEST_F(Checks, SilenceIsExpectedOfBackgroundAlone) {
  speak({"yes", "_silence_"});
  for (const char* label : {"yes", "_silence_"}) {
    ASSERT_TRUE(write_wav16(at(fmt::format("{}/s0_1.wav", label)), noise(1, 0.0005), 16000));
    ASSERT_TRUE(
        write_wav16(at(fmt::format("{}/s0_2.wav", label)), std::vector<float>(16000), 16000));
  }
  const CheckReport r = report();
  EXPECT_EQ(r.silent_clips, 4U);
  EXPECT_THAT(found(r, "silence"),
              ElementsAre("warning yes/s0_1.wav: almost silent (-71 dBFS), but the label is 'yes'",
                          "warning yes/s0_2.wav: every sample is 0, but the label is 'yes'"));
  EXPECT_THAT(found(r, "duplicate"), testing::IsEmpty());
}

TEST_F(Checks, CopiesAreFoundInAnyContainer) {
  speak({"yes", "no"});
  const std::vector<float> sound = noise();
  ASSERT_TRUE(write_wav16(at("yes/s0_1.wav"), sound, 16000));
  fs::copy_file(at("yes/s0_1.wav"), at("yes/s0_2.wav"));
  ASSERT_TRUE(write_sound(at("yes/s0_3.flac"), SF_FORMAT_FLAC | SF_FORMAT_PCM_16, sound, 16000));
  // The same numbers at another rate are another sound.
  ASSERT_TRUE(write_wav16(at("yes/s0_4.wav"), sound, 22050));
  const CheckReport r = report();
  EXPECT_EQ(r.duplicate_files, 2U);
  EXPECT_THAT(found(r, "duplicate"),
              ElementsAre("warning yes/s0_2.wav: the same bytes as yes/s0_1.wav",
                          "warning yes/s0_3.flac: the same samples as yes/s0_1.wav"));
  EXPECT_TRUE(r.ok());
}

TEST_F(Checks, CopiesUnderTwoLabelsOrOnTwoSidesAreFaults) {
  speak({"yes", "no"});
  fs::copy_file(at("no/s0_0.wav"), at("yes/s0_1.wav"));
  const CheckReport labels = report();
  EXPECT_THAT(found(labels, "duplicate"),
              ElementsAre("fault yes/s0_1.wav: the same bytes as no/s0_0.wav, but there it is "
                          "'no' and here 'yes'"));
  fs::remove(at("yes/s0_1.wav"));
  EXPECT_TRUE(report().ok());
  // One of these names is sure to be on another side than speaker 0.
  for (int i = 40; i < 100; ++i) {
    fs::copy_file(at("no/s0_0.wav"), at(fmt::format("no/s{}_0.wav", i)));
  }
  const CheckReport sides = report();
  EXPECT_THAT(found(sides, "duplicate"),
              testing::Contains(testing::MatchesRegex(
                  "fault no/s[0-9]+_0.wav: the same bytes as no/s0_0.wav, which is in [a-z]+ while "
                  "this is in [a-z]+")));
}

TEST_F(Checks, LengthsAreToldOncePerLabel) {
  speak({"yes", "no"});
  ASSERT_TRUE(write_wav16(at("yes/s0_1.wav"), noise(0.1), 16000));
  ASSERT_TRUE(write_wav16(at("yes/s0_2.wav"), noise(0.2), 16000));
  ASSERT_TRUE(write_wav16(at("no/s0_1.wav"), noise(1.6), 16000));
  ASSERT_TRUE(write_wav16(at("no/s0_2.wav"), noise(1.4), 16000));
  const CheckReport r = report();
  EXPECT_THAT(found(r, "short"),
              ElementsAre("warning yes/s0_1.wav: 2 of 42 clips of 'yes' are shorter than a quarter "
                          "of a clip (0.25 s), this one 0.1 s"));
  EXPECT_THAT(found(r, "long"), ElementsAre("note no/s0_1.wav: 1 of 42 clips of 'no' is longer "
                                            "than one and a half clips (1.5 s), this one 1.6 s"));
  EXPECT_DOUBLE_EQ(r.durations.least_s, 0.1);
  EXPECT_DOUBLE_EQ(r.durations.most_s, 1.6);
}

TEST_F(Checks, LowRatesMatterWhereTheFrontEndHearsMore) {
  speak({"yes", "no"});
  ASSERT_TRUE(write_sound(at("yes/s0_1.ogg"), SF_FORMAT_OGG | SF_FORMAT_VORBIS, noise(), 8000));
  EXPECT_THAT(found(report(), "rate"),
              ElementsAre("warning yes/s0_1.ogg: 1 file at 8000 Hz, below the project's 16000 Hz: "
                          "nothing above 4000 Hz is in it"));
  project_.signal.high_hz = 4000;
  const CheckReport r = report();
  EXPECT_THAT(found(r, "rate"), ElementsAre(HasSubstr("note yes/s0_1.ogg")));
  ASSERT_EQ(r.stored.size(), 2U);
  EXPECT_EQ(r.stored[1].format, "OGG");
  EXPECT_EQ(r.stored[1].bits, 0);
}

TEST_F(Checks, LabelsThatLookAlikeAndRecordingsOutsideAreTold) {
  speak({"yes", "Yes ", "no"});
  ASSERT_TRUE(write_wav16(at("lost.wav"), noise(), 16000));
  ASSERT_TRUE(write_wav16(at("no/Ann.wav"), noise(), 16000));
  const CheckReport r = report();
  EXPECT_THAT(found(r, "alike-labels"),
              ElementsAre(HasSubstr("the labels 'Yes ' and 'yes' differ only in case")));
  EXPECT_THAT(found(r, "outside"), ElementsAre(HasSubstr("warning lost.wav: ")));
  EXPECT_THAT(found(r, "groups"), ElementsAre(HasSubstr("1 of 121 clips have no known speaker")));
}

TEST_F(Checks, LabelsMissingOrFew) {
  speak({"yes", "no"});
  ASSERT_TRUE(write_wav16(at("rare/s0_0.wav"), noise(), 16000));
  EXPECT_THAT(
      found(report(), "balance"),
      ElementsAre(HasSubstr("'rare' has 1 clip, less than a tenth of the label with most")));
  project_.data.labels = {"yes", "noo"};
  const CheckReport r = report();
  EXPECT_THAT(found(r, "missing-label"), ElementsAre(HasSubstr("no recording of 'noo'")));
  EXPECT_THAT(found(r, "unused-labels"), ElementsAre(HasSubstr("no, rare")));
  project_.data.labels.clear();
  fs::remove_all(at("no"));
  fs::remove_all(at("rare"));
  EXPECT_THAT(found(report(), "labels"), ElementsAre(HasSubstr("one label only ('yes')")));
}

TEST_F(Checks, AManifestsFaultsAreAllListed) {
  speak({"yes"}, 4);
  ASSERT_TRUE(write_text(at("list.csv"),
                         "path,label,group,split,start_s,end_s,licence\n"
                         "yes/s0_0.wav,yes,ann,train,0,0.5,CC0\n"
                         "yes/s0_0.wav,no,ann,train,0.5,1.2,CC0\n"
                         "yes/s0_0.wav,no,ann,train,3,4,CC0\n"
                         "yes/s1_0.wav,yes,ann,test,,,CC0\n"
                         "yes/none.wav,yes,ben,test,,,CC0\n"
                         "yes/s2_0.wav,,ben,test,,,CC0\n")
                  .ok());
  project_.data.manifest = "recordings/list.csv";
  const CheckReport r = report();
  EXPECT_THAT(found(r, "manifest"),
              ElementsAre(HasSubstr("fault list.csv: line 6: no such recording: "),
                          "fault list.csv: line 7: no label"));
  EXPECT_THAT(found(r, "crossing"), ElementsAre(HasSubstr("'ann' is both in train and in test")));
  EXPECT_THAT(found(r, "unreadable"),
              ElementsAre("fault yes/s0_0.wav: no samples from 3 s to 4 s; it is 1.000 s long"));
  EXPECT_THAT(found(r, "past-end"),
              ElementsAre("warning yes/s0_0.wav: the clip is to end 0.200 s after the recording "
                          "does"));
  EXPECT_THAT(found(r, "columns"), ElementsAre(HasSubstr("licence")));
  EXPECT_EQ(r.files, 2U);
  EXPECT_DOUBLE_EQ(r.labels[0].durations.most_s, 0.5);  // 'no': of its readable clip
}

TEST_F(Checks, TooFewGroupsAreAFault) {
  speak({"yes", "no"}, 2);
  const CheckReport r = report();
  EXPECT_FALSE(r.ok());
  EXPECT_THAT(found(r, "split"), testing::Contains(HasSubstr("there are only 2 groups")));
}

TEST_F(Checks, FindingsComeWorstFirstAndAreTheSameEachTime) {
  speak({"yes", "no"});
  ASSERT_TRUE(write_text(at("yes/s0_1.wav"), "").ok());
  ASSERT_TRUE(write_wav16(at("no/s0_1.wav"), std::vector<float>(16000), 16000));
  ASSERT_TRUE(write_wav16(at("no/s0_2.wav"), noise(2), 16000));
  const CheckReport r = report();
  EXPECT_EQ(r.findings.front().severity, Severity::fault);
  EXPECT_EQ(r.findings.back().severity, Severity::note);
  EXPECT_TRUE(std::ranges::is_sorted(r.findings, {}, &Finding::severity));
  EXPECT_EQ(to_json(r), to_json(report()));
}

TEST_F(Checks, TextIsATableWithBarsAndTheWorstFindings) {
  speak({"yes", "no"});
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(write_text(at(fmt::format("yes/s{}_1.wav", i)), "").ok());
  }
  const std::string text = to_text(report());
  EXPECT_THAT(text, HasSubstr("chirp: 89 recordings of 2 labels in "));
  EXPECT_THAT(text, HasSubstr("█"));
  EXPECT_THAT(text, HasSubstr("  fault    yes/s0_1.wav: an empty file; record or copy it again\n"));
  EXPECT_THAT(text, HasSubstr("... and 4 more of this kind (unreadable); --json lists all"));
  EXPECT_THAT(text, HasSubstr("\n9 faults, 0 warnings\n"));
}

TEST_F(Checks, JsonHoldsTheReport) {
  speak({"yes", "no"});
  ASSERT_TRUE(write_text(at("yes/s0_1\xFF.wav"), "").ok());  // a name that is not UTF-8
  const CheckReport r = report();
  const auto json = nlohmann::json::parse(to_json(r));
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["faults"], 1);
  EXPECT_EQ(json["files"], 81);
  EXPECT_EQ(json["labels"].size(), 2U);
  EXPECT_EQ(json["labels"][0]["name"], "no");
  EXPECT_EQ(json["labels"][0]["clips"]["train"], r.labels[0].clips[0]);
  EXPECT_EQ(json["labels"][0]["durations"]["histogram_s"]["counts"].size(),
            r.labels[0].durations.histogram.counts.size());
  EXPECT_EQ(json["stored_as"][0]["sample_rate_hz"], 16000);
  EXPECT_EQ(json["findings"][0]["severity"], "fault");
  EXPECT_TRUE(json["findings"][0]["time_s"].is_null());
}

TEST_F(Checks, NothingToCheckIsAnError) {
  EXPECT_FALSE(check_data(project_).ok());
  project_.data.manifest = "none.csv";
  EXPECT_FALSE(check_data(project_).ok());
}

TEST(Histogram, CountsEndsInTheEndBins) {
  Histogram histogram{-10, 5, {0, 0, 0}};
  for (const double value : {-99.0, -10.0, -5.1, -5.0, 0.0, 4.9, 5.0, 1e300}) histogram.add(value);
  EXPECT_THAT(histogram.counts, ElementsAre(3, 1, 4));
  EXPECT_EQ(histogram.total(), 8U);
  Histogram none;
  none.add(1);
  EXPECT_EQ(none.total(), 0U);
}

}  // namespace
}  // namespace sengi::data
