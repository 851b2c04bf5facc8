// SPDX-License-Identifier: Apache-2.0
#include "tune/search.h"

#include <algorithm>
#include <cmath>

#include "tune/pareto.h"

namespace sengi::tune {
namespace {

// Until so many have been trained, all are drawn; then one in so many still is.
constexpr std::size_t drawn_first = 8;
constexpr std::size_t drawn_of = 4;
// Of a tournament.
constexpr std::size_t contestants = 3;
// Draws until a new candidate is found, or the space is taken to hold none.
constexpr int most_draws = 500;
// Candidates beyond the limits, one after the other, until none is expected within.
constexpr std::size_t most_rejected_in_a_row = 300;

// Halving an error and halving cycles count alike.
Plane plane_of(const Trial& trial, std::size_t rung) {
  constexpr double least_error = 1e-4;
  const double error = std::max(least_error, 1 - trial.rungs[rung].balanced_accuracy);
  return {std::log2(error), std::log2(static_cast<double>(trial.known_cost().cycles) + 1)};
}

Figures figures_of(const Trial& trial) {
  const Cost& cost = trial.known_cost();
  return {1 - trial.rungs.back().balanced_accuracy, static_cast<double>(cost.cycles),
          static_cast<double>(cost.ram_bytes), static_cast<double>(cost.flash_bytes)};
}

// Of the keys that decide about the cost.
Values shape_of(const Values& values) {
  Values shape;
  for (const auto& [key, value] : values) {
    if (!key.starts_with("train.")) shape[key] = value;
  }
  return shape;
}

}  // namespace

bool Limits::hold(const Cost& cost) const {
  return (!ram_bytes || cost.ram_bytes <= *ram_bytes) &&
         (!flash_bytes || cost.flash_bytes <= *flash_bytes) &&
         (!latency_s || cost.inference_s <= *latency_s) &&
         (!energy_j || cost.inference_j <= *energy_j);
}

std::vector<std::int32_t> rungs_of(std::int32_t epochs) {
  std::vector<std::int32_t> rungs;
  for (const std::int32_t part : {9, 3, 1}) {
    const std::int32_t rung = std::max(1, (epochs + part / 2) / part);
    if (rungs.empty() || rung > rungs.back()) rungs.push_back(rung);
  }
  return rungs;
}

Search::Search(Space space, SearchPlan plan, std::vector<Trial> known,
               std::function<bool(const Values&)> valid)
    : space_(std::move(space)),
      plan_(std::move(plan)),
      trials_(std::move(known)),
      valid_(std::move(valid)) {
  if (trials_.empty()) trials_.push_back(Trial{.id = 1, .values = space_.own()});
}

bool Search::accepted(const Trial& trial) const {
  // The project is the mark that all are held against, whatever the limits.
  if (!trial.refused.empty() || !trial.cost) return false;
  return trial.id == 1 || within_limits(*trial.cost);
}

bool Search::within_limits(const Cost& cost) const {
  if (!plan_.limits.hold(cost)) return false;
  const auto& own = trials_.front().cost;
  return !plan_.no_worse || !own ||
         (cost.cycles <= own->cycles && cost.ram_bytes <= own->ram_bytes &&
          cost.flash_bytes <= own->flash_bytes);
}

std::size_t Search::rejected() const {
  return static_cast<std::size_t>(std::ranges::count_if(trials_, [&](const Trial& trial) {
    return !trial.refused.empty() || (trial.cost && !accepted(trial));
  }));
}

std::size_t Search::trainings() const {
  std::size_t sum = 0;
  for (const Trial& trial : trials_) sum += trial.rungs.size();
  return sum;
}

std::vector<std::int32_t> Search::pareto() const {
  std::vector<const Trial*> done;
  std::vector<Figures> figures;
  for (const Trial& trial : trials_) {
    if (!finished(trial) || !accepted(trial)) continue;
    // The project is no choice where it breaks the limits.
    if (!within_limits(*trial.cost)) continue;
    done.push_back(&trial);
    figures.push_back(figures_of(trial));
  }
  std::vector<const Trial*> set;
  for (const std::size_t i : pareto_set(figures)) set.push_back(done[i]);
  std::ranges::stable_sort(set, [](const Trial* a, const Trial* b) {
    const double one = a->rungs.back().balanced_accuracy;
    const double other = b->rungs.back().balanced_accuracy;
    return one != other ? one > other : a->known_cost().cycles < b->known_cost().cycles;
  });
  std::vector<std::int32_t> ids;
  ids.reserve(set.size());
  for (const Trial* trial : set) ids.push_back(trial->id);
  return ids;
}

std::int32_t Search::best() const {
  const auto set = pareto();
  return set.empty() ? 0 : set.front();
}

bool Search::beats(const Trial& one, const Trial& other) const {
  return dominates(figures_of(one), figures_of(other));
}

std::optional<double> Search::expected_seconds(std::size_t rung) const {
  double sum = 0;
  std::size_t count = 0;
  for (const Trial& trial : trials_) {
    if (trial.rungs.size() <= rung) continue;
    sum += trial.rungs[rung].seconds;
    ++count;
  }
  if (count > 0) return sum / static_cast<double>(count);
  if (rung == 0) return std::nullopt;
  const auto below = expected_seconds(rung - 1);
  if (!below) return std::nullopt;
  return *below * plan_.epochs[rung] / plan_.epochs[rung - 1];
}

bool Search::fits(std::size_t rung, std::optional<double> seconds_left) const {
  if (!seconds_left) return true;
  return *seconds_left > 0 && expected_seconds(rung).value_or(0) <= *seconds_left;
}

std::vector<std::int32_t> Search::order_of(std::size_t rung, bool that_went_no_further) const {
  std::vector<std::int32_t> ids;
  std::vector<Plane> planes;
  for (const Trial& trial : trials_) {
    if (trial.rungs.size() <= rung || !accepted(trial)) continue;
    if (that_went_no_further && trial.rungs.size() > rung + 1) continue;
    ids.push_back(trial.id);
    planes.push_back(plane_of(trial, rung));
  }
  std::vector<std::int32_t> order;
  for (const std::size_t i : most_useful_first(planes)) order.push_back(ids[i]);
  return order;
}

Job Search::training(const Trial& trial) const {
  const std::size_t rung = trial.rungs.size();
  return {.kind = Job::Kind::train,
          .trial = trial.id,
          .changes = space_.changes(trial.values),
          .rung = rung,
          .epochs = plan_.epochs[rung],
          .last = rung + 1 == plan_.epochs.size()};
}

std::optional<Job> Search::begin(Trial& trial, Job job) {
  running_.insert(trial.id);
  return job;
}

std::optional<Job> Search::promotion(std::optional<double> seconds_left) {
  // The project goes all the way whatever its place, but not before something else was tried.
  Trial& own = trials_.front();
  const bool others = trials_.size() > 1 && trainings() > own.rungs.size();
  if (others && accepted(own) && !own.rungs.empty() && !finished(own) &&
      !running_.contains(own.id) && fits(own.rungs.size(), seconds_left)) {
    return begin(own, training(own));
  }
  for (std::size_t rung = plan_.epochs.size() - 1; rung-- > 0;) {
    if (!fits(rung + 1, seconds_left)) continue;
    const auto order = order_of(rung, false);
    std::size_t quota = order.size() / plan_.halving;
    if (!more_wanted(seconds_left) && !order.empty()) quota = std::max<std::size_t>(1, quota);
    // The order moves with every answer; however many have stood in its first part, no more go on.
    const auto gone = std::ranges::count_if(order, [&](std::int32_t id) {
      return id != own.id &&
             this->trial(id).rungs.size() + (running_.contains(id) ? 1 : 0) > rung + 1;
    });
    if (static_cast<std::size_t>(gone) >= quota) continue;
    for (std::size_t i = 0; i < quota; ++i) {
      Trial& trial = trials_[static_cast<std::size_t>(order[i]) - 1];
      if (trial.rungs.size() == rung + 1 && !running_.contains(trial.id)) {
        return begin(trial, training(trial));
      }
    }
  }
  return std::nullopt;
}

// Jobs of trials that have not been trained yet.
std::optional<Job> Search::first_step(std::optional<double> seconds_left) {
  for (Trial& trial : trials_) {
    if (running_.contains(trial.id) || !trial.refused.empty() || !trial.rungs.empty()) continue;
    if (trial.cost && (!accepted(trial) || !fits(0, seconds_left))) continue;
    if (trial.cost) return begin(trial, training(trial));
    return begin(
        trial,
        {.kind = Job::Kind::measure, .trial = trial.id, .changes = space_.changes(trial.values)});
  }
  return std::nullopt;
}

bool Search::more_wanted(std::optional<double> seconds_left) const {
  if (exhausted_ || !fits(0, seconds_left)) return false;
  std::size_t in_a_row = 0;
  std::size_t wanted = 0;
  for (const Trial& trial : trials_) {
    const bool is_rejected = !trial.refused.empty() || (trial.cost && !accepted(trial));
    in_a_row = is_rejected ? in_a_row + 1 : 0;
    wanted += is_rejected ? 0 : 1;
  }
  if (in_a_row >= most_rejected_in_a_row) return false;
  return plan_.trials == 0 || wanted < plan_.trials;
}

std::optional<Cost> Search::known_cost_of(const Values& values) const {
  const Values shape = shape_of(values);
  for (const Trial& trial : trials_) {
    if (trial.cost && shape_of(trial.values) == shape) return trial.cost;
  }
  return std::nullopt;
}

std::optional<Trial> Search::proposal() const {
  Trial trial{.id = static_cast<std::int32_t>(trials_.size()) + 1};
  Dice dice(plan_.seed, static_cast<std::uint64_t>(trial.id));
  std::vector<std::int32_t> order;
  for (std::size_t rung = plan_.epochs.size(); rung-- > 0;) {
    const auto part = order_of(rung, true);
    order.insert(order.end(), part.begin(), part.end());
  }
  for (int draw = 0; draw < most_draws; ++draw) {
    if (order.size() < drawn_first || dice.below(drawn_of) == 0) {
      trial.parent = 0;
      trial.values = space_.random(dice);
    } else {
      std::size_t place = order.size();
      for (std::size_t i = 0; i < contestants; ++i)
        place = std::min(place, dice.below(order.size()));
      trial.parent = order[place];
      trial.values = space_.mutated(this->trial(trial.parent).values, dice);
    }
    const bool met = std::ranges::any_of(
        trials_, [&](const Trial& other) { return other.values == trial.values; });
    if (met || !valid_(space_.changes(trial.values))) continue;
    trial.cost = known_cost_of(trial.values);
    return trial;
  }
  return std::nullopt;
}

std::optional<Job> Search::next(std::optional<double> seconds_left) {
  // What nothing may be worse than has to be known first.
  if (plan_.no_worse && running_.contains(1) && !trials_.front().cost) return std::nullopt;
  while (true) {
    if (auto job = promotion(seconds_left)) return job;
    if (auto job = first_step(seconds_left)) return job;
    if (!more_wanted(seconds_left)) return std::nullopt;
    auto proposed = proposal();
    if (!proposed) {
      exhausted_ = true;
      continue;
    }
    trials_.push_back(std::move(*proposed));
  }
}

const Trial& Search::tell(const Answer& answer) {
  Trial& trial = trials_[static_cast<std::size_t>(answer.trial) - 1];
  running_.erase(trial.id);
  if (answer.stopped || !answer.error.empty()) return trial;
  if (!answer.refused.empty()) {
    trial.refused = answer.refused;
  } else if (answer.learned) {
    trial.rungs.push_back(*answer.learned);
    trial.trained_cost = answer.cost;
  } else {
    trial.cost = answer.cost;
  }
  return trial;
}

}  // namespace sengi::tune
