// SPDX-License-Identifier: Apache-2.0
#include "start.h"

#include <cstdint>

#include "line.h"
#include "port.h"
#include "port_files.h"
#include "stack.h"

// From the linker script.
extern "C" std::uint32_t sengi_data_begin[];
extern "C" std::uint32_t sengi_data_end[];
extern "C" const std::uint32_t sengi_data_initial[];
extern "C" std::uint32_t sengi_zero_begin[];
extern "C" std::uint32_t sengi_zero_end[];

namespace sengi::bare {
namespace {

void set_up_memory() {
  const std::uint32_t* initial = sengi_data_initial;
  for (std::uint32_t* word = sengi_data_begin; word < sengi_data_end; ++word) *word = *initial++;
  for (std::uint32_t* word = sengi_zero_begin; word < sengi_zero_end; ++word) *word = 0;
}

}  // namespace

void start() {
  paint_stack();
  set_up_memory();
  port::open_files();
  const int status = port::run_program();
  port::close_files();
  if (stack_overflowed()) {
    port::print("stack overflow: the stack ran into the program's variables\n");
    port::end_program(port::fault_status);
  }
  port::print(Line().text("peak stack ").number(port::peak_stack_bytes()).text(" bytes\n").c_str());
  port::end_program(status);
}

}  // namespace sengi::bare
