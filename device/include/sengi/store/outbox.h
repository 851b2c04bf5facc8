// SPDX-License-Identifier: Apache-2.0
// What waits to be sent, by rank. Each rank has a ring of sectors of its own, so none displaces
// another: a flood of status messages costs no position, and no number of positions an event.
//
// The rule: events are sent before positions, positions before status, within a rank the oldest
// first. Where a rank's ring is full, its own oldest sector makes room, for what is new says most
// about an animal that is alive.
#pragma once

#include "sengi/store/ring.h"

namespace sengi::store {

enum class Rank : std::uint8_t {
  event = 0,
  position = 1,  // and daily budgets
  status = 2,
};
inline constexpr std::uint8_t ranks = 3;

// Of the sectors of an area: an eighth for events, an eighth for status, at least 3 each, and the
// rest for positions. Requires: at least 9 sectors.
struct OutboxLayout {
  Area area[ranks];

  static constexpr OutboxLayout of(Area whole) {
    const std::uint32_t eighth = whole.sectors / 8 < 3 ? 3 : whole.sectors / 8;
    const std::uint32_t rest = whole.sectors - 2 * eighth;
    return {{{whole.first_sector, eighth},
             {whole.first_sector + eighth, rest},
             {whole.first_sector + eighth + rest, eighth}}};
  }
};

template <typename Flash>
class Outbox {
 public:
  struct Entry {
    Rank rank = Rank::event;
    typename Ring<Flash>::Cursor cursor;

    std::size_t bytes() const { return cursor.record.length; }
    std::uint8_t port() const { return cursor.record.tag; }
  };

  // The flash outlives this.
  Outbox(Flash& flash, const OutboxLayout& layout)
      : rings_{{flash, layout.area[0], WhenFull::drop_oldest},
               {flash, layout.area[1], WhenFull::drop_oldest},
               {flash, layout.area[2], WhenFull::drop_oldest}} {}

  // After each reset.
  void open() {
    for (Ring<Flash>& ring : rings_) ring.open();
  }

  // The number that the next message of that rank gets; its low 8 bits belong into the message.
  std::uint32_t next_sequence(Rank rank) const { return ring(rank).next_sequence(); }

  // Keeps a message until it is acknowledged. `port` comes back with it.
  Error push(Rank rank, std::uint8_t port, std::span<const std::uint8_t> message) {
    return ring(rank).push(port, message);
  }

  // What is to be sent first; false where nothing waits.
  bool first(Entry& entry) { return find(entry, 0); }

  // What is to be sent after that, where several may be under way at once.
  bool next(Entry& entry) {
    if (ring(entry.rank).next(entry.cursor)) return true;
    return find(entry, static_cast<std::uint8_t>(static_cast<std::uint8_t>(entry.rank) + 1));
  }

  Error read(const Entry& entry, std::span<std::uint8_t> bytes) {
    return ring(entry.rank).read(entry.cursor, bytes);
  }

  Error acknowledge(const Entry& entry) { return ring(entry.rank).acknowledge(entry.cursor); }

  Ring<Flash>& ring(Rank rank) { return rings_[static_cast<std::uint8_t>(rank)]; }
  const Ring<Flash>& ring(Rank rank) const { return rings_[static_cast<std::uint8_t>(rank)]; }

  // Over all ranks; see Ring.
  std::uint32_t waiting() {
    return sum([](Ring<Flash>& one) { return one.waiting(); });
  }
  std::uint32_t dropped() {
    return sum([](Ring<Flash>& one) { return one.dropped(); });
  }
  std::uint32_t corrupt_sectors() {
    return sum([](Ring<Flash>& one) { return one.corrupt_sectors(); });
  }

 private:
  bool find(Entry& entry, std::uint8_t from) {
    for (std::uint8_t rank = from; rank < ranks; ++rank) {
      entry.rank = static_cast<Rank>(rank);
      if (rings_[rank].first(entry.cursor)) return true;
    }
    return false;
  }

  template <typename Function>
  std::uint32_t sum(Function function) {
    std::uint32_t total = 0;
    for (Ring<Flash>& one : rings_) total += function(one);
    return total;
  }

  Ring<Flash> rings_[ranks];
};

}  // namespace sengi::store
