// SPDX-License-Identifier: Apache-2.0
// The trainer is its own program, so that nothing else has to load libtorch.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/files.h"
#include "base/process.h"
#include "cli/command.h"

namespace sengi::cli {
namespace {

struct Options {
  std::string project;
  bool resume = false;
  bool force = false;
  std::string grid;
  bool learning_curve = false;
  std::size_t folds = 0;
};

Result<Status> act(const Options& options, const Session& session) {
  // Read here first, so that a mistake in sengi.toml is told before libtorch is loaded.
  SENGI_CHECK(project::load_project(options.project));
  const auto trainer = shipped("libexec/sengi-train");
  if (!trainer) {
    return Error{
        "this sengi was built without its trainer; install libtorch and XGBoost (apt install "
        "libtorch-dev libxgboost-dev) and build again with: cmake --preset release "
        "-DSENGI_TRAIN=ON && "
        "cmake --build --preset release"};
  }
  std::vector<std::string> command = {trainer.value().string(), options.project};
  if (options.resume) command.push_back("--resume");
  if (options.force) command.push_back("--force");
  if (!options.grid.empty()) {
    command.emplace_back("--grid");
    command.push_back(options.grid);
  }
  if (options.learning_curve) command.emplace_back("--learning-curve");
  if (options.folds > 0) {
    command.emplace_back("--folds");
    command.push_back(fmt::to_string(options.folds));
  }
  if (session.json) command.emplace_back("--json");
  if (session.quiet) command.emplace_back("--quiet");
  let_threads_sleep();
  SENGI_TRY(status, run_attached(command));
  if (status == 0) return Status::done;
  if (status == 1) return Status::no;
  if (status == 2) return Status::bad_input;  // it has said why
  return Error{fmt::format("the trainer ended with status {}", status)};
}

}  // namespace

void add_train(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("train", "Train the network of a project, then quantise it to int8");
  add_project(*command, options->project);
  command->add_flag("--resume", options->resume, "Go on where an interrupted training stopped");
  command->add_flag("--force", options->force, "Train again even where the model is up to date");
  command->add_option("--grid", options->grid,
                      "Country whose electricity the CO2 is reckoned by, such as KE");
  auto* curve = command->add_flag("--learning-curve", options->learning_curve,
                                  "Train on an eighth, a quarter, a half and all of the groups "
                                  "instead: would more recordings help?");
  command
      ->add_option("--folds", options->folds,
                   "Cross-validate instead: this many trainings, each tested on other groups")
      ->check(CLI::Range(2, 50))
      ->excludes(curve);
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Ctrl-C keeps the best network so far. What training cost is kept beside it: time,\n"
      "floating-point operations, energy and CO2. With --grid on a project that is trained, the "
      "CO2\n"
      "alone is reckoned anew. A\n"
      "learning curve and folds leave the model as it is; stopped, the same command goes on.\n\n"
      "Examples:\n"
      "  sengi train keywords\n"
      "  sengi train keywords --grid KE\n"
      "  sengi train keywords --learning-curve\n"
      "  sengi train keywords --folds 5\n"
      "  sengi train keywords --resume\n"
      "  sengi train keywords --json > record.json 2> events.jsonl");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
