// SPDX-License-Identifier: Apache-2.0
// Would more recordings help? Trainings on growing parts of them, each part within the next.
#pragma once

#include <string>

#include "base/result.h"
#include "project/project.h"
#include "train/study.h"

namespace sengi::train {

// Trains on an eighth, a quarter, a half and all of the training groups, in out/learning_curve/,
// and returns out/learning_curve.json, which it writes: of every part its clips, groups, epochs and
// the int8 network's answers to the whole test side, and the power law through them. The smaller
// parts get more epochs, by the square root of the share, so that no network is judged before it
// has learned; all of them together get half of the project's, or all up to 30. Parts too small to
// hold every label are left out. Finished parts are not trained again. Errors: those of
// train_part(); no test side; groups too few for two parts.
Result<std::string> learning_curve(const project::Project& project, const StudyOptions& options);

}  // namespace sengi::train
