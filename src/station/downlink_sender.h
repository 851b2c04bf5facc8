// SPDX-License-Identifier: Apache-2.0
// Hands the frames that wait in the database to a network's broker, in their order. One is sent
// again unless it was noted that the broker has it; devices take that for what it is.
#pragma once

#include <atomic>

#include "station/intake.h"
#include "station/mqtt_source.h"
#include "station/source.h"

namespace sengi::station {

// Until `stop`. A broker that is away is asked again, later and later, up to every minute.
void run_downlinks(const MqttOptions& broker, Intake& intake, const Tell& tell,
                   const std::atomic<bool>& stop);

}  // namespace sengi::station
