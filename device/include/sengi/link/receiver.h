// SPDX-License-Identifier: Apache-2.0
// Does what downlinks say, and says what came of it. Everything it knows lies in flash, so a
// transfer goes on after any reset, and each downlink may come late, twice, damaged, or out of
// turn.
//
//   Receiver receiver(settings_copies, zones_copies);
//   const Reply reply = receiver.handle(frame, [&](BlobKind kind, const store::Blob& blob) {
//     return kind == BlobKind::zones ? zones_are_sound(blob) : true;   // settings are checked here
//   });
#pragma once

#include "sengi/link/downlink.h"
#include "sengi/link/settings.h"
#include "sengi/store/copies.h"

namespace sengi::link {

template <typename Flash>
class Receiver {
 public:
  // All outlive this.
  Receiver(Flash& flash, store::Copies<Flash>& settings, store::Copies<Flash>& zones)
      : flash_(&flash), copies_{&settings, &zones} {}

  // The settings that are in use, or the initial ones.
  Settings settings() {
    Settings settings;
    const store::Blob& blob = copies_[0]->in_use();
    if (blob.ok) apply(blob, settings);
    return settings;
  }

  // `check(kind, blob)` says whether a blob of zones is one that the device can use. The reply
  // shows from the first piece on that was asked for, else from the first that is missing.
  template <typename Check>
  Reply handle(std::span<const std::uint8_t> frame, Check check) {
    Downlink downlink;
    if (const Fault fault = decode_downlink(frame, downlink); !fault.ok()) {
      Reply reply = describe(downlink.kind, 0, false);
      return refuse(reply,
                    fault.error == Error::wrong_check ? Reason::bad_piece : Reason::malformed);
    }
    const bool asks = downlink.operation == Operation::query;
    const Reason reason = act(downlink, check);
    Reply reply = describe(downlink.kind, asks ? downlink.index : 0, asks);
    return reason == Reason::none ? reply : refuse(reply, reason);
  }

  // What to say of a kind without being asked, such as after a reset.
  Reply describe(BlobKind kind) { return describe(kind, 0, false); }

 private:
  static Reply& refuse(Reply& reply, Reason reason) {
    reply.state = TransferState::refused;
    reply.reason = reason;
    return reply;
  }

  static Reason reason_of(store::Error error) {
    switch (error) {
      case store::Error::none:
        return Reason::none;
      case store::Error::too_large:
        return Reason::too_large;
      case store::Error::old_version:
        return Reason::old_version;
      case store::Error::no_transfer:
        return Reason::other_transfer;
      case store::Error::bad_piece:
        return Reason::bad_piece;
      case store::Error::incomplete:
        return Reason::incomplete;
      case store::Error::bad_checksum:
        return Reason::bad_checksum;
      case store::Error::bad_content:
        return Reason::bad_content;
      case store::Error::on_trial:
        return Reason::on_trial;
      case store::Error::flash_fault:
      case store::Error::full:
      case store::Error::gone:
        return Reason::flash_fault;
    }
    return Reason::flash_fault;
  }

  store::Copies<Flash>& copies(BlobKind kind) { return *copies_[static_cast<std::uint8_t>(kind)]; }

  bool apply(const store::Blob& blob, Settings& settings) {
    std::uint8_t bytes[settings_blob_bytes];
    if (blob.length > sizeof bytes) return false;
    const std::span<std::uint8_t> some(bytes, blob.length);
    return flash_->read(blob.at, some) && settings.apply(some);
  }

  template <typename Check>
  Reason act(const Downlink& downlink, Check check) {
    store::Copies<Flash>& copies = this->copies(downlink.kind);
    const store::Blob& used = copies.in_use();
    const bool names_used = used.ok && used.version == downlink.version;
    switch (downlink.operation) {
      case Operation::begin:
        return reason_of(
            copies.begin({downlink.version, downlink.length, downlink.crc,
                          static_cast<std::uint8_t>(downlink.kind), downlink.piece_bytes}));
      case Operation::piece:
        if (names_used) return Reason::none;  // came once more after all was done
        if (!is_under_way(downlink)) return Reason::other_transfer;
        return reason_of(copies.put(downlink.index, downlink.data));
      case Operation::commit:
        if (names_used) return Reason::none;
        if (!is_under_way(downlink)) return Reason::other_transfer;
        return reason_of(copies.seal([&](const store::Blob& blob) {
          Settings settings;
          return downlink.kind == BlobKind::settings ? apply(blob, settings)
                                                     : check(downlink.kind, blob);
        }));
      case Operation::query:
        return Reason::none;
      case Operation::confirm:
        return names_used ? reason_of(copies.confirm()) : Reason::other_transfer;
      case Operation::roll_back:
        return names_used && copies.roll_back() ? Reason::none : Reason::other_transfer;
      case Operation::set:
        return set(downlink);
    }
    return Reason::malformed;
  }

  // Single settings become a whole new blob, which is on trial like any other.
  Reason set(const Downlink& downlink) {
    if (const store::Blob& used = copies_[0]->in_use(); used.ok) {
      if (used.version == downlink.version) return Reason::none;
      if (used.version > downlink.version) return Reason::old_version;
    }
    Settings changed = settings();
    if (!changed.apply(downlink.data)) return Reason::bad_setting;
    std::uint8_t bytes[settings_blob_bytes];
    changed.write(bytes);
    return reason_of(copies_[0]->replace(static_cast<std::uint8_t>(BlobKind::settings),
                                         downlink.version, bytes,
                                         [](const store::Blob&) { return true; }));
  }

  bool is_under_way(const Downlink& downlink) {
    store::BlobHead head;
    return copies(downlink.kind).transfer(head) && head.version == downlink.version;
  }

  Reply describe(BlobKind kind, std::uint16_t first, bool from_first) {
    store::Copies<Flash>& copies = this->copies(kind);
    Reply reply;
    reply.kind = kind;
    const store::Blob& used = copies.in_use();
    if (used.ok) {
      reply.state = used.confirmed ? TransferState::in_use : TransferState::trial;
      reply.version = static_cast<std::uint16_t>(used.version);
    }
    store::BlobHead head;
    if (!copies.transfer(head) || (used.ok && head.version < used.version)) return reply;
    reply.version = static_cast<std::uint16_t>(head.version);
    reply.state = copies.missing() > 0 ? TransferState::receiving : TransferState::complete;
    std::uint32_t at = first;
    while (!from_first && at < head.pieces() && copies.has_piece(at)) ++at;
    reply.first = static_cast<std::uint16_t>(at);
    for (; at < head.pieces() && reply.shown < Reply::shown_max; ++at) {
      if (!copies.has_piece(at)) reply.set_missing(reply.shown);
      ++reply.shown;
    }
    return reply;
  }

  Flash* flash_;
  store::Copies<Flash>* copies_[blob_kinds];
};

}  // namespace sengi::link
