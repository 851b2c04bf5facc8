// SPDX-License-Identifier: Apache-2.0
// Whole trainings of small projects: tones that speakers of made names "say".
#include "train/train_project.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "data/audio.h"
#include "model/tflite.h"
#include "project/trained.h"
#include "train/folds.h"
#include "train/learning_curve.h"
#include "train/random.h"

namespace sengi::train {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::int32_t rate_hz = 8000;

// Half a second of a tone in a little noise.
data::Audio tone(double hz, Random& random) {
  data::Audio audio{.sample_rate_hz = rate_hz, .samples = std::vector<std::int16_t>(rate_hz / 2)};
  const double level = random.uniform(1000, 8000);
  const double step = 2 * std::numbers::pi * hz * random.uniform(0.95, 1.05) / rate_hz;
  for (std::size_t i = 0; i < audio.samples.size(); ++i) {
    const double value = level * std::sin(step * static_cast<double>(i)) + 50.0 * random.noise();
    audio.samples[i] = static_cast<std::int16_t>(std::lround(value));
  }
  return audio;
}

const TrainOptions undisturbed{.stop = [] { return false; }};

class TrainProject : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TemporaryFolder::make();
    ASSERT_TRUE(made.ok());
    folder_ = std::make_unique<TemporaryFolder>(std::move(made).value());
    Random random({42});
    for (const auto& [label, hz] : {std::pair("low", 400.0), std::pair("high", 1600.0)}) {
      for (int speaker = 0; speaker < 20; ++speaker) {
        for (int take = 0; take < 2; ++take) {
          const auto path =
              root() / "recordings" / label / fmt::format("s{:02}_{}.wav", speaker, take);
          ASSERT_TRUE(data::write_wav(path, tone(hz, random)).ok());
        }
      }
    }
    for (int i = 0; i < 20; ++i) {
      const auto path = root() / "recordings/_silence_" / fmt::format("s{:02}_0.wav", i);
      data::Audio audio = tone(100, random);
      for (auto& x : audio.samples) x = static_cast<std::int16_t>(20 * random.noise());
      ASSERT_TRUE(data::write_wav(path, audio).ok());
    }
  }

  fs::path root() const { return folder_->path(); }

  project::Project project(const std::string& name = "a") const {
    project::Project p;
    p.folder = root() / name;
    p.name = "tones";
    p.kind = "keyword";
    p.data.path = (root() / "recordings").string();
    p.data.group = "(s[0-9]+)_";
    p.data.clip_ms = 500;
    p.data.validation_percent = 25;
    p.data.test_percent = 25;
    p.signal = {.sample_rate_hz = rate_hz,
                .window_samples = 256,
                .hop_samples = 160,
                .fft_size = 256,
                .mel_channels = 20,
                .low_hz = 50,
                .high_hz = 3800,
                .feature = signal::Feature::mfcc,
                .coefficients = 10};
    p.model.channels = 8;
    p.model.blocks = 1;
    p.train.epochs = 8;
    p.train.batch = 8;
    p.train.learning_rate = 0.01;
    p.train.quantize_epochs = 3;
    p.train.threads = 1;
    p.train.augment.shift_ms = 20;
    return p;
  }

  // Of a file's bytes: what tests print stays readable.
  static std::string fingerprint(const fs::path& path) {
    auto text = read_text(path);
    EXPECT_TRUE(text.ok()) << text.error().message;
    return text.ok() ? sha256(text.value()) : "";
  }

  static nlohmann::json record(const TrainOutcome& outcome) {
    return nlohmann::json::parse(outcome.record);
  }

  // Says so the n-th time it is asked, and from then on.
  static std::function<bool()> stop_after(int n) {
    return [n]() mutable { return --n < 0; };
  }

 private:
  std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(TrainProject, TellsTonesApartAndLeavesEverythingThatFollowsNeeds) {
  auto p = project();
  p.train.epochs = 30;
  const auto outcome = train_project(p, undisturbed);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  const auto json = record(outcome.value());
  EXPECT_GT(json["float"]["test"]["accuracy"], 0.95);
  EXPECT_GT(json["int8"]["test"]["accuracy"], 0.95);
  EXPECT_GT(json["int8"]["test"]["count"], 10);
  EXPECT_EQ(json["epochs"].size(), 30 + 3U);
  EXPECT_EQ(json["epochs"].back()["phase"], "int8");
  EXPECT_GT(json["operations"], 0);

  const auto trained = project::load_trained(p);
  ASSERT_TRUE(trained.ok()) << trained.error().message;
  EXPECT_EQ(trained.value().labels, (std::vector<std::string>{"_silence_", "high", "low"}));
  EXPECT_EQ(trained.value().silence, "_silence_");
  EXPECT_EQ(trained.value().unknown, "");
  EXPECT_EQ(trained.value().columns, p.columns());
  const auto graph = model::read_tflite(project::model_path(p));
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_EQ(graph.value().tensors[static_cast<std::size_t>(graph.value().inputs[0])].type,
            model::Type::int8);
  EXPECT_TRUE(model::read_tflite(p.out() / "float.tflite").ok());
  EXPECT_FALSE(fs::exists(p.out() / "checkpoint.pt"));
  EXPECT_FALSE(fs::exists(p.out() / ".new"));
}

