// SPDX-License-Identifier: Apache-2.0
#include "cli/measured_model.h"
#include "cli/run.h"

namespace sengi::cli {

Result<Status> run_serial(const RunOptions& options, const Session&) {
  SENGI_TRY(board, emulate::load_board(options.board.empty() ? "host" : options.board));
  SENGI_CHECK(emulate::require_serial_line(board));
  SENGI_TRY(built, build_model(options.subject, board, options.firmware, options.favor));
  SENGI_CHECK(emulate::talk_attached(built.program));
  return Status::done;
}

}  // namespace sengi::cli
