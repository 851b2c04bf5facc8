// SPDX-License-Identifier: Apache-2.0
// What can happen to a collar, and what it wants done about it.
#pragma once

#include "sengi/collar/axes.h"
#include "sengi/collar/uplinks.h"
#include "sengi/geo/position.h"

namespace sengi::collar {

enum class What : std::uint8_t {
  timer = 0,         // the time that it wanted to be woken at, or any other
  fix = 1,           // GPS: time and place
  no_fix = 2,        // GPS gave up
  window = 3,        // of the accelerometer: how it moved, and what that was
  call = 4,          // heard
  listened = 5,      // the time of listening is over
  battery = 6,       // and temperature
  downlink = 7,      // bytes from the network
  acknowledged = 8,  // the network has the transmission
  silent = 9,        // it has not
};
inline constexpr std::uint8_t whats = 10;

// Only the fields of its kind count.
struct Input {
  What what = What::timer;
  std::uint32_t uptime_s = 0;    // since the reset; one that is before the last counts as the last
  std::uint32_t spent_ms = 0;    // fix, no_fix: how long GPS was on; listened: the microphone
  std::uint32_t utc_s = 0;       // fix: Unix time
  geo::Position position{};      // fix
  Spread spread{};               // window
  bool classified = false;       // window: whether `label` says something
  std::uint8_t label = 0;        // window: class; call: class, 0 .. 31
  std::uint8_t score = 0;        // call: as the detector has it
  std::uint8_t duration_ds = 0;  // call: tenths of a second; 255 is that or more
  std::uint16_t battery_mv = 0;
  std::uint16_t battery_permille = 0;
  std::int16_t temperature_c = 0;
  std::span<const std::uint8_t> bytes{};  // downlink
};

// What is to be done now. What stands in it is asked for once.
struct Todo {
  bool refused = false;            // default keys: nothing else will ever be asked for
  std::uint16_t fix_for_s = 0;     // turn GPS on, for at most so long; 0: do not
  bool gps_ready = false;          // keep GPS on its backup supply while it is off
  std::uint16_t listen_for_s = 0;  // turn the microphone on, for so long; 0: do not
  bool measure = false;            // battery and temperature
  bool more_calls = false;         // heard and not told yet: come again with no sound
  Transmission send;               // where bytes > 0
  std::uint32_t wake_s = 0;        // uptime of the next timer; sleep until then, or until a sensor

  // Nothing was to be said: all is as it was asked for before.
  bool nothing_new() const { return wake_s == 0; }
};

}  // namespace sengi::collar
