// SPDX-License-Identifier: Apache-2.0
#include "data/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "base/files.h"
#include "base/text.h"
#include "data/group_pattern.h"
#include "data/label_folders.h"
#include "data/series_clips.h"
#include "data/split.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// A clip on its way into the dataset.
struct Candidate {
  Clip clip;
  std::string label;
  std::string below;  // its path below the data's folder, the same wherever that folder stands
  std::optional<Split> wanted;

  // What is kept on one side: the group, or the whole recording where none is known.
  const std::string& unit() const { return clip.group.empty() ? below : clip.group; }
};

Result<std::vector<Candidate>> from_folders(const GroupPattern& pattern, project::Sense sense,
                                            Loaded& loaded) {
  SENGI_TRY(found, find_label_folders(loaded.source, sense));
  std::vector<Candidate> candidates;
  for (FoundFile& file : found.files) {
    Candidate candidate;
    candidate.clip.path = std::move(file.path);
    candidate.clip.group = pattern.group_of(file.below);
    candidate.below = file.label + "/" + file.below;
    candidate.label = std::move(file.label);
    candidates.push_back(std::move(candidate));
  }
  loaded.outside = std::move(found.outside);
  return candidates;
}

Candidate from_row(ManifestRow row, const fs::path& folder, const GroupPattern& pattern) {
  Candidate candidate;
  candidate.clip.path = (folder / row.path).lexically_normal();
  candidate.clip.group = row.group.empty() ? pattern.group_of(row.path) : std::move(row.group);
  candidate.clip.start_s = row.start_s;
  candidate.clip.end_s = row.end_s;
  candidate.clip.row = row.row;
  candidate.clip.columns = std::move(row.others);
  candidate.label = std::move(row.label);
  candidate.below = std::move(row.path);
  candidate.wanted = row.split;
  return candidate;
}

Result<std::vector<Candidate>> from_manifest(const GroupPattern& pattern, Loaded& loaded) {
  SENGI_TRY(text, read_text(loaded.source));
  SENGI_TRY(manifest, parse_manifest(text, loaded.source.string()));
  loaded.faults = std::move(manifest.faults);
  std::vector<Candidate> candidates;
  for (ManifestRow& row : manifest.rows) {
    std::error_code ignored;
    const fs::path path = loaded.source.parent_path() / row.path;
    if (fs::is_regular_file(path, ignored)) {
      candidates.push_back(from_row(std::move(row), loaded.source.parent_path(), pattern));
    } else {
      loaded.faults.push_back({row.line, "no such recording: " + path.string()});
    }
  }
  std::ranges::sort(loaded.faults, {}, &ManifestFault::line);
  loaded.dataset.columns = std::move(manifest.other_columns);
  return candidates;
}

// A table with an example a row. Its other columns of text are kept beside each.
Result<std::vector<Candidate>> from_table(const project::Project& project, Loaded& loaded) {
  SENGI_TRY(table, read_series_table(loaded.source, table_options(project)));
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    SeriesTableRow& row = table.rows[i];
    Candidate candidate;
    if (!row.split.empty()) {
      candidate.wanted = split_named(row.split);
      if (!candidate.wanted) {
        loaded.faults.push_back(
            {row.line, fmt::format("{} must be train, validation, test or empty, not '{}'",
                                   project.data.split_column, row.split)});
        continue;
      }
    }
    candidate.clip.path = loaded.source;
    candidate.clip.group = std::move(row.group);
    candidate.clip.row = i;
    candidate.clip.columns = std::move(row.others);
    candidate.label = std::move(row.label);
    candidate.below = fmt::format("line {}", row.line);
    candidates.push_back(std::move(candidate));
  }
  loaded.dataset.columns = std::move(table.other_columns);
  return candidates;
}

