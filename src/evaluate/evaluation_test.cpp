// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numbers>

#include "base/files.h"
#include "base/hash.h"
#include "data/audio.h"
#include "evaluate/parallel.h"
#include "evaluate/run_record.h"
#include "evaluate/training_record.h"
#include "model/interpreter.h"
#include "model/tflite.h"
#include "signal/front_end_tables.h"

namespace sengi::evaluate {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// Low tones and high tones, told apart by a network made by hand: its first score is the sum of the
// lower half of the log-mel channels, its second that of the upper half. Nothing is learned, so
// what the right answers are is known beforehand.
constexpr std::int32_t channels = 16;
constexpr std::string_view config = R"(
[data]
path = "recordings"
group = "^([a-z]+)_"
clip_ms = 400
test_percent = 60
seed = 2
[signal]
sample_rate_hz = 8000
feature = "log-mel"
mel_channels = 16
low_hz = 50
high_hz = 4000
)";

// +1 for the half of the channels that belongs to the label.
template <typename T>
std::vector<T> half_weights(std::int32_t columns, T unit) {
  std::vector<T> weights;
  for (const bool upper : {false, true}) {
    for (std::int32_t i = 0; i < columns * channels; ++i) {
      weights.push_back((i % channels >= channels / 2) == upper ? unit : T{0});
    }
  }
  return weights;
}

model::Graph tone_network(std::int32_t columns, bool quantized) {
  using model::Type;
  const Type type = quantized ? Type::int8 : Type::float32;
  const auto by = [&](float scale, std::int32_t zero) {
    return quantized ? model::Quantization{{scale}, {zero}, 0} : model::Quantization{};
  };
  const std::int32_t features = columns * channels;
  model::Graph graph;
  graph.name = "tones";
  graph.tensors = {{"features", type, {1, features}, by(0.03125f, 0), {}},
                   {"weights",
                    type,
                    {2, features},
                    by(1.0f / 127, 0),
                    quantized ? bytes_of(half_weights<std::int8_t>(columns, 127))
                              : bytes_of(half_weights<float>(columns, 1))},
                   {"sums", type, {1, 2}, by(1.0f, 0), {}},
                   {"scores", type, {1, 2}, by(1.0f / 256, -128), {}}};
  graph.operators = {{model::FullyConnected{}, {0, 1, model::absent}, {2}},
                     {model::Softmax{}, {2}, {3}}};
  graph.inputs = {0};
  graph.outputs = {3};
  return graph;
}

std::vector<std::int16_t> tone(double hz, std::size_t samples) {
  std::vector<std::int16_t> wave(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    wave[i] = static_cast<std::int16_t>(
        8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / 8000));
  }
  return wave;
}

class TonesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
    ASSERT_TRUE(write_text(root() / "sengi.toml", config).ok());
    int speaker = 0;
    for (const std::string name : {"ann", "bob", "cid", "dee", "eve", "fay", "gus", "hal"}) {
      for (int take = 0; take < 3; ++take) {
        write_tone("low/" + name + "_" + std::to_string(take), 150 + 20 * speaker + 7 * take);
        write_tone("high/" + name + "_" + std::to_string(take), 2600 + 40 * speaker + 9 * take);
      }
      ++speaker;
    }
    auto project = project::load_project(root());
    ASSERT_TRUE(project.ok()) << project.error().message;
    project_ = project.value();
    train();
  }

  fs::path root() const { return folder_->path(); }

  void write_tone(const std::string& name, double hz) {
    ASSERT_TRUE(
        data::write_wav(root() / "recordings" / (name + ".wav"), data::Audio{8000, tone(hz, 3200)})
            .ok());
  }

  // Leaves in out/ what training would.
  void train() {
    const std::vector<std::vector<std::int16_t>> clips = {tone(200, 3200), tone(2800, 3200)};
    auto scaling = signal::calibrate(project_.signal, signal::views(clips));
    ASSERT_TRUE(scaling.ok()) << scaling.error().message;
    const std::vector<std::byte> file = model::write_tflite(tone_network(project_.columns(), true));
    project::Trained trained;
    trained.name = "tones";
    trained.labels = {"low", "high"};
    trained.signal = project_.signal;
    trained.feature_offset = scaling.value().offset;
    trained.feature_multiplier = scaling.value().multiplier;
    trained.columns = project_.columns();
    trained.clip_samples = project_.clip_samples();
    trained.config_sha256 = project_.config_sha256;
    trained.model_sha256 = sha256(file);
    ASSERT_TRUE(write_file(project::model_path(project_), file).ok());
    ASSERT_TRUE(project::save_trained(project_, trained).ok());
  }

  Pipeline pipeline() {
    auto loaded = Pipeline::load(project_);
    EXPECT_TRUE(loaded.ok()) << loaded.error().message;
    return std::move(loaded).value();
  }

  Evaluation evaluated() {
    const auto dataset = data::load_dataset(project_);
    EXPECT_TRUE(dataset.ok()) << dataset.error().message;
    auto result = evaluate(pipeline(), project_, dataset.value(), "test split");
    EXPECT_TRUE(result.ok()) << result.error().message;
    return std::move(result).value();
  }

  std::optional<TemporaryFolder> folder_;
  project::Project project_;
};

