// SPDX-License-Identifier: Apache-2.0
// Conflict and risk: two monitors over the same zones, and the events that they give rise to.
#pragma once

#include "sengi/geo/zone_monitor.h"
#include "sengi/link/event.h"
#include "sengi/link/settings.h"

namespace sengi::collar {

inline constexpr std::uint8_t conflict_kinds = geo::farm | geo::settlement;
inline constexpr std::uint8_t risk_kinds = geo::risk;

// The warnings that settings ask for: of the probability at which they begin, and at which they
// are over.
constexpr geo::WarningSpec warning_spec(geo::WarningSpec spec, const link::Settings& settings) {
  const auto raise = settings[link::SettingId::warning_probability_percent];
  const auto release = settings[link::SettingId::release_probability_percent];
  spec.start_permille = static_cast<std::uint16_t>(10 * raise);
  if (spec.lowest_permille > spec.start_permille) spec.lowest_permille = spec.start_permille;
  if (spec.highest_permille < spec.start_permille) spec.highest_permille = spec.start_permille;
  spec.release_percent = static_cast<std::uint16_t>(100 * release / raise);
  return spec;
}

class ZoneWatch {
 public:
  static constexpr std::size_t concerns = 2;

  ZoneWatch(const geo::Zones& zones, const geo::ApproachModel& model,
            const geo::WarningSpec& warning)
      : monitors_{{zones, conflict_kinds, model, warning}, {zones, risk_kinds, model, warning}} {}

  void use(const geo::Zones& zones) {
    for (geo::ZoneMonitor& monitor : monitors_) monitor.use(zones);
  }
  void use(const geo::WarningSpec& warning) {
    for (geo::ZoneMonitor& monitor : monitors_) monitor.use(warning);
  }

  // Calls tell(link::Event) for each thing to tell of; time and number are the caller's.
  // `horizon_min`: a warning waits until the straight way in is no longer than that, if there is
  // one. A function apart, so that what it costs can be counted.
  template <typename Tell>
  [[gnu::noinline]] void push(const geo::Fix& fix, std::uint32_t horizon_min, Tell tell) {
    for (std::size_t i = 0; i < concerns; ++i) {
      const geo::ZoneReport report = monitors_[i].push(fix);
      if (report.taken != geo::FixTaken::added && report.taken != geo::FixTaken::started) continue;
      reports_[i] = report;
      switch (report.event) {
        case geo::WarningEvent::none:
          break;
        case geo::WarningEvent::heading_in:
          held_[i] = true;
          break;
        case geo::WarningEvent::passed:
          held_[i] = false;
          break;
        case geo::WarningEvent::entered:
          held_[i] = false;
          inside_[i] = report.zone_id;
          tell(event(link::EventKind::zone_entry, report.zone_id, report));
          break;
        case geo::WarningEvent::left:
          tell(event(link::EventKind::zone_exit, inside_[i], report));
          break;
      }
      // Where no straight way leads in, how long it takes is not known, and nobody should wait.
      const bool unknown =
          report.event == geo::WarningEvent::heading_in && report.entry_s == geo::beyond_dm;
      if (held_[i] && (unknown || report.entry_s <= 60 * horizon_min)) {
        held_[i] = false;
        tell(event(link::EventKind::zone_warning, report.zone_id, report));
      }
    }
  }

  std::uint32_t distance_m() const {
    return reports_[0].distance_m < reports_[1].distance_m ? reports_[0].distance_m
                                                           : reports_[1].distance_m;
  }
  std::uint16_t permille() const {
    return reports_[0].permille > reports_[1].permille ? reports_[0].permille
                                                       : reports_[1].permille;
  }
  bool warned() const {
    return monitors_[0].state() == geo::WarningState::heading_in ||
           monitors_[1].state() == geo::WarningState::heading_in;
  }

 private:
  static link::Event event(link::EventKind kind, std::uint16_t zone,
                           const geo::ZoneReport& report) {
    link::Event event;
    event.kind = kind;
    event.zone = zone < 1024 ? zone : std::uint16_t{1023};
    event.probability_percent = static_cast<std::uint8_t>((report.permille + 5) / 10);
    const std::uint32_t minutes =
        report.entry_s == geo::beyond_dm ? 255 : (report.entry_s + 59) / 60;
    event.minutes_to_entry = static_cast<std::uint8_t>(minutes < 255 ? minutes : 255);
    return event;
  }

  geo::ZoneMonitor monitors_[concerns];
  geo::ZoneReport reports_[concerns] = {};
  std::uint16_t inside_[concerns] = {};
  bool held_[concerns] = {};
};

}  // namespace sengi::collar
