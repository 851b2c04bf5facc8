// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/work_folder.h"
#include "evaluate/cards.h"
#include "evaluate/report.h"
#include "evaluate/report_gather.h"

namespace sengi::cli {
namespace {

Result<Status> act(const std::string& path, const Session& session) {
  SENGI_TRY(project, project::load_project(path));
  // The report has the program listen on this machine; another sengi may be building it.
  SENGI_TRY(folder, WorkFolder::at(project.out() / "build" / "host"));
  SENGI_TRY(data, evaluate::gather_report(project, SENGI_VERSION));
  SENGI_CHECK(
      write_result(session, evaluate::model_card_path(project), evaluate::model_card(data)));
  SENGI_CHECK(write_result(session, evaluate::data_card_path(project), evaluate::data_card(data)));
  SENGI_CHECK(write_result(session, evaluate::report_path(project), evaluate::report_page(data)));
  return Status::done;
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto project = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "report", "One page to look at: recordings, answers, memory, cycles, cost");
  add_project(*command, *project);
  add_quiet(*command, session);
  command->footer(
      "Writes PROJECT/out/report.html, one file that fetches nothing. It holds what sengi train,\n"
      "sengi evaluate and sengi run have found so far. Beside it, to give away with the model:\n"
      "model_card.md and data_card.md, of facts from the same records.\n\n"
      "Example:\n"
      "  sengi report keywords");
  command->callback([project, &session] {
    session.action = [project, &session] { return act(*project, session); };
  });
}

}  // namespace sengi::cli
