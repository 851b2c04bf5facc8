// SPDX-License-Identifier: Apache-2.0
// What a program needs beside port.h that keeps things over a loss of power: NOR flash, in sectors.
// Boards whose file has [storage] have it, and so has the host.
//
// What a port has to do is what device/include/sengi/store/flash.h asks: an erasure makes all bits
// of a sector one, programming makes bits zero; addresses and lengths of program() are multiples of
// 4. Both may be cut short by a loss of power and leave any part of their work done. No word is
// programmed twice between erasures but with the same value or to zeros, so a memory that takes two
// writes a word is enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::storage {

inline constexpr std::uint32_t sector_bytes = 4096;

// Called once, before the others.
void open();

// All of it, to be read where it lies; whole sectors.
std::span<const std::uint8_t> bytes();

// false: the memory did not do it, or there is none at that place.
bool program(std::uint32_t at, std::span<const std::uint8_t> bytes);
bool erase(std::uint32_t sector);

}  // namespace sengi::storage
