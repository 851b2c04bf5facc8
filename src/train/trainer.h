// SPDX-License-Identifier: Apache-2.0
// The loops over epochs: float training with early stopping, then quantisation-aware fine-tuning.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "project/project.h"
#include "quantize/quantize.h"
#include "train/epochs.h"
#include "train/learner.h"

namespace sengi::train {

enum class Phase : std::uint8_t { floating, quantized };
std::string_view name_of(Phase phase);  // "float", "int8"

struct EpochRecord {
  Phase phase = Phase::floating;
  std::int32_t epoch = 0;  // from 1 in each phase
  double learning_rate = 0;
  double train_loss = 0;
  double train_accuracy = 0;
  double validation_loss = 0;
  double validation_accuracy = 0;
  double seconds = 0;
};

// What training draws on. Everything must outlive the trainer's run.
struct Material {
  const EpochMaker& epochs;
  const Examples& validation;   // what the best epoch is chosen by
  const Examples& calibration;  // what the first ranges of activations come from
};

struct Fitted {
  model::Graph float_graph;             // the best epoch of the float phase, folded
  model::Graph graph;                   // the best of fine-tuning: float weights that suit int8
  std::vector<quantize::Range> ranges;  // of `graph`
  bool complete = false;                // false: stopped by the person
  std::int32_t best_float_epoch = 0;    // 0: none was finished
};

// Seconds that the epochs of a checkpoint took; 0 where it is none.
double seconds_in(std::string_view checkpoint);

// Learning rate at a step of `total`: a linear rise over the first twentieth, then half a cosine
// down to a hundredth of the peak (Loshchilov and Hutter 2017, without restarts).
double scheduled_rate(double peak, std::size_t step, std::size_t total);

class Trainer {
 public:
  // Errors: see Learner::make().
  static Result<Trainer> make(const model::Graph& graph, const project::TrainConfig& config);

  // Goes on from bytes that `keep` was given. Errors: they are damaged or of another network.
  Result<void> resume(std::string_view checkpoint);

  // Trains until done or until `stop` says so (asked at every step). After each epoch `keep` gets
  // the whole state, from which a resumed run gives the same network to the bit on one thread.
  // Errors: stopped before one epoch was finished.
  Result<Fitted> run(const Material& material, const std::function<bool()>& stop,
                     const std::function<void(std::string)>& keep);

  // Epochs finished so far, those before a resume included.
  const std::vector<EpochRecord>& history() const { return progress_.history; }
  std::uint64_t examples_learned() const { return progress_.examples_learned; }
  // See Learner.
  bool reconstructs() const { return learner_.reconstructs(); }

 private:
  struct PhasePlan {
    Phase phase;
    std::int32_t epochs;
    std::int32_t first;  // of the epochs that the maker makes
    double peak_rate;
    std::int32_t patience;
  };
  // What, beside the learner's own state, the rest of a run depends on.
  struct State {
    Phase phase = Phase::floating;
    std::int32_t next = 0;  // epoch of the phase
    std::int32_t best_epoch = 0;
    std::int32_t best_float_epoch = 0;
    std::int32_t since_best = 0;
    double best_accuracy = -1;
    double best_loss = 0;
    std::uint64_t examples_learned = 0;
    std::vector<EpochRecord> history;
  };

  Trainer(Learner learner, const project::TrainConfig& config)
      : learner_(std::move(learner)), config_(config) {}

  PhasePlan plan(Phase phase) const;
  void run_phase(const PhasePlan& plan, const Material& material, const std::function<bool()>& stop,
                 const std::function<void(std::string)>& keep);
  void enter_quantized_phase(const Material& material);
  void choose(const Tally& validation, std::int32_t epoch);
  std::string checkpoint() const;

  Learner learner_;
  project::TrainConfig config_;
  State progress_;
  bool cut_short_ = false;
};

}  // namespace sengi::train
