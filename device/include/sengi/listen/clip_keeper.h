// SPDX-License-Identifier: Apache-2.0
// The last seconds of what a listener heard, compressed as it comes, so that when something is
// found its beginning is still there.
//
//   ClipKeeper<44, 100> keeper;              // 100 pieces of 44 bytes: 4 s at 2 kHz
//   if (listener.push(hop)) ...
//   keeper.push(low_rate_samples, count);    // FrontEnd::last_hop()
//   // something was found, and somebody asked for clips:
//   keeper.each_piece(clip_number, [&](std::span<const std::uint8_t> piece) {
//     return ring.push(tag, piece) == store::Error::none;
//   });
//
// A piece is 4 bytes and a block of clip_codec.h: the clip's number (16 bits, little endian), the
// piece's number from 0, the number of pieces less one, the block. It decodes alone, so one that is
// lost on its way is a gap and no more. With blocks of 44 bytes (81 samples) a piece and the two
// bytes before an uplink fit into 51.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sengi/signal/clip_codec.h"

namespace sengi::listen {

inline constexpr std::size_t clip_piece_head_bytes = 4;

template <std::size_t block_bytes, std::size_t blocks>
class ClipKeeper {
 public:
  static constexpr std::int32_t block_samples = 2 * static_cast<std::int32_t>(block_bytes) - 7;
  static_assert(block_samples >= 9 && block_samples % 8 == 1 && block_bytes <= 236);
  static_assert(blocks >= 1 && blocks <= 256);
  static constexpr std::size_t piece_bytes = clip_piece_head_bytes + block_bytes;

  // Hears `count` samples at the low rate.
  void push(const std::int16_t* samples, std::int32_t count) {
    for (std::int32_t i = 0; i < count; ++i) {
      waiting_[held_++] = samples[i];
      if (held_ < block_samples) continue;
      held_ = 0;
      encoder_.encode(waiting_, block_samples, ring_[next_]);
      next_ = next_ + 1 == blocks ? 0 : next_ + 1;
      if (kept_ < blocks) ++kept_;
    }
  }

  // Blocks that are kept.
  std::size_t size() const { return kept_; }

  // Gives each piece, oldest first, to use(piece), until that returns false. What is not yet a
  // whole block is left out. Returns whether all were taken.
  template <typename Use>
  bool each_piece(std::uint16_t clip, Use use) const {
    std::uint8_t piece[piece_bytes];
    piece[0] = static_cast<std::uint8_t>(clip & 0xff);
    piece[1] = static_cast<std::uint8_t>(clip >> 8);
    piece[3] = static_cast<std::uint8_t>(kept_ - 1);
    std::size_t at = kept_ < blocks ? 0 : next_;
    for (std::size_t i = 0; i < kept_; ++i) {
      piece[2] = static_cast<std::uint8_t>(i);
      std::memcpy(piece + clip_piece_head_bytes, ring_[at], block_bytes);
      if (!use(std::span<const std::uint8_t>(piece))) return false;
      at = at + 1 == blocks ? 0 : at + 1;
    }
    return true;
  }

  void reset() {
    held_ = 0;
    next_ = 0;
    kept_ = 0;
    encoder_.reset();
  }

 private:
  signal::ClipEncoder encoder_;
  std::int16_t waiting_[static_cast<std::size_t>(block_samples)];
  std::int32_t held_ = 0;
  std::uint8_t ring_[blocks][block_bytes];
  std::size_t next_ = 0;
  std::size_t kept_ = 0;
};

}  // namespace sengi::listen
