// SPDX-License-Identifier: Apache-2.0
#include "data/check.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "data/check_findings.h"
#include "data/check_kinds.h"
#include "data/fingerprint.h"
#include "data/loader.h"
#include "data/measure.h"

namespace sengi::data {
namespace {

std::size_t index_of(Split split) { return static_cast<std::size_t>(split); }

Histogram level_histogram() { return {-90, 5, std::vector<std::size_t>(18)}; }

// At most 20 bins of a round step over the durations of a whole dataset.
Histogram duration_histogram(double most_s) {
  constexpr double bins = 20;
  double step = 0.01;
  for (int i = 0; most_s > bins * step; ++i) step *= i % 3 == 1 ? 2.5 : 2;  // 1, 2, 5, 10 ...
  const double used = std::max(1.0, std::floor(most_s / step) + 1);
  return {0, step, std::vector<std::size_t>(static_cast<std::size_t>(std::min(bins, used)))};
}

Durations durations_of(std::vector<double> seconds, Histogram histogram) {
  Durations durations;
  for (const double s : seconds) histogram.add(s);
  durations.histogram = std::move(histogram);
  if (seconds.empty()) return durations;
  std::ranges::sort(seconds);
  durations.total_s = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  durations.least_s = seconds.front();
  durations.median_s = seconds[seconds.size() / 2];
  durations.most_s = seconds.back();
  return durations;
}

// The clip of median level among those that can be read.
void choose_example(LabelCard& card, const Dataset& data, const Measures& measures,
                    std::vector<std::size_t> readable) {
  if (readable.empty()) return;
  const auto middle = readable.begin() + static_cast<std::ptrdiff_t>(readable.size() / 2);
  std::ranges::nth_element(readable, middle, {},
                           [&](std::size_t i) { return std::tuple(measures.clips[i]->rms, i); });
  card.example = data.clips[*middle].path;
  card.example_start_s = data.clips[*middle].start_s;
}

LabelCard card_of(std::size_t label, const Dataset& data, const Measures& measures,
                  const Histogram& bins) {
  LabelCard card;
  card.name = data.labels[label];
  card.level = level_histogram();
  std::array<std::set<std::string>, 3> groups;
  std::vector<double> seconds;
  std::vector<std::size_t> readable;
  for (std::size_t i = 0; i < data.clips.size(); ++i) {
    const Clip& clip = data.clips[i];
    if (clip.label != label) continue;
    ++card.clips[index_of(clip.split)];
    if (clip.group.empty()) {
      ++card.ungrouped;
    } else {
      groups[index_of(clip.split)].insert(clip.group);
    }
    if (!measures.clips[i]) continue;
    readable.push_back(i);
    seconds.push_back(measures.clips[i]->duration_s);
    card.level.add(measures.clips[i]->dbfs());
  }
  for (std::size_t side = 0; side < 3; ++side) card.groups[side] = groups[side].size();
  card.durations = durations_of(std::move(seconds), bins);
  choose_example(card, data, measures, std::move(readable));
  return card;
}

std::vector<StoredAs> stored_as(const Measures& measures) {
  std::map<std::tuple<std::string, std::int32_t, std::int32_t, std::int32_t>, std::size_t> ways;
  for (const FileMeasures& file : measures.files) {
    if (!file.fault.empty()) continue;
    const AudioInfo& info = file.info;
    ++ways[{info.format, info.sample_rate_hz, info.channels, file.bits}];
  }
  std::vector<StoredAs> stored;
  for (const auto& [way, files] : ways) {
    const auto& [format, rate, channels, bits] = way;
    stored.push_back({format, rate, channels, bits, files});
  }
  std::ranges::stable_sort(stored, std::ranges::greater(), &StoredAs::files);
  return stored;
}

void count_clips(CheckReport& report, const Dataset& data, const Measures& measures) {
  std::array<std::set<std::string>, 3> groups;
  std::vector<double> seconds;
  for (std::size_t i = 0; i < data.clips.size(); ++i) {
    const Clip& clip = data.clips[i];
    ++report.clips[index_of(clip.split)];
    if (!clip.group.empty()) groups[index_of(clip.split)].insert(clip.group);
    const auto& measured = measures.clips[i];
    if (!measured) continue;
    seconds.push_back(measured->duration_s);
    report.clipped_clips += is_clipped(*measured) ? 1 : 0;
    report.silent_clips += is_silent(*measured) ? 1 : 0;
  }
  for (std::size_t side = 0; side < 3; ++side) report.groups[side] = groups[side].size();
  const double most_s = seconds.empty() ? 0 : std::ranges::max(seconds);
  report.durations = durations_of(std::move(seconds), duration_histogram(most_s));
}

}  // namespace

void Histogram::add(double value) {
  if (counts.empty()) return;
  const double bin = std::floor((value - first) / step);
  const double last = static_cast<double>(counts.size() - 1);
  ++counts[static_cast<std::size_t>(std::clamp(bin, 0.0, last))];
}

std::size_t Histogram::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::size_t CheckReport::count(Severity severity) const {
  auto all = static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
  for (const auto& [kind, count] : unlisted) all += kind.first == severity ? count : 0;
  return all;
}

std::filesystem::path path_below(const std::filesystem::path& path,
                                 const std::filesystem::path& source) {
  std::error_code ignored;
  const bool manifest = std::filesystem::is_regular_file(source, ignored);
  const std::filesystem::path folder = manifest ? source.parent_path() : source;
  const std::filesystem::path below =
      path.lexically_normal().lexically_relative(folder.lexically_normal());
  const bool outside = below.empty() || below == "." || *below.begin() == "..";
  return outside ? path : below;
}

namespace {

// Of rows of numbers and images: labels, groups and sides as of sounds, and what is wrong with the
// files by their own rules.
Result<CheckReport> check_kind(const project::Project& project, const Loaded& loaded) {
  SENGI_TRY(found, project.sense() == project::Sense::series ? check_series(project, loaded)
                                                             : check_image_files(loaded));
  const Dataset& data = loaded.dataset;
  const Measures unmeasured{{},
                            std::vector<std::optional<ClipMeasures>>(data.clips.size()),
                            std::vector<std::string>(data.clips.size())};
  CheckReport report;
  report.project = project.name;
  report.sense = project.sense();
  report.source = loaded.source;
  report.clip_s = project.data.clip_ms / 1000.0;
  report.files = found.files;
  report.files_read = found.files_read;
  report.near_duplicates = found.near_duplicates;
  count_clips(report, data, unmeasured);
  for (std::size_t label = 0; label < data.labels.size(); ++label) {
    report.labels.push_back(card_of(label, data, unmeasured, duration_histogram(0)));
  }
  Findings findings = find(project, loaded, unmeasured, {});
  findings.add(std::move(found.findings));
  report.unlisted = findings.unlisted();
  report.findings = std::move(findings).sorted();
  return report;
}

}  // namespace

Result<CheckReport> check_data(const project::Project& project) {
  SENGI_TRY(loaded, load(project));
  if (project.sense() != project::Sense::audio) return check_kind(project, loaded);
  SENGI_TRY(measures, measure(loaded.dataset));
  const Dataset& data = loaded.dataset;

  CheckReport report;
  report.project = project.name;
  report.source = loaded.source;
  report.sample_rate_hz = project.signal.sample_rate_hz;
  report.clip_s = project.data.clip_ms / 1000.0;
  report.files = measures.files.size();
  report.files_read = static_cast<std::size_t>(
      std::ranges::count_if(measures.files, &std::string::empty, &FileMeasures::fault));
  count_clips(report, data, measures);
  const Histogram bins = duration_histogram(report.durations.most_s);
  for (std::size_t label = 0; label < data.labels.size(); ++label) {
    report.labels.push_back(card_of(label, data, measures, bins));
  }
  report.stored = stored_as(measures);
  for (const auto& set : duplicates(measures)) report.duplicate_files += set.size() - 1;
  SENGI_TRY(prints, fingerprints(data, project));
  const std::vector<Alike> alike = find_alike(prints);
  report.near_duplicates = near_duplicates(data, measures, alike).size();
  Findings findings = find(project, loaded, measures, alike);
  report.unlisted = findings.unlisted();
  report.findings = std::move(findings).sorted();
  return report;
}

}  // namespace sengi::data
