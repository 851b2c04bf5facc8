// SPDX-License-Identifier: Apache-2.0
// What a program that sleeps needs beside port.h: two serial lines, one in and one out, that work
// by interrupts; a processor that stands still until one of them comes. Boards whose file has
// [lines] have it, and so has the host.
//
//   lines::open();
//   while (true) {
//     for (int byte = lines::take(); byte >= 0; byte = lines::take()) ...
//     lines::sleep();
//   }
//
// A new port is one folder that defines these functions. What they have to do:
//
//   - Bytes that come in are kept by the interrupt handler, at least 512 of them; where there is no
//     more room the other side has to wait (the handler leaves the byte in the receiver).
//   - sleep() must not miss a byte that comes between the last take() and the processor's halt:
//     look with interrupts masked, and halt by an instruction that an interrupt ends even then
//     (WFI).
//   - put() may sleep too, while the sender is full.
//   - A watchdog, where there is one, is kept away in sleep() by the program, not by a handler.
//
// There is no clock: who sends the records says what time it is. On a device of its own that is the
// real-time counter's compare interrupt.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::lines {

// Called once, before the others.
void open();

// The next byte that came in, or -1 where there is none yet.
int take();

// Halts the processor until a byte has come in; returns at once where one is there. false: none
// will ever come again (a host's line that was closed).
bool sleep();

// Sends a byte; halts the processor while the sender is full.
void put(std::uint8_t byte);

// Since open(): how often the processor was halted, and interrupts of the line that comes in.
std::uint32_t sleeps();
std::uint32_t wakes();

}  // namespace sengi::lines
