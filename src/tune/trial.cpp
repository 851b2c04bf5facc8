// SPDX-License-Identifier: Apache-2.0
#include "tune/trial.h"

#include <nlohmann/json.hpp>

namespace sengi::tune {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

Json json_of(const Values& values) {
  Json json = Json::object();
  for (const auto& [key, value] : values) json[key] = value;
  return json;
}

Values values_from(const Json& json) {
  Values values;
  for (const auto& [key, value] : json.items()) values[key] = value.get<std::string>();
  return values;
}

Json json_of(const std::optional<Cost>& cost) {
  if (!cost) return nullptr;
  return {{"cycles", cost->cycles},
          {"ram_bytes", cost->ram_bytes},
          {"flash_bytes", cost->flash_bytes},
          {"inference_s", cost->inference_s},
          {"inference_j", cost->inference_j}};
}

std::optional<Cost> cost_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return Cost{json.at("cycles"), json.at("ram_bytes"), json.at("flash_bytes"),
              json.at("inference_s"), json.at("inference_j")};
}

Json json_of(const Learned& learned) {
  return {{"epochs", learned.epochs},
          {"balanced_accuracy", learned.balanced_accuracy},
          {"accuracy", learned.accuracy},
          {"seconds", learned.seconds}};
}

Learned learned_from(const Json& json) {
  return {json.at("epochs"), json.at("balanced_accuracy"), json.at("accuracy"), json.at("seconds")};
}

// Runs `read` on what the text says.
template <typename T, typename Read>
Result<T> parsed(std::string_view text, const std::string& name, Read read) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    if (!json.is_discarded()) return read(json);
  } catch (const Json::exception&) {
    // told below
  }
  return Error{name + ": damaged, or of another version of sengi; --force begins the search anew"};
}

}  // namespace

std::string to_json(const Trial& trial) {
  Json json = {{"trial", trial.id},
               {"parent", trial.parent},
               {"values", json_of(trial.values)},
               {"refused", trial.refused},
               {"cost", json_of(trial.cost)},
               {"rungs", Json::array()},
               {"trained_cost", json_of(trial.trained_cost)}};
  for (const Learned& learned : trial.rungs) json["rungs"].push_back(json_of(learned));
  return text_of(json, 2) + "\n";
}

std::string to_json(const Job& job) {
  return text_of({{"train", job.kind == Job::Kind::train},
                  {"trial", job.trial},
                  {"changes", json_of(job.changes)},
                  {"rung", job.rung},
                  {"epochs", job.epochs},
                  {"last", job.last}},
                 -1);
}

std::string to_json(const Answer& answer) {
  return text_of({{"trial", answer.trial},
                  {"cost", json_of(answer.cost)},
                  {"learned", answer.learned ? json_of(*answer.learned) : Json(nullptr)},
                  {"refused", answer.refused},
                  {"error", answer.error},
                  {"stopped", answer.stopped}},
                 -1);
}

Result<Trial> trial_from(std::string_view json, const std::string& name) {
  return parsed<Trial>(json, name, [](const Json& j) {
    Trial trial{.id = j.at("trial"),
                .values = values_from(j.at("values")),
                .parent = j.at("parent"),
                .cost = cost_from(j.at("cost")),
                .refused = j.at("refused"),
                .rungs = {},
                .trained_cost = cost_from(j.at("trained_cost"))};
    for (const Json& rung : j.at("rungs")) trial.rungs.push_back(learned_from(rung));
    return trial;
  });
}

Result<Job> job_from(std::string_view json) {
  return parsed<Job>(json, "a message between the processes of a search", [](const Json& j) {
    return Job{.kind = j.at("train") == true ? Job::Kind::train : Job::Kind::measure,
               .trial = j.at("trial"),
               .changes = values_from(j.at("changes")),
               .rung = j.at("rung"),
               .epochs = j.at("epochs"),
               .last = j.at("last")};
  });
}

Result<Answer> answer_from(std::string_view json) {
  return parsed<Answer>(json, "a message between the processes of a search", [](const Json& j) {
    Answer answer{.trial = j.at("trial"),
                  .cost = cost_from(j.at("cost")),
                  .learned = {},
                  .refused = j.at("refused"),
                  .error = j.at("error"),
                  .stopped = j.at("stopped")};
    if (!j.at("learned").is_null()) answer.learned = learned_from(j.at("learned"));
    return answer;
  });
}

}  // namespace sengi::tune
