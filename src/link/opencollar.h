// SPDX-License-Identifier: Apache-2.0
// Uplinks of OpenCollar Edge (version 7.3.0, github.com/SmartParksOrg/
// smartparks-opencollar-edge-fw-public), as its public message table and decoder describe them, so
// that a station reads collars with that firmware beside ours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "link/hex.h"

namespace sengi::link::opencollar {

// Port 1, 0xF1: for LoRa Cloud to solve.
struct GnssNav {
  Bytes message;
};

// Port 2, 0xF2.
struct Location {
  std::uint8_t success = 0;
  std::uint8_t hot_retries = 0;
  std::uint8_t cold_retries = 0;
  std::uint16_t time_to_fix = 0;
  std::int32_t latitude_e7 = 0;
  std::int32_t longitude_e7 = 0;
  std::int32_t altitude_mm = 0;
  std::uint8_t fix_type = 0;
  std::uint8_t satellites = 0;
  std::uint16_t accuracy = 0;  // horizontal, as the receiver estimates it
  std::uint8_t pdop = 0;
  std::uint32_t time_s = 0;
  std::uint8_t active_tracking = 0;
  std::uint16_t course = 0;  // hundredths of a degree, 18,000 above it
  std::uint8_t speed_m_s = 0;
};

// Port 4, 0xF4. Bits and bytes as they come.
struct DeviceStatus {
  std::uint8_t reset = 0;
  std::uint8_t errors = 0;
  std::uint8_t battery = 0;    // 10 mV above 2,500
  std::uint8_t operation = 0;  // bits, satellites in the high half
  std::uint8_t temperature = 0;
  std::uint8_t uptime = 0;
  std::uint8_t acceleration[3] = {};
  std::uint8_t hardware = 0;
  std::uint8_t firmware = 0;
  std::uint8_t types = 0;
  std::uint8_t charger = 0;  // 100 mV above 5,000; 0: none
  std::uint8_t features = 0;
};

// Port 12, 0x92.
struct Fence {
  std::uint8_t result = 0;  // 0: measured
  std::uint8_t pulses = 0;
  std::uint16_t voltage = 0;
  std::uint16_t energy = 0;
};

// Port 13, 0x93; port 16, 0x95 (sent again); port 22, 0x9B (to find a station).
struct ShortLocation {
  std::uint8_t id = 0;
  std::uint32_t time_s = 0;
  std::int32_t latitude_e7 = 0;
  std::int32_t longitude_e7 = 0;
  std::uint16_t accuracy = 0;
};

// Port 18, 0x97.
struct Timestamp {
  std::uint32_t time_s = 0;
};

// Ports 19 and 20, 0x98 and 0x99; the firmware says 0x99 on both.
struct Switch {
  bool is_status = false;   // port 20 or, without a port, 0x99
  std::uint8_t state = 0;   // 0 off, 1 on; in a status 2: impulses were counted
  std::uint32_t value = 0;  // milliseconds; in a status how often
};

// Port 21, 0x9A. Floats as their bits.
struct AirQuality {
  bool has_particles = false;
  std::uint32_t particles[6] = {};  // mass below 2.5, 1, 10 um; number likewise, in that order
  std::uint8_t obstructed = 0;
  bool has_gas = false;
  std::uint32_t gas[5] = {};  // air quality index, temperature, pressure, humidity, gas resistance
};

// Ports 30, 31, 32: values, messages, commands.
struct Records {
  std::uint8_t port = 0;
  struct Record {
    std::uint8_t id = 0;
    Bytes bytes;
  };
  std::vector<Record> records;
};

}  // namespace sengi::link::opencollar
