// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "evaluate/evaluation.h"

namespace sengi::evaluate {
namespace {

using Json = nlohmann::ordered_json;

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

Json classes_json(const Evaluation& evaluation, const Figures& all) {
  Json list = Json::array();
  for (std::size_t i = 0; i < all.classes.size(); ++i) {
    const ClassFigures& one = all.classes[i];
    list.push_back({{"label", evaluation.labels[i]},
                    {"count", one.count},
                    {"called", one.called},
                    {"precision", one.precision},
                    {"recall", one.recall},
                    {"f1", one.f1}});
  }
  return list;
}

Json confusion_json(const ConfusionMatrix& confusion) {
  Json rows = Json::array();
  for (std::size_t truth = 0; truth < confusion.labels(); ++truth) {
    Json row = Json::array();
    for (std::size_t answer = 0; answer < confusion.labels(); ++answer) {
      row.push_back(confusion.at(truth, answer));
    }
    rows.push_back(row);
  }
  return rows;
}

Json groups_json(const std::vector<GroupFigures>& groups) {
  Json list = Json::array();
  for (const GroupFigures& group : groups) {
    const double accuracy = static_cast<double>(group.correct) /
                            static_cast<double>(std::max<std::uint64_t>(1, group.count));
    list.push_back({{"group", group.group},
                    {"count", group.count},
                    {"correct", group.correct},
                    {"accuracy", accuracy},
                    {"accuracy_95", interval_json(wilson_95(group.correct, group.count))}});
  }
  return list;
}

Json reliability_json(const Calibration& calibration) {
  Json list = Json::array();
  for (const ReliabilityBin& bin : calibration.bins) {
    list.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"count", bin.count},
                    {"confidence", bin.confidence},
                    {"accuracy", bin.accuracy}});
  }
  return list;
}

Json mistakes_json(const Evaluation& evaluation) {
  Json list = Json::array();
  for (const Mistake& mistake : evaluation.mistakes) {
    list.push_back({{"path", mistake.path},
                    {"truth", evaluation.labels[mistake.truth]},
                    {"answer", evaluation.labels[mistake.answer]},
                    {"confidence", mistake.confidence}});
  }
  return list;
}

Json intervals_json(const Intervals& intervals) {
  return {{"method", "bootstrap over groups, " + words_of(intervals)},
          {"groups", intervals.groups},
          {"units", intervals.units},
          {"resamples", intervals.resamples},
          {"seed", intervals.seed}};
}

Json temperature_json(const Evaluation& evaluation) {
  if (!evaluation.temperature) return nullptr;
  const TemperatureFit& fit = *evaluation.temperature;
  return {{"value", fit.value},
          {"fitted_on", "validation split"},
          {"clips", fit.clips},
          {"applied", false},
          {"log_loss", fit.test.log_loss},
          {"calibration_error", fit.test.calibration_error},
          {"reliability", reliability_json(fit.test)}};
}

Json slices_json(const std::vector<Slicing>& slicings) {
  Json list = Json::array();
  for (const Slicing& slicing : slicings) {
    Json slices = Json::array();
    for (const Slice& slice : slicing.slices) {
      slices.push_back({{"value", slice.value},
                        {"count", slice.count},
                        {"correct", slice.correct},
                        {"groups", slice.groups},
                        {"accuracy", slice.accuracy()},
                        {"accuracy_95", interval_json(slice.accuracy_95)},
                        {"few", slice.few()}});
    }
    list.push_back({{"by", slicing.by}, {"slices", slices}});
  }
  return list;
}

Json suspects_json(const Evaluation& evaluation) {
  Json list = Json::array();
  for (const Suspect& suspect : evaluation.suspects) {
    list.push_back({{"path", suspect.path},
                    {"start_s", suspect.start_s},
                    {"end_s", suspect.end_s ? Json(*suspect.end_s) : Json(nullptr)},
                    {"row", suspect.row ? Json(*suspect.row) : Json(nullptr)},
                    {"split", suspect.split},
                    {"label", evaluation.labels[suspect.label]},
                    {"answer", evaluation.labels[suspect.answer]},
                    {"confidence", suspect.confidence},
                    {"label_confidence", suspect.own}});
  }
  return list;
}

Json float_json(const Evaluation& evaluation) {
  if (!evaluation.float_network) return nullptr;
  return {{"accuracy", evaluation.float_network->accuracy},
          {"same_answer", evaluation.float_network->same_answer}};
}

std::size_t label_index(const std::vector<std::string>& labels, const std::string& label) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found == labels.end()) throw std::out_of_range("label " + label);
  return static_cast<std::size_t>(found - labels.begin());
}

Interval interval_of(const Json& json) { return {json.at(0), json.at(1)}; }

// The readers throw what nlohmann or at() throws; read_evaluation() catches it.
ConfusionMatrix confusion_of(const Json& rows, std::size_t labels) {
  ConfusionMatrix confusion(labels);
  for (std::size_t truth = 0; truth < labels; ++truth) {
    for (std::size_t answer = 0; answer < labels; ++answer) {
      confusion.add(truth, answer, rows.at(truth).at(answer).get<std::uint64_t>());
    }
  }
  return confusion;
}

