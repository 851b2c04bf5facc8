// SPDX-License-Identifier: Apache-2.0
// Standard input and output as the two lines. Waiting for a byte is this machine's sleep.
#include "lines.h"

#include <cstdio>

namespace sengi::lines {
namespace {

int waiting = -1;
std::uint32_t sleep_count = 0;

}  // namespace

void open() {}

int take() {
  const int byte = waiting;
  waiting = -1;
  return byte;
}

bool sleep() {
  if (waiting >= 0) return true;
  ++sleep_count;
  std::fflush(stdout);
  waiting = std::getchar();
  return waiting >= 0;
}

void put(std::uint8_t byte) { std::putchar(byte); }

std::uint32_t sleeps() { return sleep_count; }
std::uint32_t wakes() { return sleep_count; }

}  // namespace sengi::lines
