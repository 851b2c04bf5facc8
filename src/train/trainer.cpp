// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <nlohmann/json.hpp>
#include <numbers>
#include <optional>

#include "base/hash.h"
#include "base/progress.h"
#include "train/parallel.h"

namespace sengi::train {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

// Fine-tuning moves weights that are good already.
constexpr double fine_tuning_rate = 0.1;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Json to_json(const EpochRecord& record) {
  return {{"phase", name_of(record.phase)},
          {"epoch", record.epoch},
          {"learning_rate", record.learning_rate},
          {"train_loss", record.train_loss},
          {"train_accuracy", record.train_accuracy},
          {"validation_loss", record.validation_loss},
          {"validation_accuracy", record.validation_accuracy},
          {"seconds", record.seconds}};
}

// {"event":"epoch","phase":"float","epoch":1, ...}
std::string event(const EpochRecord& record) {
  Json json = {{"event", "epoch"}};
  json.update(to_json(record));
  return json.dump();
}

EpochRecord epoch_from(const Json& json) {
  return {.phase = json.at("phase") == "float" ? Phase::floating : Phase::quantized,
          .epoch = json.at("epoch"),
          .learning_rate = json.at("learning_rate"),
          .train_loss = json.at("train_loss"),
          .train_accuracy = json.at("train_accuracy"),
          .validation_loss = json.at("validation_loss"),
          .validation_accuracy = json.at("validation_accuracy"),
          .seconds = json.at("seconds")};
}

// One pass over an epoch's examples; nothing if `stop` cut it short.
std::optional<Tally> learn(Learner& learner, const Examples& examples, std::size_t batch,
                           const std::function<double(std::size_t)>& rate,
                           const std::function<bool()>& stop, Progress& progress) {
  Tally sum;
  for (std::size_t begin = 0; begin < examples.size(); begin += batch) {
    if (stop()) return std::nullopt;
    const std::size_t end = std::min(examples.size(), begin + batch);
    sum += learner.step(examples.slice(begin, end), rate(begin / batch));
    progress.advance();
  }
  return sum;
}

}  // namespace

std::string_view name_of(Phase phase) { return phase == Phase::floating ? "float" : "int8"; }

double seconds_in(std::string_view checkpoint) {
  const Json json = Json::parse(checkpoint.substr(0, checkpoint.find('\n')), nullptr,
                                /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("history")) return 0;
  double sum = 0;
  for (const Json& epoch : json["history"]) sum += epoch.value("seconds", 0.0);
  return sum;
}

double scheduled_rate(double peak, std::size_t step, std::size_t total) {
  constexpr double last_share = 0.01;
  const double at = (static_cast<double>(step) + 1) / static_cast<double>(total);
  constexpr double rise = 0.05;
  if (at < rise) return peak * at / rise;
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * (at - rise) / (1 - rise)));
  return peak * (last_share + (1 - last_share) * cosine);
}

Result<Trainer> Trainer::make(const model::Graph& graph, const project::TrainConfig& config) {
  SENGI_TRY(learner, Learner::make(graph, {.weight_decay = config.weight_decay,
                                           .dropout = config.dropout,
                                           .label_smoothing = config.label_smoothing,
                                           .weight_averaging = config.weight_averaging,
                                           .seed = config.seed,
                                           .threads = thread_count(config.threads)}));
  return Trainer(std::move(learner), config);
}

Trainer::PhasePlan Trainer::plan(Phase phase) const {
  if (phase == Phase::floating) {
    return {phase, config_.epochs, 0, config_.learning_rate, config_.patience};
  }
  return {phase, config_.quantize_epochs, config_.epochs, fine_tuning_rate * config_.learning_rate,
          config_.quantize_epochs};
}

Result<Fitted> Trainer::run(const Material& material, const std::function<bool()>& stop,
                            const std::function<void(std::string)>& keep) {
  if (progress_.phase == Phase::floating) {
    run_phase(plan(Phase::floating), material, stop, keep);
    if (progress_.best_epoch == 0) {
      return Error{"stopped before one epoch was finished; nothing was changed", Outcome::no};
    }
    enter_quantized_phase(material);
  }
  run_phase(plan(Phase::quantized), material, stop, keep);
  return Fitted{.float_graph = learner_.float_graph(),
                .graph = learner_.graph(),
                .ranges = learner_.ranges(),
                .complete = !cut_short_,
                .best_float_epoch = progress_.best_float_epoch};
}

void Trainer::enter_quantized_phase(const Material& material) {
  learner_.start_quantized(material.calibration);
  progress_.best_float_epoch = progress_.best_epoch;
  progress_.phase = Phase::quantized;
  progress_.next = 0;
  progress_.best_accuracy = -1;
  // Fine-tuning has to be better than none.
  choose(learner_.evaluate(material.validation), 0);
}

