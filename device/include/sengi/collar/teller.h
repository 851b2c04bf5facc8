// SPDX-License-Identifier: Apache-2.0
// Makes messages of what a collar knows, and keeps them to be sent. Events are urgent, all else
// waits for a report. What flash will not take is counted as lost; fixes wait on.
#pragma once

#include "sengi/collar/journal.h"
#include "sengi/collar/uplinks.h"
#include "sengi/link/budget.h"
#include "sengi/link/clip.h"
#include "sengi/link/event.h"
#include "sengi/link/positions.h"
#include "sengi/link/status.h"

namespace sengi::collar {

template <typename Flash>
class Teller {
 public:
  // Both outlive this. `message_bytes`: what the slowest rate in use carries.
  Teller(Uplinks<Flash>& uplinks, Journal<Flash>& journal, std::uint8_t message_bytes)
      : uplinks_(&uplinks), journal_(&journal), message_bytes_(message_bytes) {}

  // The lead's number is filled in; its time is the caller's.
  void event(link::Event event) {
    event.lead.sequence = number(store::Rank::event);
    std::uint8_t frame[link::message_bytes_max];
    keep(store::Rank::event, frame, link::encode_event(event, room(frame)), true);
  }

  // Messages of the fixes that wait. With `all` false those that fill a message, with it true the
  // last ones too.
  void positions(bool all) {
    while (!journal_->waiting().empty()) {
      std::uint8_t frame[link::message_bytes_max];
      const std::span<const link::Fix> fixes = journal_->waiting();
      const link::Encoded made =
          link::encode_positions(fixes, number(store::Rank::position), room(frame));
      if (made.error != link::Error::none) {
        journal_->forget(1);  // nowhere on Earth: cannot be, and must not block the others
        ++lost_;
        continue;
      }
      if (!all && made.taken == fixes.size()) return;
      if (!uplinks_->keep(store::Rank::position, {frame, made.bytes}, false)) return;
      journal_->forget(made.taken);
    }
  }

  // A day's minutes by class, in as many messages as they take.
  void budget(const DayBudget& day, std::uint8_t classes, std::uint32_t began_s, bool clock_set) {
    link::Budget budget;
    budget.lead = {0, clock_set, began_s};
    budget.count = classes;
    for (std::size_t i = 0; i < classes; ++i) budget.minutes[i] = day.minutes(i);
    for (std::uint8_t from = 0; from < classes;) {
      budget.lead.sequence = number(store::Rank::position);
      std::uint8_t frame[link::message_bytes_max];
      const link::Encoded made = link::encode_budget(budget, from, room(frame));
      if (!keep(store::Rank::position, frame, made, false)) return;
      from = static_cast<std::uint8_t>(from + made.taken);
    }
  }

  // Last of all that waits: it may be long.
  bool clip_piece(std::span<const std::uint8_t> piece) {
    std::uint8_t frame[link::message_bytes_max];
    return keep(store::Rank::status, frame, link::encode_clip_piece(piece, room(frame)), false);
  }

  bool status(link::Status status) {
    status.lead.sequence = number(store::Rank::status);
    std::uint8_t frame[link::message_bytes_max];
    return keep(store::Rank::status, frame, link::encode_status(status, room(frame)), false);
  }

  // Since the reset.
  std::uint32_t lost() const {
    return lost_ + uplinks_->outbox().dropped() + uplinks_->unreadable();
  }
  void count_lost() { ++lost_; }

 private:
  std::span<std::uint8_t> room(std::uint8_t* frame) const { return {frame, message_bytes_}; }
  std::uint8_t number(store::Rank rank) const {
    return static_cast<std::uint8_t>(uplinks_->next_sequence(rank));
  }

  bool keep(store::Rank rank, const std::uint8_t* frame, const link::Encoded& made, bool urgent) {
    if (made.error == link::Error::none && uplinks_->keep(rank, {frame, made.bytes}, urgent)) {
      return true;
    }
    ++lost_;
    return false;
  }

  Uplinks<Flash>* uplinks_;
  Journal<Flash>* journal_;
  std::uint8_t message_bytes_;
  std::uint32_t lost_ = 0;
};

}  // namespace sengi::collar
