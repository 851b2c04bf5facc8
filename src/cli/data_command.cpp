// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.h"
#include "cli/data.h"
#include "data/check.h"
#include "data/made_calls.h"
#include "data/made_speech.h"
#include "evaluate/data_page.h"

namespace sengi::cli {
namespace {

Result<Status> check(const std::string& path, const Session& session) {
  SENGI_TRY(project, project::load_project(path));
  SENGI_TRY(report, data::check_data(project));
  SENGI_CHECK(say(session.json ? data::to_json(report) : data::to_text(report)));
  SENGI_CHECK(write_result(session, evaluate::data_page_path(project),
                           evaluate::data_page(report, SENGI_VERSION)));
  return report.ok() ? Status::done : Status::no;
}

void add_check(CLI::App& data, Session& session) {
  auto project = std::make_shared<std::string>();
  CLI::App* command =
      data.add_subcommand("check", "What the recordings are like, and what is wrong");
  add_project(*command, *project);
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Reads every recording: counts, lengths, rates, clipping, silence, duplicates, recordings "
      "that\n"
      "sound alike (louder, shifted, cut or stored by another codec), groups on two sides of the\n"
      "split. Writes a page with pictures to PROJECT/out/data.html. Ends with 1 where there is a\n"
      "fault.\n\n"
      "Examples:\n"
      "  sengi data check keywords\n"
      "  sengi data check keywords --json | jq .findings");
  command->callback([project, &session] {
    session.action = [project, &session] { return check(*project, session); };
  });
}

Result<Status> make_calls(const project::Project& project, const Session& session) {
  SENGI_TRY(made, data::make_calls(project));
  if (!session.talks()) return Status::done;
  std::string words =
      fmt::format("{} made, {} there before; {} of recordings\n", counted(made.made, "clip"),
                  with_thousands(made.kept), with_thousands(made.recorded));
  if (made.others > 0) {
    words += fmt::format("{} in clips of other sounds\n", counted(made.others, "recording"));
  }
  for (const std::string& note : made.notes) words += "note: " + note + "\n";
  words += fmt::format("manifest {}\n", made.manifest.string());
  if (!made.stream.empty()) {
    words += fmt::format("a recording to listen through: {}\n", made.stream.string());
  }
  SENGI_CHECK(say(words));
  return Status::done;
}

Result<Status> make(const std::string& path, const Session& session) {
  SENGI_TRY(project, project::load_project(path));
  if (data::has_call_recipe(project)) return make_calls(project, session);
  SENGI_TRY(made, data::make_speech(project));
  if (!session.talks()) return Status::done;
  std::string words =
      fmt::format("{} made, {} there before; {} of people\n", counted(made.made, "recording"),
                  with_thousands(made.kept), with_thousands(made.people));
  for (const std::string& note : made.notes) words += "note: " + note + "\n";
  SENGI_CHECK(say(words + fmt::format("manifest {}\na recording to listen through: {}\n",
                                      made.manifest.string(), made.stream.string())));
  return Status::done;
}

void add_make(CLI::App& data, Session& session) {
  auto project = std::make_shared<std::string>();
  CLI::App* command = data.add_subcommand(
      "make", "Make the recordings that PROJECT/speech.toml or PROJECT/calls.toml asks for");
  add_project(*command, *project);
  add_quiet(*command, session);
  command->footer(
      "Speech from the synthesisers of this machine to train on, and people's recordings that its\n"
      "packages bring to judge by; or elephants' calls by what the literature says of them, and\n"
      "sounds that may be taken for them. What is there already is not made again.\n\n"
      "Examples:\n"
      "  sengi data make keywords\n"
      "  sengi data make rumbles");
  command->callback([project, &session] {
    session.action = [project, &session] { return make(*project, session); };
  });
}

}  // namespace

void add_data(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("data", "The recordings of a project");
  command->require_subcommand(1);
  add_check(*command, session);
  add_data_import(*command, session);
  add_data_import_series(*command, session);
  add_data_import_forecast(*command, session);
  add_make(*command, session);
  add_data_grounds(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi data check keywords\n"
      "  sengi data import frogs marsh.Table.1.selections.txt\n"
      "  sengi data make keywords");
}

}  // namespace sengi::cli
