// SPDX-License-Identifier: Apache-2.0
#include "station/mqtt_publisher.h"

#include <mosquitto.h>

#include <chrono>

namespace sengi::station {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience(10);
constexpr int keepalive_s = 30;
constexpr int step_ms = 20;

}  // namespace

MqttPublisher::MqttPublisher(MqttOptions broker) : broker_(std::move(broker)) {
  ::mosquitto_lib_init();
}

MqttPublisher::~MqttPublisher() { close(); }

std::string MqttPublisher::publish(const std::string& topic, const std::string& body) {
  const bool was_open = client_ != nullptr;
  std::string fault = publish_once(topic, body);
  return fault.empty() || !was_open ? fault : publish_once(topic, body);
}

std::string MqttPublisher::publish_once(const std::string& topic, const std::string& body) {
  if (client_ == nullptr) {
    if (std::string fault = open(); !fault.empty()) return fault;
  }
  acknowledged_ = 0;
  int id = 0;
  int code = ::mosquitto_publish(client_, &id, topic.c_str(), static_cast<int>(body.size()),
                                 body.data(), 1, false);
  const auto until = Clock::now() + patience;
  while (code == MOSQ_ERR_SUCCESS && acknowledged_ != id && Clock::now() < until) {
    code = ::mosquitto_loop(client_, step_ms, 1);
  }
  if (code == MOSQ_ERR_SUCCESS && acknowledged_ == id) return "";
  close();
  return code == MOSQ_ERR_SUCCESS ? "does not acknowledge" : ::mosquitto_strerror(code);
}

std::string MqttPublisher::open() {
  client_ = ::mosquitto_new(nullptr, true, this);
  if (client_ == nullptr) return "out of memory";
  ::mosquitto_int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  if (!broker_.user.empty()) {
    ::mosquitto_username_pw_set(client_, broker_.user.c_str(), broker_.password.c_str());
  }
  if (!broker_.ca_file.empty()) {
    ::mosquitto_tls_set(client_, broker_.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
  }
  connected_ = false;
  refused_ = 0;
  ::mosquitto_connect_callback_set(client_, [](mosquitto*, void* self, int code) {
    auto& publisher = *static_cast<MqttPublisher*>(self);
    publisher.connected_ = code == 0;
    publisher.refused_ = code;
  });
  ::mosquitto_publish_callback_set(client_, [](mosquitto*, void* self, int id) {
    static_cast<MqttPublisher*>(self)->acknowledged_ = id;
  });
  int code = ::mosquitto_connect(client_, broker_.host.c_str(), broker_.port, keepalive_s);
  const auto until = Clock::now() + patience;
  while (code == MOSQ_ERR_SUCCESS && !connected_ && refused_ == 0 && Clock::now() < until) {
    code = ::mosquitto_loop(client_, step_ms, 1);
  }
  if (connected_) return "";
  close();
  if (refused_ != 0) return ::mosquitto_reason_string(refused_);
  return code == MOSQ_ERR_SUCCESS ? "does not answer" : ::mosquitto_strerror(code);
}

void MqttPublisher::close() {
  if (client_ == nullptr) return;
  ::mosquitto_disconnect(client_);
  ::mosquitto_destroy(client_);
  client_ = nullptr;
}

}  // namespace sengi::station