TEST_F(TonesTest, TonesAreToldApart) {
  const Evaluation evaluation = evaluated();
  const Figures all = figures(evaluation.confusion);
  EXPECT_GT(all.count, 6u);
  EXPECT_EQ(all.accuracy, 1);
  EXPECT_TRUE(evaluation.mistakes.empty());
  std::uint64_t in_groups = 0;
  for (const GroupFigures& group : evaluation.groups) in_groups += group.count;
  EXPECT_EQ(in_groups, all.count);
}

TEST_F(TonesTest, ScoresAreThoseOfTheFrontEndAndTheInterpreterByHand) {
  Pipeline asked = pipeline();
  const auto clip = tone(333, 3200);
  const auto tables = signal::make_tables(
      project_.signal, {asked.trained().feature_offset, asked.trained().feature_multiplier});
  ASSERT_TRUE(tables.ok());
  const std::vector<std::int8_t> features = signal::features(*tables.value(), clip);
  auto interpreter = model::Interpreter::make(tone_network(project_.columns(), true));
  ASSERT_TRUE(interpreter.ok());
  const auto expected = interpreter.value().run(std::as_bytes(std::span(features)));
  EXPECT_EQ(bytes_of(asked.score(clip)), expected);
}

TEST_F(TonesTest, AFolderWithTheNamesSwappedIsAllWrong) {
  fs::rename(root() / "recordings/low", root() / "recordings/was_low");
  fs::rename(root() / "recordings/high", root() / "recordings/low");
  fs::rename(root() / "recordings/was_low", root() / "recordings/high");
  const auto dataset = data::load_test_folder(root() / "recordings", {"low", "high"}, project_);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  const auto evaluation = evaluate(pipeline(), project_, dataset.value(), "swapped");
  ASSERT_TRUE(evaluation.ok());
  EXPECT_EQ(figures(evaluation.value().confusion).count, 48u);
  EXPECT_EQ(figures(evaluation.value().confusion).correct, 0u);
  EXPECT_EQ(evaluation.value().mistakes.size(), 24u);
}

TEST_F(TonesTest, TheFloatNetworkIsComparedWhereItIsThere) {
  EXPECT_FALSE(evaluated().float_network.has_value());
  const auto file = model::write_tflite(tone_network(project_.columns(), false));
  ASSERT_TRUE(write_file(project_.out() / "float.tflite", file).ok());
  const Evaluation evaluation = evaluated();
  ASSERT_TRUE(evaluation.float_network.has_value());
  EXPECT_EQ(evaluation.float_network->accuracy, 1);
  EXPECT_EQ(evaluation.float_network->same_answer, figures(evaluation.confusion).count);
}

TEST_F(TonesTest, JsonHoldsWhatIsAskedOfItAndComesBackTheSame) {
  Evaluation evaluation = evaluated();
  evaluation.mistakes = {{"recordings/low/x.wav", 0, 1, 0.75}};
  evaluation.float_network = {0.5, 3};
  evaluation.suspects = {{"recordings/low/y.wav", 1.5, 2.5, 7, "validation", 0, 1, 0.9, 0.05}};
  evaluation.slices.push_back({"site", {{"north", 30, 20, 6, {0.5, 0.8}}}});
  const std::string text = to_json(evaluation);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.at("accuracy"), 1.0);
  EXPECT_EQ(json.at("count"), figures(evaluation.confusion).count);
  ASSERT_EQ(json.at("classes").size(), 2u);
  for (const char* key : {"label", "count", "precision", "recall", "f1"}) {
    EXPECT_TRUE(json.at("classes").at(0).contains(key)) << key;
  }
  const fs::path path = root() / "evaluation.json";
  ASSERT_TRUE(write_text(path, text).ok());
  const auto back = read_evaluation(path);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(to_json(back.value()), text);
}

