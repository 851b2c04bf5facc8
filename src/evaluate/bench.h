// SPDX-License-Identifier: Apache-2.0
// What networks cost on a board, kept to be compared with what they cost after a change; the file
// of sengi bench --save.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compile/compile.h"
#include "evaluate/run_record.h"

namespace sengi::evaluate {

struct BenchLayer {
  std::string name;
  std::string kind;
  std::uint64_t macs = 0;
  std::optional<std::uint64_t> cycles;
  std::size_t arena_bytes = 0;  // how high the arena is filled while it runs
  std::size_t code_bytes = 0;
  std::size_t const_bytes = 0;
};

struct BenchModel {
  std::string name;
  std::uint64_t macs = 0;
  std::optional<std::uint64_t> cycles;  // of one inference; none where the board has no cycle rule
  std::size_t arena_bytes = 0;
  std::size_t static_bytes = 0;
  std::size_t stack_bytes = 0;
  std::size_t code_bytes = 0;
  std::size_t const_bytes = 0;
  std::vector<BenchLayer> layers;

  std::size_t ram_bytes() const { return arena_bytes + static_bytes + stack_bytes; }
  std::size_t flash_bytes() const { return code_bytes + const_bytes; }
};

struct Bench {
  std::string board;
  std::vector<BenchModel> models;  // no two of one name
};

// Requires: a record with sections, of a run of the plan's network.
BenchModel bench_model(const compile::Plan& plan, const RunRecord& record);

// Cycles for one multiply-accumulate; none where either is not known.
std::optional<double> cycles_per_mac(std::uint64_t macs,
                                     const std::optional<std::uint64_t>& cycles);

// One figure of one network, then and now.
struct Change {
  std::string model;
  std::string figure;  // "cycles", "RAM", "flash"
  std::uint64_t before = 0;
  std::uint64_t after = 0;

  double percent() const;  // of before
  bool grew() const;       // by more than 1 %
};

// Of every network that is in both, in the order of `after`.
// Errors: the two are of different boards, or have no network in common.
Result<std::vector<Change>> compare(const Bench& before, const Bench& after);

std::string to_json(const Bench& bench);
// Errors: the file is missing, or not what to_json() writes.
Result<Bench> read_bench(const std::filesystem::path& path);

}  // namespace sengi::evaluate
