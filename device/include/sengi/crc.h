// SPDX-License-Identifier: Apache-2.0
// Two checksums for what travels by radio or lies in flash: CRC-32 as in ISO-HDLC and zlib, and
// CRC-16/IBM-3740 (also called CCITT-FALSE). Their published check values over "123456789" are
// 0xCBF43926 and 0x29B1. A nibble at a time: sixteen entries are all the table there is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi {

// Goes on from `before`, the CRC of the bytes until here, so long data can come in pieces.
constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t before = 0) {
  constexpr std::uint32_t table[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC,
                                       0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
                                       0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                       0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
  std::uint32_t crc = ~before;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    crc = (crc >> 4) ^ table[crc & 15U];
    crc = (crc >> 4) ^ table[crc & 15U];
  }
  return ~crc;
}

constexpr std::uint16_t crc16(std::span<const std::uint8_t> bytes, std::uint16_t before = 0xFFFF) {
  std::uint32_t crc = before;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? (crc << 1) ^ 0x1021U : crc << 1;
    crc &= 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace sengi
