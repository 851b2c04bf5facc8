// SPDX-License-Identifier: Apache-2.0
// CRC-32 as in IEEE 802.3, zip and PNG: polynomial 0x04C11DB7 reflected, all ones before and after.
#pragma once

#include <cstdint>
#include <span>

namespace sengi::geo {

// The check value of "123456789" is 0xCBF43926. A table of 16 words does half a byte a step.
constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t table[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC,
                                       0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
                                       0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                       0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
  std::uint32_t crc = ~std::uint32_t{0};
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    crc = (crc >> 4) ^ table[crc & 15U];
    crc = (crc >> 4) ^ table[crc & 15U];
  }
  return ~crc;
}

}  // namespace sengi::geo
