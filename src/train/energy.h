// SPDX-License-Identifier: Apache-2.0
// What a training run cost: energy by the processor's own counters (RAPL) where the system lets us
// read them, else by a named model; CO2 by a named grid factor.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sengi::train {

struct Energy {
  double kwh = 0;
  bool measured = false;
  std::string method;  // in words
  double co2_kg = 0;
  std::string co2_method;
};

class EnergyMeter {
 public:
  // Counting starts here. `powercap` is the kernel's folder of RAPL domains.
  explicit EnergyMeter(const std::filesystem::path& powercap = "/sys/class/powercap");
  // Since the start. A counter that wrapped more than once is not noticed; they last minutes to
  // hours, so call it at least every minute.
  void poll();
  Energy energy(double seconds) const;  // `seconds`: wall time that the model would charge

 private:
  struct Domain {
    std::filesystem::path counter;
    std::uint64_t last_uj;
    std::uint64_t range_uj;
  };
  std::vector<Domain> domains_;
  double joules_ = 0;
};

// "AMD EPYC 7763, 2 cores"
std::string machine_name();

}  // namespace sengi::train
