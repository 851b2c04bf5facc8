// SPDX-License-Identifier: Apache-2.0
// sengi data import-movebank, import-edge-impulse and import-labelled: series as others have them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/data.h"
#include "cli/table.h"
#include "data/series_import_edge_impulse.h"
#include "data/series_import_labelled.h"
#include "data/series_import_movebank.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string as_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string notes_of(const std::vector<std::string>& notes) {
  std::string words;
  for (const std::string& note : notes) words += "note: " + note + "\n";
  return words;
}

struct MovebankCommand {
  std::string file;
  std::string to;
  data::MovebankOptions options;
};

Result<Status> import_movebank(const MovebankCommand& command, const Session& session) {
  SENGI_TRY(text, read_text(command.file));
  SENGI_TRY(bursts, data::movebank_bursts(text, command.file, command.options));
  SENGI_CHECK(write_text(command.to, bursts.csv));
  if (session.json) {
    Json lengths = Json::object();
    for (const auto& [rows, count] : bursts.lengths) lengths[std::to_string(rows)] = count;
    SENGI_CHECK(say(as_text({{"table", command.to},
                             {"axes", bursts.axes},
                             {"bursts", bursts.bursts},
                             {"individuals", bursts.individuals},
                             {"lengths", lengths},
                             {"rates", bursts.rates},
                             {"without_label", bursts.without_label},
                             {"notes", bursts.notes}})));
  } else if (!session.quiet) {
    Table individuals({"individual", ">bursts"});
    for (const auto& [name, count] : bursts.individuals) {
      individuals.add({name.empty() ? "(not named)" : name, with_thousands(count)});
    }
    std::string words = fmt::format("{} of axes {}\n{}", counted(bursts.bursts, "burst"),
                                    bursts.axes, individuals.text());
    for (const auto& [rows, count] : bursts.lengths) {
      words += fmt::format("{} of {}\n", counted(count, "burst"), counted(rows, "row"));
    }
    for (const auto& [rate, count] : bursts.rates) {
      words += fmt::format("{} at {} Hz\n", counted(count, "burst"), rate.empty() ? "?" : rate);
    }
    if (bursts.without_label > 0) {
      words += fmt::format("{} without a label: fill the column label in\n",
                           counted(bursts.without_label, "burst"));
    }
    SENGI_CHECK(say(words + notes_of(bursts.notes) + fmt::format("wrote {}\n", command.to)));
  }
  return Status::done;
}

struct EdgeImpulseCommand {
  std::vector<std::string> given;
  std::string to;
};

Result<Status> import_edge_impulse(const EdgeImpulseCommand& command, const Session& session) {
  SENGI_TRY(imported,
            data::import_edge_impulse({command.given.begin(), command.given.end()}, command.to));
  if (session.json) {
    SENGI_CHECK(say(as_text({{"manifest", imported.manifest.string()},
                             {"files", imported.files},
                             {"recordings", imported.recordings},
                             {"notes", imported.notes}})));
  } else if (!session.quiet) {
    Table labels({"label", ">recordings"});
    for (const auto& [label, count] : imported.recordings) {
      labels.add({label, with_thousands(count)});
    }
    SENGI_CHECK(say(counted(imported.files, "file") + "\n" + labels.text() +
                    notes_of(imported.notes) +
                    fmt::format("wrote {}\n", imported.manifest.string())));
  }
  return Status::done;
}

void add_movebank(CLI::App& data, Session& session) {
  auto options = std::make_shared<MovebankCommand>();
  CLI::App* command =
      data.add_subcommand("import-movebank", "Make a table of bursts of Movebank's accelerations");
  command->add_option("FILE", options->file, "A CSV export of Movebank")->required();
  command->add_option("--to", options->to, "The table to write")->required();
  command->add_option("--label-column", options->options.label_column,
                      "The column that holds the behaviour, if it has another name than label, "
                      "behavioural-classification or behavior");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "A row of the table is a burst: label, group (the individual), rate_hz, axes, the export's\n"
      "other columns, and the values x0,y0,z0,x1 ... Bursts are rows with eobs:accelerations-raw,\n"
      "or rows of single moments (acceleration-raw-x, -y, -z) between gaps.\n\n"
      "Example:\n"
      "  sengi data import-movebank storks.csv --to storks/bursts.csv");
  command->callback([options, &session] {
    session.action = [options, &session] { return import_movebank(*options, session); };
  });
}

