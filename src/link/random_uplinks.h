// SPDX-License-Identifier: Apache-2.0
// Uplinks of every kind for tests, and ways to spoil them.
#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "link/hex.h"
#include "sengi/link/budget.h"
#include "sengi/link/clip.h"
#include "sengi/link/event.h"
#include "sengi/link/positions.h"
#include "sengi/link/readings.h"
#include "sengi/link/reply.h"
#include "sengi/link/status.h"

namespace sengi::link {

inline std::uint32_t below(std::mt19937& random, std::uint32_t count) {
  return static_cast<std::uint32_t>(random() % count);
}

inline Bytes random_bytes(std::mt19937& random, std::size_t count) {
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

inline Lead random_lead(std::mt19937& random) {
  return {static_cast<std::uint8_t>(random()), random() % 4 != 0,
          static_cast<std::uint32_t>(random())};
}

inline Fix random_fix(std::mt19937& random) {
  Fix fix = from_grid({static_cast<std::int32_t>(below(random, grid_rows)),
                       static_cast<std::int32_t>(below(random, grid_columns))});
  fix.time_s = static_cast<std::uint32_t>(random());
  return fix;
}

inline Encoded random_ours(std::mt19937& random, std::span<std::uint8_t> frame) {
  auto kind = random() % 8;
  if (kind == 5 && frame.size() < message_bytes_max) kind = 6;  // clips have no short form
  switch (kind) {
    case 0: {
      std::vector<Fix> fixes(1 + random() % 20, random_fix(random));
      const std::uint32_t interval = 1 + below(random, 20'000);
      const std::int32_t most = 1 << (random() % 20);
      for (std::size_t i = 1; i < fixes.size(); ++i) {
        fixes[i] = fixes[i - 1];
        const std::uint32_t late = random() % 4 == 0 ? below(random, 200) : 0;
        fixes[i].time_s += interval * (random() % 9 == 0 ? 1 + below(random, 30) : 1) + late;
        const auto move = [&] {
          return static_cast<std::int32_t>(below(random, 2U * static_cast<unsigned>(most))) - most;
        };
        const std::int32_t north = fixes[i].latitude_e7 + move();
        if (north >= -900'000'000 && north <= 900'000'000) fixes[i].latitude_e7 = north;
        const std::int64_t east = std::int64_t{fixes[i].longitude_e7} + move();
        if (east >= -1'800'000'000 && east <= 1'800'000'000) {
          fixes[i].longitude_e7 = static_cast<std::int32_t>(east);
        }
      }
      return encode_positions(fixes, static_cast<std::uint8_t>(random()), frame);
    }
    case 1: {
      Fix fix = random_fix(random);
      fix.clock_set = random() % 4 != 0;
      return encode_lone_position(fix, static_cast<std::uint8_t>(random() % 4), frame);
    }
    case 2: {
      Event event;
      event.lead = random_lead(random);
      event.kind = static_cast<EventKind>(below(random, event_kinds));
      event.has_position = random() % 2 == 0;
      event.position = random_fix(random);
      event.zone = static_cast<std::uint16_t>(below(random, 1024));
      event.probability_percent = static_cast<std::uint8_t>(below(random, 101));
      event.minutes_to_entry = static_cast<std::uint8_t>(random());
      event.still_min = static_cast<std::uint16_t>(random());
      event.call_class = static_cast<std::uint8_t>(below(random, 32));
      event.score = static_cast<std::uint8_t>(random());
      event.duration_ds = static_cast<std::uint8_t>(random());
      event.battery_mv = static_cast<std::uint16_t>(below(random, 8192));
      event.battery_percent = static_cast<std::uint8_t>(below(random, 101));
      event.cause = static_cast<ResetCause>(below(random, reset_causes));
      event.boots = static_cast<std::uint16_t>(random());
      return encode_event(event, frame);
    }
    case 3: {
      Budget budget;
      budget.lead = random_lead(random);
      budget.count = static_cast<std::uint8_t>(1 + below(random, 32));
      budget.first = static_cast<std::uint8_t>(below(random, 33U - budget.count));
      for (std::uint16_t& minutes : budget.minutes) {
        minutes = static_cast<std::uint16_t>(below(random, 1441));
      }
      return encode_budget(budget, 0, frame);
    }
    case 7: {
      std::vector<SensorReading> readings(1 + random() % 15);
      for (SensorReading& one : readings) {
        one.quantity = static_cast<Quantity>(below(random, quantities));
        one.sensor = static_cast<std::uint8_t>(below(random, sensors_max));
        one.value = random() % 8 == 0 ? no_value : static_cast<std::int16_t>(random());
      }
      return encode_readings(random_lead(random), readings, frame);
    }
    case 5: {
      Bytes piece = random_bytes(random, clip_head_bytes + 8 + 4 * below(random, 10));
      if (piece[2] > piece[3] && random() % 8 != 0) std::swap(piece[2], piece[3]);
      return encode_clip_piece(piece, frame);
    }
    case 4: {
      Status status;
      status.lead = random_lead(random);
      status.battery_mv = static_cast<std::uint16_t>(random());
      status.temperature_c = static_cast<std::int16_t>(below(random, 256));
      status.errors = static_cast<std::uint16_t>(below(random, 512));
      status.full = random() % 2 == 0;
      status.firmware = static_cast<std::uint16_t>(random());
      status.model = static_cast<std::uint16_t>(random());
      status.zones = static_cast<std::uint16_t>(random());
      status.settings = static_cast<std::uint16_t>(random());
      status.waiting = static_cast<std::uint16_t>(random());
      status.lost = static_cast<std::uint16_t>(random());
      status.boots = static_cast<std::uint16_t>(random());
      status.states = static_cast<std::uint8_t>(below(random, 14));
      for (std::uint32_t& charge : status.charge_uah) charge = below(random, 700'000);
      return encode_status(status, frame);
    }
    default: {
      Reply reply;
      reply.sequence = static_cast<std::uint8_t>(random());
      reply.kind = static_cast<BlobKind>(below(random, blob_kinds));
      reply.state = static_cast<TransferState>(below(random, transfer_states));
      reply.reason = static_cast<Reason>(below(random, reasons));
      reply.version = static_cast<std::uint16_t>(random());
      reply.first = static_cast<std::uint16_t>(random());
      reply.shown = static_cast<std::uint16_t>(below(random, Reply::shown_max + 1U));
      for (std::size_t i = 0; i < reply.shown; ++i) {
        if (random() % 3 == 0) reply.set_missing(i);
      }
      return encode_reply(reply, frame);
    }
  }
}

struct SentUplink {
  Bytes bytes;
  int port;
};

inline SentUplink random_opencollar(std::mt19937& random) {
  struct Row {
    std::uint8_t id;
    int port;
    std::size_t bytes;
  };
  constexpr Row rows[] = {{0xF2, 2, 30},  {0xF4, 4, 14},  {0x92, 12, 6}, {0x93, 13, 14},
                          {0x95, 16, 14}, {0x97, 18, 4},  {0x98, 19, 5}, {0x99, 19, 5},
                          {0x99, 20, 5},  {0x9B, 22, 14}, {0xF1, 1, 0},  {0x9A, 21, 0}};
  const Row& row = rows[random() % std::size(rows)];
  std::size_t count = row.bytes;
  if (row.id == 0xF1) count = random() % 60;
  if (row.id == 0x9A) count = std::array<std::size_t, 4>{0, 20, 25, 45}[random() % 4];
  SentUplink sent{random_bytes(random, count), row.port};
  if (row.id == 0x9A && count == 45 && random() % 4 == 0) {  // infinite, or no number
    sent.bytes[2] = 0x80, sent.bytes[3] = 0x7F;
  }
  const auto said =
      static_cast<std::uint8_t>(row.id == 0x9A && random() % 2 == 0 ? count + 2 : count);
  sent.bytes.insert(sent.bytes.begin(), {row.id, said});
  if (row.id == 0x99 && random() % 2 == 0) sent.bytes[2] = 2;
  return sent;
}

inline SentUplink random_uplink(std::mt19937& random) {
  const auto choice = random() % 10;
  if (choice < 6) {
    Bytes frame(random() % 3 == 0 ? floor_bytes : message_bytes_max);
    frame.resize(random_ours(random, frame).bytes);
    return {frame, port_of(frame[0])};
  }
  if (choice < 8) return random_opencollar(random);
  SentUplink sent{{}, static_cast<int>(29 + random() % 4)};
  const std::size_t parts = 1 + random() % 4;
  if (sent.port == 29) {
    for (std::size_t i = 0; i < parts; ++i) {
      const SentUplink inner =
          random() % 2 == 0 ? random_opencollar(random) : random_uplink(random);
      if (inner.port > 28 || inner.bytes[1] != inner.bytes.size() - 2) continue;
      sent.bytes.push_back(static_cast<std::uint8_t>(inner.port));
      sent.bytes.insert(sent.bytes.end(), inner.bytes.begin(), inner.bytes.end());
      const Bytes time = random_bytes(random, 4);
      sent.bytes.insert(sent.bytes.end(), time.begin(), time.end());
    }
    if (random() % 2 == 0) {
      const auto count = static_cast<std::uint8_t>(sent.bytes.size());
      sent.bytes.insert(sent.bytes.begin(), {0xFF, count});
    }
    return sent;
  }
  for (std::size_t i = 0; i < parts; ++i) {
    Bytes record = random_bytes(random, 2 + random() % 9);
    record[1] = static_cast<std::uint8_t>(record.size() - 2);
    sent.bytes.insert(sent.bytes.end(), record.begin(), record.end());
  }
  return sent;
}

// Bends bits, cuts, or lengthens, with or without a length that still agrees.
inline void damage(Bytes& bytes, std::mt19937& random) {
  switch (random() % 4) {
    case 0:
      if (!bytes.empty()) bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(random());
      return;
    case 1:
      bytes.resize(random() % (bytes.size() + 1));
      break;
    case 2: {
      const Bytes more = random_bytes(random, 1 + random() % 3);
      bytes.insert(bytes.end(), more.begin(), more.end());
      break;
    }
    default: {
      const std::uint8_t first = bytes.empty() ? std::uint8_t{0} : bytes[0];
      bytes = random_bytes(random, random() % 40);
      if (!bytes.empty()) bytes[0] = first;
    }
  }
  if (bytes.size() >= 2 && random() % 4 != 0) {
    bytes[1] = static_cast<std::uint8_t>(bytes.size() - 2);
  }
}

}  // namespace sengi::link
