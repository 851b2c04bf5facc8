// SPDX-License-Identifier: Apache-2.0
// A collar that is told things: the code that runs on a device (sengi/collar/orders.h), over flash
// whose power may fail at any byte.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "link/fake_flash.h"
#include "sengi/collar/orders.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {

class ToldCollar {
  struct Flash : link::FakeFlash {
    using FakeFlash::FakeFlash;
    std::span<const std::uint8_t> view(std::uint32_t at, std::uint32_t bytes) {
      return std::span<const std::uint8_t>(this->bytes()).subspan(at, bytes);
    }
  };

 public:
  explicit ToldCollar(unsigned seed) : random_(seed) { start(link::ResetCause::power_on); }

  void start(link::ResetCause cause) {
    flash_.restore_power();
    orders_ = std::make_unique<collar::Orders<Flash>>(flash_, spec());
    orders_->start(cause);
    ++starts_;
    reply_.reset();
  }
  // The power fails somewhere in what it does next.
  void fail_soon() { flash_.cut_after(random_() % 2'000, static_cast<unsigned>(random_())); }

  void take(const link::Bytes& downlink) {
    try {
      link::Bytes frame(link::message_bytes_max);
      const auto taken = orders_->take(downlink, frame);
      frame.resize(taken.reply_bytes);
      reply_ = std::move(frame);
    } catch (const link::PowerCut&) {
      start(link::ResetCause::brown_out);
    }
  }

  // What it sends next: an answer, if it has one, else how it is.
  link::Bytes speak(std::uint32_t time_s) {
    if (reply_) return std::exchange(reply_, std::nullopt).value();
    link::Status status;
    status.lead = {static_cast<std::uint8_t>(spoken_++), true, time_s};
    status.battery_mv = 3'700;
    status.full = true;
    status.firmware = link::firmware_version(1, 4, 2);
    status.zones = static_cast<std::uint16_t>(orders_->zones_version());
    status.settings = static_cast<std::uint16_t>(orders_->settings_version());
    link::Bytes frame(link::message_bytes_max);
    frame.resize(link::encode_status(status, frame).bytes);
    return frame;
  }

  const geo::Zones& zones() const { return orders_->zones(); }
  std::uint32_t zones_version() const { return orders_->zones_version(); }
  std::uint32_t settings_version() const { return orders_->settings_version(); }
  std::int32_t setting(link::SettingId id) const { return orders_->settings()[id]; }
  // Whether it has it for good: after many starts it is still there.
  bool keeps_zones(std::uint32_t version) {
    for (int i = 0; i < 6; ++i) start(link::ResetCause::watchdog);
    return orders_->zones_version() == version;
  }
  bool keeps_settings(std::uint32_t version) {
    for (int i = 0; i < 6; ++i) start(link::ResetCause::watchdog);
    return orders_->settings_version() == version;
  }

 private:
  static const collar::Spec& spec() {
    static const collar::Spec one = [] {
      collar::Spec made;
      made.layout = collar::Layout::of(0, 96, 36);
      return made;
    }();
    return one;
  }

  Flash flash_{4096, 96};
  std::unique_ptr<collar::Orders<Flash>> orders_;
  std::optional<link::Bytes> reply_;
  std::mt19937 random_;
  int starts_ = 0;
  int spoken_ = 0;
};

}  // namespace sengi::station
