// SPDX-License-Identifier: Apache-2.0
// A Cortex-M's reset: the vector table, the floating-point unit, and what happens when the
// processor meets a fault.
#include <cstdint>

#include "line.h"
#include "port.h"
#include "port_files.h"
#include "start.h"

// From the linker script.
extern "C" std::uint32_t sengi_stack_top[];

namespace sengi::cortex_m {
namespace {

// Coprocessors 10 and 11 are the floating-point unit; it is off after reset, and its registers are
// used by code compiled for a processor that has one.
void enable_floating_point() {
#if defined(__ARM_FP)
  auto* access = reinterpret_cast<volatile std::uint32_t*>(0xe000ed88);
  *access = *access | (0xfu << 20);
  asm volatile("dsb\n isb" ::: "memory");
#endif
}

extern "C" [[noreturn]] void sengi_reset() {
  enable_floating_point();
  bare::start();
}

// What the processor pushed when it took the exception.
struct Frame {
  std::uint32_t r0, r1, r2, r3, r12, lr, pc, psr;
};

extern "C" [[noreturn, gnu::used]] void sengi_report_fault(const Frame* frame) {
  constexpr std::uint32_t exception_number = 0x1ff;
  std::uint32_t psr;
  asm("mrs %0, ipsr" : "=r"(psr));
  Line line;
  line.text("fault: exception ").number(psr & exception_number);
  line.text(" at ").hexadecimal(frame->pc).text(", called from ").hexadecimal(frame->lr);
#if __ARM_ARCH >= 7
  line.text(", status ").hexadecimal(*reinterpret_cast<volatile std::uint32_t*>(0xe000ed28));
#endif
  port::print(line.text("\n").c_str());
  port::end_program(port::fault_status);
}

// Every exception but reset: none is asked for, so each is a fault.
[[gnu::naked]] void fault() {
  asm volatile(
      "mrs r0, msp\n"
      "ldr r1, =sengi_report_fault\n"
      "bx r1\n");
}

using Handler = void (*)();
struct VectorTable {
  std::uint32_t* stack_top;
  Handler handlers[15];  // reset, then exceptions 2 .. 15
};

[[gnu::section(".vectors"), gnu::used]] const VectorTable vectors = {
    sengi_stack_top,
    {sengi_reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
     fault, fault, fault}};

}  // namespace
}  // namespace sengi::cortex_m
