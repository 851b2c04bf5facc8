// SPDX-License-Identifier: Apache-2.0
// What the device computes, computed on the host: features by the device's own front end, and the
// network by the reference interpreter. The scores are the device's, byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "project/project.h"
#include "project/trained.h"

namespace sengi::evaluate {

// One int8 score a label.
using Scores = std::vector<std::int8_t>;

class Pipeline {
 public:
  // Reads out/pipeline.json and out/model.tflite.
  // Errors: those of load_trained() and read_tflite(); a network whose input or output does not
  // belong to the front end and the labels.
  static Result<Pipeline> load(const project::Project& project);
  static Result<Pipeline> make(project::Trained trained, model::Graph graph);
  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;
  ~Pipeline();

  // A pipeline of its own for another thread, over the same tables.
  Pipeline copy() const;

  const project::Trained& trained() const;
  const model::Graph& graph() const;

  // int8 features of one clip, in the shape of the network's input.
  // Requires: clip.size() == trained().clip_samples.
  std::vector<std::int8_t> features(std::span<const std::int16_t> clip) const;
  Scores score(std::span<const std::int16_t> clip);
  Scores score_features(std::span<const std::int8_t> features);

  // The probability that a score stands for, by the quantisation of the network's output.
  double probability(std::int8_t score) const;

 private:
  struct State;
  explicit Pipeline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The label with the highest score; of equals the first.
// Requires: scores not empty.
std::size_t best(std::span<const std::int8_t> scores);

// Scores of `count` clips, read one by one as they are needed, over all cores; a progress line
// under `title`.
// Errors: the first clip that cannot be read; Ctrl-C.
using ReadClip = std::function<Result<std::vector<std::int16_t>>(std::size_t)>;
Result<std::vector<Scores>> score_all(const Pipeline& pipeline, std::size_t count,
                                      const ReadClip& read, const std::string& title);

}  // namespace sengi::evaluate
