// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/measured_model.h"
#include "cli/run.h"

namespace sengi::cli {
namespace {

// A network with float32 in it runs on this machine alone, interpreted.
Result<Status> run_interpreted(const Model& model, const RunOptions& options,
                               const Session& session) {
  SENGI_TRY(result, interpret_model(model, options.in));
  if (!options.out.empty()) SENGI_CHECK(write_file(options.out, result.output));
  if (session.json) {
    const nlohmann::ordered_json json = {{"name", model.graph.name},
                                         {"model_sha256", model.sha256},
                                         {"board", "host"},
                                         {"interpreted", true},
                                         {"outputs_count", result.runs}};
    SENGI_CHECK(
        say(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
  } else if (session.talks()) {
    SENGI_CHECK(say(fmt::format("{} in float32 by the reference interpreter{}\n",
                                counted(result.runs, "inference"),
                                options.out.empty() ? "" : "; outputs in " + options.out)));
  }
  return Status::done;
}

}  // namespace

Result<Status> run_model(const RunOptions& options, const Session& session) {
  SENGI_TRY(board, emulate::load_board(options.board.empty() ? "host" : options.board));
  if (board.name == "host") {
    SENGI_TRY(model, read_model(options.subject));
    if (model::first_float_operator(model.graph)) return run_interpreted(model, options, session);
  }
  SENGI_TRY(measured, measure_model(options.subject, board, options.in, options.favor));
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
