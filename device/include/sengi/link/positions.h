// SPDX-License-Identifier: Apache-2.0
// Fixes in as few bits as they take: the first on the grid, of the others what differs from where
// the last steps led, in Golomb codes whose orders the encoder chose for these very fixes. Lossless
// but for the grid (fix.h). What does not fit is left for the next message.
//
//   while (!fixes.empty()) {
//     const Encoded made = encode_positions(fixes, sequence++, frame);
//     if (made.error != Error::none) ...  // fixes[0] is nowhere on Earth, or no room for one
//     send(port_of(frame[0]), frame.first(made.bytes));
//     fixes = fixes.subspan(made.taken);
//   }
#pragma once

#include "sengi/link/positions_plan.h"

namespace sengi::link {

// A fix in 11 bytes has its time in minutes, of which 23 bits tell 15.9 years; the reader says from
// when on. The count of messages is down to two bits.
struct LonePosition {
  Fix fix;                    // its time is a whole minute, and 0 where the clock was not set
  std::uint8_t sequence = 0;  // 0 .. 3
};
inline constexpr std::uint32_t lone_minutes = (1U << 23) - 1;  // this one: the clock was not set
inline constexpr std::uint32_t lone_from_s = 1'735'689'600;    // 2025-01-01T00:00:00Z

// Writes one fix in 11 bytes, its time rounded down to the minute.
// Errors: no_room; out_of_range: not on Earth.
constexpr Encoded encode_lone_position(const Fix& fix, std::uint8_t sequence,
                                       std::span<std::uint8_t> frame) {
  if (!on_earth(fix)) return {Error::out_of_range};
  BitWriter writer(payload_room(frame));
  writer.put(fix.clock_set ? fix.time_s / 60 % lone_minutes : lone_minutes, 23);
  writer.put(sequence, 2);
  put_point(writer, to_grid(fix));
  return seal_frame(frame, Id::lone_position, writer);
}

// `from_s`: the time is taken for the first one that fits from there on.
constexpr Fault decode_lone_position(std::span<const std::uint8_t> frame, LonePosition& lone,
                                     std::uint32_t from_s = lone_from_s) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::lone_position, payload); !fault.ok()) return fault;
  if (payload.size() != floor_bytes - header_bytes) return fault_at(Error::wrong_length, 1);
  BitReader reader(payload);
  const std::uint32_t minutes = reader.take(23);
  lone.sequence = static_cast<std::uint8_t>(reader.take(2));
  GridPoint point;
  if (const Fault fault = take_point(reader, point); !fault.ok()) return fault;
  lone.fix = from_grid(point);
  lone.fix.clock_set = minutes != lone_minutes;
  if (lone.fix.clock_set) {
    const std::uint32_t from = (from_s + 59) / 60;
    const std::uint32_t ahead = (minutes + lone_minutes - from % lone_minutes) % lone_minutes;
    lone.fix.time_s = (from + ahead) * 60;
  }
  return {};
}

// Writes as many of the fixes, in the order given, as fit into the frame, 51 bytes at most: into
// fewer than 14 bytes one, as a lone position. A fix that was before the last one, or is under
// another clock, or nowhere on Earth, begins the next message.
// Requires: at least one fix. Errors: no_room; out_of_range: the first fix is not on Earth.
constexpr Encoded encode_positions(std::span<const Fix> fixes, std::uint8_t sequence,
                                   std::span<std::uint8_t> frame) {
  const std::span<std::uint8_t> room = payload_room(frame);
  if (8 * room.size() < batch_head_bits) {
    return encode_lone_position(fixes[0], sequence, frame);
  }
  if (!on_earth(fixes[0])) return {Error::out_of_range};

  BatchPlan plan;
  std::size_t taken = 1;
  if (fixes.size() > 1 && BatchPlanner::follows(fixes[0], fixes[1])) {
    BatchPlanner planner(fixes);
    Step last;
    while (taken < fixes.size() && taken < batch_fixes_max) {
      const Fix& before = fixes[taken - 1];
      const Fix& fix = fixes[taken];
      if (!BatchPlanner::follows(before, fix)) break;
      const Step step = step_between(to_grid(before), to_grid(fix));
      BatchPlan next;
      if (!planner.add(last, step, fix.time_s - before.time_s)) break;
      if (batch_head_bits + planner.best(next) > 8 * room.size()) break;
      plan = next;
      last = step;
      ++taken;
    }
  }

  BitWriter writer(room);
  put_lead(writer, {sequence, fixes[0].clock_set, fixes[0].time_s});
  writer.put(static_cast<std::uint32_t>(taken - 1), 6);
  put_point(writer, to_grid(fixes[0]));
  if (taken > 1) {
    writer.put(plan.prediction, 2);
    writer.put(plan.order, 4);
    writer.put(plan.minutes ? 1 : 0, 1);
    writer.put(plan.minutes ? plan.interval_s / 60 : plan.interval_s, plan.minutes ? 11 : 17);
    writer.put(plan.time_order, 4);
  }
  Step last;
  for (std::size_t i = 1; i < taken; ++i) {
    const Step step = step_between(to_grid(fixes[i - 1]), to_grid(fixes[i]));
    const TimeCode time =
        time_code(fixes[i].time_s - fixes[i - 1].time_s, plan.interval_s, plan.minutes);
    writer.put_golomb(time.slots - 1, 0);
    if (plan.time_order != BatchPlan::exact) {
      writer.put_golomb(zigzag(time.off_units), plan.time_order);
    }
    writer.put_golomb(zigzag(step.rows - predicted(last.rows, plan.prediction)), plan.order);
    writer.put_golomb(zigzag(short_way(step.columns - predicted(last.columns, plan.prediction))),
                      plan.order);
    last = step;
  }
  return seal_frame(frame, Id::positions, writer, static_cast<std::uint8_t>(taken));
}

