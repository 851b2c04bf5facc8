// SPDX-License-Identifier: Apache-2.0
// How far a device is with something that it was told, and which frame it is sent next (SPEC.md,
// "Downlinks"). Frames and replies may be lost, come twice or late: what the device says of itself
// decides, and each frame may be sent again.
//
//   Transfer transfer(link::BlobKind::zones, 7, pieces);
//   frame = next_frame(transfer, blob);          // each time that the device listens
//   transfer.take(reply);                        // each time that it answers
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "link/hex.h"
#include "sengi/link/reply.h"

namespace sengi::station {

//   waiting ──▶ sending ──▶ trial ──▶ confirmed
//                  │          └─────▶ rolled_back
//                  ├──▶ refused (by the device, or it is beyond it)
//                  └──▶ given_up (by people, or after months)
enum class OrderState : std::uint8_t {
  waiting,      // nothing was sent yet
  sending,      // begun; so many pieces of so many are there
  trial,        // whole, checked and in use, until it is confirmed or rolled back
  confirmed,    // in use for good
  refused,      // by the device
  rolled_back,  // what was before is in use again
  given_up,
};
std::string_view name_of(OrderState state);
OrderState order_state_named(std::string_view name);  // Requires: a name of one
constexpr bool is_over(OrderState state) { return state > OrderState::trial; }

class Transfer {
 public:
  // `pieces`: 0 where a single frame says it all (settings).
  Transfer(link::BlobKind kind, std::uint16_t version, std::uint32_t pieces);

  OrderState state() const { return state_; }
  link::BlobKind kind() const { return kind_; }
  // Rises where the device has a higher one already.
  std::uint16_t version() const { return version_; }
  std::uint32_t pieces() const { return static_cast<std::uint32_t>(sent_.size()); }
  std::uint32_t arrived() const;
  // Why it was refused or rolled back, or what holds it up.
  const std::string& note() const { return note_; }

  // What a device answers. `is_ours(version)`: whether this station sent it that version once.
  template <typename IsOurs>
  void take(const link::Reply& reply, IsOurs is_ours) {
    const bool held_up = reply.reason == link::Reason::on_trial && reply.version != version_;
    take_reply(reply, held_up && is_ours(reply.version));
  }
  // A status says which version is in use.
  void in_use(std::uint16_t version);
  // It is no longer wanted: on trial it is rolled back, before that it is given up.
  void abandon(std::string why);
  // Nobody hears of it any more, not even if it is on trial.
  void give_up(std::string why);

  // As it is kept in the database. Errors: these are none.
  std::vector<std::uint8_t> to_bytes() const;
  static Result<Transfer> from_bytes(std::span<const std::uint8_t> bytes);

  friend Result<link::Bytes> next_frame(Transfer& transfer, std::span<const std::uint8_t> blob,
                                        std::size_t frame_bytes);

 private:
  void take_reply(const link::Reply& reply, bool held_up_by_ours);
  void take_refusal(const link::Reply& reply, bool held_up_by_ours);
  void take_pieces(const link::Reply& reply);
  void doubt();
  void begin_again();
  void begin_above(std::uint16_t version);
  void end(OrderState state, std::string why);

  link::BlobKind kind_;
  std::uint16_t version_;
  OrderState state_ = OrderState::waiting;
  bool begun_ = false;               // the device was told, and did not say otherwise
  bool unwanted_ = false;            // to be rolled back
  std::uint16_t remove_first_ = 0;   // a version on trial that nobody wants any more
  std::uint8_t faults_ = 0;          // in a row
  std::uint8_t restarts_ = 0;        // of the whole
  std::uint8_t raises_ = 0;          // of the version
  std::uint8_t doubts_ = 0;          // signs in a row that it was rolled back
  std::vector<std::uint8_t> sent_;   // by piece: need not be sent (again)
  std::vector<std::uint8_t> there_;  // by piece: the device said so
  std::string note_;
};

// What the device is to be sent now; empty where nothing is. `blob`: the zones, or of settings five
// bytes each. `frame_bytes`: that fit into a downlink, the same all the way.
Result<link::Bytes> next_frame(Transfer& transfer, std::span<const std::uint8_t> blob,
                               std::size_t frame_bytes);

// Pieces of a blob of zones in such frames. Errors: it cannot be sent.
Result<std::uint32_t> pieces_of(std::span<const std::uint8_t> blob, std::size_t frame_bytes);

}  // namespace sengi::station
