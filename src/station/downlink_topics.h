// SPDX-License-Identifier: Apache-2.0
// How networks are handed a downlink over MQTT: ChirpStack v4
// (application/ID/device/EUI/command/down), The Things Stack v3 (v3/APP/devices/DEV/down/push), and
// sengi/DEVICE/down for others.
#pragma once

#include <optional>
#include <string>

#include "link/hex.h"

namespace sengi::station {

struct DownlinkLetter {
  std::string topic;
  std::string body;  // JSON
};

// The answer to an uplink that came under `topic`; none where that is of none of these forms.
std::optional<DownlinkLetter> downlink_letter(const std::string& topic, const std::string& device,
                                              const link::Bytes& frame);

}  // namespace sengi::station
