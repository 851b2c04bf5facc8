// SPDX-License-Identifier: Apache-2.0
#include "events/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "data/audio.h"
#include "data/csv.h"
#include "data/files_below.h"
#include "data/label_folders.h"

namespace sengi::events {
namespace fs = std::filesystem;
namespace {

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small;
}

bool is_table(const fs::path& path) {
  const std::string ending = lower(path.extension().string());
  return ending == ".txt" || ending == ".csv" || ending == ".tsv" || ending == ".textgrid";
}

Result<std::vector<fs::path>> table_files(const std::vector<fs::path>& given) {
  std::vector<fs::path> files;
  for (const fs::path& path : given) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      files.push_back(path);
      continue;
    }
    SENGI_TRY(inside, data::files_below(path, is_table));
    if (inside.empty()) {
      return Error{path.string() + ": no table of events (.txt, .tsv, .csv, .TextGrid) in it"};
    }
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

std::optional<std::size_t> confidence_column(const data::AnnotationTable& table,
                                             const std::string& asked) {
  static constexpr std::array<std::string_view, 3> usual = {"confidence", "score", "probability"};
  for (std::size_t i = 0; i < table.other_columns.size(); ++i) {
    const std::string name = lower(table.other_columns[i]);
    if (asked.empty() ? std::ranges::count(usual, name) > 0 : name == lower(asked)) return i;
  }
  return std::nullopt;
}

Result<double> confidence_of(const data::Annotation& row, std::optional<std::size_t> column,
                             const fs::path& file) {
  if (!column || data::trimmed(row.others[*column]).empty()) return 1.0;
  const auto number = data::number_in(row.others[*column]);
  if (number) return *number;
  return Error{fmt::format("{}:{}: the confidence '{}' is no number", file.string(), row.line,
                           row.others[*column])};
}

struct Table {
  fs::path file;
  bool names_recordings = false;
  std::map<std::string, std::vector<Event>> events;  // by recording
};

Result<std::vector<Table>> read_tables(const std::vector<fs::path>& given,
                                       const TableOptions& options) {
  SENGI_TRY(files, table_files(given));
  std::vector<Table> tables;
  for (const fs::path& file : files) {
    SENGI_TRY(read, read_annotations(file, options));
    const auto confidence = confidence_column(read, options.confidence_column);
    Table table{file, false, {}};
    const std::string own = recording_name(file);
    for (const data::Annotation& row : read.rows) {
      SENGI_TRY(sure, confidence_of(row, confidence, file));
      table.names_recordings |= !row.recording.empty();
      table.events[row.recording.empty() ? own : recording_name(row.recording)].push_back(
          {row.start_s, row.end_s, row.label, sure});
    }
    if (table.events.empty()) table.events[own];  // of a recording in which there is nothing
    tables.push_back(std::move(table));
  }
  return tables;
}

// One of each that name no recording are of the same.
void join_if_alone(std::vector<Table>& marked, std::vector<Table>& found) {
  if (marked.size() != 1 || found.size() != 1) return;
  if (marked[0].names_recordings || found[0].names_recordings) return;
  auto events = std::move(found[0].events.begin()->second);
  found[0].events.clear();
  found[0].events[marked[0].events.begin()->first] = std::move(events);
}

using ByName = std::map<std::string, Recording>;

// The lengths of all recordings in a folder.
Result<void> take_lengths(const fs::path& folder, ByName& recordings) {
  SENGI_TRY(files, data::files_below(
                       folder, [](const fs::path& path) { return data::is_recording(path); }));
  ByName measured;
  for (const fs::path& file : files) {
    const std::string name = recording_name(file);
    if (measured.contains(name)) {
      return Error{fmt::format("{}: there are two recordings '{}', which tables cannot tell apart",
                               folder.string(), name)};
    }
    SENGI_TRY(info, data::audio_info(file));
    Recording& recording = recordings[name];
    recording.length_s = static_cast<double>(info.frames) / info.sample_rate_hz;
    measured[name];
  }
  for (const auto& [name, recording] : recordings) {
    if (measured.contains(name)) continue;
    return Error{
        fmt::format("no recording '{}' in {}, which a table is of", name, folder.string())};
  }
  return {};
}

}  // namespace

Result<data::AnnotationTable> read_annotations(const fs::path& file, const TableOptions& options) {
  SENGI_TRY(text, read_text(file));
  const std::string ending = lower(file.extension().string());
  if (ending == ".textgrid") return data::parse_textgrid(text, file.string(), options.tier);
  if (ending == ".csv") return data::parse_annotation_csv(text, file.string(), options.columns);
  const std::string_view first = std::string_view(text).substr(0, text.find('\n'));
  if (first.find("Begin Time (s)") != std::string_view::npos) {
    return data::parse_raven_table(text, file.string(), options.label_column);
  }
  return data::parse_audacity_labels(text, file.string());
}

Result<std::vector<Event>> read_events(const fs::path& file, const std::string& recording,
                                       const TableOptions& options) {
  SENGI_TRY(tables, read_tables({file}, options));
  std::vector<Event> events;
  bool others = false;
  for (Table& table : tables) {
    for (auto& [name, all] : table.events) {
      if (name == recording || (tables.size() == 1 && !table.names_recordings)) {
        events.insert(events.end(), all.begin(), all.end());
      } else {
        others |= !all.empty();
      }
    }
  }
  if (!events.empty() || !others) return events;
  return Error{
      fmt::format("{}: tells of other recordings, and nothing of {}", file.string(), recording)};
}

std::string recording_name(const fs::path& path) {
  static constexpr std::array<std::string_view, 8> endings = {
      ".txt",     ".csv",    ".tsv", ".textgrid", ".selections", ".selection.table",
      ".birdnet", ".results"};
  // A path of another system's too.
  std::string name = path.generic_string();
  name.erase(0, name.find_last_of("/\\") + 1);
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view ending : endings) {
      if (name.size() <= ending.size() || !lower(name).ends_with(ending)) continue;
      name.erase(name.size() - ending.size());
      again = true;
    }
    // Raven numbers its tables.
    const std::size_t table = lower(name).rfind(".table.");
    if (table != std::string::npos && table > 0 && name.size() - table <= 9) {
      name.erase(table);
      again = true;
    }
  }
  if (data::is_recording(name)) name = fs::path(name).stem().string();
  return name;
}

Result<std::vector<Recording>> read_recordings(const RecordingsOptions& options) {
  SENGI_TRY(marked, read_tables(options.marked, options.tables));
  SENGI_TRY(found, read_tables(options.found, options.tables));
  join_if_alone(marked, found);
  ByName by_name;
  for (Table& table : marked) {
    for (auto& [name, events] : table.events) {
      std::vector<Event>& all = by_name[name].marked;
      all.insert(all.end(), events.begin(), events.end());
    }
  }
  for (Table& table : found) {
    for (auto& [name, events] : table.events) {
      std::vector<Event>& all = by_name[name].found;
      all.insert(all.end(), events.begin(), events.end());
    }
  }
  if (!options.recordings.empty()) SENGI_CHECK(take_lengths(options.recordings, by_name));
  std::vector<Recording> recordings;
  for (auto& [name, recording] : by_name) {
    recording.name = name;
    recordings.push_back(std::move(recording));
  }
  const bool any =
      std::ranges::any_of(recordings, [](const Recording& r) { return !r.marked.empty(); });
  if (!any) return Error{"nothing is marked in the tables to judge by"};
  return recordings;
}

}  // namespace sengi::events