void add_edge_impulse(CLI::App& data, Session& session) {
  auto options = std::make_shared<EdgeImpulseCommand>();
  CLI::App* command =
      data.add_subcommand("import-edge-impulse", "Take recordings from an Edge Impulse export");
  command->add_option("PATH", options->given, "Files (.json, .cbor), or folders of them")
      ->required();
  command->add_option("--to", options->to, "The folder to write a folder a label into")->required();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Reads the data acquisition format (JSON or CBOR) and writes CSV, with what else a file\n"
      "holds beside it as JSON, and a manifest. Labels come from info.labels where the folder has\n"
      "one, else from a file's name before its first dot.\n\n"
      "Example:\n"
      "  sengi data import-edge-impulse export/ --to gestures/recordings");
  command->callback([options, &session] {
    session.action = [options, &session] { return import_edge_impulse(*options, session); };
  });
}

struct LabelledCommand {
  std::vector<std::string> given;
  std::string to;
  std::string column;
  std::vector<std::string> names;
  std::string windows;
  double group_days = 0;
  std::string forward;
};

Result<Status> import_labelled(const LabelledCommand& command, const Session& session) {
  data::LabelledOptions options{.column = command.column,
                                .names = {},
                                .group_days = command.group_days,
                                .forward = command.forward};
  if (!command.windows.empty()) {
    SENGI_TRY(text, read_text(command.windows));
    SENGI_TRY(windows, data::parse_time_windows(text, command.windows));
    options.windows = std::move(windows);
  } else if (command.column.empty()) {
    return Error{"name what says what goes on: --column NAME, or --windows FILE"};
  }
  for (const std::string& name : command.names) {
    const std::size_t equals = name.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == name.size()) {
      return Error{fmt::format("--name {}: write it as 0=normal", name)};
    }
    options.names[name.substr(0, equals)] = name.substr(equals + 1);
  }
  SENGI_TRY(imported, data::import_labelled({command.given.begin(), command.given.end()},
                                            command.to, options));
  if (session.json) {
    SENGI_CHECK(say(as_text({{"manifest", command.to},
                             {"recordings", imported.recordings},
                             {"stretches", imported.stretches},
                             {"seconds", imported.seconds},
                             {"notes", imported.notes}})));
  } else if (!session.quiet) {
    Table labels({"label", ">stretches", ">seconds"});
    for (const auto& [label, count] : imported.stretches) {
      labels.add({label, with_thousands(count), fmt::format("{:.0f}", imported.seconds[label])});
    }
    SENGI_CHECK(say(counted(imported.recordings, "recording") + "\n" + labels.text() +
                    notes_of(imported.notes) + fmt::format("wrote {}\n", command.to)));
  }
  return Status::done;
}

void add_labelled(CLI::App& data, Session& session) {
  auto options = std::make_shared<LabelledCommand>();
  CLI::App* command =
      data.add_subcommand("import-labelled",
                          "List recordings of which a column, or a list of windows of time, says "
                          "what goes on in each row");
  command->add_option("PATH", options->given, "Files (.csv, .tsv, .txt), or folders of them")
      ->required();
  command->add_option("--column", options->column, "The column that holds the label");
  command->add_option("--name", options->names, "What a cell means, such as 0=normal");
  command->add_option("--windows", options->windows,
                      "JSON with windows of time by file, whose rows are 'anomaly' and the rest "
                      "'normal', as the Numenta Anomaly Benchmark has it");
  command
      ->add_option("--group-days", options->group_days,
                   "So many days are a group, for recordings of months; else each recording is")
      ->check(CLI::PositiveNumber);
  command->add_option(
      "--forward", options->forward,
      "A folder for copies of recordings whose clock was set back, without the rows "
      "of the time that had been; else they are refused");
  command->add_option("--to", options->to, "The manifest to write")->required();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Rows of one label that follow one another become a row of the manifest, with their times;\n"
      "the recording is the group, or so many days of it. Name the columns to learn from in\n"
      "[signal] columns of sengi.toml, so that the label is not one of them.\n\n"
      "Examples:\n"
      "  sengi data import-labelled pump/ --column anomaly --name 0=normal --name 1=fault \\\n"
      "    --to pump/manifest.csv\n"
      "  sengi data import-labelled machine.csv --windows windows.json --group-days 7 \\\n"
      "    --forward machine/mended --to machine/manifest.csv");
  command->callback([options, &session] {
    session.action = [options, &session] { return import_labelled(*options, session); };
  });
}

}  // namespace

void add_data_import_series(CLI::App& data, Session& session) {
  add_movebank(data, session);
  add_edge_impulse(data, session);
  add_labelled(data, session);
}

}  // namespace sengi::cli
