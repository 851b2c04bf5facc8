// SPDX-License-Identifier: Apache-2.0
// From the bytes of an uplink to what it says: of Sengi's messages (SPEC.md, "Uplinks and
// downlinks") and of OpenCollar Edge's. What comes by radio is hostile: each fault says which byte.
//
//   SENGI_TRY(uplink, decode_uplink(bytes, port));
//   std::string words = to_json(uplink);
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "link/opencollar.h"
#include "sengi/link/budget.h"
#include "sengi/link/clip.h"
#include "sengi/link/event.h"
#include "sengi/link/positions.h"
#include "sengi/link/readings.h"
#include "sengi/link/reply.h"
#include "sengi/link/status.h"

namespace sengi::link {

struct Positions {
  Lead lead;
  std::vector<Fix> fixes;
};

// A piece of a clip: the bytes that signal::join_pieces() puts together.
struct Clip {
  std::uint16_t number = 0;
  std::uint8_t piece = 0;
  std::uint8_t last = 0;
  Bytes bytes;  // the numbers and the block
};

struct FlashLog;

using Uplink =
    std::variant<Positions, LonePosition, Event, Budget, Status, Readings, Reply, Clip,
                 opencollar::GnssNav, opencollar::Location, opencollar::DeviceStatus,
                 opencollar::Fence, opencollar::ShortLocation, opencollar::Timestamp,
                 opencollar::Switch, opencollar::AirQuality, opencollar::Records, FlashLog>;

// OpenCollar Edge's port 29: messages that its flash had kept.
struct FlashLog {
  struct Entry {
    std::uint8_t port = 0;
    std::uint32_t time_s = 0;     // when it was stored
    Bytes bytes;                  // the message, whether or not it can be read
    std::vector<Uplink> message;  // one; none where the fault says why
    std::string fault;
  };
  std::vector<Entry> entries;
};

// Without a port, the first byte decides. `from_s`: see decode_lone_position().
// Errors: "byte N: ..." where the message is cut short, too long, or holds what it cannot; no known
// message, or one of another port.
Result<Uplink> decode_uplink(std::span<const std::uint8_t> bytes, std::optional<int> port = {},
                             std::uint32_t from_s = lone_from_s);

// One object, as firmware/collar/decoder.js gives it as `data`. Unix times become ISO 8601 in UTC;
// what is not known is null.
std::string to_json(const Uplink& uplink);

// "2026-01-01T00:00:00Z"
std::string utc(std::uint32_t time_s);

}  // namespace sengi::link
