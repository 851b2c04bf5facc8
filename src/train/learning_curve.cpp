// SPDX-License-Identifier: Apache-2.0
#include "train/learning_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/files.h"
#include "train/power_law.h"

namespace sengi::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr double shares[] = {0.125, 0.25, 0.5, 1};
// Of the project's epochs half, and all of them up to this many.
constexpr std::int32_t enough_epochs = 30;

std::int32_t epochs_for(std::int32_t asked, double share) {
  const std::int32_t whole = std::max(asked / 2, std::min(asked, enough_epochs));
  return static_cast<std::int32_t>(std::lround(whole / std::sqrt(share)));
}

// The training units in an order whose beginnings hold every label as soon as can be.
std::vector<Unit> nested_order(const data::Dataset& dataset, std::uint64_t seed) {
  std::vector<std::size_t> train;
  for (std::size_t i = 0; i < dataset.clips.size(); ++i) {
    if (dataset.clips[i].split == data::Split::train) train.push_back(i);
  }
  std::vector<Unit> first;
  std::vector<Unit> rest;
  std::set<std::size_t> seen;
  for (Unit& unit : units_of(dataset, train, seed)) {
    bool brings = false;
    for (const std::size_t clip : unit.clips) {
      brings = seen.insert(dataset.clips[clip].label).second || brings;
    }
    (brings ? first : rest).push_back(std::move(unit));
  }
  std::ranges::move(rest, std::back_inserter(first));
  return first;
}

// The dataset with the first `count` units of training and all of the other sides.
struct Part {
  data::Dataset dataset;
  std::size_t clips = 0;  // of training
  bool whole = true;      // has every label to train on
};
Part part_of(const data::Dataset& dataset, const std::vector<Unit>& units, std::size_t count) {
  std::set<std::size_t> kept;
  std::set<std::size_t> labels;
  for (std::size_t i = 0; i < count; ++i) kept.insert(units[i].clips.begin(), units[i].clips.end());
  Part part;
  part.dataset.labels = dataset.labels;
  for (std::size_t i = 0; i < dataset.clips.size(); ++i) {
    const data::Clip& clip = dataset.clips[i];
    if (clip.split == data::Split::train && !kept.contains(i)) continue;
    part.dataset.clips.push_back(clip);
    if (clip.split == data::Split::train) labels.insert(clip.label);
  }
  part.clips = kept.size();
  part.whole = labels.size() == dataset.labels.size();
  return part;
}

Json interval_json(const Range& range) { return {range.low, range.high}; }

Json fit_json(const std::vector<CurvePoint>& points) {
  const auto law = fit_power_law(points);
  if (!law) return nullptr;
  Json predictions = Json::array();
  for (const double times : {1.0, 2.0, 4.0}) {
    const double clips = times * points.back().clips;
    const Range error = law->error_at(clips);
    predictions.push_back({{"times", times},
                           {"clips", clips},
                           {"error", error.value},
                           {"error_95", interval_json(error)}});
  }
  return {{"model", "error = scale * clips^-exponent"},
          {"scale", law->scale()},
          {"exponent", law->exponent().value},
          {"exponent_95", interval_json(law->exponent())},
          {"predictions", predictions}};
}

}  // namespace

Result<std::string> learning_curve(const project::Project& project, const StudyOptions& options) {
  SENGI_TRY(dataset, data::load_dataset(project));
  const bool tested = std::ranges::any_of(
      dataset.clips, [](const data::Clip& clip) { return clip.split == data::Split::test; });
  if (!tested)
    return Error{"no test clips to draw a learning curve by; raise test_percent in [data]"};
  const std::vector<Unit> units = nested_order(dataset, project.train.seed);

  Json json = {{"config_sha256", project.config_sha256},
               {"network", "int8"},
               {"method",
                fmt::format("nested parts of the training groups; {} epochs for all of them (the "
                            "project has {}), for a part as many over the square root of its share",
                            epochs_for(project.train.epochs, 1), project.train.epochs)},
               {"points", Json::array()}};
  std::vector<CurvePoint> points;
  std::size_t before = 0;
  for (const double share : shares) {
    const auto count =
        static_cast<std::size_t>(std::lround(share * static_cast<double>(units.size())));
    if (count == before || count == 0) continue;
    before = count;
    const Part part = part_of(dataset, units, count);
    if (!part.whole) continue;
    project::Project smaller = project;
    smaller.train.epochs = epochs_for(project.train.epochs, share);
    smaller.train.patience = smaller.train.epochs;
    if (options.tell) {
      options.tell(
          fmt::format("learning curve, {:g} % of the groups: {} clips of {} groups, {} "
                      "epochs",
                      100 * share, part.clips, count, smaller.train.epochs));
    }
    SENGI_TRY(outcome, train_part(smaller, part.dataset,
                                  fmt::format("learning_curve/{:g}", 100 * share), options));
    const Json record = Json::parse(outcome.record);
    const Json& test = record.at("int8").at("test");
    const CurvePoint point{
        static_cast<double>(part.clips),
        test.at("count").get<std::uint64_t>() - test.at("correct").get<std::uint64_t>(),
        test.at("count").get<std::uint64_t>()};
    points.push_back(point);
    json["points"].push_back({{"share", share},
                              {"clips", part.clips},
                              {"groups", count},
                              {"epochs", smaller.train.epochs},
                              {"count", point.tested},
                              {"correct", point.tested - point.wrong},
                              {"accuracy", test.at("accuracy")},
                              {"wall_s", record.at("wall_s")}});
  }
  if (points.size() < 2) {
    return Error{
        fmt::format("{} groups to train on are too few for a learning curve", units.size())};
  }
  json["fit"] = fit_json(points);
  std::string text = json.dump(2) + "\n";
  SENGI_CHECK(write_text(project.out() / "learning_curve.json", text));
  return text;
}

}  // namespace sengi::train
