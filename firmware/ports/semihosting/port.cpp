// SPDX-License-Identifier: Apache-2.0
// The port to a processor under semihosting.
#include "port.h"

#include "line.h"
#include "port_files.h"
#include "semihosting.h"
#include "stack.h"

namespace sengi::port {
namespace {

semihosting::Handle input = semihosting::no_file;
semihosting::Handle output = semihosting::no_file;

[[noreturn]] void end_with(const char* problem, const char* name = "") {
  semihosting::print(Line().text(problem).text(name).text("\n").c_str());
  semihosting::exit(1);
}

// Ends the word that `text` begins with; what follows it.
char* end_word(char* text) {
  while (*text != ' ' && *text != '\0') ++text;
  if (*text == ' ') *text++ = '\0';
  return text;
}

}  // namespace

void open_files() {
  char words[128];
  if (!semihosting::command_line(words, sizeof words)) end_with("the command line is too long");
  char* const input_name = end_word(words);
  char* const output_name = end_word(input_name);
  end_word(output_name);
  if (*output_name == '\0') end_with("the command line must be: PROGRAM INPUT OUTPUT");
  input = semihosting::open_for_reading(input_name);
  if (input == semihosting::no_file) end_with("cannot read the input file ", input_name);
  output = semihosting::open_for_writing(output_name);
  if (output == semihosting::no_file) end_with("cannot write the output file ", output_name);
}

void close_files() {
  semihosting::close(input);
  if (!semihosting::close(output)) end_with("the output file cannot be written");
}

std::size_t read_input(void* to, std::size_t bytes) { return semihosting::read(input, to, bytes); }

void write_output(const void* from, std::size_t bytes) {
  if (semihosting::write(output, from, bytes) != bytes) {
    end_with("the output file cannot be written");
  }
}

void print(const char* text) { semihosting::print(text); }

void end_program(int status) { semihosting::exit(status); }

std::size_t peak_stack_bytes() { return bare::peak_stack_bytes(); }

}  // namespace sengi::port
