// SPDX-License-Identifier: Apache-2.0
// How an animal spends its days: each window of the accelerometer that was given a class stands for
// the time since the window before it. Days are those of the mean sun where the animal is, as in
// geo::Habit, so nothing needs to know a time zone.
//
//   Activity activity(labels, 600);
//   if (activity.window(uptime_s, local_s, winner, finished)) send(finished);
//
// `local_s` counts seconds of local time since any local midnight; `uptime_s` seconds that only go
// forward. When the local time leaps, the day ends early and another begins; no time is counted
// twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::collar {

inline constexpr std::size_t behaviours_max = 32;

// The highest score; of equals the first. Requires: scores not empty.
constexpr std::uint8_t winner(std::span<const std::int8_t> scores) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    if (scores[i] > scores[best]) best = i;
  }
  return static_cast<std::uint8_t>(best);
}

struct DayBudget {
  std::uint32_t day = 0;                       // local midnights since the local time's zero
  std::uint32_t seconds[behaviours_max] = {};  // by class

  // To the nearest minute, at most a day's.
  std::uint16_t minutes(std::size_t label) const {
    const std::uint32_t rounded = (seconds[label] + 30) / 60;
    return static_cast<std::uint16_t>(rounded < 1440 ? rounded : 1440);
  }
  bool empty() const {
    for (const std::uint32_t some : seconds) {
      if (some != 0) return false;
    }
    return true;
  }
};

class Activity {
 public:
  static constexpr std::uint32_t day_s = 86'400;

  // `longest_s`: what one window stands for at most; a longer silence is time not observed.
  explicit Activity(std::uint32_t longest_s) : longest_s_(longest_s) {}

  // Goes on with a day that a reset interrupted.
  void resume(const DayBudget& today) {
    today_ = today;
    begun_ = true;
  }

  // Takes a window's class. Returns whether a day is over, and then it is in `finished`.
  // Requires: label < behaviours_max.
  bool window(std::uint32_t uptime_s, std::uint32_t local_s, std::uint8_t label,
              DayBudget& finished) {
    std::uint32_t gap = seen_ ? uptime_s - last_s_ : 0;
    if (gap > longest_s_) gap = longest_s_;
    seen_ = true;
    last_s_ = uptime_s;
    const std::uint32_t day = local_s / day_s;
    if (!begun_) begin(day);
    const bool over = day != today_.day;
    if (over) {
      // What of the gap lies behind midnight; all of it before where the clock leapt.
      const std::uint32_t since_midnight = local_s % day_s;
      std::uint32_t after = gap < since_midnight ? gap : since_midnight;
      if (day != today_.day + 1) after = 0;
      today_.seconds[label] += gap - after;
      finished = today_;
      begin(day);
      gap = after;
    }
    today_.seconds[label] += gap;
    return over && !finished.empty();
  }

  // The same where no window comes (a silent accelerometer): ends the day once nothing can come
  // for it any more.
  bool turn(std::uint32_t uptime_s, std::uint32_t local_s, DayBudget& finished) {
    const std::uint32_t day = local_s / day_s;
    if (!begun_ || day == today_.day) return false;
    if (seen_ && uptime_s - last_s_ <= longest_s_) return false;
    finished = today_;
    begin(day);
    return !finished.empty();
  }

  // A window that cannot be believed: the time until it is not observed.
  void skip(std::uint32_t uptime_s) {
    seen_ = true;
    last_s_ = uptime_s;
  }

  const DayBudget& today() const { return today_; }

 private:
  void begin(std::uint32_t day) {
    today_ = {};
    today_.day = day;
    begun_ = true;
  }

  std::uint32_t longest_s_;
  DayBudget today_;
  std::uint32_t last_s_ = 0;  // the last window's uptime
  bool seen_ = false;
  bool begun_ = false;
};

}  // namespace sengi::collar
