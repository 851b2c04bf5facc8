// SPDX-License-Identifier: Apache-2.0
// How long a LoRa transmission takes: Semtech's formula (SX1276/77/78/79 datasheet,
// section 4.1.1.7; AN1200.13), exact in whole microseconds, and the data rates of two regions
// (LoRaWAN Regional Parameters RP002-1.0.3, sections 2.4 and 2.5).
#pragma once

#include <cstdint>

namespace sengi::link {

struct Modulation {
  std::uint8_t spreading_factor = 7;  // 6 .. 12
  std::uint16_t bandwidth_khz = 125;  // 125, 250, 500
  std::uint8_t coding_rate = 1;       // 1 .. 4: 4/5 .. 4/8
  std::uint8_t preamble_symbols = 8;
  bool explicit_header = true;
  bool crc = true;
};

// Symbols of more than 16 ms are sent with two bits fewer (the low data rate optimisation).
constexpr bool optimises_low_rate(const Modulation& modulation) {
  return (1U << modulation.spreading_factor) > 16U * modulation.bandwidth_khz;
}

constexpr std::uint32_t symbol_us(const Modulation& modulation) {
  return (1000U << modulation.spreading_factor) / modulation.bandwidth_khz;
}

// `bytes`: of the physical payload, 0 .. 255.
constexpr std::uint32_t airtime_us(const Modulation& modulation, std::uint32_t bytes) {
  const std::int32_t sf = modulation.spreading_factor;
  const std::int32_t bits = 8 * static_cast<std::int32_t>(bytes) - 4 * sf + 28 +
                            (modulation.crc ? 16 : 0) - (modulation.explicit_header ? 0 : 20);
  const std::int32_t a_block = 4 * (sf - (optimises_low_rate(modulation) ? 2 : 0));
  const std::int32_t blocks = bits > 0 ? (bits + a_block - 1) / a_block : 0;
  const auto payload = 8U + static_cast<std::uint32_t>(blocks) * (modulation.coding_rate + 4U);
  // The preamble's own symbols and 4.25 of synchronisation.
  const std::uint32_t quarters = 4U * modulation.preamble_symbols + 17U + 4U * payload;
  return quarters * symbol_us(modulation) / 4;
}

enum class Region : std::uint8_t { eu868, us915 };

struct DataRate {
  Modulation modulation;
  std::uint8_t payload_max = 0;  // bytes of an application; 0: no such uplink rate
};

// EU868: 0 (SF12) .. 5 (SF7), 6 (SF7, 250 kHz). US915: 0 (SF10) .. 3 (SF7), 4 (SF8, 500 kHz).
// Payloads are those of networks without repeaters and of frames without options.
constexpr DataRate uplink_data_rate(Region region, std::uint8_t index) {
  constexpr std::uint8_t eu868_payload[] = {51, 51, 51, 115, 242, 242, 242};
  constexpr std::uint8_t us915_payload[] = {11, 53, 125, 242, 242};
  if (region == Region::eu868 && index <= 6) {
    const auto sf = static_cast<std::uint8_t>(index <= 5 ? 12 - index : 7);
    const auto khz = static_cast<std::uint16_t>(index == 6 ? 250 : 125);
    return {{.spreading_factor = sf, .bandwidth_khz = khz}, eu868_payload[index]};
  }
  if (region == Region::us915 && index <= 4) {
    const auto sf = static_cast<std::uint8_t>(index <= 3 ? 10 - index : 8);
    const auto khz = static_cast<std::uint16_t>(index == 4 ? 500 : 125);
    return {{.spreading_factor = sf, .bandwidth_khz = khz}, us915_payload[index]};
  }
  return {};
}

// What LoRaWAN puts around an application's payload: MHDR 1, FHDR 7 without options, FPort 1,
// MIC 4.
inline constexpr std::uint32_t lorawan_bytes = 13;

// Of an uplink with that many bytes of application payload, and of frame options (0 .. 15).
// Requires: a data rate of the region.
constexpr std::uint32_t uplink_us(Region region, std::uint8_t data_rate, std::uint32_t bytes,
                                  std::uint32_t option_bytes = 0) {
  return airtime_us(uplink_data_rate(region, data_rate).modulation,
                    bytes + option_bytes + lorawan_bytes);
}

// US915 bounds a single transmission on 125 kHz (FCC 15.247); EU868 bounds the share of time
// (duty_cycle.h).
inline constexpr std::uint32_t us915_dwell_us = 400'000;

// The bytes of one uplink that are allowed at the rate: what its regional table and, in US915, the
// dwell time leave. 0 where there is no such rate or nothing fits.
constexpr std::uint8_t uplink_bytes_max(Region region, std::uint8_t data_rate,
                                        std::uint8_t option_bytes = 0) {
  const DataRate rate = uplink_data_rate(region, data_rate);
  std::uint32_t bytes = rate.payload_max > option_bytes ? rate.payload_max - option_bytes : 0U;
  if (region == Region::us915) {
    while (bytes > 0 && uplink_us(region, data_rate, bytes, option_bytes) > us915_dwell_us) --bytes;
  }
  return static_cast<std::uint8_t>(bytes);
}

}  // namespace sengi::link
