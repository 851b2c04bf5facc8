// SPDX-License-Identifier: Apache-2.0
#include "evaluate/run_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"

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

Json layers_json(const std::vector<emulate::LayerCost>& layers) {
  Json list = Json::array();
  for (const emulate::LayerCost& layer : layers) {
    list.push_back({{"name", layer.name},
                    {"instructions", layer.instructions},
                    {"cycles", layer.cycles},
                    {"code_bytes", layer.code_bytes}});
  }
  return list;
}

RunRecord record_of(const Json& json) {
  RunRecord record;
  record.name = json.at("name");
  record.model_sha256 = json.at("model_sha256");
  record.board = json.at("board");
  record.board_title = json.at("board_title");
  record.clock_hz = json.at("clock_hz");
  record.active_ma = json.value("active_ma", 0.0);
  record.supply_v = json.value("supply_v", 0.0);
  record.power_source = json.value("power_source", std::string());
  record.board_flash_bytes = json.at("board_flash_bytes");
  record.board_ram_bytes = json.at("board_ram_bytes");
  record.arena_bytes = json.at("arena_bytes");
  if (!json.at("static_bytes").is_null()) {
    record.sections = emulate::Sections{json.at("flash_code_bytes"), json.at("flash_const_bytes"),
                                        json.at("static_bytes"), record.arena_bytes};
    record.stack_bytes = json.at("stack_bytes");
    if (json.contains("stack_bound_bytes") && !json.at("stack_bound_bytes").is_null()) {
      record.stack_bound_bytes = json.at("stack_bound_bytes").get<std::size_t>();
    }
  }
  record.instructions = optional_number(json.at("instructions"));
  record.cycles = optional_number(json.at("cycles"));
  record.most_cycles = optional_number(json.at("most_cycles"));
  record.front_end_cycles = optional_number(json.value("front_end_cycles", Json(nullptr)));
  record.outputs_count = json.at("outputs_count");
  for (const Json& layer : json.at("layers")) {
    record.layers.push_back({layer.at("name"), layer.at("instructions"), layer.at("cycles"),
                             layer.value("code_bytes", std::size_t{0})});
  }
  if (const Json& compared = json.at("comparison"); !compared.is_null()) {
    record.comparison = {compared.at("clips"), compared.at("same")};
  }
  return record;
}

}  // namespace

std::size_t RunRecord::flash_bytes() const {
  return sections->flash_code_bytes + sections->flash_const_bytes;
}

std::size_t RunRecord::ram_bytes() const {
  return sections->arena_bytes + sections->static_bytes + stack_bytes;
}

std::optional<double> RunRecord::inference_s() const {
  if (!cycles || clock_hz <= 0) return std::nullopt;
  return static_cast<double>(*cycles) / clock_hz;
}

std::optional<std::uint64_t> RunRecord::answer_cycles() const {
  if (!cycles) return std::nullopt;
  return *cycles + front_end_cycles.value_or(0);
}

std::optional<double> RunRecord::answer_s() const {
  if (!cycles || clock_hz <= 0) return std::nullopt;
  return static_cast<double>(*answer_cycles()) / clock_hz;
}

std::optional<double> RunRecord::answer_j() const {
  const auto seconds = answer_s();
  if (!seconds || active_ma <= 0 || supply_v <= 0) return std::nullopt;
  return *seconds * active_ma * 1e-3 * supply_v;
}

RunRecord make_run_record(const compile::Plan& plan, const std::string& model_sha256,
                          const emulate::Program& program, const emulate::Run& run) {
  RunRecord record;
  record.name = plan.name;
  record.model_sha256 = model_sha256;
  record.board = program.board.name;
  record.board_title = program.board.title;
  record.clock_hz = program.board.clock_hz;
  record.active_ma = program.board.active_ma;
  record.supply_v = program.board.supply_v;
  record.power_source = program.board.power_source;
  record.board_flash_bytes = program.board.flash_bytes;
  record.board_ram_bytes = program.board.ram_bytes;
  record.arena_bytes = plan.arena_bytes;
  if (!program.board.qemu_machine.empty()) {
    record.sections = program.sections;
    record.arena_bytes = program.sections.arena_bytes;
    record.stack_bytes = run.stack_bytes;
    record.stack_bound_bytes = program.stack_bound_bytes;
  }
  record.instructions = run.instructions;
  record.cycles = run.cycles;
  record.most_cycles = run.most_cycles;
  record.front_end_cycles = run.front_end_cycles;
  record.layers = run.layers;
  return record;
}

std::string to_json(const RunRecord& record) {
  const Json comparison = record.comparison ? Json{{"clips", record.comparison->clips},
                                                   {"same", record.comparison->same}}
                                            : Json(nullptr);
  const auto measured = [&](std::size_t emulate::Sections::*part) {
    return record.sections ? Json((*record.sections).*part) : Json(nullptr);
  };
  const Json json = {{"name", record.name},
                     {"model_sha256", record.model_sha256},
                     {"board", record.board},
                     {"board_title", record.board_title},
                     {"clock_hz", record.clock_hz},
                     {"active_ma", record.active_ma},
                     {"supply_v", record.supply_v},
                     {"power_source", record.power_source},
                     {"answer_j", record.answer_j() ? Json(*record.answer_j()) : nullptr},
                     {"board_flash_bytes", record.board_flash_bytes},
                     {"board_ram_bytes", record.board_ram_bytes},
                     {"arena_bytes", record.arena_bytes},
                     {"static_bytes", measured(&emulate::Sections::static_bytes)},
                     {"stack_bytes", record.sections ? Json(record.stack_bytes) : Json(nullptr)},
                     {"stack_bound_bytes",
                      record.stack_bound_bytes ? Json(*record.stack_bound_bytes) : Json(nullptr)},
                     {"flash_code_bytes", measured(&emulate::Sections::flash_code_bytes)},
                     {"flash_const_bytes", measured(&emulate::Sections::flash_const_bytes)},
                     {"instructions", number(record.instructions)},
                     {"cycles", number(record.cycles)},
                     {"most_cycles", number(record.most_cycles)},
                     {"front_end_cycles", number(record.front_end_cycles)},
                     {"outputs_count", record.outputs_count},
                     {"comparison", comparison},
                     {"layers", layers_json(record.layers)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<RunRecord> read_run_record(const std::filesystem::path& path) {
  SENGI_TRY(text, read_text(path));
  try {
    return record_of(Json::parse(text));
  } catch (const std::exception& fault) {
    return Error{fmt::format("{}: not a record that sengi run wrote ({}); run: sengi run",
                             path.string(), fault.what())};
  }
}

std::filesystem::path run_record_path(const project::Project& project) {
  return project.out() / "run.json";
}

}  // namespace sengi::evaluate
