// SPDX-License-Identifier: Apache-2.0
// A trained project asked about labelled clips, with the very pipeline the device runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "evaluate/bootstrap.h"
#include "evaluate/metrics.h"
#include "evaluate/pipeline.h"
#include "evaluate/slices.h"
#include "project/project.h"

namespace sengi::evaluate {

struct GroupFigures {
  std::string group;  // speaker, animal or site
  std::uint64_t count = 0;
  std::uint64_t correct = 0;
  bool operator==(const GroupFigures&) const = default;
};

// A clip that was answered wrongly.
struct Mistake {
  std::string path;  // below the project's folder where it lies there
  std::size_t truth = 0;
  std::size_t answer = 0;
  double confidence = 0;  // probability of the answer
  bool operator==(const Mistake&) const = default;
};

// A clip whose label the network denies (find_suspects()), in test or validation.
struct Suspect {
  std::string path;  // below the project's folder where it lies there
  double start_s = 0;
  std::optional<double> end_s;     // none: the recording's
  std::optional<std::size_t> row;  // of a table with an example a row, from 0
  std::string split;
  std::size_t label = 0;   // that it has
  std::size_t answer = 0;  // that it seems to be
  double confidence = 0;   // probability of the answer
  double own = 0;          // probability of the label

  // The path, and where in it the clip is where that is needed to find it.
  std::string place() const;
  bool operator==(const Suspect&) const = default;
};

// What would make the confidences honest; told, and not applied to anything.
struct TemperatureFit {
  double value = 1;
  std::uint64_t clips = 0;  // of the validation split, on which it was fitted
  Calibration test;         // the test's, had the scores been divided by it
};

// The float network that the int8 one was made from, over the same clips and features.
struct FloatComparison {
  double accuracy = 0;
  std::uint64_t same_answer = 0;  // clips on which both networks agree
  bool operator==(const FloatComparison&) const = default;
};

struct Evaluation {
  std::string project;
  std::string data;          // "test split", or the folder
  std::string model_sha256;  // of the network that was asked
  std::vector<std::string> labels;
  ConfusionMatrix confusion;
  Intervals intervals;  // of accuracy, balanced accuracy and macro F1
  Calibration calibration;
  std::optional<TemperatureFit> temperature;  // none without validation clips
  std::vector<GroupFigures> groups;           // those known, fewest right first
  std::vector<Mistake> mistakes;              // surest first, at most 24
  std::vector<Slicing> slices;       // level, duration, and the columns that were asked for
  std::uint64_t held_out = 0;        // clips of test and validation, among which suspects are
  std::uint64_t suspects_count = 0;  // all of them
  std::vector<Suspect> suspects;     // most suspect first, at most 48
  std::optional<FloatComparison> float_network;
};

// Scores every clip of `dataset` that is on the test side, and for the temperature and the suspects
// those on the validation side. Results by the columns that [evaluate] slices names are with it.
// Errors: no clip to test on; a clip that cannot be read; a label the model does not know; a column
// that the manifest does not have; Ctrl-C.
Result<Evaluation> evaluate(const Pipeline& pipeline, const project::Project& project,
                            const data::Dataset& dataset, const std::string& data);

// At least "accuracy", "count", "classes" [{label, count, precision, recall, f1}], "confusion" (a
// row a true label) and "groups". A share with nothing to divide by is 0.
std::string to_json(const Evaluation& evaluation);
// Errors: the file is missing, or not what to_json() writes.
Result<Evaluation> read_evaluation(const std::filesystem::path& path);

std::filesystem::path evaluation_path(const project::Project& project);  // out/evaluation.json

}  // namespace sengi::evaluate
