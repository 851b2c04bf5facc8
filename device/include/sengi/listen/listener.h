// SPDX-License-Identifier: Apache-2.0
// All of a listening program but its input, its network and what it does about an event: samples to
// features, features to the network's input when it is due, its scores to events.
//
//   static ListenerMemory<spec> memory;
//   Listener<spec> listener(tables, label_is_event, memory);
//   while (read(hop)) {
//     if (!listener.push(hop)) continue;
//     listener.decide(network(listener.features()), sink);
//   }
//   listener.finish(sink);
//
// The network runs for the first time when `columns` columns have been heard, then every
// stride_hops hops. Each run is a step of the detector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sengi/detect/detector.h"
#include "sengi/signal/column_history.h"
#include "sengi/signal/front_end.h"

namespace sengi::listen {

struct ListenerSpec {
  signal::FrontEndSpec front_end;
  detect::DetectorSpec detector;
  std::int32_t columns;      // that the network looks at
  std::int32_t stride_hops;  // from one run of it to the next
};

// Where a listener works. Nothing in it has to be set before.
template <ListenerSpec spec>
struct ListenerMemory {
  static constexpr std::size_t features = static_cast<std::size_t>(spec.columns) *
                                          static_cast<std::size_t>(spec.front_end.column_size());

  std::int32_t front_end[signal::FrontEnd::memory_words(spec.front_end)];
  std::int32_t detector[detect::Detector::memory_words(spec.detector)];
  std::int8_t column[static_cast<std::size_t>(spec.front_end.column_size())];
  std::int8_t history[features];
};

template <ListenerSpec spec>
class Listener {
 public:
  // All three outlive this object; `tables` are of spec.front_end. `label_is_event`: see Detector.
  Listener(const signal::FrontEndTables& tables, const bool* label_is_event,
           ListenerMemory<spec>& memory)
      : front_end_(tables, memory.front_end),
        history_(memory.history, spec.columns, spec.front_end.column_size()),
        detector_(detector_spec, label_is_event, memory.detector),
        column_(memory.column) {}

  // Takes hop_samples samples. Returns whether the network is due: run it on features() and give
  // its scores to decide().
  bool push(const std::int16_t* hop) {
    if (!front_end_.push(hop, column_)) return false;
    history_.push(column_);
    if (!history_.full()) return false;
    if (hops_to_wait_ > 0) --hops_to_wait_;
    if (hops_to_wait_ > 0) return false;
    hops_to_wait_ = spec.stride_hops;
    return true;
  }

  // What the last push() brought, at the low rate: see FrontEnd::last_hop().
  void last_hop(std::int16_t* out) const { front_end_.last_hop(out); }

  // The latest columns [columns, column_size]. Requires: as many have been heard.
  const std::int8_t* features() const { return history_.data(); }

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

  // Forgets all that was heard.
  void reset() {
    front_end_.reset();
    history_.reset();
    detector_.reset();
    hops_to_wait_ = 0;
  }

  // Hops heard, from the start of the stream, when the detector took a step.
  static constexpr std::uint32_t hops_at(std::uint32_t step) {
    constexpr auto hop = spec.front_end.hop_samples;
    constexpr auto first_column = (spec.front_end.window_samples + hop - 1) / hop;
    return static_cast<std::uint32_t>(first_column + spec.columns - 1) +
           step * static_cast<std::uint32_t>(spec.stride_hops);
  }

 private:
  static constexpr detect::DetectorSpec detector_spec = spec.detector;

  signal::FrontEnd front_end_;
  signal::ColumnHistory history_;
  detect::Detector detector_;
  std::int8_t* column_;
  std::int32_t hops_to_wait_ = 0;
};

}  // namespace sengi::listen
