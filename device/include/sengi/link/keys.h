// SPDX-License-Identifier: Apache-2.0
// Keys that are no secret. A device that has one joins anybody's network and believes anybody's
// downlinks, so it must not start until it is given its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::link {

enum class WeakKey : std::uint8_t {
  none,
  wrong_length,  // not 16 bytes
  all_same,      // erased flash among them
  sequence,      // each byte the last one plus the same number
  repeated,      // its halves are the same, such as a DevEUI twice
  published,     // a default or an example that is in print
};

namespace key_parts {

inline constexpr std::size_t key_bytes = 16;
// FIPS-197's example, which is Semtech's LoRaMac-node default, and the same backwards; Milesight's
// factory default; two of Heltec's examples; three defaults in OpenCollar Edge 7.3.0's public
// source.
inline constexpr std::uint8_t published[][key_bytes] = {
    {0x2B, 0x7E, 0x15, 0x16, 0x28, 0xAE, 0xD2, 0xA6, 0xAB, 0xF7, 0x15, 0x88, 0x09, 0xCF, 0x4F,
     0x3C},
    {0x3C, 0x4F, 0xCF, 0x09, 0x88, 0x15, 0xF7, 0xAB, 0xA6, 0xD2, 0xAE, 0x28, 0x16, 0x15, 0x7E,
     0x2B},
    {0x55, 0x72, 0x40, 0x4C, 0x69, 0x6E, 0x6B, 0x4C, 0x6F, 0x52, 0x61, 0x32, 0x30, 0x31, 0x38,
     0x23},
    {0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x66,
     0x01},
    {0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x66,
     0x02},
    {0x8B, 0xCD, 0x49, 0x42, 0x11, 0x67, 0xDD, 0x03, 0xBA, 0xD3, 0xAE, 0xEA, 0x98, 0xEF, 0xE4,
     0x09},
    {0xEC, 0x7F, 0x38, 0x0E, 0x7A, 0xDF, 0xB2, 0xE5, 0xC9, 0xBB, 0xDE, 0x5A, 0xC2, 0x16, 0x94,
     0xA8},
    {0xDB, 0x7E, 0x27, 0x26, 0xCF, 0xF5, 0x8C, 0x13, 0x3A, 0x07, 0xB5, 0xA1, 0xB4, 0x00, 0xE1,
     0xD0},
};

}  // namespace key_parts

constexpr WeakKey weakness_of(std::span<const std::uint8_t> key) {
  if (key.size() != key_parts::key_bytes) return WeakKey::wrong_length;
  const auto step = static_cast<std::uint8_t>(key[1] - key[0]);
  bool even = true;
  bool repeated = true;
  for (std::size_t i = 1; i < key.size(); ++i) {
    if (static_cast<std::uint8_t>(key[i] - key[i - 1]) != step) even = false;
    if (i >= 8 && key[i] != key[i - 8]) repeated = false;
  }
  if (even) return step == 0 ? WeakKey::all_same : WeakKey::sequence;
  for (const auto& known : key_parts::published) {
    bool same = true;
    for (std::size_t i = 0; i < key.size(); ++i) same = same && key[i] == known[i];
    if (same) return WeakKey::published;
  }
  return repeated ? WeakKey::repeated : WeakKey::none;
}

// Whether a device must refuse to start with these: any of them is weak, or there are none.
constexpr bool keys_are_default(std::span<const std::span<const std::uint8_t>> keys) {
  for (const auto& key : keys) {
    if (weakness_of(key) != WeakKey::none) return true;
  }
  return keys.empty();
}

}  // namespace sengi::link
