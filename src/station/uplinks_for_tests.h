// SPDX-License-Identifier: Apache-2.0
// Uplinks as networks wrap them, for tests. Shapes as ChirpStack v4 and The Things Stack v3
// document them; all that stands in them is made up.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "link/hex.h"
#include "sengi/link/clip.h"
#include "sengi/link/event.h"
#include "sengi/link/positions.h"
#include "sengi/link/status.h"

namespace sengi::station {

inline constexpr std::uint32_t new_year_s = 1'767'225'600;  // 2026-01-01T00:00:00Z

inline link::Bytes status_message(std::uint8_t sequence, std::uint32_t time_s,
                                  std::uint16_t battery_mv = 3652) {
  link::Status status;
  status.lead = {sequence, true, time_s};
  status.battery_mv = battery_mv;
  status.temperature_c = 31;
  link::Bytes frame(link::message_bytes_max);
  frame.resize(link::encode_status(status, frame).bytes);
  return frame;
}

inline link::Bytes position_message(std::uint32_t time_s, std::int32_t latitude_e7,
                                    std::int32_t longitude_e7) {
  link::Fix fix;
  fix.time_s = time_s;
  fix.latitude_e7 = latitude_e7;
  fix.longitude_e7 = longitude_e7;
  link::Bytes frame(link::message_bytes_max);
  frame.resize(link::encode_positions({&fix, 1}, 1, frame).bytes);
  return frame;
}

inline link::Bytes call_message(std::uint8_t sequence, std::uint32_t time_s) {
  link::Event event;
  event.lead = {sequence, true, time_s};
  event.kind = link::EventKind::call;
  event.call_class = 2;
  event.score = 201;
  event.duration_ds = 37;
  link::Bytes frame(link::message_bytes_max);
  frame.resize(link::encode_event(event, frame).bytes);
  return frame;
}

// Of nine samples: the first as given, the others no further than an eighth of the least step off.
inline link::Bytes clip_piece(std::uint16_t clip, std::uint8_t piece, std::uint8_t last,
                              std::int16_t first = 0) {
  const auto low = static_cast<std::uint8_t>(clip & 0xff);
  const auto high = static_cast<std::uint8_t>(clip >> 8);
  const auto sample = static_cast<std::uint16_t>(first);
  const std::uint8_t bytes[] = {low,
                                high,
                                piece,
                                last,
                                static_cast<std::uint8_t>(sample & 0xff),
                                static_cast<std::uint8_t>(sample >> 8),
                                0,
                                0,
                                0,
                                0,
                                0,
                                0};
  link::Bytes frame(link::message_bytes_max);
  frame.resize(link::encode_clip_piece(bytes, frame).bytes);
  return frame;
}

inline std::string chirpstack_uplink(const std::string& eui, std::uint32_t counter, int port,
                                     const link::Bytes& payload,
                                     const std::string& time = "2026-01-01T00:00:01.25+00:00",
                                     const std::string& address = "01a2b3c4") {
  return fmt::format(
      R"({{"deduplicationId":"5f2c6f0e-2b0e-4f5e-9f0a-{:012d}","time":"{}","deviceInfo":{{)"
      R"("tenantId":"1d6f","tenantName":"Park","applicationId":"7","applicationName":"collars",)"
      R"("deviceProfileId":"3","deviceProfileName":"collar","deviceName":"Tembo","devEui":"{}",)"
      R"("tags":{{}}}},"devAddr":"{}","adr":true,"dr":0,"fCnt":{},"fPort":{},"confirmed":false,)"
      R"("data":"{}","rxInfo":[{{"gatewayId":"a0","uplinkId":1,"rssi":-118,"snr":-7.5}},)"
      R"({{"gatewayId":"a1","uplinkId":2,"rssi":-97,"snr":4.25}}],"txInfo":{{"frequency":868100000}}}})",
      counter, time, eui, address, counter, port, link::to_base64(payload));
}

inline std::string things_stack_uplink(const std::string& eui, std::uint32_t counter, int port,
                                       const link::Bytes& payload) {
  return fmt::format(
      R"({{"end_device_ids":{{"device_id":"tembo","application_ids":{{"application_id":"park"}},)"
      R"("dev_eui":"{}","dev_addr":"260B1234"}},"correlation_ids":["gs:1"],)"
      R"("received_at":"2026-01-01T00:00:02Z","uplink_message":{{"session_key_id":"AZ+x",)"
      R"("f_port":{},"f_cnt":{},"frm_payload":"{}","rx_metadata":[{{"gateway_ids":)"
      R"({{"gateway_id":"camp"}},"rssi":-101,"channel_rssi":-101,"snr":3.5}}],)"
      R"("received_at":"2026-01-01T00:00:01.250000000Z"}}}})",
      eui, port, counter, link::to_base64(payload));
}

// Of a device that says everything in its payload.
inline std::string plain_uplink(const std::string& device, int port, const link::Bytes& payload) {
  return fmt::format(R"({{"device":"{}","port":{},"payload":"{}"}})", device, port,
                     link::to_base64(payload));
}

}  // namespace sengi::station
