// SPDX-License-Identifier: Apache-2.0
// Puts a collar through a scenario, from one moment that anything happens to the next, and keeps
// what it said. Whatever device it is, the same scenario asks the same of it in the same order.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "collar/device.h"
#include "collar/scenario.h"

namespace sengi::collar {

struct Sent {
  std::uint32_t time_s;  // Unix time
  std::uint8_t port;
  std::vector<std::uint8_t> bytes;
  bool heard = false;     // the network got it
  bool answered = false;  // and the collar knows
  bool operator==(const Sent&) const = default;
};

struct Looked {
  std::uint32_t time_s;
  geo::Position position;
};

struct Life {
  std::uint32_t from_s = 0;  // Unix time
  std::uint32_t to_s = 0;
  std::vector<Sent> sent;
  std::vector<Looked> fixes;  // that GPS gave it
  std::uint32_t asked = 0;    // how often it turned GPS on
  std::uint32_t windows = 0;
  std::array<std::uint32_t, 256> labels{};  // windows by what they were judged; 255: nothing
  std::uint32_t calls_heard = 0;
  std::uint32_t listened_s = 0;
  std::uint32_t steps = 0;
  std::uint32_t resets = 0;
  std::uint64_t airtime_us = 0;
  Report report;
};

// Errors: those of the device; no track; the keys are refused; a collar that asks to be woken
// before now.
Result<Life> live(Device& device, const Scenario& scenario);

}  // namespace sengi::collar
