// SPDX-License-Identifier: Apache-2.0
// What a collar was told from afar: the zones and settings in use, in copies that survive a reset.
#pragma once

#include "sengi/collar/spec.h"
#include "sengi/geo/zones_check.h"
#include "sengi/link/event.h"
#include "sengi/link/receiver.h"

namespace sengi::collar {

template <typename Flash>
class Orders {
 public:
  // The flash and the zones of `spec` outlive this.
  Orders(Flash& flash, const Spec& spec)
      : flash_(&flash),
        factory_zones_(spec.factory_zones),
        settings_copies_(flash, spec.layout.settings, spec.settings_copies),
        zone_copies_(flash, spec.layout.zones, spec.zone_copies),
        receiver_(flash, settings_copies_, zone_copies_) {}

  // A watchdog's bite is laid to what is on trial.
  void start(link::ResetCause cause) {
    settings_copies_.start();
    zone_copies_.start();
    if (cause == link::ResetCause::watchdog || cause == link::ResetCause::lockup) {
      settings_rolled_back_ = settings_copies_.roll_back();
      zones_rolled_back_ = zone_copies_.roll_back();
    }
    use_zones();
    settings_ = receiver_.settings();
  }

  struct Taken {
    bool zones;     // others are in use now
    bool settings;  // likewise
    std::uint8_t reply_bytes;
  };

  // A downlink; what is to be answered goes into `frame`.
  Taken take(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> frame) {
    const std::uint32_t zones_before = zone_copies_.in_use().version;
    const std::uint32_t settings_before = settings_copies_.in_use().version;
    link::Reply reply = receiver_.handle(bytes, [&](link::BlobKind kind, const store::Blob& blob) {
      return kind != link::BlobKind::zones || are_zones(blob);
    });
    const bool zones = zone_copies_.in_use().version != zones_before;
    const bool settings = settings_copies_.in_use().version != settings_before;
    if (zones) use_zones();
    if (settings) settings_ = receiver_.settings();
    reply.sequence = reply_sequence_++;
    const link::Encoded made = link::encode_reply(reply, frame);
    return {zones, settings, made.error == link::Error::none ? made.bytes : std::uint8_t{0}};
  }

  const link::Settings& settings() const { return settings_; }
  // 0: the defaults.
  std::uint32_t settings_version() const {
    return settings_copies_.in_use().ok ? settings_copies_.in_use().version : 0;
  }
  const geo::Zones& zones() const { return zones_; }
  // 0: the image's own, or none.
  std::uint32_t zones_version() const { return zones_version_; }

  // Since forget_faults().
  bool zones_rolled_back() const { return zones_rolled_back_; }
  bool settings_rolled_back() const { return settings_rolled_back_; }
  void forget_faults() { zones_rolled_back_ = settings_rolled_back_ = false; }

 private:
  bool are_zones(const store::Blob& blob) const {
    const std::span<const std::uint8_t> bytes = flash_->view(blob.at, blob.length);
    return !bytes.empty() && geo::check(bytes) == geo::ZonesFault::none;
  }

  void use_zones() {
    const store::Blob& blob = zone_copies_.in_use();
    zones_version_ = 0;
    if (blob.ok && are_zones(blob)) {
      zones_ = geo::Zones(flash_->view(blob.at, blob.length));
      zones_version_ = blob.version;
    } else if (geo::check(factory_zones_) == geo::ZonesFault::none) {
      zones_ = geo::Zones(factory_zones_);
    } else {
      zones_ = {};
    }
  }

  Flash* flash_;
  std::span<const std::uint8_t> factory_zones_;
  store::Copies<Flash> settings_copies_;
  store::Copies<Flash> zone_copies_;
  link::Receiver<Flash> receiver_;
  link::Settings settings_;
  geo::Zones zones_;
  std::uint32_t zones_version_ = 0;
  std::uint8_t reply_sequence_ = 0;
  bool zones_rolled_back_ = false;
  bool settings_rolled_back_ = false;
};

}  // namespace sengi::collar
