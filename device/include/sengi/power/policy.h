// SPDX-License-Identifier: Apache-2.0
// What the scheduler may do, what that costs, and how it thinks of the animal.
//
// Costs are of the device that boards/opencollar.toml describes; the defaults of the rest were
// chosen on three elephants' tracks (`sengi energy study`).
#pragma once

#include <cstdint>

#include "sengi/power/ledger.h"

namespace sengi::power {

struct Policy {
  std::uint32_t daily_budget_uah = 8'000;
  std::uint32_t fix_least_s = 1'200, fix_most_s = 32'400;
  std::uint32_t report_least_s = 900, report_most_s = 21'600;
  std::uint16_t listen_least_permille = 0, listen_most_permille = 100;  // of the time

  // Of one fix, at most; of one report with the receive windows behind it; while listening, of
  // microphone and processor; of all that never stops.
  std::uint32_t fix_nah = 280'000;
  std::uint32_t report_nah = 25'000;
  std::uint32_t listen_na = 1'500'000;
  std::uint32_t baseline_na = 10'000;

  std::uint16_t saved_permille = 500;  // of a day's budget that may be saved for later

  // Reserve: below so much battery the budget is only so large, until there is a twentieth more
  // (a cell recovers when it is warm).
  std::uint16_t reserve_permille = 100;
  std::uint16_t reserve_budget_permille = 250;

  // Pace: the fastest it went from fix to fix, which loses half its weight in so much time and is
  // never taken to be below the floor; once the accelerometer says that it walks, never below that.
  // Elephants walk 0.2 m/s over a day and 0.5 to 1 when they go somewhere; they run at up to 6.8
  // (Hutchinson, Famini, Lair and Kram 2003, "Are fast-moving elephants really running?", Nature
  // 422, 493), for which no fence of fixes is dense enough.
  std::uint16_t floor_mm_s = 200;
  std::uint16_t walking_mm_s = 500;
  std::uint32_t pace_half_s = 14'400;

  // The next fix comes after so much of the time in which it would be there at this pace, where
  // the probability to go in is the even one; at a probability so many times smaller or larger
  // after so many times longer or shorter, up to a factor of three.
  std::uint16_t arrival_percent = 25;
  std::uint16_t even_permille = 50;

  std::uint32_t warned_s = 7'200;  // between fixes once it was warned: the warning has been given
  std::uint32_t inside_s = 7'200;  // while inside
  std::uint16_t longer_percent = 200;  // the next interval at most, of the one before

  constexpr std::int64_t budget_nah() const { return std::int64_t{daily_budget_uah} * 1000; }

  // Nanoampere hours of a day that goes on at the longest intervals.
  constexpr std::int64_t least_nah() const { return constant_nah() + per_day(fix_nah, fix_most_s); }

  // Of these what is not for fixes.
  constexpr std::int64_t constant_nah() const {
    return 24 * (std::int64_t{baseline_na} +
                 std::int64_t{listen_na} * listen_least_permille / 1000) +
           per_day(report_nah, report_most_s);
  }

  // Whether bounds are in order and the budget pays for the least.
  constexpr bool sound() const {
    return fix_least_s > 0 && fix_least_s <= fix_most_s && report_least_s > 0 &&
           report_least_s <= report_most_s && listen_least_permille <= listen_most_permille &&
           listen_most_permille <= 1000 && floor_mm_s > 0 && even_permille > 0 &&
           arrival_percent > 0 && longer_percent > 100 && least_nah() <= budget_nah();
  }

  // Takes costs from currents: of a fix that takes so long, a report that sends and listens so
  // long, and listening that keeps the processor awake for so much of it.
  constexpr void use(const Currents& currents, std::uint32_t fix_ms, std::uint32_t send_ms,
                     std::uint32_t receive_ms, std::uint16_t listening_awake_permille) {
    const auto nah = [&](Consumer c, std::uint32_t ms) {
      return static_cast<std::uint32_t>(power::charge_nah(currents[c], ms));
    };
    fix_nah = nah(Consumer::gps, fix_ms);
    report_nah = nah(Consumer::radio_send, send_ms) + nah(Consumer::radio_listen, receive_ms);
    listen_na = 10 * currents[Consumer::microphone] +
                currents[Consumer::processor] / 100 * listening_awake_permille;
    // As if the receiver were always kept ready: a budget must hold when it is.
    baseline_na = 10 * (currents[Consumer::sleep] + currents[Consumer::accelerometer] +
                        currents.gps_backup_x100);
  }

 private:
  static constexpr std::int64_t per_day(std::uint32_t nah, std::uint32_t interval_s) {
    constexpr std::int64_t day_s = 86'400;
    return interval_s == 0 ? 0 : (std::int64_t{nah} * day_s + interval_s - 1) / interval_s;
  }
};

}  // namespace sengi::power
