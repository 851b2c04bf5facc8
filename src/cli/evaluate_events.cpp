// SPDX-License-Identifier: Apache-2.0
// sengi evaluate FOUND|PROJECT --events MARKED: what a detector found against what people marked.
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "cli/evaluate.h"
#include "cli/table.h"
#include "data/csv.h"
#include "events/judgement_text.h"
#include "events/tables.h"
#include "scan/scan_many.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

using events::Counts;
using events::Judgement;
using events::Range;

struct Options {
  std::vector<std::string> marked;
  events::RecordingsOptions read;
  std::string rule = "overlap";
  double tolerance_s = 0;
  double threshold = 0;
  std::string budget;
  std::string outcomes;
};

std::string share(const std::optional<double>& value) {
  return value ? fmt::format("{:.1f} %", 100 * *value) : "-";
}

std::string sure(const std::optional<Range>& range) {
  if (!range) return "";
  return fmt::format(" (95 % sure of {:.1f} to {:.1f} %)", 100 * range->low, 100 * range->high);
}

// "1/10h", "0.1", "2/24h": false alarms an hour.
Result<double> an_hour(const std::string& budget) {
  const auto wrong = [&] {
    return Error{fmt::format("--false-alarms {}: write it as 0.5 (an hour), or 1/10h", budget)};
  };
  const std::size_t slash = budget.find('/');
  if (slash == std::string::npos) {
    const auto rate = data::number_in(budget);
    if (!rate || *rate < 0) return wrong();
    return *rate;
  }
  std::string hours = budget.substr(slash + 1);
  if (hours.ends_with('h')) hours.pop_back();
  const auto alarms = data::number_in(std::string_view(budget).substr(0, slash));
  const auto over = data::number_in(hours);
  if (!alarms || !over || *alarms < 0 || *over <= 0) return wrong();
  return *alarms / *over;
}

std::string label_table(const std::vector<events::Recording>& recordings, const Judgement& j) {
  Table table(
      {"label", ">marked", ">right", ">missed", ">false alarms", ">precision", ">recall", ">F1"});
  std::map<std::string, std::size_t> marked;
  std::size_t all = 0;
  for (const events::Recording& recording : recordings) {
    for (const events::Event& event : recording.marked) ++marked[event.label];
    all += recording.marked.size();
  }
  const auto add = [&](const std::string& label, std::size_t marks, const Counts& c) {
    table.add({label, with_thousands(marks), with_thousands(c.right), with_thousands(c.missed),
               with_thousands(c.false_alarms), share(c.precision()), share(c.recall()),
               share(c.f1())});
  };
  for (const auto& [label, counts] : j.labels) add(label, marked[label], counts);
  if (j.labels.size() > 1) add("all", all, j.all);
  return table.text();
}

// What was found where something else was marked.
std::string confusion_words(const std::vector<events::Recording>& recordings, const Judgement& j) {
  std::map<std::pair<std::string, std::string>, std::size_t> taken;
  for (const events::Fate& fate : j.found) {
    if (fate.other) ++taken[{*fate.other, recordings[fate.recording].found[fate.found].label}];
  }
  Table table({"found", "where this was marked", ">times"});
  for (const auto& [pair, count] : taken) {
    table.add({pair.second, pair.first, with_thousands(count)});
  }
  return taken.empty() ? "" : "\n" + table.text();
}

std::string words_of(const std::vector<events::Recording>& recordings, const Judgement& j) {
  std::string text = label_table(recordings, j) + "\n";
  text += fmt::format("at threshold {:.4g}: recall {}{}, precision {}{}, F1 {}{}\n", j.threshold,
                      share(j.all.recall()), sure(j.recall_95), share(j.all.precision()),
                      sure(j.precision_95), share(j.all.f1()), sure(j.f1_95));
  if (const auto rate = j.false_alarms_an_hour()) {
    text += fmt::format("{:.3g} false alarms an hour (95 % sure of {:.3g} to {:.3g}) in {:.3g} h\n",
                        *rate, j.false_alarms_an_hour_95->low, j.false_alarms_an_hour_95->high,
                        j.hours);
  } else {
    text += "how many false alarms an hour that is, --recordings FOLDER would tell\n";
  }
  if (j.all.wrong > 0) text += fmt::format("at a mark with another label: {}\n", j.all.wrong);
  text += j.recordings < 2 ? "one recording: of the next one nobody can tell by it\n"
                           : fmt::format("intervals from 2,000 draws of {}\n",
                                         counted(j.recordings, "recording"));
  return text + confusion_words(recordings, j);
}

