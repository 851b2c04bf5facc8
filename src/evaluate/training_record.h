// SPDX-License-Identifier: Apache-2.0
// What training wrote down about itself: out/training.json.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluate/metrics.h"
#include "project/project.h"

namespace sengi::evaluate {

struct EpochRecord {
  std::string phase;  // "float" or "int8" (quantisation-aware fine-tuning)
  std::int32_t epoch = 0;
  std::optional<double> train_loss;
  std::optional<double> train_accuracy;
  std::optional<double> validation_loss;
  std::optional<double> validation_accuracy;
};

struct TrainingRecord {
  std::vector<EpochRecord> epochs;  // in the order they ran
  std::optional<double> wall_s;
  std::optional<double> processor_s;
  std::optional<Interval> energy_kwh;  // its ends are equal where it was measured
  std::string energy_method;           // how the energy was found
  bool energy_measured = false;        // by the machine's own counters, rather than a model
  std::optional<Interval> co2_kg;
  std::string co2_method;
  std::string grid;                  // the country whose electricity it is reckoned by
  std::optional<double> operations;  // floating-point
  std::optional<std::uint64_t> parameters;
  std::string machine;
};

// Errors: the file is missing or not JSON. A figure that is not in it is left out.
Result<TrainingRecord> read_training_record(const std::filesystem::path& path);
std::filesystem::path training_record_path(const project::Project& project);  // out/training.json

}  // namespace sengi::evaluate
