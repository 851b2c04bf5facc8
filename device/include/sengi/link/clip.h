// SPDX-License-Identifier: Apache-2.0
// A piece of a clip of sound, as listen/clip_keeper.h has it, in a message. It decodes alone.
#pragma once

#include "sengi/link/message.h"

namespace sengi::link {

struct ClipPiece {
  std::uint16_t clip = 0;  // low 16 bits of the count of events of the call that it is of
  std::uint8_t piece = 0;
  std::uint8_t last = 0;                  // the number of the clip's last piece
  std::span<const std::uint8_t> block{};  // of signal/clip_codec.h
};

inline constexpr std::size_t clip_head_bytes = 4;    // before the block
inline constexpr std::size_t clip_block_least = 8;   // nine samples
inline constexpr std::size_t clip_block_bytes = 44;  // of the pieces that a collar sends
inline constexpr std::size_t clip_message_bytes = header_bytes + clip_head_bytes + clip_block_bytes;
static_assert(clip_message_bytes <= message_bytes_max);

// `piece` as ClipKeeper::each_piece() gives it. Error: no_room, also for what is no such piece.
constexpr Encoded encode_clip_piece(std::span<const std::uint8_t> piece,
                                    std::span<std::uint8_t> frame) {
  if (piece.size() < clip_head_bytes + clip_block_least ||
      frame.size() < header_bytes + piece.size()) {
    return {Error::no_room};
  }
  frame[0] = static_cast<std::uint8_t>(Id::clip);
  frame[1] = static_cast<std::uint8_t>(piece.size());
  for (std::size_t i = 0; i < piece.size(); ++i) frame[header_bytes + i] = piece[i];
  return {Error::none, static_cast<std::uint8_t>(header_bytes + piece.size()), 1};
}

// The block stays in the frame.
constexpr Fault decode_clip_piece(std::span<const std::uint8_t> frame, ClipPiece& piece) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::clip, payload); !fault.ok()) return fault;
  if (payload.size() < clip_head_bytes + clip_block_least) {
    return fault_at(Error::too_short, frame.size());
  }
  // A WAV block has one sample more than a multiple of eight.
  if ((payload.size() - clip_head_bytes) % 4 != 0) return fault_at(Error::wrong_length, 1);
  piece.clip = static_cast<std::uint16_t>(payload[0] | payload[1] << 8);
  piece.piece = payload[2];
  piece.last = payload[3];
  if (piece.piece > piece.last) return fault_at(Error::out_of_range, header_bytes + 2);
  piece.block = payload.subspan(clip_head_bytes);
  return {};
}

}  // namespace sengi::link
