// SPDX-License-Identifier: Apache-2.0
// The search is a program of its own: it trains, with libtorch, and talks to others by MPI.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/files.h"
#include "cli/command.h"
#include "tune/options.h"

namespace sengi::cli {
namespace {

// Becomes the program, so that what started this one (mpirun) goes on with that one.
Error become(const std::string& program, std::vector<std::string> words) {
  words.insert(words.begin(), program);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  let_threads_sleep();
  ::execv(program.c_str(), arguments.data());
  return Error{fmt::format("cannot start {}: {}", program, std::strerror(errno))};
}

Result<Status> act(tune::Options options, const Session& session) {
  SENGI_CHECK(project::load_project(options.project));
  const auto program = shipped("libexec/sengi-tune");
  if (!program) {
    return Error{
        "this sengi was built without its search; install libtorch and MPI (apt install "
        "libtorch-dev libopenmpi-dev openmpi-bin) and build again with: cmake --preset release "
        "-DSENGI_TRAIN=ON && cmake --build --preset release"};
  }
  options.json = session.json;
  options.quiet = session.quiet;
  return become(program.value().string(), tune::arguments_of(options));
}

}  // namespace

void add_tune(CLI::App& app, Session& session) {
  auto options = std::make_shared<tune::Options>();
  CLI::App* command = app.add_subcommand(
      "tune", "Search for a front end and a network that are more accurate, or cheaper");
  tune::add_options(*command, *options);
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Each candidate is built for the board and run in the emulator before it is trained, and\n"
      "those beyond a limit are left out. The rest are trained for a ninth of the epochs; the "
      "best\n"
      "third, by accuracy on validation and cycles, for a third; the best third of those for all.\n"
      "The project as it is comes first, as the mark. All that is found is kept in\n"
      "PROJECT/out/tune: Ctrl-C, or a cut of the power, costs what is running, and the same "
      "command\n"
      "goes on. Over several processes or machines with a common folder: mpirun.\n\n"
      "Examples:\n"
      "  sengi tune keywords --board nano33ble --hours 8\n"
      "  sengi tune keywords --board nano33ble --ram 64K --latency-ms 20 --trials 40\n"
      "  sengi tune keywords --board nano33ble --energy-uj 100 --epochs 30\n"
      "  mpirun -n 4 sengi tune keywords --board nano33ble --hours 1\n"
      "  sengi tune keywords --apply 17");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
