// SPDX-License-Identifier: Apache-2.0
// One alert for one approach: a state with hysteresis over what each fix says.
//
//            heading_in                entered
//     away ─────────────▶ heading in ───────────▶ inside
//       ▲ ◀───────────────┘ passed                 │
//       └──────────────────────────────────────────┘ left
//
//   heading_in  the probability reached `raise`, having been below `release` since the last alert
//   passed      it stayed below `release` for `quiet_s`, or `patience_s` went by without an entry
//   entered     a fix lies inside, with a warning before it or without
//   left        a fix lies `clear_m` outside, or all have lain outside for `clear_s`
//
// An animal that walks along a border, in and out, is inside all the while; one that walks along it
// outside is one warning, and a second one only after its probability fell in between.
#pragma once

#include <cstdint>

namespace sengi::geo {

struct WarningSpec {
  std::uint16_t raise_permille = 300;
  std::uint16_t release_permille = 120;  // below raise
  std::uint32_t quiet_s = 2 * 3600;
  std::uint32_t patience_s = 12 * 3600;
  std::uint32_t clear_m = 1000;
  std::uint32_t clear_s = 4 * 3600;
};

enum class WarningState : std::uint8_t { away, heading_in, inside };
enum class WarningEvent : std::uint8_t { none, heading_in, passed, entered, left };

class Warning {
 public:
  explicit Warning(const WarningSpec& spec) : spec_(spec) {}

  WarningState state() const { return state_; }
  // When the state began, in the time of push().
  std::uint32_t since_s() const { return since_s_; }

  // Takes what a fix says: the time, the distance outside (0 inside), the probability of an entry.
  // When the clock goes back, what was waited for is waited for anew.
  WarningEvent push(std::uint32_t time_s, std::uint32_t distance_m, std::uint16_t permille) {
    if (time_s < last_s_) {
      since_s_ = time_s;
      waiting_ = false;
    }
    last_s_ = time_s;
    if (distance_m == 0) {
      waiting_ = false;
      if (state_ == WarningState::inside) return WarningEvent::none;
      return become(WarningState::inside, WarningEvent::entered);
    }
    if (permille < spec_.release_permille) armed_ = true;
    switch (state_) {
      case WarningState::inside:
        return outside_again(distance_m);
      case WarningState::heading_in:
        return still_heading(permille);
      case WarningState::away:
        break;
    }
    if (!armed_ || permille < spec_.raise_permille) return WarningEvent::none;
    armed_ = false;
    waiting_ = false;
    return become(WarningState::heading_in, WarningEvent::heading_in);
  }

 private:
  WarningEvent become(WarningState state, WarningEvent event) {
    state_ = state;
    since_s_ = last_s_;
    return event;
  }

  // Whether this has been asked without a break for so long.
  bool waited(std::uint32_t time_s) {
    if (!waiting_) wait_from_s_ = last_s_;
    waiting_ = true;
    return last_s_ - wait_from_s_ >= time_s;
  }

  WarningEvent outside_again(std::uint32_t distance_m) {
    if (distance_m < spec_.clear_m && !waited(spec_.clear_s)) return WarningEvent::none;
    armed_ = false;
    waiting_ = false;
    return become(WarningState::away, WarningEvent::left);
  }

  WarningEvent still_heading(std::uint16_t permille) {
    const bool expired = last_s_ - since_s_ >= spec_.patience_s;
    if (permille >= spec_.release_permille) {
      waiting_ = false;
      if (!expired) return WarningEvent::none;
    } else if (!waited(spec_.quiet_s) && !expired) {
      return WarningEvent::none;
    }
    waiting_ = false;
    armed_ = permille < spec_.release_permille;
    return become(WarningState::away, WarningEvent::passed);
  }

  WarningSpec spec_;
  WarningState state_ = WarningState::away;
  bool armed_ = true;
  bool waiting_ = false;
  std::uint32_t since_s_ = 0;
  std::uint32_t last_s_ = 0;
  std::uint32_t wait_from_s_ = 0;
};

}  // namespace sengi::geo
