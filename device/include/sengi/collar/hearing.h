// SPDX-License-Identifier: Apache-2.0
// When the microphone is on, and how much of what it hears is told.
#pragma once

#include <cstdint>

namespace sengi::collar {

class Hearing {
 public:
  // For how many seconds to listen from now on, a share of each period; 0: nothing is to be begun.
  // A time of which nobody said that it is over is over a minute late.
  std::uint16_t turn(std::uint32_t uptime_s, std::uint32_t period_s, std::uint16_t permille) {
    if (listening_ && uptime_s >= until_s_ + late_s) listening_ = false;
    if (listening_ || permille == 0 || uptime_s < next_s_) return 0;
    const std::uint32_t on_s = period_s * permille / 1000;
    next_s_ = uptime_s + period_s;
    if (on_s == 0) return 0;
    const auto listen_for_s = static_cast<std::uint16_t>(on_s < 3600 ? on_s : 3600);
    listening_ = true;
    until_s_ = uptime_s + listen_for_s;
    return listen_for_s;
  }

  // The time is over.
  void ended() { listening_ = false; }

  // Uptime at which turn() is due.
  std::uint32_t wake_s() const { return listening_ ? until_s_ + late_s : next_s_; }

  // Whether one more call is told; it is counted. A herd that rumbles all night is no news, and
  // costs.
  bool tells_call() {
    if (calls_ >= calls_an_hour) return false;
    ++calls_;
    return true;
  }

  // The call that was told last, and whether its sound is wanted as well, of which so many are a
  // day.
  void told(std::uint16_t number, std::int32_t clips_a_day) {
    number_ = number;
    clip_wanted_ = clips_ < clips_a_day;
    if (clip_wanted_) ++clips_;
  }
  std::uint16_t number() const { return number_; }
  bool wants_clip() const { return clip_wanted_; }
  void clip_kept() { clip_wanted_ = false; }

  void new_hour() { calls_ = 0; }
  void new_day() { clips_ = 0; }

 private:
  static constexpr std::uint32_t late_s = 60;
  static constexpr std::uint8_t calls_an_hour = 12;

  std::uint32_t next_s_ = 0;
  std::uint32_t until_s_ = 0;
  std::uint16_t number_ = 0;
  std::uint8_t calls_ = 0;
  std::uint8_t clips_ = 0;
  bool listening_ = false;
  bool clip_wanted_ = false;
};

}  // namespace sengi::collar