void Trainer::run_phase(const PhasePlan& plan, const Material& material,
                        const std::function<bool()>& stop,
                        const std::function<void(std::string)>& keep) {
  State& p = progress_;
  const auto batch = static_cast<std::size_t>(config_.batch);
  const std::size_t steps = (material.epochs.size() + batch - 1) / batch;
  const auto epochs = static_cast<std::size_t>(plan.epochs);
  const auto more = [&] { return p.next < plan.epochs && p.since_best < plan.patience; };
  std::optional<Progress> progress;
  if (more() && !stop()) {
    progress.emplace(plan.phase == Phase::floating ? "training" : "fine-tuning for int8",
                     static_cast<std::size_t>(plan.epochs - p.next) * steps);
  }
  const auto make = [&](std::size_t epoch) {
    return material.epochs.make(static_cast<std::uint64_t>(plan.first) + epoch);
  };
  std::optional<std::future<Examples>> ahead;
  while (more() && !stop()) {
    const auto start = Clock::now();
    const auto epoch = static_cast<std::size_t>(p.next);
    const auto rate = [&](std::size_t step) {
      return scheduled_rate(plan.peak_rate, epoch * steps + step, epochs * steps);
    };
    // Ranges settle in the first half; then the weights settle to them.
    learner_.let_ranges_move(2 * p.next < plan.epochs);
    const Examples examples = ahead ? ahead->get() : make(epoch);
    // The next epoch's examples are made beside the learning of these.
    ahead.reset();
    if (p.next + 1 < plan.epochs) ahead = std::async(std::launch::async, make, epoch + 1);
    const auto learned = learn(learner_, examples, batch, rate, stop, *progress);
    if (!learned) break;
    const Tally validation = learner_.evaluate(material.validation);
    ++p.next;
    p.examples_learned += learned->count;
    p.history.push_back({plan.phase, p.next, rate(0), learned->mean_loss(), learned->accuracy(),
                         validation.mean_loss(), validation.accuracy(), seconds_since(start)});
    choose(validation, p.next);
    tell_event(event(p.history.back()));
    progress->note(learner_.reconstructs()
                       ? fmt::format("loss {:.3f}, validation {:.3f} (best {:.3f})",
                                     learned->mean_loss(), validation.mean_loss(), p.best_loss)
                       : fmt::format("loss {:.3f}, validation {:.1f} % (best {:.1f} %)",
                                     learned->mean_loss(), 100 * validation.accuracy(),
                                     100 * p.best_accuracy));
    keep(checkpoint());
  }
  cut_short_ = cut_short_ || more();
  if (p.best_accuracy >= 0) learner_.recall();
}

// Better is a lower loss. Over the few clips that a validation side often has, how many are right
// is a matter of luck, and a label that has most of them decides; the loss weighs how sure each
// answer is.
void Trainer::choose(const Tally& validation, std::int32_t epoch) {
  State& p = progress_;
  const double accuracy = validation.accuracy();
  const double loss = validation.mean_loss();
  const bool better = p.best_accuracy < 0 || loss < p.best_loss;
  if (!better) {
    ++p.since_best;
    return;
  }
  learner_.remember();
  p.best_accuracy = accuracy;
  p.best_loss = loss;
  p.best_epoch = epoch;
  p.since_best = 0;
}

// A line of JSON, then the learner's bytes.
std::string Trainer::checkpoint() const {
  const State& p = progress_;
  const std::string learner = learner_.save();
  Json json = {{"sengi_checkpoint", 1},      {"learner_sha256", sha256(learner)},
               {"phase", name_of(p.phase)},  {"next", p.next},
               {"best_epoch", p.best_epoch}, {"best_float_epoch", p.best_float_epoch},
               {"since_best", p.since_best}, {"best_accuracy", p.best_accuracy},
               {"best_loss", p.best_loss},   {"examples_learned", p.examples_learned},
               {"history", Json::array()}};
  for (const EpochRecord& record : p.history) json["history"].push_back(to_json(record));
  return json.dump() + '\n' + learner;
}

Result<void> Trainer::resume(std::string_view checkpoint) {
  const std::size_t line = checkpoint.find('\n');
  const Json json = Json::parse(checkpoint.substr(0, line), nullptr, /*allow_exceptions=*/false);
  if (line == std::string_view::npos || !json.is_object()) return Error{"it is damaged"};
  const std::string_view learner = checkpoint.substr(line + 1);
  try {
    if (json.at("learner_sha256") != sha256(learner)) return Error{"it is damaged"};
    State p;
    p.phase = json.at("phase") == "float" ? Phase::floating : Phase::quantized;
    p.next = json.at("next");
    p.best_epoch = json.at("best_epoch");
    p.best_float_epoch = json.at("best_float_epoch");
    p.since_best = json.at("since_best");
    p.best_accuracy = json.at("best_accuracy");
    p.best_loss = json.at("best_loss");
    p.examples_learned = json.at("examples_learned");
    for (const Json& record : json.at("history")) p.history.push_back(epoch_from(record));
    progress_ = std::move(p);
  } catch (const Json::exception&) {
    return Error{"it is damaged"};
  }
  return learner_.load(learner);
}

}  // namespace sengi::train
