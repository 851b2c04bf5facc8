// SPDX-License-Identifier: Apache-2.0
// All of a program that watches rows of numbers (a collar's accelerometer, a pump's sensors) but
// its input, its network and what it does about an event.
//
//   static WatcherMemory<spec> memory;
//   Watcher<spec> watcher(tables, label_is_event, memory);
//   while (read(row)) {
//     if (!watcher.push(row)) continue;
//     watcher.features(network_input);
//     watcher.decide(network(), sink);
//   }
//   watcher.finish(sink);
//
// The network runs for the first time when a whole window has been seen, then every stride_rows
// rows. Each run is a step of the detector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sengi/detect/detector.h"
#include "sengi/signal/series_front_end.h"

namespace sengi::listen {

struct WatcherSpec {
  signal::SeriesSpec front_end;
  detect::DetectorSpec detector;
  std::int32_t stride_rows;  // from one run of the network to the next
};

// Where a watcher works. Nothing in it has to be set before.
template <WatcherSpec spec>
struct WatcherMemory {
  std::int32_t front_end[signal::SeriesFrontEnd::memory_words(spec.front_end)];
  std::int32_t detector[detect::Detector::memory_words(spec.detector)];
};

template <WatcherSpec spec>
class Watcher {
 public:
  // All three outlive this object; `tables` are of spec.front_end. `label_is_event`: see Detector.
  Watcher(const signal::SeriesTables& tables, const bool* label_is_event,
          WatcherMemory<spec>& memory)
      : front_end_(tables, memory.front_end),
        detector_(detector_spec, label_is_event, memory.detector) {}

  // Takes a row of axes values. Returns whether the network is due: run it on features() and give
  // its scores to decide().
  bool push(const std::int16_t* row) {
    front_end_.push(row);
    if (!front_end_.full()) return false;
    if (rows_to_wait_ > 0) --rows_to_wait_;
    if (rows_to_wait_ > 0) return false;
    rows_to_wait_ = spec.stride_rows;
    return true;
  }

  // Writes the features [height][channels] of the latest window. Requires: as many rows were seen.
  void features(std::int8_t* out) { front_end_.features(out); }

  // Takes the network's scores [labels] and tells the sink what follows: see Detector::push().
  template <typename Sink>
  void decide(const std::int8_t* scores, Sink& sink) {
    detector_.push(scores, sink);
  }

  // Ends the events that are still going on.
  template <typename Sink>
  void finish(Sink& sink) {
    detector_.finish(sink);
  }

  // Forgets all that was seen.
  void reset() {
    front_end_.reset();
    detector_.reset();
    rows_to_wait_ = 0;
  }

  // Rows seen, from the start of the stream, when the detector took a step.
  static constexpr std::uint32_t rows_at(std::uint32_t step) {
    return static_cast<std::uint32_t>(spec.front_end.rows) +
           step * static_cast<std::uint32_t>(spec.stride_rows);
  }

 private:
  static constexpr detect::DetectorSpec detector_spec = spec.detector;

  signal::SeriesFrontEnd front_end_;
  detect::Detector detector_;
  std::int32_t rows_to_wait_ = 0;
};

}  // namespace sengi::listen
