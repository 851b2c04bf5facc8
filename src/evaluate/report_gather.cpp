// SPDX-License-Identifier: Apache-2.0
#include "evaluate/report_gather.h"

#include <algorithm>
#include <cmath>
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

// What a person hears of a clip, at most a few seconds.
std::optional<data::Audio> sound_of(const data::Clip& clip, const project::Project& project) {
  constexpr std::int32_t most_s = 4;
  const std::int32_t rate_hz = project.signal.sample_rate_hz;
  const auto length = static_cast<std::size_t>(std::min(project.clip_samples(), most_s * rate_hz));
  const auto audio = data::read_audio(clip.path, rate_hz, clip.start_s, clip.end_s);
  if (!audio) return std::nullopt;
  return data::Audio{rate_hz, data::fit(audio.value().samples, length)};
}

// What the camera saw, in the colours it has.
std::optional<data::Image> picture_of(const data::Clip& clip) {
  const auto image = data::read_image(clip.path);
  if (!image) return std::nullopt;
  constexpr std::int32_t longest = 160;
  const double shrink =
      static_cast<double>(longest) / std::max({longest, image.value().width, image.value().height});
  const auto side = [&](std::int32_t length) {
    return std::max(1, static_cast<std::int32_t>(std::lround(length * shrink)));
  };
  const signal::ImageSpec spec{side(image.value().width), side(image.value().height), 3,
                               side(image.value().width), side(image.value().height)};
  data::Image small{spec.frame_width, spec.frame_height, {}};
  for (const std::int16_t level : data::frame_of(image.value(), spec)) {
    small.rgb.push_back(static_cast<std::uint8_t>(level));
  }
  return small;
}

// The clips of the first suspects. `project` is settled.
std::vector<Exhibit> exhibits_of(const std::vector<Suspect>& suspects,
                                 const project::Project& project) {
  constexpr std::size_t shown = 12;
  const data::ClipReader reader(project);
  std::vector<Exhibit> exhibits;
  for (std::size_t i = 0; i < std::min(shown, suspects.size()); ++i) {
    data::Clip clip;
    clip.path = project.folder / suspects[i].path;
    clip.start_s = suspects[i].start_s;
    clip.end_s = suspects[i].end_s.value_or(std::numeric_limits<double>::infinity());
    clip.row = suspects[i].row;
    Exhibit& exhibit = exhibits.emplace_back();
    switch (project.sense()) {
      case project::Sense::audio:
        exhibit.sound = sound_of(clip, project);
        break;
      case project::Sense::series:
        if (const auto rows = reader.read(clip)) {
          const auto axes = static_cast<std::size_t>(project.series.spec.axes);
          exhibit.axes.resize(axes);
          for (std::size_t k = 0; k < rows.value().size(); ++k) {
            exhibit.axes[k % axes].push_back(rows.value()[k]);
          }
        }
        break;
      case project::Sense::image:
        exhibit.picture = picture_of(clip);
        break;
    }
  }
  return exhibits;
}

template <typename T>
std::optional<T> if_ok(Result<T> result) {
  if (!result) return std::nullopt;
  return std::move(result).value();
}

}  // namespace

Result<ReportData> gather_report(const project::Project& project, const std::string& version) {
  SENGI_TRY(pipeline, Pipeline::load(project));
  const project::Project settled = project::settled_as(project, pipeline.trained());
  SENGI_TRY(dataset, data::load_dataset(settled));
  SENGI_TRY(recordings, data::check_data(settled));
  SENGI_TRY(evaluation, evaluation_of(pipeline, settled, dataset));
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
  data.suspect_exhibits = exhibits_of(data.evaluation.suspects, settled);
  data.version = version;
  return data;
}

}  // namespace sengi::evaluate
