// SPDX-License-Identifier: Apache-2.0
#include "quantize/post_training.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "quantize/repair.h"

namespace sengi::quantize {
namespace {

using model::Graph;

constexpr std::size_t least_to_hold_out = 8;  // inputs; every other one is then held out

bool is_better(const Noise& a, const Noise& b) {
  return std::pair(a.same_answer.value_or(0), a.output_db) >
         std::pair(b.same_answer.value_or(0), b.output_db);
}

class Ladder {
 public:
  Ladder(const Graph& graph, Inputs calibration, Inputs held_out, bool classes)
      : graph_(graph),
        calibration_(std::move(calibration)),
        held_out_(std::move(held_out)),
        result_{.graph = {}, .attempts = {}, .classes = classes} {
    result_.calibration_inputs = calibration_.size();
    result_.held_out_inputs = held_out_.size();
  }

  Result<PostTraining> climb() {
    SENGI_CHECK(try_ranges(graph_, ""));
    if (!done()) {
      SENGI_TRY(equal, equalize(graph_, calibration_));
      if (!(equal == graph_)) SENGI_CHECK(try_ranges(equal, "equalised, "));
    }
    if (!done()) {
      SENGI_TRY(corrected, correct_biases(best_float_, best_ranges_, calibration_));
      const std::string rung = result_.chosen().rung + ", biases corrected";
      SENGI_CHECK(judge(rung, best_float_, std::move(corrected)));
    }
    return std::move(result_);
  }

 private:
  bool done() const { return !result_.attempts.empty() && result_.chosen().noise.agrees(); }

  Result<void> try_ranges(const Graph& graph, const std::string& before) {
    SENGI_TRY(seen, Observation::make(graph, calibration_));
    const std::pair<const char*, std::vector<Range> (*)(const Observation&)> rules[] = {
        {"ranges seen", [](const Observation& o) { return o.extremes(); }},
        {"ranges of 99.99 % of values", [](const Observation& o) { return o.percentile(0.9999); }},
        {"ranges of 99.9 % of values", [](const Observation& o) { return o.percentile(0.999); }},
        {"ranges of least square error",
         [](const Observation& o) { return o.least_square_error(); }}};
    for (const auto& [rule, ranges_of] : rules) {
      if (done()) return {};
      const std::vector<Range> ranges = ranges_of(seen);
      SENGI_TRY(int8, quantize(graph, ranges));
      const std::size_t best = result_.best;
      const bool first = result_.attempts.empty();
      SENGI_CHECK(judge(before + rule, graph, std::move(int8)));
      if (!first && result_.best == best) continue;
      best_float_ = graph;
      best_ranges_ = ranges;
    }
    return {};
  }

  // Against the float graph it was made of, which answers as the given one does.
  Result<void> judge(const std::string& rung, const Graph& graph, Graph int8) {
    const Inputs& inputs = held_out_.empty() ? calibration_ : held_out_;
    SENGI_TRY(noise, measure_noise(graph, int8, inputs, result_.classes));
    result_.attempts.push_back({rung, std::move(noise)});
    const std::size_t last = result_.attempts.size() - 1;
    if (last > 0 && !is_better(result_.attempts[last].noise, result_.chosen().noise)) return {};
    result_.best = last;
    result_.graph = std::move(int8);
    return {};
  }

  const Graph& graph_;
  Inputs calibration_;
  Inputs held_out_;
  PostTraining result_;
  Graph best_float_;
  std::vector<Range> best_ranges_;
};

}  // namespace

Result<void> PostTraining::verdict() const {
  const Noise& noise = chosen().noise;
  if (noise.agrees()) return {};
  const std::string figure =
      noise.same_answer ? fmt::format(
                              "{:.1f} % of the answers are the float network's, 99.5 % "
                              "are needed",
                              100 * *noise.same_answer)
                        : fmt::format("the output has {:.1f} dB of signal to noise, 20 are needed",
                                      noise.output_db);
  const LayerNoise& worst = noise.worst();
  return Error{fmt::format("int8 does not agree with float on any of {}: at best ({}) {}; the "
                           "worst layer is {} at {:.1f} dB: give more inputs, or train it with "
                           "quantisation",
                           counted(attempts.size(), "rung"), chosen().rung, figure, worst.layer,
                           worst.sqnr_db),
               Outcome::no};
}

Result<Inputs> split_inputs(const Graph& graph, std::span<const std::byte> bytes,
                            const std::string& name) {
  std::size_t size = 0;
  for (const model::TensorIndex index : graph.inputs) {
    size += graph.tensors[static_cast<std::size_t>(index)].bytes();
  }
  if (size == 0 || bytes.empty() || bytes.size() % size != 0) {
    return Error{
        fmt::format("{}: has {} bytes, which is not a whole number of float32 inputs of "
                    "{} bytes each",
                    name, with_thousands(bytes.size()), with_thousands(size))};
  }
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof(value));
    if (std::isfinite(value)) continue;
    return Error{fmt::format("{}: value {} is not finite; is it float32?", name,
                             with_thousands(at / sizeof(float)))};
  }
  Inputs inputs;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const auto input = bytes.subspan(at, size);
    inputs.emplace_back(input.begin(), input.end());
  }
  return inputs;
}

Result<PostTraining> quantize_after_training(const Graph& graph, const Inputs& inputs,
                                             Answer answer) {
  if (inputs.empty()) return Error{graph.name + ": no inputs to calibrate on"};
  // Says what cannot be quantised before anything long is done.
  SENGI_CHECK(quantize(graph, std::vector<Range>(graph.tensors.size(), Range{-1, 1})));
  Inputs calibration;
  Inputs held_out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool held = inputs.size() >= least_to_hold_out && i % 2 == 1;
    (held ? held_out : calibration).push_back(inputs[i]);
  }
  const bool classes =
      answer == Answer::by_graph ? answers_class(graph) : answer == Answer::classes;
  return Ladder(graph, std::move(calibration), std::move(held_out), classes).climb();
}

}  // namespace sengi::quantize
