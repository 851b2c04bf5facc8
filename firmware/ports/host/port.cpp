// SPDX-License-Identifier: Apache-2.0
// The port to this machine: PROGRAM INPUT OUTPUT.
#include "port.h"

#include <cstdio>
#include <cstdlib>

namespace sengi::port {
namespace {

std::FILE* input;
std::FILE* output;

std::FILE* open_or_end(const char* path, const char* mode) {
  std::FILE* file = std::fopen(path, mode);
  if (file == nullptr) {
    std::perror(path);
    std::exit(1);
  }
  return file;
}

[[noreturn]] void end_unwritten() {
  print("the output file cannot be written\n");
  std::exit(1);
}

}  // namespace

std::size_t read_input(void* to, std::size_t bytes) { return std::fread(to, 1, bytes, input); }

void write_output(const void* from, std::size_t bytes) {
  if (std::fwrite(from, 1, bytes, output) != bytes) end_unwritten();
}

void print(const char* text) { std::fputs(text, stdout); }

std::size_t peak_stack_bytes() { return 0; }

}  // namespace sengi::port

int main(int argc, char** argv) {
  using namespace sengi::port;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s INPUT OUTPUT\n", argc > 0 ? argv[0] : "program");
    return 2;
  }
  input = open_or_end(argv[1], "rb");
  output = open_or_end(argv[2], "wb");
  const int status = run_program();
  if (std::fclose(output) != 0) end_unwritten();
  return status;
}
