// SPDX-License-Identifier: Apache-2.0
// A collar as the study of its battery knows it: currents, how long things take, the cells it may
// carry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "emulate/consumption.h"
#include "sengi/power/policy.h"

namespace sengi::power {

struct Battery {
  std::string name;
  double capacity_mah = 0;  // nominal
  double usable_share = 1;
  double self_discharge_a_year = 0;  // share of the nominal capacity

  // Days that it lasts at so much a day; it loses some by itself all the while.
  double days(double uah_a_day) const;
};

struct Equipment {
  std::string board;
  Currents currents{};
  double accelerometer_hz = 12.5;  // 0: off
  std::uint32_t fifo_samples = 32;
  std::uint32_t fifo_service_ms = 2;
  std::uint32_t summary_s = 300;  // of the accelerometer's rows
  std::uint32_t summary_ms = 10;
  std::uint32_t known_orbits_ms = 0;  // a fix whose orbits were loaded within orbits_valid_s
  std::uint32_t unknown_orbits_ms = 0;
  std::uint32_t orbits_valid_s = 0;  // 0: no fix is the quicker for what was loaded before
  std::uint32_t send_ms = 0;         // the airtime of a report, rounded up
  std::uint32_t receive_ms = 0;      // in the two receive windows after it
  std::uint16_t listening_awake_permille = 250;  // of the processor's time while it listens
  std::vector<Battery> batteries;

  // Milliseconds that the processor is awake in so many seconds for the accelerometer.
  double accelerometer_service_ms(double seconds) const;
};

struct EquipmentOptions {
  double accelerometer_hz = 12.5;
  std::uint8_t data_rate = 3;       // EU868
  std::uint32_t report_bytes = 51;  // of each report
  std::uint32_t seconds_a_fix = 0;  // for every fix, instead of the board's two times; 0: those
  bool standby = true;              // whether all else on the board is counted that never stops
};

// Errors: those of load_consumption(); a rate that the table of currents does not reach; no such
// data rate, or one that the report does not fit.
Result<Equipment> equipment_of(const std::string& board, const EquipmentOptions& options = {});

// The policy's costs by the equipment.
Policy with_costs(Policy policy, const Equipment& equipment);

// A header with the currents as a constant, for a firmware: sengi::power::Currents NAME_currents.
std::string currents_as_cpp(const Equipment& equipment);

}  // namespace sengi::power
