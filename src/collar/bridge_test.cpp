// SPDX-License-Identifier: Apache-2.0
#include "sengi/collar/bridge.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace sengi::collar {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Found = RecordReader::Found;

// Made by hand from SPEC.md: a timer at 300 s. CRC-16/IBM-3740 over kind, length and payload.
TEST(Record, IsWhatTheSpecSays) {
  std::uint8_t out[64];
  const auto record = write_input({.what = What::timer, .uptime_s = 300}, out);
  const Bytes body = {0x02, 0x05, 0x00, 0x00, 0x2C, 0x01, 0x00, 0x00};
  Bytes expected = {0xC5};
  expected.insert(expected.end(), body.begin(), body.end());
  std::uint32_t crc = 0xFFFF;  // bit by bit, as the polynomial 0x1021 has it
  for (const std::uint8_t byte : body) {
    for (int bit = 7; bit >= 0; --bit) {
      const std::uint32_t top = (crc >> 15 & 1U) ^ (byte >> bit & 1U);
      crc = (crc << 1 & 0xFFFFU) ^ (top != 0 ? 0x1021U : 0U);
    }
  }
  expected.push_back(static_cast<std::uint8_t>(crc));
  expected.push_back(static_cast<std::uint8_t>(crc >> 8));
  EXPECT_EQ(Bytes(record.begin(), record.end()), expected);
}

TEST(Record, ComesBackFromAStreamWithRubbishInIt) {
  std::mt19937 random(3);
  std::uint8_t memory[record_payload_most + record_frame_bytes];
  RecordReader reader(memory);
  std::size_t found = 0;
  for (int i = 0; i < 2000; ++i) {
    Bytes stream;
    for (std::size_t k = random() % 4; k > 0; --k) {
      stream.push_back(static_cast<std::uint8_t>(random() % 190));  // below the mark
    }
    Input input;
    input.what = What::fix;
    input.uptime_s = static_cast<std::uint32_t>(i);
    input.position = {static_cast<std::int32_t>(random()), static_cast<std::int32_t>(random())};
    std::uint8_t out[64];
    const auto record = write_input(input, out);
    stream.insert(stream.end(), record.begin(), record.end());
    for (const std::uint8_t byte : stream) {
      if (reader.push(byte) != Found::record) continue;
      Input back;
      ASSERT_TRUE(read_input(reader.payload(), back));
      EXPECT_EQ(back.uptime_s, input.uptime_s);
      EXPECT_EQ(back.position, input.position);
      ++found;
    }
  }
  EXPECT_GE(found, 1990U);
}

TEST(Record, ABentBitIsSeen) {
  std::uint8_t out[64];
  const auto record = write_input({.what = What::timer, .uptime_s = 77}, out);
  for (std::size_t bit = 8; bit < 8 * record.size(); ++bit) {
    Bytes bent(record.begin(), record.end());
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1U << (bit % 8)));
    std::uint8_t memory[64];
    RecordReader reader(memory);
    for (const std::uint8_t byte : bent) EXPECT_NE(reader.push(byte), Found::record) << bit;
  }
}

