// SPDX-License-Identifier: Apache-2.0
#include "station/mqtt_alerts.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "station/mqtt_publisher.h"

namespace sengi::station {
std::string alert_topic(const std::string& topic, const std::string& device) {
  std::string name = device;
  std::ranges::replace_if(
      name, [](char c) { return c == '+' || c == '#' || c == '/' || (c >= 0 && c < ' '); }, '_');
  return topic + "/" + name;
}

Send send_by_mqtt(const MqttOptions& broker, const std::string& topic) {
  const auto publisher = std::make_shared<MqttPublisher>(broker);
  return [publisher, topic](const Letter& letter) {
    const auto json = nlohmann::json::parse(letter.body, nullptr, false);
    const std::string device = json.is_object() ? json["data"].value("device", "") : "";
    const std::string fault = publisher->publish(alert_topic(topic, device), letter.body);
    return fault.empty() ? Answer{} : Answer{fault, true};
  };
}

}  // namespace sengi::station
