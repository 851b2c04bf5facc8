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

Evaluation evaluation_of(const Json& json) {
  Evaluation evaluation;
  evaluation.project = json.at("project");
  evaluation.data = json.at("data");
  evaluation.model_sha256 = json.at("model_sha256");
  for (const Json& one : json.at("classes")) evaluation.labels.push_back(one.at("label"));
  evaluation.confusion = confusion_of(json.at("confusion"), evaluation.labels.size());
  evaluation.calibration = calibration_of(json);
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
  const Json json = {{"project", evaluation.project},
                     {"data", evaluation.data},
                     {"model_sha256", evaluation.model_sha256},
                     {"network", "int8, the device's own pipeline"},
                     {"accuracy", all.accuracy},
                     {"accuracy_95", interval_json(all.accuracy_95)},
                     {"count", all.count},
                     {"correct", all.correct},
                     {"balanced_accuracy", all.balanced_accuracy},
                     {"macro_f1", all.macro_f1},
                     {"log_loss", evaluation.calibration.log_loss},
                     {"calibration_error", evaluation.calibration.calibration_error},
                     {"float", float_json(evaluation)},
                     {"classes", classes_json(evaluation, all)},
                     {"confusion", confusion_json(evaluation.confusion)},
                     {"groups", groups_json(evaluation.groups)},
                     {"reliability", reliability_json(evaluation.calibration)},
                     {"mistakes", mistakes_json(evaluation)}};
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
