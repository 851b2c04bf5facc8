// SPDX-License-Identifier: Apache-2.0
// What settings mean for the scheduler, on a device of such currents.
#pragma once

#include "sengi/collar/spec.h"
#include "sengi/link/airtime.h"
#include "sengi/link/settings.h"
#include "sengi/power/policy.h"

namespace sengi::collar {

constexpr std::uint32_t at_least_a_minute(std::uint32_t seconds) {
  return seconds < 60 ? 60 : seconds;
}

constexpr power::Policy policy_of(const Spec& spec, const link::Settings& settings) {
  const auto value = [&](link::SettingId id) { return static_cast<std::uint32_t>(settings[id]); };
  power::Policy policy;
  policy.daily_budget_uah = value(link::SettingId::daily_charge_uah);
  policy.fix_least_s = value(link::SettingId::gps_interval_min_s);
  policy.fix_most_s = value(link::SettingId::gps_interval_max_s);
  // Four times as often where there is something to tell, a sixth as often where there is not.
  policy.report_least_s = at_least_a_minute(value(link::SettingId::report_interval_s) / 4);
  policy.report_most_s = 6 * value(link::SettingId::report_interval_s);
  policy.listen_least_permille = 0;
  policy.use(
      spec.currents, spec.fix_ms,
      (link::uplink_us(spec.radio.region, spec.radio.data_rate, spec.message_bytes) + 999) / 1000,
      spec.receive_ms, spec.listening_awake_permille);
  policy.listen_most_permille = static_cast<std::uint16_t>(
      1000 * value(link::SettingId::listen_on_s) / value(link::SettingId::listen_period_s));
  return policy;
}

// How long a warning may be ahead of the entry, in minutes. At its highest the setting holds
// nothing back.
constexpr std::uint32_t horizon_min(const link::Settings& settings) {
  constexpr auto id = link::SettingId::warning_horizon_min;
  constexpr std::uint32_t any_min = 1'000'000;
  const std::int32_t minutes = settings[id];
  const std::int32_t highest = link::setting_bounds[static_cast<std::size_t>(id) - 1].highest;
  return minutes == highest ? any_min : static_cast<std::uint32_t>(minutes);
}

}  // namespace sengi::collar
