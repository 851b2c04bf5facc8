// SPDX-License-Identifier: Apache-2.0
// When a message that is kept goes out: at once where it is urgent, else when a report is due; one
// at a time, within the share of airtime; and after silence from the network later and later, for a
// radio that shouts into an empty valley drains the battery.
//
// A message leaves the flash when the network has acknowledged it, and not before.
#pragma once

#include "sengi/link/airtime.h"
#include "sengi/link/duty_cycle.h"
#include "sengi/link/message.h"
#include "sengi/store/outbox.h"

namespace sengi::collar {

struct RadioSpec {
  link::Region region = link::Region::eu868;
  std::uint8_t data_rate = 0;
  std::uint32_t hour_us = link::DutyCycle::eu868_us;
  std::uint32_t answer_s = 30;    // an answer that has not come by then does not
  std::uint32_t patience_s = 60;  // after the first silence; doubled by each that follows
  std::uint32_t patience_most_s = 4 * 3600;
};

struct Transmission {
  std::uint8_t port = 0;
  std::uint8_t bytes = 0;  // of `frame`; 0: there is none
  std::uint32_t airtime_us = 0;
  std::uint8_t frame[link::message_bytes_max] = {};
};

template <typename Flash>
class Uplinks {
 public:
  static constexpr std::uint32_t never = 0xFFFFFFFF;

  Uplinks(Flash& flash, const store::OutboxLayout& layout, const RadioSpec& spec)
      : spec_(spec), outbox_(flash, layout), governor_(spec.hour_us, spec.hour_us / 2) {}

  void open() { outbox_.open(); }

  std::uint32_t next_sequence(store::Rank rank) const { return outbox_.next_sequence(rank); }

  // Keeps a message; an urgent one is due at once. false where flash would not take it.
  bool keep(store::Rank rank, std::span<const std::uint8_t> message, bool urgent) {
    if (outbox_.push(rank, link::port_of(message[0]), message) != store::Error::none) return false;
    if (urgent) due_ = true;
    return true;
  }

  // An answer to a downlink. It is about now: it goes before all else, and is lost by a reset.
  void answer(std::span<const std::uint8_t> message) {
    answer_bytes_ = static_cast<std::uint8_t>(message.size());
    for (std::size_t i = 0; i < message.size(); ++i) answer_[i] = message[i];
    // Whoever sent a downlink hears us.
    silences_ = 0;
    retry_s_ = 0;
  }

  // All that waits may go now.
  void report() { due_ = true; }

  // What is to be sent now, if anything; then it is under way until acknowledged() or silent().
  bool next(std::uint32_t uptime_s, Transmission& out) {
    out.bytes = 0;
    if (under_way_ || uptime_s < retry_s_) return false;
    if (answer_bytes_ > 0) return send_answer(uptime_s, out);
    if (!due_) return false;
    // What cannot be read or sent does not hold up what comes after it.
    for (int attempt = 0; attempt < 4; ++attempt) {
      if (!outbox_.first(entry_)) {
        due_ = false;
        return false;
      }
      const std::size_t bytes = entry_.bytes();
      if (bytes > 0 && bytes <= sizeof out.frame &&
          outbox_.read(entry_, std::span<std::uint8_t>(out.frame, bytes)) == store::Error::none) {
        if (!may_send(uptime_s, bytes, out)) return false;
        out.port = entry_.port();
        is_answer_ = false;
        return true;
      }
      ++unreadable_;
      if (outbox_.acknowledge(entry_) != store::Error::none) break;
    }
    due_ = false;
    return false;
  }

  void acknowledged() {
    if (!under_way_) return;
    under_way_ = false;
    silences_ = 0;
    ++heard_;
    if (is_answer_) {
      answer_bytes_ = 0;
    } else {
      outbox_.acknowledge(entry_);
    }
  }

  // The network did not answer.
  void silent(std::uint32_t uptime_s) {
    if (!under_way_) return;
    under_way_ = false;
    if (is_answer_) answer_bytes_ = 0;  // whoever wants to know asks again
    if (silences_ < 16) ++silences_;
    std::uint32_t wait_s = spec_.patience_s;
    for (std::uint8_t i = 1; i < silences_ && wait_s < spec_.patience_most_s; ++i) wait_s *= 2;
    retry_s_ = uptime_s + (wait_s < spec_.patience_most_s ? wait_s : spec_.patience_most_s);
  }

  // Lets a transmission that was never answered go.
  void turn(std::uint32_t uptime_s) {
    if (under_way_ && uptime_s - sent_s_ >= spec_.answer_s) silent(uptime_s);
  }

  // The uptime at which turn() and next() are to be called again, if nothing comes before.
  std::uint32_t wake_s() const {
    if (under_way_) return sent_s_ + spec_.answer_s;
    return due_ || answer_bytes_ > 0 ? retry_s_ : never;
  }

  bool hears() const { return silences_ == 0; }
  // Messages acknowledged since the reset, and ones that flash could not give back.
  std::uint32_t heard() const { return heard_; }
  std::uint32_t unreadable() const { return unreadable_; }

  store::Outbox<Flash>& outbox() { return outbox_; }

 private:
  bool send_answer(std::uint32_t uptime_s, Transmission& out) {
    if (!may_send(uptime_s, answer_bytes_, out)) return false;
    for (std::size_t i = 0; i < answer_bytes_; ++i) out.frame[i] = answer_[i];
    out.port = link::port_of(answer_[0]);
    is_answer_ = true;
    return true;
  }

  bool may_send(std::uint32_t uptime_s, std::size_t bytes, Transmission& out) {
    const std::uint32_t airtime_us =
        link::uplink_us(spec_.region, spec_.data_rate, static_cast<std::uint32_t>(bytes));
    const std::uint32_t wait_min = governor_.wait_min(uptime_s / 60, airtime_us);
    if (wait_min != 0) {
      const std::uint32_t wait = wait_min < 60 ? wait_min : 60;
      retry_s_ = (uptime_s / 60 + wait) * 60;
      return false;
    }
    governor_.sent(uptime_s / 60, airtime_us);
    out.bytes = static_cast<std::uint8_t>(bytes);
    out.airtime_us = airtime_us;
    under_way_ = true;
    sent_s_ = uptime_s;
    return true;
  }

  RadioSpec spec_;
  store::Outbox<Flash> outbox_;
  link::DutyCycle governor_;
  typename store::Outbox<Flash>::Entry entry_;
  std::uint8_t answer_[link::message_bytes_max] = {};
  std::uint8_t answer_bytes_ = 0;
  std::uint8_t silences_ = 0;
  bool due_ = false;
  bool under_way_ = false;
  bool is_answer_ = false;
  std::uint32_t sent_s_ = 0;
  std::uint32_t retry_s_ = 0;
  std::uint32_t heard_ = 0;
  std::uint32_t unreadable_ = 0;
};

}  // namespace sengi::collar
