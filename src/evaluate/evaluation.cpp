// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "evaluate/parallel.h"
#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::evaluate {
namespace fs = std::filesystem;
namespace {

// What the networks said of one clip.
struct Answer {
  Scores scores;
  std::optional<std::size_t> float_best;
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
    const auto features = static_cast<std::size_t>(trained.columns) *
                          static_cast<std::size_t>(trained.signal.column_size());
    return quantization_.per_tensor() && interpreter_.input_bytes() == features * sizeof(float) &&
           interpreter_.output_bytes() == trained.labels.size() * sizeof(float);
  }

  model::Interpreter interpreter_;
  model::Quantization quantization_;  // of the int8 network's input
};

// Everything one thread needs to answer.
struct Answerer {
  Pipeline pipeline;
  std::optional<FloatNetwork> float_network;

  Answer answer(std::span<const std::int16_t> samples) {
    const std::vector<std::int8_t> features = pipeline.features(samples);
    Answer answer{pipeline.score_features(features), {}};
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
  std::vector<Answer> answers(clips.size());
  SENGI_CHECK(
      for_each_in_parallel(clips.size(), "scoring clips", [&](std::size_t worker, std::size_t i) {
        auto samples = data::read_clip(clips[i], project);
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

std::vector<GroupFigures> by_group(const std::map<std::string, GroupFigures>& groups) {
  std::vector<GroupFigures> sorted;
  sorted.reserve(groups.size());
  for (const auto& [name, group] : groups) sorted.push_back(group);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.correct * b.count < b.correct * a.count;  // the shares, without a division
  });
  return sorted;
}

}  // namespace

Result<Evaluation> evaluate(const Pipeline& pipeline, const project::Project& project,
                            const data::Dataset& dataset, const std::string& data) {
  const project::Trained& trained = pipeline.trained();
  std::vector<data::Clip> clips;
  for (const data::Clip& clip : dataset.clips) {
    if (clip.split == data::Split::test) clips.push_back(clip);
  }
  if (clips.empty()) {
    return Error{fmt::format("{}: no clip to evaluate on; raise test_percent in [data]", data)};
  }
  SENGI_TRY(place, places(dataset, trained));
  SENGI_TRY(answers, ask(pipeline, project, clips));

  Evaluation evaluation;
  evaluation.project = trained.name;
  evaluation.data = data;
  evaluation.model_sha256 = trained.model_sha256;
  evaluation.labels = trained.labels;
  evaluation.confusion = ConfusionMatrix(trained.labels.size());
  std::vector<double> probabilities;
  std::vector<std::size_t> truths;
  std::map<std::string, GroupFigures> groups;
  FloatComparison comparison;
  std::uint64_t float_correct = 0;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const std::size_t truth = place[clips[i].label];
    const std::size_t answer = best(answers[i].scores);
    evaluation.confusion.add(truth, answer);
    truths.push_back(truth);
    for (const std::int8_t score : answers[i].scores) {
      probabilities.push_back(pipeline.probability(score));
    }
    if (!clips[i].group.empty()) {
      GroupFigures& group = groups[clips[i].group];
      group.group = clips[i].group;
      group.count += 1;
      group.correct += truth == answer ? 1 : 0;
    }
    if (truth != answer) {
      evaluation.mistakes.push_back({shown_path(clips[i].path, project), truth, answer,
                                     pipeline.probability(answers[i].scores[answer])});
    }
    if (answers[i].float_best) {
      float_correct += *answers[i].float_best == truth ? 1 : 0;
      comparison.same_answer += *answers[i].float_best == answer ? 1 : 0;
    }
  }
  evaluation.calibration = calibrate(probabilities, truths, trained.labels.size());
  evaluation.groups = by_group(groups);
  std::stable_sort(evaluation.mistakes.begin(), evaluation.mistakes.end(),
                   [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
  evaluation.mistakes.resize(std::min<std::size_t>(evaluation.mistakes.size(), 24));
  if (answers.front().float_best) {
    comparison.accuracy = static_cast<double>(float_correct) / static_cast<double>(clips.size());
    evaluation.float_network = comparison;
  }
  return evaluation;
}

fs::path evaluation_path(const project::Project& project) {
  return project.out() / "evaluation.json";
}

}  // namespace sengi::evaluate
