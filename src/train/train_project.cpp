// SPDX-License-Identifier: Apache-2.0
#include "train/train_project.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "base/files.h"
#include "data/dataset.h"
#include "model/tflite.h"
#include "signal/extractor.h"
#include "train/checkpoint_file.h"
#include "train/corpus.h"
#include "train/epochs.h"
#include "train/learning.h"
#include "train/memory.h"
#include "train/outputs.h"
#include "train/parallel.h"
#include "train/record.h"

namespace sengi::train {
namespace {

using Clock = std::chrono::steady_clock;

Result<Prepared> prepare(const project::Project& project, const Corpus& corpus, int threads) {
  std::vector<std::span<const std::int16_t>> samples;
  for (const LabelledClip& clip : corpus.train) samples.push_back(clip.samples);
  SENGI_TRY(scaling, signal::calibrate(project.features(), samples));
  SENGI_TRY(extractor, signal::Extractor::make(project.features(), scaling));
  const signal::FeatureShape shape = extractor.shape(project.clip_samples());
  const auto features = [&](const std::vector<LabelledClip>& clips) {
    return plain_examples(clips, extractor, shape.values(), threads);
  };
  Prepared prepared{scaling, extractor, shape, features(corpus.validation), features(corpus.test)};
  // Too few recordings for a validation side: the clips of training stand in, unvaried.
  if (prepared.validation.size() == 0) prepared.validation = features(corpus.train);
  return prepared;
}

Result<SplitAccuracy> measure_splits(const model::Graph& graph, const Prepared& prepared,
                                     int threads) {
  SENGI_TRY(validation, measure_accuracy(graph, prepared.validation, threads));
  SENGI_TRY(test, measure_accuracy(graph, prepared.test, threads));
  return SplitAccuracy{validation, test};
}

// Forward is 2 operations a multiply-accumulate, backward about twice forward.
double estimated_operations(const Record& record, std::size_t validation_examples) {
  const auto learned = static_cast<double>(record.examples_learned);
  const auto looked_at =
      static_cast<double>(record.epochs.size()) * static_cast<double>(validation_examples);
  return 2.0 * static_cast<double>(record.macs) * (3 * learned + looked_at);
}

project::Trained trained_of(const project::Project& project, const Corpus& corpus,
                            const signal::FeatureScaling& scaling) {
  project::Trained trained;
  trained.name = project.name;
  trained.labels = corpus.labels;
  trained.kind = project.kind;
  if (corpus.unknown) trained.unknown = project.data.unknown;
  if (corpus.silence) trained.silence = project.data.silence;
  if (project.kind == "anomaly") trained.silence = project.data.normal;
  trained.signal = project.signal;
  trained.series = project.series;
  trained.image = project.image;
  trained.feature_offset = scaling.offset;
  trained.feature_multiplier = scaling.multiplier;
  if (project.sense() == project::Sense::audio) trained.columns = project.columns();
  trained.clip_samples = project.clip_samples();
  trained.detect = project.detect;
  trained.config_sha256 = project.config_sha256;
  return trained;
}

}  // namespace

Result<TrainOutcome> train_project(const project::Project& described, const TrainOptions& options) {
  const auto start = Clock::now();
  const double processor_before = processor_seconds();
  EnergyMeter meter;
  SENGI_TRY(dataset, data::load_dataset(described));
  SENGI_TRY(project, data::settle(described, dataset));
  const std::string key = training_key(project, dataset);
  CheckpointFile file(project.out() / "checkpoint.pt", key);
  if (!options.force && !options.resume && up_to_date(project, key)) {
    SENGI_TRY(record, read_text(record_path(project)));
    if (options.grid) {
      SENGI_TRY(reckoned, with_grid(record, *options.grid));
      SENGI_CHECK(write_text(record_path(project), reckoned));
      record = std::move(reckoned);
    }
    return TrainOutcome{.up_to_date = true, .record = std::move(record)};
  }
  std::string checkpoint;
  const bool could_resume = !options.resume && file.read().ok();
  if (options.resume) {
    SENGI_TRY(read, file.read());
    checkpoint = std::move(read);
  }

  SENGI_CHECK(check_outputs_can_be_written(project));
  keep_freed_memory();
  const int threads = thread_count(project.train.threads);
  SENGI_TRY(corpus, load_corpus(project, dataset, threads, options.stop));
  SENGI_TRY(prepared, prepare(project, corpus, threads));
  const EpochMaker maker(corpus, project, prepared.extractor, threads);
  const double seconds_before = seconds_in(checkpoint);
  SENGI_TRY(learned, learn({project, corpus, maker, prepared, file, std::move(checkpoint),
                            options.stop, [&] { meter.poll(); }}));
  learned.int8_graph.name = project.name;
  learned.float_graph.name = project.name;

  Record record;
  record.key = key;
  record.complete = learned.complete;
  record.best_float_epoch = learned.best_float_epoch;
  record.epochs = learned.epochs;
  SENGI_TRY(float_accuracy, measure_splits(learned.float_graph, prepared, threads));
  SENGI_TRY(int8_accuracy, measure_splits(learned.int8_graph, prepared, threads));
  record.float_accuracy = float_accuracy;
  record.int8_accuracy = int8_accuracy;
  record.labels = corpus.labels;
  record.clips_train = corpus.train.size();
  record.clips_validation = corpus.validation.size();
  record.clips_test = corpus.test.size();
  record.groups_train = corpus.groups_train;
  record.groups_validation = corpus.groups_validation;
  record.groups_test = corpus.groups_test;
  record.examples_learned = learned.examples;
  record.parameters = count_parameters(learned.float_graph);
  record.macs = count_macs(learned.float_graph);
  record.operations = estimated_operations(record, prepared.validation.size());
  record.threads = threads;
  record.library = training_library();
  record.machine = machine_name();
  meter.poll();
  const std::chrono::duration<double> spent = Clock::now() - start;
  record.wall_s = spent.count() + seconds_before;
  const double processor_s = processor_seconds() - processor_before;
  const double times = record.wall_s / spent.count();
  record.processor_s = times * processor_s;
  record.energy = meter.energy(processor_s, times);
  if (options.grid) record.grid = *options.grid;

  if (!learned.complete) SENGI_CHECK(file.flush());
  TrainOutcome outcome{
      .complete = learned.complete, .could_resume = could_resume, .record = to_json(record)};
  SENGI_CHECK(write_outputs(
      project, {model::write_tflite(learned.int8_graph), model::write_tflite(learned.float_graph),
                trained_of(project, corpus, prepared.scaling), outcome.record}));
  if (learned.complete) file.remove();
  return outcome;
}

}  // namespace sengi::train
