// SPDX-License-Identifier: Apache-2.0
#include "train/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "base/progress.h"
#include "data/audio.h"
#include "train/parallel.h"

namespace sengi::train {
namespace {

std::optional<std::int32_t> index_of(const std::vector<std::string>& labels,
                                     const std::string& label) {
  const auto found = std::ranges::find(labels, label);
  if (label.empty() || found == labels.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - labels.begin());
}

// Groups on one side; a clip without a group is one of its own.
std::size_t count_groups(const data::Dataset& dataset, data::Split split) {
  std::set<std::string> groups;
  std::size_t alone = 0;
  for (const data::Clip& clip : dataset.clips) {
    if (clip.split != split) continue;
    if (clip.group.empty()) {
      ++alone;
    } else {
      groups.insert(clip.group);
    }
  }
  return groups.size() + alone;
}

Result<void> read(const data::Clip& clip, const data::ClipReader& reader,
                  std::span<std::int16_t> to) {
  SENGI_TRY(samples, reader.read(clip));
  std::copy_n(samples.begin(), std::min(samples.size(), to.size()), to.begin());
  return {};
}

// All of a recording of background, however long.
Result<void> read_background(const data::Clip& clip, const project::Project& project,
                             std::vector<std::int16_t>& to) {
  SENGI_TRY(audio,
            data::read_audio(clip.path, project.signal.sample_rate_hz, clip.start_s, clip.end_s));
  to = std::move(audio.samples);
  return {};
}

Result<void> every_label_is_trained(const Corpus& corpus, const project::Project& project) {
  std::vector<bool> seen(corpus.labels.size(), false);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    seen[i] = project.kind == "anomaly" && corpus.labels[i] != project.data.normal;
  }
  for (const LabelledClip& clip : corpus.train) seen[static_cast<std::size_t>(clip.label)] = true;
  const auto missing = std::ranges::find(seen, false);
  if (missing == seen.end()) return {};
  return Error{fmt::format(
      "label '{}' has no clip to train on: all of its clips fell to validation and test; add "
      "recordings of more groups, or lower [data] validation_percent and test_percent",
      corpus.labels[static_cast<std::size_t>(missing - seen.begin())])};
}

}  // namespace

Result<Corpus> load_corpus(const project::Project& project, const data::Dataset& dataset,
                           int threads, const std::function<bool()>& stop) {
  Corpus corpus{.store = {},
                .labels = dataset.labels,
                .train = {},
                .validation = {},
                .test = {},
                .silence = index_of(dataset.labels, project.data.silence),
                .unknown = index_of(dataset.labels, project.data.unknown),
                .backgrounds = {},
                .groups_train = count_groups(dataset, data::Split::train),
                .groups_validation = count_groups(dataset, data::Split::validation),
                .groups_test = count_groups(dataset, data::Split::test)};
  const auto is_background = [&](const data::Clip& clip) {
    return project.sense() == project::Sense::audio && clip.split == data::Split::train &&
           corpus.silence == static_cast<std::int32_t>(clip.label);
  };

  const data::ClipReader reader(project);
  const auto normal = [&](const data::Clip& clip) {
    return project.kind != "anomaly" || dataset.labels[clip.label] == project.data.normal;
  };
  SENGI_TRY(store,
            ClipStore::make(dataset.clips.size(), static_cast<std::size_t>(project.clip_samples()),
                            project.out(), clip_memory()));
  corpus.store = std::move(store);
  std::vector<std::vector<std::int16_t>> backgrounds(dataset.clips.size());
  std::optional<Error> first_error;
  std::mutex mutex;
  std::atomic<bool> ended = false;
  Progress progress("reading recordings", dataset.clips.size());
  parallel_for(dataset.clips.size(), threads, [&](std::size_t i) {
    if (ended || stop()) return;
    const data::Clip& clip = dataset.clips[i];
    Result<void> result = read(clip, reader, corpus.store.clip(i));
    if (result.ok() && is_background(clip)) result = read_background(clip, project, backgrounds[i]);
    if (!result.ok()) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = result.error();
      ended = true;
    }
    progress.advance();
  });
  if (first_error) return *first_error;
  if (stop()) return Error{"stopped while reading recordings; nothing was changed", Outcome::no};

  for (std::size_t i = 0; i < dataset.clips.size(); ++i) {
    const data::Clip& clip = dataset.clips[i];
    auto& side = clip.split == data::Split::train        ? corpus.train
                 : clip.split == data::Split::validation ? corpus.validation
                                                         : corpus.test;
    if (!normal(clip) && clip.split != data::Split::test) continue;
    side.push_back({corpus.store.clip(i), static_cast<std::int32_t>(clip.label)});
    if (is_background(clip)) corpus.backgrounds.push_back(std::move(backgrounds[i]));
  }
  SENGI_CHECK(every_label_is_trained(corpus, project));
  return corpus;
}

}  // namespace sengi::train