// What a trained project finds in the recordings, as tables of sengi scan in a folder.
Result<TemporaryFolder> scanned(const std::string& project_folder, const fs::path& recordings) {
  if (recordings.empty()) {
    return Error{fmt::format(
        "{} is a project; --recordings FOLDER says in which recordings it is to be judged",
        project_folder)};
  }
  SENGI_TRY(project, project::load_project(project_folder));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  SENGI_TRY(scanner, scan::Scanner::make(pipeline, {}));
  SENGI_TRY(subjects, scan::subjects_of({recordings.string()}));
  SENGI_TRY(folder, TemporaryFolder::make());
  scan::ManyOptions many;
  many.to = folder.path();
  SENGI_TRY(all, scan::scan_many(scanner, subjects, many));
  for (const scan::Scanned& one : all) {
    if (!one.fault.empty()) return Error{one.fault};
  }
  return folder;
}

Result<Status> act(const Options& options, const std::string& given, const Session& session) {
  std::error_code ignored;
  std::optional<TemporaryFolder> made;
  std::string found = given;
  if (fs::exists(fs::path(given) / "sengi.toml", ignored)) {
    SENGI_TRY(folder, scanned(given, options.read.recordings));
    found = folder.path().string();
    made.emplace(std::move(folder));
  }
  events::RecordingsOptions read = options.read;
  read.marked.assign(options.marked.begin(), options.marked.end());
  read.found = {found};
  events::JudgeOptions judging;
  judging.matching = {*events::rule_named(options.rule), options.tolerance_s};
  judging.threshold = options.threshold;
  if (!options.budget.empty()) {
    SENGI_TRY(rate, an_hour(options.budget));
    judging.false_alarms_an_hour = rate;
  }
  SENGI_TRY(recordings, events::read_recordings(read));
  SENGI_TRY(judgement, events::judge(recordings, judging));
  if (!options.outcomes.empty()) {
    SENGI_CHECK(write_text(options.outcomes, events::outcomes_for_raven(recordings, judgement)));
  }
  if (session.json) {
    SENGI_CHECK(say(events::to_json(recordings, judgement)));
  } else if (!session.quiet) {
    SENGI_CHECK(say(words_of(recordings, judgement)));
  }
  return Status::done;
}

}  // namespace

EventsCommand add_evaluate_events(CLI::App& command) {
  auto options = std::make_shared<Options>();
  const char* group = "What a detector found in whole recordings";
  auto* events =
      command
          .add_option("--events", options->marked,
                      "What people marked there: Raven, Audacity, CSV or TextGrid, files "
                      "or folders; PROJECT is then what was found, likewise, or a trained "
                      "project, which is run over --recordings")
          ->group(group);
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->group(group)->needs(events);
  };
  add("--recordings", options->read.recordings,
      "A folder of the recordings, for false alarms an hour; each in it counts, marked or not");
  add("--rule", options->rule,
      "Which found event is which mark: overlap; onset, by their beginnings; or first, as the "
      "accuracy test of TensorFlow's speech commands has it; else overlap")
      ->check(CLI::IsMember({"overlap", "onset", "first"}));
  add("--tolerance-s", options->tolerance_s, "How far apart they may be; else 0")
      ->check(CLI::NonNegativeNumber);
  auto* threshold = add("--threshold", options->threshold, "Only what is at least so sure counts");
  add("--false-alarms", options->budget,
      "Take the lowest threshold with no more than so many an hour, such as 0.5 or 1/10h")
      ->excludes(threshold);
  add("--outcomes", options->outcomes,
      "Write a selection table for Raven: right, false alarm, missed");
  add("--label-column", options->read.tables.label_column, "The column of Raven's tables");
  add("--confidence-column", options->read.tables.confidence_column,
      "Else confidence, score or probability");
  add("--tier", options->read.tables.tier, "Of TextGrids; else all");
  data::AnnotationColumns& columns = options->read.tables.columns;
  add("--csv-file", columns.recording, "Columns of a CSV: the recording")->capture_default_str();
  add("--csv-start", columns.start, "  where it starts, in seconds")->capture_default_str();
  add("--csv-end", columns.end, "  where it ends, in seconds")->capture_default_str();
  add("--csv-label", columns.label, "  its label")->capture_default_str();
  return {[options] { return !options->marked.empty(); },
          [options](const std::string& found, const Session& session) {
            return act(*options, found, session);
          }};
}

}  // namespace sengi::cli
