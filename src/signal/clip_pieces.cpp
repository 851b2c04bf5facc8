// SPDX-License-Identifier: Apache-2.0
#include "signal/clip_pieces.h"

#include <fmt/format.h>

#include <algorithm>

#include "sengi/listen/clip_keeper.h"

namespace sengi::signal {
namespace {

using Piece = std::vector<std::uint8_t>;
constexpr std::size_t head = listen::clip_piece_head_bytes;

// Samples in a piece's block, or 0 where no block has its length.
std::int32_t block_samples(const Piece& piece) {
  constexpr std::size_t least = head + 8;
  constexpr std::size_t most = 240;
  if (piece.size() < least || piece.size() > most || piece.size() % 4 != 0) return 0;
  return static_cast<std::int32_t>(2 * (piece.size() - head)) - 7;
}

}  // namespace

Result<ReceivedClip> join_pieces(std::span<const Piece> pieces) {
  if (pieces.empty()) return Error{"a clip needs at least one of its pieces"};
  const Piece& first = pieces.front();
  const std::int32_t samples = block_samples(first);
  if (samples == 0) {
    return Error{
        fmt::format("piece 0 has {} bytes, which no piece of a clip has; it was cut short "
                    "or is something else",
                    first.size())};
  }
  const std::size_t count = std::size_t{first[3]} + 1;
  ReceivedClip clip;
  clip.number = static_cast<std::uint16_t>(first[0] | first[1] << 8);
  const auto length = static_cast<std::size_t>(samples);
  clip.samples.assign(count * length, 0);
  std::vector<bool> there(count, false);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    if (piece.size() != first.size()) {
      return Error{
          fmt::format("piece {} has {} bytes where the first has {}; decode clips of one "
                      "device by themselves",
                      i, piece.size(), first.size())};
    }
    if (piece[0] != first[0] || piece[1] != first[1] || piece[3] != first[3]) {
      return Error{
          fmt::format("piece {} is of another clip than the first (clip {}); decode each "
                      "clip by itself",
                      i, clip.number)};
    }
    const std::size_t index = piece[2];
    if (index >= count) {
      return Error{fmt::format("piece {} says it is number {} of a clip of {}; it is damaged", i,
                               index, count)};
    }
    if (there[index]) continue;
    if (!decode_clip_block(piece.data() + head, samples, clip.samples.data() + index * length)) {
      return Error{
          fmt::format("piece {} does not begin as a block of IMA ADPCM does; it is damaged", i)};
    }
    there[index] = true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!there[i]) clip.missing_pieces.push_back(i);
  }
  return clip;
}

std::vector<std::uint8_t> adpcm_wav(std::span<const std::uint8_t> blocks,
                                    std::int32_t block_samples, std::int32_t rate_hz) {
  std::vector<std::uint8_t> file;
  const auto text = [&](const char* four) {
    for (int i = 0; i < 4; ++i) file.push_back(static_cast<std::uint8_t>(four[i]));
  };
  const auto number = [&](std::size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  const std::size_t block = clip_block_bytes(block_samples);
  const auto rate = static_cast<std::size_t>(rate_hz);
  const auto samples = static_cast<std::size_t>(block_samples);
  const std::size_t padding = blocks.size() % 2;  // chunks are even
  text("RIFF");
  number(4 + 8 + 20 + 8 + 4 + 8 + blocks.size() + padding, 4);
  text("WAVE");
  text("fmt ");
  number(20, 4);
  number(0x11, 2);  // IMA ADPCM
  number(1, 2);
  number(rate, 4);
  number(rate * block / samples, 4);
  number(block, 2);
  number(4, 2);
  number(2, 2);
  number(samples, 2);
  text("fact");
  number(4, 4);
  number(blocks.size() / block * samples, 4);
  text("data");
  number(blocks.size(), 4);
  for (const std::uint8_t byte : blocks) file.push_back(byte);
  if (padding != 0) file.push_back(0);
  return file;
}

}  // namespace sengi::signal
