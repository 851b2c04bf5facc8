// SPDX-License-Identifier: Apache-2.0
// From scores to events as the streaming test of TensorFlow's speech commands does it
// (recognize_commands), so that figures of others compare. An event is a moment: that at which the
// window began with which it was decided.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace sengi::scan {

struct CommandRule {
  std::int32_t average_ms = 500;       // results averaged: those no older than this
  std::int32_t suppression_ms = 1500;  // after an event
  std::int32_t minimum_count = 3;      // results without which nothing is decided
  double threshold = 0.7;              // that the highest average must exceed
};

struct Command {
  std::size_t label;
  double score;
};

class RecognizeCommands {
 public:
  // `silence` is the label of silence, after which nothing is suppressed; or a number beyond all.
  RecognizeCommands(const CommandRule& rule, std::size_t silence)
      : rule_(rule), previous_(silence), silence_(silence) {}

  // Takes the scores (0 .. 1) of the window that begins at time_ms. Returns the label of the
  // highest average where it is a new one, silence included. Requires: times that rise.
  std::optional<Command> push(double time_ms, std::vector<double> scores) {
    results_.emplace_back(time_ms, std::move(scores));
    while (results_.front().first < time_ms - rule_.average_ms) results_.pop_front();
    const bool few = results_.size() < static_cast<std::size_t>(rule_.minimum_count);
    if (few || time_ms - results_.front().first < rule_.average_ms / 4.0) return std::nullopt;
    const Command top = highest();
    const bool free = !fired_ || previous_ == silence_ || time_ms - time_ > rule_.suppression_ms;
    if (top.score <= rule_.threshold || top.label == previous_ || !free) return std::nullopt;
    fired_ = true;
    previous_ = top.label;
    time_ = time_ms;
    return top;
  }

 private:
  Command highest() const {
    Command top{0, -1};
    for (std::size_t label = 0; label < results_.front().second.size(); ++label) {
      double sum = 0;
      for (const auto& [time, scores] : results_) sum += scores[label];
      const double mean = sum / static_cast<double>(results_.size());
      if (mean > top.score) top = {label, mean};
    }
    return top;
  }

  CommandRule rule_;
  std::deque<std::pair<double, std::vector<double>>> results_;
  bool fired_ = false;
  std::size_t previous_;  // label
  std::size_t silence_;
  double time_ = 0;  // of the last event
};

}  // namespace sengi::scan
