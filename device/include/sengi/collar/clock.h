// SPDX-License-Identifier: Apache-2.0
// What time it is, from a count of seconds that only goes forward and what GPS says now and then.
// One satellite message that is wrong must not move the day, so a leap is believed when a second
// fix agrees with it.
#pragma once

#include <cstdint>

namespace sengi::collar {

enum class TimeTaken : std::uint8_t {
  first,      // the clock was not set before
  agreed,     // to within tolerance_s
  suspected,  // a leap that nothing else bears out; the clock stays
  leapt,      // a second fix bore it out; the clock is the new one
  absurd,     // before year 2000
};

class Clock {
 public:
  // Between two fixes: a crystal's drift (100 millionths of a day is 9 s) and a slow receiver.
  static constexpr std::uint32_t tolerance_s = 30;
  static constexpr std::uint32_t earliest_s = 946'684'800;  // 2000-01-01T00:00:00Z

  // After a reset: the latest time that flash knows of, as a guess until GPS says better.
  void guess(std::uint32_t uptime_s, std::uint32_t utc_s) {
    if (!set_) offset_ = utc_s - uptime_s;
  }

  // Unix time; a guess while is_set() is false.
  std::uint32_t now_s(std::uint32_t uptime_s) const { return uptime_s + offset_; }
  bool is_set() const { return set_; }

  TimeTaken take(std::uint32_t uptime_s, std::uint32_t utc_s) {
    if (utc_s < earliest_s) return TimeTaken::absurd;
    const std::uint32_t offset = utc_s - uptime_s;
    if (!set_) {
      set_ = true;
      offset_ = offset;
      return TimeTaken::first;
    }
    if (near(offset, offset_)) {
      offset_ = offset;
      suspected_ = false;
      return TimeTaken::agreed;
    }
    if (suspected_ && near(offset, suspect_)) {
      offset_ = offset;
      suspected_ = false;
      return TimeTaken::leapt;
    }
    suspect_ = offset;
    suspected_ = true;
    return TimeTaken::suspected;
  }

 private:
  static bool near(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t forward = a - b;
    const std::uint32_t back = b - a;
    return (forward < back ? forward : back) <= tolerance_s;
  }

  std::uint32_t offset_ = 0;  // Unix time less uptime, modulo 2^32
  std::uint32_t suspect_ = 0;
  bool set_ = false;
  bool suspected_ = false;
};

}  // namespace sengi::collar
