// SPDX-License-Identifier: Apache-2.0
// Letters to an MQTT broker, QoS 1: their JSON under TOPIC/DEVICE. Taken is what the broker
// acknowledged.
#pragma once

#include <string>

#include "station/mqtt_source.h"
#include "station/outbox.h"

namespace sengi::station {

// A device's name with what stands for more than itself in a topic (+ # /) as '_'.
std::string alert_topic(const std::string& topic, const std::string& device);

Send send_by_mqtt(const MqttOptions& broker, const std::string& topic);

}  // namespace sengi::station
