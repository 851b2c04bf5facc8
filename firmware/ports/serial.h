// SPDX-License-Identifier: Apache-2.0
// What a program that talks over a serial line needs beside port.h. The port "host" has it
// (standard input and output), and the boards whose file has a [serial]: "bare" together with
// cmsdk_uart or ns16550, 115,200 baud, 8 bits, no parity, one stop bit.
#pragma once

#include <cstdint>

namespace sengi::serial {

// Called once, before the others.
void open();

// The next character from the other side; waits for it. -1 where no more can come: the line was
// closed, or the other side sent an end of transmission (4), which ends programs in an emulator.
int read();

void write(char character);

// Since some moment before open(). Under an emulator this is the emulator's own time.
std::uint32_t microseconds();

}  // namespace sengi::serial
