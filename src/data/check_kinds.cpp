// SPDX-License-Identifier: Apache-2.0
#include "data/check_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "base/progress.h"
#include "base/text.h"
#include "data/image_check.h"
#include "data/series_check.h"
#include "data/series_clips.h"
#include "data/series_tell_tale.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

Finding finding(Severity severity, std::string kind, std::string what, fs::path where,
                std::string advice) {
  return {severity,         std::move(kind), std::move(what),
          std::move(where), std::nullopt,    std::move(advice)};
}

// The clips of each file, by path.
std::map<fs::path, std::vector<std::size_t>> clips_by_file(const Dataset& data) {
  std::map<fs::path, std::vector<std::size_t>> clips;
  for (std::size_t i = 0; i < data.clips.size(); ++i) clips[data.clips[i].path].push_back(i);
  return clips;
}

// Two examples that are the same, or look it: worst on two sides of the split, where one of them
// answers for the other; bad under two labels; else a waste. Looks may deceive, and a few numbers
// be equal by chance, so it is no fault.
Finding twins(const Dataset& data, std::size_t first, std::size_t second, const std::string& where,
              const std::string& alike) {
  const Clip& a = data.clips[first];
  const Clip& b = data.clips[second];
  if (a.split != b.split) {
    return finding(Severity::warning, "near-duplicate",
                   fmt::format("{} {}, which is in {} while this is in {}", alike, where,
                               name_of(a.split), name_of(b.split)),
                   b.path, "look at both; remove one, or put both into one group");
  }
  if (a.label != b.label) {
    return finding(Severity::warning, "near-duplicate",
                   fmt::format("{} {}, but there it is '{}' and here '{}'", alike, where,
                               data.labels[a.label], data.labels[b.label]),
                   b.path, "look at both, and keep the right label");
  }
  return finding(Severity::note, "near-duplicate", alike + " " + where, b.path,
                 "a second copy teaches nothing new");
}

// Rows of a table that hold the same numbers.
void find_same_rows(const Dataset& data, const SeriesTable& table, KindFindings& found) {
  std::map<std::vector<float>, std::size_t> seen;
  for (std::size_t i = 0; i < data.clips.size(); ++i) {
    const std::optional<std::size_t>& row = data.clips[i].row;
    if (!row || *row >= table.rows.size()) continue;
    const auto [at, first] = seen.emplace(table.rows[*row].values, i);
    if (first) continue;
    const std::string where = fmt::format("line {}", table.rows[*data.clips[at->second].row].line);
    found.findings.add(
        twins(data, at->second, i, where,
              fmt::format("line {} holds the same numbers as", table.rows[*row].line)));
    ++found.near_duplicates;
  }
}

// Columns of a table that never change.
void find_constant_columns(const fs::path& path, const SeriesTable& table, KindFindings& found) {
  for (std::size_t column = 0; column < table.value_columns.size(); ++column) {
    const auto same = [&](const SeriesTableRow& row) {
      return row.values[column] == table.rows.front().values[column];
    };
    if (!std::ranges::all_of(table.rows, same)) continue;
    found.findings.add(
        finding(Severity::warning, "constant",
                fmt::format("column '{}' is {:g} in every row", table.value_columns[column],
                            table.rows.front().values[column]),
                path, "it tells nothing; leave it out of columns in [signal]"));
  }
}

void find_tell_tales(const TellTales& seen, const fs::path& where, KindFindings& found) {
  for (const TellTales::Teller& teller : seen.tellers()) {
    found.findings.add(finding(
        Severity::warning, "tell-tale", teller.words, where,
        "it says the label itself; name the columns to learn from in [signal] columns, without "
        "it"));
  }
}

// Columns that tell the label by themselves, of a table and of recordings.
void find_tell_tale_columns(const Dataset& data, const SeriesTable& table, KindFindings& found) {
  TellTales seen;
  for (const Clip& clip : data.clips) {
    if (!clip.row || *clip.row >= table.rows.size()) continue;
    for (std::size_t column = 0; column < table.value_columns.size(); ++column) {
      seen.see(data.labels[clip.label], table.value_columns[column],
               double{table.rows[*clip.row].values[column]});
    }
  }
  find_tell_tales(seen, data.clips.front().path, found);
}

