// SPDX-License-Identifier: Apache-2.0
// An nRF52840 by itself: no probe has to be there. The input file is what comes over the board's
// line and has no end; the output file goes out over it. Words are kept in memory that a reset
// leaves as it is, for a probe to read:
//
//   arm-none-eabi-gdb -ex "target extended-remote :3333" -ex "p sengi_words" PROGRAM.elf
//
// A program that ends, and one that met a fault, begins anew by a reset.
#include "port.h"

#include "lines.h"
#include "port_files.h"
#include "stack.h"
#include "words.h"

[[gnu::section(".noinit"), gnu::used]] sengi::nrf52840::Words sengi_words;

namespace sengi::port {
namespace {

using nrf52840::known_words;

bool line_is_open = false;

void open_line() {
  if (!line_is_open) lines::open();
  line_is_open = true;
}

}  // namespace

// A program that uses lines.h opens the line itself.
void open_files() {
  if (sengi_words.known == known_words) return;
  sengi_words.known = known_words;
  sengi_words.written = 0;
  for (char& c : sengi_words.text) c = '\0';
}

void close_files() {}

std::size_t read_input(void* to, std::size_t bytes) {
  open_line();
  auto* out = static_cast<unsigned char*>(to);
  for (std::size_t i = 0; i < bytes; ++i) {
    int byte = lines::take();
    while (byte < 0) {
      lines::sleep();
      byte = lines::take();
    }
    out[i] = static_cast<unsigned char>(byte);
  }
  return bytes;
}

void write_output(const void* from, std::size_t bytes) {
  open_line();
  const auto* in = static_cast<const unsigned char*>(from);
  for (std::size_t i = 0; i < bytes; ++i) lines::put(in[i]);
}

void print(const char* text) {
  for (; *text != '\0'; ++text) {
    sengi_words.text[sengi_words.written % sizeof sengi_words.text] = *text;
    sengi_words.written = sengi_words.written + 1;
  }
}

std::size_t peak_stack_bytes() { return bare::peak_stack_bytes(); }

// Armv7-M Architecture Reference Manual, "Application Interrupt and Reset Control Register": the
// key and SYSRESETREQ.
void end_program(int) {
  constexpr std::uint32_t key_and_request = 0x05FA0004;
  asm volatile("dsb" ::: "memory");
  *reinterpret_cast<volatile std::uint32_t*>(0xe000ed0c) = key_and_request;
  while (true) {
  }
}

}  // namespace sengi::port
