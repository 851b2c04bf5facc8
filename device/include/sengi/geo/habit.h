// SPDX-License-Identifier: Apache-2.0
// How far an animal goes at each time of the day, learned as it goes. Times of day are of the mean
// sun where it is, so nothing needs to know a time zone.
#pragma once

#include <cstdint>

#include "sengi/geo/fix_history.h"

namespace sengi::geo {

class Habit {
 public:
  static constexpr std::uint32_t bins = 12;  // of two hours
  static constexpr std::uint32_t bin_s = 86'400 / bins;

  // Seconds since the middle of the night by the mean sun.
  static constexpr std::uint32_t solar_s(const Fix& fix) {
    const std::int32_t east_s = fix.position.longitude_e7 / 10'000'000 * 240 +
                                fix.position.longitude_e7 % 10'000'000 * 24 / 1'000'000;
    return (fix.time_s % 86'400 + static_cast<std::uint32_t>(east_s + 86'400)) % 86'400;
  }

  // Takes in how fast it went from one fix to a later one, for so much time of it that is new. Four
  // days at a time of day weigh as much as all before them.
  void learn(const Fix& from, const Fix& to, std::uint32_t new_s) {
    constexpr std::uint32_t memory_s = 4 * bin_s;
    constexpr std::uint32_t longest_s = 8 * 3600;
    constexpr std::uint64_t fastest_m_per_h = 20'000;
    const std::uint32_t time_s = to.time_s - from.time_s;
    if (time_s == 0 || time_s > longest_s || new_s > time_s) return;
    const std::uint64_t speed =
        std::uint64_t{distance_m(from.position, to.position)} * 3600 / time_s;
    const std::uint64_t capped = speed < fastest_m_per_h ? speed : fastest_m_per_h;
    std::uint16_t& bin = m_per_h_[solar_s({from.time_s + time_s / 2, to.position}) / bin_s];
    bin = static_cast<std::uint16_t>((std::uint64_t{bin} * memory_s + capped * new_s) /
                                     (memory_s + new_s));
  }

  // Metres that it usually goes in so much time from the fix on. Requires: up to a day.
  std::uint32_t usual_m(const Fix& fix, std::uint32_t time_s) const {
    std::uint32_t at = solar_s(fix);
    std::uint64_t metres = 0;  // times 3600
    while (time_s > 0) {
      const std::uint32_t left = bin_s - at % bin_s;
      const std::uint32_t taken = time_s < left ? time_s : left;
      metres += std::uint64_t{m_per_h_[at / bin_s]} * taken;
      time_s -= taken;
      at = (at + taken) % 86'400;
    }
    return static_cast<std::uint32_t>(metres / 3600);
  }

 private:
  // Before it has been seen: what elephants' collars show on average.
  std::uint16_t m_per_h_[bins] = {300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300};
};

}  // namespace sengi::geo
