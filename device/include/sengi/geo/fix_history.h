// SPDX-License-Identifier: Apache-2.0
// The latest positions of an animal, thinned so that few of them reach hours back.
//
// Fixes may come every five minutes or every four hours, be missing for days, come twice, or jump:
// the newest is always kept; those before it are kept at least a quarter of an hour apart. A fix
// that would need more speed than an animal has is left out, unless the next one agrees with it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sengi/geo/position.h"

namespace sengi::geo {

struct Fix {
  std::uint32_t time_s;  // since 1970, UTC
  Position position;
};

// What became of a fix.
enum class FixTaken : std::uint8_t {
  added,
  started,      // the first, or the first after the clock went back or nothing came for long
  repeated,     // of the time of the one before; left out
  implausible,  // left out, for now
  invalid,      // no place on the Earth; left out
};

class FixHistory {
 public:
  static constexpr std::size_t capacity = 20;
  static constexpr std::uint32_t spacing_s = 900 - 60;       // a receiver is not punctual
  static constexpr std::uint32_t longest_gap_s = 24 * 3600;  // after that everything begins anew
  static constexpr std::uint32_t fastest_m_per_h = 40'000;

  FixTaken push(const Fix& fix) {
    if (!valid(fix.position)) return FixTaken::invalid;
    if (count_ == 0) return start(fix);
    const Fix& last = newest();
    if (fix.time_s == last.time_s) return FixTaken::repeated;
    if (fix.time_s < last.time_s || fix.time_s - last.time_s > longest_gap_s) return start(fix);
    if (!plausible(last, fix)) {
      const bool agrees = suspected_ && fix.time_s > suspect_.time_s && plausible(suspect_, fix);
      if (agrees) return start(fix);
      suspect_ = fix;
      suspected_ = true;
      return FixTaken::implausible;
    }
    suspected_ = false;
    // The one before the last made room for what it stood too close to.
    const bool close = count_ >= 2 && last.time_s - (*this)[1].time_s < spacing_s;
    if (!close) {
      head_ = (head_ + 1) % capacity;
      if (count_ < capacity) ++count_;
    }
    fixes_[head_] = fix;
    return FixTaken::added;
  }

  std::size_t size() const { return count_; }

  // 0 is the newest. Requires: i < size().
  const Fix& operator[](std::size_t i) const { return fixes_[(head_ + capacity - i) % capacity]; }
  const Fix& newest() const { return (*this)[0]; }

  // The newest fix that is at least so much older than the newest of all, and at most that much;
  // null where there is none.
  const Fix* aged(std::uint32_t least_s, std::uint32_t most_s) const {
    for (std::size_t i = 1; i < count_; ++i) {
      const std::uint32_t age = newest().time_s - (*this)[i].time_s;
      if (age >= least_s) return age <= most_s ? &(*this)[i] : nullptr;
    }
    return nullptr;
  }

 private:
  FixTaken start(const Fix& fix) {
    head_ = 0;
    count_ = 1;
    fixes_[0] = fix;
    suspected_ = false;
    return FixTaken::started;
  }

  static bool plausible(const Fix& from, const Fix& to) {
    constexpr std::uint32_t slack_m = 500;  // what a bad fix may be off
    const std::uint64_t way = std::uint64_t{distance_m(from.position, to.position)} * 3600;
    return way <= std::uint64_t{fastest_m_per_h} * (to.time_s - from.time_s) + slack_m * 3600;
  }

  Fix fixes_[capacity] = {};
  Fix suspect_{};
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  bool suspected_ = false;
};

}  // namespace sengi::geo
