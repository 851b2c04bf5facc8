// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/text.h"
#include "cli/evaluate.h"
#include "cli/table.h"
#include "evaluate/evaluation.h"

namespace sengi::cli {
namespace {

using evaluate::Evaluation;
using evaluate::Figures;

struct Options {
  std::string project;
  std::string folder;
  std::vector<std::string> by;
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

std::string sure(const evaluate::Interval& interval) {
  return fmt::format("{:.1f} to {:.1f} %", 100 * interval.low, 100 * interval.high);
}

std::string slice_table(const evaluate::Slicing& slicing) {
  Table table({"by " + slicing.by, ">clips", ">groups", ">right", ">95 % sure of", ""});
  for (const evaluate::Slice& slice : slicing.slices) {
    table.add({slice.value, with_thousands(slice.count), with_thousands(slice.groups),
               share(slice.accuracy()), sure(slice.accuracy_95),
               slice.few() ? "too few to tell" : ""});
  }
  return table.text();
}

std::string suspect_table(const Evaluation& evaluation) {
  constexpr std::size_t shown = 8;
  Table table({"label may be wrong", "label", "seems", ">sure by"});
  for (std::size_t i = 0; i < std::min(shown, evaluation.suspects.size()); ++i) {
    const evaluate::Suspect& one = evaluation.suspects[i];
    table.add({one.place(), evaluation.labels[one.label], evaluation.labels[one.answer],
               fmt::format("{:.0f} %", 100 * one.confidence)});
  }
  return table.text();
}

// What the answers are like beside how many are right: slices and suspects.
std::string details_of(const Evaluation& evaluation) {
  std::string text;
  for (const evaluate::Slicing& slicing : evaluation.slices) text += "\n" + slice_table(slicing);
  if (evaluation.suspects.empty()) return text;
  return text + "\n" + suspect_table(evaluation) +
         fmt::format("{} of {} clips of test and validation; look at them first\n",
                     with_thousands(evaluation.suspects_count),
                     with_thousands(evaluation.held_out));
}

std::string calibration_words(const Evaluation& evaluation) {
  std::string text =
      fmt::format("calibration error {}", share(evaluation.calibration.calibration_error));
  if (!evaluation.temperature) return text + "\n";
  return text + fmt::format(
                    "; {} with scores divided by a temperature of {:.2f}, fitted on {} of "
                    "validation and not applied\n",
                    share(evaluation.temperature->test.calibration_error),
                    evaluation.temperature->value, counted(evaluation.temperature->clips, "clip"));
}

std::string words_of(const Evaluation& evaluation) {
  const Figures all = evaluate::figures(evaluation.confusion);
  std::string text = class_table(evaluation, all) + "\n";
  text += fmt::format(
      "{} of {} right: {} (95 % sure of {}), measured on {} by the device's int8 pipeline\n",
      with_thousands(all.correct), counted(all.count, "clip"), share(all.accuracy),
      sure(evaluation.intervals.accuracy), evaluation.data);
  text += fmt::format("balanced accuracy {} ({}), macro F1 {} ({})\n", share(all.balanced_accuracy),
                      sure(evaluation.intervals.balanced_accuracy), share(all.macro_f1),
                      sure(evaluation.intervals.macro_f1));
  text += fmt::format("intervals from {}{}\n", evaluate::words_of(evaluation.intervals),
                      evaluation.intervals.units < evaluate::few_groups
                          ? ", so few that they are still too narrow"
                          : "");
  text += calibration_words(evaluation);
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
  return text + details_of(evaluation);
}

Result<data::Dataset> dataset_of(const Options& options, const project::Project& project,
                                 const project::Trained& trained) {
  if (options.folder.empty()) return data::load_dataset(project);
  return data::load_test_folder(options.folder, trained.labels,
                                project::settled_as(project, trained));
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(project, project::load_project(options.project));
  for (const std::string& column : options.by) {
    if (std::ranges::find(project.evaluate.slices, column) == project.evaluate.slices.end()) {
      project.evaluate.slices.push_back(column);
    }
  }
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
  command->add_option("--by", options->by,
                      "Results by this column of the manifest too, such as language or site");
  const EventsCommand events = add_evaluate_events(*command);
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Intervals come from drawing whole groups (speakers, animals, sites), since clips of one "
      "are\n"
      "no independent evidence. Clips that the network confidently calls by another label are\n"
      "listed: their label may be wrong.\n\n"
      "With --events what a detector found in whole recordings, any detector, is held against "
      "what\n"
      "people marked: each mark is found once at most, by the best assignment there is.\n\n"
      "Examples:\n"
      "  sengi evaluate keywords\n"
      "  sengi evaluate keywords --by language\n"
      "  sengi evaluate keywords --data recordings-from-the-field --json > answer.json\n"
      "  sengi evaluate birdnet/ --events raven/ --recordings night/ --false-alarms 1/10h \\\n"
      "    --outcomes outcomes.txt\n"
      "  sengi evaluate found.csv --events words.TextGrid --rule onset --tolerance-s 0.75");
  command->callback([options, events, &session] {
    session.action = [options, events, &session] {
      return events.asked() ? events.act(options->project, session) : act(*options, session);
    };
  });
}

}  // namespace sengi::cli