TEST_F(TrainProject, TheSameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  const auto model = [&](const project::Project& p) {
    const auto outcome = train_project(p, undisturbed);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    return fingerprint(project::model_path(p));
  };
  auto first = project("a");
  first.train.epochs = 2;
  first.train.quantize_epochs = 1;
  auto second = first;
  second.folder = root() / "b";
  auto third = first;
  third.folder = root() / "c";
  third.train.seed = 2;
  const std::string expected = model(first);
  EXPECT_EQ(expected, model(second));
  EXPECT_NE(expected, model(third));
}

TEST_F(TrainProject, OneThreadAndTwoGiveTheSameBytes) {
  const auto model = [&](const std::string& name, int threads) {
    project::Project p = project(name);
    p.train.epochs = 2;
    p.train.quantize_epochs = 2;
    p.train.batch = 33;  // parts of 16 and 17; the last batch is one part
    p.train.weight_averaging = 0.9;
    p.train.threads = threads;
    const auto outcome = train_project(p, undisturbed);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    return fingerprint(project::model_path(p));
  };
  EXPECT_EQ(model("a", 1), model("b", 2));
}

TEST_F(TrainProject, AResumedTrainingEndsInTheSameBytes) {
  auto straight = project("a");
  straight.train.epochs = 4;
  straight.train.quantize_epochs = 2;
  int asked = 0;
  const auto never = [&] { return ++asked < 0; };
  ASSERT_TRUE(train_project(straight, {.stop = never}).ok());
  const std::string expected = fingerprint(project::model_path(straight));

  // Stopped this many questions before the end: between two epochs and within them, in the float
  // phase and in fine-tuning. An epoch asks at each of its few steps.
  for (const int before_end : {2, 8, 9, 14, 19}) {
    auto p = straight;
    p.folder = root() / fmt::format("stopped_{}", before_end);
    const auto stopped = train_project(p, {.stop = stop_after(asked - before_end)});
    ASSERT_TRUE(stopped.ok()) << stopped.error().message;
    EXPECT_FALSE(stopped.value().complete) << before_end;
    EXPECT_TRUE(project::load_trained(p).ok());
    EXPECT_LT(record(stopped.value())["epochs"].size(), 6U);

    const auto resumed = train_project(p, {.resume = true, .stop = undisturbed.stop});
    ASSERT_TRUE(resumed.ok()) << resumed.error().message;
    EXPECT_TRUE(resumed.value().complete);
    EXPECT_EQ(record(resumed.value())["epochs"].size(), 6U);
    EXPECT_EQ(fingerprint(project::model_path(p)), expected) << before_end;
  }
}

