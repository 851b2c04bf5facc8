// SPDX-License-Identifier: Apache-2.0
// What a collar is made of: parts that are fitted, places in flash, figures of its hardware.
#pragma once

#include "sengi/collar/uplinks.h"
#include "sengi/geo/approach_model.h"
#include "sengi/geo/warning.h"
#include "sengi/power/ledger.h"
#include "sengi/store/copies.h"

namespace sengi::collar {

// Sectors of flash, in this order: journal, settings, zones, and the rest for messages.
struct Layout {
  store::Area journal;
  store::Area settings;
  store::Area zones;
  store::Area messages;

  // `zone_sectors`: for two copies of the zones, an even number. Requires: 15 sectors besides.
  static constexpr Layout of(std::uint32_t first, std::uint32_t sectors,
                             std::uint32_t zone_sectors) {
    return {{first, 4},
            {first + 4, 2},
            {first + 6, zone_sectors},
            {first + 6 + zone_sectors, sectors - 6 - zone_sectors}};
  }
};

struct Spec {
  std::uint16_t firmware_version = 0;  // link::firmware_version()
  std::uint16_t model_version = 0;
  bool accelerometer = true;
  bool microphone = true;
  std::uint8_t behaviours = 0;         // classes of the activity model; 0: there is none
  std::uint32_t window_every_s = 300;  // from one window of the accelerometer to the next
  std::uint16_t still_below = 100;     // see Axes
  std::uint8_t message_bytes = link::message_bytes_max;  // or link::floor_bytes
  RadioSpec radio;
  std::uint16_t fix_for_s = 90;                  // that GPS may take
  std::uint32_t fix_ms = 8'000;                  // that it takes as a rule
  std::uint32_t orbits_valid_s = 10'800;         // see power::Receiver
  std::uint16_t listening_awake_permille = 250;  // of the processor's time while it listens
  std::uint32_t receive_ms = 350;                // both windows behind a transmission
  std::uint32_t step_ms = 10;                    // the processor, for anything that happens
  std::uint32_t window_ms = 12;                  // for a window of the accelerometer
  power::Currents currents{};
  geo::WarningSpec warning{};
  const geo::ApproachModel* approach = &geo::default_approach_model;
  std::span<const std::uint8_t> factory_zones{};  // of the image; empty: none
  Layout layout;
  store::CopiesSpec zone_copies{.pieces_max = 1600, .trial_starts = 3};
  store::CopiesSpec settings_copies{.pieces_max = 16, .trial_starts = 3};
};

}  // namespace sengi::collar
