// SPDX-License-Identifier: Apache-2.0
// Any bytes as pieces of a clip: the first byte is how long each is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "signal/clip_pieces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t length = data[0];
  std::vector<std::vector<std::uint8_t>> pieces;
  for (std::size_t at = 1; at < size; at += length + 1) {
    const std::size_t end = std::min(size, at + length);
    pieces.emplace_back(data + at, data + end);
  }
  const auto clip = sengi::signal::join_pieces(pieces);
  return clip.ok() && clip.value().samples.empty() ? 1 : 0;
}
