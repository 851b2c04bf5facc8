// SPDX-License-Identifier: Apache-2.0
// Sounds at 4 bits a sample: IMA ADPCM (Interactive Multimedia Association 1992, "Recommended
// practices for enhancing digital audio compatibility in multimedia systems"), in the blocks of WAV
// files, so that any player plays what comes back from a device.
//
//   ClipEncoder encoder;
//   std::uint8_t block[clip_block_bytes(505)];
//   encoder.encode(samples, 505, block);      // each block decodes alone
//
// A block: the first sample (16 bits, little endian), the step's index (8 bits), a zero byte, then
// a nibble for each further sample, the earlier of two in the lower half. A nibble is a sign and
// three bits of the difference to what the last sample was decoded to, in eighths of the step plus
// an eighth; the index then moves by its size. Differences are found as the standard finds them, by
// comparisons, so encoders of other makers write the same bytes.
//
// Integers only, the same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::signal {

// Of a block of so many samples. Requires: samples is 1 more than a multiple of 8, as WAV files
// have it.
constexpr std::size_t clip_block_bytes(std::int32_t samples) {
  return 4 + static_cast<std::size_t>(samples - 1) / 2;
}

namespace clip_steps {

inline constexpr std::int32_t last_index = 88;
inline constexpr std::int16_t sizes[last_index + 1] = {
    7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,   21,    23,
    25,    28,    31,    34,    37,    41,    45,    50,    55,    60,    66,   73,    80,
    88,    97,    107,   118,   130,   143,   157,   173,   190,   209,   230,  253,   279,
    307,   337,   371,   408,   449,   494,   544,   598,   658,   724,   796,  876,   963,
    1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,  2272,  2499,  2749, 3024,  3327,
    3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,  9493, 10442, 11487,
    12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767};

// Where the index goes after a nibble, by its three bits.
inline constexpr std::int8_t moves[8] = {-1, -1, -1, -1, 2, 4, 6, 8};

}  // namespace clip_steps

// What both sides keep from sample to sample.
class ClipState {
 public:
  constexpr ClipState() = default;
  // Requires: index from 0 to 88.
  constexpr ClipState(std::int16_t sample, std::int32_t index) : sample_(sample), index_(index) {}

  constexpr std::int32_t sample() const { return sample_; }
  constexpr std::int32_t index() const { return index_; }

  // The nibble for the next sample, and what it is decoded to from now on.
  constexpr std::uint8_t encode(std::int16_t next) {
    std::int32_t step = clip_steps::sizes[index_];
    std::int32_t rest = next - sample_;
    std::uint8_t nibble = 0;
    if (rest < 0) {
      nibble = 8;
      rest = -rest;
    }
    for (std::uint8_t bit = 4; bit != 0; bit = static_cast<std::uint8_t>(bit >> 1)) {
      if (rest >= step) {
        nibble = static_cast<std::uint8_t>(nibble | bit);
        rest -= step;
      }
      step >>= 1;
    }
    decode(nibble);
    return nibble;
  }

  // Requires: nibble below 16.
  constexpr std::int16_t decode(std::uint8_t nibble) {
    const std::int32_t step = clip_steps::sizes[index_];
    std::int32_t difference = step >> 3;
    if ((nibble & 4) != 0) difference += step;
    if ((nibble & 2) != 0) difference += step >> 1;
    if ((nibble & 1) != 0) difference += step >> 2;
    sample_ = held((nibble & 8) != 0 ? sample_ - difference : sample_ + difference, -32768, 32767);
    index_ = held(index_ + clip_steps::moves[nibble & 7], 0, clip_steps::last_index);
    return static_cast<std::int16_t>(sample_);
  }

 private:
  static constexpr std::int32_t held(std::int32_t x, std::int32_t low, std::int32_t high) {
    return x < low ? low : (x > high ? high : x);
  }

  std::int32_t sample_ = 0;
  std::int32_t index_ = 0;
};

class ClipEncoder {
 public:
  // Writes a block of so many samples: clip_block_bytes(samples) bytes. Requires: samples is 1 more
  // than a multiple of 8.
  void encode(const std::int16_t* in, std::int32_t samples, std::uint8_t* block) {
    state_ = ClipState(in[0], state_.index());
    const auto first = static_cast<std::uint16_t>(in[0]);
    block[0] = static_cast<std::uint8_t>(first & 0xff);
    block[1] = static_cast<std::uint8_t>(first >> 8);
    block[2] = static_cast<std::uint8_t>(state_.index());
    block[3] = 0;
    block += 4;
    for (std::int32_t i = 1; i < samples; i += 2) {
      const std::uint8_t low = state_.encode(in[i]);
      const std::uint8_t high = state_.encode(in[i + 1]);
      *block++ = static_cast<std::uint8_t>(low | high << 4);
    }
  }

  void reset() { state_ = ClipState(); }

 private:
  ClipState state_;  // its index carries on from block to block
};

// Reads a block of so many samples into `out`. False where its head is not one: nothing is written.
// Requires: `block` has clip_block_bytes(samples) bytes.
constexpr bool decode_clip_block(const std::uint8_t* block, std::int32_t samples,
                                 std::int16_t* out) {
  if (block[2] > clip_steps::last_index || block[3] != 0) return false;
  const auto first =
      static_cast<std::int16_t>(static_cast<std::uint16_t>(block[0] | block[1] << 8));
  ClipState state(first, block[2]);
  *out++ = first;
  for (std::int32_t i = 1; i < samples; i += 2) {
    const std::uint8_t pair = block[4 + (i - 1) / 2];
    *out++ = state.decode(static_cast<std::uint8_t>(pair & 15));
    *out++ = state.decode(static_cast<std::uint8_t>(pair >> 4));
  }
  return true;
}

}  // namespace sengi::signal
