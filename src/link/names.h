// SPDX-License-Identifier: Apache-2.0
// What people and JSON call what the messages number.
#pragma once

#include <array>
#include <string_view>

#include "sengi/link/event.h"
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

}  // namespace sengi::link
