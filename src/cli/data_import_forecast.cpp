// SPDX-License-Identifier: Apache-2.0
// sengi data import-forecast: logs of sensors as examples of what comes next.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/data.h"
#include "cli/table.h"
#include "data/csv.h"
#include "data/series_import_forecast.h"

namespace sengi::cli {
namespace {

struct ForecastCommand {
  std::vector<std::string> given;
  std::string to;
  std::vector<std::string> inputs;
  std::vector<std::string> ranges;
  std::string below;
  std::string above;
  std::vector<std::string> labels = {"yes", "no"};
  data::ForecastOptions options;
};

// The two parts of NAME=REST.
Result<std::pair<std::string, std::string>> named(const std::string& option,
                                                  const std::string& word,
                                                  const std::string& example) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
    return Error{fmt::format("{} {}: write it as {}", option, word, example)};
  }
  return std::pair(word.substr(0, equals), word.substr(equals + 1));
}

// -0.1..0.6
std::optional<data::ValueRange> range_in(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto low = data::number_in(text.substr(0, dots));
  const auto high = data::number_in(text.substr(dots + 2));
  if (!low || !high || !(*low < *high)) return std::nullopt;
  return data::ValueRange{*low, *high};
}

Result<data::ForecastOptions> options_of(const ForecastCommand& command) {
  data::ForecastOptions options = command.options;
  for (const std::string& word : command.inputs) {
    SENGI_TRY(input, named("--input", word, "moisture='5_cm.*VWC'"));
    options.inputs.push_back({input.first, input.second, {}});
  }
  for (const std::string& word : command.ranges) {
    SENGI_TRY(range, named("--range", word, "moisture=-0.1..0.6"));
    const auto input = std::ranges::find(options.inputs, range.first, &data::ForecastInput::name);
    if (input == options.inputs.end()) {
      return Error{fmt::format("--range {}: there is no --input {}", word, range.first)};
    }
    input->valid = range_in(range.second);
    if (!input->valid) {
      return Error{fmt::format("--range {}: write it as {}=-0.1..0.6", word, range.first)};
    }
  }
  options.below = !command.below.empty();
  const std::string option = options.below ? "--below" : "--above";
  SENGI_TRY(bound, named(option, options.below ? command.below : command.above, "moisture=0.08"));
  const auto value = data::number_in(bound.second);
  if (!value) return Error{fmt::format("{} {}: not a number", option, bound.second)};
  options.target = bound.first;
  options.bound = *value;
  options.yes = command.labels[0];
  options.no = command.labels[1];
  return options;
}

std::string text_of(const data::Forecast& forecast, const std::string& to) {
  Table labels({"label", ">examples", ">as now"});
  for (const auto& [label, count] : forecast.examples) {
    labels.add({label, with_thousands(count), with_thousands(forecast.as_now.at(label))});
  }
  std::string words = counted(forecast.files, "log") + "\n" + labels.text();
  double all = 0;
  double right = 0;
  double balanced = 0;
  for (const auto& [label, count] : forecast.examples) {
    const auto as_now = static_cast<double>(forecast.as_now.at(label));
    all += static_cast<double>(count);
    right += as_now;
    balanced += as_now / static_cast<double>(count);
  }
  words += fmt::format(
      "whoever says that all stays as it is has {:.1f} % right, {:.1f} % balanced: the mark to "
      "beat\n",
      100 * right / all, 100 * balanced / static_cast<double>(forecast.examples.size()));
  if (forecast.without_readings > 0) {
    words += fmt::format("left out {}: no reading in one of their steps\n",
                         counted(forecast.without_readings, "example"));
  }
  for (const auto& [input, count] : forecast.not_valid) {
    if (count > 0) {
      words += fmt::format("left out {} of {}: outside of their range\n", counted(count, "reading"),
                           input);
    }
  }
  return words + fmt::format("wrote {}\n", to);
}

Result<Status> import_forecast(const ForecastCommand& command, const Session& session) {
  SENGI_TRY(options, options_of(command));
  SENGI_TRY(forecast, data::forecasts_of({command.given.begin(), command.given.end()}, options));
  SENGI_CHECK(write_text(command.to, forecast.table));
  if (session.json) {
    SENGI_CHECK(say(nlohmann::ordered_json{{"table", command.to},
                                           {"logs", forecast.files},
                                           {"examples", forecast.examples},
                                           {"as_now", forecast.as_now},
                                           {"without_readings", forecast.without_readings},
                                           {"not_valid", forecast.not_valid},
                                           {"columns", forecast.columns}}
                        .dump(2) +
                    "\n"));
  } else if (!session.quiet) {
    SENGI_CHECK(say(text_of(forecast, command.to)));
  }
  return Status::done;
}

}  // namespace

void add_data_import_forecast(CLI::App& data, Session& session) {
  auto options = std::make_shared<ForecastCommand>();
  CLI::App* command = data.add_subcommand(
      "import-forecast", "Make a table of what sensors read, and whether a bound is crossed later");
  command->add_option("PATH", options->given, "Logs (.csv, .tsv, .txt), or folders of them")
      ->required();
  command
      ->add_option("--input", options->inputs,
                   "NAME=COLUMNS: the mean of all columns whose names fit a regular expression")
      ->required();
  command->add_option("--range", options->ranges,
                      "NAME=LOW..HIGH: readings outside of it count as none");
  auto* below = command->add_option("--below", options->below,
                                    "NAME=BOUND: is it below the bound at some time ahead?");
  auto* above = command->add_option("--above", options->above, "NAME=BOUND: or above it?");
  below->excludes(above);
  command->add_option("--labels", options->labels, "What to call yes and no")->expected(2);
  data::ForecastOptions& o = options->options;
  const auto hours = [&](const char* name, double& value, const char* what) {
    command->add_option(name, value, what)->check(CLI::PositiveNumber)->capture_default_str();
  };
  hours("--step-hours", o.step_h, "The median of so many hours is a number of the table");
  hours("--history-hours", o.history_h, "How far an example looks back");
  hours("--ahead-hours", o.ahead_h, "How far ahead it asks");
  hours("--every-hours", o.every_h, "From one example to the next");
  command
      ->add_option("--group-days", o.group_days,
                   "Examples of so many days, of all logs, are a group, which no example reaches "
                   "out of; 0: a log is a group")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--to", options->to, "The table to write")->required();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "For projects of kind \"sequence\". Stations near one another share their weather, so "
      "groups\n"
      "are stretches of time and not stations. What stays as it is, is easy to foretell: the mark\n"
      "that is printed says how far that goes, and slices = [\"now\"] in [evaluate] tells a "
      "model's\n"
      "results apart by it.\n\n"
      "Examples:\n"
      "  sengi data import-forecast logs/ --input moisture='5_cm.*VWC' --input air='air.*C' \\\n"
      "    --below moisture=0.08 --labels dry moist --to soil/recordings/table.csv\n"
      "  sengi data import-forecast logs/ --input air='air.*C' --below air=0 --step-hours 2 \\\n"
      "    --history-hours 24 --ahead-hours 12 --labels frost mild --to "
      "frost/recordings/table.csv");
  command->callback([options, below, above, &session] {
    session.action = [options, asked = below->count() + above->count(),
                      &session]() -> Result<Status> {
      if (asked == 0) return Error{"ask something: --below NAME=BOUND or --above NAME=BOUND"};
      return import_forecast(*options, session);
    };
  });
}

}  // namespace sengi::cli
