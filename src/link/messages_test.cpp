// SPDX-License-Identifier: Apache-2.0
// The bytes of SPEC.md's examples, made by hand from its tables, and that all that can be said
// comes back.
#include <gtest/gtest.h>

#include <random>

#include "link/hex.h"
#include "sengi/link/budget.h"
#include "sengi/link/clip.h"
#include "sengi/link/downlink.h"
#include "sengi/link/event.h"
#include "sengi/link/positions.h"
#include "sengi/link/readings.h"
#include "sengi/link/reply.h"
#include "sengi/link/status.h"

namespace sengi::link {
namespace {

constexpr std::uint32_t new_year = 1'767'225'600;  // 2026-01-01T00:00:00Z

template <typename Encode>
std::string hex_of(Encode encode, std::size_t room = message_bytes_max) {
  Bytes frame(room, 0x5A);
  const Encoded made = encode(std::span<std::uint8_t>(frame));
  EXPECT_EQ(made.error, Error::none);
  frame.resize(made.bytes);
  return to_hex(frame);
}

std::string event_hex(const Event& event, std::size_t room = message_bytes_max) {
  return hex_of([&](auto frame) { return encode_event(event, frame); }, room);
}

TEST(Golden, Events) {
  Event warning;
  warning.lead = {7, true, new_year};
  warning.kind = EventKind::zone_warning;
  warning.zone = 12;
  warning.probability_percent = 83;
  warning.minutes_to_entry = 95;
  warning.has_position = true;
  warning.position = {0, 156'535'050, -21'601'667};
  EXPECT_EQ(event_hex(warning), "9D0F1C04C8AD4A0306A65F5C7CC0BC4536");
  EXPECT_EQ(event_hex(warning, floor_bytes), "9D091C04C8AD4A0306A65F");
  Event call;
  call.lead = {255, true, new_year + 3723};
  call.kind = EventKind::call;
  call.call_class = 3;
  call.score = 211;
  call.duration_ds = 45;
  EXPECT_EQ(event_hex(call), "9D09FC5F3CAE4AAB31DD02");
  Event still;
  still.lead = {8, false, 600};
  still.kind = EventKind::immobility;
  still.still_min = 725;
  EXPECT_EQ(event_hex(still), "9D0920C0120000986A0100");
  Event battery;
  battery.lead = {9, true, new_year};
  battery.kind = EventKind::battery_low;
  battery.battery_mv = 3312;
  battery.battery_percent = 18;
  EXPECT_EQ(event_hex(battery), "9D092404C8AD4A33782601");
  Event reset;
  reset.lead = {10, true, new_year};
  reset.cause = ResetCause::brown_out;
  reset.boots = 417;
  EXPECT_EQ(event_hex(reset), "9D092804C8AD4A3B090D00");
}

TEST(Golden, Budgets) {
  Budget budget;
  budget.lead = {11, true, new_year};
  budget.count = 3;
  budget.minutes[0] = 612;
  budget.minutes[1] = 480;
  budget.minutes[2] = 301;
  EXPECT_EQ(hex_of([&](auto frame) { return encode_budget(budget, 0, frame); }),
            "9E0B2C04C8AD4A0364024F4B00");
  EXPECT_EQ(hex_of([&](auto frame) { return encode_budget(budget, 2, frame); }, floor_bytes),
            "9E082C04C8AD4A132D01");
}

TEST(Golden, Status) {
  Status status;
  status.lead = {12, true, new_year};
  status.battery_mv = 3652;
  status.temperature_c = 31;
  status.errors = 0x101;
  const auto encode = [&](auto frame) { return encode_status(status, frame); };
  EXPECT_EQ(hex_of(encode), "9F093004C8AD4A13B9C180");
  status.full = true;
  status.firmware = firmware_version(1, 2, 3);
  status.model = 4;
  status.zones = 9;
  status.settings = 17;
  status.waiting = 321;
  status.lost = 5;
  status.boots = 417;
  status.states = 3;
  status.charge_uah[0] = 1'200;
  status.charge_uah[1] = 23'450;
  status.charge_uah[2] = 700'000;
  EXPECT_EQ(hex_of(encode), "9F1D3004C8AD4A13B9C1808310040009001100415100A10183079092F0FF0F");
  EXPECT_EQ(hex_of(encode, floor_bytes), "9F093004C8AD4A13B9C180");
}

TEST(Golden, Positions) {
  const Fix fixes[] = {{new_year, 156'535'050, -21'601'667},
                       {new_year + 3600, 156'545'250, -21'600'750},
                       {new_year + 10'800, 156'571'000, -21'630'100}};
  EXPECT_EQ(hex_of([&](auto frame) { return encode_positions(fixes, 6, frame); }),
            "96141804C8AD4A13B8F880798B6C5E1EFCD208E52B0E");
  EXPECT_EQ(hex_of([&](auto frame) { return encode_positions(fixes, 7, frame); }, floor_bytes),
            "FB09C36DC1B9F880798B6C");
}

TEST(Golden, Replies) {
  Reply reply;
  reply.sequence = 5;
  reply.kind = BlobKind::zones;
  reply.state = TransferState::receiving;
  reply.version = 9;
  reply.first = 40;
  reply.shown = 5;
  for (const std::size_t i : {0U, 3U, 4U}) reply.set_missing(i);
  EXPECT_EQ(hex_of([&](auto frame) { return encode_reply(reply, frame); }), "EE081424200100052007");
}

TEST(Golden, Downlinks) {
  Bytes blob(94);
  for (std::size_t i = 0; i < blob.size(); ++i) blob[i] = static_cast<std::uint8_t>(i);
  const auto hex = [](const Downlink& downlink) {
    return hex_of([&](auto frame) { return encode_downlink(downlink, frame); });
  };
  Downlink begin{Operation::begin, BlobKind::zones, 9};
  begin.length = 94;
  begin.piece_bytes = 44;
  begin.crc = crc32(blob);
  EXPECT_EQ(hex(begin), "1109005E00002CEE49647A");
  Downlink piece{Operation::piece, BlobKind::zones, 9};
  piece.index = 2;
  piece.data = std::span(blob).first(6);
  EXPECT_EQ(hex(piece), "12090002002109000102030405");
  const Bytes settings = {1, 0x58, 2, 0, 0, 11, 180, 0, 0, 0};
  Downlink set{Operation::set, BlobKind::settings, 3};
  set.data = settings;
  EXPECT_EQ(hex(set), "07030001580200000BB4000000");
}

TEST(Checksums, AreThePublishedOnes) {
  const std::string digits = "123456789";
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size());
  EXPECT_EQ(crc32(bytes), 0xCBF43926U);
  EXPECT_EQ(crc32(bytes.subspan(4), crc32(bytes.first(4))), 0xCBF43926U);
  EXPECT_EQ(crc16(bytes), 0x29B1U);
}

TEST(Ids, AreFreeInOpenCollarEdge) {
  // Message ids, ids of values, ids of commands and ports of its version 7.3.0.
  const std::vector<int> ids = {0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x97, 0x98, 0x99,
                                0x9A, 0x9B, 0x9C, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5,
                                0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFC, 0xFD, 0xFE, 0xFF};
  const std::vector<int> free_ports = {8, 17, 23, 24, 25, 26};
  int ours = 0;
  for (int id = 0; id < 256; ++id) {
    const int port = port_of(static_cast<std::uint8_t>(id));
    if (port == 0) continue;
    ++ours;
    EXPECT_EQ(std::count(ids.begin(), ids.end(), id), 0) << id;
    EXPECT_FALSE(id >= 0xA0 && id <= 0xCE) << id;
    EXPECT_FALSE(id >= 0xD0 && id <= 0xDC) << id;
    EXPECT_FALSE(id >= 0xE8 && id <= 0xED) << id;
    EXPECT_EQ(std::count(free_ports.begin(), free_ports.end(), port), 1) << port;
  }
  EXPECT_EQ(ours, 8);
}

TEST(Events, ComeBackWhateverTheyHold) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    Event event;
    event.lead = {static_cast<std::uint8_t>(random()), random() % 2 == 0,
                  static_cast<std::uint32_t>(random())};
    event.kind = static_cast<EventKind>(random() % event_kinds);
    event.has_position = random() % 2 == 0;
    event.position = from_grid({static_cast<std::int32_t>(random() % grid_rows),
                                static_cast<std::int32_t>(random() % grid_columns)});
    event.zone = static_cast<std::uint16_t>(random() % 1024);
    event.probability_percent = static_cast<std::uint8_t>(random() % 101);
    event.minutes_to_entry = static_cast<std::uint8_t>(random());
    event.still_min = static_cast<std::uint16_t>(random());
    event.call_class = static_cast<std::uint8_t>(random() % 32);
    event.score = static_cast<std::uint8_t>(random());
    event.duration_ds = static_cast<std::uint8_t>(random());
    event.battery_mv = static_cast<std::uint16_t>(random() % 8192);
    event.battery_percent = static_cast<std::uint8_t>(random() % 101);
    event.cause = static_cast<ResetCause>(random() % reset_causes);
    event.boots = static_cast<std::uint16_t>(random());
    std::uint8_t frame[message_bytes_max];
    const Encoded made = encode_event(event, frame);
    ASSERT_EQ(made.error, Error::none);
    ASSERT_EQ(made.bytes, event.has_position ? 17 : 11);
    Event back;
    ASSERT_TRUE(decode_event(std::span(frame).first(made.bytes), back).ok());
    ASSERT_EQ(back.kind, event.kind);
    ASSERT_EQ(back.lead.sequence, event.lead.sequence);
    ASSERT_EQ(back.lead.clock_set, event.lead.clock_set);
    ASSERT_EQ(back.lead.time_s, event.lead.time_s);
    ASSERT_EQ(back.has_position, event.has_position);
    if (event.has_position) {
      ASSERT_EQ(back.position, event.position);
    }
    // The same fields give the same bytes again.
    ASSERT_EQ(event_hex(back), to_hex(std::span(frame).first(made.bytes)));
    ASSERT_EQ(event_hex(event, floor_bytes).size(), 2 * floor_bytes);
  }
}

TEST(Events, RefuseWhatTheyCannotSay) {
  std::uint8_t frame[message_bytes_max];
  Event event;
  event.kind = EventKind::zone_entry;
  event.zone = 1024;
  EXPECT_EQ(encode_event(event, frame).error, Error::out_of_range);
  event.zone = 1023;
  event.probability_percent = 101;
  EXPECT_EQ(encode_event(event, frame).error, Error::out_of_range);
  event.probability_percent = 100;
  EXPECT_EQ(encode_event(event, std::span(frame).first(10)).error, Error::no_room);
  event.has_position = true;
  event.position.latitude_e7 = 900'000'001;
  EXPECT_EQ(encode_event(event, frame).error, Error::out_of_range);
}

TEST(Budgets, AreSplitOverAsManyMessagesAsTheyNeed) {
  std::mt19937 random(2);
  for (std::size_t room = 10; room <= 60; ++room) {
    for (std::uint8_t count = 1; count <= behaviours_max; ++count) {
      Budget budget;
      budget.lead = {3, true, new_year};
      budget.count = count;
      budget.first = static_cast<std::uint8_t>(random() % (behaviours_max - count + 1U));
      for (std::uint8_t i = 0; i < count; ++i) {
        budget.minutes[i] = static_cast<std::uint16_t>(random() % (budget_minutes_max + 1U));
      }
      std::uint8_t from = 0;
      while (from < count) {
        Bytes frame(room);
        const Encoded made = encode_budget(budget, from, frame);
        ASSERT_EQ(made.error, Error::none) << room;
        ASSERT_LE(made.bytes, std::min<std::size_t>(room, message_bytes_max));
        frame.resize(made.bytes);
        Budget back;
        ASSERT_TRUE(decode_budget(frame, back).ok());
        ASSERT_EQ(back.first, budget.first + from);
        ASSERT_EQ(back.count, made.taken);
        for (std::uint8_t i = 0; i < back.count; ++i) {
          ASSERT_EQ(back.minutes[i], budget.minutes[from + i]);
        }
        from = static_cast<std::uint8_t>(from + made.taken);
      }
    }
  }
  Budget budget;
  budget.count = 1;
  budget.minutes[0] = 1441;
  std::uint8_t frame[message_bytes_max];
  EXPECT_EQ(encode_budget(budget, 0, frame).error, Error::out_of_range);
  EXPECT_EQ(encode_budget(budget, 0, std::span(frame).first(9)).error, Error::no_room);
}

TEST(Statuses, ComeBackToTheirSteps) {
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    Status status;
    status.lead = {static_cast<std::uint8_t>(random()), random() % 2 == 0,
                   static_cast<std::uint32_t>(random())};
    status.battery_mv = static_cast<std::uint16_t>(random());
    status.temperature_c = static_cast<std::int16_t>(random() % 400 - 200);
    status.errors = static_cast<std::uint16_t>(random() % 512);
    status.full = random() % 2 == 0;
    status.firmware = static_cast<std::uint16_t>(random());
    status.waiting = static_cast<std::uint16_t>(random());
    status.boots = static_cast<std::uint16_t>(random());
    status.states = static_cast<std::uint8_t>(random() % 14);
    for (std::uint32_t& charge : status.charge_uah)
      charge = static_cast<std::uint32_t>(random() % 800'000);
    Bytes frame(message_bytes_max);
    const Encoded made = encode_status(status, frame);
    ASSERT_EQ(made.error, Error::none);
    frame.resize(made.bytes);
    Status back;
    ASSERT_TRUE(decode_status(frame, back).ok());
    ASSERT_EQ(back.full, status.full);
    ASSERT_EQ(back.battery_mv, std::min(status.battery_mv / 2 * 2, 8190));
    ASSERT_EQ(back.temperature_c, std::clamp<int>(status.temperature_c, -100, 155));
    ASSERT_EQ(back.errors, status.errors);
    if (!status.full) continue;
    ASSERT_EQ(back.firmware, status.firmware);
    ASSERT_EQ(back.waiting, std::min<int>(status.waiting, 4095));
    ASSERT_EQ(back.boots, status.boots);
    ASSERT_EQ(back.states, status.states);
    for (std::size_t state = 0; state < status.states; ++state) {
      ASSERT_EQ(back.charge_uah[state], std::min(status.charge_uah[state] / 10, 65'535U) * 10);
    }
  }
}

TEST(Downlinks, ComeBackAndAnyBentByteOfAPieceIsSeen) {
  std::mt19937 random(4);
  for (int i = 0; i < 5000; ++i) {
    Bytes data(1 + random() % 44);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random());
    Downlink piece{Operation::piece, static_cast<BlobKind>(random() % 2),
                   static_cast<std::uint16_t>(random())};
    piece.index = static_cast<std::uint16_t>(random());
    piece.data = data;
    Bytes frame(downlink_bytes_max);
    const Encoded made = encode_downlink(piece, frame);
    ASSERT_EQ(made.error, Error::none);
    frame.resize(made.bytes);
    Downlink back;
    ASSERT_TRUE(decode_downlink(frame, back).ok());
    ASSERT_EQ(back.index, piece.index);
    ASSERT_EQ(back.version, piece.version);
    ASSERT_TRUE(std::equal(data.begin(), data.end(), back.data.begin(), back.data.end()));
    const std::size_t at = 1 + random() % (frame.size() - 1);
    frame[at] ^= static_cast<std::uint8_t>(1 + random() % 255);
    const Fault fault = decode_downlink(frame, back);
    ASSERT_EQ(fault.error, Error::wrong_check) << at;
    ASSERT_EQ(fault.byte, 5);
  }
}

// Made by hand from SPEC.md: 10.25 degrees, moisture of 0.0940 at sensor 1, and a sensor 2 that
// gave nothing.
TEST(Golden, Readings) {
  const SensorReading readings[] = {{Quantity::air_temperature, 0, 1025},
                                    {Quantity::soil_moisture, 1, 940},
                                    {Quantity::soil_moisture, 2, no_value}};
  const Lead lead{5, true, new_year};
  EXPECT_EQ(hex_of([&](auto frame) { return encode_readings(lead, readings, frame); }),
            "E70F1404C8AD4A03104020827540080020");
  EXPECT_EQ(
      hex_of(
          [&](auto frame) { return encode_readings(lead, std::span(readings).subspan(1), frame); },
          floor_bytes),
      "E7091404C8AD4A13C13A00");
}

TEST(Readings, ComeBackInAsManyMessagesAsTheyNeed) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::vector<SensorReading> all(1 + random() % 40);
    for (SensorReading& one : all) {
      one = {static_cast<Quantity>(random() % quantities),
             static_cast<std::uint8_t>(random() % sensors_max),
             static_cast<std::int16_t>(random())};
    }
    const std::size_t room = floor_bytes + random() % (message_bytes_max - floor_bytes + 1);
    std::vector<SensorReading> back;
    std::size_t messages = 0;
    for (std::size_t at = 0; at < all.size(); ++messages) {
      std::uint8_t frame[message_bytes_max];
      const Encoded made =
          encode_readings({7, true, new_year}, std::span(all).subspan(at), {frame, room});
      ASSERT_EQ(made.error, Error::none);
      ASSERT_LE(made.bytes, room);
      at += made.taken;
      Readings some;
      ASSERT_TRUE(decode_readings({frame, made.bytes}, some).ok());
      EXPECT_EQ(some.lead.time_s, new_year);
      back.insert(back.end(), some.readings, some.readings + some.count);
    }
    ASSERT_EQ(back.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(back[i].quantity, all[i].quantity);
      ASSERT_EQ(back[i].sensor, all[i].sensor);
      ASSERT_EQ(back[i].value, all[i].value);
    }
    if (room == message_bytes_max) {
      EXPECT_EQ(messages, (all.size() + 12) / 13);
    }
  }
  const SensorReading none{static_cast<Quantity>(quantities), 0, 0};
  std::uint8_t frame[message_bytes_max];
  EXPECT_EQ(encode_readings({}, {&none, 1}, frame).error, Error::out_of_range);
  EXPECT_EQ(encode_readings({}, {}, frame).error, Error::no_room);
}

