// SPDX-License-Identifier: Apache-2.0
#include "evaluate/report_gather.h"

#include <algorithm>
#include <limits>

#include "base/files.h"
#include "evaluate/listening.h"

namespace sengi::evaluate {
namespace {

Result<Evaluation> evaluation_of(const Pipeline& pipeline, const project::Project& project,
                                 const data::Dataset& dataset) {
  const auto known = read_evaluation(evaluation_path(project));
  const auto has_slices = [&](const Evaluation& evaluation) {
    return std::ranges::all_of(project.evaluate.slices, [&](const std::string& column) {
      return std::ranges::find(evaluation.slices, column, &Slicing::by) != evaluation.slices.end();
    });
  };
  if (known && known.value().model_sha256 == pipeline.trained().model_sha256 &&
      has_slices(known.value())) {
    return known.value();
  }
  SENGI_TRY(evaluation, evaluate(pipeline, project, dataset, "test split"));
  SENGI_CHECK(write_text(evaluation_path(project), to_json(evaluation)));
  return evaluation;
}

// A run of another model says nothing about this one, and on this machine nothing is measured.
std::optional<RunRecord> run_of(const Pipeline& pipeline, const project::Project& project) {
  auto record = read_run_record(run_record_path(project));
  if (!record || record.value().model_sha256 != pipeline.trained().model_sha256 ||
      !record.value().sections) {
    return std::nullopt;
  }
  return record.value();
}

// What the network heard of the first suspects, each at most a few seconds.
std::vector<std::optional<data::Audio>> sounds_of(const std::vector<Suspect>& suspects,
                                                  const project::Project& project) {
  constexpr std::size_t heard = 12;
  constexpr std::int32_t most_s = 4;
  const std::int32_t rate_hz = project.signal.sample_rate_hz;
  const auto length = static_cast<std::size_t>(std::min(project.clip_samples(), most_s * rate_hz));
  std::vector<std::optional<data::Audio>> sounds;
  for (std::size_t i = 0; i < std::min(heard, suspects.size()); ++i) {
    const Suspect& one = suspects[i];
    const auto audio =
        data::read_audio(project.folder / one.path, rate_hz, one.start_s,
                         one.end_s.value_or(std::numeric_limits<double>::infinity()));
    sounds.emplace_back();
    if (audio) sounds.back() = data::Audio{rate_hz, data::fit(audio.value().samples, length)};
  }
  return sounds;
}

template <typename T>
std::optional<T> if_ok(Result<T> result) {
  if (!result) return std::nullopt;
  return std::move(result).value();
}

}  // namespace

Result<ReportData> gather_report(const project::Project& project, const std::string& version) {
  SENGI_TRY(pipeline, Pipeline::load(project));
  SENGI_TRY(dataset, data::load_dataset(project));
  SENGI_TRY(recordings, data::check_data(project));
  SENGI_TRY(evaluation, evaluation_of(pipeline, project, dataset));
  SENGI_TRY(code,
            compile::generate(pipeline.graph(), "model.tflite", pipeline.trained().model_sha256));
  ReportData data;
  data.project = project;
  data.trained = pipeline.trained();
  data.data = std::move(recordings);
  data.evaluation = std::move(evaluation);
  data.plan = std::move(code.plan);
  data.training = if_ok(read_training_record(training_record_path(project)));
  data.learning_curve = if_ok(read_learning_curve(project.out() / "learning_curve.json"));
  data.folds = if_ok(read_folds(project.out() / "folds.json"));
  data.run = run_of(pipeline, project);
  data.example = if_ok(listen_to_known_sound(pipeline, project, dataset));
  data.suspect_sounds = sounds_of(data.evaluation.suspects, project);
  data.version = version;
  return data;
}

}  // namespace sengi::evaluate
