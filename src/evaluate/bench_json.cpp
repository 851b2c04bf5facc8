// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "evaluate/bench.h"

namespace sengi::evaluate {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<std::uint64_t>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::optional<std::uint64_t> optional_number(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return json.get<std::uint64_t>();
}

Json json_of(const BenchLayer& layer) {
  return {{"name", layer.name},
          {"kind", layer.kind},
          {"macs", layer.macs},
          {"cycles", number(layer.cycles)},
          {"arena_bytes", layer.arena_bytes},
          {"code_bytes", layer.code_bytes},
          {"const_bytes", layer.const_bytes}};
}

Json json_of(const BenchModel& model) {
  Json layers = Json::array();
  for (const BenchLayer& layer : model.layers) layers.push_back(json_of(layer));
  return {{"name", model.name},
          {"macs", model.macs},
          {"cycles", number(model.cycles)},
          {"arena_bytes", model.arena_bytes},
          {"static_bytes", model.static_bytes},
          {"stack_bytes", model.stack_bytes},
          {"code_bytes", model.code_bytes},
          {"const_bytes", model.const_bytes},
          {"layers", layers}};
}

BenchLayer layer_of(const Json& json) {
  return {json.at("name"),        json.at("kind"),
          json.at("macs"),        optional_number(json.at("cycles")),
          json.at("arena_bytes"), json.at("code_bytes"),
          json.at("const_bytes")};
}

BenchModel model_of(const Json& json) {
  BenchModel model;
  model.name = json.at("name");
  model.macs = json.at("macs");
  model.cycles = optional_number(json.at("cycles"));
  model.arena_bytes = json.at("arena_bytes");
  model.static_bytes = json.at("static_bytes");
  model.stack_bytes = json.at("stack_bytes");
  model.code_bytes = json.at("code_bytes");
  model.const_bytes = json.at("const_bytes");
  for (const Json& layer : json.at("layers")) model.layers.push_back(layer_of(layer));
  return model;
}

}  // namespace

std::string to_json(const Bench& bench) {
  Json models = Json::array();
  for (const BenchModel& model : bench.models) models.push_back(json_of(model));
  return Json{{"board", bench.board}, {"models", models}}.dump(2, ' ', false,
                                                               Json::error_handler_t::replace) +
         "\n";
}

Result<Bench> read_bench(const std::filesystem::path& path) {
  SENGI_TRY(text, read_text(path));
  try {
    const Json json = Json::parse(text);
    Bench bench;
    bench.board = json.at("board");
    for (const Json& model : json.at("models")) bench.models.push_back(model_of(model));
    return bench;
  } catch (const std::exception& fault) {
    return Error{fmt::format("{}: not figures that sengi bench --save wrote ({})", path.string(),
                             fault.what())};
  }
}

}  // namespace sengi::evaluate
