// SPDX-License-Identifier: Apache-2.0
#include "semihosting.h"

#include "semihosting_trap.h"

namespace sengi::semihosting {
namespace {

using Word = std::uint32_t;

enum class Operation : Word {
  open = 0x01,
  close = 0x02,
  write_text = 0x04,
  write = 0x05,
  read = 0x06,
  command_line = 0x15,
  exit_extended = 0x20,
  elapsed = 0x30,
  tick_frequency = 0x31,
};

constexpr Word read_binary = 1;
constexpr Word write_binary = 5;
constexpr Word application_exit = 0x20026;

Word word_of(const void* pointer) { return reinterpret_cast<Word>(pointer); }

Word request(Operation operation, Word argument) {
  return trap(static_cast<Word>(operation), argument);
}

Word request(Operation operation, const Word* block) { return request(operation, word_of(block)); }

Handle open(const char* path, Word mode) {
  Word length = 0;
  while (path[length] != '\0') ++length;
  const Word block[] = {word_of(path), mode, length};
  return static_cast<Handle>(request(Operation::open, block));
}

}  // namespace

Handle open_for_reading(const char* path) { return open(path, read_binary); }
Handle open_for_writing(const char* path) { return open(path, write_binary); }

bool close(Handle file) {
  const Word block[] = {static_cast<Word>(file)};
  return request(Operation::close, block) == 0;
}

std::size_t read(Handle file, void* to, std::size_t bytes) {
  const Word block[] = {static_cast<Word>(file), word_of(to), bytes};
  return bytes - request(Operation::read, block);
}

std::size_t write(Handle file, const void* from, std::size_t bytes) {
  const Word block[] = {static_cast<Word>(file), word_of(from), bytes};
  return bytes - request(Operation::write, block);
}

void print(const char* text) { request(Operation::write_text, word_of(text)); }

bool command_line(char* to, std::size_t room) {
  Word block[] = {word_of(to), room};
  return request(Operation::command_line, block) == 0;
}

std::uint32_t elapsed_microseconds() {
  Word ticks[2] = {};  // the low word first
  request(Operation::elapsed, ticks);
  const std::uint64_t all = ticks[0] | std::uint64_t{ticks[1]} << 32;
  return static_cast<std::uint32_t>(all * 1'000'000 / request(Operation::tick_frequency, Word{0}));
}

void exit(int status) {
  const Word block[] = {application_exit, static_cast<Word>(status)};
  while (true) request(Operation::exit_extended, block);
}

}  // namespace sengi::semihosting
