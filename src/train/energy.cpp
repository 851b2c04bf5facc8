// SPDX-License-Identifier: Apache-2.0
#include "train/energy.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <thread>

namespace sengi::train {
namespace {

// A laptop processor's package at full load, where nothing can be measured.
constexpr double modelled_watts = 15;
// Strubell, Ganesh and McCallum 2019: 0.954 lb of CO2 a kWh (US average, EPA 2018).
constexpr double co2_kg_per_kwh = 0.954 * 0.45359237;

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

Energy EnergyMeter::energy(double seconds) const {
  constexpr double joules_per_kwh = 3.6e6;
  Energy energy;
  energy.measured = !domains_.empty();
  energy.kwh = (energy.measured ? joules_ : modelled_watts * seconds) / joules_per_kwh;
  energy.method = energy.measured
                      ? "measured: the processor package's own counter (RAPL), all programs of "
                        "this machine together"
                      : fmt::format(
                            "modelled: wall time x {} W, a laptop processor's package at "
                            "full load; no cooling or losses added (PUE 1.0)",
                            modelled_watts);
  energy.co2_kg = energy.kwh * co2_kg_per_kwh;
  energy.co2_method = fmt::format(
      "modelled: energy x {:.3f} kg a kWh, the average of the US grid (EPA 2018, as in Strubell et "
      "al. 2019)",
      co2_kg_per_kwh);
  return energy;
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
