// SPDX-License-Identifier: Apache-2.0
#include "evaluate/training_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace sengi::evaluate {
namespace {

using Json = nlohmann::json;

std::optional<double> number(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

// KEY_low and KEY_high, neither negative.
std::optional<Interval> interval(const Json& json, const std::string& key) {
  const auto low = number(json, (key + "_low").c_str());
  const auto high = number(json, (key + "_high").c_str());
  if (!low || !high || *low < 0 || *high < *low) return std::nullopt;
  return Interval{*low, *high};
}

std::string words(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

EpochRecord epoch_of(const Json& json) {
  EpochRecord epoch;
  epoch.phase = words(json, "phase");
  epoch.epoch = static_cast<std::int32_t>(number(json, "epoch").value_or(0));
  epoch.train_loss = number(json, "train_loss");
  epoch.train_accuracy = number(json, "train_accuracy");
  epoch.validation_loss = number(json, "validation_loss");
  epoch.validation_accuracy = number(json, "validation_accuracy");
  return epoch;
}

}  // namespace

Result<TrainingRecord> read_training_record(const std::filesystem::path& path) {
  SENGI_TRY(text, read_text(path));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return Error{fmt::format("{}: is not a record of a training; train again", path.string())};
  }
  TrainingRecord record;
  if (const auto epochs = json.find("epochs"); epochs != json.end() && epochs->is_array()) {
    for (const Json& epoch : *epochs) record.epochs.push_back(epoch_of(epoch));
  }
  record.wall_s = number(json, "wall_s");
  record.processor_s = number(json, "processor_s");
  record.energy_kwh = interval(json, "energy_kwh");
  record.energy_method = words(json, "energy_method");
  record.energy_measured = flag(json, "energy_measured");
  record.co2_kg = interval(json, "co2_kg");
  record.co2_method = words(json, "co2_method");
  if (const auto grid = json.find("grid"); grid != json.end() && grid->is_object()) {
    record.grid = words(*grid, "name");
  }
  record.operations = number(json, "operations");
  if (const auto parameters = number(json, "parameters"); parameters && *parameters >= 0) {
    record.parameters = static_cast<std::uint64_t>(*parameters);
  }
  record.machine = words(json, "machine");
  return record;
}

std::filesystem::path training_record_path(const project::Project& project) {
  return project.out() / "training.json";
}

}  // namespace sengi::evaluate
