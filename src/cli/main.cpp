// SPDX-License-Identifier: Apache-2.0
// sengi: from recordings to a device that listens. Ends with 0 (done), 1 (the answer is no) or 2
// (bad usage or input, with one line on standard error that says what and where).
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "base/progress.h"
#include "base/text.h"
#include "cli/collar.h"
#include "cli/command.h"

namespace {

using namespace sengi;

int fail(const Error& error) {
  fmt::print(stderr, "sengi: {}\n", error.message);
  return static_cast<int>(error.outcome);
}

void describe(CLI::App& app, cli::Session& session) {
  app.description("From recordings to a microcontroller that listens, decides, and reports.");
  app.set_version_flag("--version", "sengi " SENGI_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Start:\n"
      "  sengi doctor                        is everything here that is needed?\n"
      "  sengi new keyword PROJECT           a folder and its settings\n"
      "  sengi data check PROJECT            what are the recordings like?\n"
      "  sengi train PROJECT                 recordings -> int8 network\n"
      "  sengi tune PROJECT                  a better network for the board\n"
      "  sengi run PROJECT --on mps2-an386   the whole program on an emulated Cortex-M4\n"
      "  sengi report PROJECT                one page to look at\n"
      "  sengi zones study --track FILE      how long before a collar would warn\n"
      "  sengi station --mqtt ADDRESS        hear what devices say\n\n"
      "Each command has --help with examples. A PROJECT is a folder with a sengi.toml.");
  cli::add_new(app, session);
  cli::add_data(app, session);
  cli::add_train(app, session);
  cli::add_tune(app, session);
  cli::add_evaluate(app, session);
  cli::add_scan(app, session);
  cli::add_view(app, session);
  cli::add_build(app, session);
  cli::add_run(app, session);
  cli::add_bench(app, session);
  cli::add_quantize(app, session);
  cli::add_report(app, session);
  cli::add_zones(app, session);
  cli::add_energy(app, session);
  cli::add_link(app, session);
  cli::add_collar(app, session);
  cli::add_station(app, session);
  cli::add_boards(app, session);
  cli::add_doctor(app, session);
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

// A first word that is no command gets a better answer than the parser's.
Result<void> check_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  const std::vector<std::string> names = command_names(app);
  const std::string word = argv[1];
  if (std::find(names.begin(), names.end(), word) != names.end()) return {};
  const auto meant = nearest(word, names);
  return Error{meant ? fmt::format("'{}' is not a command; did you mean: sengi {}", word, *meant)
                     : fmt::format("'{}' is not a command; sengi --help lists them", word)};
}

// Of the command that was being read, for "sengi run --help".
std::string command_line_of(const CLI::App& app) {
  std::string line = "sengi";
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    line += " " + at->get_name();
  }
  return line;
}

int parse_and_act(int argc, char** argv) {
  cli::Session session;
  CLI::App app;
  app.name("sengi");
  describe(app, session);
  if (auto known = check_command(app, argc, argv); !known) return fail(known.error());
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& fault) {
    std::string words = fault.what();
    std::replace(words.begin(), words.end(), '\n', ' ');
    return fail({fmt::format("{}; see {} --help", words, command_line_of(app))});
  }
  if (session.quiet) {
    silence_progress();
  } else if (session.json) {
    write_progress_as_json();
  }
  watch_for_interrupt();
  ::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of writing, not a death
  const auto status = session.action();
  return status ? static_cast<int>(status.value()) : fail(status.error());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return parse_and_act(argc, argv);
  } catch (const std::exception& fault) {
    return fail({fmt::format("a fault inside sengi ({}); please report it", fault.what())});
  }
}
