// SPDX-License-Identifier: Apache-2.0
// Semihosting: requests that a program makes of the debugger, or QEMU, it runs under ("Semihosting
// for AArch32 and AArch64", release 2.0, which RISC-V took over).
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::semihosting {

using Handle = std::int32_t;
inline constexpr Handle no_file = -1;

// `path` as the debugger's machine knows it. no_file where it cannot be opened.
Handle open_for_reading(const char* path);
Handle open_for_writing(const char* path);
bool close(Handle file);

// Bytes done; fewer than asked for at the end of the file or where the disk is full.
std::size_t read(Handle file, void* to, std::size_t bytes);
std::size_t write(Handle file, const void* from, std::size_t bytes);

// On the debugger's console.
void print(const char* text);

// The words the program was started with, apart by spaces. False where they do not fit.
bool command_line(char* to, std::size_t room);

// Since the program started.
std::uint32_t elapsed_microseconds();

[[noreturn]] void exit(int status);

}  // namespace sengi::semihosting
