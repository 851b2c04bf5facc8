// SPDX-License-Identifier: Apache-2.0
#include "emulate/consumption.h"

#include <algorithm>

namespace sengi::emulate {

double Consumption::accelerometer_ua(double rate_hz) const {
  const std::vector<double>& rates = accelerometer.rates_hz;
  const std::vector<double>& currents = accelerometer.microamps;
  const auto above = std::lower_bound(rates.begin(), rates.end(), rate_hz);
  if (above == rates.end()) return currents.back();
  const auto i = static_cast<std::size_t>(above - rates.begin());
  if (i == 0 || *above == rate_hz) return currents[i];
  const double part = (rate_hz - rates[i - 1]) / (rates[i] - rates[i - 1]);
  return currents[i - 1] + part * (currents[i] - currents[i - 1]);
}

std::vector<project::Key> keys_of(Consumption& c) {
  using project::Number, project::Numbers, project::Text, project::Texts;
  constexpr double most_ua = 1e7;
  constexpr double most_s = 1e6;
  return {
      {"consumers", "processor_sleep_ua", Number{&c.processor_sleep.microamps, 0, most_ua}},
      {"consumers", "processor_sleep_source", Text{&c.processor_sleep.source}},
      {"consumers", "standby_ua", Number{&c.standby.microamps, 0, most_ua}},
      {"consumers", "standby_source", Text{&c.standby.source}},
      {"consumers", "gps_backup_ua", Number{&c.gps_backup.microamps, 0, most_ua}},
      {"consumers", "gps_backup_source", Text{&c.gps_backup.source}},
      {"consumers", "processor_ua", Number{&c.processor.microamps, 0, most_ua}},
      {"consumers", "processor_source", Text{&c.processor.source}},
      {"consumers", "gps_ua", Number{&c.gps.microamps, 0, most_ua}},
      {"consumers", "gps_source", Text{&c.gps.source}},
      {"consumers", "radio_send_ua", Number{&c.radio_send.microamps, 0, most_ua}},
      {"consumers", "radio_send_source", Text{&c.radio_send.source}},
      {"consumers", "radio_listen_ua", Number{&c.radio_listen.microamps, 0, most_ua}},
      {"consumers", "radio_listen_source", Text{&c.radio_listen.source}},
      {"consumers", "microphone_ua", Number{&c.microphone.microamps, 0, most_ua}},
      {"consumers", "microphone_source", Text{&c.microphone.source}},
      {"consumers", "flash_ua", Number{&c.flash.microamps, 0, most_ua}},
      {"consumers", "flash_source", Text{&c.flash.source}},
      {"accelerometer", "rates_hz", Numbers{&c.accelerometer.rates_hz}},
      {"accelerometer", "microamps", Numbers{&c.accelerometer.microamps}},
      {"accelerometer", "source", Text{&c.accelerometer.source}},
      {"accelerometer", "fifo_samples", Number{&c.accelerometer.fifo_samples, 1, 1e6}},
      {"accelerometer", "fifo_service_ms", Number{&c.accelerometer.fifo_service_ms, 0, 1e6}},
      {"accelerometer", "summary_s", Number{&c.accelerometer.summary_s, 1, most_s}},
      {"accelerometer", "summary_ms", Number{&c.accelerometer.summary_ms, 0, 1e6}},
      {"accelerometer", "times_source", Text{&c.accelerometer.times_source}},
      {"gps", "known_orbits_ms", Number{&c.gps_times.known_orbits_ms, 0, 1e6}},
      {"gps", "unknown_orbits_ms", Number{&c.gps_times.unknown_orbits_ms, 0, 1e6}},
      {"gps", "orbits_valid_s", Number{&c.gps_times.orbits_valid_s, 0, most_s}},
      {"gps", "source", Text{&c.gps_times.source}},
      {"battery", "names", Texts{&c.battery.names}},
      {"battery", "capacities_mah", Numbers{&c.battery.capacities_mah}},
      {"battery", "usable_percent", Number{&c.battery.usable_percent, 1, 100}},
      {"battery", "self_discharge_percent_a_year",
       Number{&c.battery.self_discharge_percent_a_year, 0, 100}},
      {"battery", "source", Text{&c.battery.source}},
  };
}

}  // namespace sengi::emulate
