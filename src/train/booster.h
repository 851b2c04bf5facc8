// SPDX-License-Identifier: Apache-2.0
// XGBoost behind a face of plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "train/examples.h"
#include "train/trees.h"

namespace sengi::train {

class Booster {
 public:
  // Examples that the booster learns from, each of this weight, and others to be judged by.
  // Requires: whole examples and options.
  static Result<Booster> make(const Examples& train, std::span<const float> weights,
                              const Examples& validation, std::size_t labels,
                              const TreeOptions& options);
  // One that json() wrote.
  static Result<Booster> load(const std::string& json, std::size_t labels, int threads);
  Booster(Booster&&) noexcept;
  Booster& operator=(Booster&&) noexcept;
  ~Booster();

  // Learns one more tree for each label, or the whole forest. Requires: made by make().
  Result<void> step(std::int32_t round);
  // Sums of leaves of the validation examples, [examples, labels]. Requires: made by make().
  Result<std::vector<float>> validation_margins() const;
  // Of any examples, of the first `rounds` rounds.
  Result<std::vector<float>> margins(const Examples& examples, std::int32_t rounds) const;
  // The whole model.
  Result<std::string> json() const;

 private:
  struct State;
  explicit Booster(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Rows of margins to probabilities, in place.
void softmax_rows(std::vector<float>& margins, std::size_t labels);

}  // namespace sengi::train
