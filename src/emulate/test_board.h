// SPDX-License-Identifier: Apache-2.0
// What tests that build and run programs share: a folder, a board, the network of test_network.h.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/process.h"
#include "emulate/emulate.h"
#include "emulate/test_network.h"

namespace sengi::emulate::test {

inline std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

#define SENGI_NEED_BOARD(board)                                                             \
  do {                                                                                      \
    if (const auto missing = missing_tool(board)) {                                         \
      GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages; \
    }                                                                                       \
  } while (false)

class Workbench : public testing::Test {
 protected:
  Result<Program> build_network(const Board& board, const std::string& source = network_source) {
    SENGI_CHECK(write_network(folder_ / "code", source));
    return build({board, "model_runner", {folder_ / "code"}}, folder_ / board.name);
  }

  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  std::filesystem::path folder_ = temporary_.path();
};

inline std::vector<std::string> emulated_boards() {
  std::vector<std::string> names;
  for (const std::string& name : board_names()) {
    if (!load_board(name).value().qemu_machine.empty()) names.push_back(name);
  }
  return names;
}

// A board's name as part of a test's.
inline std::string test_name(std::string board) {
  std::replace(board.begin(), board.end(), '-', '_');
  return board;
}

}  // namespace sengi::emulate::test
