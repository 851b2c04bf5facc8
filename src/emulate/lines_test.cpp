// SPDX-License-Identifier: Apache-2.0
// What lines.h and storage.h promise, on every board that has them and can be run here: no byte is
// lost where the program does not keep up, and flash is flash.
#include <gmock/gmock.h>

#include "base/files.h"
#include "emulate/line_program.h"
#include "emulate/test_board.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;

// Lets the line run full before it looks: more bytes than any port keeps. Then sends them back, and
// what it finds in a sector as it does this and that.
constexpr const char* probe = R"(
#include "lines.h"
#include "port.h"
#include "storage.h"

namespace {

constexpr std::uint32_t bytes_to_come = 5000;
std::uint8_t kept[bytes_to_come];

void tell(std::uint32_t at) {
  for (std::uint32_t i = 0; i < 8; ++i) sengi::lines::put(sengi::storage::bytes()[at + i]);
}
void say(bool yes) { sengi::lines::put(yes ? 1 : 0); }

}  // namespace

int sengi::port::run_program() {
  lines::open();
  storage::open();
  lines::sleep();
  for (volatile std::uint32_t i = 0; i < 3'000'000; i = i + 1) {
  }
  for (std::uint32_t i = 0; i < bytes_to_come; ++i) {
    int byte = lines::take();
    while (byte < 0) {
      lines::sleep();
      byte = lines::take();
    }
    kept[i] = static_cast<std::uint8_t>(byte);
  }
  for (const std::uint8_t byte : kept) lines::put(byte);

  constexpr std::uint32_t sector = 2;
  constexpr std::uint32_t at = sector * storage::sector_bytes;
  constexpr std::uint8_t first[8] = {0xF0, 0x55, 0x12, 0x00, 0xFF, 0xFF, 0xFF, 0xFE};
  constexpr std::uint8_t zeros[4] = {};
  const std::uint32_t all = static_cast<std::uint32_t>(storage::bytes().size());
  tell(at);
  say(storage::program(at, first));
  tell(at);
  say(storage::program(at + storage::sector_bytes - 4, zeros));
  say(storage::program(at - 4, zeros));
  say(storage::program(at + storage::sector_bytes, zeros));
  say(storage::program(at, zeros));
  tell(at);
  say(storage::erase(sector));
  tell(at);
  tell(at + storage::sector_bytes - 8);
  tell(at - 8);
  tell(at + storage::sector_bytes);
  say(storage::program(all, zeros));
  say(storage::program(all - 4, first));
  say(storage::erase(all / storage::sector_bytes));
  say(storage::erase(all / storage::sector_bytes - 1));
  return 0;
}
)";

using Bytes = std::vector<std::uint8_t>;

void add(Bytes& all, const Bytes& more) {
  for (const std::uint8_t byte : more) all.push_back(byte);
}

Bytes expected_of_flash() {
  const Bytes ones(8, 0xFF);
  const Bytes yes = {1};
  Bytes all;
  add(all, ones);  // as a chip is that is new
  add(all, yes);
  add(all, {0xF0, 0x55, 0x12, 0x00, 0xFF, 0xFF, 0xFF, 0xFE});
  add(all, {1, 1, 1, 1});
  add(all, {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFE});
  add(all, yes);
  add(all, ones);
  add(all, ones);                                  // the end of the sector
  add(all, {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0});  // its neighbours are left alone
  add(all, {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF});
  add(all, {0, 0, 0, 1});  // beyond the end; more than is there; no such sector; the last
  return all;
}

std::vector<std::string> boards_with_lines() {
  std::vector<std::string> names;
  for (const std::string& name : runnable_board_names()) {
    const Board board = load_board(name).value();
    if (!board.lines_port.empty() || board.port == "host") names.push_back(name);
  }
  return names;
}

class Lines : public test::Workbench, public testing::WithParamInterface<std::string> {};
class ByItself : public test::Workbench {};

