// SPDX-License-Identifier: Apache-2.0
// Cross-validation by groups: every group is heard by a network that did not learn from it.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "project/project.h"
#include "train/study.h"

namespace sengi::train {

// A fold for each unit, as even in clips as can be: in their order, each goes to the fold with the
// fewest clips so far. Requires: folds > 0.
std::vector<std::size_t> deal(const std::vector<Unit>& units, std::size_t folds);

// `folds` trainings with the project's settings, in out/folds/K: each is tested on the groups of
// one fold, and of the other groups validation_percent choose the best epoch. Returns
// out/folds.json, which it writes: each fold's figures, their mean and standard deviation, and all
// answers together. Finished folds are not trained again. Errors: those of train_part(); fewer
// groups than folds. Requires: folds at least 2.
Result<std::string> cross_validate(const project::Project& project, std::size_t folds,
                                   const StudyOptions& options);

}  // namespace sengi::train
