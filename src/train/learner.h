// SPDX-License-Identifier: Apache-2.0
// A network that learns: libtorch behind a face of plain data.
//
//   SENGI_TRY(learner, Learner::make(graph, options));
//   for (...) learner.step(batch, learning_rate);   // float, batch-normalised
//   learner.start_quantized(calibration);           // folded and fake-quantised from here on
//   for (...) learner.step(batch, learning_rate);
//   quantize::quantize(learner.graph(), learner.ranges());
//
// Batches are learned in two parts side by side, whatever the number of threads: small ones with
// one batch normalisation over both (shared_normalisation.h), those of 32 and more with one each
// (Hoffer et al. 2017 found that to generalise better, if anything). Nothing depends on which
// thread did what, so a run gives the same bits again on one core or two.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "quantize/quantize.h"
#include "train/examples.h"

namespace sengi::train {

struct LearnerOptions {
  double weight_decay = 0;
  double dropout = 0;
  double label_smoothing = 0;
  double weight_averaging = 0;  // what a running mean of the weights keeps at each step, below 1
  std::uint64_t seed = 1;
  int threads = 1;  // at least 1; beyond two they share the work inside a layer
};

// Sums over examples.
struct Tally {
  double loss = 0;  // cross-entropy, or the mean square of what was said wrongly again
  std::size_t correct = 0;
  std::size_t count = 0;

  double mean_loss() const { return count == 0 ? 0 : loss / static_cast<double>(count); }
  double accuracy() const {
    return count == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(count);
  }
  Tally& operator+=(const Tally& other);
};

std::string training_library();  // "libtorch 1.13.0"

class Learner {
 public:
  // Errors: see Network::make().
  static Result<Learner> make(const model::Graph& graph, const LearnerOptions& options);
  Learner(Learner&&) noexcept;
  Learner& operator=(Learner&&) noexcept;
  ~Learner();

  // One step of AdamW (Loshchilov and Hutter 2019) on a batch; what it returns is from before the
  // step. Requires: at least one example.
  Tally step(const Examples& batch, double learning_rate);

  // With weight_averaging all below sees the running mean of the weights instead of those of the
  // last step (Polyak and Juditsky 1992; exponential as in Tarvainen and Valpola 2017): what learns
  // may go on jumping about while what is judged and kept does not.

  // Nothing learns; running statistics and no dropout. The loss is without label smoothing.
  Tally evaluate(const Examples& examples);
  // Softmax scores, [examples, labels].
  std::vector<float> scores(const Examples& examples);

  // Remembers the present state, or goes back to the one remembered.
  void remember();
  void recall();

  // Folds batch normalisation, sees which ranges activations take on `calibration`, and learns with
  // fake quantisation from here on (with a new optimizer). float_graph() is what was folded.
  void start_quantized(const Examples& calibration);
  bool quantized() const;
  // Whether ranges follow the batches of step(); true at first.
  void let_ranges_move(bool move);

  // Folds a copy. In the quantised phase: the graph of the weights as they now are.
  model::Graph graph() const;
  // The graph that start_quantized() began from. Requires: quantized().
  const model::Graph& float_graph() const;
  // Requires: quantized().
  std::vector<quantize::Range> ranges() const;

  // Whether it learns to say its input again (an autoencoder) rather than labels: nothing is then
  // right or wrong, and there are no scores.
  bool reconstructs() const;

  // Everything that the next step depends on, and what is remembered, as bytes.
  std::string save() const;
  // Requires: made from the same graph and options. Errors: bytes that save() did not write.
  Result<void> load(std::string_view bytes);

 private:
  struct State;
  explicit Learner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sengi::train
