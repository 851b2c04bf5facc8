// SPDX-License-Identifier: Apache-2.0
// How a collar is: battery, temperature, what failed or fell silent, and where the charge went.
#pragma once

#include "sengi/collar/input.h"
#include "sengi/link/status.h"
#include "sengi/power/ledger.h"

namespace sengi::collar {

class Health {
 public:
  void flag(link::StatusError error) {
    errors_ = static_cast<std::uint16_t>(errors_ | static_cast<std::uint16_t>(error));
  }
  void flag_if(bool is_so, link::StatusError error) {
    if (is_so) flag(error);
  }
  void saw_fix() { fix_seen_ = true; }
  void saw_window() { window_seen_ = true; }

  // Takes a measurement. Returns whether the battery has become low by it; a cell that has
  // recovered by a tenth of a volt may become so again.
  bool take(const Input& input, std::int32_t low_mv) {
    measured_ = true;
    battery_mv_ = input.battery_mv < 8190 ? input.battery_mv : std::uint16_t{8190};
    battery_permille_ =
        input.battery_permille < 1000 ? input.battery_permille : std::uint16_t{1000};
    temperature_c_ = input.temperature_c;
    if (battery_mv_ >= low_mv + 100) battery_low_ = false;
    if (battery_low_ || battery_mv_ >= low_mv) return false;
    battery_low_ = true;
    return true;
  }
  bool measured() const { return measured_; }
  std::uint16_t battery_mv() const { return battery_mv_; }
  std::uint16_t battery_permille() const { return battery_permille_; }

  // Flags what was silent since the last status. `heard`: downlinks so far.
  void look_for_silence(bool accelerometer, std::uint32_t heard) {
    flag_if(!fix_seen_, link::StatusError::gps);
    flag_if(accelerometer && !window_seen_, link::StatusError::accelerometer);
    flag_if(heard == heard_before_, link::StatusError::radio);
  }

  // Fills in what is known here.
  void describe(const power::Ledger& ledger, link::Status& status) const {
    status.battery_mv = battery_mv_;
    status.temperature_c = temperature_c_;
    status.errors = errors_;
    status.states = power::consumers;
    for (std::size_t i = 0; i < power::consumers; ++i) {
      const std::uint64_t since = spent_uah(ledger, i) - told_uah_[i];
      status.charge_uah[i] = static_cast<std::uint32_t>(since < 655'350 ? since : 655'350);
    }
  }

  // What was described is on its way; the next status is of what comes now.
  void told(const power::Ledger& ledger, std::uint32_t heard) {
    for (std::size_t i = 0; i < power::consumers; ++i) told_uah_[i] = spent_uah(ledger, i);
    errors_ = 0;
    fix_seen_ = window_seen_ = false;
    heard_before_ = heard;
  }

 private:
  static std::uint64_t spent_uah(const power::Ledger& ledger, std::size_t i) {
    return ledger.charge_nah(static_cast<power::Consumer>(i)) / 1000;
  }

  std::uint64_t told_uah_[power::consumers] = {};
  std::uint32_t heard_before_ = 0;
  std::uint16_t battery_mv_ = 0;
  std::uint16_t battery_permille_ = 1000;
  std::int16_t temperature_c_ = 0;
  std::uint16_t errors_ = 0;
  bool fix_seen_ = false;  // since the last status; and so is the next
  bool window_seen_ = false;
  bool measured_ = false;
  bool battery_low_ = false;
};

}  // namespace sengi::collar
