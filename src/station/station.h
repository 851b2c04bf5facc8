// SPDX-License-Identifier: Apache-2.0
// The station: sources of uplinks around one store.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/http_server.h"
#include "station/mqtt_source.h"
#include "station/settings.h"

namespace sengi::station {

struct StationOptions {
  std::filesystem::path folder = "station";  // of the store
  std::vector<MqttOptions> brokers;
  std::optional<HttpOptions> http = HttpOptions{};
  std::optional<std::filesystem::path> inbox;  // a folder that files are put into
  Settings settings;                           // what is watched for, and who is told
};

// Runs until `stop()` is true; then what was begun is finished and kept. `tell` gets a line when
// the station is ready, and one for each fault; it may be called from any thread.
// Errors: the store or the port cannot be had. A broker that is away is no error.
Result<void> run_station(const StationOptions& options, const Tell& tell,
                         const std::function<bool()>& stop);

}  // namespace sengi::station
