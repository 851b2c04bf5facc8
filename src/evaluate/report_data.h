// SPDX-License-Identifier: Apache-2.0
// Everything a report shows, as plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compile/compile.h"
#include "data/audio.h"
#include "data/check.h"
#include "data/image.h"
#include "evaluate/evaluation.h"
#include "evaluate/example.h"
#include "evaluate/run_record.h"
#include "evaluate/study_record.h"
#include "evaluate/training_record.h"
#include "project/project.h"
#include "project/trained.h"

namespace sengi::evaluate {

// A clip to hear or to see, by the kind of project.
struct Exhibit {
  std::optional<data::Audio> sound;
  std::optional<data::Image> picture;
  std::vector<std::vector<std::int16_t>> axes;  // of rows of numbers
};

struct ReportData {
  project::Project project;
  project::Trained trained;
  data::CheckReport data;
  Evaluation evaluation;
  compile::Plan plan;
  std::optional<TrainingRecord> training;  // none where the model was trained elsewhere
  std::optional<LearningCurve> learning_curve;
  std::optional<Folds> folds;
  std::optional<RunRecord> run;  // with sections; none before a board has run it
  std::optional<Example> example;
  // Of the first of evaluation.suspects; empty where a recording cannot be read.
  std::vector<Exhibit> suspect_exhibits;
  std::string version;  // of sengi
};

}  // namespace sengi::evaluate
