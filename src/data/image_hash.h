// SPDX-License-Identifier: Apache-2.0
// Images that look the same though not a byte of them is: stored smaller, by another program, a
// little brighter. The difference hash of Krawetz 2013 ("Kind of Like That", The Hacker Factor
// Blog): a bit for each of 8 x 8 neighbours in a picture of 9 x 8 greys, which says whether it gets
// brighter to the right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "data/image.h"

namespace sengi::data {

// Bit 8 * row + column, from the top left. Nothing where the image is too even to say anything: the
// picture's greys lie within 8 levels of one another. Requires: width, height > 0.
std::optional<std::uint64_t> difference_hash(const Image& image);

// Two hashes that differ in few bits.
struct AlikeHashes {
  std::size_t first;  // places in what was given, first < second
  std::size_t second;
  int bits;  // that differ
};

// Pairs of hashes that differ in at most `most_bits`, in order; of equal hashes each is paired with
// the first of them alone, and that one stands for all. Four bands of 16 bits are looked up
// (Norouzi, Punjani and Fleet 2012, "Fast Search in Hamming Space with Multi-Index Hashing"): where
// two hashes differ in no more than `most_bits`, some band differs in no more than a fourth of
// them. So nothing is missed, and a million hashes of different images take seconds. Requires:
// most_bits in 0 .. 11.
std::vector<AlikeHashes> find_alike_hashes(std::span<const std::optional<std::uint64_t>> hashes,
                                           int most_bits);

}  // namespace sengi::data
