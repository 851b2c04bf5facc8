// SPDX-License-Identifier: Apache-2.0
// Several trainings of one project on parts of its recordings, to learn about the project: the
// learning curve and cross-validation. Each is a project of its own below out/, so it is left alone
// when it is up to date and goes on where it was stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "project/project.h"
#include "train/train_project.h"

namespace sengi::train {

// Clips that stay together: those of a group, or one without a group.
struct Unit {
  std::string name;
  std::vector<std::size_t> clips;  // indices into the dataset
};

// Units of some clips, in the order of a hash of seed and name, which adding others does not
// change.
std::vector<Unit> units_of(const data::Dataset& dataset, std::span<const std::size_t> clips,
                           std::uint64_t seed);

struct StudyOptions {
  bool force = false;                                 // train again what is up to date
  std::function<bool()> stop = interrupted;           // between steps; what is finished stays
  std::function<void(const std::string&)> tell = {};  // what is trained now
};

// Trains `project`, with its settings for training, on `dataset` as it is split, in out/NAME.
// Errors: those of train_project(), with NAME before them; stopped (Outcome::no).
Result<TrainOutcome> train_part(const project::Project& project, const data::Dataset& dataset,
                                const std::string& name, const StudyOptions& options);

}  // namespace sengi::train
