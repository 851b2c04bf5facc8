// SPDX-License-Identifier: Apache-2.0
// What a program of this folder needs from its platform, and all it may use of it. Each folder
// beside this header is one port:
//
//   host      this machine: files named on the command line
//   bare      a processor without an operating system: memory from the linker's symbols, the
//   stack's
//             depth. Built together with the processor's reset:
//   cortex_m    any Cortex-M
//   riscv       any 32-bit RISC-V in machine mode
//             and with what stands between the processor and the world:
//   semihosting files and words by a debug probe, or by QEMU
//   nrf52840    Nordic's nRF52840 by itself, without a probe
//   wasm      WebAssembly: files by the JavaScript that stands beside it, run by node
//
// A program defines run_program() and includes nothing of a port but this header, and lines.h,
// storage.h or serial.h where it needs more than files. README.md says how to make a new port.
#pragma once

#include <cstddef>

namespace sengi::port {

// The program: the port calls it once and ends with the status it returns. 0: done; anything else:
// failed, after a line of print() that says why.
int run_program();

// The next bytes of the input file; fewer than asked for only where the file ends.
std::size_t read_input(void* to, std::size_t bytes);

// Appends to the output file. A failure (no space) ends the program with a message and status 1.
void write_output(const void* from, std::size_t bytes);

// Shows text to the person. Ends with '\0'; the caller writes the line ends.
void print(const char* text);

// The deepest that the stack has been since the start, in bytes; 0 where a port cannot tell. The
// port prints it as the last line when the program ends: "peak stack 1234 bytes".
std::size_t peak_stack_bytes();

}  // namespace sengi::port
