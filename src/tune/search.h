// SPDX-License-Identifier: Apache-2.0
// Which candidate is tried next, and with how much training: asynchronous successive halving (Li,
// Jamieson, Rostamizadeh, Gonina, Hardt, Recht and Talwalkar 2020, "A System for Massively Parallel
// Hyperparameter Tuning"; synchronous in Jamieson and Talwalkar 2016) over two figures, error on
// validation and cycles, whose order is that of pareto.h (as Schmucker, Donini, Zafar, Salinas and
// Archambeau 2021, "Multi-objective Asynchronous Successive Halving", with another order).
//
// Candidates are drawn at random, and later mostly mutated from the better ones of a few that are
// picked (Real, Aggarwal, Huang and Le 2019, "Regularized Evolution for Image Classifier
// Architecture Search"). Nothing here runs anything: next() says what to do, tell() hears how it
// went. What next() gives follows from the seed and what was told, so a search that is taken up
// from its records goes on as if it had not stopped.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tune/space.h"
#include "tune/trial.h"

namespace sengi::tune {

// A candidate at a limit is within it.
struct Limits {
  std::optional<std::uint64_t> ram_bytes = {};
  std::optional<std::uint64_t> flash_bytes = {};
  std::optional<double> latency_s = {};
  std::optional<double> energy_j = {};

  bool hold(const Cost& cost) const;
};

struct SearchPlan {
  std::uint64_t seed = 1;
  std::size_t halving = 3;           // of a rung's trials one in this many goes on
  std::vector<std::int32_t> epochs;  // of each rung, rising
  std::size_t trials = 0;            // candidates to be trained; 0: no end
  Limits limits;
  bool no_worse = false;  // than the project, too, in cycles, RAM and flash
};

// The epochs of three rungs that end with `epochs`: a ninth, a third, all. Equal ones are one.
std::vector<std::int32_t> rungs_of(std::int32_t epochs);

class Search {
 public:
  // `known`: what earlier runs of this search have found, by id from 1. `valid`: whether a project
  // takes a candidate's changes.
  Search(Space space, SearchPlan plan, std::vector<Trial> known,
         std::function<bool(const Values& changes)> valid);

  // The next job, which is then at work until it is told of. None where there is nothing to do now:
  // for good if nothing is at work. Where `seconds_left` is given, trainings that are expected to
  // take longer are left out, and no new candidate is drawn when its first training would be.
  std::optional<Job> next(std::optional<double> seconds_left = std::nullopt);

  // Hears the answer to a job that next() gave. Returns the trial as it now is.
  const Trial& tell(const Answer& answer);

  const std::vector<Trial>& trials() const { return trials_; }
  const Space& space() const { return space_; }
  const SearchPlan& plan() const { return plan_; }
  const Trial& trial(std::int32_t id) const { return trials_[static_cast<std::size_t>(id) - 1]; }

  // Whether it can be had and its cost is within the limits.
  bool accepted(const Trial& trial) const;
  // The same for a cost, whoever's it is.
  bool within_limits(const Cost& cost) const;
  // Trials that cannot be had or are beyond the limits.
  std::size_t rejected() const;
  // Trials whose last training is done, as a set of which none is beaten by another in error,
  // cycles, RAM and flash together; the most accurate first. The project itself is in it only where
  // nothing beats it.
  std::vector<std::int32_t> pareto() const;
  // The most accurate of pareto(); of equals the one with fewest cycles. 0: none yet.
  std::int32_t best() const;
  // No better in nothing, better in something, by the figures of pareto(). Requires: both have done
  // their last training.
  bool beats(const Trial& one, const Trial& other) const;
  bool finished(const Trial& trial) const { return trial.rungs.size() == plan_.epochs.size(); }

  // Trials at work.
  const std::set<std::int32_t>& running() const { return running_; }
  // Mean seconds of a rung's trainings; until there is one, by those of the rung below.
  std::optional<double> expected_seconds(std::size_t rung) const;
  // Trainings that are done.
  std::size_t trainings() const;

 private:
  std::optional<Job> promotion(std::optional<double> seconds_left);
  std::optional<Job> first_step(std::optional<double> seconds_left);
  std::optional<Job> begin(Trial& trial, Job job);
  Job training(const Trial& trial) const;
  bool fits(std::size_t rung, std::optional<double> seconds_left) const;
  // Ids of the trials that have been through a rung, the most useful first.
  std::vector<std::int32_t> order_of(std::size_t rung, bool that_went_no_further) const;
  bool more_wanted(std::optional<double> seconds_left) const;
  std::optional<Trial> proposal() const;
  std::optional<Cost> known_cost_of(const Values& values) const;

  Space space_;
  SearchPlan plan_;
  std::vector<Trial> trials_;
  std::function<bool(const Values&)> valid_;
  std::set<std::int32_t> running_;
  bool exhausted_ = false;  // nothing new is found in the space
};

}  // namespace sengi::tune
