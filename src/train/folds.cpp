// SPDX-License-Identifier: Apache-2.0
#include "train/folds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/files.h"
#include "data/split.h"

namespace sengi::train {
namespace {

using Json = nlohmann::ordered_json;

// The dataset with one fold as its test side.
data::Dataset split_by(const project::Project& project, const data::Dataset& dataset,
                       const std::vector<Unit>& units, const std::vector<std::size_t>& fold_of,
                       std::size_t fold) {
  data::Dataset split = dataset;
  split.columns.clear();
  for (std::size_t i = 0; i < units.size(); ++i) {
    // Another draw than the folds', so that validation is of all of the others alike.
    const data::Split side = fold_of[i] == fold
                                 ? data::Split::test
                                 : data::side_of(units[i].name, project.data.seed + 1 + fold,
                                                 project.data.validation_percent, 0);
    for (const std::size_t clip : units[i].clips) split.clips[clip].split = side;
  }
  return split;
}

Json spread_json(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {{"mean", mean},
          {"standard_deviation", std::sqrt(squares / (count - 1))},
          {"lowest", *std::ranges::min_element(values)},
          {"highest", *std::ranges::max_element(values)}};
}

}  // namespace

std::vector<std::size_t> deal(const std::vector<Unit>& units, std::size_t folds) {
  std::vector<std::size_t> clips(folds);
  std::vector<std::size_t> fold_of;
  for (const Unit& unit : units) {
    const auto least = std::ranges::min_element(clips);
    *least += unit.clips.size();
    fold_of.push_back(static_cast<std::size_t>(least - clips.begin()));
  }
  return fold_of;
}

Result<std::string> cross_validate(const project::Project& project, std::size_t folds,
                                   const StudyOptions& options) {
  SENGI_TRY(dataset, data::load_dataset(project));
  std::vector<std::size_t> all(dataset.clips.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::vector<Unit> units = units_of(dataset, all, project.data.seed);
  if (units.size() < folds) {
    return Error{fmt::format("{} folds of {} groups; each fold needs one", folds, units.size())};
  }
  const std::vector<std::size_t> fold_of = deal(units, folds);

  Json json = {{"config_sha256", project.config_sha256}, {"folds", Json::array()}};
  std::vector<double> float_accuracy;
  std::vector<double> int8_accuracy;
  std::uint64_t correct = 0;
  std::uint64_t count = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const data::Dataset split = split_by(project, dataset, units, fold_of, fold);
    if (options.tell) options.tell(fmt::format("fold {} of {}", fold + 1, folds));
    SENGI_TRY(outcome,
              train_part(project, split, fmt::format("folds/{}_of_{}", fold + 1, folds), options));
    const Json record = Json::parse(outcome.record);
    const Json& test = record.at("int8").at("test");
    float_accuracy.push_back(record.at("float").at("test").at("accuracy"));
    int8_accuracy.push_back(test.at("accuracy"));
    correct += test.at("correct").get<std::uint64_t>();
    count += test.at("count").get<std::uint64_t>();
    json["folds"].push_back({{"fold", fold + 1},
                             {"clips", record.at("clips")},
                             {"groups", record.at("groups")},
                             {"float_accuracy", float_accuracy.back()},
                             {"accuracy", int8_accuracy.back()},
                             {"count", test.at("count")},
                             {"correct", test.at("correct")},
                             {"wall_s", record.at("wall_s")}});
  }
  json["accuracy"] = spread_json(int8_accuracy);
  json["float_accuracy"] = spread_json(float_accuracy);
  json["all"] = {{"count", count},
                 {"correct", correct},
                 {"accuracy", static_cast<double>(correct) / static_cast<double>(count)}};
  std::string text = json.dump(2) + "\n";
  SENGI_CHECK(write_text(project.out() / "folds.json", text));
  return text;
}

}  // namespace sengi::train
