// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "base/text.h"
#include "data/audio.h"
#include "evaluate/parallel.h"
#include "evaluate/suspects.h"
#include "evaluate/temperature.h"
#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::evaluate {
namespace fs = std::filesystem;
namespace {

// What the networks said of one clip.
struct Answer {
  Scores scores;
  std::optional<std::size_t> float_best;
  std::optional<double> level_dbfs;  // of sounds; none of silence
};

// The float network from out/float.tflite, where training left one that fits.
class FloatNetwork {
 public:
  static std::optional<FloatNetwork> load(const project::Project& project,
                                          const Pipeline& pipeline) {
    const fs::path path = project.out() / "float.tflite";
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return std::nullopt;
    auto graph = model::read_tflite(path);
    if (!graph) return std::nullopt;
    auto interpreter = model::Interpreter::make(std::move(graph).value());
    if (!interpreter) return std::nullopt;
    FloatNetwork network(std::move(interpreter).value(), pipeline);
    if (!network.fits(pipeline)) return std::nullopt;
    return network;
  }

  FloatNetwork copy() const {
    return {model::Interpreter::make(interpreter_.graph()).value(), quantization_};
  }

  // The features as the int8 network means them, real = scale * (stored - zero point).
  std::size_t best(std::span<const std::int8_t> features) {
    std::vector<float> real(features.size());
    std::transform(features.begin(), features.end(), real.begin(), [&](std::int8_t stored) {
      return quantization_.scale[0] * static_cast<float>(stored - quantization_.zero_point[0]);
    });
    const std::vector<std::byte> output = interpreter_.run(std::as_bytes(std::span(real)));
    std::vector<float> scores(output.size() / sizeof(float));
    std::memcpy(scores.data(), output.data(), output.size());
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                    scores.begin());
  }

 private:
  FloatNetwork(model::Interpreter interpreter, const Pipeline& pipeline)
      : FloatNetwork(std::move(interpreter),
                     pipeline.graph()
                         .tensors[static_cast<std::size_t>(pipeline.graph().inputs[0])]
                         .quantization) {}
  FloatNetwork(model::Interpreter interpreter, model::Quantization quantization)
      : interpreter_(std::move(interpreter)), quantization_(std::move(quantization)) {}

  bool fits(const Pipeline& pipeline) const {
    const project::Trained& trained = pipeline.trained();
    const model::Graph& graph = pipeline.graph();
    const std::size_t features =
        graph.tensors[static_cast<std::size_t>(graph.inputs[0])].elements();
    return quantization_.per_tensor() && interpreter_.input_bytes() == features * sizeof(float) &&
           interpreter_.output_bytes() == trained.labels.size() * sizeof(float);
  }

  model::Interpreter interpreter_;
  model::Quantization quantization_;  // of the int8 network's input
};

// RMS of what the network hears, in dB below full scale.
std::optional<double> level(std::span<const std::int16_t> samples) {
  double energy = 0;
  for (const std::int16_t sample : samples) energy += double{1} * sample * sample;
  if (energy == 0) return std::nullopt;
  return 10 * std::log10(energy / static_cast<double>(samples.size())) - 20 * std::log10(32768.0);
}

// Everything one thread needs to answer.
struct Answerer {
  Pipeline pipeline;
  std::optional<FloatNetwork> float_network;

  Answer answer(std::span<const std::int16_t> samples) {
    const std::vector<std::int8_t> features = pipeline.features(samples);
    Answer answer{pipeline.score_features(features), {}, {}};
    if (pipeline.trained().sense() == project::Sense::audio) answer.level_dbfs = level(samples);
    if (float_network) answer.float_best = float_network->best(features);
    return answer;
  }
};

Result<std::vector<Answer>> ask(const Pipeline& pipeline, const project::Project& project,
                                const std::vector<data::Clip>& clips) {
  const auto float_network = FloatNetwork::load(project, pipeline);
  std::vector<Answerer> each;
  for (std::size_t i = 0; i < workers(clips.size()); ++i) {
    each.push_back({pipeline.copy(), std::nullopt});
    if (float_network) each.back().float_network.emplace(float_network->copy());
  }
  const data::ClipReader reader(project::settled_as(project, pipeline.trained()));
  std::vector<Answer> answers(clips.size());
  SENGI_CHECK(
      for_each_in_parallel(clips.size(), "scoring clips", [&](std::size_t worker, std::size_t i) {
        auto samples = reader.read(clips[i]);
        if (!samples) return Result<void>(samples.error());
        answers[i] = each[worker].answer(samples.value());
        return Result<void>();
      }));
  return answers;
}

