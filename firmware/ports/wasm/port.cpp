// SPDX-License-Identifier: Apache-2.0
// The port to WebAssembly: run.mjs beside this file gives the functions that are only declared
// here.
#include "port.h"

#define SENGI_IMPORT(name) [[clang::import_module("sengi"), clang::import_name(#name)]]

extern "C" {
SENGI_IMPORT(read) std::size_t sengi_read(void* to, std::size_t bytes);
SENGI_IMPORT(write) void sengi_write(const void* from, std::size_t bytes);
SENGI_IMPORT(print) void sengi_print(const char* text);
}

namespace sengi::port {

std::size_t read_input(void* to, std::size_t bytes) { return sengi_read(to, bytes); }

void write_output(const void* from, std::size_t bytes) { sengi_write(from, bytes); }

void print(const char* text) { sengi_print(text); }

std::size_t peak_stack_bytes() { return 0; }

}  // namespace sengi::port

extern "C" int sengi_main() { return sengi::port::run_program(); }
