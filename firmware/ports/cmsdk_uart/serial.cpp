// SPDX-License-Identifier: Apache-2.0
// The UART of Arm's Cortex-M System Design Kit (Arm DDI 0479, "APB UART"), which Arm's MPS boards
// have.
#include "serial.h"

#include "semihosting.h"

// From boards/BOARD.toml, as symbols whose addresses are the values.
extern "C" char sengi_serial_origin[];
extern "C" char sengi_serial_clocks_a_bit[];

namespace sengi::serial {
namespace {

struct Registers {
  std::uint32_t data, state, control, interrupt, clocks_a_bit;
};
constexpr std::uint32_t full_to_send = 1;
constexpr std::uint32_t full_received = 2;
constexpr std::uint32_t send_and_receive = 3;

constexpr char end_of_transmission = 4;

volatile Registers& registers() { return *reinterpret_cast<Registers*>(sengi_serial_origin); }

char first = 0;  // a character that came while the line was opened; 0: none

}  // namespace

void open() {
  registers().clocks_a_bit = reinterpret_cast<std::uint32_t>(sengi_serial_clocks_a_bit);
  registers().control = send_and_receive;
  // QEMU looks for input once it has seen a read. By then a character may be there already; an
  // empty buffer holds 0 after a reset.
  first = static_cast<char>(registers().data);
}

int read() {
  char character = first;
  first = 0;
  if (character == 0) {
    while ((registers().state & full_received) == 0) {
    }
    character = static_cast<char>(registers().data);
  }
  return character == end_of_transmission ? -1 : static_cast<unsigned char>(character);
}

void write(char character) {
  while ((registers().state & full_to_send) != 0) {
  }
  registers().data = static_cast<unsigned char>(character);
}

std::uint32_t microseconds() { return semihosting::elapsed_microseconds(); }

}  // namespace sengi::serial
