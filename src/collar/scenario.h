// SPDX-License-Identifier: Apache-2.0
// A life to put a collar through: where the animal goes, what its sensors give, what the network
// does, and what goes wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "movement/track.h"
#include "sengi/collar/bridge.h"

namespace sengi::collar {

// A stretch of time, the end not in it. Unix time.
struct Stretch {
  std::uint32_t from_s;
  std::uint32_t to_s;
  bool holds(std::uint32_t time_s) const { return time_s >= from_s && time_s < to_s; }
};

// What a listener on the collar would have found in the sound.
struct Call {
  std::uint32_t time_s;  // Unix time
  std::uint8_t label;
  std::uint8_t score;
  std::uint8_t duration_ds;
};

struct Downlink {
  std::uint32_t from_s;  // Unix time; it waits for an uplink from then on (class A)
  std::vector<std::uint8_t> bytes;
};

struct Reset {
  std::uint32_t time_s;  // Unix time
  link::ResetCause cause;
  std::uint32_t off_s = 0;  // until it starts again
  bool keeps_time = false;  // whether a clock lives through it
};

struct ClockFault {
  Stretch when;
  std::int64_t off_s;  // what GPS says more than what is true
};

// Of a part of the path of messages, in thousandths.
struct Network {
  std::uint32_t uplink_loss_permille = 50;
  std::uint32_t answer_loss_permille = 50;
  std::vector<Stretch> silent;  // nothing is heard at all
  std::vector<Downlink> downlinks;
};

struct Scenario {
  // A track of real fixes gives those and no others: GPS answers a collar that asks between two of
  // them with the next one, when it is due, so that nothing tells it where the animal goes next.
  // A made track is known at every moment.
  movement::Track track;
  bool made = false;
  std::uint32_t days = 0;  // from the track's first fix on; 0: all of it
  std::uint32_t seed = 1;  // of what the network loses

  Begin begin;  // fitted parts, radio, currents; `cause` and `utc_s` are the scenario's
  // Rows [rows][axes] of the window that ends at a Unix time; empty: there are none then.
  std::function<std::vector<std::int16_t>(std::uint32_t)> window;
  std::uint8_t axes = 3;
  std::vector<Call> calls;  // by time
  // What the microphone hears in the so many seconds from a Unix time on, at its own rate; shorter
  // where the recording ends, empty where there is none.
  std::function<Result<std::vector<std::int16_t>>(std::uint32_t, std::uint32_t)> sound;
  std::int32_t sound_hz = 16000;

  Network network;
  std::vector<Stretch> no_gps;
  std::vector<ClockFault> clock_faults;
  std::vector<Reset> resets;  // by time
  double battery_mah = 14'000;
  double speed = 0;  // times real time; 0: as fast as it goes
};

}  // namespace sengi::collar
