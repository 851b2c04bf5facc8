// SPDX-License-Identifier: Apache-2.0
// A collar that somebody else runs: on this machine, or as firmware on a board.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "sengi/collar/bridge.h"

namespace sengi::collar {

class Device {
 public:
  virtual ~Device() = default;

  // A reset: flash stays, all else is new. Errors: those of the line to it; here and below.
  virtual Result<Todo> begin(const Begin& begin) = 0;
  virtual Result<Todo> step(const Input& input) = 0;
  // A window [rows][axes] that ended at that uptime.
  virtual Result<Todo> window(std::uint32_t uptime_s, std::uint8_t axes,
                              std::span<const std::int16_t> rows) = 0;
  // What the microphone gave up to that uptime, or nothing: see write_sound().
  virtual Result<Todo> sound(std::uint32_t uptime_s, std::span<const std::int16_t> samples) = 0;
  // What it made of the last window.
  virtual Judged judged() const = 0;
  virtual Result<Report> end() = 0;
};

}  // namespace sengi::collar
