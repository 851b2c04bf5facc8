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

// The program that this machine lacks to build for a board and run there; empty: none.
inline std::string missing_program(const Board& board) {
  if (!find_program(board.compiler)) return board.compiler;
  if (!board.qemu_machine.empty() && !find_program("qemu-system-arm")) return "qemu-system-arm";
  return "";
}

#define SENGI_NEED_BOARD(board)                                                       \
  do {                                                                                \
    if (const std::string missing = test::missing_program(board); !missing.empty()) { \
      GTEST_SKIP() << missing << " is not installed";                                 \
    }                                                                                 \
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

// A board's name as part of a test's.
inline std::string test_name(std::string board) {
  std::replace(board.begin(), board.end(), '-', '_');
  return board;
}

}  // namespace sengi::emulate::test
