// SPDX-License-Identifier: Apache-2.0
// The reset of a 32-bit RISC-V in machine mode, and what happens when it meets a fault.
#include <cstdint>

#include "line.h"
#include "port.h"
#include "port_files.h"
#include "stack.h"
#include "start.h"

// The control and status registers, which the compiler's -march=rv32imc leaves out; libgcc is found
// by that name.
asm(".option arch, +zicsr");

// From the linker script.
extern "C" const std::uint32_t sengi_stack_limit[];
extern "C" const std::uint32_t sengi_flash_origin[];
extern "C" const std::uint32_t sengi_flash_end[];

namespace sengi::riscv {
namespace {

// Nothing may write to the program's instructions: a stack that outgrew RAM, which lies behind
// them, would destroy them, and what happens next would be anything. Region 1 of the physical
// memory protection (from the address of region 0 up to its own; readable, executable, locked);
// memory that no region names stays as it was.
void protect_instructions() {
  constexpr std::uint32_t locked_top_of_range_execute_read = 0x80 | 0x08 | 0x04 | 0x01;
  asm volatile("csrw pmpaddr0, %0" ::"r"(reinterpret_cast<std::uint32_t>(sengi_flash_origin) >> 2));
  asm volatile("csrw pmpaddr1, %0" ::"r"(reinterpret_cast<std::uint32_t>(sengi_flash_end) >> 2));
  asm volatile("csrw pmpcfg0, %0" ::"r"(locked_top_of_range_execute_read << 8));
}

}  // namespace

extern "C" [[noreturn, gnu::used]] void sengi_start() {
  protect_instructions();
  bare::start();
}

extern "C" [[noreturn, gnu::used]] void sengi_report_fault(const std::uint32_t* stack) {
  std::uint32_t cause;
  std::uint32_t address;
  asm volatile("csrr %0, mcause" : "=r"(cause));
  asm volatile("csrr %0, mepc" : "=r"(address));
  Line line;
  line.text("fault: exception ").number(cause).text(" at ").hexadecimal(address);
  if (stack < sengi_stack_limit || bare::stack_overflowed())
    line.text("; the stack ran into the program's variables");
  port::print(line.text("\n").c_str());
  port::end_program(port::fault_status);
}

// A fault is the end, and the stack may be what it is about: the report begins a new one.
extern "C" [[gnu::naked, gnu::used, gnu::aligned(4)]] void sengi_fault() {
  asm volatile(
      "mv a0, sp\n"
      "la sp, sengi_stack_top\n"
      "j sengi_report_fault\n");
}

extern "C" [[gnu::naked, gnu::section(".vectors"), gnu::used]] void sengi_reset() {
  asm volatile(
      "la sp, sengi_stack_top\n"
      "la t0, sengi_fault\n"
      "csrw mtvec, t0\n"
      "j sengi_start\n");
}

}  // namespace sengi::riscv
