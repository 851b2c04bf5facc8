// SPDX-License-Identifier: Apache-2.0
// One alert for one approach: a state with hysteresis over what each fix says.
//
//            heading_in                entered
//     away ─────────────▶ heading in ───────────▶ inside
//       ▲ ◀───────────────┘ passed                 │
//       └──────────────────────────────────────────┘ left
//
//   heading_in  the probability reached `raise`, having been below `release` (a share of it) since
//               the last alert
//   passed      it stayed below `release` for `quiet_s`, or `patience_s` went by without an entry
//   entered     a fix lies inside, with a warning before it or without
//   left        a fix lies `clear_m` outside, or all have lain outside for `clear_s`
//
// An animal that walks along a border, in and out, is inside all the while; one that walks along it
// outside is one warning, and a second one only after its probability fell in between.
//
// How near or how restless an animal lives decides how often it seems to head in; no threshold
// suits all. So the device keeps to a budget of false alerts: each warning that passes raises
// `raise` by a step, and time lowers it, a step for each false alert that the budget allows. Over
// weeks the two balance where false alerts come as often as allowed, whatever the probabilities are
// worth: the feedback of adaptive conformal inference (Gibbs and Candes 2021, "Adaptive conformal
// inference under distribution shift"), with false alerts in place of misses. In n weeks there are
// at most n * budget + (highest - start) / step + 1 of them.
#pragma once

#include <cstdint>

namespace sengi::geo {

struct WarningSpec {
  std::uint16_t start_permille = 200;   // of the probability at which a warning is raised
  std::uint16_t lowest_permille = 100;  // that time lowers it to
  std::uint16_t highest_permille = 800;
  std::uint16_t step_permille = 20;  // for a false alert
  std::uint16_t false_alerts_in_10_weeks = 8;
  std::uint16_t release_percent = 40;  // of the raising probability
  std::uint32_t quiet_s = 2 * 3600;
  std::uint32_t patience_s = 12 * 3600;
  std::uint32_t clear_m = 1000;
  std::uint32_t clear_s = 24 * 3600;
};

enum class WarningState : std::uint8_t { away, heading_in, inside };
enum class WarningEvent : std::uint8_t { none, heading_in, passed, entered, left };

class Warning {
 public:
  explicit Warning(const WarningSpec& spec)
      : spec_(spec), raise_(std::uint32_t{spec.start_permille} << fraction_bits) {}

  // Another spec from now on; what was learned since the start is forgotten, the state stays.
  void use(const WarningSpec& spec) {
    spec_ = spec;
    raise_ = std::uint32_t{spec.start_permille} << fraction_bits;
  }

  // The probability at which it would warn now.
  std::uint16_t raise_permille() const {
    return static_cast<std::uint16_t>(raise_ >> fraction_bits);
  }

  WarningState state() const { return state_; }
  // When the state began, in the time of push().
  std::uint32_t since_s() const { return since_s_; }

  // Takes what a fix says: the time, the distance outside (0 inside), the probability of an entry.
  // When the clock goes back, what was waited for is waited for anew.
  WarningEvent push(std::uint32_t time_s, std::uint32_t distance_m, std::uint16_t permille) {
    if (time_s < last_s_) {
      since_s_ = time_s;
      waiting_ = false;
    } else if (last_s_ != 0) {
      relax(time_s - last_s_);
    }
    last_s_ = time_s;
    const std::uint32_t release_permille = raise_permille() * spec_.release_percent / 100U;
    if (distance_m == 0) {
      waiting_ = false;
      if (state_ == WarningState::inside) return WarningEvent::none;
      return become(WarningState::inside, WarningEvent::entered);
    }
    if (permille < release_permille) armed_ = true;
    switch (state_) {
      case WarningState::inside:
        return outside_again(distance_m);
      case WarningState::heading_in:
        return still_heading(permille < release_permille);
      case WarningState::away:
        break;
    }
    if (!armed_ || permille < raise_permille()) return WarningEvent::none;
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

  WarningEvent still_heading(bool unlikely) {
    const bool expired = last_s_ - since_s_ >= spec_.patience_s;
    if (!unlikely) {
      waiting_ = false;
      if (!expired) return WarningEvent::none;
    } else if (!waited(spec_.quiet_s) && !expired) {
      return WarningEvent::none;
    }
    waiting_ = false;
    armed_ = unlikely;
    const std::uint32_t higher = raise_ + (std::uint32_t{spec_.step_permille} << fraction_bits);
    const std::uint32_t highest = std::uint32_t{spec_.highest_permille} << fraction_bits;
    raise_ = higher < highest ? higher : highest;
    return become(WarningState::away, WarningEvent::passed);
  }

  void relax(std::uint32_t time_s) {
    constexpr std::uint32_t longest_s = 24 * 3600;  // what a gap counts for at most
    constexpr std::uint64_t ten_weeks_s = 70 * 86'400;
    const std::uint64_t counted_s = time_s < longest_s ? time_s : longest_s;
    const auto lower =
        static_cast<std::uint32_t>((std::uint64_t{spec_.step_permille} << fraction_bits) *
                                   spec_.false_alerts_in_10_weeks * counted_s / ten_weeks_s);
    const std::uint32_t lowest = std::uint32_t{spec_.lowest_permille} << fraction_bits;
    if (raise_ > lowest) raise_ = raise_ - lowest > lower ? raise_ - lower : lowest;
  }

  static constexpr int fraction_bits = 16;

  WarningSpec spec_;
  std::uint32_t raise_;  // permille * 2^16
  WarningState state_ = WarningState::away;
  bool armed_ = true;
  bool waiting_ = false;
  std::uint32_t since_s_ = 0;
  std::uint32_t last_s_ = 0;
  std::uint32_t wait_from_s_ = 0;
};

}  // namespace sengi::geo
