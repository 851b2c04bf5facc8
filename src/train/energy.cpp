// SPDX-License-Identifier: Apache-2.0
#include "train/energy.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>
#include <optional>
#include <thread>

namespace sengi::train {
namespace {

// Rated power by thread and by core, from the makers' pages: a busy thread of a thrifty laptop
// takes no less, and a busy core of a fast desktop no more.
constexpr double least_watts = 15.0 / 8;  // Intel Core i5-8250U: 15 W, 4 cores of 2 threads each
constexpr double most_watts = 95.0 / 8;   // Intel Core i9-9900K: 95 W, 8 cores

std::optional<std::uint64_t> read_number(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

// "intel-rapl:0" is a package; "intel-rapl:0:1" is a part of one and counted in it.
bool is_package(const std::string& name) {
  return name.starts_with("intel-rapl:") && name.find(':', 11) == std::string::npos;
}

}  // namespace

EnergyMeter::EnergyMeter(const std::filesystem::path& powercap) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(powercap, error)) {
    if (!is_package(entry.path().filename().string())) continue;
    const auto counter = entry.path() / "energy_uj";
    const auto now = read_number(counter);
    const auto range = read_number(entry.path() / "max_energy_range_uj");
    if (now && range) domains_.push_back({counter, *now, *range});
  }
}

void EnergyMeter::poll() {
  for (Domain& domain : domains_) {
    const auto now = read_number(domain.counter);
    if (!now) continue;
    const std::uint64_t gone =
        *now >= domain.last_uj ? *now - domain.last_uj : *now + domain.range_uj - domain.last_uj;
    joules_ += static_cast<double>(gone) * 1e-6;
    domain.last_uj = *now;
  }
}

Energy EnergyMeter::energy(double processor_s, double times) const {
  constexpr double joules_per_kwh = 3.6e6;
  Energy energy;
  energy.measured = !domains_.empty();
  energy.low_kwh = times * (energy.measured ? joules_ : least_watts * processor_s) / joules_per_kwh;
  energy.high_kwh = times * (energy.measured ? joules_ : most_watts * processor_s) / joules_per_kwh;
  energy.method =
      energy.measured
          ? "measured: the processor package's own counter (RAPL), all programs of this machine "
            "together"
          : fmt::format(
                "modelled: processor time x {:.1f} to {:.1f} W, from a thread of a laptop's Core "
                "i5-8250U (15 W, 8 threads) to a core of a desktop's Core i9-9900K (95 W, 8 "
                "cores), after Lannelongue et al. 2021",
                least_watts, most_watts);
  energy.method += "; memory, screen and losses not counted (PUE 1.0)";
  if (times > 1) energy.method += "; the part before a resume taken to be like the part after";
  return energy;
}

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string machine_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string name = "unknown processor";
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (!line.starts_with("model name") || colon == std::string::npos) continue;
    name = line.substr(colon + 2);
    break;
  }
  const unsigned cores = std::thread::hardware_concurrency();
  return fmt::format("{}, {} {}", name, cores, cores == 1 ? "core" : "cores");
}

}  // namespace sengi::train