// A recording under the wrong label is the first suspect, and nothing else is one.
TEST_F(TonesTest, AWrongLabelIsSuspected) {
  auto dataset = data::load_dataset(project_);
  ASSERT_TRUE(dataset.ok());
  for (data::Clip& clip : dataset.value().clips) clip.split = data::Split::validation;
  data::Clip& wrong = dataset.value().clips[7];
  wrong.label = 1 - wrong.label;
  dataset.value().clips[0].split = data::Split::test;
  const auto evaluation = evaluate(pipeline(), project_, dataset.value(), "test split");
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  EXPECT_EQ(evaluation.value().held_out, 48u);
  EXPECT_EQ(evaluation.value().suspects_count, 1u);
  ASSERT_EQ(evaluation.value().suspects.size(), 1u);
  EXPECT_EQ(root() / evaluation.value().suspects[0].path, wrong.path);
  EXPECT_EQ(evaluation.value().suspects[0].split, "validation");
  ASSERT_TRUE(evaluation.value().temperature.has_value());
  EXPECT_EQ(evaluation.value().temperature->clips, 47u);
}

TEST_F(TonesTest, ResultsAreGivenByAColumnOfTheManifest) {
  std::string manifest = "path,label,group,split,site\n";
  for (const std::string label : {"low", "high"}) {
    for (const std::string name : {"ann", "bob"}) {
      for (const std::string take : {"0", "1"}) {
        manifest += "recordings/" + label + "/" + name + "_" + take + ".wav," + label + "," + name +
                    ",test," + (name == "ann" ? "north" : "south") + "\n";
      }
    }
    manifest += "recordings/" + label + "/cid_0.wav," + label + ",cid,train,north\n";
  }
  ASSERT_TRUE(write_text(root() / "m.csv", manifest).ok());
  project_.data.manifest = "m.csv";
  project_.data.validation_percent = 0;
  project_.evaluate.slices = {"site"};
  const Evaluation evaluation = evaluated();
  ASSERT_FALSE(evaluation.slices.empty());
  const Slicing& by = evaluation.slices.back();
  EXPECT_EQ(by.by, "site");
  ASSERT_EQ(by.slices.size(), 2u);
  EXPECT_EQ(by.slices[0].value, "north");
  EXPECT_EQ(by.slices[0].count, 4u);
  EXPECT_EQ(by.slices[0].groups, 1u);
  EXPECT_FALSE(evaluation.temperature.has_value());

  project_.evaluate.slices = {"sitte"};
  const auto dataset = data::load_dataset(project_);
  ASSERT_TRUE(dataset.ok());
  const auto refused = evaluate(pipeline(), project_, dataset.value(), "test split");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("did you mean 'site'?"));
}

TEST_F(TonesTest, AnotherFileIsNotAnEvaluation) {
  const fs::path path = root() / "other.json";
  ASSERT_TRUE(write_text(path, R"({"accuracy": 1})").ok());
  EXPECT_THAT(read_evaluation(path).error().message, HasSubstr("other.json"));
  ASSERT_TRUE(write_text(path, "{").ok());
  EXPECT_FALSE(read_evaluation(path).ok());
}

TEST_F(TonesTest, ANetworkOfAnotherShapeIsRefused) {
  auto trained = project::load_trained(project_);
  ASSERT_TRUE(trained.ok());
  const auto refused = Pipeline::make(trained.value(), tone_network(project_.columns() + 1, true));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("the front end gives"));
  trained.value().labels.push_back("third");
  const auto too_few = Pipeline::make(trained.value(), tone_network(project_.columns(), true));
  ASSERT_FALSE(too_few.ok());
  EXPECT_THAT(too_few.error().message, HasSubstr("there are 3 labels"));
}

