// SPDX-License-Identifier: Apache-2.0
// What several trainings told: out/learning_curve.json and out/folds.json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluate/metrics.h"
#include "project/project.h"

namespace sengi::evaluate {

struct CurvePoint {
  std::size_t clips = 0;
  std::size_t groups = 0;
  double error = 0;   // share of the test's clips answered wrongly
  Interval error_95;  // as if the clips were independent (Wilson)
};

struct Prediction {
  double times = 1;  // as many clips as there are
  double clips = 0;
  double error = 0;
  Interval error_95;
};

struct LearningCurve {
  std::string config_sha256;
  std::string method;
  std::vector<CurvePoint> points;  // from the smallest
  std::optional<Interval> exponent_95;
  double exponent = 0;
  double scale = 0;  // error = scale * clips^-exponent
  std::vector<Prediction> predictions;
};

struct Fold {
  std::uint64_t count = 0;
  std::uint64_t correct = 0;
  std::uint64_t groups = 0;
};

struct Folds {
  std::string config_sha256;
  std::vector<Fold> folds;
  double mean = 0;
  double standard_deviation = 0;
};

// Errors: the file is missing, or not what sengi train writes there.
Result<LearningCurve> read_learning_curve(const std::filesystem::path& path);
Result<Folds> read_folds(const std::filesystem::path& path);

}  // namespace sengi::evaluate