TEST_P(Lines, LoseNothingAndFlashIsFlash) {
  const Board board = load_board(GetParam()).value();
  SENGI_NEED_BOARD(board);
  ASSERT_TRUE(make_folder(folder_ / "probe").ok());
  ASSERT_TRUE(write_text(folder_ / "probe" / "main.cpp", probe).ok());
  const auto program =
      build({.board = board, .firmware = (folder_ / "probe").string(), .code = {}, .lines = true},
            folder_ / "build");
  ASSERT_TRUE(program.ok()) << program.error().message;
  auto line = LineProgram::start(program.value(), {});
  ASSERT_TRUE(line.ok()) << line.error().message;
  Bytes sent;
  for (std::uint32_t i = 0; i < 5000; ++i) sent.push_back(static_cast<std::uint8_t>(i * 167 >> 3));
  ASSERT_TRUE(line.value().send(sent).ok());
  Bytes expected = sent;
  add(expected, expected_of_flash());
  Bytes got;
  while (got.size() < expected.size()) {
    const auto more = line.value().receive();
    ASSERT_TRUE(more.ok()) << more.error().message << " after " << got.size();
    add(got, more.value());
  }
  EXPECT_EQ(got, expected);
  const auto done = line.value().finish();
  EXPECT_TRUE(done.ok()) << done.error().message;
}

INSTANTIATE_TEST_SUITE_P(Boards, Lines, testing::ValuesIn(boards_with_lines()),
                         [](const auto& tested) { return test::test_name(tested.param); });

// The nRF52840's own part of its port, on the nRF51: the files are the line, and what ends or meets
// a fault begins anew, with the words that it left.
constexpr const char* mortal = R"(
#include "port.h"
#include "words.h"

namespace {

struct Lives {
  std::uint32_t known;
  std::uint32_t count;
};
[[gnu::section(".noinit")]] Lives lives;
constexpr std::uint32_t known_lives = 0x5AFE11FE;

}  // namespace

int sengi::port::run_program() {
  if (lives.known != known_lives) lives = {known_lives, 0};
  lives.count = lives.count + 1;
  const auto number = static_cast<char>('0' + lives.count);
  write_output(&number, 1);
  char word[4];
  read_input(word, sizeof word);
  write_output(word, sizeof word);
  if (lives.count == 1) print("the first life\n");
  if (lives.count == 2) asm volatile("udf #0");
  if (lives.count == 3) write_output(sengi_words.text, sengi_words.written);
  return 0;
}
)";

TEST_F(ByItself, AChipByItselfBeginsAnewAndKeepsItsWords) {
  Board board = load_board("nrf51-collar").value();
  SENGI_NEED_BOARD(board);
  board.files = "nrf52840";
  ASSERT_TRUE(make_folder(folder_ / "mortal").ok());
  ASSERT_TRUE(write_text(folder_ / "mortal" / "main.cpp", mortal).ok());
  const auto program =
      build({.board = board, .firmware = (folder_ / "mortal").string(), .code = {}, .lines = false},
            folder_ / "build");
  ASSERT_TRUE(program.ok()) << program.error().message;
  auto line = LineProgram::start(program.value(), {});
  ASSERT_TRUE(line.ok()) << line.error().message;
  std::string got;
  const auto hear = [&](std::size_t enough) {
    while (got.size() < enough) {
      const auto more = line.value().receive();
      ASSERT_TRUE(more.ok()) << more.error().message << " after " << got;
      got.append(more.value().begin(), more.value().end());
    }
  };
  std::size_t heard = 1;
  for (const std::string word : {"abcd", "efgh", "ijkl"}) {
    hear(heard);
    ASSERT_TRUE(line.value().send(Bytes(word.begin(), word.end())).ok());
    heard += 5;
  }
  // The third life tells the words; the fourth has begun where its number follows them.
  while (got.find("\n4") == std::string::npos && !HasFailure()) hear(got.size() + 1);
  EXPECT_THAT(got, testing::StartsWith("1abcd2efgh3ijklthe first life\npeak stack "));
  EXPECT_THAT(got, testing::ContainsRegex("fault: exception 3 at 0x[0-9a-f]+, called from 0x"));
}

}  // namespace
}  // namespace sengi::emulate
