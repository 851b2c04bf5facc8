// SPDX-License-Identifier: Apache-2.0
// `sengi train`: from a project's recordings to out/model.tflite, out/float.tflite,
// out/pipeline.json and out/training.json.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "project/project.h"
#include "train/grid.h"
#include "train/measure.h"

namespace sengi::train {

struct TrainOptions {
  bool resume = false;                       // go on from out/checkpoint.pt
  bool force = false;                        // train though nothing changed
  std::optional<Grid> grid = {};             // for CO2; none: the record's own, or the default
  std::function<bool()> stop = interrupted;  // ends training early, keeping the best so far
};

struct TrainOutcome {
  bool up_to_date = false;    // nothing changed, nothing was done
  bool complete = true;       // false: stopped early; out/checkpoint.pt is there to resume from
  bool could_resume = false;  // an interrupted training was there, and was not asked for
  std::string record;         // training.json
};

// Outputs are written when all is done, and then all together; what stood there stays as it was
// until then and after any error.
// Errors: recordings that cannot be read or split, see data::load_dataset() and load_corpus();
// nothing to resume; an output that cannot be written.
Result<TrainOutcome> train_project(const project::Project& project, const TrainOptions& options);

}  // namespace sengi::train
