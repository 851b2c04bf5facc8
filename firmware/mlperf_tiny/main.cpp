// SPDX-License-Identifier: Apache-2.0
// A device under test of MLPerf Tiny: answers the commands of the benchmark's runner over a serial
// line (mlcommons/tiny, benchmark/api, in performance mode). A command ends in '%', and "m-ready"
// follows every answer:
//
//   name  profile  help  timestamp  db load N  db HEX...  db print  infer N [W]  results
#include "line.h"
#include "network.h"
#include "port.h"
#include "serial.h"
#include "words.h"

namespace sengi {
namespace {

using mlperf::same;
using mlperf::Words;

constexpr char terminator = '%';
constexpr std::size_t longest_command = 80;
constexpr std::int32_t warm_up_runs = 10;

std::size_t expected_bytes = 0;  // of "db load"
std::size_t loaded_bytes = 0;

void send(const char* text) {
  while (*text != '\0') serial::write(*text++);
}

void send_line(const char* text) {
  send(text);
  send("\r\n");
}

void send_error(const char* text) {
  send("e-[");
  send(text);
  send_line("]");
}

void send_number_line(const char* text, std::uint32_t number, const char* end = "") {
  send_line(Line().text(text).number(number).text(end).c_str());
}

void send_time() { send_number_line("m-lap-us-", serial::microseconds()); }

void send_results() {
  send("m-results-[");
  for (std::size_t i = 0; i < mlperf::results_count; ++i) {
    const std::int32_t thousandths = mlperf::result(i);
    const auto size = static_cast<std::uint32_t>(thousandths < 0 ? -thousandths : thousandths);
    send(Line()
             .text(i == 0 ? "" : ",")
             .text(thousandths < 0 ? "-" : "")
             .number(size / 1000)
             .text(".")
             .number(size % 1000, 3)
             .c_str());
  }
  send_line("]");
}

// ---- db ----

void expect_load(const char* count) {
  const std::int32_t bytes = mlperf::whole_number(count);
  if (bytes <= 0) return send_error("Command 'db load' needs a number of bytes above 0");
  if (static_cast<std::size_t>(bytes) != mlperf::line_bytes) {
    return send_error(Line()
                          .text("This network's input has ")
                          .number(static_cast<std::uint32_t>(mlperf::line_bytes))
                          .text(" bytes")
                          .c_str());
  }
  expected_bytes = static_cast<std::size_t>(bytes);
  loaded_bytes = 0;
  send_number_line("m-[Expecting ", static_cast<std::uint32_t>(bytes), " bytes]");
}

void load(const char* digits) {
  if (loaded_bytes == expected_bytes) return send_error("'db load N' comes before bytes");
  for (; *digits != '\0'; digits += 2) {
    const std::int32_t high = mlperf::hex_digit(digits[0]);
    const std::int32_t low = digits[1] == '\0' ? mlperf::no_number : mlperf::hex_digit(digits[1]);
    if (high < 0 || low < 0) return send_error("Bytes are pairs of hex digits");
    mlperf::line_buffer()[loaded_bytes++] = static_cast<std::uint8_t>(high * 16 + low);
    if (loaded_bytes == expected_bytes) return send_line("m-load-done");
  }
}

void print_buffer() {
  constexpr std::size_t bytes_a_line = 8;
  for (std::size_t i = 0; i < loaded_bytes; ++i) {
    const std::uint8_t byte = mlperf::line_buffer()[i];
    const char digits[] = {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15], '\0'};
    const bool ends = (i + 1) % bytes_a_line == 0 || i + 1 == loaded_bytes;
    send(i % bytes_a_line == 0 ? "m-buffer-" : "-");
    send(digits);
    if (ends) send_line("");
  }
}

void buffer(Words& words) {
  const char* what = words.next();
  if (same(what, "load")) return expect_load(words.next());
  if (same(what, "print")) return print_buffer();
  if (*what == '\0') return send_error("Command 'db' needs load, print, or bytes");
  load(what);
}

// ---- infer ----

void infer(Words& words) {
  const char* const runs_word = words.next();
  const char* const warm_up_word = words.next();
  const std::int32_t runs = *runs_word == '\0' ? 1 : mlperf::whole_number(runs_word);
  const std::int32_t warm_ups =
      *warm_up_word == '\0' ? warm_up_runs : mlperf::whole_number(warm_up_word);
  if (runs <= 0) return send_error("Inference iterations must be >0");
  if (warm_ups < 0) return send_error("Inference warmup must be >=0");
  if (loaded_bytes != mlperf::line_bytes) return send_error("The input is not loaded");

  send_number_line("m-warmup-start-", static_cast<std::uint32_t>(warm_ups));
  for (std::int32_t i = 0; i < warm_ups; ++i) mlperf::infer();
  send_line("m-warmup-done");
  send_number_line("m-infer-start-", static_cast<std::uint32_t>(runs));
  send_time();
  for (std::int32_t i = 0; i < runs; ++i) mlperf::infer();
  send_time();
  send_line("m-infer-done");
  send_results();
}

// ---- commands ----

void send_profile() {
  send_line("m-profile-[ULPMark for tinyML Firmware V0.0.1]");  // the name that runners know
  send_line(Line().text("m-model-[").text(mlperf::model_version).text("]").c_str());
}

void send_help() {
  send_line("name             who this is");
  send_line("profile          which benchmark");
  send_line("timestamp        the time, in microseconds");
  send_line("db load N        expect N bytes of input");
  send_line("db HH[HH]*       the next of them, in hex");
  send_line("db print         what was loaded");
  send_line("infer N [W=10]   W inferences to warm up and N to be timed");
  send_line("results          of the last inference");
}

void answer(char* command) {
  Words words(command);
  const char* const word = words.next();
  if (same(word, "name")) return send_line("m-name-dut-[sengi]");
  if (same(word, "profile")) return send_profile();
  if (same(word, "help")) return send_help();
  if (same(word, "timestamp")) return send_time();
  if (same(word, "db")) return buffer(words);
  if (same(word, "infer")) return infer(words);
  if (same(word, "results")) return send_results();
  send_error(Line().text("Unknown command: ").text(word).c_str());
}

// Reads up to the terminator; false where the line ended. What is too long is cut, and then
// unknown.
bool read_command(char* command) {
  std::size_t used = 0;
  while (true) {
    const int character = serial::read();
    if (character < 0) return false;
    if (character == terminator) break;
    if (character == '\r' || character == '\n') continue;
    if (used < longest_command) command[used++] = static_cast<char>(character);
  }
  command[used] = '\0';
  return true;
}

}  // namespace

int port::run_program() {
  serial::open();
  send_line("m-timestamp-mode-performance");
  send_time();
  send_line("m-init-done");
  send_line("m-ready");
  char command[longest_command + 1];
  while (read_command(command)) {
    answer(command);
    send_line("m-ready");
  }
  return 0;
}

}  // namespace sengi
