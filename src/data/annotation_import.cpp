// SPDX-License-Identifier: Apache-2.0
#include "data/annotation_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/progress.h"
#include "base/text.h"
#include "data/audio.h"
#include "data/label_folders.h"
#include "data/manifest_rows.h"
#include "data/recorder_metadata.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// How far a mark may reach over a recording's end: programs round times.
constexpr double rounding_s = 0.05;

bool is_table(const fs::path& path) {
  const std::string ending = path.extension().string();
  return ending == ".txt" || ending == ".csv" || ending == ".tsv";
}

Result<std::vector<fs::path>> table_files(const std::vector<fs::path>& given) {
  std::vector<fs::path> files;
  for (const fs::path& path : given) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(path, error)) {
      if (entry.is_regular_file() && is_table(entry.path())) inside.push_back(entry.path());
    }
    if (error) return Error{fmt::format("{}: {}", path.string(), error.message())};
    if (inside.empty()) {
      return Error{path.string() + ": no .txt, .tsv or .csv file of annotations in it"};
    }
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

Result<AnnotationTable> read_table(const fs::path& file, const ImportOptions& options) {
  SENGI_TRY(text, read_text(file));
  if (file.extension() == ".csv") return parse_annotation_csv(text, file.string(), options.columns);
  const std::string_view first = std::string_view(text).substr(0, text.find('\n'));
  if (first.find("Begin Time (s)") != std::string_view::npos) {
    return parse_raven_table(text, file.string(), options.label_column);
  }
  return parse_audacity_labels(text, file.string());
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// Finds recordings by what annotations say of them.
class Finder {
 public:
  explicit Finder(fs::path folder) : folder_(std::move(folder)) {}

  // Errors: none is there.
  Result<fs::path> find(const fs::path& table, const Annotation& annotation) const {
    const fs::path folder = folder_.empty() ? table.parent_path() : folder_;
    if (annotation.recording.empty()) return of_table(table, folder);
    const fs::path named(annotation.recording);
    for (const fs::path& path : {folder / named, folder / named.filename()}) {
      if (is_file(path)) return path;
    }
    return Error{fmt::format("{}:{}: no recording {} in {}; say where they are with --recordings",
                             table.string(), annotation.line, named.string(),
                             folder.empty() ? "." : folder.string())};
  }

 private:
  // "site1.Table.1.selections.txt" is of the recording site1.*.
  static Result<fs::path> of_table(const fs::path& table, const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> recordings;
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
      if (entry.is_regular_file() && is_recording(entry.path())) recordings.push_back(entry.path());
    }
    std::ranges::sort(recordings);
    for (fs::path stem = table.stem(); !stem.empty(); stem = stem.stem()) {
      const auto found = std::ranges::find_if(
          recordings, [&](const fs::path& path) { return path.stem() == stem; });
      if (found != recordings.end()) return *found;
      if (!stem.has_extension()) break;
    }
    return Error{
        fmt::format("{}: no recording of that name in {}; say where they are with "
                    "--recordings",
                    table.string(), folder.empty() ? "." : folder.string())};
  }

  fs::path folder_;
};

struct Marked {
  Annotation annotation;
  const AnnotationTable* table;
};

struct Recording {
  double duration_s = 0;
  RecorderMetadata metadata;
  std::vector<Marked> marks;
};

using Recordings = std::map<fs::path, Recording>;

Result<void> add(Recordings& recordings, const fs::path& path, const fs::path& file,
                 const Annotation& annotation, const AnnotationTable& table) {
  const auto [at, first] = recordings.try_emplace(path);
  Recording& recording = at->second;
  if (first) {
    SENGI_TRY(info, audio_info(path));
    SENGI_TRY(metadata, recorder_metadata(path));
    recording.duration_s = static_cast<double>(info.frames) / info.sample_rate_hz;
    recording.metadata = std::move(metadata);
  }
  if (annotation.end_s > recording.duration_s + rounding_s) {
    return Error{fmt::format("{}:{}: marked up to {:g} s, but {} is {:.3f} s long", file.string(),
                             annotation.line, annotation.end_s, path.string(),
                             recording.duration_s)};
  }
  recording.marks.push_back({annotation, &table});
  return {};
}

std::string seconds(double time_s) { return fmt::format("{:.4f}", time_s); }
std::string hertz(const std::optional<double>& frequency) {
  return frequency ? fmt::format("{:g}", *frequency) : std::string();
}

std::string group_of(const RecorderMetadata& metadata, GroupBy by) {
  switch (by) {
    case GroupBy::recording:
      return {};  // clips of one recording stay together anyway
    case GroupBy::deployment:
      return metadata.deployment;
    case GroupBy::recorder:
      return metadata.recorder;
  }
  return {};
}

ManifestRows::Row row_of(const std::string& path, const std::string& label, Stretch clip,
                         const RecorderMetadata& metadata, GroupBy by) {
  return {{"path", path},
          {"label", label},
          {"group", group_of(metadata, by)},
          {"start_s", seconds(clip.start_s)},
          {"end_s", seconds(clip.end_s)},
          {"recorded_at", metadata.recorded_at},
          {"recorder", metadata.recorder},
          {"deployment", metadata.deployment},
          {"latitude", metadata.latitude},
          {"longitude", metadata.longitude}};
}

Stretch stretch_of(const Marked& mark) { return {mark.annotation.start_s, mark.annotation.end_s}; }

