// SPDX-License-Identifier: Apache-2.0
// A real broker (mosquitto) for tests, and one who publishes to it.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <thread>

#include "base/files.h"
#include "base/process.h"

namespace sengi::station {

// A port that was free a moment ago.
inline int free_port() {
  const int file = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  ::bind(file, reinterpret_cast<sockaddr*>(&address), bytes);
  ::getsockname(file, reinterpret_cast<sockaddr*>(&address), &bytes);
  ::close(file);
  return ntohs(address.sin_port);
}

// Waits, without an end of its own: a test that hangs is ended by the one who runs it.
inline void wait_until(const std::function<bool()>& is_so) {
  while (!is_so()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

class Broker {
 public:
  explicit Broker(const std::string& more = "")
      : folder_(std::move(TemporaryFolder::make()).value()), port_(free_port()) {
    const auto written = write_text(
        folder_.path() / "broker.conf",
        fmt::format("listener {} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
                    "max_inflight_messages 0\npersistence true\npersistence_location {}/\n"
                    "user {}\n{}\n",
                    port_, folder_.path().string(), ::getpwuid(::getuid())->pw_name, more));
    EXPECT_TRUE(written.ok());
    start();
  }
  ~Broker() { stop(SIGKILL); }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  int port() const { return port_; }
  std::string address() const { return fmt::format("mqtt://127.0.0.1:{}", port_); }

  void start() {
    const auto found = find_program("mosquitto");
    const std::string program = found ? found->string() : "/usr/sbin/mosquitto";
    const std::string config = (folder_.path() / "broker.conf").string();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
      ::execl(program.c_str(), program.c_str(), "-c", config.c_str(), nullptr);
      ::_exit(127);
    }
    wait_until([this] { return answers() || ::waitpid(pid_, nullptr, WNOHANG) != 0; });
    ASSERT_TRUE(answers()) << program << " does not start; apt install mosquitto";
  }
  // SIGTERM has it write down what it holds.
  void stop(int signal = SIGTERM) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  bool answers() const {
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    const bool open = ::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(file);
    return open;
  }

  TemporaryFolder folder_;
  int port_;
  pid_t pid_ = 0;
};

// Publishes with QoS 1 and knows what the broker has taken.
class Publisher {
 public:
  explicit Publisher(int port) {
    ::mosquitto_lib_init();
    client_ = ::mosquitto_new(nullptr, true, this);
    ::mosquitto_int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    ::mosquitto_publish_v5_callback_set(
        client_, [](mosquitto*, void* self, int, int, const mosquitto_property*) {
          ++static_cast<Publisher*>(self)->taken_;
        });
    EXPECT_EQ(::mosquitto_connect(client_, "127.0.0.1", port, 60), MOSQ_ERR_SUCCESS);
    EXPECT_EQ(::mosquitto_loop_start(client_), MOSQ_ERR_SUCCESS);
  }
  ~Publisher() {
    ::mosquitto_disconnect(client_);
    ::mosquitto_loop_stop(client_, false);
    ::mosquitto_destroy(client_);
  }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void publish(const std::string& topic, const std::string& body) {
    ++given_;
    EXPECT_EQ(::mosquitto_publish(client_, nullptr, topic.c_str(), static_cast<int>(body.size()),
                                  body.data(), 1, false),
              MOSQ_ERR_SUCCESS);
  }
  void wait() const {
    wait_until([this] { return taken_ == given_; });
  }
  std::uint64_t waiting() const { return given_ - taken_; }

 private:
  mosquitto* client_ = nullptr;
  std::atomic<std::uint64_t> given_ = 0;
  std::atomic<std::uint64_t> taken_ = 0;
};

}  // namespace sengi::station
