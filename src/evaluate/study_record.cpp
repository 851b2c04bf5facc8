// SPDX-License-Identifier: Apache-2.0
#include "evaluate/study_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace sengi::evaluate {
namespace {

using Json = nlohmann::json;

Interval interval_of(const Json& json) { return {json.at(0), json.at(1)}; }

CurvePoint point_of(const Json& json) {
  const std::uint64_t count = json.at("count");
  const std::uint64_t correct = json.at("correct");
  if (correct > count || count == 0) throw std::out_of_range("correct");
  const std::uint64_t wrong = count - correct;
  return {json.at("clips"), json.at("groups"),
          static_cast<double>(wrong) / static_cast<double>(count), wilson_95(wrong, count)};
}

LearningCurve curve_of(const Json& json) {
  LearningCurve curve;
  curve.config_sha256 = json.at("config_sha256");
  curve.method = json.at("method");
  for (const Json& point : json.at("points")) curve.points.push_back(point_of(point));
  if (const Json& fit = json.at("fit"); !fit.is_null()) {
    curve.exponent = fit.at("exponent");
    curve.scale = fit.at("scale");
    curve.exponent_95 = interval_of(fit.at("exponent_95"));
    if (curve.points.size() < 3) throw std::out_of_range("points");
    for (const Json& one : fit.at("predictions")) {
      curve.predictions.push_back(
          {one.at("times"), one.at("clips"), one.at("error"), interval_of(one.at("error_95"))});
    }
  }
  return curve;
}

Folds folds_of(const Json& json) {
  Folds folds;
  folds.config_sha256 = json.at("config_sha256");
  for (const Json& fold : json.at("folds")) {
    folds.folds.push_back({fold.at("count"), fold.at("correct"), fold.at("groups").at("test")});
    if (folds.folds.back().count == 0) throw std::out_of_range("count");
  }
  folds.mean = json.at("accuracy").at("mean");
  folds.standard_deviation = json.at("accuracy").at("standard_deviation");
  return folds;
}

template <typename Record>
Result<Record> read(const std::filesystem::path& path, Record (*record_of)(const Json&)) {
  SENGI_TRY(text, read_text(path));
  try {
    return record_of(Json::parse(text));
  } catch (const std::exception& fault) {
    return Error{
        fmt::format("{}: not a record that sengi train wrote ({})", path.string(), fault.what())};
  }
}

}  // namespace

Result<LearningCurve> read_learning_curve(const std::filesystem::path& path) {
  return read(path, curve_of);
}

Result<Folds> read_folds(const std::filesystem::path& path) { return read(path, folds_of); }

}  // namespace sengi::evaluate