TEST(Bridge, EachRecordComesBack) {
  std::uint8_t out[1024];
  std::uint8_t memory[1024];
  RecordReader reader(memory);
  const auto payload_of = [&](std::span<const std::uint8_t> record) {
    Found found = Found::nothing;
    for (const std::uint8_t byte : record) found = reader.push(byte);
    EXPECT_EQ(found, Found::record);
    return reader.payload();
  };
  Begin begin;
  begin.cause = link::ResetCause::watchdog;
  begin.microphone = false;
  begin.fix_for_s = 5400;
  begin.utc_s = 1'767'225'600;
  begin.currents.microamps_x100[2] = 3'200'000;
  begin.currents.gps_backup_x100 = 1500;
  begin.key[15] = 9;
  Begin begun;
  ASSERT_TRUE(read_begin(payload_of(write_begin(begin, out)), begun));
  EXPECT_EQ(begun.cause, begin.cause);
  EXPECT_FALSE(begun.microphone);
  EXPECT_EQ(begun.fix_for_s, 5400);
  EXPECT_EQ(begun.utc_s, begin.utc_s);
  EXPECT_EQ(begun.currents.microamps_x100[2], 3'200'000U);
  EXPECT_EQ(begun.currents.gps_backup_x100, 1500U);
  EXPECT_EQ(begun.key[15], 9);

  const std::int16_t rows[] = {1, -2, 32767, -32768, 5, 6};
  std::int16_t back[8];
  std::uint32_t uptime_s = 0;
  std::uint8_t axes = 0;
  std::size_t count = 0;
  ASSERT_TRUE(read_rows(payload_of(write_rows(900, 3, rows, out)), uptime_s, axes, back, count));
  EXPECT_EQ(uptime_s, 900U);
  ASSERT_EQ(count, 6U);
  EXPECT_TRUE(std::equal(rows, rows + 6, back));
  EXPECT_FALSE(read_rows(payload_of(write_rows(900, 4, rows, out)), uptime_s, axes, back, count));

  std::vector<std::int16_t> heard;
  const std::int16_t samples[] = {0, -1, 32767, -32768};
  const auto hear = [&](std::int16_t sample) { heard.push_back(sample); };
  ASSERT_TRUE(read_sound(payload_of(write_sound(901, samples, out)), uptime_s, hear));
  EXPECT_EQ(uptime_s, 901U);
  EXPECT_TRUE(std::ranges::equal(heard, samples));
  ASSERT_TRUE(read_sound(payload_of(write_sound(902, {}, out)), uptime_s, hear));
  EXPECT_EQ(heard.size(), 4U);
  const std::uint8_t odd[] = {1, 0, 0, 0, 7};
  EXPECT_FALSE(read_sound(odd, uptime_s, hear));
  EXPECT_FALSE(read_sound(std::span(odd).first(2), uptime_s, hear));

  Todo todo;
  EXPECT_TRUE(todo.nothing_new());
  todo.more_calls = true;
  todo.measure = true;
  todo.gps_ready = true;
  todo.listen_for_s = 60;
  todo.wake_s = 4711;
  todo.send.bytes = 3;
  todo.send.port = 24;
  todo.send.frame[2] = 0xAB;
  Todo same;
  Judged judged;
  ASSERT_TRUE(read_todo(payload_of(write_todo(todo, {4, {3, {1, 2, 3}}}, out)), same, judged));
  EXPECT_TRUE(same.measure);
  EXPECT_TRUE(same.gps_ready);
  EXPECT_TRUE(same.more_calls);
  EXPECT_EQ(same.listen_for_s, 60);
  EXPECT_EQ(same.wake_s, 4711U);
  EXPECT_EQ(same.send.bytes, 3);
  EXPECT_EQ(same.send.frame[2], 0xAB);
  EXPECT_EQ(judged.label, 4);
  EXPECT_EQ(judged.spread.value[2], 3);
}

TEST(Bridge, WhatNoCollarCanBeMadeOfIsRefused) {
  std::uint8_t out[256];
  std::uint8_t memory[256];
  for (int wrong = 0; wrong < 5; ++wrong) {
    Begin begin;
    if (wrong == 0) begin.message_bytes = 10;
    if (wrong == 1) begin.message_bytes = 52;
    if (wrong == 2) begin.window_every_s = 0;
    if (wrong == 3) begin.region = link::Region::us915;  // 11 bytes at the most
    if (wrong == 4) begin.data_rate = 9;
    RecordReader reader(memory);
    for (const std::uint8_t byte : write_begin(begin, out)) reader.push(byte);
    Begin begun;
    EXPECT_FALSE(read_begin(reader.payload(), begun)) << wrong;
  }
}

}  // namespace
}  // namespace sengi::collar