// A recording's rows, and how many of its clips reach into a mark of another label.
std::size_t add_rows(const std::string& path, const Recording& recording,
                     const ImportOptions& options, double clip_s, Imported& imported,
                     ManifestRows& rows) {
  std::size_t mixed = 0;
  std::size_t clips = 0;
  std::vector<Stretch> marked;
  for (const Marked& mark : recording.marks) {
    const Annotation& annotation = mark.annotation;
    marked.push_back(stretch_of(mark));
    for (const Stretch clip : clips_of(stretch_of(mark), recording.duration_s, clip_s)) {
      ManifestRows::Row row =
          row_of(path, annotation.label, clip, recording.metadata, options.group);
      row["low_hz"] = hertz(annotation.low_hz);
      row["high_hz"] = hertz(annotation.high_hz);
      // A table's column never takes the place of one of these.
      for (std::size_t i = 0; i < annotation.others.size(); ++i) {
        row.try_emplace(mark.table->other_columns[i], annotation.others[i]);
      }
      rows.add(std::move(row));
      ++imported.clips[annotation.label];
      ++clips;
      mixed += std::ranges::any_of(recording.marks, [&](const Marked& other) {
        return other.annotation.label != annotation.label &&
               other.annotation.start_s < clip.end_s && other.annotation.end_s > clip.start_s;
      });
    }
  }
  if (options.background.empty()) return mixed;
  for (const Stretch clip : clips_between(std::move(marked), recording.duration_s, clip_s,
                                          std::max<std::size_t>(clips, 1))) {
    rows.add(row_of(path, options.background, clip, recording.metadata, options.group));
    ++imported.clips[options.background];
  }
  return mixed;
}

}  // namespace

std::vector<Stretch> clips_of(Stretch marked, double recording_s, double clip_s) {
  if (recording_s <= clip_s) return {{0, recording_s}};
  const double length = marked.end_s - marked.start_s;
  const auto count = static_cast<std::int64_t>(std::max(1.0, std::floor(length / clip_s + 1e-9)));
  std::vector<Stretch> clips;
  for (std::int64_t i = 0; i < count; ++i) {
    // Of one clip the middle is that of the mark.
    const double share = count == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(count - 1);
    const double start = marked.start_s + share * (length - clip_s);
    const double held = std::clamp(start, 0.0, recording_s - clip_s);
    clips.push_back({held, held + clip_s});
  }
  return clips;
}

std::vector<Stretch> clips_between(std::vector<Stretch> marked, double recording_s, double clip_s,
                                   std::size_t most) {
  std::ranges::sort(marked, {}, &Stretch::start_s);
  marked.push_back({recording_s, recording_s});
  std::vector<Stretch> free;
  double from = 0;
  for (const Stretch& mark : marked) {
    for (; from + clip_s <= mark.start_s; from += clip_s) free.push_back({from, from + clip_s});
    from = std::max(from, mark.end_s);
  }
  if (free.size() <= most) return free;
  std::vector<Stretch> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(free[i * free.size() / most]);
  return chosen;
}

Result<Imported> import_annotations(const project::Project& project, const ImportOptions& options) {
  SENGI_TRY(files, table_files(options.tables));
  std::vector<AnnotationTable> tables;  // marks point to them
  for (const fs::path& file : files) {
    SENGI_TRY(table, read_table(file, options));
    tables.push_back(std::move(table));
  }
  const Finder finder(options.recordings);
  Recordings recordings;
  Imported imported;
  Progress progress("looking at recordings", files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const Annotation& annotation : tables[i].rows) {
      SENGI_TRY(path, finder.find(files[i], annotation));
      SENGI_CHECK(add(recordings, path, files[i], annotation, tables[i]));
      ++imported.annotations;
    }
    progress.advance();
  }
  if (imported.annotations == 0) {
    return Error{fmt::format("{}: nothing is marked in {}", files.front().string(),
                             files.size() == 1 ? "it" : "any of these tables")};
  }

  imported.tables = files.size();
  imported.recordings = recordings.size();
  imported.manifest = project.folder / (project.data.manifest.empty() ? "recordings/manifest.csv"
                                                                      : project.data.manifest);
  const fs::path folder = imported.manifest.parent_path();
  const double clip_s = project.data.clip_ms / 1000.0;
  ManifestRows rows({"path", "label", "group", "start_s", "end_s", "low_hz", "high_hz"});
  std::set<std::string> paths;
  for (const auto& [path, recording] : recordings) paths.insert(written_path(path, folder));
  SENGI_TRY(kept, rows.keep_others(imported.manifest, paths));
  imported.kept = kept;
  std::size_t mixed = 0;
  std::size_t ungrouped = 0;
  for (const auto& [path, recording] : recordings) {
    mixed += add_rows(written_path(path, folder), recording, options, clip_s, imported, rows);
    ungrouped +=
        options.group != GroupBy::recording && group_of(recording.metadata, options.group).empty();
  }
  if (mixed > 0) {
    imported.notes.push_back(
        fmt::format("{} reach into a mark of another label", counted(mixed, "clip")));
  }
  if (ungrouped > 0) {
    imported.notes.push_back(
        fmt::format("{} not say what to group by; each is its own group",
                    counted(ungrouped, "recording") + (ungrouped == 1 ? " does" : " do")));
  }
  if (project.data.manifest.empty()) {
    imported.notes.emplace_back(
        "sengi.toml does not name the manifest yet: set manifest = \"recordings/manifest.csv\" in "
        "[data]");
  }
  SENGI_CHECK(write_text(imported.manifest, rows.text()));
  return imported;
}

}  // namespace sengi::data
