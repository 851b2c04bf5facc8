// SPDX-License-Identifier: Apache-2.0
// A program on a board whose two lines (firmware/ports/lines.h) this program holds: what is sent
// comes to it, what it sends comes back, while it runs.
//
//   SENGI_TRY(line, LineProgram::start(program, {"Behaviour::judge("}));
//   SENGI_CHECK(line.send(bytes));
//   SENGI_TRY(more, line.receive());
//   SENGI_TRY(done, line.finish());
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "emulate/emulate.h"

namespace sengi::emulate {

struct LineRun {
  std::size_t stack_bytes = 0;     // peak; 0 on the host
  std::uint64_t instructions = 0;  // of the whole run; 0 where not counted
  std::uint64_t cycles = 0;
  std::vector<FunctionCost> functions;  // those that the program has, in the order asked for
};

class LineProgram {
 public:
  // `functions`: parts of demangled names whose calls are counted, the first function each that has
  // it; none: nothing is counted (faster). Requires: built with Build::lines.
  // Errors: QEMU or the plugin is missing; it cannot be started.
  static Result<LineProgram> start(const Program& program,
                                   const std::vector<std::string>& functions);
  LineProgram(LineProgram&&) noexcept;
  LineProgram& operator=(LineProgram&&) noexcept;
  ~LineProgram();  // ends it, if it still runs

  Result<void> send(std::span<const std::uint8_t> bytes);
  // What has come, at least a byte; waits for it. Errors: the program ended, with its last words;
  // a minute went by.
  Result<std::vector<std::uint8_t>> receive();
  // Waits for its end. Errors: it ended with a fault, with its last words.
  Result<LineRun> finish();

 private:
  struct State;
  explicit LineProgram(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sengi::emulate