Calibration calibration_of(const Json& json) {
  Calibration calibration{json.at("log_loss"), json.at("calibration_error"), {}};
  for (const Json& bin : json.at("reliability")) {
    calibration.bins.push_back(
        {bin.at("low"), bin.at("high"), bin.at("count"), bin.at("confidence"), bin.at("accuracy")});
  }
  return calibration;
}

Intervals intervals_of(const Json& json) {
  const Json& how = json.at("intervals");
  return {interval_of(json.at("accuracy_95")),
          interval_of(json.at("balanced_accuracy_95")),
          interval_of(json.at("macro_f1_95")),
          how.at("units"),
          how.at("groups"),
          how.at("resamples"),
          how.at("seed")};
}

std::vector<Slicing> slices_of(const Json& list) {
  std::vector<Slicing> slicings;
  for (const Json& json : list) {
    Slicing slicing{json.at("by"), {}};
    for (const Json& slice : json.at("slices")) {
      slicing.slices.push_back({slice.at("value"), slice.at("count"), slice.at("correct"),
                                slice.at("groups"), interval_of(slice.at("accuracy_95"))});
    }
    slicings.push_back(std::move(slicing));
  }
  return slicings;
}

void read_suspects(const Json& json, Evaluation& evaluation) {
  evaluation.held_out = json.at("held_out");
  evaluation.suspects_count = json.at("suspects_count");
  for (const Json& one : json.at("suspects")) {
    Suspect suspect{one.at("path"),
                    one.at("start_s"),
                    std::nullopt,
                    std::nullopt,
                    one.at("split"),
                    label_index(evaluation.labels, one.at("label")),
                    label_index(evaluation.labels, one.at("answer")),
                    one.at("confidence"),
                    one.at("label_confidence")};
    if (!one.at("end_s").is_null()) suspect.end_s = one.at("end_s").get<double>();
    if (const Json& row = one.at("row"); !row.is_null()) suspect.row = row.get<std::size_t>();
    evaluation.suspects.push_back(std::move(suspect));
  }
}

Evaluation evaluation_of(const Json& json) {
  Evaluation evaluation;
  evaluation.project = json.at("project");
  evaluation.data = json.at("data");
  evaluation.model_sha256 = json.at("model_sha256");
  for (const Json& one : json.at("classes")) evaluation.labels.push_back(one.at("label"));
  evaluation.confusion = confusion_of(json.at("confusion"), evaluation.labels.size());
  evaluation.intervals = intervals_of(json);
  evaluation.calibration = calibration_of(json);
  if (const Json& fit = json.at("temperature"); !fit.is_null()) {
    evaluation.temperature = {fit.at("value"), fit.at("clips"), calibration_of(fit)};
  }
  evaluation.slices = slices_of(json.at("slices"));
  read_suspects(json, evaluation);
  for (const Json& group : json.at("groups")) {
    evaluation.groups.push_back({group.at("group"), group.at("count"), group.at("correct")});
  }
  for (const Json& mistake : json.at("mistakes")) {
    evaluation.mistakes.push_back(
        {mistake.at("path"), label_index(evaluation.labels, mistake.at("truth")),
         label_index(evaluation.labels, mistake.at("answer")), mistake.at("confidence")});
  }
  if (const Json& other = json.at("float"); !other.is_null()) {
    evaluation.float_network = {other.at("accuracy"), other.at("same_answer")};
  }
  return evaluation;
}

}  // namespace

std::string to_json(const Evaluation& evaluation) {
  const Figures all = figures(evaluation.confusion);
  const Json json = {
      {"project", evaluation.project},
      {"data", evaluation.data},
      {"model_sha256", evaluation.model_sha256},
      {"network", "int8, the device's own pipeline"},
      {"accuracy", all.accuracy},
      {"accuracy_95", interval_json(evaluation.intervals.accuracy)},
      {"count", all.count},
      {"correct", all.correct},
      {"balanced_accuracy", all.balanced_accuracy},
      {"balanced_accuracy_95", interval_json(evaluation.intervals.balanced_accuracy)},
      {"macro_f1", all.macro_f1},
      {"macro_f1_95", interval_json(evaluation.intervals.macro_f1)},
      {"intervals", intervals_json(evaluation.intervals)},
      {"log_loss", evaluation.calibration.log_loss},
      {"calibration_error", evaluation.calibration.calibration_error},
      {"temperature", temperature_json(evaluation)},
      {"float", float_json(evaluation)},
      {"classes", classes_json(evaluation, all)},
      {"confusion", confusion_json(evaluation.confusion)},
      {"groups", groups_json(evaluation.groups)},
      {"slices", slices_json(evaluation.slices)},
      {"reliability", reliability_json(evaluation.calibration)},
      {"mistakes", mistakes_json(evaluation)},
      {"held_out", evaluation.held_out},
      {"suspects_count", evaluation.suspects_count},
      {"suspects", suspects_json(evaluation)}};
  // File names need not be UTF-8; what is not is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Evaluation> read_evaluation(const std::filesystem::path& path) {
  SENGI_TRY(text, read_text(path));
  try {
    return evaluation_of(Json::parse(text));
  } catch (const std::exception& fault) {
    return Error{fmt::format("{}: not an evaluation that sengi wrote ({}); run: sengi evaluate",
                             path.string(), fault.what())};
  }
}

}  // namespace sengi::evaluate
