// SPDX-License-Identifier: Apache-2.0
// What a training run cost: energy by the processor's own counters (RAPL) where the system lets us
// read them, else by processor time and a named range of watts.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sengi::train {

// An interval; its ends are equal where it was measured.
struct Energy {
  double low_kwh = 0;
  double high_kwh = 0;
  bool measured = false;
  std::string method;  // in words
};

class EnergyMeter {
 public:
  // Counting starts here. `powercap` is the kernel's folder of RAPL domains.
  explicit EnergyMeter(const std::filesystem::path& powercap = "/sys/class/powercap");
  // Since the start. A counter that wrapped more than once is not noticed; they last minutes to
  // hours, so call it at least every minute.
  void poll();
  // Of a run that took `processor_s`, summed over threads, since the meter started. `times` is how
  // much longer the whole was, where earlier parts of it were resumed: what they took was not
  // counted and is taken to be like this one. Processor time is charged as Green Algorithms does
  // (Lannelongue, Grealey and Inouye 2021), a processor's rated power by its cores, but as a range.
  // Requires: times >= 1.
  Energy energy(double processor_s, double times = 1) const;

 private:
  struct Domain {
    std::filesystem::path counter;
    std::uint64_t last_uj;
    std::uint64_t range_uj;
  };
  std::vector<Domain> domains_;
  double joules_ = 0;
};

// Processor time of this process so far, user and system, over all its threads.
double processor_seconds();

// "AMD EPYC 7763, 2 cores"
std::string machine_name();

}  // namespace sengi::train