TEST_F(TonesTest, AClipThatCannotBeReadIsNamed) {
  auto dataset = data::load_dataset(project_);
  ASSERT_TRUE(dataset.ok());
  for (data::Clip& clip : dataset.value().clips) clip.split = data::Split::test;
  ASSERT_TRUE(write_text(dataset.value().clips[5].path, "not a recording").ok());
  const auto evaluation = evaluate(pipeline(), project_, dataset.value(), "test split");
  ASSERT_FALSE(evaluation.ok());
  EXPECT_THAT(evaluation.error().message, HasSubstr(dataset.value().clips[5].path.filename()));
}

TEST(Parallel, EveryStepRunsOnceAndTheLowestFailureIsTold) {
  std::vector<std::atomic<int>> runs(1000);
  ASSERT_TRUE(for_each_in_parallel(runs.size(), "steps", [&](std::size_t worker, std::size_t i) {
                EXPECT_LT(worker, workers(runs.size()));
                ++runs[i];
                return Result<void>();
              }).ok());
  for (const auto& count : runs) EXPECT_EQ(count, 1);

  const auto failed = for_each_in_parallel(8, "steps", [](std::size_t, std::size_t i) {
    return i == 0 ? Result<void>(Error{"step 0"}) : Result<void>();
  });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "step 0");
}

TEST(RunRecord, ComesBackAsItWasWritten) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  RunRecord record;
  record.name = "tones";
  record.board = "mps2-an386";
  record.clock_hz = 25e6;
  record.arena_bytes = 4;
  record.sections = emulate::Sections{1, 2, 3, 4};
  record.stack_bytes = 5;
  record.cycles = 50'000;
  record.active_ma = 3.3;
  record.supply_v = 3;
  record.power_source = "a datasheet";
  record.layers = {{"conv1", 6, 7}};
  record.comparison = {10, 9};
  const fs::path path = folder.value().path() / "run.json";
  ASSERT_TRUE(write_text(path, to_json(record)).ok());
  const auto back = read_run_record(path);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(to_json(back.value()), to_json(record));
  EXPECT_FALSE(back.value().instructions.has_value());
  EXPECT_DOUBLE_EQ(*back.value().inference_s(), 0.002);
  EXPECT_DOUBLE_EQ(*back.value().answer_j(), 0.002 * 3.3e-3 * 3);
  record.front_end_cycles = 25'000;
  ASSERT_TRUE(write_text(path, to_json(record)).ok());
  const RunRecord with_features = read_run_record(path).value();
  EXPECT_EQ(with_features.answer_cycles(), 75'000U);
  EXPECT_DOUBLE_EQ(*with_features.answer_s(), 0.003);
  EXPECT_DOUBLE_EQ(*with_features.inference_s(), 0.002);
  record.active_ma = 0;
  EXPECT_FALSE(record.answer_j().has_value());
  EXPECT_EQ(back.value().ram_bytes(), 3u + 4u + 5u);

  record.sections.reset();
  EXPECT_THAT(to_json(record), HasSubstr("\"static_bytes\": null"));
  ASSERT_TRUE(write_text(path, to_json(record)).ok());
  EXPECT_FALSE(read_run_record(path).value().sections.has_value());
}

TEST(TrainingRecord, LeavesOutWhatIsNotThere) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const fs::path path = folder.value().path() / "training.json";
  ASSERT_TRUE(write_text(path, R"({"epochs": [{"phase": "float", "epoch": 1, "train_loss": 0.5}],
                                   "wall_s": 2, "energy_kwh_low": 1, "energy_kwh_high": 3,
                                   "co2_kg_low": 2, "co2_kg_high": 1})")
                  .ok());
  const auto record = read_training_record(path);
  ASSERT_TRUE(record.ok());
  ASSERT_EQ(record.value().epochs.size(), 1u);
  EXPECT_EQ(record.value().epochs[0].train_loss, 0.5);
  EXPECT_FALSE(record.value().epochs[0].validation_loss.has_value());
  EXPECT_EQ(record.value().wall_s, 2.0);
  EXPECT_EQ(record.value().energy_kwh, (Interval{1, 3}));
  EXPECT_FALSE(record.value().co2_kg.has_value());  // upside down
  ASSERT_TRUE(write_text(path, "[1]").ok());
  EXPECT_FALSE(read_training_record(path).ok());
}

}  // namespace
}  // namespace sengi::evaluate
