// SPDX-License-Identifier: Apache-2.0
#include "train/learning.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/progress.h"
#include "quantize/quantize.h"
#include "train/anomaly.h"
#include "train/architectures.h"
#include "train/parallel.h"
#include "train/trees.h"

namespace sengi::train {
namespace {

// Clips that the ranges of activations are first taken from.
constexpr std::size_t calibration_clips = 1024;

// Of normal clips, how many an anomaly project may call abnormal.
constexpr double false_alarms_allowed = 0.01;

// Epochs of varied examples that trees grow on, since they meet each but once.
constexpr std::uint64_t epochs_of_trees = 4;

std::size_t normal_label(const Lesson& lesson) {
  const auto& labels = lesson.corpus.labels;
  return static_cast<std::size_t>(std::ranges::find(labels, lesson.project.data.normal) -
                                  labels.begin());
}

// Both networks with a threshold behind them.
Result<Learned> judged(const Lesson& lesson, Ranged float_network, Ranged quantized,
                       bool reconstructs) {
  const auto finish = [&](Ranged network) {
    return with_judgement(std::move(network), reconstructs, lesson.prepared.validation,
                          normal_label(lesson), false_alarms_allowed);
  };
  SENGI_TRY(float_judge, finish(std::move(float_network)));
  SENGI_TRY(judge, finish(std::move(quantized)));
  SENGI_TRY(int8_graph, quantize::quantize(judge.graph, judge.ranges));
  Learned learned;
  learned.float_graph = std::move(float_judge.graph);
  learned.int8_graph = std::move(int8_graph);
  return learned;
}

// By gradient descent, epoch after epoch.
Result<Learned> learn_network(const Lesson& lesson) {
  const project::Project& project = lesson.project;
  SENGI_TRY(graph,
            build_network(project.model, lesson.prepared.shape, lesson.corpus.labels.size()));
  SENGI_TRY(trainer, Trainer::make(graph, project.train));
  if (!lesson.checkpoint.empty()) {
    if (const auto resumed = trainer.resume(lesson.checkpoint); !resumed.ok()) {
      return Error{fmt::format("{}: {}; train without --resume",
                               (project.out() / "checkpoint.pt").string(),
                               resumed.error().message)};
    }
  }
  // Calibrated on what is trained on, variations included.
  Examples calibration = lesson.maker.make(0);
  calibration = calibration.slice(0, std::min(calibration_clips, calibration.size()));
  const auto keep = [&](std::string bytes) {
    lesson.poll();
    lesson.file.keep(std::move(bytes));
  };
  SENGI_TRY(fitted, trainer.run({lesson.maker, lesson.prepared.validation, calibration},
                                lesson.stop, keep));
  Learned learned;
  if (trainer.reconstructs()) {
    SENGI_TRY(with_threshold, judged(lesson, {fitted.float_graph, fitted.ranges},
                                     {fitted.graph, fitted.ranges}, true));
    learned = std::move(with_threshold);
  } else {
    SENGI_TRY(int8_graph, quantize::quantize(fitted.graph, fitted.ranges));
    learned.int8_graph = std::move(int8_graph);
    learned.float_graph = std::move(fitted.float_graph);
  }
  learned.complete = fitted.complete;
  learned.best_float_epoch = fitted.best_float_epoch;
  learned.epochs = trainer.history();
  learned.examples = trainer.examples_learned();
  return learned;
}

// By the mean and spread of what is normal.
Result<Learned> learn_distance(const Lesson& lesson) {
  const Examples normal = lesson.maker.make(0);
  SENGI_TRY(white, whitening(normal, lesson.prepared.shape));
  SENGI_TRY(learned, judged(lesson, white, white, false));
  learned.examples = normal.size();
  return learned;
}

// Trees see the int8 features themselves, so there is no float network beside them: both graphs are
// the one.
Result<Learned> learn_trees(const Lesson& lesson) {
  const project::Project& project = lesson.project;
  Examples examples = lesson.maker.make(0);
  for (std::uint64_t epoch = 1; epoch < epochs_of_trees; ++epoch) {
    const Examples more = lesson.maker.make(epoch);
    examples.features.insert(examples.features.end(), more.features.begin(), more.features.end());
    examples.labels.insert(examples.labels.end(), more.labels.begin(), more.labels.end());
  }
  const project::ModelConfig& model = project.model;
  TreeOptions options;
  options.boosted = model.architecture == "boosted-trees";
  options.trees = model.trees;
  options.depth = model.depth;
  options.seed = project.train.seed;
  options.threads = thread_count(project.train.threads);
  const signal::FeatureShape& shape = lesson.prepared.shape;
  Progress progress("growing trees", static_cast<std::size_t>(options.trees));
  SENGI_TRY(trees, train_trees(examples, lesson.prepared.validation, lesson.corpus.labels.size(),
                               {1, shape.height, shape.width, shape.channels}, options, lesson.stop,
                               [&](const TreeProgress& now) {
                                 progress.advance();
                                 progress.note(fmt::format("validation loss {:.3f}, {:.1f} %",
                                                           now.loss, 100 * now.accuracy));
                               }));
  Learned learned;
  learned.examples = examples.size();
  learned.float_graph = trees.graph;
  learned.int8_graph = std::move(trees.graph);
  return learned;
}

}  // namespace

Result<Learned> learn(const Lesson& lesson) {
  const std::string& architecture = lesson.project.model.architecture;
  if (architecture == "mahalanobis") return learn_distance(lesson);
  if (architecture == "random-forest" || architecture == "boosted-trees") {
    return learn_trees(lesson);
  }
  return learn_network(lesson);
}

}  // namespace sengi::train
