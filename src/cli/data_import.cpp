// SPDX-License-Identifier: Apache-2.0
// sengi data import: what was marked in Raven, Audacity or a table, as clips of a project; labelled
// images of camera traps and MNIST's kind, as images of one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/data.h"
#include "cli/table.h"
#include "data/annotation_import.h"
#include "data/image_import.h"

namespace sengi::cli {
namespace {

struct Options {
  std::string project;
  std::vector<std::string> tables;
  std::string recordings;
  std::string group = "recording";
  data::ImportOptions import;
};

data::GroupBy group_by(const std::string& name) {
  if (name == "deployment") return data::GroupBy::deployment;
  return name == "recorder" ? data::GroupBy::recorder : data::GroupBy::recording;
}

std::string words_of(const data::Imported& imported) {
  Table clips({"label", ">clips"});
  for (const auto& [label, count] : imported.clips) clips.add({label, with_thousands(count)});
  std::string words = fmt::format("{} in {}, of {}\n{}", counted(imported.annotations, "mark"),
                                  counted(imported.tables, "table"),
                                  counted(imported.recordings, "recording"), clips.text());
  if (imported.kept > 0) {
    words +=
        fmt::format("{} of other recordings stay as they were\n", counted(imported.kept, "row"));
  }
  for (const std::string& note : imported.notes) words += "note: " + note + "\n";
  return words + fmt::format("wrote {}\n", imported.manifest.string());
}

std::string json_of(const data::Imported& imported) {
  const nlohmann::ordered_json json = {{"manifest", imported.manifest.string()},
                                       {"tables", imported.tables},
                                       {"annotations", imported.annotations},
                                       {"recordings", imported.recordings},
                                       {"clips", imported.clips},
                                       {"kept", imported.kept},
                                       {"notes", imported.notes}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string words_of(const data::ImportedImages& imported) {
  Table images({"label", ">images"});
  for (const auto& [label, count] : imported.images) images.add({label, with_thousands(count)});
  std::string words = images.text();
  if (imported.groups > 0) words += fmt::format("from {}\n", counted(imported.groups, "place"));
  if (imported.kept > 0) {
    words += fmt::format("{} of other images stay as they were\n", counted(imported.kept, "row"));
  }
  for (const std::string& note : imported.notes) words += "note: " + note + "\n";
  return words + fmt::format("wrote {}\n", imported.manifest.string());
}

std::string json_of(const data::ImportedImages& imported) {
  const nlohmann::ordered_json json = {{"manifest", imported.manifest.string()},
                                       {"images", imported.images},
                                       {"groups", imported.groups},
                                       {"kept", imported.kept},
                                       {"notes", imported.notes}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<Status> act_on_images(const project::Project& project, const Options& options,
                             const Session& session) {
  for (const std::string& source : options.tables) {
    SENGI_TRY(imported, data::import_images(project, {source, options.recordings}));
    if (session.json) {
      SENGI_CHECK(say(json_of(imported)));
    } else if (!session.quiet) {
      SENGI_CHECK(say(words_of(imported)));
    }
  }
  return Status::done;
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(project, project::load_project(options.project));
  const auto images = std::ranges::count_if(options.tables, data::is_image_source);
  if (images == std::ssize(options.tables)) return act_on_images(project, options, session);
  if (images > 0) {
    return Error{"annotations of recordings and of images at once; import one after the other"};
  }
  data::ImportOptions import = options.import;
  import.tables.assign(options.tables.begin(), options.tables.end());
  import.recordings = options.recordings;
  import.group = group_by(options.group);
  SENGI_TRY(imported, data::import_annotations(project, import));
  if (session.json) {
    SENGI_CHECK(say(json_of(imported)));
  } else if (!session.quiet) {
    SENGI_CHECK(say(words_of(imported)));
  }
  return Status::done;
}

}  // namespace

void add_data_import(CLI::App& data, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      data.add_subcommand("import", "Take clips from annotations, and images from labelled sets");
  add_project(*command, options->project);
  command
      ->add_option("TABLE", options->tables,
                   "Files of annotations or labelled images, or folders of them")
      ->required();
  command->add_option("--recordings", options->recordings,
                      "The folder of the recordings or images; beside each table if not given");
  command->add_option("--background", options->import.background,
                      "Label for clips of what nobody marked, such as _silence_");
  command
      ->add_option("--group", options->group,
                   "What stays on one side of the split: by what a recorder wrote into its files")
      ->check(CLI::IsMember({"recording", "deployment", "recorder"}))
      ->capture_default_str();
  command->add_option("--label-column", options->import.label_column,
                      "The column of a Raven table that holds the labels");
  data::AnnotationColumns& columns = options->import.columns;
  command->add_option("--csv-file", columns.recording, "Columns of a CSV: the recording")
      ->capture_default_str();
  command->add_option("--csv-start", columns.start, "  where it starts, in seconds")
      ->capture_default_str();
  command->add_option("--csv-end", columns.end, "  where it ends, in seconds")
      ->capture_default_str();
  command->add_option("--csv-label", columns.label, "  its label")->capture_default_str();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Reads Raven selection tables, Audacity labels (a file each recording, of the same name) "
      "and\n"
      "CSV, and writes the project's manifest; recordings stay where they are and nothing is "
      "copied.\n"
      "A mark shorter than [data] clip_ms becomes the middle of a clip, a longer one several "
      "clips.\n"
      "Other columns of a table, and what a recorder says of itself (GUANO, AudioMoth), are kept "
      "as\n"
      "columns of the manifest. Rows of other recordings stay; import again to replace a "
      "recording's.\n\n"
      "Images come from COCO Camera Traps (.json), Camtrap DP (datapackage.json or its folder) "
      "and\n"
      "IDX as MNIST has it (...-images-idx3-ubyte beside ...-labels-idx1-ubyte). Those of IDX are\n"
      "written as PNG, others stay where they are; where they were taken becomes the group.\n\n"
      "Examples:\n"
      "  sengi data import frogs marsh.Table.1.selections.txt\n"
      "  sengi data import frogs labels/ --recordings /data/2026 --background _silence_\n"
      "  sengi data import birds annotations.csv --csv-label species --group deployment\n"
      "  sengi data import foxes snapshots.json --recordings /data/snapshots\n"
      "  sengi data import digits train-images-idx3-ubyte");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
