// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli/measured_model.h"
#include "cli/run.h"

namespace sengi::cli {

Result<Status> run_model(const RunOptions& options, const Session& session) {
  SENGI_TRY(board, emulate::load_board(options.board.empty() ? "host" : options.board));
  SENGI_TRY(measured, measure_model(options.subject, board, options.in));
  const evaluate::RunRecord& record = measured.record;
  if (!options.out.empty()) SENGI_CHECK(write_file(options.out, measured.output));
  if (session.json) {
    SENGI_CHECK(say(evaluate::to_json(record)));
    return Status::done;
  }
  SENGI_CHECK(say(words_of(record)));
  if (session.talks()) {
    SENGI_CHECK(
        say(fmt::format("{} on {}{}\n", counted(record.outputs_count, "inference"), board.title,
                        options.out.empty() ? "" : "; outputs in " + options.out)));
  }
  return Status::done;
}

}  // namespace sengi::cli
