// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "evaluate/evaluation.h"

namespace sengi::cli {
namespace {

using evaluate::Evaluation;
using evaluate::Figures;

struct Options {
  std::string project;
  std::string folder;
};

std::string share(double value) { return fmt::format("{:.1f} %", 100 * value); }

std::string class_table(const Evaluation& evaluation, const Figures& all) {
  Table table({"label", ">clips", ">precision", ">recall", ">F1", "most often taken for"});
  for (std::size_t truth = 0; truth < evaluation.labels.size(); ++truth) {
    const evaluate::ClassFigures& one = all.classes[truth];
    std::size_t worst = truth;
    for (std::size_t answer = 0; answer < evaluation.labels.size(); ++answer) {
      const bool more = worst == truth || evaluation.confusion.at(truth, answer) >
                                              evaluation.confusion.at(truth, worst);
      if (answer != truth && evaluation.confusion.at(truth, answer) > 0 && more) worst = answer;
    }
    table.add({evaluation.labels[truth], with_thousands(one.count), share(one.precision),
               share(one.recall), share(one.f1),
               worst == truth
                   ? ""
                   : fmt::format("{} ({})", evaluation.labels[worst],
                                 with_thousands(evaluation.confusion.at(truth, worst)))});
  }
  return table.text();
}

std::string words_of(const Evaluation& evaluation) {
  const Figures all = evaluate::figures(evaluation.confusion);
  std::string text = class_table(evaluation, all) + "\n";
  text += fmt::format(
      "{} of {} right: {} (95 % sure of {:.1f} to {:.1f} %), measured on {} by the "
      "device's int8 pipeline\n",
      with_thousands(all.correct), counted(all.count, "clip"), share(all.accuracy),
      100 * all.accuracy_95.low, 100 * all.accuracy_95.high, evaluation.data);
  text += fmt::format("balanced accuracy {}, macro F1 {}, calibration error {}\n",
                      share(all.balanced_accuracy), share(all.macro_f1),
                      share(evaluation.calibration.calibration_error));
  if (evaluation.float_network) {
    text += fmt::format("float network {}, same answer as int8 to {} of {}\n",
                        share(evaluation.float_network->accuracy),
                        with_thousands(evaluation.float_network->same_answer),
                        counted(all.count, "clip"));
  }
  if (!evaluation.groups.empty()) {
    const evaluate::GroupFigures& worst = evaluation.groups.front();
    text += fmt::format("{}; the one heard worst is '{}', {} of {} right\n",
                        counted(evaluation.groups.size(), "group"), worst.group, worst.correct,
                        worst.count);
  }
  return text;
}

Result<data::Dataset> dataset_of(const Options& options, const project::Project& project,
                                 const project::Trained& trained) {
  if (options.folder.empty()) return data::load_dataset(project);
  return data::load_test_folder(options.folder, trained.labels, trained.unknown,
                                project.data.group);
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(project, project::load_project(options.project));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  SENGI_TRY(dataset, dataset_of(options, project, pipeline.trained()));
  const std::string data = options.folder.empty() ? "test split" : options.folder;
  SENGI_TRY(evaluation, evaluate::evaluate(pipeline, project, dataset, data));
  const std::string json = evaluate::to_json(evaluation);
  SENGI_CHECK(say(session.json ? json : words_of(evaluation)));
  // The project's own record is of its test split; another folder's answer is only printed.
  if (options.folder.empty()) {
    SENGI_CHECK(write_result(session, evaluate::evaluation_path(project), json));
  }
  return Status::done;
}

}  // namespace

void add_evaluate(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("evaluate", "How often a trained project answers right");
  add_project(*command, options->project);
  command->add_option("--data", options->folder,
                      "A folder with one folder of recordings a label, instead of the test split");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi evaluate keywords\n"
      "  sengi evaluate keywords --data recordings-from-the-field --json > answer.json");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