// All that is not normal is an anomaly, whatever its name; the name stays as one more column.
void join_anomalies(const std::string& normal, std::vector<Candidate>& candidates, Loaded& loaded) {
  loaded.dataset.columns.emplace_back("fault");
  for (Candidate& candidate : candidates) {
    candidate.clip.columns.push_back(candidate.label);
    if (candidate.label != normal) candidate.label = "anomaly";
  }
}

// Numbers of frames, and of a table's rows where no group is known, become those of their span.
void join_neighbours(std::int32_t span, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    std::string& group = candidate.clip.group;
    std::size_t number = 0;
    if (group.empty() && candidate.clip.row) {
      number = *candidate.clip.row;
    } else {
      const auto [end, error] = std::from_chars(group.data(), group.data() + group.size(), number);
      if (error != std::errc() || end != group.data() + group.size()) continue;
    }
    const auto width = static_cast<std::size_t>(span);
    group = fmt::format("{}-{}", number / width * width, number / width * width + width - 1);
  }
}

// Settles which labels there are and drops the clips of others.
void choose_labels(const std::vector<std::string>& wanted, std::vector<Candidate>& candidates,
                   Loaded& loaded) {
  std::set<std::string> found;
  for (const Candidate& candidate : candidates) found.insert(candidate.label);
  if (wanted.empty()) {
    loaded.dataset.labels.assign(found.begin(), found.end());
  } else {
    loaded.dataset.labels = wanted;
    std::ranges::copy_if(wanted, std::back_inserter(loaded.missing_labels),
                         [&](const std::string& label) { return !found.contains(label); });
    for (const std::string& label : wanted) found.erase(label);
    loaded.unused_labels.assign(found.begin(), found.end());
    std::erase_if(candidates,
                  [&](const Candidate& candidate) { return found.contains(candidate.label); });
  }
  for (Candidate& candidate : candidates) {
    const auto at = std::ranges::find(loaded.dataset.labels, candidate.label);
    candidate.clip.label = static_cast<std::size_t>(at - loaded.dataset.labels.begin());
  }
}

using Sides = std::map<std::string, Split>;

// The sides that the manifest decides; the first row of a group speaks for those that do not say.
Sides decided_sides(const std::vector<Candidate>& candidates, Loaded& loaded) {
  Sides sides;
  std::set<std::string> crossing;
  for (const Candidate& candidate : candidates) {
    if (!candidate.wanted) continue;
    const auto [at, first] = sides.emplace(candidate.unit(), *candidate.wanted);
    if (first || at->second == *candidate.wanted) continue;
    if (crossing.insert(candidate.unit()).second) {
      loaded.crossings.push_back({candidate.unit(), at->second, *candidate.wanted});
    }
  }
  return sides;
}

class Splitter {
 public:
  Splitter(const project::DataConfig& config, Sides decided)
      : config_(config), decided_(std::move(decided)) {}

  Split side(const Candidate& candidate, std::uint64_t seed) const {
    if (candidate.wanted) return *candidate.wanted;
    const auto decided = decided_.find(candidate.unit());
    if (decided != decided_.end()) return decided->second;
    return side_of(candidate.unit(), seed, config_.validation_percent, config_.test_percent);
  }

  // Whether the percentages had any say.
  bool draws(const std::vector<Candidate>& candidates) const {
    return std::ranges::any_of(candidates, [&](const Candidate& candidate) {
      return !candidate.wanted && !decided_.contains(candidate.unit());
    });
  }

  // What a seed leaves without clips, such as "no clip is left for test"; empty when nothing.
  std::string lacking(const std::vector<Candidate>& candidates,
                      const std::vector<std::string>& labels, std::uint64_t seed) const {
    std::set<Split> sides;
    std::set<std::string> trained;
    std::set<std::string> present;
    for (const Candidate& candidate : candidates) {
      const Split chosen = side(candidate, seed);
      sides.insert(chosen);
      present.insert(candidate.label);
      if (chosen == Split::train) trained.insert(candidate.label);
    }
    if (config_.test_percent > 0 && !sides.contains(Split::test)) return "no clip is left for test";
    if (config_.validation_percent > 0 && !sides.contains(Split::validation)) {
      return "no clip is left for validation";
    }
    for (const std::string& label : labels) {
      if (present.contains(label) && !trained.contains(label)) {
        return fmt::format("no clip of '{}' is left for training", label);
      }
    }
    return {};
  }

