// SPDX-License-Identifier: Apache-2.0
// What can be set by downlink, within which bounds, and how it is kept: five bytes a setting, its
// id and its value (32 bits, little endian).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::link {

enum class SettingId : std::uint8_t {
  gps_interval_min_s = 1,
  gps_interval_max_s = 2,
  listen_on_s = 3,  // of every listen_period_s
  listen_period_s = 4,
  report_interval_s = 5,
  status_interval_s = 6,
  warning_probability_percent = 7,  // at which a zone warning begins
  release_probability_percent = 8,  // below which it is over
  warning_horizon_min = 9,
  immobility_min = 10,
  call_threshold = 11,  // of the detector's averaged score
  battery_low_mv = 12,
  daily_charge_uah = 13,
  clips_a_day = 14,  // of calls, whose sound is sent too
};
inline constexpr std::size_t settings_count = 14;

struct SettingBounds {
  std::int32_t lowest;
  std::int32_t highest;
  std::int32_t initial;
};

// By id - 1, and so are the names.
inline constexpr SettingBounds setting_bounds[settings_count] = {
    {60, 86'400, 1'200},   {60, 86'400, 32'400}, {0, 3'600, 60},
    {60, 86'400, 600},     {60, 86'400, 3'600},  {600, 604'800, 86'400},
    {1, 100, 20},          {0, 100, 8},          {5, 250, 250},
    {30, 20'160, 720},     {1, 255, 205},        {2'000, 5'000, 3'300},
    {100, 655'350, 8'000}, {0, 100, 0},
};
inline constexpr const char* setting_names[settings_count] = {
    "gps_interval_min_s",
    "gps_interval_max_s",
    "listen_on_s",
    "listen_period_s",
    "report_interval_s",
    "status_interval_s",
    "warning_probability_percent",
    "release_probability_percent",
    "warning_horizon_min",
    "immobility_min",
    "call_threshold",
    "battery_low_mv",
    "daily_charge_uah",
    "clips_a_day",
};

inline constexpr std::size_t setting_bytes = 5;
inline constexpr std::size_t settings_blob_bytes = settings_count * setting_bytes;

class Settings {
 public:
  constexpr Settings() {
    for (std::size_t i = 0; i < settings_count; ++i) values_[i] = setting_bounds[i].initial;
  }

  constexpr std::int32_t operator[](SettingId id) const {
    return values_[static_cast<std::size_t>(id) - 1];
  }

  // Returns whether there is such a setting and the value is within its bounds; else changes
  // nothing.
  constexpr bool set(std::uint8_t id, std::int32_t value) {
    if (id < 1 || id > settings_count) return false;
    const SettingBounds& bounds = setting_bounds[id - 1];
    if (value < bounds.lowest || value > bounds.highest) return false;
    values_[id - 1] = value;
    return true;
  }

  // Whether they go together.
  constexpr bool consistent() const {
    return (*this)[SettingId::gps_interval_min_s] <= (*this)[SettingId::gps_interval_max_s] &&
           (*this)[SettingId::listen_on_s] <= (*this)[SettingId::listen_period_s] &&
           (*this)[SettingId::release_probability_percent] <=
               (*this)[SettingId::warning_probability_percent];
  }

  // Takes on five bytes a setting, all or none of them. Returns whether it did: they may be no
  // setting, out of bounds, cut short, or not go together.
  constexpr bool apply(std::span<const std::uint8_t> bytes) {
    if (bytes.size() % setting_bytes != 0) return false;
    Settings changed = *this;
    for (std::size_t at = 0; at < bytes.size(); at += setting_bytes) {
      const std::uint32_t value = bytes[at + 1] | static_cast<std::uint32_t>(bytes[at + 2]) << 8 |
                                  static_cast<std::uint32_t>(bytes[at + 3]) << 16 |
                                  static_cast<std::uint32_t>(bytes[at + 4]) << 24;
      if (!changed.set(bytes[at], static_cast<std::int32_t>(value))) return false;
    }
    if (!changed.consistent()) return false;
    *this = changed;
    return true;
  }

  // All of them, as apply() takes them. Requires: settings_blob_bytes.
  constexpr void write(std::span<std::uint8_t> bytes) const {
    for (std::size_t i = 0; i < settings_count; ++i) {
      const auto value = static_cast<std::uint32_t>(values_[i]);
      bytes[i * setting_bytes] = static_cast<std::uint8_t>(i + 1);
      for (std::size_t byte = 0; byte < 4; ++byte) {
        bytes[i * setting_bytes + 1 + byte] = static_cast<std::uint8_t>(value >> (8 * byte));
      }
    }
  }

  constexpr bool operator==(const Settings&) const = default;

 private:
  std::int32_t values_[settings_count] = {};
};

}  // namespace sengi::link
