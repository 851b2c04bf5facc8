// SPDX-License-Identifier: Apache-2.0
// What a collar must not forget between two messages: fixes that wait to be sent, and how far the
// day has come. A fix is in flash before the step that took it ends, so a brown-out costs nothing
// that was seen; one between keeping a message and crossing out its fixes sends them twice, never
// not at all.
#pragma once

#include "sengi/collar/activity.h"
#include "sengi/link/fix.h"
#include "sengi/store/ring.h"

namespace sengi::collar {

// What goes on after a reset.
struct Memory {
  std::uint16_t boots = 0;  // starts so far, this one not counted
  bool clock_set = false;
  std::uint32_t utc_s = 0;    // when this was written
  std::uint32_t lost = 0;     // messages that were ever dropped
  std::uint32_t still_s = 0;  // see Immobility
  bool immobile = false;
  std::uint32_t charge_uah = 0;     // spent this day
  std::int32_t solar_offset_s = 0;  // of the day that is going on
  DayBudget today;
};

namespace memory_form {

inline constexpr std::uint8_t version = 1;
inline constexpr std::size_t head_bytes = 32;
inline constexpr std::size_t bytes = head_bytes + 4 * behaviours_max;

inline void write(const Memory& memory, std::span<std::uint8_t> out) {
  store::put_u32(out, 0,
                 version | (memory.clock_set ? 0x100U : 0U) | (memory.immobile ? 0x200U : 0U) |
                     static_cast<std::uint32_t>(memory.boots) << 16);
  store::put_u32(out, 4, memory.utc_s);
  store::put_u32(out, 8, memory.lost);
  store::put_u32(out, 12, memory.still_s);
  store::put_u32(out, 16, memory.charge_uah);
  store::put_u32(out, 20, static_cast<std::uint32_t>(memory.solar_offset_s));
  store::put_u32(out, 24, memory.today.day);
  store::put_u32(out, 28, 0);
  for (std::size_t i = 0; i < behaviours_max; ++i) {
    store::put_u32(out, head_bytes + 4 * i, memory.today.seconds[i]);
  }
}

inline bool read(std::span<const std::uint8_t> in, Memory& memory) {
  if (in.size() != bytes || in[0] != version) return false;
  const std::uint32_t first = store::get_u32(in, 0);
  memory.clock_set = (first & 0x100U) != 0;
  memory.immobile = (first & 0x200U) != 0;
  memory.boots = static_cast<std::uint16_t>(first >> 16);
  memory.utc_s = store::get_u32(in, 4);
  memory.lost = store::get_u32(in, 8);
  memory.still_s = store::get_u32(in, 12);
  memory.charge_uah = store::get_u32(in, 16);
  memory.solar_offset_s = static_cast<std::int32_t>(store::get_u32(in, 20));
  memory.today.day = store::get_u32(in, 24);
  for (std::size_t i = 0; i < behaviours_max; ++i) {
    memory.today.seconds[i] = store::get_u32(in, head_bytes + 4 * i);
  }
  return true;
}

}  // namespace memory_form

template <typename Flash>
class Journal {
 public:
  static constexpr std::size_t fixes_max = 32;  // that can wait

  // The flash outlives this. Requires: at least 3 sectors.
  Journal(Flash& flash, store::Area area) : ring_(flash, area, store::WhenFull::drop_oldest) {}

  // After a reset: finds the fixes that wait and the latest memory. Returns whether there is one.
  bool open(Memory& memory) {
    ring_.open();
    waiting_ = 0;
    bool found = false;
    typename store::Ring<Flash>::Cursor cursor;
    for (bool more = ring_.first(cursor); more; more = ring_.next(cursor)) {
      std::uint8_t bytes[memory_form::bytes];
      if (cursor.record.length > sizeof bytes) continue;
      const std::span<std::uint8_t> some(bytes, cursor.record.length);
      if (ring_.read(cursor, some) != store::Error::none) continue;
      if (cursor.record.tag == fix_tag && some.size() == fix_bytes) {
        add(read_fix(some));
      } else if (cursor.record.tag == memory_tag && memory_form::read(some, memory)) {
        found = true;
      }
    }
    return found;
  }

  // Keeps a fix until forget(). Where so many wait that there is no room, the oldest goes; returns
  // false then. A flash that takes nothing leaves it in RAM.
  bool keep(const link::Fix& fix) {
    std::uint8_t bytes[fix_bytes];
    store::put_u32(bytes, 0, fix.time_s);
    store::put_u32(bytes, 4, static_cast<std::uint32_t>(fix.latitude_e7));
    store::put_u32(bytes, 8, static_cast<std::uint32_t>(fix.longitude_e7));
    store::put_u32(bytes, 12, fix.clock_set ? 1 : 0);
    if (ring_.push(fix_tag, bytes) != store::Error::none) faulty_ = true;
    return add(fix);
  }

  // Oldest first.
  std::span<const link::Fix> waiting() const { return {fixes_, waiting_}; }

  // The oldest `count` are in a message that is kept.
  void forget(std::size_t count) {
    typename store::Ring<Flash>::Cursor cursor;
    for (bool more = ring_.first(cursor); more; more = ring_.next(cursor)) {
      std::uint8_t bytes[fix_bytes];
      if (cursor.record.tag != fix_tag || cursor.record.length != fix_bytes) continue;
      if (ring_.read(cursor, bytes) != store::Error::none) continue;
      const link::Fix kept = read_fix(bytes);
      for (std::size_t i = 0; i < count; ++i) {
        if (fixes_[i] == kept) ring_.acknowledge(cursor);
      }
    }
    for (std::size_t i = count; i < waiting_; ++i) fixes_[i - count] = fixes_[i];
    waiting_ -= count;
  }

  // Replaces what was remembered.
  void remember(const Memory& memory) {
    std::uint8_t bytes[memory_form::bytes];
    memory_form::write(memory, bytes);
    std::uint32_t sequence = 0;
    if (ring_.push(memory_tag, bytes, &sequence) != store::Error::none) {
      faulty_ = true;
      return;
    }
    typename store::Ring<Flash>::Cursor cursor;
    for (bool more = ring_.first(cursor); more; more = ring_.next(cursor)) {
      if (cursor.record.tag == memory_tag && cursor.record.sequence != sequence) {
        ring_.acknowledge(cursor);
      }
    }
  }

  bool faulty() const { return faulty_ || ring_.corrupt_sectors() > 0; }

 private:
  static constexpr std::uint8_t fix_tag = 1;
  static constexpr std::uint8_t memory_tag = 2;
  static constexpr std::size_t fix_bytes = 16;

  static link::Fix read_fix(std::span<const std::uint8_t> bytes) {
    return {store::get_u32(bytes, 0), static_cast<std::int32_t>(store::get_u32(bytes, 4)),
            static_cast<std::int32_t>(store::get_u32(bytes, 8)), store::get_u32(bytes, 12) != 0};
  }

  bool add(const link::Fix& fix) {
    const bool full = waiting_ == fixes_max;
    if (full) forget(1);
    fixes_[waiting_++] = fix;
    return !full;
  }

  store::Ring<Flash> ring_;
  link::Fix fixes_[fixes_max] = {};
  std::size_t waiting_ = 0;
  bool faulty_ = false;
};

}  // namespace sengi::collar
