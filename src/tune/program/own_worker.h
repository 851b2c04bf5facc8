// SPDX-License-Identifier: Apache-2.0
// A thread that does one job after the other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tune/program/team.h"

namespace sengi::tune {

class OwnWorker {
 public:
  explicit OwnWorker(DoJob work) : work_(std::move(work)), thread_([this] { run(); }) {}
  // Waits for the job at hand.
  ~OwnWorker();
  OwnWorker(const OwnWorker&) = delete;
  OwnWorker& operator=(const OwnWorker&) = delete;

  // Requires: the job before was answered.
  void give(std::string job);
  std::optional<std::string> take(std::chrono::milliseconds wait);

 private:
  void run();

  DoJob work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::string> job_;
  std::optional<std::string> answer_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace sengi::tune
