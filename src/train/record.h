// SPDX-License-Identifier: Apache-2.0
// out/training.json: how a network came to be, what it cost and how good it is; what the report
// shows, and by which the next `sengi train` knows whether anything changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "project/project.h"
#include "train/energy.h"
#include "train/grid.h"
#include "train/measure.h"
#include "train/trainer.h"

namespace sengi::train {

struct SplitAccuracy {
  Accuracy validation, test;
};

struct Record {
  std::string key;
  bool complete = true;
  std::int32_t best_float_epoch = 0;
  std::vector<EpochRecord> epochs;
  SplitAccuracy float_accuracy, int8_accuracy;
  std::vector<std::string> labels;
  std::size_t clips_train = 0, clips_validation = 0, clips_test = 0;
  std::size_t groups_train = 0, groups_validation = 0, groups_test = 0;
  std::uint64_t examples_learned = 0;
  std::uint64_t parameters = 0;
  std::uint64_t macs = 0;
  double operations = 0;   // floating-point, estimated
  double wall_s = 0;       // of this run and those it resumed
  double processor_s = 0;  // likewise, summed over threads
  int threads = 0;
  std::string library;
  std::string machine;
  Energy energy;
  Grid grid = default_grid();
};

std::string to_json(const Record& record);

std::filesystem::path record_path(const project::Project& project);  // out/training.json

// A record that was written, with its CO2 by another grid. Errors: it is not one.
Result<std::string> with_grid(const std::string& record, const Grid& grid);

// What a training depends on: sengi.toml's [data], [signal], [model], [train] and the recordings by
// path, side, length and time of change, and the version of this room's method.
std::string training_key(const project::Project& project, const data::Dataset& dataset);

// Whether out/ holds a complete training with this key, and its files are those that it wrote.
bool up_to_date(const project::Project& project, const std::string& key);

}  // namespace sengi::train
