// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "base/files.h"
#include "data/audio.h"
#include "data/test_sounds.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Datasets : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
    project_.folder = folder_->path();
    project_.data.path = "recordings";
    project_.data.group = "^([a-z0-9]+)_";
  }

  fs::path recordings() const { return folder_->path() / "recordings"; }

  // A file that looks like a recording from outside, which is all that loading looks at.
  static void touch(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }

  // Clips of `speakers` under each label.
  void speak(const std::vector<std::string>& labels, int speakers, int takes = 1) {
    for (const std::string& label : labels) {
      for (int speaker = 0; speaker < speakers; ++speaker) {
        for (int take = 0; take < takes; ++take) {
          touch(recordings() / label / fmt::format("s{}_{}.wav", speaker, take));
        }
      }
    }
  }

  void manifest(const std::string& text) {
    project_.data.manifest = "list.csv";
    ASSERT_TRUE(write_text(folder_->path() / "list.csv", text).ok());
  }

  Dataset loaded() {
    auto dataset = load_dataset(project_);
    EXPECT_TRUE(dataset.ok()) << dataset.error().message;
    return dataset.ok() ? std::move(dataset).value() : Dataset();
  }

  // The error without the folder that stands before every path.
  std::string fault() {
    const auto dataset = load_dataset(project_);
    if (dataset.ok()) return "no fault";
    std::string message = dataset.error().message;
    const std::string prefix = folder_->path().string() + "/";
    for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message;
  }

  std::optional<TemporaryFolder> folder_;
  project::Project project_;
};

std::map<std::string, Split> sides_by_path(const Dataset& dataset) {
  std::map<std::string, Split> sides;
  for (const Clip& clip : dataset.clips) sides[clip.path.string()] = clip.split;
  return sides;
}

TEST_F(Datasets, FoldersAreLabels) {
  speak({"yes", "no"}, 40, 2);
  touch(recordings() / "yes" / "deeper" / "s0_9.FLAC");
  touch(recordings() / "yes" / "notes.txt");
  touch(recordings() / "yes" / ".s1_hidden.wav");
  touch(recordings() / ".cache" / "s1_1.wav");
  touch(recordings() / "papers" / "read.pdf");
  touch(recordings() / "SOURCE.txt");
  const Dataset dataset = loaded();
  EXPECT_THAT(dataset.labels, ElementsAre("no", "yes"));
  EXPECT_EQ(dataset.clips.size(), 2U * 40 * 2 + 1);
  EXPECT_TRUE(std::ranges::is_sorted(dataset.clips, {}, &Clip::path));
  for (const Clip& clip : dataset.clips) {
    const std::string label = (clip.path.lexically_relative(recordings())).begin()->string();
    EXPECT_EQ(dataset.labels[clip.label], label);
  }
}

TEST_F(Datasets, GroupsComeFromThePattern) {
  speak({"yes", "no"}, 40);
  touch(recordings() / "yes" / "Nobody.wav");
  for (const Clip& clip : loaded().clips) {
    const std::string name = clip.path.filename().string();
    EXPECT_EQ(clip.group, name == "Nobody.wav" ? "" : name.substr(0, name.find('_')));
  }
}

TEST_F(Datasets, NoGroupIsOnTwoSides) {
  speak({"yes", "no", "maybe"}, 60, 3);
  std::map<std::string, std::set<Split>> sides;
  std::set<Split> all;
  for (const Clip& clip : loaded().clips) {
    sides[clip.group].insert(clip.split);
    all.insert(clip.split);
  }
  EXPECT_EQ(sides.size(), 60U);
  EXPECT_EQ(all.size(), 3U);
  for (const auto& [group, its] : sides) EXPECT_EQ(its.size(), 1U) << group;
}

TEST_F(Datasets, AddingRecordingsMovesNone) {
  speak({"yes", "no"}, 40);
  const auto before = sides_by_path(loaded());
  speak({"yes", "no", "maybe"}, 90, 2);
  touch(recordings() / "yes" / "Nobody.wav");
  const auto after = sides_by_path(loaded());
  EXPECT_GT(after.size(), before.size());
  for (const auto& [path, side] : before) EXPECT_EQ(after.at(path), side) << path;
}

TEST_F(Datasets, TheProjectMayStandAnywhere) {
  project_.data.group.clear();  // the paths decide
  speak({"yes", "no"}, 30);
  const Dataset here = loaded();
  const fs::path elsewhere = folder_->path() / "moved" / "deep";
  fs::create_directories(elsewhere);
  fs::rename(recordings(), elsewhere / "recordings");
  project_.folder = elsewhere;
  const Dataset there = loaded();
  ASSERT_EQ(here.clips.size(), there.clips.size());
  for (std::size_t i = 0; i < here.clips.size(); ++i) {
    EXPECT_EQ(here.clips[i].split, there.clips[i].split);
    EXPECT_EQ(here.clips[i].path.filename(), there.clips[i].path.filename());
  }
}