// For each label of the dataset its place among the model's.
Result<std::vector<std::size_t>> places(const data::Dataset& dataset,
                                        const project::Trained& trained) {
  std::vector<std::size_t> place;
  for (const std::string& label : dataset.labels) {
    const auto found = std::find(trained.labels.begin(), trained.labels.end(), label);
    if (found == trained.labels.end()) {
      return Error{
          fmt::format("label '{}' is not one the model was trained for; train again", label)};
    }
    place.push_back(static_cast<std::size_t>(found - trained.labels.begin()));
  }
  return place;
}

std::string shown_path(const fs::path& path, const project::Project& project) {
  const fs::path below = path.lexically_relative(project.folder);
  const bool inside = !below.empty() && *below.begin() != "..";
  return (inside ? below : path).string();
}

// Where a clip is, in words.
std::string placed(const std::string& path, std::optional<std::size_t> row, double start_s) {
  if (row) return fmt::format("{}, example {}", path, *row + 1);
  return start_s > 0 ? fmt::format("{} at {:.4g} s", path, start_s) : path;
}

std::string place_of(const data::Clip& clip, const project::Project& project) {
  return placed(shown_path(clip.path, project), clip.row, clip.start_s);
}

// The clips of one side with what was said of them.
struct Side {
  std::vector<data::Clip> clips;
  std::vector<std::size_t> truths;
  std::vector<std::size_t> answers;
  std::vector<double> probabilities;  // [clips, labels]
  std::vector<Answered> answered;
};

Side side_of(data::Split split, const Pipeline& pipeline, const std::vector<data::Clip>& clips,
             const std::vector<std::size_t>& place, const std::vector<Answer>& answers) {
  Side side;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (clips[i].split != split) continue;
    side.clips.push_back(clips[i]);
    side.truths.push_back(place[clips[i].label]);
    side.answers.push_back(best(answers[i].scores));
    side.answered.push_back({side.truths.back(), side.answers.back(), clips[i].group});
    for (const std::int8_t score : answers[i].scores) {
      side.probabilities.push_back(pipeline.probability(score));
    }
  }
  return side;
}

std::vector<GroupFigures> by_group(const std::vector<Answered>& clips) {
  std::map<std::string, GroupFigures> groups;
  for (const Answered& clip : clips) {
    if (clip.group.empty()) continue;
    GroupFigures& group = groups[clip.group];
    group.group = clip.group;
    group.count += 1;
    group.correct += clip.truth == clip.answer ? 1 : 0;
  }
  std::vector<GroupFigures> sorted;
  sorted.reserve(groups.size());
  for (const auto& [name, group] : groups) sorted.push_back(group);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.correct * b.count < b.correct * a.count;  // the shares, without a division
  });
  return sorted;
}

std::vector<Mistake> mistakes_of(const Side& test, std::size_t labels,
                                 const project::Project& project) {
  constexpr std::size_t kept = 24;
  std::vector<Mistake> mistakes;
  for (std::size_t i = 0; i < test.clips.size(); ++i) {
    if (test.truths[i] == test.answers[i]) continue;
    mistakes.push_back({place_of(test.clips[i], project), test.truths[i], test.answers[i],
                        test.probabilities[i * labels + test.answers[i]]});
  }
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
  mistakes.resize(std::min(mistakes.size(), kept));
  return mistakes;
}

std::optional<TemperatureFit> temperature_of(const Side& validation, const Side& test,
                                             std::size_t labels) {
  if (validation.clips.empty()) return std::nullopt;
  TemperatureFit fit;
  fit.value = fit_temperature(validation.probabilities, validation.truths, labels);
  fit.clips = validation.clips.size();
  fit.test = calibrate(at_temperature(test.probabilities, labels, fit.value), test.truths, labels);
  return fit;
}

void add_suspects(Evaluation& evaluation, const Side& test, const Side& validation,
                  const project::Project& project) {
  constexpr std::size_t kept = 48;
  const std::size_t tested = test.clips.size();
  std::vector<double> probabilities = test.probabilities;
  probabilities.insert(probabilities.end(), validation.probabilities.begin(),
                       validation.probabilities.end());
  std::vector<std::size_t> given = test.truths;
  given.insert(given.end(), validation.truths.begin(), validation.truths.end());
  const auto found = find_suspects(probabilities, given, evaluation.labels.size());
  evaluation.held_out = given.size();
  evaluation.suspects_count = found.size();
  for (const Suspicion& one : found) {
    if (evaluation.suspects.size() == kept) break;
    const data::Clip& clip =
        one.clip < tested ? test.clips[one.clip] : validation.clips[one.clip - tested];
    evaluation.suspects.push_back(
        {shown_path(clip.path, project), clip.start_s,
         std::isfinite(clip.end_s) ? std::optional(clip.end_s) : std::nullopt, clip.row,
         std::string(data::name_of(clip.split)), given[one.clip], one.answer, one.confidence,
         one.own});
  }
}

