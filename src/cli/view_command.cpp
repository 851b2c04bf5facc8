// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "base/files.h"
#include "base/process.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/work_folder.h"
#include "view/export.h"
#include "view/server.h"

namespace sengi::cli {
namespace {

struct Options {
  std::string recording;
  std::string project, compare, found, labels, transcript, to;
  std::string rule = "overlap";
  double tolerance_s = 0;
  int port = 0;
  bool no_open = false;
  bool sound = false;
};

// Nobody waits for the browser, and where there is none the address is printed all the same.
void open_browser(const std::string& address) {
  const auto program = find_program("xdg-open");
  if (!program) return;
  std::thread([address] {
    static_cast<void>(run_process({"xdg-open", address}, std::chrono::seconds(20)).ok());
  }).detach();
}

Result<Status> act(const Options& options, const Session& session) {
  view::ShowOptions show;
  show.recording = options.recording;
  show.labels = options.labels;
  show.found = options.found;
  show.transcript = options.transcript;
  show.matching = {*events::rule_named(options.rule), options.tolerance_s};
  for (const std::string& project : {options.project, options.compare}) {
    if (!project.empty()) show.projects.emplace_back(project);
  }
  if (const auto cache = cache_folder()) show.cache = *cache / "view";
  SENGI_TRY(shown, view::Shown::open(show));
  if (!options.to.empty()) {
    SENGI_TRY(html, view::export_page(*shown, {.sound = options.sound}));
    SENGI_CHECK(write_result(session, options.to, html));
    return Status::done;
  }
  SENGI_TRY(server, view::Server::start(*shown, options.port));
  SENGI_CHECK(say(server.address() + "\n"));
  if (session.talks()) fmt::print(stderr, "Ctrl-C ends it\n");
  if (!options.no_open) open_browser(server.address());
  while (!interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return Status::done;
}

}  // namespace

void add_view(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("view", "A page that shows what a detector finds, and what is there");
  command->add_option("RECORDING", options->recording, "Of any length, rate and format")
      ->required();
  auto* project =
      command->add_option("--project", options->project, "A trained project: its scores");
  command->add_option("--compare", options->compare, "Another, beside it")->needs(project);
  command
      ->add_option("--found", options->found,
                   "Instead of a project: a table of what any detector found (see sengi evaluate)")
      ->excludes(project);
  command->add_option("--labels", options->labels,
                      "What people marked: Raven, Audacity, CSV or TextGrid; else those saved "
                      "beside the recording");
  command->add_option("--transcript", options->transcript,
                      "What is said: a table as for --labels, or JSON: [{start, end, transcript}]");
  command
      ->add_option("--rule", options->rule,
                   "Which found event is which label, as in sengi evaluate --events")
      ->check(CLI::IsMember({"overlap", "onset", "first"}))
      ->capture_default_str();
  command->add_option("--tolerance-s", options->tolerance_s, "How far apart they may be")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  auto* port = command->add_option("--port", options->port, "Any that is free without it")
                   ->check(CLI::Range(0, 65535));
  command->add_flag("--no-open", options->no_open, "Print the address and open no browser");
  auto* to =
      command->add_option("--export", options->to, "Write the page as one HTML file, and end")
          ->excludes(port);
  command->add_flag("--sound", options->sound, "With the recording in it")->needs(to);
  add_quiet(*command, session);
  command->footer(
      "Serves this machine alone. Labels are saved as a selection table of Raven: in the file of\n"
      "--labels where that is one, else beside the recording, NAME.selections.txt. What takes "
      "time\n"
      "to make is kept below ~/.cache/sengi/view.\n\n"
      "Examples:\n"
      "  sengi view night.wav\n"
      "  sengi view night.wav --project frogs --labels night.Table.1.selections.txt\n"
      "  sengi view night.wav --project frogs --compare frogs_small\n"
      "  sengi view night.wav --found night.BirdNET.selection.table.txt --labels night.txt\n"
      "  sengi view night.wav --project frogs --export night.html --sound");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
