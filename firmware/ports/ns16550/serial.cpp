// SPDX-License-Identifier: Apache-2.0
// The UART that began as National Semiconductor's 16550, byte registers side by side.
#include "serial.h"

#include "semihosting.h"

// From boards/BOARD.toml, as symbols whose addresses are the values.
extern "C" char sengi_serial_origin[];
extern "C" char sengi_serial_clocks_a_bit[];

namespace sengi::serial {
namespace {

// Of data and interrupts; while divisor_access is set, of the divisor's low and high byte.
struct Registers {
  std::uint8_t data, interrupts, fifo, line_control, modem_control, line_state;
};
constexpr std::uint8_t divisor_access = 0x80;
constexpr std::uint8_t eight_bits = 0x03;
constexpr std::uint8_t received = 0x01;
constexpr std::uint8_t empty_to_send = 0x20;

constexpr char end_of_transmission = 4;

volatile Registers& registers() { return *reinterpret_cast<Registers*>(sengi_serial_origin); }

}  // namespace

void open() {
  const std::uint32_t divisor = reinterpret_cast<std::uint32_t>(sengi_serial_clocks_a_bit) / 16;
  registers().line_control = divisor_access | eight_bits;
  registers().data = static_cast<std::uint8_t>(divisor);
  registers().interrupts = static_cast<std::uint8_t>(divisor >> 8);
  registers().line_control = eight_bits;
  registers().interrupts = 0;
}

int read() {
  while ((registers().line_state & received) == 0) {
  }
  const auto character = static_cast<char>(registers().data);
  return character == end_of_transmission ? -1 : static_cast<unsigned char>(character);
}

void write(char character) {
  while ((registers().line_state & empty_to_send) == 0) {
  }
  registers().data = static_cast<std::uint8_t>(character);
}

std::uint32_t microseconds() { return semihosting::elapsed_microseconds(); }

}  // namespace sengi::serial
