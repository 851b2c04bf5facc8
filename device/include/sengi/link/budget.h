// SPDX-License-Identifier: Apache-2.0
// How an animal spent a day: minutes by class of behaviour, in the order of the model's labels.
// What is missing to the day's length was not observed.
#pragma once

#include "sengi/link/message.h"

namespace sengi::link {

inline constexpr std::uint8_t behaviours_max = 32;
inline constexpr std::uint16_t budget_minutes_max = 1440;

struct Budget {
  Lead lead;               // its time is when the day began
  std::uint8_t first = 0;  // class of minutes[0]
  std::uint8_t count = 0;  // 1 .. behaviours_max - first
  std::uint16_t minutes[behaviours_max] = {};
};

// Writes the classes from `from` on that fit, two into 11 bytes and 31 into 51: budget.count of
// them in all, from budget.first. `taken` says how many; the rest is for the next message.
// Requires: from < budget.count. Errors: out_of_range; no_room.
constexpr Encoded encode_budget(const Budget& budget, std::uint8_t from,
                                std::span<std::uint8_t> frame) {
  if (budget.first + budget.count > behaviours_max) return {Error::out_of_range};
  const std::span<std::uint8_t> room = payload_room(frame);
  BitWriter writer(room);
  put_lead(writer, budget.lead);
  writer.put(static_cast<std::uint32_t>(budget.first + from), 5);
  std::uint8_t taken = 0;
  while (from + taken < budget.count && writer.bits() + 11 <= 8 * room.size()) {
    const std::uint16_t minutes = budget.minutes[from + taken];
    if (minutes > budget_minutes_max) return {Error::out_of_range};
    writer.put(minutes, 11);
    ++taken;
  }
  if (taken == 0) return {Error::no_room};
  return seal_frame(frame, Id::budget, writer, taken);
}

constexpr Fault decode_budget(std::span<const std::uint8_t> frame, Budget& budget) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::budget, payload); !fault.ok()) return fault;
  BitReader reader(payload);
  budget = {};
  if (const Fault fault = take_lead(reader, budget.lead); !fault.ok()) return fault;
  if (reader.left() < 5 + 11) return fault_at(Error::too_short, frame.size());
  budget.first = static_cast<std::uint8_t>(reader.take(5));
  while (reader.left() >= 11) {
    const std::size_t at = frame_byte(reader);
    if (budget.first + budget.count == behaviours_max) return fault_at(Error::out_of_range, at);
    const std::uint32_t minutes = reader.take(11);
    if (minutes > budget_minutes_max) return fault_at(Error::out_of_range, at);
    budget.minutes[budget.count++] = static_cast<std::uint16_t>(minutes);
  }
  return close_frame(reader);
}

}  // namespace sengi::link
