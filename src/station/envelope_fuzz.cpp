// SPDX-License-Identifier: Apache-2.0
// Any bytes as an uplink's JSON, and any payload in one that is sound.
#include <cstdlib>

#include "station/clock.h"
#include "station/envelope.h"
#include "station/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sengi::station;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto received = parse_envelope(text); received.ok()) {
    const Received& r = received.value();
    if (r.device.empty() || r.device.size() > device_bytes_max) std::abort();
    if (r.payload.size() > payload_bytes_max || r.port < 0 || r.port > 255) std::abort();
    static_cast<void>(read(r));
  }
  if (const auto time = from_rfc3339(text); time.ok()) {
    if (from_rfc3339(to_rfc3339(time.value())).value() != time.value()) std::abort();
  }
  if (size > 0) {
    Received received;
    received.port = data[0];
    received.payload.assign(data + 1, data + size);
    for (const Position& position : read(received).positions) {
      if (position.latitude_e7 < -900'000'000 || position.latitude_e7 > 900'000'000) std::abort();
    }
  }
  return 0;
}
