// SPDX-License-Identifier: Apache-2.0
// What a board's parts take, from its boards/NAME.toml: what the ledger of a device
// (sengi/power/ledger.h) and a study of batteries reckon with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/config_reader.h"

namespace sengi::emulate {

// A current while a consumer is on, and where it is from. 0 where the file has no figure.
struct Draw {
  double microamps = 0;
  std::string source;
};

struct Consumption {
  Draw processor_sleep;
  Draw standby;     // all else that never stops
  Draw gps_backup;  // of a receiver that is off but kept ready
  Draw processor, gps, radio_send, radio_listen, microphone, flash;
  struct {
    std::vector<double> rates_hz, microamps;  // by rising rate, one current a rate
    std::string source, times_source;
    double fifo_samples = 0;     // that it keeps before the processor must fetch them
    double fifo_service_ms = 0;  // of the processor, to fetch them
    double summary_s = 0;        // what was fetched is summed up so often
    double summary_ms = 0;       // and that takes the processor so long
  } accelerometer;
  struct {
    double known_orbits_ms = 0;    // a fix takes so long where the satellites' orbits are known
    double unknown_orbits_ms = 0;  // and so long where they are loaded
    double orbits_valid_s = 0;     // from when they were loaded
    std::string source;
  } gps_times;
  struct {
    std::vector<std::string> names;
    std::vector<double> capacities_mah;  // nominal, one a name
    double usable_percent = 0;
    double self_discharge_percent_a_year = 0;
    std::string source;
  } battery;

  // The accelerometer's at a rate, between two of the table in proportion. Requires: a table.
  double accelerometer_ua(double rate_hz) const;
};

// The keys of these, for the reader of a board's file.
std::vector<project::Key> keys_of(Consumption& consumption);

// Errors: as load_board(); the file has no [consumers]; lists that do not go together.
Result<Consumption> load_consumption(const std::string& board);

}  // namespace sengi::emulate
