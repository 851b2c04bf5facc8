// SPDX-License-Identifier: Apache-2.0
// Runs a network over a file: raw inputs back to back in, raw outputs back to back out.
#include "application.h"
#include "line.h"
#include "port.h"

namespace port = sengi::port;

namespace {

[[gnu::section(".bss.sengi_arena")]] application::Arena arena;

// Bytes read, in the order of the network's inputs; fewer than input_bytes where the file ends.
std::size_t read_inputs() {
  std::size_t read = 0;
  for (std::size_t i = 0; i < application::input_count; ++i) {
    const std::size_t got =
        port::read_input(application::input(arena, i), application::input_sizes[i]);
    read += got;
    if (got < application::input_sizes[i]) break;
  }
  return read;
}

void write_outputs() {
  for (std::size_t i = 0; i < application::output_count; ++i) {
    port::write_output(application::output(arena, i), application::output_sizes[i]);
  }
}

}  // namespace

int port::run_program() {
  application::reset(arena);
  while (true) {
    const std::size_t read = read_inputs();
    if (read == 0) return 0;
    if (read < application::input_bytes) {
      port::print(sengi::Line()
                      .text("the input file ends within an input: the last has ")
                      .number(static_cast<std::uint32_t>(read))
                      .text(" bytes of ")
                      .number(static_cast<std::uint32_t>(application::input_bytes))
                      .text("\n")
                      .c_str());
      return 1;
    }
    application::run(arena);
    write_outputs();
  }
}
