// SPDX-License-Identifier: Apache-2.0
// Standard input and output as a serial line.
#include "serial.h"

#include <chrono>
#include <cstdio>

namespace sengi::serial {

void open() { std::setvbuf(stdout, nullptr, _IONBF, 0); }

int read() {
  constexpr int end_of_transmission = 4;
  const int character = std::getchar();
  return character == EOF || character == end_of_transmission ? -1 : character;
}

void write(char character) { std::putchar(character); }

std::uint32_t microseconds() {
  using namespace std::chrono;
  const auto now = steady_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(duration_cast<std::chrono::microseconds>(now).count());
}

}  // namespace sengi::serial
