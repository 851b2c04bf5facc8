// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_labelled.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/label_folders.h"
#include "data/manifest_rows.h"
#include "data/series.h"

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

std::vector<fs::path> recordings_in(const std::vector<fs::path>& given) {
  std::set<fs::path> found;
  for (const fs::path& path : given) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      found.insert(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path, ignored)) {
      const bool manifest = entry.path().filename() == "manifest.csv";
      if (entry.is_regular_file(ignored) && !manifest &&
          is_recording(entry.path(), project::Sense::series)) {
        found.insert(entry.path());
      }
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace

Result<std::vector<LabelledStretch>> labelled_stretches(std::string_view text,
                                                        std::string_view file,
                                                        const LabelledOptions& options) {
  SENGI_TRY(labels, labels_of(text, file, options));
  SENGI_TRY(series, parse_series(text, file));
  if (series.time_s.empty()) {
    return Error{
        fmt::format("{}: no column of time, by which a stretch would be found again", file)};
  }
  const double period = series.rate_hz ? 1 / *series.rate_hz : 0;
  std::vector<LabelledStretch> stretches;
  for (std::size_t i = 0; i < std::min(labels.size(), series.rows); ++i) {
    const double end_s = series.time_s[i] + period;
    const bool goes_on = i > 0 && labels[i] == labels[i - 1] && !stretches.empty();
    if (labels[i].empty()) continue;
    if (goes_on) {
      stretches.back().end_s = end_s;
    } else {
      stretches.push_back({labels[i], series.time_s[i], end_s});
    }
  }
  return stretches;
}

Result<LabelledImport> import_labelled(const std::vector<fs::path>& given, const fs::path& manifest,
                                       const LabelledOptions& options) {
  LabelledImport imported;
  ManifestRows rows({"path", "label", "group", "start_s", "end_s"});
  std::set<std::string> paths;
  for (const fs::path& path : recordings_in(given)) {
    SENGI_TRY(text, read_text(path));
    SENGI_TRY(stretches, labelled_stretches(text, path.string(), options));
    const std::string written = written_path(path, manifest.parent_path());
    paths.insert(written);
    ++imported.recordings;
    for (const LabelledStretch& one : stretches) {
      rows.add({{"path", written},
                {"label", one.label},
                {"group", written},
                {"start_s", fmt::to_string(one.start_s)},
                {"end_s", fmt::to_string(one.end_s)}});
      ++imported.stretches[one.label];
      imported.seconds[one.label] += one.end_s - one.start_s;
    }
  }
  if (imported.recordings == 0) {
    return Error{fmt::format("{}: no recordings (.csv, .tsv, .txt) there",
                             given.empty() ? std::string() : given.front().string())};
  }
  SENGI_CHECK(rows.keep_others(manifest, paths));
  SENGI_CHECK(write_text(manifest, rows.text()));
  return imported;
}

}  // namespace sengi::data
