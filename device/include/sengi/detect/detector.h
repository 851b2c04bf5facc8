// SPDX-License-Identifier: Apache-2.0
// From a stream of scores to events: posterior smoothing, a threshold with hysteresis, and a
// refractory time (after Chen, Parada and Heigold 2014, "Small-footprint keyword spotting using
// deep neural networks").
//
//   std::int32_t memory[Detector::memory_words(spec)];
//   Detector detector(spec, label_is_event, memory);
//   detector.push(scores, sink);   // once a step, with the network's int8 scores
//   detector.finish(sink);         // when the stream ends
//
// The averaged score of a label is the mean of its latest smoothing_steps scores (of all there are,
// before there are that many), from 0 to 255, rounded to nearest. An event of a label begins in the
// step in which that reaches the threshold, and ends in the first step after it in which it is
// below release. Then no event of the same label begins for refractory_steps steps, the one of the
// end included. Labels know nothing of one another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::detect {

// Times are in steps: one step is one run of the network.
struct DetectorSpec {
  std::int32_t labels = 0;            // 1 .. 127
  std::int32_t smoothing_steps = 1;   // 1 .. 64
  std::int32_t threshold = 205;       // averaged score (0 .. 255) at which an event starts
  std::int32_t release = 128;         // averaged score below which it ends
  std::int32_t refractory_steps = 0;  // after the end of an event of the same label
};

// Steps count from 0, the first push().
struct Event {
  std::int32_t label;
  std::uint32_t start_step;
  std::uint32_t end_step;  // first step that is no longer part of it
  std::int32_t peak;       // highest averaged score, 0 .. 255
};

class Detector {
 public:
  // 32-bit words of memory that a detector works in.
  static constexpr std::size_t memory_words(const DetectorSpec& spec) {
    const auto labels = static_cast<std::size_t>(spec.labels);
    const std::size_t history_bytes = labels * static_cast<std::size_t>(spec.smoothing_steps);
    return labels * label_words + (history_bytes + word_bytes - 1) / word_bytes;
  }

  // All three outlive this object. `label_is_event` has an entry a label; the labels where it is
  // false (unknown, silence) never give events. Requires: memory.size() >= memory_words(spec), and
  // release <= threshold.
  Detector(const DetectorSpec& spec, const bool* label_is_event, std::span<std::int32_t> memory)
      : spec_(&spec),
        label_is_event_(label_is_event),
        states_(reinterpret_cast<Label*>(memory.data())),
        history_(reinterpret_cast<std::uint8_t*>(states_ + spec.labels)) {
    reset();
  }

  // Takes one step's scores [labels], -128 .. 127. Calls sink.began(label, step) for each event
  // that begins with it, and sink.ended(event) for each that ended.
  template <typename Sink>
  void push(const std::int8_t* scores, Sink& sink) {
    const bool full = scores_kept_ == spec_->smoothing_steps;
    if (!full) ++scores_kept_;
    std::uint8_t* oldest = history_ + slot_ * spec_->labels;
    for (std::int32_t i = 0; i < spec_->labels; ++i) {
      const auto score = static_cast<std::uint8_t>(scores[i] + 128);
      states_[i].sum += score - (full ? oldest[i] : 0);
      oldest[i] = score;
      if (label_is_event_[i]) follow(i, sink);
    }
    if (++slot_ == spec_->smoothing_steps) slot_ = 0;
    ++step_;
  }

  // Ends the events that are still going on, at the step that would come next.
  template <typename Sink>
  void finish(Sink& sink) {
    for (std::int32_t i = 0; i < spec_->labels; ++i) {
      if (states_[i].phase == Phase::during) end(i, sink);
    }
  }

  // Of a label, after the last push(): 0 .. 255.
  std::int32_t averaged_score(std::int32_t label) const {
    return (2 * states_[label].sum + scores_kept_) / (2 * scores_kept_);
  }

  // Forgets everything.
  void reset() {
    for (std::int32_t i = 0; i < spec_->labels; ++i) states_[i] = {0, 0, 0, Phase::ready};
    scores_kept_ = 0;
    slot_ = 0;
    step_ = 0;
  }

 private:
  enum class Phase : std::uint16_t { ready, during, after };

  struct Label {
    std::int32_t sum;     // of the kept scores
    std::uint32_t since;  // step in which the phase began
    std::uint16_t peak;
    Phase phase;
  };
  static constexpr std::size_t word_bytes = sizeof(std::int32_t);
  static constexpr std::size_t label_words = 3;
  static_assert(sizeof(Label) == label_words * word_bytes && alignof(Label) <= word_bytes);

  template <typename Sink>
  void follow(std::int32_t i, Sink& sink) {
    Label& label = states_[i];
    const std::int32_t score = averaged_score(i);
    if (label.phase == Phase::during) {
      if (score > label.peak) label.peak = static_cast<std::uint16_t>(score);
      if (score < spec_->release) end(i, sink);
      return;
    }
    const auto rest = static_cast<std::uint32_t>(spec_->refractory_steps);
    const bool resting = label.phase == Phase::after && step_ - label.since < rest;
    if (resting || score < spec_->threshold) return;
    label.phase = Phase::during;
    label.since = step_;
    label.peak = static_cast<std::uint16_t>(score);
    sink.began(i, step_);
  }

  template <typename Sink>
  void end(std::int32_t i, Sink& sink) {
    Label& label = states_[i];
    sink.ended(Event{i, label.since, step_, label.peak});
    label.phase = Phase::after;
    label.since = step_;
  }

  const DetectorSpec* spec_;
  const bool* label_is_event_;
  Label* states_;          // [labels]
  std::uint8_t* history_;  // [smoothing_steps][labels], scores from 0
  std::int32_t scores_kept_;
  std::int32_t slot_;  // of the oldest scores
  std::uint32_t step_;
};

}  // namespace sengi::detect
