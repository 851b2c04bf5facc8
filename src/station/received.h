// SPDX-License-Identifier: Apache-2.0
// An uplink as a network hands it over, whatever network it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "link/hex.h"

namespace sengi::station {

struct Received {
  std::string network;  // "chirpstack", "the-things-stack" or "sengi"
  std::string device;   // its EUI in 16 lower-case digits where it has one, else what it is called
  std::string name;     // for people; may be empty
  // What is new when the device joins anew and its counter begins at 0 again; may be empty.
  std::string session;
  std::optional<std::int64_t> counter;   // the frame counter
  std::optional<std::int64_t> heard_ms;  // when a gateway heard it; Unix time
  int port = 0;
  link::Bytes payload;          // decrypted; empty where only the radio's own commands were sent
  std::optional<int> rssi_dbm;  // of the gateway that heard it best
  std::optional<double> snr_db;
  int gateways = 0;  // that heard it
  // Over MQTT: where its network takes downlinks. Empty where it came otherwise.
  std::string broker = {};  // name_of() its options
  std::string topic = {};
};

inline constexpr std::size_t device_bytes_max = 128;
inline constexpr std::size_t payload_bytes_max = 255;  // LoRaWAN's longest is 242

}  // namespace sengi::station
