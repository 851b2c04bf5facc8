// SPDX-License-Identifier: Apache-2.0
// Whether an animal has not moved for longer than it should: death, or a collar that lies on the
// ground. Both senses have to agree that nothing moves; either one alone shows that something does.
//
// Time counts as still only where a window of the accelerometer says so. A faulty accelerometer
// adds nothing, so it is never taken for death. A collar without one goes by its positions.
#pragma once

#include <cstdint>

#include "sengi/collar/axes.h"
#include "sengi/geo/position.h"

namespace sengi::collar {

enum class ImmobilityEvent : std::uint8_t { none, immobile, moves_again };

class Immobility {
 public:
  static constexpr std::uint32_t displaced_m = 200;  // beyond what a receiver scatters

  // `longest_s`: what one window, or one fix where there is no accelerometer, stands for at most.
  Immobility(bool accelerometer, std::uint32_t longest_s)
      : accelerometer_(accelerometer), longest_s_(longest_s) {}

  // Goes on from before a reset.
  void resume(std::uint32_t still_s, bool immobile) {
    still_s_ = still_s;
    immobile_ = immobile;
  }

  ImmobilityEvent window(std::uint32_t uptime_s, Stir stir, std::uint32_t limit_s) {
    const std::uint32_t gap = passed(uptime_s);
    switch (stir) {
      case Stir::unknown:
        return ImmobilityEvent::none;
      case Stir::moving:
        return moved();
      case Stir::still:
        break;
    }
    return still(gap, limit_s);
  }

  ImmobilityEvent fix(std::uint32_t uptime_s, geo::Position here, std::uint32_t limit_s) {
    if (anchored_ && geo::distance_m(anchor_, here) > displaced_m) {
      anchor_ = here;
      if (!accelerometer_) passed(uptime_s);
      return moved();
    }
    if (!anchored_ || (accelerometer_ && still_s_ == 0)) anchor_ = here;
    anchored_ = true;
    return accelerometer_ ? ImmobilityEvent::none : still(passed(uptime_s), limit_s);
  }

  std::uint32_t still_s() const { return still_s_; }
  // How long it had been still when the latest event came.
  std::uint32_t told_s() const { return told_s_; }
  bool immobile() const { return immobile_; }

 private:
  std::uint32_t passed(std::uint32_t uptime_s) {
    const std::uint32_t gap = seen_ ? uptime_s - last_s_ : 0;
    seen_ = true;
    last_s_ = uptime_s;
    return gap < longest_s_ ? gap : longest_s_;
  }

  ImmobilityEvent moved() {
    told_s_ = still_s_;
    still_s_ = 0;
    if (!immobile_) return ImmobilityEvent::none;
    immobile_ = false;
    return ImmobilityEvent::moves_again;
  }

  ImmobilityEvent still(std::uint32_t gap, std::uint32_t limit_s) {
    still_s_ += gap;
    if (immobile_ || still_s_ < limit_s) return ImmobilityEvent::none;
    immobile_ = true;
    told_s_ = still_s_;
    return ImmobilityEvent::immobile;
  }

  bool accelerometer_;
  std::uint32_t longest_s_;
  geo::Position anchor_{};
  std::uint32_t last_s_ = 0;
  std::uint32_t still_s_ = 0;
  std::uint32_t told_s_ = 0;
  bool seen_ = false;
  bool anchored_ = false;
  bool immobile_ = false;
};

}  // namespace sengi::collar
