// SPDX-License-Identifier: Apache-2.0
// Records in a stream of bytes (SPEC.md, "The sensor bridge"):
//
//   0xC5 | kind u8 | length u16 | payload | CRC-16 of kind, length and payload
//
// Numbers are little endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sengi/crc.h"

namespace sengi::collar {

enum class RecordKind : std::uint8_t {
  begin = 0x01,   // to the collar: a reset, and how it is made
  input = 0x02,   // something happened
  rows = 0x03,    // a window of the accelerometer
  end = 0x04,     // say what you have done, and stop
  sound = 0x05,   // what the microphone gives
  todo = 0x81,    // from the collar: what to do, and until when it sleeps
  report = 0x82,  // answers end
  fault = 0x83,   // a record's checksum or length is wrong, or it came before begin
};

inline constexpr std::uint8_t record_mark = 0xC5;
inline constexpr std::size_t record_payload_most = 2048;
inline constexpr std::size_t record_frame_bytes = 6;  // around a payload

class RecordWriter {
 public:
  // `out` holds the payload and what is around it.
  RecordWriter(std::span<std::uint8_t> out, RecordKind kind) : out_(out), used_(4) {
    out_[0] = record_mark;
    out_[1] = static_cast<std::uint8_t>(kind);
  }

  void put(std::uint32_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) put_byte(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void put(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) put_byte(byte);
  }

  // The whole record; empty where it did not fit.
  std::span<const std::uint8_t> finish() {
    if (!fits_ || used_ + 2 > out_.size()) return {};
    const std::size_t length = used_ - 4;
    out_[2] = static_cast<std::uint8_t>(length);
    out_[3] = static_cast<std::uint8_t>(length >> 8);
    const std::uint16_t crc = crc16(out_.subspan(1, used_ - 1));
    out_[used_++] = static_cast<std::uint8_t>(crc);
    out_[used_++] = static_cast<std::uint8_t>(crc >> 8);
    return out_.first(used_);
  }

 private:
  void put_byte(std::uint8_t byte) {
    if (used_ + 2 >= out_.size()) {
      fits_ = false;
      return;
    }
    out_[used_++] = byte;
  }

  std::span<std::uint8_t> out_;
  std::size_t used_;
  bool fits_ = true;
};

// Takes a payload apart; what is not there reads as 0 and leaves ok() false.
class RecordFields {
 public:
  explicit RecordFields(std::span<const std::uint8_t> payload) : rest_(payload) {}

  std::uint32_t take(std::size_t bytes) {
    std::uint32_t value = 0;
    if (rest_.size() < bytes) {
      ok_ = false;
      return 0;
    }
    for (std::size_t i = 0; i < bytes; ++i) {
      value |= static_cast<std::uint32_t>(rest_[i]) << (8 * i);
    }
    rest_ = rest_.subspan(bytes);
    return value;
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1)); }
  std::uint16_t half() { return static_cast<std::uint16_t>(take(2)); }
  std::span<const std::uint8_t> bytes(std::size_t count) {
    if (rest_.size() < count) {
      ok_ = false;
      return {};
    }
    const std::span<const std::uint8_t> some = rest_.first(count);
    rest_ = rest_.subspan(count);
    return some;
  }

  // Whether all was there and nothing is left.
  bool ok() const { return ok_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  std::span<const std::uint8_t> rest_;
  bool ok_ = true;
};

// Finds records in a stream of bytes.
class RecordReader {
 public:
  enum class Found : std::uint8_t { nothing, record, damaged };

  // `memory`: for the longest payload and its four bytes around; it outlives this.
  explicit RecordReader(std::span<std::uint8_t> memory) : memory_(memory) {}

  // `damaged`: what came is no record; the search goes on with the next mark.
  Found push(std::uint8_t byte) {
    if (!inside_) {
      inside_ = byte == record_mark;
      used_ = 0;
      return Found::nothing;
    }
    memory_[used_++] = byte;
    if (used_ < 3) return Found::nothing;
    const std::size_t length = memory_[1] | static_cast<std::size_t>(memory_[2]) << 8;
    if (length > record_payload_most || length + 5 > memory_.size()) return end(Found::damaged);
    if (used_ < length + 5) return Found::nothing;
    const std::uint16_t crc = crc16(memory_.first(length + 3));
    const bool good = memory_[length + 3] == (crc & 0xFF) && memory_[length + 4] == crc >> 8;
    return end(good ? Found::record : Found::damaged);
  }

  // Of the record that was found, until the next push().
  RecordKind kind() const { return static_cast<RecordKind>(memory_[0]); }
  std::span<const std::uint8_t> payload() const { return memory_.subspan(3, used_ - 5); }

 private:
  Found end(Found found) {
    inside_ = false;
    return found;
  }

  std::span<std::uint8_t> memory_;
  std::size_t used_ = 0;
  bool inside_ = false;
};

}  // namespace sengi::collar
