// SPDX-License-Identifier: Apache-2.0
// Where a battery's charge goes: what drew current, for how long, times what it draws.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::power {

enum class Consumer : std::uint8_t {
  sleep,
  processor,
  gps,
  radio_send,
  radio_listen,
  microphone,
  accelerometer,
  flash,
};
inline constexpr std::size_t consumers = 8;

// By Consumer, in hundredths of a microampere.
struct Currents {
  std::uint32_t microamps_x100[consumers];
};

class Ledger {
 public:
  explicit Ledger(const Currents& currents) : currents_(currents) {}

  void spend(Consumer consumer, std::uint32_t milliseconds) {
    milliseconds_[static_cast<std::size_t>(consumer)] += milliseconds;
  }

  // What flows all the time: sleep and the accelerometer.
  void spend_baseline(std::uint32_t seconds) {
    milliseconds_[static_cast<std::size_t>(Consumer::sleep)] += std::uint64_t{seconds} * 1000;
    milliseconds_[static_cast<std::size_t>(Consumer::accelerometer)] +=
        std::uint64_t{seconds} * 1000;
  }

  // Nanoampere hours since the day began.
  std::uint64_t charge_nah() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < consumers; ++i) sum += charge_nah(static_cast<Consumer>(i));
    return sum;
  }
  std::uint64_t charge_nah(Consumer consumer) const {
    const auto i = static_cast<std::size_t>(consumer);
    // Hundredths of a microampere times milliseconds: a nanoampere hour is 360,000 of them.
    return milliseconds_[i] * currents_.microamps_x100[i] / 360'000;
  }
  std::uint64_t milliseconds(Consumer consumer) const {
    return milliseconds_[static_cast<std::size_t>(consumer)];
  }

  void start_day() {
    for (std::uint64_t& one : milliseconds_) one = 0;
  }

 private:
  Currents currents_;
  std::uint64_t milliseconds_[consumers] = {};
};

}  // namespace sengi::power
