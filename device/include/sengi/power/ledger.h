// SPDX-License-Identifier: Apache-2.0
// What a device has spent, by what spent it: times and charges in whole numbers, exact to the
// remainder, so that ten years of milliseconds add up to what they are.
//
//   Ledger ledger(board_currents);          // from boards/*.toml
//   ledger.spend_baseline(600);             // ten minutes of sleep, the accelerometer running
//   ledger.spend(Consumer::gps, 6000);      // and a fix
//   ledger.charge_nah();                    // nanoampere hours, all together
//
// Times are what the firmware measures, currents are the data sheets': so this is an estimate of
// the charge, good for deciding. What has come out of a battery only its gauge knows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::power {

// What takes a current of its own while it is on, beside all others.
enum class Consumer : std::uint8_t {
  sleep,         // all that never stops: the processor asleep, its clock, others powered down
  processor,     // awake
  gps,           // on, searching or tracking
  radio_send,    //
  radio_listen,  // for downlinks
  microphone,
  accelerometer,
  flash,  // writing or erasing
};
inline constexpr std::size_t consumers = 8;
inline constexpr const char* consumer_names[consumers] = {
    "sleep",        "processor",  "gps",           "radio_send",
    "radio_listen", "microphone", "accelerometer", "flash"};

struct Currents {
  std::uint32_t microamps_x100[consumers] = {};  // 0.01 uA
  std::uint32_t gps_backup_x100 = 0;             // of a receiver kept ready, see receiver.h

  constexpr std::uint32_t operator[](Consumer c) const {
    return microamps_x100[static_cast<std::size_t>(c)];
  }
};

// 0.01 uA for a millisecond is one part; so many parts are a nanoampere hour.
inline constexpr std::uint32_t parts_a_nah = 360'000;

// Nanoampere hours of a current (0.01 uA) over a time, rounded up. Exact for all that fits.
constexpr std::uint64_t charge_nah(std::uint32_t microamps_x100, std::uint64_t milliseconds) {
  const std::uint64_t whole = milliseconds / parts_a_nah * microamps_x100;
  const std::uint64_t rest = milliseconds % parts_a_nah * microamps_x100;
  return whole + (rest + parts_a_nah - 1) / parts_a_nah;
}

class Ledger {
 public:
  explicit constexpr Ledger(const Currents& currents) : currents_(currents) {}

  // From now on these currents, such as after the accelerometer's rate was changed.
  constexpr void use(const Currents& currents) { currents_ = currents; }

  // A consumer was on for so long.
  constexpr void spend(Consumer consumer, std::uint32_t milliseconds) {
    add(consumer, milliseconds);
  }

  // Time went by: sleep and accelerometer take their currents all the time.
  constexpr void spend_baseline(std::uint32_t seconds) {
    add(Consumer::sleep, std::uint64_t{seconds} * 1000);
    add(Consumer::accelerometer, std::uint64_t{seconds} * 1000);
  }

  // The receiver was kept ready, not on, for so long: charge of gps, and none of its time.
  constexpr void spend_backup(std::uint32_t seconds) {
    charge(Consumer::gps, currents_.gps_backup_x100, std::uint64_t{seconds} * 1000);
  }

  // Since the beginning, rounded down.
  constexpr std::uint64_t charge_nah(Consumer consumer) const { return entry(consumer).nah; }
  constexpr std::uint64_t milliseconds(Consumer consumer) const {
    return entry(consumer).milliseconds;
  }

  // Of all consumers together, rounded down once.
  constexpr std::uint64_t charge_nah() const {
    std::uint64_t nah = 0;
    std::uint64_t parts = 0;
    for (const Entry& e : entries_) {
      nah += e.nah;
      parts += e.parts;
    }
    return nah + parts / parts_a_nah;
  }

  // A day begins, by whatever clock.
  constexpr void start_day() { day_start_nah_ = charge_nah(); }
  constexpr std::uint64_t charge_today_nah() const { return charge_nah() - day_start_nah_; }

 private:
  struct Entry {
    std::uint64_t nah = 0;
    std::uint64_t milliseconds = 0;
    std::uint32_t parts = 0;  // below parts_a_nah
  };

  constexpr const Entry& entry(Consumer c) const { return entries_[static_cast<std::size_t>(c)]; }

  constexpr void add(Consumer consumer, std::uint64_t milliseconds) {
    charge(consumer, currents_[consumer], milliseconds);
    entries_[static_cast<std::size_t>(consumer)].milliseconds += milliseconds;
  }

  constexpr void charge(Consumer consumer, std::uint64_t current, std::uint64_t milliseconds) {
    Entry& e = entries_[static_cast<std::size_t>(consumer)];
    const std::uint64_t parts = milliseconds % parts_a_nah * current + e.parts;
    e.nah += milliseconds / parts_a_nah * current + parts / parts_a_nah;
    e.parts = static_cast<std::uint32_t>(parts % parts_a_nah);
  }

  Currents currents_;
  Entry entries_[consumers] = {};
  std::uint64_t day_start_nah_ = 0;
};

}  // namespace sengi::power
