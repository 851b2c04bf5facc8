// SPDX-License-Identifier: Apache-2.0
// What people and JSON call what the messages number.
#pragma once

#include <array>
#include <string_view>

#include "sengi/link/event.h"
#include "sengi/link/readings.h"
#include "sengi/link/reply.h"

namespace sengi::link {

inline constexpr std::array<std::string_view, event_kinds> event_names = {
    "zone_warning", "zone_entry", "zone_exit",   "immobility",
    "movement",     "call",       "battery_low", "reset"};
inline constexpr std::array<std::string_view, reset_causes> reset_names = {
    "unknown", "power_on", "brown_out", "watchdog", "software", "pin", "lockup"};
inline constexpr std::array<std::string_view, blob_kinds> blob_names = {"settings", "zones"};
inline constexpr std::array<std::string_view, transfer_states> transfer_names = {
    "none", "receiving", "complete", "trial", "in_use", "refused"};
inline constexpr std::array<std::string_view, reasons> reason_names = {
    "none",       "malformed",    "old_version", "too_large", "other_transfer", "bad_piece",
    "incomplete", "bad_checksum", "bad_content", "on_trial",  "flash_fault",    "bad_setting"};

// Each with its unit, and how many steps of the message are one of it.
struct QuantityName {
  std::string_view name;
  std::string_view unit;
  int steps;
};
inline constexpr std::array<QuantityName, quantities> quantity_names = {
    {{"air_temperature", "C", 100},
     {"soil_temperature", "C", 100},
     {"soil_moisture", "m3/m3", 10'000},
     {"humidity", "%", 100},
     {"pressure", "hPa", 10},
     {"rain", "mm", 10},
     {"wind_speed", "m/s", 100},
     {"irradiance", "W/m2", 10},
     {"leaf_wetness", "%", 100},
     {"water_level", "mm", 1}}};

// By bit.
inline constexpr std::array<std::string_view, 9> status_error_names = {
    "gps", "accelerometer", "microphone", "radio", "flash", "clock", "zones", "settings", "lost"};
inline constexpr std::array<std::string_view, 7> opencollar_error_names = {
    "lr", "ble", "ublox", "acc", "bat", "ublox_fix", "flash"};

// Requires: a value of the enumeration.
constexpr std::string_view name_of(EventKind kind) {
  return event_names[static_cast<std::size_t>(kind)];
}
constexpr std::string_view name_of(ResetCause cause) {
  return reset_names[static_cast<std::size_t>(cause)];
}
constexpr std::string_view name_of(BlobKind kind) {
  return blob_names[static_cast<std::size_t>(kind)];
}
constexpr std::string_view name_of(TransferState state) {
  return transfer_names[static_cast<std::size_t>(state)];
}
constexpr std::string_view name_of(Reason reason) {
  return reason_names[static_cast<std::size_t>(reason)];
}

constexpr const QuantityName& name_of(Quantity quantity) {
  return quantity_names[static_cast<std::size_t>(quantity)];
}

}  // namespace sengi::link
