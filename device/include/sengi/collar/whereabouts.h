// SPDX-License-Identifier: Apache-2.0
// Where the animal is, how fast it came there, and what time of day it is there by the sun.
#pragma once

#include "sengi/geo/habit.h"
#include "sengi/geo/position.h"

namespace sengi::collar {

class Whereabouts {
 public:
  static constexpr std::uint32_t day_s = 86'400;

  // A fix, and the uptime that it came at.
  void take(const geo::Fix& fix, std::uint32_t uptime_s) {
    measure_speed(fix, uptime_s);
    settle_solar_time(fix);
  }

  bool known() const { return known_; }
  const geo::Position& position() const { return position_; }
  std::uint32_t fix_s() const { return fix_s_; }  // uptime of the last fix
  // From the fix before to the last; 20,000 is that or more.
  std::uint32_t speed_mm_s() const { return speed_mm_s_; }

  // The mean sun's time, which is UTC until the first fix. It is moved at midnights alone, so that
  // a day has one beginning.
  std::uint32_t local_s(std::uint32_t utc_s) const {
    return utc_s + static_cast<std::uint32_t>(solar_offset_s_);
  }
  std::int32_t solar_offset_s() const { return solar_offset_s_; }
  void resume(std::int32_t solar_offset_s) { solar_offset_s_ = solar_offset_s; }

 private:
  void measure_speed(const geo::Fix& fix, std::uint32_t uptime_s) {
    const std::uint32_t passed_s = uptime_s - fix_s_;
    speed_mm_s_ = 0;
    if (known_ && passed_s > 0) {
      const std::uint64_t mm = std::uint64_t{geo::distance_m(position_, fix.position)} * 1000;
      const std::uint64_t speed = mm / passed_s;
      speed_mm_s_ = static_cast<std::uint32_t>(speed < 20'000 ? speed : 20'000);
    }
    known_ = true;
    fix_s_ = uptime_s;
    position_ = fix.position;
  }

  void settle_solar_time(const geo::Fix& fix) {
    const std::uint32_t day = local_s(fix.time_s) / day_s;
    if (solar_set_ && day == solar_day_) return;
    // Within half a day either way of the time in London.
    const std::uint32_t ahead = (geo::Habit::solar_s(fix) + day_s - fix.time_s % day_s) % day_s;
    solar_offset_s_ = static_cast<std::int32_t>(ahead) -
                      (ahead > day_s / 2 ? static_cast<std::int32_t>(day_s) : 0);
    solar_set_ = true;
    solar_day_ = local_s(fix.time_s) / day_s;
  }

  geo::Position position_{};
  std::uint32_t fix_s_ = 0;
  std::uint32_t speed_mm_s_ = 0;
  std::int32_t solar_offset_s_ = 0;
  std::uint32_t solar_day_ = 0;
  bool known_ = false;
  bool solar_set_ = false;
};

}  // namespace sengi::collar
