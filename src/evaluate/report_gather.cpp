// SPDX-License-Identifier: Apache-2.0
#include "evaluate/report_gather.h"

#include "base/files.h"
#include "evaluate/listening.h"

namespace sengi::evaluate {
namespace {

Result<Evaluation> evaluation_of(const Pipeline& pipeline, const project::Project& project,
                                 const data::Dataset& dataset) {
  const auto known = read_evaluation(evaluation_path(project));
  if (known && known.value().model_sha256 == pipeline.trained().model_sha256) return known.value();
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
  data.run = run_of(pipeline, project);
  data.example = if_ok(listen_to_known_sound(pipeline, project, dataset));
  data.version = version;
  return data;
}

}  // namespace sengi::evaluate