TEST_F(TrainProject, CtrlCKeepsTheBestSoFar) {
  const auto p = project();
  watch_for_interrupt();
  int asked = 0;
  const auto stop = [&] {
    if (++asked == 125) std::raise(SIGINT);
    return interrupted();
  };
  const auto outcome = train_project(p, {.stop = stop});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_FALSE(outcome.value().complete);
  EXPECT_TRUE(project::load_trained(p).ok());
  EXPECT_TRUE(fs::exists(p.out() / "checkpoint.pt"));
  EXPECT_GT(record(outcome.value())["int8"]["test"]["count"], 0);

  // What was stopped is not what was asked for: the next training is a real one.
  const auto again = train_project(p, undisturbed);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_FALSE(again.value().up_to_date);
  EXPECT_TRUE(again.value().could_resume);
}

TEST_F(TrainProject, StoppedBeforeTheFirstEpochChangesNothing) {
  const auto p = project();
  ASSERT_TRUE(write_text(p.out() / "model.tflite", "mine").ok());
  for (const int asked : {0, 103}) {  // while reading 100 clips, and in the first epoch
    const auto outcome = train_project(p, {.stop = stop_after(asked)});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().outcome, Outcome::no);
    EXPECT_THAT(outcome.error().message, HasSubstr("nothing was changed"));
  }
  EXPECT_EQ(fingerprint(p.out() / "model.tflite"), sha256("mine"));
}

TEST_F(TrainProject, TrainsAgainOnlyIfSomethingChanged) {
  auto p = project();
  p.train.epochs = 1;
  p.train.quantize_epochs = 1;
  const auto up_to_date = [&](bool force = false) {
    const auto outcome = train_project(p, {.force = force, .stop = undisturbed.stop});
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    return outcome.ok() && outcome.value().up_to_date;
  };
  EXPECT_FALSE(up_to_date());
  EXPECT_TRUE(up_to_date());
  EXPECT_FALSE(up_to_date(/*force=*/true));
  p.detect.threshold = 0.5;  // needs no training
  EXPECT_TRUE(up_to_date());
  p.train.augment.gain_db = 5;
  EXPECT_FALSE(up_to_date());
  Random random({5});
  ASSERT_TRUE(data::write_wav(root() / "recordings/low/s03_0.wav", tone(430, random)).ok());
  EXPECT_FALSE(up_to_date());
  ASSERT_TRUE(write_text(project::model_path(p), "changed by hand").ok());
  EXPECT_FALSE(up_to_date());
}

TEST_F(TrainProject, AFailureLeavesEarlierOutputsAsTheyWere) {
  auto p = project();
  p.train.epochs = 1;
  p.train.quantize_epochs = 0;
  ASSERT_TRUE(train_project(p, undisturbed).ok());
  const std::string model = fingerprint(project::model_path(p));
  const std::string pipeline = fingerprint(project::pipeline_path(p));
  // A folder stands where one of the four files should go while they are written.
  ASSERT_TRUE(write_text(root() / "recordings/low/s01_9.wav", "not a recording").ok());
  const auto outcome = train_project(p, undisturbed);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("s01_9.wav"));
  EXPECT_EQ(fingerprint(project::model_path(p)), model);
  EXPECT_EQ(fingerprint(project::pipeline_path(p)), pipeline);
}

TEST_F(TrainProject, AFolderThatCannotBeWrittenIsToldBeforeLearning) {
  const auto p = project();
  ASSERT_TRUE(write_text(p.out(), "a file where the folder should be").ok());
  int asked = 0;
  const auto outcome = train_project(p, {.stop = [&] { return ++asked > 0; }});
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr(p.out().string()));
  EXPECT_EQ(asked, 0) << "recordings were read";
}

