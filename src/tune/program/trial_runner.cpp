// SPDX-License-Identifier: Apache-2.0
#include "tune/program/trial_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/files.h"
#include "base/hash.h"
#include "base/progress.h"
#include "data/manifest.h"
#include "emulate/device_program.h"
#include "evaluate/metrics.h"
#include "evaluate/pipeline.h"
#include "evaluate/run_record.h"
#include "quantize/calibration.h"
#include "quantize/quantize.h"
#include "signal/extractor.h"
#include "train/architectures.h"
#include "train/study.h"
#include "tune/space.h"

namespace sengi::tune {
namespace fs = std::filesystem;
namespace {

// A number from -1 to 1.
float uniform(Dice& dice) {
  constexpr std::size_t steps = 1 << 24;
  return 2 * static_cast<float>(dice.below(steps)) / static_cast<float>(steps) - 1;
}

// Weights as training begins with them (He, Zhang, Ren and Sun 2015), so that every layer has
// something to say; what a kernel costs depends hardly on what.
void fill_with_chance(model::Graph& graph, Dice& dice) {
  for (model::Tensor& tensor : graph.tensors) {
    if (!tensor.constant() || tensor.type != model::Type::float32) continue;
    const std::size_t outputs =
        tensor.shape.size() < 2 ? tensor.elements() : static_cast<std::size_t>(tensor.shape[0]);
    const double inputs = static_cast<double>(tensor.elements()) / static_cast<double>(outputs);
    const auto spread = static_cast<float>(std::sqrt(6 / std::max(1.0, inputs)));
    std::vector<float> values(tensor.elements());
    for (float& value : values) value = (tensor.shape.size() < 2 ? 0.1F : spread) * uniform(dice);
    std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  }
}

quantize::Inputs made_up_inputs(std::size_t values, Dice& dice) {
  constexpr std::size_t inputs = 4;
  constexpr float loudest = 2;  // features have a standard deviation of 1
  quantize::Inputs all(inputs);
  for (auto& input : all) {
    std::vector<float> features(values);
    for (float& feature : features) feature = loudest * uniform(dice);
    const auto bytes = std::as_bytes(std::span(features));
    input.assign(bytes.begin(), bytes.end());
  }
  return all;
}

// Samples of half the range there is: of images the levels 0 to 255.
std::vector<std::int16_t> made_up_clip(const project::Trained& trained) {
  Dice dice(1, 1);
  const bool levels = trained.sense() == project::Sense::image;
  std::vector<std::int16_t> clip(static_cast<std::size_t>(trained.clip_samples));
  for (std::int16_t& sample : clip) {
    sample = static_cast<std::int16_t>(levels ? 128 + 64 * uniform(dice) : 8000 * uniform(dice));
  }
  return clip;
}

data::Dataset without_test(data::Dataset dataset) {
  std::erase_if(dataset.clips, [](const data::Clip& c) { return c.split == data::Split::test; });
  dataset.columns.clear();
  return dataset;
}

// Whether it learns epoch after epoch; others learn all at once.
bool learns_by_epochs(const project::ModelConfig& model) {
  return std::ranges::find(train::network_names(), model.architecture) !=
         train::network_names().end();
}

// Whether what the device runs is known before anything was learned. Trees are as large as they
// grew, and what tells an anomaly has the threshold behind it that normal clips gave.
bool known_untrained(const project::Project& project) {
  return learns_by_epochs(project.model) && project.kind != "anomaly";
}

signal::FeatureScaling any_scaling(const signal::FeatureSpec& spec) {
  const std::size_t values = signal::scaled_values(spec);
  return {.offset = std::vector<std::int32_t>(values, 0),
          .multiplier = std::vector<std::int32_t>(values, 1 << 9)};
}

// What training would have left behind, but for what it learns. Requires: a settled project.
project::Trained untrained(const project::Project& project, const data::Dataset& dataset) {
  signal::FeatureScaling scaling = any_scaling(project.features());
  project::Trained trained;
  trained.name = project.name;
  trained.kind = project.kind;
  trained.labels = dataset.labels;
  trained.unknown = project.data.unknown;
  trained.silence = project.data.silence;
  trained.signal = project.signal;
  trained.series = project.series;
  trained.image = project.image;
  trained.feature_offset = std::move(scaling.offset);
  trained.feature_multiplier = std::move(scaling.multiplier);
  if (project.sense() == project::Sense::audio) trained.columns = project.columns();
  trained.clip_samples = project.clip_samples();
  trained.detect = project.detect;
  trained.config_sha256 = project.config_sha256;
  trained.model_sha256 = "untrained";
  return trained;
}

// The folder below PROJECT/out of a trial's training.
std::string work_name(std::int32_t trial, std::int32_t epochs) {
  return fmt::format("tune/work/{:04}/{}_epochs", trial, epochs);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Result<SideAccuracy> accuracy_on(const project::Project& trained, const data::Dataset& dataset,
                                 data::Split side) {
  SENGI_TRY(pipeline, evaluate::Pipeline::load(trained));
  std::vector<const data::Clip*> clips;
  for (const data::Clip& clip : dataset.clips) {
    if (clip.split == side) clips.push_back(&clip);
  }
  const data::ClipReader reader(project::settled_as(trained, pipeline.trained()));
  SENGI_TRY(scores, evaluate::score_all(
                        pipeline, clips.size(),
                        [&](std::size_t i) { return reader.read(*clips[i]); }, "scoring"));
  // Labels by name: the network's may stand in another order.
  const std::vector<std::string>& labels = pipeline.trained().labels;
  evaluate::ConfusionMatrix confusion(labels.size());
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const auto truth = std::ranges::find(labels, dataset.labels[clips[i]->label]);
    if (truth == labels.end()) continue;
    confusion.add(static_cast<std::size_t>(truth - labels.begin()), evaluate::best(scores[i]));
  }
  const evaluate::Figures figures = evaluate::figures(confusion);
  return SideAccuracy{figures.balanced_accuracy, figures.accuracy, clips.size()};
}

Result<TrialRunner> TrialRunner::make(const std::string& project, const std::string& board,
                                      std::size_t worker, int threads) {
  TrialRunner runner;
  SENGI_TRY(loaded, project::load_project(project));
  runner.project_ = std::move(loaded);
  runner.file_ = runner.project_.folder / "sengi.toml";
  std::error_code ignored;
  if (!fs::is_directory(project, ignored)) runner.file_ = project;
  SENGI_TRY(text, read_text(runner.file_));
  runner.text_ = std::move(text);
  SENGI_TRY(named, emulate::load_board(board.empty() ? runner.project_.board : board));
  runner.board_ = std::move(named);
  if (const auto missing = emulate::missing_tool(runner.board_)) {
    return Error{
        fmt::format("{} is not on this machine, and without it no cost is known; install "
                    "it with: apt install {}",
                    missing->program, missing->packages)};
  }
  if (runner.board_.cycle_rule.empty()) {
    return Error{
        fmt::format("cycles of {} are not known, so there is nothing to search by; "
                    "boards with a rule for them: nano33ble, mps2-an386",
                    runner.board_.title)};
  }
  SENGI_TRY(dataset, data::load_dataset(runner.project_));
  runner.recordings_ = sha256(data::manifest_of(dataset));
  runner.dataset_ = without_test(std::move(dataset));
  const bool judged = std::ranges::any_of(runner.dataset_.clips, [](const data::Clip& clip) {
    return clip.split == data::Split::validation;
  });
  if (!judged) {
    return Error{
        "no clip is on the validation side of the split, which candidates are judged by; raise "
        "validation_percent"};
  }
  runner.build_folder_ = runner.project_.out() / "tune" / "build" / fmt::to_string(worker);
  runner.threads_ = threads;
  return runner;
}

Result<std::string> TrialRunner::text_with(const Values& changes) const {
  SENGI_TRY(text, with_values(text_, changes));
  SENGI_TRY(space, space_of(project_));
  SENGI_TRY(project, project::parse_project(text, file_));
  SENGI_TRY(written, space_of(project));
  const Values now = written.own();
  for (const auto& [key, value] : changes) {
    const auto found = now.find(key);
    if (found == now.end() || found->second != value) {
      return Error{fmt::format("{}: cannot write {} = {} there; write it by hand", file_.string(),
                               key, value)};
    }
  }
  return text;
}

Result<project::Project> TrialRunner::candidate(const Values& changes) const {
  SENGI_TRY(text, with_values(text_, changes));
  return project::parse_project(text, file_);
}

Result<Cost> TrialRunner::cost_of(const project::Trained& trained,
                                  const model::Graph& graph) const {
  SENGI_TRY(program, emulate::build_device_program(trained, graph, board_, build_folder_));
  const std::vector<std::vector<std::int16_t>> clips = {made_up_clip(trained)};
  SENGI_TRY(scored, emulate::score_clips(program, trained, clips, {}));
  const auto record =
      evaluate::make_run_record(compile::Plan{}, trained.model_sha256, program, scored.run);
  return Cost{.cycles = record.answer_cycles().value_or(0),
              .ram_bytes = record.ram_bytes(),
              .flash_bytes = record.flash_bytes(),
              .inference_s = record.answer_s().value_or(0),
              .inference_j = record.answer_j().value_or(0)};
}

Result<Cost> TrialRunner::measure(const project::Project& candidate, std::int32_t trial) const {
  if (!known_untrained(candidate)) {
    SENGI_CHECK(learn(candidate, trial, 1));
    SENGI_TRY(pipeline, evaluate::Pipeline::load(trained(candidate, trial, 1)));
    return cost_of(pipeline.trained(), pipeline.graph());
  }
  SENGI_TRY(settled, data::settle(candidate, dataset_));
  const signal::FeatureSpec features = settled.features();
  SENGI_TRY(extractor, signal::Extractor::make(features, any_scaling(features)));
  const signal::FeatureShape shape = extractor.shape(settled.clip_samples());
  SENGI_TRY(graph, train::build_network(settled.model, shape, dataset_.labels.size()));
  Dice dice(settled.train.seed, 0);
  fill_with_chance(graph, dice);
  SENGI_TRY(seen, quantize::Observation::make(graph, made_up_inputs(shape.values(), dice)));
  auto ranges = seen.extremes();
  // The front end's own scale, 1/32: int8 features are the network's input as they are.
  ranges[static_cast<std::size_t>(graph.inputs[0])] = {-4, 127.0F / 32};
  SENGI_TRY(int8_graph, quantize::quantize(graph, ranges));
  int8_graph.name = settled.name;
  return cost_of(untrained(settled, dataset_), int8_graph);
}

std::int32_t TrialRunner::epochs_of(const project::Project& candidate, std::int32_t rung) const {
  return learns_by_epochs(candidate.model) ? rung : project_.train.epochs;
}

project::Project TrialRunner::trained(const project::Project& candidate, std::int32_t trial,
                                      std::int32_t rung) const {
  project::Project project = candidate;
  project.folder = fs::absolute(candidate.out() / work_name(trial, epochs_of(candidate, rung)));
  return project;
}

Result<std::string> TrialRunner::learn(const project::Project& candidate, std::int32_t trial,
                                       std::int32_t rung) const {
  project::Project project = candidate;
  const std::int32_t epochs = epochs_of(candidate, rung);
  const double share = static_cast<double>(epochs) / std::max(1, project_.train.epochs);
  project.train.epochs = epochs;
  project.train.quantize_epochs =
      project_.train.quantize_epochs == 0
          ? 0
          : std::max(1, static_cast<std::int32_t>(
                            std::lround(std::min(1.0, share) * project_.train.quantize_epochs)));
  project.train.threads = threads_;
  SENGI_TRY(outcome, train::train_part(project, dataset_, work_name(trial, epochs), {}));
  return outcome.record;
}

Result<Answer> TrialRunner::train(const project::Project& candidate, const Job& job) const {
  const auto start = std::chrono::steady_clock::now();
  SENGI_TRY(written, learn(candidate, job.trial, job.epochs));
  const project::Project trained = this->trained(candidate, job.trial, job.epochs);
  SENGI_TRY(right, accuracy_on(trained, dataset_, data::Split::validation));
  Answer answer{.trial = job.trial};
  // Of a training that was cut and went on, or was done and not yet told, the record knows the
  // whole.
  const auto record = nlohmann::json::parse(written, nullptr, /*allow_exceptions=*/false);
  const double learned_s = record.is_object() ? record.value("wall_s", 0.0) : 0.0;
  answer.learned =
      Learned{job.epochs, right.balanced, right.plain, std::max(learned_s, seconds_since(start))};
  if (!job.last) return answer;
  SENGI_TRY(pipeline, evaluate::Pipeline::load(trained));
  SENGI_TRY(cost, cost_of(pipeline.trained(), pipeline.graph()));
  answer.cost = cost;
  return answer;
}

Answer TrialRunner::answer(const Job& job) const {
  Answer failed{.trial = job.trial};
  auto project = candidate(job.changes);
  if (!project) {
    failed.refused = project.error().message;
    return failed;
  }
  Result<Answer> answer = Error{};
  if (job.kind == Job::Kind::train) {
    answer = train(project.value(), job);
  } else if (auto cost = measure(project.value(), job.trial)) {
    return {.trial = job.trial, .cost = cost.value()};
  } else {
    answer = cost.error();
  }
  if (answer) return answer.value();
  // What fails once Ctrl-C came failed because of it.
  failed.stopped = interrupted();
  if (!failed.stopped) failed.refused = answer.error().message;
  return failed;
}

std::string TrialRunner::run(const std::string& job) const {
  const auto read = job_from(job);
  if (!read) return to_json(Answer{.error = read.error().message});
  return to_json(answer(read.value()));
}

}  // namespace sengi::tune
