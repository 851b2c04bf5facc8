// SPDX-License-Identifier: Apache-2.0
// What the commands share. Each command's file adds itself to the command line with a function
// below; its work is then left in Session::action for main() to do.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "compile/compile.h"
#include "project/project.h"

namespace CLI {
class App;
}

namespace sengi::cli {

// The status that the program ends with.
enum class Status : int { done = 0, no = 1, bad_input = 2 };

struct Session {
  bool json = false;   // the result as JSON on standard output, and nothing else there
  bool quiet = false;  // no progress, and no words beside the result
  std::function<Result<Status>()> action;

  // Whether words for people belong on standard output.
  bool talks() const { return !json && !quiet; }
};

void add_new(CLI::App& app, Session& session);
void add_data(CLI::App& app, Session& session);
void add_train(CLI::App& app, Session& session);
void add_tune(CLI::App& app, Session& session);
void add_evaluate(CLI::App& app, Session& session);
void add_scan(CLI::App& app, Session& session);
void add_view(CLI::App& app, Session& session);
void add_build(CLI::App& app, Session& session);
void add_run(CLI::App& app, Session& session);
void add_bench(CLI::App& app, Session& session);
void add_quantize(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_link(CLI::App& app, Session& session);
void add_boards(CLI::App& app, Session& session);
void add_zones(CLI::App& app, Session& session);
void add_energy(CLI::App& app, Session& session);
void add_station(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);

// Gives a command its --json (where it prints results) and --quiet.
void add_json(CLI::App& command, Session& session);
void add_quiet(CLI::App& command, Session& session);

// Has OpenMP's threads in programs that are started from here sleep when they wait for one another.
// By default they spin, and where another program wants the processor too, training then takes many
// times as long.
void let_threads_sleep();

// --favor: what the generated code is made for.
void add_favor(CLI::App& command, compile::Favor& favor);

// The argument that names a project: its folder, or the sengi.toml in it.
void add_project(CLI::App& command, std::string& project);

// Prints to standard output.
// Errors: it cannot be written (a full disk behind a redirection).
Result<void> say(const std::string& words);

// Writes a result's file and says so.
Result<void> write_result(const Session& session, const std::filesystem::path& path,
                          const std::string& text);

}  // namespace sengi::cli
