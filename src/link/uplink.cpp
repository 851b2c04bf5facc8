// SPDX-License-Identifier: Apache-2.0
#include "link/uplink.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sengi::link {
namespace {

namespace oc = opencollar;
using Span = std::span<const std::uint8_t>;

// The words that decoder.js has too.
sengi::Error fault_of(Error error, std::size_t byte) {
  std::string_view what;
  switch (error) {
    case Error::none:
      break;
    case Error::too_short:
      what = "the message ends before what it must hold";
      break;
    case Error::wrong_id:
      what = "no message of Sengi or OpenCollar Edge, or not on this port";
      break;
    case Error::wrong_length:
      what = "not the number of bytes that follow or belong here";
      break;
    case Error::wrong_version:
      what = "a version of the format that is newer than this decoder";
      break;
    case Error::out_of_range:
      what = "the field here holds what it cannot";
      break;
    case Error::padding:
      what = "bits that must be zero are not";
      break;
    case Error::no_room:
    case Error::wrong_check:
      what = "cannot be read";
      break;
  }
  return sengi::Error{fmt::format("byte {}: {}", byte, what)};
}

sengi::Error fault_of(Fault fault) { return fault_of(fault.error, fault.byte); }

std::uint16_t u16(Span bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

std::uint32_t u32(Span bytes, std::size_t at) {
  return u16(bytes, at) | static_cast<std::uint32_t>(u16(bytes, at + 2)) << 16;
}

std::int32_t i32(Span bytes, std::size_t at) { return static_cast<std::int32_t>(u32(bytes, at)); }

template <typename Message, typename Decode>
Result<Uplink> ours(Decode decode) {
  Message message;
  if (const Fault fault = decode(message); !fault.ok()) return fault_of(fault);
  return Uplink{std::move(message)};
}

Result<Uplink> decode_ours(Span bytes, std::uint32_t from_s) {
  switch (static_cast<Id>(bytes[0])) {
    case Id::positions:
      return ours<Positions>([&](Positions& positions) {
        std::size_t count = 0;
        positions.fixes.resize(batch_fixes_max);
        const Fault fault = decode_positions(bytes, positions.lead, positions.fixes, count);
        positions.fixes.resize(count);
        return fault;
      });
    case Id::lone_position:
      return ours<LonePosition>(
          [&](LonePosition& lone) { return decode_lone_position(bytes, lone, from_s); });
    case Id::event:
      return ours<Event>([&](Event& event) { return decode_event(bytes, event); });
    case Id::budget:
      return ours<Budget>([&](Budget& budget) { return decode_budget(bytes, budget); });
    case Id::status:
      return ours<Status>([&](Status& status) { return decode_status(bytes, status); });
    case Id::clip:
      return ours<Clip>([&](Clip& clip) {
        ClipPiece piece;
        const Fault fault = decode_clip_piece(bytes, piece);
        if (!fault.ok()) return fault;
        clip = {piece.clip, piece.piece, piece.last,
                Bytes(bytes.begin() + header_bytes, bytes.end())};
        return fault;
      });
    case Id::readings:
      return ours<Readings>([&](Readings& readings) { return decode_readings(bytes, readings); });
    case Id::reply:
      return ours<Reply>([&](Reply& reply) { return decode_reply(bytes, reply); });
  }
  return fault_of(Error::wrong_id, 0);
}

Uplink location(Span b) {
  oc::Location location;
  location.success = b[2];
  location.hot_retries = b[3];
  location.cold_retries = b[4];
  location.time_to_fix = u16(b, 5);
  location.latitude_e7 = i32(b, 7);
  location.longitude_e7 = i32(b, 11);
  location.altitude_mm = i32(b, 15);
  location.fix_type = b[19];
  location.satellites = b[20];
  location.accuracy = u16(b, 21);
  location.pdop = b[23];
  location.time_s = u32(b, 24);
  location.active_tracking = b[28];
  location.course = static_cast<std::uint16_t>(b[29] << 8 | b[30]);
  location.speed_m_s = b[31];
  return location;
}

Uplink device_status(Span b) {
  return oc::DeviceStatus{.reset = b[2],
                          .errors = b[3],
                          .battery = b[4],
                          .operation = b[5],
                          .temperature = b[6],
                          .uptime = b[7],
                          .acceleration = {b[8], b[9], b[10]},
                          .hardware = b[11],
                          .firmware = b[12],
                          .types = b[13],
                          .charger = b[14],
                          .features = b[15]};
}

Uplink short_location(Span b) {
  return oc::ShortLocation{.id = b[0],
                           .time_s = u32(b, 2),
                           .latitude_e7 = i32(b, 6),
                           .longitude_e7 = i32(b, 10),
                           .accuracy = u16(b, 14)};
}

// Its two parts are told by the length alone; byte 1 counts the header too.
Result<Uplink> air_quality(Span b) {
  constexpr std::size_t particles_bytes = 25;
  constexpr std::size_t gas_bytes = 20;
  const std::size_t payload = b.size() - header_bytes;
  oc::AirQuality air;
  air.has_particles = payload >= particles_bytes;
  air.has_gas = payload == gas_bytes || payload == particles_bytes + gas_bytes;
  const std::size_t expected =
      (air.has_particles ? particles_bytes : 0) + (air.has_gas ? gas_bytes : 0);
  if (payload != expected || (b[1] != payload && b[1] != b.size())) {
    return fault_of(Error::wrong_length, 1);
  }
  std::size_t at = header_bytes;
  if (air.has_particles) {
    for (std::uint32_t& value : air.particles) value = u32(b, at), at += 4;
    air.obstructed = b[at++];
  }
  if (air.has_gas) {
    for (std::uint32_t& value : air.gas) value = u32(b, at), at += 4;
  }
  return Uplink{air};
}

Uplink records(Span b, int port) {
  oc::Records records{static_cast<std::uint8_t>(port), {}};
  for (std::size_t at = 0; at < b.size();) {
    const Span bytes = b.subspan(at + 2, b[at + 1]);
    records.records.push_back({b[at], {bytes.begin(), bytes.end()}});
    at += 2 + bytes.size();
  }
  return records;
}

Result<Uplink> decode_records(Span b, int port) {
  if (b.empty()) return fault_of(Error::too_short, 0);
  for (std::size_t at = 0; at < b.size();) {
    if (at + 2 > b.size()) return fault_of(Error::too_short, b.size());
    if (at + 2 + b[at + 1] > b.size()) return fault_of(Error::wrong_length, at + 1);
    at += 2 + b[at + 1];
  }
  return records(b, port);
}

// Entries: port, the message, when. The firmware sends them without the two bytes that the table of
// messages would have before them.
Result<Uplink> flash_log(Span b, std::uint32_t from_s) {
  constexpr std::size_t time_bytes = 4;
  FlashLog log;
  std::size_t at = !b.empty() && b[0] == 0xFF ? header_bytes : 0;
  if (b.size() <= at) return fault_of(Error::too_short, b.size());
  if (at > 0 && b[1] != b.size() - header_bytes) return fault_of(Error::wrong_length, 1);
  while (at < b.size()) {
    if (at + 3 > b.size()) return fault_of(Error::too_short, b.size());
    const std::size_t message = header_bytes + b[at + 2];
    if (at + 1 + message + time_bytes > b.size()) return fault_of(Error::wrong_length, at + 2);
    FlashLog::Entry entry;
    entry.port = b[at];
    const Span bytes = b.subspan(at + 1, message);
    entry.bytes.assign(bytes.begin(), bytes.end());
    entry.time_s = u32(b, at + 1 + message);
    // A log in a log is shown as bytes.
    auto inner = entry.port == 29 || bytes[0] == 0xFF ? fault_of(Error::wrong_id, 0)
                                                      : decode_uplink(bytes, entry.port, from_s);
    if (inner.ok()) {
      entry.message.push_back(std::move(inner).value());
    } else {
      entry.fault = inner.error().message;
    }
    log.entries.push_back(std::move(entry));
    at += 1 + message + time_bytes;
  }
  return Uplink{std::move(log)};
}

struct Row {
  std::uint8_t id;
  int port;
  int other_port;     // it comes on this one too, or the same
  int payload_bytes;  // or any_length
};
constexpr int any_length = -1;
constexpr std::array<Row, 11> rows = {{{0xF1, 1, 1, any_length},
                                       {0xF2, 2, 2, 30},
                                       {0xF4, 4, 4, 14},
                                       {0x92, 12, 12, 6},
                                       {0x93, 13, 13, 14},
                                       {0x95, 16, 16, 14},
                                       {0x97, 18, 18, 4},
                                       {0x98, 19, 19, 5},
                                       {0x99, 20, 19, 5},
                                       {0x9A, 21, 21, any_length},
                                       {0x9B, 22, 22, 14}}};

Result<Uplink> decode_row(const Row& row, Span b, std::optional<int> port) {
  if (row.id == 0x9A) return air_quality(b);
  if (b[1] != b.size() - header_bytes) return fault_of(Error::wrong_length, 1);
  if (row.payload_bytes != any_length && b[1] != row.payload_bytes) {
    return fault_of(Error::wrong_length, 1);
  }
  switch (row.id) {
    case 0xF1: {
      const Span message = b.subspan(header_bytes);
      return Uplink{oc::GnssNav{{message.begin(), message.end()}}};
    }
    case 0xF2:
      return location(b);
    case 0xF4:
      return device_status(b);
    case 0x92:
      return Uplink{oc::Fence{b[2], b[3], u16(b, 4), u16(b, 6)}};
    case 0x97:
      return Uplink{oc::Timestamp{u32(b, 2)}};
    case 0x98:
    case 0x99:
      return Uplink{oc::Switch{port ? *port == 20 : row.id == 0x99, b[2], u32(b, 3)}};
    default:
      return short_location(b);
  }
}

}  // namespace

Result<Uplink> decode_uplink(Span bytes, std::optional<int> port, std::uint32_t from_s) {
  if (port == 29 || (!port && !bytes.empty() && bytes[0] == 0xFF)) return flash_log(bytes, from_s);
  if (port && *port >= 30 && *port <= 32) return decode_records(bytes, *port);
  if (bytes.size() < header_bytes) return fault_of(Error::too_short, bytes.size());
  if (const int our_port = port_of(bytes[0]); our_port != 0) {
    if (port && *port != our_port) return fault_of(Error::wrong_id, 0);
    return decode_ours(bytes, from_s);
  }
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const Row& known) { return known.id == bytes[0]; });
  if (row == rows.end() || (port && *port != row->port && *port != row->other_port)) {
    return fault_of(Error::wrong_id, 0);
  }
  return decode_row(*row, bytes, port);
}

}  // namespace sengi::link