// Made by hand from SPEC.md.
TEST(Clip, APieceIsWhatTheSpecSays) {
  const Bytes piece = {0x07, 0x01, 0, 2, 0xE8, 0x03, 0, 0, 0x88, 0x77, 0xF8, 0x0F};
  std::uint8_t frame[message_bytes_max];
  const Encoded made = encode_clip_piece(piece, frame);
  ASSERT_EQ(made.error, Error::none);
  EXPECT_EQ(to_hex({frame, made.bytes}), "EF0C07010002E80300008877F80F");
  ClipPiece back;
  ASSERT_TRUE(decode_clip_piece({frame, made.bytes}, back).ok());
  EXPECT_EQ(back.clip, 263);
  EXPECT_EQ(back.piece, 0);
  EXPECT_EQ(back.last, 2);
  EXPECT_EQ(back.block.size(), 8U);
  frame[4] = 3;
  EXPECT_EQ(decode_clip_piece({frame, made.bytes}, back).error, Error::out_of_range);
  EXPECT_EQ(decode_clip_piece({frame, 13}, back).error, Error::wrong_length);
  EXPECT_EQ(encode_clip_piece(std::span(piece).first(11), frame).error, Error::no_room);
  EXPECT_EQ(encode_clip_piece(piece, {frame, 13}).error, Error::no_room);
}

}  // namespace
}  // namespace sengi::link