TEST_F(TrainProject, NothingToResumeIsAnError) {
  const auto p = project();
  const auto outcome = train_project(p, {.resume = true, .stop = undisturbed.stop});
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("no training to resume"));
  ASSERT_TRUE(write_text(p.out() / "checkpoint.pt", "nonsense").ok());
  const auto nonsense = train_project(p, {.resume = true, .stop = undisturbed.stop});
  ASSERT_FALSE(nonsense.ok());
  EXPECT_THAT(nonsense.error().message, HasSubstr("checkpoint.pt"));
}

TEST_F(TrainProject, ALearningCurveTrainsOnNestedPartsAndIsNotTrainedTwice) {
  auto p = project();
  p.train.epochs = 4;
  p.train.quantize_epochs = 1;
  std::vector<std::string> told;
  const StudyOptions options{.stop = undisturbed.stop,
                             .tell = [&](const std::string& words) { told.push_back(words); }};
  const auto curve = learning_curve(p, options);
  ASSERT_TRUE(curve.ok()) << curve.error().message;
  const auto json = nlohmann::json::parse(curve.value());
  const auto& points = json.at("points");
  ASSERT_GE(points.size(), 3U);
  EXPECT_EQ(points.size(), told.size());
  EXPECT_EQ(points.back().at("share"), 1);
  EXPECT_EQ(points.back().at("epochs"), 4);  // few, so all
  EXPECT_GT(points.front().at("epochs"), 7);
  std::set<std::string> smaller;
  for (const auto& point : points) {
    EXPECT_EQ(point.at("count"), points.back().at("count"));  // the whole test side
    const auto manifest =
        read_text(p.out() / "learning_curve" /
                  fmt::format("{:g}", 100 * point.at("share").get<double>()) / "manifest.csv");
    ASSERT_TRUE(manifest.ok());
    std::set<std::string> rows;
    for (std::size_t at = 0; at < manifest.value().size();) {
      const std::size_t end = manifest.value().find('\n', at);
      rows.insert(manifest.value().substr(at, end - at));
      at = end + 1;
    }
    EXPECT_TRUE(std::ranges::includes(rows, smaller));
    smaller = rows;
  }
  EXPECT_TRUE(json.contains("fit"));
  EXPECT_FALSE(fs::exists(project::model_path(p)));  // the project's own model is untouched

  // Again: everything is up to date, and nothing may ask whether to stop.
  int asked = 0;
  const StudyOptions again{.stop = [&] { return ++asked < 0; }};
  const auto same = learning_curve(p, again);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same.value(), curve.value());
  EXPECT_EQ(asked, 0);
}

TEST_F(TrainProject, FoldsTestEveryClipOnceAndGoOnWhereTheyWereStopped) {
  auto p = project();
  p.train.epochs = 2;
  p.train.quantize_epochs = 1;
  const StudyOptions undisturbed_study{.stop = undisturbed.stop};
  int asked = 0;
  const auto stopped = cross_validate(p, 3, {.stop = [&] { return ++asked > 250; }});
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().outcome, Outcome::no);
  const auto done = cross_validate(p, 3, undisturbed_study);
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto json = nlohmann::json::parse(done.value());
  ASSERT_EQ(json.at("folds").size(), 3U);
  EXPECT_EQ(json.at("all").at("count"), 100);
  double sum = 0;
  for (const auto& fold : json.at("folds")) sum += fold.at("accuracy").get<double>();
  EXPECT_NEAR(json.at("accuracy").at("mean"), sum / 3, 1e-12);
  EXPECT_FALSE(cross_validate(p, 49, undisturbed_study).ok());  // of 20 speakers and silences
}

TEST(Folds, AreEvenAndWhole) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i < 30; ++i) {
    units.push_back({fmt::format("{}", i), std::vector<std::size_t>(1 + i % 4)});
  }
  const auto fold_of = deal(units, 4);
  std::vector<std::size_t> clips(4);
  for (std::size_t i = 0; i < units.size(); ++i) clips[fold_of[i]] += units[i].clips.size();
  EXPECT_LE(std::ranges::max(clips) - std::ranges::min(clips), 4U);
}

}  // namespace
}  // namespace sengi::train