// The fixes of a batch, in the grid's accuracy and with their times to the second.
// Requires: fixes.size() >= batch_fixes_max. On success the first `count` of them are set.
constexpr Fault decode_positions(std::span<const std::uint8_t> frame, Lead& lead,
                                 std::span<Fix> fixes, std::size_t& count) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::positions, payload); !fault.ok()) return fault;
  BitReader reader(payload);
  if (const Fault fault = take_lead(reader, lead); !fault.ok()) return fault;
  if (reader.left() < 6) return fault_at(Error::too_short, frame.size());
  const std::size_t announced = reader.take(6) + 1;
  GridPoint point;
  if (const Fault fault = take_point(reader, point); !fault.ok()) return fault;
  BatchPlan plan;
  if (announced > 1) {
    const std::size_t at = frame_byte(reader);
    plan.prediction = static_cast<std::uint8_t>(reader.take(2));
    plan.order = static_cast<std::uint8_t>(reader.take(4));
    plan.minutes = reader.take(1) != 0;
    plan.interval_s = plan.minutes ? 60 * reader.take(11) : reader.take(17);
    plan.time_order = static_cast<std::uint8_t>(reader.take(4));
    if (!reader.ok()) return fault_at(Error::too_short, frame.size());
    if (plan.prediction > 2 || plan.interval_s == 0) return fault_at(Error::out_of_range, at);
  }
  Step last;
  std::uint32_t time_s = lead.time_s;
  for (std::size_t i = 0;; ++i) {
    fixes[i] = from_grid(point);
    fixes[i].time_s = time_s;
    fixes[i].clock_set = lead.clock_set;
    if (i + 1 == announced) break;

    const std::size_t at = frame_byte(reader);
    const std::uint32_t slots = reader.take_golomb(0) + 1;
    const bool exact = plan.time_order == BatchPlan::exact;
    const std::int32_t off = exact ? 0 : unzigzag(reader.take_golomb(plan.time_order));
    const std::int32_t rows = unzigzag(reader.take_golomb(plan.order));
    const std::int32_t columns = unzigzag(reader.take_golomb(plan.order));
    if (!reader.ok()) {
      return reader.bad_code() ? fault_at(Error::out_of_range, at)
                               : fault_at(Error::too_short, frame.size());
    }
    if (slots > slots_max) return fault_at(Error::out_of_range, at);
    const std::int64_t seconds =
        std::int64_t{slots} * plan.interval_s + std::int64_t{off} * (plan.minutes ? 60 : 1);
    if (seconds < 0 || seconds > std::int64_t{0xFFFFFFFF} - time_s) {
      return fault_at(Error::out_of_range, at);
    }
    time_s += static_cast<std::uint32_t>(seconds);

    if (columns < -grid_columns / 2 || columns >= grid_columns / 2) {
      return fault_at(Error::out_of_range, at);
    }
    last.rows = predicted(last.rows, plan.prediction) + rows;
    last.columns = short_way(predicted(last.columns, plan.prediction) + columns);
    point.row += last.rows;
    if (point.row < 0 || point.row >= grid_rows) return fault_at(Error::out_of_range, at);
    point.column = (point.column + last.columns + grid_columns) % grid_columns;
  }
  count = announced;
  return close_frame(reader);
}

}  // namespace sengi::link
