// SPDX-License-Identifier: Apache-2.0
// Messages to an MQTT broker, each of which is its own when publish() returns.
//
// Thread rule: one thread.
#pragma once

#include <string>

#include "station/mqtt_source.h"

struct mosquitto;

namespace sengi::station {

// A connection that is made when there is something to say, and kept while it holds.
class MqttPublisher {
 public:
  explicit MqttPublisher(MqttOptions broker);
  ~MqttPublisher();
  MqttPublisher(const MqttPublisher&) = delete;
  MqttPublisher& operator=(const MqttPublisher&) = delete;

  // With QoS 1. Returns what went wrong, or nothing when the broker has it. A connection that a
  // broker let go of while there was nothing to say is made anew.
  std::string publish(const std::string& topic, const std::string& body);

 private:
  std::string open();
  std::string publish_once(const std::string& topic, const std::string& body);
  void close();

  MqttOptions broker_;
  mosquitto* client_ = nullptr;
  bool connected_ = false;
  int refused_ = 0;
  int acknowledged_ = 0;
};

}  // namespace sengi::station