// How long the recording of a clip is, before it was made as long as the network's input.
std::optional<double> duration_of(const data::Clip& clip) {
  const auto info = data::audio_info(clip.path);
  if (!info) return std::nullopt;
  const double whole_s =
      static_cast<double>(info.value().frames) / static_cast<double>(info.value().sample_rate_hz);
  return std::min(clip.end_s, whole_s) - clip.start_s;
}

Result<std::vector<std::string>> values_of(const std::string& column, const data::Dataset& dataset,
                                           const std::vector<data::Clip>& clips) {
  const auto found = std::ranges::find(dataset.columns, column);
  if (found == dataset.columns.end()) {
    const auto near = nearest(column, dataset.columns);
    return Error{fmt::format("no column '{}' in the manifest to give results by{}", column,
                             near ? fmt::format("; did you mean '{}'?", *near)
                                  : "; a manifest may have any columns, such as language or site")};
  }
  const auto at = static_cast<std::size_t>(found - dataset.columns.begin());
  std::vector<std::string> values;
  for (const data::Clip& clip : clips) {
    values.push_back(at < clip.columns.size() ? clip.columns[at] : std::string());
  }
  return values;
}

Result<std::vector<Slicing>> slices_of(const Side& test, const std::vector<Answer>& answers,
                                       const data::Dataset& dataset, std::size_t labels,
                                       const std::vector<std::string>& columns) {
  std::vector<Slicing> slices;
  std::vector<std::optional<double>> levels;
  std::vector<std::optional<double>> durations;
  for (const Answer& answer : answers) levels.push_back(answer.level_dbfs);
  for (const data::Clip& clip : test.clips) durations.push_back(duration_of(clip));
  constexpr double least_db = 1;
  constexpr double least_s = 0.02;
  if (auto by = slice_by_thirds("level", "dBFS", least_db, levels, test.answered, labels)) {
    slices.push_back(std::move(*by));
  }
  if (auto by = slice_by_thirds("duration", "s", least_s, durations, test.answered, labels)) {
    slices.push_back(std::move(*by));
  }
  for (const std::string& column : columns) {
    SENGI_TRY(values, values_of(column, dataset, test.clips));
    slices.push_back(slice_by_value(column, values, test.answered, labels));
  }
  return slices;
}

std::optional<FloatComparison> comparison_of(const Side& test, const std::vector<Answer>& answers) {
  if (!answers.front().float_best) return std::nullopt;
  FloatComparison comparison;
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    correct += *answers[i].float_best == test.truths[i] ? 1 : 0;
    comparison.same_answer += *answers[i].float_best == test.answers[i] ? 1 : 0;
  }
  comparison.accuracy = static_cast<double>(correct) / static_cast<double>(answers.size());
  return comparison;
}

}  // namespace

Result<Evaluation> evaluate(const Pipeline& pipeline, const project::Project& project,
                            const data::Dataset& dataset, const std::string& data) {
  const project::Trained& trained = pipeline.trained();
  const std::size_t labels = trained.labels.size();
  // Those of the test first, in their order.
  std::vector<data::Clip> clips;
  std::size_t tested = 0;
  for (const data::Split split : {data::Split::test, data::Split::validation}) {
    std::ranges::copy_if(dataset.clips, std::back_inserter(clips),
                         [&](const data::Clip& clip) { return clip.split == split; });
    if (split == data::Split::test) tested = clips.size();
  }
  if (tested == 0) {
    return Error{fmt::format("{}: no clip to evaluate on; raise test_percent in [data]", data)};
  }
  SENGI_TRY(place, places(dataset, trained));
  SENGI_TRY(answers, ask(pipeline, project, clips));
  const Side test = side_of(data::Split::test, pipeline, clips, place, answers);
  const Side validation = side_of(data::Split::validation, pipeline, clips, place, answers);
  answers.resize(tested);

  Evaluation evaluation;
  evaluation.project = trained.name;
  evaluation.data = data;
  evaluation.model_sha256 = trained.model_sha256;
  evaluation.labels = trained.labels;
  evaluation.confusion = ConfusionMatrix(labels);
  for (const Answered& clip : test.answered) evaluation.confusion.add(clip.truth, clip.answer);
  evaluation.intervals = bootstrap_95(test.answered, labels);
  evaluation.calibration = calibrate(test.probabilities, test.truths, labels);
  evaluation.temperature = temperature_of(validation, test, labels);
  evaluation.groups = by_group(test.answered);
  evaluation.mistakes = mistakes_of(test, labels, project);
  SENGI_TRY(slices, slices_of(test, answers, dataset, labels, project.evaluate.slices));
  evaluation.slices = std::move(slices);
  add_suspects(evaluation, test, validation, project);
  evaluation.float_network = comparison_of(test, answers);
  return evaluation;
}

std::string Suspect::place() const { return placed(path, row, start_s); }

fs::path evaluation_path(const project::Project& project) {
  return project.out() / "evaluation.json";
}

}  // namespace sengi::evaluate
