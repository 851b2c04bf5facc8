// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sengi::semihosting {

// The breakpoint between two shifts that do nothing, by which debuggers know a request ("RISC-V
// Semihosting", version 0.4): uncompressed, within one page. Operation in a0, its argument in a1,
// the answer in a0.
inline std::uint32_t trap(std::uint32_t operation, std::uint32_t argument) {
  register std::uint32_t a0 asm("a0") = operation;
  register std::uint32_t a1 asm("a1") = argument;
  asm volatile(
      ".balign 16\n"
      ".option push\n"
      ".option norvc\n"
      "slli zero, zero, 0x1f\n"
      "ebreak\n"
      "srai zero, zero, 7\n"
      ".option pop\n"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
}

}  // namespace sengi::semihosting
