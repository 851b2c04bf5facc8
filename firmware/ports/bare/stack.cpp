// SPDX-License-Identifier: Apache-2.0
#include "stack.h"

#include <cstdint>

// From the linker script: the end of the program's variables, and the end of RAM.
extern "C" std::uint32_t sengi_stack_limit[];
extern "C" std::uint32_t sengi_stack_top[];

namespace sengi::bare {
namespace {

constexpr std::uint32_t paint = 0x5e4610d5;

}  // namespace

[[gnu::noinline]] void paint_stack() {
  // What lies below this frame is free. The margin keeps this function's own words.
  constexpr std::size_t margin_words = 16;
  const auto* here = static_cast<const std::uint32_t*>(__builtin_frame_address(0));
  for (std::uint32_t* word = sengi_stack_limit; word < here - margin_words; ++word) *word = paint;
}

std::size_t peak_stack_bytes() {
  const std::uint32_t* word = sengi_stack_limit;
  while (word < sengi_stack_top && *word == paint) ++word;
  return static_cast<std::size_t>(sengi_stack_top - word) * sizeof(std::uint32_t);
}

bool stack_overflowed() { return sengi_stack_limit[0] != paint; }

}  // namespace sengi::bare