TEST_F(Datasets, ChosenLabelsKeepTheirOrder) {
  speak({"a", "b", "c"}, 40);
  project_.data.labels = {"c", "a"};
  const Dataset dataset = loaded();
  EXPECT_THAT(dataset.labels, ElementsAre("c", "a"));
  EXPECT_EQ(dataset.clips.size(), 80U);
  EXPECT_EQ(dataset.labels[dataset.clips.front().label], "a");  // the first by path
}

TEST_F(Datasets, FolderFaults) {
  EXPECT_THAT(fault(), HasSubstr("recordings: no such folder; it should hold one folder"));
  fs::create_directories(recordings());
  EXPECT_THAT(fault(), HasSubstr("recordings: no recordings in it"));
  speak({"yes"}, 20);
  EXPECT_EQ(fault(),
            "recordings: one label only ('yes'); a network needs at least two to tell "
            "apart, such as a word and '_unknown_'");
  speak({"no"}, 20);
  project_.data.labels = {"yes", "nope"};
  EXPECT_EQ(fault(), "recordings: no recording of 'nope', which [data] labels names");
  project_.data.labels = {"yes", "noo"};
  EXPECT_EQ(fault(),
            "recordings: no recording of 'noo', which [data] labels names; did you mean 'no'?");
}

TEST_F(Datasets, TooFewGroupsNameASeedThatWorks) {
  speak({"yes", "no"}, 5);
  // Some seed of the first few leaves a side without clips; the one that is named does not.
  std::string message = "no fault";
  for (; message == "no fault" && project_.data.seed < 50; ++project_.data.seed) message = fault();
  EXPECT_THAT(message, HasSubstr("is left for "));
  EXPECT_THAT(message, HasSubstr("there are only 5 groups"));
  const std::size_t at = message.find("set seed = ");
  ASSERT_NE(at, std::string::npos) << message;
  project_.data.seed = std::stoull(message.substr(at + 11));
  std::set<Split> sides;
  for (const Clip& clip : loaded().clips) sides.insert(clip.split);
  EXPECT_EQ(sides.size(), 3U);
}

TEST_F(Datasets, WhereNoSeedHelpsTheFaultSaysSo) {
  speak({"yes", "no"}, 2);
  EXPECT_THAT(fault(), HasSubstr("record more of them, or set test_percent"));
  project_.data.test_percent = 0;
  project_.data.validation_percent = 0;
  EXPECT_EQ(loaded().clips.size(), 4U);
}

TEST_F(Datasets, AManifestSaysAll) {
  for (const char* name : {"a.wav", "b.wav", "deep/c.wav", "field, day 2.wav"}) {
    touch(folder_->path() / name);
  }
  manifest(
      "path,label,group,split,start_s,end_s\r\n"
      "b.wav,owl,ann,train,1.5,2.5\r\n"
      "b.wav,owl,ann,train,0,1\r\n"
      "a.wav,fox,ben,validation,,\r\n"
      "\"field, day 2.wav\",fox,eve,train,,\r\n" +
      (folder_->path() / "deep/c.wav").string() + ",fox,cid,test,,\r\n");
  const Dataset dataset = loaded();
  EXPECT_THAT(dataset.labels, ElementsAre("fox", "owl"));
  ASSERT_EQ(dataset.clips.size(), 5U);
  EXPECT_EQ(dataset.clips[0].path, folder_->path() / "a.wav");
  EXPECT_EQ(dataset.clips[0].split, Split::validation);
  EXPECT_EQ(dataset.clips[1].start_s, 0);
  EXPECT_EQ(dataset.clips[2].start_s, 1.5);
  EXPECT_EQ(dataset.clips[2].end_s, 2.5);
  EXPECT_EQ(dataset.clips[2].group, "ann");
  EXPECT_EQ(dataset.clips[3].split, Split::test);
  EXPECT_EQ(dataset.clips[4].path, folder_->path() / "field, day 2.wav");
}

TEST_F(Datasets, ARowWithoutASplitFollowsItsGroup) {
  std::string text = "path,label,group,split\n";
  for (int i = 0; i < 40; ++i) {
    touch(folder_->path() / fmt::format("{}.wav", i));
    text += fmt::format("{}.wav,{},g{},{}\n", i, i % 2 == 0 ? "owl" : "fox", i / 4,
                        i % 4 == 0 ? "test" : "");
  }
  touch(folder_->path() / "free.wav");
  manifest(text + "free.wav,owl,free,train\nfree.wav,fox,free,train\n");
  project_.data.validation_percent = 0;
  for (const Clip& clip : loaded().clips) {
    EXPECT_EQ(clip.split, clip.group == "free" ? Split::train : Split::test);
  }
}

