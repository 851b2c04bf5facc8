// SPDX-License-Identifier: Apache-2.0
// A candidate and what became of it; what is asked of those who try it, and what they answer.
// All of it goes into JSON: between processes, and into the records that a search is resumed from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tune/toml_edit.h"

namespace sengi::tune {

// What an answer costs on the board, measured on the program that would ship: RAM is arena, static
// memory and stack, flash code and constants, and cycles are those of one inference and of the
// front end from one to the next.
struct Cost {
  std::uint64_t cycles = 0;
  std::uint64_t ram_bytes = 0;
  std::uint64_t flash_bytes = 0;
  double inference_s = 0;  // at the board's clock
  double inference_j = 0;  // 0 where the board's file gives no current
  bool operator==(const Cost&) const = default;
};

// What a training came to, by the validation side alone.
struct Learned {
  std::int32_t epochs = 0;
  double balanced_accuracy = 0;  // of the int8 network
  double accuracy = 0;
  double seconds = 0;
  bool operator==(const Learned&) const = default;
};

struct Trial {
  std::int32_t id = 0;  // from 1, which is the project as it is
  Values values = {};
  std::int32_t parent = 0;                // that it was mutated from; 0: drawn
  std::optional<Cost> cost = {};          // with random weights, before any training
  std::string refused = {};               // why it cannot be had: too large, training failed
  std::vector<Learned> rungs = {};        // one for each budget that it was trained with
  std::optional<Cost> trained_cost = {};  // once more with the weights of the last budget
  bool operator==(const Trial&) const = default;

  // The better known of both. Requires: cost.
  const Cost& known_cost() const { return trained_cost ? *trained_cost : *cost; }
};

// To measure a candidate's cost, or to train it with the budget of a rung (from 0).
struct Job {
  enum class Kind : std::uint8_t { measure, train };
  Kind kind = Kind::measure;
  std::int32_t trial = 0;
  Values changes = {};  // of sengi.toml
  std::size_t rung = 0;
  std::int32_t epochs = 0;  // of the float phase
  bool last = false;        // the last rung: the trained network's cost is measured too
  bool operator==(const Job&) const = default;
};

struct Answer {
  std::int32_t trial = 0;
  std::optional<Cost> cost = {};
  std::optional<Learned> learned = {};
  std::string refused = {};  // it cannot be had
  std::string error = {};    // nothing can: a full disk, a compiler that is missing
  bool stopped = false;      // by the person, before it was done
  bool operator==(const Answer&) const = default;
};

std::string to_json(const Trial& trial);
std::string to_json(const Job& job);
std::string to_json(const Answer& answer);

// `name` is for the message. Errors: not what to_json() wrote.
Result<Trial> trial_from(std::string_view json, const std::string& name);
Result<Job> job_from(std::string_view json);
Result<Answer> answer_from(std::string_view json);

}  // namespace sengi::tune
