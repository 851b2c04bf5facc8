// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sengi::semihosting {

// The breakpoint that debuggers take as a request: operation in r0, its argument in r1, the answer
// in r0.
inline std::uint32_t trap(std::uint32_t operation, std::uint32_t argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register std::uint32_t r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

}  // namespace sengi::semihosting
