// SPDX-License-Identifier: Apache-2.0
// Uplinks from an MQTT 5 broker. The session is the broker's to keep: while the station is away the
// broker holds what comes, and hands it over when the station is back under the same client id.
//
// A message is acknowledged when it is on disk, and not before. libmosquitto 2.0 acknowledges a
// message of QoS 1 before it hands it over; but told that other threads use it
// (mosquitto_threaded_set) it only queues what it has to say, until mosquitto_loop_write() is
// called. So this source reads what is there, has it kept, and then writes. Where keeping fails the
// connection goes away with the acknowledgements in it, and the broker sends the messages again.
// mqtt_source_test.cpp holds the library to that.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/source.h"

namespace sengi::station {

struct MqttOptions {
  std::string host = "localhost";
  int port = 1883;
  std::string user;  // empty: none
  std::string password;
  std::string ca_file;  // empty: no TLS
  std::string client_id = "sengi-station";
  // Stations that name the same group share the messages among them; empty: each gets all.
  std::string group;
  std::vector<std::string> topics = {"application/+/device/+/event/up", "v3/+/devices/+/up",
                                     "sengi/+/up"};
  std::uint32_t session_s = 30 * 86'400;  // for how long the broker keeps it
};

// mqtt://[USER@]HOST[:PORT] or mqtts://…; the password stands in no address.
// Errors: another form.
Result<MqttOptions> parse_mqtt_address(const std::string& address);

// "localhost:1883"
std::string name_of(const MqttOptions& broker);

struct MqttState {
  std::atomic<bool> connected = false;
  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::uint64_t> messages = 0;  // acknowledged
};

// Connects, and again after 0.25 s, 0.5 s ... 30 s where it does not hold, until `stop`.
void run_mqtt(const MqttOptions& options, const Keep& keep, const Tell& tell, MqttState& state,
              const std::atomic<bool>& stop);

}  // namespace sengi::station