TEST_F(Datasets, ManifestFaults) {
  manifest("path,label\nnone.wav,owl\n");
  EXPECT_EQ(fault(), "list.csv:2: no such recording: none.wav");
  touch(folder_->path() / "a.wav");
  touch(folder_->path() / "b.wav");
  manifest("path,label,split\na.wav,owl,tets\n");
  EXPECT_EQ(fault(), "list.csv:2: split must be train, validation, test or empty, not 'tets'");
  manifest("path,label,group,split\na.wav,owl,ann,train\nb.wav,fox,ann,test\n");
  EXPECT_EQ(fault(),
            "list.csv: the split column puts 'ann' into both train and test; a speaker, "
            "animal, site or recording must be wholly in one");
  // Two stretches of one recording belong together as well.
  manifest("path,label,split,start_s,end_s\na.wav,owl,train,0,1\na.wav,fox,test,1,2\n");
  EXPECT_THAT(fault(), HasSubstr("puts 'a.wav' into both train and test"));
  manifest("path,label\na.wav,owl\n");
  EXPECT_THAT(fault(), HasSubstr("one label only ('owl')"));
  manifest("path,label\n");
  EXPECT_THAT(fault(), HasSubstr("list.csv: no recordings in it"));
  manifest("path,label\n\"a.wav,owl\n");
  EXPECT_EQ(fault(), "list.csv:2: a quote that is never closed");
  fs::remove(folder_->path() / "list.csv");
  EXPECT_THAT(fault(), HasSubstr("list.csv: cannot open"));
}

TEST_F(Datasets, ATestFolderIsAllTest) {
  speak({"yes", "no", "other"}, 3);
  const std::vector<std::string> labels = {"_unknown_", "yes", "no"};
  const auto with = [](const std::string& unknown, const std::string& group) {
    project::Project project;
    project.data.unknown = unknown;
    project.data.group = group;
    return project;
  };
  const auto dataset = load_test_folder(recordings(), labels, with("_unknown_", "^([a-z0-9]+)_"));
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  EXPECT_EQ(dataset.value().labels, labels);
  std::map<std::size_t, int> counts;
  for (const Clip& clip : dataset.value().clips) {
    EXPECT_EQ(clip.split, Split::test);
    EXPECT_EQ(clip.group.size(), 2U);
    ++counts[clip.label];
  }
  EXPECT_EQ(counts, (std::map<std::size_t, int>{{0, 3}, {1, 3}, {2, 3}}));

  const auto strict = load_test_folder(recordings(), {"yes", "no"}, with("", ""));
  ASSERT_FALSE(strict.ok());
  EXPECT_THAT(strict.error().message,
              HasSubstr("recordings/other: not a label of the model, which knows yes, no"));
  EXPECT_FALSE(load_test_folder(recordings(), labels, with("_unknown_", "(")).ok());
  EXPECT_FALSE(load_test_folder(folder_->path() / "none", labels, with("", "")).ok());
  fs::create_directories(folder_->path() / "void");
  EXPECT_FALSE(load_test_folder(folder_->path() / "void", labels, with("", "")).ok());
}

TEST_F(Datasets, AClipHasTheProjectsRateAndLength) {
  const fs::path path = folder_->path() / "a.wav";
  ASSERT_TRUE(write_wav16(path, tone(300, 3, 8000), 8000));
  Clip clip;
  clip.path = path;
  const auto whole = ClipReader(project_).read(clip);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole.value().size(), 16000U);
  clip.start_s = 2.5;
  const auto short_one = ClipReader(project_).read(clip);
  ASSERT_TRUE(short_one.ok());
  EXPECT_EQ(short_one.value().size(), 16000U);
  EXPECT_THAT(std::span(short_one.value()).first(4000), testing::Each(0));
  EXPECT_NEAR(amplitude_at(300, std::span(short_one.value()).subspan(5000, 6000), 16000), 0.5,
              0.01);
}

// Counted by hand: one line of `ls FOLDER | wc -l` a label.
TEST(SpeechCommands, AreFoundAsTheyAre) {
  const fs::path root = fs::path(SENGI_SHARED_DATA) / "kws_en_speech_commands";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not on this machine";
  project::Project project;
  project.data.path = root.string();
  project.data.group = "(?:^|_)([0-9a-f]{8})_nohash";
  project.data.labels = {"_silence_", "_unknown_", "down",  "go",   "left", "no",
                         "off",       "on",        "right", "stop", "up",   "yes"};
  const auto dataset = load_dataset(project);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  std::vector<int> counts(12);
  std::map<std::string, std::set<Split>> sides;
  for (const Clip& clip : dataset.value().clips) {
    ++counts[clip.label];
    const bool background = clip.label == 0;
    EXPECT_EQ(clip.group.size(), background ? 0U : 8U) << clip.path;
    if (!background) sides[clip.group].insert(clip.split);
  }
  EXPECT_THAT(counts, ElementsAre(60, 240, 160, 160, 160, 160, 160, 160, 160, 160, 160, 160));
  for (const auto& [group, its] : sides) EXPECT_EQ(its.size(), 1U);
  for (const Clip& clip : dataset.value().clips) {
    const auto samples = ClipReader(project).read(clip);
    ASSERT_TRUE(samples.ok()) << samples.error().message;
    ASSERT_EQ(samples.value().size(), 16000U);
  }
}

}  // namespace
}  // namespace sengi::data
