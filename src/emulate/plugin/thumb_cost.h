// SPDX-License-Identifier: Apache-2.0
// What one Thumb instruction of a Cortex-M4 is, as far as the cycle rule asks (DESIGN.md; after the
// instruction timing table of the Cortex-M4 Technical Reference Manual, Arm DDI 0439).
// explain_cycle_rule() says the rule in words.
#pragma once

#include <cstdint>

namespace sengi::emulate {

enum class Access : std::uint8_t {
  none,
  load,   // of one register: LDR of any width, LDREX, VLDR
  store,  // of one register: STR of any width, STREX, VSTR
};

struct ThumbInstruction {
  std::uint8_t bytes;   // 2 or 4
  std::uint8_t cycles;  // where the instruction before is no single load or store, no jump follows
  Access access = Access::none;
};

// Whether an instruction that begins with this half-word has a second one.
bool has_second_halfword(std::uint16_t first);

// Decodes one instruction; `second` is looked at only where there is one. Encodings: Armv7-M
// Architecture Reference Manual (Arm DDI 0403).
ThumbInstruction decode_thumb(std::uint16_t first, std::uint16_t second);

}  // namespace sengi::emulate
