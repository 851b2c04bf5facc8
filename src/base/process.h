// SPDX-License-Identifier: Apache-2.0
// Running another program.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sengi {

struct ProcessOutput {
  int exit_status;  // the program's own; 128 + signal when a signal ended it
  std::string out;  // standard output
  std::string err;  // standard error
};

// Runs `command` (the program first, looked up on PATH; no shell) with no standard input and waits
// for it. Past `limit` it is killed. Ctrl-C reaches it too.
// Errors: the program cannot be started (names it), or ran past the limit.
Result<ProcessOutput> run_process(const std::vector<std::string>& command,
                                  std::chrono::seconds limit = std::chrono::minutes(10),
                                  const std::filesystem::path& folder = {});

// As above with this program's own standard streams, for programs that talk to the person.
// Returns its exit status.
Result<int> run_attached(const std::vector<std::string>& command);

// Where PATH finds a program, if it does.
std::optional<std::filesystem::path> find_program(const std::string& name);

// The path of a program, or an error that names the Debian package that brings it:
// "arm-none-eabi-g++ is not on this machine; install it with: apt install gcc-arm-none-eabi".
Result<std::filesystem::path> require_program(const std::string& name, const std::string& package);

}  // namespace sengi
