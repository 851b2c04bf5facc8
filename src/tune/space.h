// SPDX-License-Identifier: Apache-2.0
// What is searched: keys of sengi.toml and the values that each may take, one table a kind of
// project.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "project/project.h"
#include "tune/toml_edit.h"

namespace sengi::tune {

// Chance that is the same on every machine.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t stream);
  // In [0, count). Requires: count > 0.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }

 private:
  std::mt19937_64 engine_;
};

// One key. A key may stand in several rows of which one at most counts: for a candidate whose
// `when_key` has one of the values `when`, or for all where that is empty.
struct Dimension {
  std::string key;
  std::vector<std::string> values;  // as TOML writes them, in rising order where there is one
  std::string own;                  // the project's own, whether sengi.toml or a default says so
  std::string when_key = {};        // of an earlier row
  std::vector<std::string> when = {};
};

class Space {
 public:
  explicit Space(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {}

  const std::vector<Dimension>& dimensions() const { return dimensions_; }

  // A candidate gives a value to each key that counts for it, and to no other.
  Values own() const;  // the project as it is
  Values random(Dice& dice) const;
  // One or two keys of `parent` otherwise; of values in an order mostly a neighbour. Keys that
  // count no more are dropped, those that now count are drawn.
  Values mutated(const Values& parent, Dice& dice) const;

  // What has to be written into the project's sengi.toml to make it the candidate.
  Values changes(const Values& candidate) const;

  // How many candidates there are, those that a project refuses included.
  double size() const;

 private:
  bool counts(const Dimension& dimension, const Values& candidate) const;
  Values repaired(Values candidate, Dice& dice) const;

  std::vector<Dimension> dimensions_;
};

// The table of the project's kind.
// Errors: a kind that has none yet.
Result<Space> space_of(const project::Project& project);

// What is other than in the project: "log-mel, tc-resnet, channels 24, blocks 3"; of the project
// itself "the project as it is".
std::string words_of(const Space& space, const Values& candidate);

}  // namespace sengi::tune
