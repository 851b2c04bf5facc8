// SPDX-License-Identifier: Apache-2.0
// Turns a file of 16-bit samples into feature columns, to show that every machine writes the same
// bytes. Its constants are generated: front_end_tables.h defines `tables` and `spec`.
#include <cstddef>
#include <cstdint>

#include "front_end_tables.h"
#include "port.h"
#include "sengi/signal/front_end.h"

namespace port = sengi::port;
using sengi::signal::FrontEnd;

namespace {

std::int32_t memory[FrontEnd::memory_words(spec)];
std::int16_t hop[spec.hop_samples];
std::int8_t column[spec.column_size()];

}  // namespace

// By itself, so that the emulator can count what a hop costs.
extern "C" [[gnu::noinline]] bool sengi_front_end_push(FrontEnd& front_end) {
  return front_end.push(hop, column);
}

int port::run_program() {
  FrontEnd front_end(tables, memory);
  while (port::read_input(hop, sizeof(hop)) == sizeof(hop)) {
    if (sengi_front_end_push(front_end)) port::write_output(column, sizeof(column));
  }
  return 0;
}
