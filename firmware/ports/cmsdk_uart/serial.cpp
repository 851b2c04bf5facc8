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

}  // namespace

void open() {
  registers().clocks_a_bit = reinterpret_cast<std::uint32_t>(sengi_serial_clocks_a_bit);
  registers().control = send_and_receive;
  static_cast<void>(registers().data);  // what came before; and QEMU now sees that there is room
}

int read() {
  while ((registers().state & full_received) == 0) {
  }
  const auto character = static_cast<char>(registers().data);
  return character == end_of_transmission ? -1 : static_cast<unsigned char>(character);
}

void write(char character) {
  while ((registers().state & full_to_send) != 0) {
  }
  registers().data = static_cast<unsigned char>(character);
}

std::uint32_t microseconds() { return semihosting::elapsed_microseconds(); }

}  // namespace sengi::serial