  // The same with advice: another seed where one helps.
  std::optional<std::string> empty_side(const std::vector<Candidate>& candidates,
                                        const std::vector<std::string>& labels) const {
    const std::string lack = lacking(candidates, labels, config_.seed);
    if (lack.empty() || !draws(candidates)) return std::nullopt;
    std::set<std::string> units;
    for (const Candidate& candidate : candidates) units.insert(candidate.unit());
    const std::string few = fmt::format(
        "{}: there {} only {} (speakers, sites or recordings) to "
        "share out",
        lack, units.size() == 1 ? "is" : "are", counted(units.size(), "group"));
    // Few groups make this likely, and a search over seeds cheap.
    constexpr std::uint64_t tried = 200;
    for (std::uint64_t seed = 1; seed <= tried && units.size() <= 1000; ++seed) {
      if (lacking(candidates, labels, seed).empty()) {
        return fmt::format("{}; set seed = {} in [data], which shares them so that none lacks", few,
                           seed);
      }
    }
    return few +
           "; record more of them, or set test_percent or validation_percent in [data] to "
           "more, or to 0 to do without";
  }

 private:
  const project::DataConfig& config_;
  Sides decided_;
};

}  // namespace

Result<Loaded> load(const project::Project& project) {
  const project::DataConfig& config = project.data;
  Loaded loaded;
  const bool by_table = config.manifest.empty() && !config.table.empty();
  loaded.source = project.folder / (by_table                  ? config.table
                                    : config.manifest.empty() ? config.path
                                                              : config.manifest);
  SENGI_TRY(pattern, GroupPattern::compile(config.group));
  SENGI_TRY(candidates, by_table                  ? from_table(project, loaded)
                        : config.manifest.empty() ? from_folders(pattern, project.sense(), loaded)
                                                  : from_manifest(pattern, loaded));
  if (project.kind == "anomaly") join_anomalies(config.normal, candidates, loaded);
  choose_labels(config.labels, candidates, loaded);
  if (candidates.empty() && loaded.faults.empty() && loaded.missing_labels.empty()) {
    return Error{fmt::format("{}: no recordings in it; {}", loaded.source.string(),
                             config.manifest.empty() && !by_table
                                 ? "it should hold one folder of recordings for each label"
                                 : "it should list one recording a row below its header")};
  }

  if (config.group_span > 0) join_neighbours(config.group_span, candidates);

  const Splitter splitter(config, decided_sides(candidates, loaded));
  const std::vector<std::string> learned =
      project.kind == "anomaly" ? std::vector{config.normal} : loaded.dataset.labels;
  loaded.empty_side = splitter.empty_side(candidates, learned);
  const bool cut = project.sense() == project::Sense::series && !by_table;
  for (Candidate& candidate : candidates) {
    candidate.clip.split = splitter.side(candidate, config.seed);
    // The clips of one recording stay together.
    if (cut && candidate.clip.group.empty()) candidate.clip.group = candidate.below;
    loaded.dataset.clips.push_back(std::move(candidate.clip));
  }
  std::ranges::stable_sort(loaded.dataset.clips, {}, [](const Clip& clip) {
    return std::tie(clip.path, clip.row, clip.start_s);
  });
  if (cut) {
    std::vector<std::string> faults;
    loaded.dataset.clips = cut_into_clips(loaded.dataset.clips, project, faults);
    for (std::string& fault : faults) loaded.faults.push_back({0, std::move(fault)});
  }
  return loaded;
}

}  // namespace sengi::data
