// SPDX-License-Identifier: Apache-2.0
// Keeps the airtime of one sub-band below a share of every hour (ETSI EN 300 220-2: 1 % of 868.0 to
// 868.6 MHz, so 36 s). Airtime is counted by the minute it began in. No hour touches more than 61
// minutes, so a sum over 61 that stays within the share keeps every hour within it.
//
//   DutyCycle governor;
//   if (governor.wait_min(uptime_min, airtime) == 0) { send(); governor.sent(uptime_min, airtime);
//   }
//
// The minutes are those of a clock that only goes forward (since the reset), not of the day.
#pragma once

#include <cstdint>

namespace sengi::link {

class DutyCycle {
 public:
  static constexpr std::uint32_t eu868_us = 36'000'000;  // of an hour

  // `spent_us`: airtime that may have been used before the reset, so that a device that restarts
  // over and over does not get a new hour each time.
  explicit constexpr DutyCycle(std::uint32_t hour_us = eu868_us, std::uint32_t spent_us = 0)
      : hour_us_(hour_us), sum_us_(spent_us) {
    spent_us_[0] = spent_us;
  }

  // Minutes until a transmission of that length may begin; `never` where it is longer than all.
  static constexpr std::uint32_t never = 0xFFFFFFFF;
  constexpr std::uint32_t wait_min(std::uint32_t now_min, std::uint32_t airtime_us) {
    forget(now_min);
    if (airtime_us > hour_us_) return never;
    std::uint32_t sum = sum_us_;
    for (std::uint32_t wait = 0; wait < minutes; ++wait) {
      if (sum <= hour_us_ - airtime_us) return wait;
      sum -= spent_us_[(minute_ + 1 + wait) % minutes];  // the oldest that is still counted
    }
    return minutes;
  }

  constexpr void sent(std::uint32_t now_min, std::uint32_t airtime_us) {
    forget(now_min);
    spent_us_[minute_ % minutes] += airtime_us;
    sum_us_ += airtime_us;
  }

  // Of the last hour.
  constexpr std::uint32_t spent_us() const { return sum_us_; }

 private:
  static constexpr std::uint32_t minutes = 61;

  // A clock that went back is taken to stand still.
  constexpr void forget(std::uint32_t now_min) {
    for (std::uint32_t steps = 0; minute_ < now_min && steps < minutes; ++steps) {
      ++minute_;
      sum_us_ -= spent_us_[minute_ % minutes];
      spent_us_[minute_ % minutes] = 0;
    }
    if (minute_ >= now_min) return;
    minute_ = now_min;  // all are zero by now
  }

  std::uint32_t hour_us_;
  std::uint32_t sum_us_;
  std::uint32_t minute_ = 0;
  std::uint32_t spent_us_[minutes] = {};
};

}  // namespace sengi::link