void see_rows(const Series& series, const Clip& clip, const std::string& label, TellTales& seen) {
  for (std::size_t row = 0; row < series.rows; ++row) {
    const double time_s = series.time_s.empty() ? clip.start_s : series.time_s[row];
    if (time_s < clip.start_s || time_s >= clip.end_s) continue;
    for (std::size_t column = 0; column < series.columns.size(); ++column) {
      seen.see(label, series.columns[column],
               double{series.values[row * series.columns.size() + column]});
    }
  }
}

Result<KindFindings> check_table(const project::Project& project, const Dataset& data) {
  KindFindings found;
  found.files = 1;
  SENGI_TRY(table, read_series_table(data.clips.front().path, table_options(project)));
  found.files_read = 1;
  find_constant_columns(data.clips.front().path, table, found);
  find_same_rows(data, table, found);
  find_tell_tale_columns(data, table, found);
  return found;
}

std::string size_of(const ImageFindings::Measured& image) {
  return fmt::format("{} x {} pixels", image.width, image.height);
}

}  // namespace

Result<KindFindings> check_series(const project::Project& project, const Loaded& loaded) {
  const Dataset& data = loaded.dataset;
  if (!data.clips.empty() && data.clips.front().row) return check_table(project, data);
  std::vector<ValueRange> ranges;
  const project::SeriesConfig& series = project.series;
  if (series.low.size() == series.columns.size()) {
    for (std::size_t i = 0; i < series.low.size(); ++i) {
      ranges.push_back({series.low[i], series.high[i]});
    }
  }
  const auto files = clips_by_file(data);
  std::vector<SeriesMeasures> measures;
  TellTales seen;
  Progress progress("reading recordings", files.size());
  for (const auto& [path, clips] : files) {
    if (interrupted()) return Error{"stopped", Outcome::no};
    const auto label_of = [&](std::size_t clip) { return data.labels[data.clips[clip].label]; };
    const auto read =
        read_series(path, {.columns = series.columns, .time_column = {}, .blanks_are_gaps = true});
    measures.push_back(measure_series_file(path, label_of(clips.front()), read, ranges));
    if (read.ok()) {
      for (const std::size_t i : clips) see_rows(read.value(), data.clips[i], label_of(i), seen);
    }
    progress.advance();
  }
  KindFindings found;
  found.files = files.size();
  found.files_read = static_cast<std::size_t>(
      std::ranges::count_if(measures, &std::string::empty, &SeriesMeasures::fault));
  found.findings = find_in_series(measures);
  find_tell_tales(seen, loaded.source, found);
  return found;
}

Result<KindFindings> check_image_files(const Loaded& loaded) {
  const Dataset& data = loaded.dataset;
  std::vector<fs::path> paths;
  std::vector<std::size_t> clips;
  for (const auto& [path, of_file] : clips_by_file(data)) {
    paths.push_back(path);
    clips.push_back(of_file.front());
  }
  SENGI_TRY(images, check_images(paths));
  KindFindings found;
  found.files = paths.size();
  found.files_read = images.read;
  found.near_duplicates = images.alike.size();
  const auto add = [&](Severity severity, const char* kind, std::string what, std::size_t image,
                       const char* advice) {
    found.findings.add(finding(severity, kind, std::move(what), paths[image], advice));
  };
  for (const auto& one : images.unreadable) {
    add(Severity::fault, "unreadable", one.message, one.image, "take it again, or remove it");
  }
  for (const auto& one : images.small) {
    add(Severity::warning, "small", size_of(one), one.image, "there is little to see in it");
  }
  for (const auto& one : images.large) {
    add(Severity::note, "large", size_of(one), one.image, "training would be quicker on less");
  }
  for (const auto& one : images.narrow) {
    add(Severity::warning, "narrow", size_of(one), one.image,
        "only its middle is looked at; cut out what it is about");
  }
  for (const std::size_t one : images.grey) {
    add(Severity::note, "grey", "without colour, where most images have some", one,
        "an infrared picture among those by day? Put them into groups or labels of their own");
  }
  for (const std::size_t one : images.even) {
    add(Severity::warning, "even", "shows nothing: all of one light", one, "remove it");
  }
  for (const AlikeHashes& pair : images.alike) {
    found.findings.add(twins(data, clips[pair.first], clips[pair.second],
                             path_below(paths[pair.first], loaded.source).string(), "looks like"));
  }
  return found;
}

}  // namespace sengi::data
