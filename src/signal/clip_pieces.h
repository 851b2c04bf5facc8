// SPDX-License-Identifier: Apache-2.0
// From the pieces of a clip that a device sent (sengi/listen/clip_keeper.h) to sound.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace sengi::signal {

struct ReceivedClip {
  std::uint16_t number = 0;
  std::vector<std::int16_t> samples;        // of the whole clip; zeros where a piece is missing
  std::vector<std::size_t> missing_pieces;  // in order
};

// Puts pieces together, in whatever order and however often each came. Where two differ the first
// counts.
// Errors: no pieces; a piece too short or of another size than the first; pieces of two clips; a
// number beyond the clip's; a block that is none (each with the piece's place in the list).
Result<ReceivedClip> join_pieces(std::span<const std::vector<std::uint8_t>> pieces);

// A WAV file of IMA ADPCM, as any player reads it: blocks of so many samples, back to back.
// Requires: block_samples is 1 more than a multiple of 8; blocks.size() is a multiple of
// clip_block_bytes(block_samples).
std::vector<std::uint8_t> adpcm_wav(std::span<const std::uint8_t> blocks,
                                    std::int32_t block_samples, std::int32_t rate_hz);

}  // namespace sengi::signal
