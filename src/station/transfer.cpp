// SPDX-License-Identifier: Apache-2.0
#include "station/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "link/downlinks.h"
#include "link/names.h"
#include "sengi/link/settings.h"

namespace sengi::station {
namespace {

using link::Operation;
using link::Reason;
using link::TransferState;

constexpr std::array<std::string_view, 7> state_names = {
    "waiting", "sending", "trial", "confirmed", "refused", "rolled_back", "given_up"};

constexpr std::uint8_t faults_max = 5;    // frames in a row that it cannot read
constexpr std::uint8_t restarts_max = 3;  // of a whole that arrives damaged
constexpr std::uint8_t raises_max = 17;   // doubling, all that 16 bits hold
constexpr std::uint8_t doubts_max = 2;    // one may have been long under way

Result<link::Bytes> settings_frame(std::uint16_t version, std::span<const std::uint8_t> blob) {
  std::map<std::string, std::int32_t> settings;
  for (std::size_t at = 0; at + link::setting_bytes <= blob.size(); at += link::setting_bytes) {
    const std::uint8_t id = blob[at];
    if (id < 1 || id > link::settings_count) return Error{"an order of settings that are none"};
    std::uint32_t bits = 0;
    for (std::size_t byte = 0; byte < 4; ++byte)
      bits |= std::uint32_t{blob[at + 1 + byte]} << (8 * byte);
    settings[link::setting_names[id - 1]] = static_cast<std::int32_t>(bits);
  }
  return link::settings_frame(version, settings);
}

}  // namespace

std::string_view name_of(OrderState state) { return state_names[static_cast<std::size_t>(state)]; }

OrderState order_state_named(std::string_view name) {
  const auto found = std::find(state_names.begin(), state_names.end(), name);
  return static_cast<OrderState>(found - state_names.begin());
}

Transfer::Transfer(link::BlobKind kind, std::uint16_t version, std::uint32_t pieces)
    : kind_(kind), version_(version), sent_(pieces, 0), there_(pieces, 0) {}

std::uint32_t Transfer::arrived() const {
  return static_cast<std::uint32_t>(std::count(there_.begin(), there_.end(), 1));
}

void Transfer::end(OrderState state, std::string why) {
  state_ = state;
  note_ = std::move(why);
}

void Transfer::begin_again() {
  begun_ = false;
  std::fill(sent_.begin(), sent_.end(), 0);
  std::fill(there_.begin(), there_.end(), 0);
}

// A device tells the version that it uses and not one that it rolled back, so the way up doubles.
void Transfer::begin_above(std::uint16_t version) {
  const std::uint32_t step = 1U << std::min<std::uint8_t>(raises_, 16);
  const std::uint32_t next = std::max<std::uint32_t>(version_, version) + step;
  if (++raises_ > raises_max || next > 0xFFFF) {
    return end(OrderState::refused,
               fmt::format("it has version {}, and none is left above it", version));
  }
  version_ = static_cast<std::uint16_t>(next);
  begin_again();
}

void Transfer::doubt() {
  if (++doubts_ >= doubts_max || unwanted_) {
    end(OrderState::rolled_back, unwanted_ ? note_ : "what was before is in use again");
  }
}

void Transfer::take_pieces(const link::Reply& reply) {
  const bool all_sent = std::find(sent_.begin(), sent_.end(), 0) == sent_.end();
  const std::size_t first = std::min<std::size_t>(reply.first, there_.size());
  std::fill_n(there_.begin(), first, 1);
  for (std::size_t i = 0; i < reply.shown && first + i < there_.size(); ++i) {
    there_[first + i] = reply.is_missing(i) ? 0 : 1;
    // In the midst of it, what is missing may be under way.
    if (reply.is_missing(i) && all_sent) sent_[first + i] = 0;
  }
  for (std::size_t i = 0; i < there_.size(); ++i) sent_[i] |= there_[i];
}

void Transfer::take_reply(const link::Reply& reply, bool held_up_by_ours) {
  if (reply.kind != kind_ || is_over(state_) || state_ == OrderState::waiting) return;
  const bool about_this = reply.version == version_;
  if (remove_first_ != 0 && reply.version != remove_first_) remove_first_ = 0;
  if (about_this && reply.shown > 0) take_pieces(reply);
  if (reply.state == TransferState::refused) return take_refusal(reply, held_up_by_ours);
  if (!about_this) {
    if (state_ == OrderState::trial) return doubt();
    begun_ = false;
    return;
  }
  faults_ = 0;
  switch (reply.state) {
    case TransferState::receiving:
      if (state_ == OrderState::trial) return doubt();
      begun_ = true;
      return;
    case TransferState::complete:
      std::fill(sent_.begin(), sent_.end(), 1);
      std::fill(there_.begin(), there_.end(), 1);
      begun_ = true;
      return;
    case TransferState::trial:
      state_ = OrderState::trial;
      std::fill(there_.begin(), there_.end(), 1);
      doubts_ = 0;
      return;
    case TransferState::in_use:
      std::fill(there_.begin(), there_.end(), 1);
      return end(OrderState::confirmed, "");
    case TransferState::none:
    case TransferState::refused:
      return;
  }
}

void Transfer::take_refusal(const link::Reply& reply, bool held_up_by_ours) {
  const bool about_this = reply.version == version_;
  const std::string why(link::name_of(reply.reason));
  const bool on_trial = state_ == OrderState::trial;
  switch (reply.reason) {
    case Reason::malformed:
    case Reason::bad_piece:
      if (++faults_ >= faults_max) end(OrderState::refused, why);
      return;
    case Reason::incomplete:
      begun_ = true;
      return;
    case Reason::other_transfer:
      if (on_trial && about_this && unwanted_) {
        unwanted_ = false;
        note_ = "it cannot go back: nothing is before this";
        return;
      }
      if (on_trial && !about_this) return doubt();
      if (!on_trial) begun_ = false;
      return;
    case Reason::old_version:
      if (on_trial) return;
      if (!about_this) return begin_above(reply.version);
      // It had all of this before it was told to begin again.
      begun_ = true;
      std::fill(sent_.begin(), sent_.end(), 1);
      return;
    case Reason::on_trial:
      if (about_this) {
        state_ = OrderState::trial;
      } else if (held_up_by_ours) {
        remove_first_ = reply.version;
        begun_ = false;
      } else {
        end(OrderState::refused,
            fmt::format("version {}, which this station did not send, is on trial", reply.version));
      }
      return;
    case Reason::bad_checksum:
    case Reason::flash_fault:
      if (on_trial) return;
      if (++restarts_ >= restarts_max) return end(OrderState::refused, why);
      return begin_again();
    case Reason::none:
    case Reason::too_large:
    case Reason::bad_content:
    case Reason::bad_setting:
      if (!on_trial) end(OrderState::refused, why);
      return;
  }
}

void Transfer::in_use(std::uint16_t version) {
  if (state_ == OrderState::sending && version == version_) {
    state_ = OrderState::trial;
    std::fill(there_.begin(), there_.end(), 1);
  } else if (state_ == OrderState::trial && version != version_) {
    doubt();
  } else if (state_ == OrderState::trial) {
    doubts_ = 0;
  }
}

void Transfer::abandon(std::string why) {
  if (is_over(state_)) return;
  if (state_ != OrderState::trial) return end(OrderState::given_up, std::move(why));
  unwanted_ = true;
  note_ = std::move(why);
}

void Transfer::give_up(std::string why) {
  if (!is_over(state_)) end(OrderState::given_up, std::move(why));
}

Result<std::uint32_t> pieces_of(std::span<const std::uint8_t> blob, std::size_t frame_bytes) {
  SENGI_TRY(frames, link::transfer_frames(link::BlobKind::zones, 1, blob, frame_bytes));
  return static_cast<std::uint32_t>(frames.size() - 2);
}

Result<link::Bytes> next_frame(Transfer& transfer, std::span<const std::uint8_t> blob,
                               std::size_t frame_bytes) {
  Transfer& t = transfer;
  if (is_over(t.state_)) return link::Bytes();
  if (t.state_ == OrderState::trial) {
    return link::order_frame(t.unwanted_ ? Operation::roll_back : Operation::confirm, t.kind_,
                             t.version_);
  }
  t.state_ = OrderState::sending;
  if (t.remove_first_ != 0) {
    return link::order_frame(Operation::roll_back, t.kind_, t.remove_first_);
  }
  if (t.sent_.empty()) return settings_frame(t.version_, blob);
  SENGI_TRY(frames, link::transfer_frames(t.kind_, t.version_, blob, frame_bytes));
  if (frames.size() != t.sent_.size() + 2) return Error{"an order whose pieces are others"};
  if (!t.begun_) {
    // What follows is sent as if it had arrived; a device that it did not reach says so.
    t.begun_ = true;
    return frames.front();
  }
  const auto next = std::find(t.sent_.begin(), t.sent_.end(), 0);
  if (next == t.sent_.end()) return frames.back();
  *next = 1;
  return frames[static_cast<std::size_t>(next - t.sent_.begin()) + 1];
}

std::vector<std::uint8_t> Transfer::to_bytes() const {
  std::vector<std::uint8_t> bytes = {1,
                                     static_cast<std::uint8_t>(kind_),
                                     static_cast<std::uint8_t>(version_),
                                     static_cast<std::uint8_t>(version_ >> 8),
                                     static_cast<std::uint8_t>(state_),
                                     static_cast<std::uint8_t>(begun_),
                                     static_cast<std::uint8_t>(unwanted_),
                                     static_cast<std::uint8_t>(remove_first_),
                                     static_cast<std::uint8_t>(remove_first_ >> 8),
                                     faults_,
                                     restarts_,
                                     raises_,
                                     doubts_,
                                     static_cast<std::uint8_t>(sent_.size()),
                                     static_cast<std::uint8_t>(sent_.size() >> 8)};
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    bytes.push_back(static_cast<std::uint8_t>(sent_[i] | there_[i] << 1));
  }
  bytes.insert(bytes.end(), note_.begin(), note_.end());
  return bytes;
}

Result<Transfer> Transfer::from_bytes(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t head = 15;
  const auto number = [&](std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
  };
  if (bytes.size() < head || bytes[0] != 1 || bytes.size() < head + number(13) ||
      bytes[4] >= state_names.size() || bytes[1] >= link::blob_kinds) {
    return Error{"a transfer that is none; the database is damaged"};
  }
  Transfer transfer(static_cast<link::BlobKind>(bytes[1]), number(2), number(13));
  transfer.state_ = static_cast<OrderState>(bytes[4]);
  transfer.begun_ = bytes[5] != 0;
  transfer.unwanted_ = bytes[6] != 0;
  transfer.remove_first_ = number(7);
  transfer.faults_ = bytes[9];
  transfer.restarts_ = bytes[10];
  transfer.raises_ = bytes[11];
  transfer.doubts_ = bytes[12];
  for (std::size_t i = 0; i < transfer.sent_.size(); ++i) {
    transfer.sent_[i] = bytes[head + i] & 1U;
    transfer.there_[i] = bytes[head + i] >> 1 & 1U;
  }
  const auto note = bytes.subspan(head + transfer.sent_.size());
  transfer.note_.assign(note.begin(), note.end());
  return transfer;
}

}  // namespace sengi::station
