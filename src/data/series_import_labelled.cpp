// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_labelled.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/manifest_rows.h"
#include "data/series.h"
#include "data/series_blocks.h"
#include "data/series_files.h"
#include "data/series_forward.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// The label of every row, in the file's order.
Result<std::vector<std::string>> labels_of(std::string_view text, std::string_view file,
                                           const LabelledOptions& options) {
  CsvReader reader(text, file, separator_of(text));
  SENGI_TRY(header, reader.next());
  if (!header) return Error{fmt::format("{}: it is empty", file)};
  std::vector<std::string> names;
  for (const std::string_view cell : reader.cells()) names.emplace_back(trimmed(cell));
  const auto found = std::ranges::find(names, options.column);
  if (found == names.end()) {
    const auto near = nearest(options.column, names);
    return Error{fmt::format("{}:{}: no column '{}'{}", file, reader.line(), options.column,
                             near ? fmt::format("; did you mean '{}'?", *near)
                                  : fmt::format("; there are {}", alternatives(names)))};
  }
  const auto at = static_cast<std::size_t>(found - names.begin());
  std::vector<std::string> labels;
  while (true) {
    SENGI_TRY(more, reader.next());
    if (!more) return labels;
    if (at >= reader.cells().size()) {
      return Error{fmt::format("{}:{}: the row ends before column '{}'", file, reader.line(),
                               options.column)};
    }
    std::string label(trimmed(reader.cells()[at]));
    if (const auto number = number_in(label)) label = fmt::format("{:g}", *number);
    const auto name = options.names.find(label);
    labels.push_back(name == options.names.end() ? label : name->second);
  }
}

bool within(const std::vector<TimeWindow>& windows, double time_s) {
  return std::ranges::any_of(windows, [&](const TimeWindow& window) {
    return window.first_s <= time_s && time_s <= window.last_s;
  });
}

// The windows of a recording, which are of its time since 1970. Errors: none by its name; windows
// and a recording without dates.
Result<std::vector<TimeWindow>> windows_of(const Series& series, const LabelledOptions& options) {
  if (options.windows.empty()) return std::vector<TimeWindow>();
  const std::string name = fs::path(series.file).filename().string();
  const auto found = options.windows.find(name);
  if (found == options.windows.end()) {
    return Error{fmt::format("{}: no windows are listed for {}", series.file, name)};
  }
  if (!series.epoch_s) {
    return Error{
        fmt::format("{}: windows have dates, and its column of time has none", series.file)};
  }
  return found->second;
}

// A recording, or a copy of it that was mended.
struct Recording {
  fs::path path;
  std::string text;
};

Result<Recording> recording_at(const fs::path& path, const LabelledOptions& options,
                               std::vector<std::string>& notes) {
  SENGI_TRY(text, read_text(path));
  if (options.forward.empty()) return Recording{path, std::move(text)};
  SENGI_TRY(forward, forward_in_time(text, path.string()));
  if (forward.left_out == 0) return Recording{path, std::move(text)};
  const fs::path copy = options.forward / path.filename();
  std::error_code ignored;
  if (fs::equivalent(copy, path, ignored)) {
    return Error{
        fmt::format("{}: its copy would take its place; name another folder", path.string())};
  }
  SENGI_CHECK(write_text(copy, forward.text));
  notes.push_back(
      fmt::format("{}:{}: its clock was set back; {} of the time that had been {} left "
                  "out in {}",
                  path.string(), forward.first_line, counted(forward.left_out, "row"),
                  forward.left_out == 1 ? "is" : "are", copy.string()));
  return Recording{copy, std::move(forward.text)};
}

}  // namespace

Result<std::vector<LabelledStretch>> labelled_stretches(std::string_view text,
                                                        std::string_view file,
                                                        const LabelledOptions& options) {
  std::vector<std::string> labels;
  if (!options.column.empty()) {
    SENGI_TRY(read, labels_of(text, file, options));
    labels = std::move(read);
  }
  SENGI_TRY(series, parse_series(text, file));
  if (options.column.empty()) labels.assign(series.rows, options.otherwise);
  if (series.time_s.empty()) {
    return Error{
        fmt::format("{}: no column of time, by which a stretch would be found again", file)};
  }
  SENGI_TRY(windows, windows_of(series, options));
  const double epoch_s = series.epoch_s.value_or(0);
  const double period = series.rate_hz ? 1 / *series.rate_hz : 0;
  std::vector<LabelledStretch> stretches;
  std::optional<std::size_t> before;  // the row that the last stretch ends with
  for (std::size_t i = 0; i < std::min(labels.size(), series.rows); ++i) {
    const double time_s = series.time_s[i];
    const std::string& label = within(windows, epoch_s + time_s) ? options.in_window : labels[i];
    if (label.empty()) continue;
    const std::string block = block_of(epoch_s + time_s, options.group_days);
    LabelledStretch* last = before && *before + 1 == i ? &stretches.back() : nullptr;
    if (last == nullptr || last->label != label || last->block != block) {
      last = &stretches.emplace_back(LabelledStretch{label, time_s, 0, block});
    }
    last->end_s = time_s + period;
    before = i;
  }
  return stretches;
}

Result<LabelledImport> import_labelled(const std::vector<fs::path>& given, const fs::path& manifest,
                                       const LabelledOptions& options) {
  LabelledImport imported;
  ManifestRows rows({"path", "label", "group", "start_s", "end_s"});
  std::set<std::string> paths;
  SENGI_TRY(files, series_files_in(given));
  for (const fs::path& path : files) {
    SENGI_TRY(recording, recording_at(path, options, imported.notes));
    SENGI_TRY(stretches, labelled_stretches(recording.text, recording.path.string(), options));
    const std::string written = written_path(recording.path, manifest.parent_path());
    paths.insert(written);
    ++imported.recordings;
    for (const LabelledStretch& one : stretches) {
      rows.add({{"path", written},
                {"label", one.label},
                {"group", one.block.empty() ? written : one.block},
                {"start_s", fmt::to_string(one.start_s)},
                {"end_s", fmt::to_string(one.end_s)}});
      ++imported.stretches[one.label];
      imported.seconds[one.label] += one.end_s - one.start_s;
    }
  }
  SENGI_CHECK(rows.keep_others(manifest, paths));
  SENGI_CHECK(write_text(manifest, rows.text()));
  return imported;
}

}  // namespace sengi::data
