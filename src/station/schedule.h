// SPDX-License-Identifier: Apache-2.0
// When a device has been silent for too long, by its own habit.
//
// The frame counter tells how many messages were sent between two that were heard. So two things
// are known of each device apart: how long it leaves between two messages that it sends (of the
// last 32, the ninth decile), and which share of them gets lost. A silence of n intervals and a
// half is told where that many losses in a row would happen less than once in 100,000 times. A
// device of whose last fifty none was lost is told of after one and a half intervals; one that
// loses a fifth after eight and a half. A device without a counter is taken for one that loses a
// fifth.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace sengi::station {

class Schedule {
 public:
  static constexpr std::size_t gaps_max = 32;
  static constexpr std::size_t gaps_least = 3;  // before which nothing is known

  // A message was heard. `counter`: of its frame; a smaller one than before is a new beginning.
  // What is older than the last one changes nothing.
  void heard(std::int64_t time_ms, std::optional<std::int64_t> counter);

  // From when on it is silent; none while its habit is not known. `interval_ms`: what is set for it
  // instead of what was learned; 0: nothing.
  std::optional<std::int64_t> silent_from_ms(std::int64_t interval_ms = 0) const;

  // Between two messages that it sends.
  std::optional<std::int64_t> interval_ms() const;
  double loss() const;           // the share of messages that get lost, as far as it is known
  int intervals_waited() const;  // how many may be missing

  // As it is kept.
  std::vector<std::uint8_t> to_bytes() const;
  // Of bytes that are none of it: one that knows nothing.
  static Schedule from_bytes(const std::vector<std::uint8_t>& bytes);

  bool operator==(const Schedule&) const = default;

 private:
  std::int64_t last_ms_ = 0;
  std::int64_t counter_ = -1;
  std::uint32_t sent_ = 0;  // of which
  std::uint32_t lost_ = 0;
  std::vector<std::uint32_t> gaps_s_;  // the oldest first
};

}  // namespace sengi::station
