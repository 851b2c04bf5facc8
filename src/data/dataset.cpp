// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "data/group_pattern.h"
#include "data/label_folders.h"
#include "data/loader.h"
#include "data/series_clips.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

Error fault(const fs::path& source, std::string_view what) {
  return Error{fmt::format("{}: {}", source.string(), what)};
}

Error missing_label(const Loaded& loaded) {
  const std::string& label = loaded.missing_labels.front();
  const auto near = nearest(label, loaded.unused_labels);
  return fault(loaded.source,
               fmt::format("no recording of '{}', which [data] labels names{}", label,
                           near ? fmt::format("; did you mean '{}'?", *near) : std::string()));
}

Error crossing(const Loaded& loaded) {
  const Crossing& first = loaded.crossings.front();
  return fault(
      loaded.source,
      fmt::format("the split column puts '{}' into both {} and {}; a speaker, animal, site "
                  "or recording must be wholly in one",
                  first.group, name_of(first.one), name_of(first.other)));
}

Error too_few_labels(const Loaded& loaded) {
  const std::vector<std::string>& labels = loaded.dataset.labels;
  return fault(
      loaded.source,
      fmt::format("one label only ('{}'); a network needs at least two to tell apart, such "
                  "as a word and '_unknown_'",
                  labels.empty() ? "" : labels.front()));
}

Error foreign_label(const fs::path& folder, const std::string& label,
                    const std::vector<std::string>& labels) {
  const auto near = nearest(label, labels);
  return fault(
      folder / label,
      near ? fmt::format("not a label of the model; did you mean '{}'?", *near)
           : fmt::format("not a label of the model, which knows {}", fmt::join(labels, ", ")));
}

}  // namespace

Result<Dataset> load_dataset(const project::Project& project) {
  SENGI_TRY(loaded, load(project));
  if (!loaded.faults.empty()) {
    const auto& [line, message] = loaded.faults.front();
    if (line == 0) return Error{message};
    return Error{fmt::format("{}:{}: {}", loaded.source.string(), line, message)};
  }
  if (!loaded.missing_labels.empty()) return missing_label(loaded);
  if (loaded.dataset.labels.size() < 2) return too_few_labels(loaded);
  if (!loaded.crossings.empty()) return crossing(loaded);
  if (loaded.empty_side) return fault(loaded.source, *loaded.empty_side);
  return std::move(loaded.dataset);
}

Result<Dataset> load_test_folder(const fs::path& folder, const std::vector<std::string>& labels,
                                 const project::Project& project) {
  SENGI_TRY(pattern, GroupPattern::compile(project.data.group));
  SENGI_TRY(found, find_label_folders(folder, project.sense()));
  const std::string& unknown = project.data.unknown;
  const auto other = unknown.empty() ? labels.end() : std::ranges::find(labels, unknown);
  Dataset dataset{labels, {}};
  for (FoundFile& file : found.files) {
    auto label = std::ranges::find(labels, file.label);
    if (label == labels.end()) label = other;
    if (label == labels.end()) return foreign_label(folder, file.label, labels);
    Clip clip;
    clip.path = std::move(file.path);
    clip.label = static_cast<std::size_t>(label - labels.begin());
    clip.group = pattern.group_of(file.below);
    clip.split = Split::test;
    dataset.clips.push_back(std::move(clip));
  }
  if (project.sense() == project::Sense::series) {
    std::vector<std::string> faults;
    dataset.clips = cut_into_clips(dataset.clips, project, faults);
    if (!faults.empty()) return Error{faults.front()};
  }
  if (dataset.clips.empty()) {
    return fault(folder,
                 "no recordings in it; it should hold one folder of recordings for each "
                 "label");
  }
  return dataset;
}

}  // namespace sengi::data
