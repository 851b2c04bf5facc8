// SPDX-License-Identifier: Apache-2.0
// How a batch of fixes is best written: which prediction, which orders of the Golomb codes, which
// interval. All are tried at once while fixes are added, so that as many fit as can.
#pragma once

#include <cstdint>
#include <span>

#include "sengi/link/fix.h"

namespace sengi::link {

inline constexpr unsigned batch_fixes_max = 64;
inline constexpr std::uint32_t slots_max = 4096;  // an interval this often is still the same batch

// How the fixes after the first are written.
struct BatchPlan {
  std::uint8_t prediction = 0;      // halves of the last step that are expected again: 0, 1, 2
  std::uint8_t order = 0;           // of the codes of rows and columns, 0 .. 15
  bool minutes = false;             // intervals and what they are off by are whole minutes
  std::uint32_t interval_s = 3600;  // 1 .. 131,071; in minutes 1 .. 2,047
  std::uint8_t time_order = exact;  // of the codes of what times are off by, or exact: by nothing

  static constexpr std::uint8_t exact = 15;
};
inline constexpr unsigned batch_head_bits = lead_bits + 6 + row_bits + column_bits;
constexpr unsigned plan_bits(bool minutes) { return 2 + 4 + 1 + (minutes ? 11 : 17) + 4; }

struct Step {
  std::int32_t rows = 0;
  std::int32_t columns = 0;
};

constexpr Step step_between(GridPoint from, GridPoint to) {
  return {to.row - from.row, short_way(to.column - from.column)};
}

constexpr std::int32_t predicted(std::int32_t last, unsigned halves) {
  return last * static_cast<std::int32_t>(halves) / 2;
}

// A time after the one before as a number of intervals and what it is off by.
struct TimeCode {
  std::uint32_t slots = 1;     // 1 .. slots_max
  std::int32_t off_units = 0;  // seconds or minutes
};

constexpr TimeCode time_code(std::uint32_t seconds, std::uint32_t interval_s, bool minutes) {
  std::uint32_t slots = (seconds + interval_s / 2) / interval_s;
  if (slots == 0) slots = 1;
  const auto off =
      static_cast<std::int32_t>(seconds) - static_cast<std::int32_t>(slots * interval_s);
  return {slots, minutes ? off / 60 : off};
}

// Adds fixes one by one and knows the fewest bits that they can take.
class BatchPlanner {
 public:
  // Looks at the fixes to find intervals worth trying. Requires: at least two.
  explicit constexpr BatchPlanner(std::span<const Fix> fixes) {
    const std::size_t count = fixes.size() < look_ahead ? fixes.size() : look_ahead;
    std::uint32_t least = ~0U;
    std::uint32_t most_common = 0;
    std::size_t most = 0;
    for (std::size_t i = 1; i < count; ++i) {
      if (!follows(fixes[i - 1], fixes[i])) break;
      const std::uint32_t interval = fixes[i].time_s - fixes[i - 1].time_s;
      minutes_ = minutes_ && interval % 60 == 0;
      if (interval < least) least = interval;
      std::size_t same = 0;
      for (std::size_t j = 1; j < count && follows(fixes[j - 1], fixes[j]); ++j) {
        if (fixes[j].time_s - fixes[j - 1].time_s == interval) ++same;
      }
      if (same > most) most = same, most_common = interval;
    }
    intervals_[0] = fit(most_common);
    intervals_[1] = fit(least);
  }

  // Whether one fix can follow another in a batch at all.
  static constexpr bool follows(const Fix& before, const Fix& after) {
    return after.clock_set == before.clock_set && on_earth(after) &&
           after.time_s >= before.time_s && after.time_s - before.time_s <= gap_max_s;
  }

  // Takes the next fix into account. Returns false, and changes nothing, where it cannot be in this
  // batch: more than slots_max intervals, or not in whole minutes where all others were.
  constexpr bool add(Step last, Step step, std::uint32_t seconds) {
    if (minutes_ && seconds % 60 != 0) return false;
    for (unsigned i = 0; i < 2; ++i) {
      if (time_code(seconds, intervals_[i], minutes_).slots > slots_max) return false;
    }
    for (unsigned i = 0; i < 2; ++i) add_time(i, time_code(seconds, intervals_[i], minutes_));
    for (unsigned halves = 0; halves < 3; ++halves) {
      const std::uint32_t rows = zigzag(step.rows - predicted(last.rows, halves));
      const std::uint32_t columns =
          zigzag(short_way(step.columns - predicted(last.columns, halves)));
      for (unsigned order = 0; order < orders; ++order) {
        add_bits(place_bits_[halves][order],
                 golomb_bits(rows, order) + golomb_bits(columns, order));
      }
    }
    return true;
  }

  // The cheapest plan for what was added, and the bits that it takes.
  constexpr unsigned best(BatchPlan& plan) const {
    std::uint16_t place = full;
    for (unsigned halves = 0; halves < 3; ++halves) {
      for (unsigned order = 0; order < orders; ++order) {
        if (place_bits_[halves][order] >= place) continue;
        place = place_bits_[halves][order];
        plan.prediction = static_cast<std::uint8_t>(halves);
        plan.order = static_cast<std::uint8_t>(order);
      }
    }
    std::uint16_t time = full;
    for (unsigned i = 0; i < 2; ++i) {
      for (unsigned order = 0; order < orders; ++order) {
        if (time_bits_[i][order] >= time) continue;
        time = time_bits_[i][order];
        plan.interval_s = intervals_[i];
        plan.time_order = static_cast<std::uint8_t>(order);
      }
    }
    plan.minutes = minutes_;
    return plan_bits(minutes_) + place + time;
  }

 private:
  static constexpr std::size_t look_ahead = 24;
  static constexpr unsigned orders = 16;
  static constexpr std::uint16_t full = 0xFFFF;
  static constexpr std::uint32_t gap_max_s = 50'000'000;  // off_units stays within a Golomb code

  constexpr std::uint32_t fit(std::uint32_t interval) const {
    if (minutes_) {
      const std::uint32_t minutes = interval / 60;
      return 60 * (minutes < 1 ? 1 : (minutes > 2047 ? 2047 : minutes));
    }
    return interval < 1 ? 1 : (interval > 131'071 ? 131'071 : interval);
  }

  static constexpr void add_bits(std::uint16_t& sum, unsigned bits) {
    sum = static_cast<std::uint16_t>(sum + bits >= full ? full : sum + bits);
  }

  constexpr void add_time(unsigned i, TimeCode code) {
    const unsigned slots = golomb_bits(code.slots - 1, 0);
    for (unsigned order = 0; order < BatchPlan::exact; ++order) {
      add_bits(time_bits_[i][order], slots + golomb_bits(zigzag(code.off_units), order));
    }
    add_bits(time_bits_[i][BatchPlan::exact], code.off_units == 0 ? slots : full);
  }

  bool minutes_ = true;
  std::uint32_t intervals_[2] = {};
  std::uint16_t place_bits_[3][orders] = {};
  std::uint16_t time_bits_[2][orders] = {};
};

}  // namespace sengi::link
