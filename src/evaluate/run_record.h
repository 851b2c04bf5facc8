// SPDX-License-Identifier: Apache-2.0
// What a run on a board was measured to take; out/run.json and the answer of sengi run --json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compile/compile.h"
#include "emulate/emulate.h"
#include "project/project.h"

namespace sengi::evaluate {

// Scores of one clip set on two machines, byte for byte.
struct Comparison {
  std::size_t clips = 0;
  std::size_t same = 0;
};

struct RunRecord {
  std::string name;  // of the network
  std::string model_sha256;
  std::string board;
  std::string board_title;
  double clock_hz = 0;
  double active_ma = 0;  // of the board's processor at work, by its maker; 0: not known
  double supply_v = 0;
  std::string power_source;
  std::size_t board_flash_bytes = 0;
  std::size_t board_ram_bytes = 0;
  std::size_t arena_bytes = 0;  // planned; the program's own section where it was measured
  std::optional<emulate::Sections> sections;  // none on this machine, where they are not measured
  std::size_t stack_bytes = 0;                // likewise
  std::optional<std::size_t> stack_bound_bytes;  // that it cannot go beyond, where that is known
  std::optional<std::uint64_t> instructions;     // of one inference; none where not counted
  std::optional<std::uint64_t> cycles;
  std::optional<std::uint64_t> most_cycles;       // of any inference of the run
  std::optional<std::uint64_t> front_end_cycles;  // from one run of the network to the next
  std::vector<emulate::LayerCost> layers;
  std::size_t outputs_count = 0;         // inferences run
  std::optional<Comparison> comparison;  // with the host's pipeline

  // Of a record with sections.
  std::size_t flash_bytes() const;
  std::size_t ram_bytes() const;
  // One inference at the board's clock; none where cycles or clock are not known.
  std::optional<double> inference_s() const;
  // An answer: one inference, and the front end's part where there is one.
  std::optional<std::uint64_t> answer_cycles() const;
  std::optional<double> answer_s() const;
  // What that takes, by the maker's current; none where that is not known either.
  std::optional<double> answer_j() const;
};

RunRecord make_run_record(const compile::Plan& plan, const std::string& model_sha256,
                          const emulate::Program& program, const emulate::Run& run);

std::string to_json(const RunRecord& record);
// Errors: the file is missing, or not what to_json() writes.
Result<RunRecord> read_run_record(const std::filesystem::path& path);

std::filesystem::path run_record_path(const project::Project& project);  // out/run.json

}  // namespace sengi::evaluate
