// SPDX-License-Identifier: Apache-2.0
// Starts a built program, here or in QEMU, in a folder of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "emulate/emulate.h"

namespace sengi::emulate {

// What the cycle plugin is to count, by address.
struct Counting {
  std::uint32_t function;
  std::vector<std::uint32_t> parts;
  std::vector<std::uint32_t> totals;
};

// File names below the folder that a program runs in.
inline constexpr const char* input_name = "input";
inline constexpr const char* output_name = "output";
inline constexpr const char* counts_name = "counts";
inline constexpr const char* console_name = "console";  // of a program with a serial line
inline constexpr const char* errors_name = "errors";    // likewise, the machine's

// Runs the program with `folder` as its working folder: it reads input_name there, writes
// output_name, and the plugin writes counts_name.
// Errors: QEMU or the plugin is missing; it did not end in time.
Result<ProcessOutput> start(const Program& program, const std::optional<Counting>& counting,
                            const std::filesystem::path& folder);

inline constexpr const char* sent_name = "sent";
inline constexpr const char* storage_name = "storage";  // flash as a chip has it when it is new

// Error: a bare program for which QEMU has no machine.
Result<void> require_machine(const Board& board);

// Runs the program with its serial line on standard input and output: this program's own, or, where
// it is not attached, from sent_name and into the returned output.
Result<ProcessOutput> start_serial(const Program& program, bool attached,
                                   const std::filesystem::path& folder);

// The command that runs the program in QEMU with its two lines (firmware/ports/lines.h) on these
// character devices, "socket,id=ID,fd=3" and the like, its console in console_name, and calls of
// the functions at `totals` counted, if there are any. Where both lines are one, it is `in`, and
// `out` is a monitor whose words nobody needs.
// Errors: QEMU or the plugin is missing.
Result<std::vector<std::string>> line_command(const Program& program, const std::string& in,
                                              const std::string& out,
                                              const std::vector<std::uint32_t>& totals);

}  // namespace sengi::emulate
