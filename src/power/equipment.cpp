// SPDX-License-Identifier: Apache-2.0
#include "power/equipment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "sengi/link/airtime.h"

namespace sengi::power {
namespace {

std::uint32_t hundredths(double microamps) {
  return static_cast<std::uint32_t>(std::lround(microamps * 100));
}

std::uint32_t whole(double number) { return static_cast<std::uint32_t>(std::lround(number)); }

// Eight symbols of each window: what a receiver takes to see that nothing comes. The first window
// has the uplink's rate, the second EU868's slowest (LoRaWAN RP002-1.0.3, section 2.4).
std::uint32_t receive_us(std::uint8_t data_rate) {
  const auto first = link::uplink_data_rate(link::Region::eu868, data_rate).modulation;
  const auto second = link::uplink_data_rate(link::Region::eu868, 0).modulation;
  return 8 * (link::symbol_us(first) + link::symbol_us(second));
}

}  // namespace

double Battery::days(double uah_a_day) const {
  const double lost_a_day = capacity_mah * 1000 * self_discharge_a_year / 365.25;
  const double a_day = uah_a_day + lost_a_day;
  return a_day <= 0 ? 0 : capacity_mah * 1000 * usable_share / a_day;
}

double Equipment::accelerometer_service_ms(double seconds) const {
  if (accelerometer_hz <= 0) return 0;
  return seconds * accelerometer_hz / fifo_samples * fifo_service_ms +
         seconds / summary_s * summary_ms;
}

Result<Equipment> equipment_of(const std::string& board, const EquipmentOptions& options) {
  SENGI_TRY(c, emulate::load_consumption(board));
  const auto& rates = c.accelerometer.rates_hz;
  if (options.accelerometer_hz != 0 &&
      !(options.accelerometer_hz >= rates.front() && options.accelerometer_hz <= rates.back())) {
    return Error{fmt::format("{} Hz: boards/{}.toml has the accelerometer's current from {} to {}",
                             options.accelerometer_hz, board, rates.front(), rates.back())};
  }
  constexpr auto region = link::Region::eu868;
  if (link::uplink_bytes_max(region, options.data_rate) < options.report_bytes) {
    return Error{fmt::format("{} bytes do not fit a report at data rate {} of EU868",
                             options.report_bytes, int{options.data_rate})};
  }
  Equipment e;
  e.board = board;
  const auto set = [&](Consumer consumer, double microamps) {
    e.currents.microamps_x100[static_cast<std::size_t>(consumer)] = hundredths(microamps);
  };
  set(Consumer::sleep, c.processor_sleep.microamps + (options.standby ? c.standby.microamps : 0.0));
  e.currents.gps_backup_x100 = options.standby ? hundredths(c.gps_backup.microamps) : 0;
  set(Consumer::processor, c.processor.microamps);
  set(Consumer::gps, c.gps.microamps);
  set(Consumer::radio_send, c.radio_send.microamps);
  set(Consumer::radio_listen, c.radio_listen.microamps);
  set(Consumer::microphone, c.microphone.microamps);
  set(Consumer::accelerometer,
      options.accelerometer_hz == 0 ? 0 : c.accelerometer_ua(options.accelerometer_hz));
  set(Consumer::flash, c.flash.microamps);
  e.accelerometer_hz = options.accelerometer_hz;
  e.fifo_samples = whole(c.accelerometer.fifo_samples);
  e.fifo_service_ms = whole(c.accelerometer.fifo_service_ms);
  e.summary_s = whole(c.accelerometer.summary_s);
  e.summary_ms = whole(c.accelerometer.summary_ms);
  const std::uint32_t alike_ms = options.seconds_a_fix * 1000;
  e.known_orbits_ms = alike_ms > 0 ? alike_ms : whole(c.gps_times.known_orbits_ms);
  e.unknown_orbits_ms = alike_ms > 0 ? alike_ms : whole(c.gps_times.unknown_orbits_ms);
  e.orbits_valid_s = alike_ms > 0 ? 0 : whole(c.gps_times.orbits_valid_s);
  e.send_ms = (link::uplink_us(region, options.data_rate, options.report_bytes) + 999) / 1000;
  e.receive_ms = (receive_us(options.data_rate) + 999) / 1000;
  for (std::size_t i = 0; i < c.battery.names.size(); ++i) {
    e.batteries.push_back({c.battery.names[i], c.battery.capacities_mah[i],
                           c.battery.usable_percent / 100,
                           c.battery.self_discharge_percent_a_year / 100});
  }
  return e;
}

Policy with_costs(Policy policy, const Equipment& equipment) {
  policy.use(equipment.currents, equipment.unknown_orbits_ms, equipment.send_ms,
             equipment.receive_ms, equipment.listening_awake_permille);
  // The processor, awake for the accelerometer, is part of what never stops.
  const double awake = equipment.accelerometer_service_ms(3600) / 3'600'000;
  policy.baseline_na +=
      static_cast<std::uint32_t>(std::ceil(10 * awake * equipment.currents[Consumer::processor]));
  return policy;
}

std::string currents_as_cpp(const Equipment& equipment) {
  std::string text = fmt::format(
      "// Typical currents of boards/{0}.toml, in 0.01 uA, by sengi/power/ledger.h. Do not edit; "
      "run:\n// sengi energy currents --board {0} --cpp\n#pragma once\n\n#include "
      "\"sengi/power/ledger.h\"\n\ninline constexpr sengi::power::Currents {1}_currents = {{\n    "
      "{{\n",
      equipment.board, identifier(equipment.board));
  for (std::size_t i = 0; i < consumers; ++i) {
    text += fmt::format("        {},  // {}\n", equipment.currents.microamps_x100[i],
                        consumer_names[i]);
  }
  return text + fmt::format("    }},\n    {},  // gps kept ready\n}};\n",
                            equipment.currents.gps_backup_x100);
}

}  // namespace sengi::power
