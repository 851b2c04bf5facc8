// SPDX-License-Identifier: Apache-2.0
#include "train/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/hash.h"
#include "data/manifest.h"
#include "train/checkpoint_file.h"
#include "train/record.h"

namespace sengi::train {

std::vector<Unit> units_of(const data::Dataset& dataset, std::span<const std::size_t> clips,
                           std::uint64_t seed) {
  std::map<std::string, Unit> by_name;
  for (const std::size_t i : clips) {
    const data::Clip& clip = dataset.clips[i];
    const std::string name =
        clip.group.empty() ? fmt::format("{}\n{}", clip.path.string(), clip.start_s) : clip.group;
    by_name[name].clips.push_back(i);
  }
  std::vector<std::pair<std::string, Unit>> hashed;
  for (auto& [name, unit] : by_name) {
    unit.name = name;
    hashed.emplace_back(sha256(fmt::format("{}\n{}", seed, name)), std::move(unit));
  }
  std::ranges::sort(hashed, {}, &std::pair<std::string, Unit>::first);
  std::vector<Unit> units;
  for (auto& [hash, unit] : hashed) units.push_back(std::move(unit));
  return units;
}

Result<TrainOutcome> train_part(const project::Project& project, const data::Dataset& dataset,
                                const std::string& name, const StudyOptions& options) {
  project::Project part = project;
  part.folder = std::filesystem::absolute(project.out() / name);
  part.data.path.clear();
  part.data.manifest = "manifest.csv";
  part.data.group.clear();
  part.data.labels = dataset.labels;
  SENGI_CHECK(write_text(part.folder / part.data.manifest, data::manifest_of(dataset)));
  const auto named = [&](const Error& error) {
    return Error{fmt::format("{}: {}", name, error.message), error.outcome};
  };
  const auto loaded = data::load_dataset(part);
  if (!loaded) return named(loaded.error());
  const CheckpointFile begun(part.out() / "checkpoint.pt", training_key(part, loaded.value()));
  TrainOptions train;
  train.force = options.force;
  train.resume = !options.force && begun.read().ok();
  train.stop = options.stop;
  auto outcome = train_project(part, train);
  if (!outcome) return named(outcome.error());
  if (!outcome.value().complete) {
    return Error{fmt::format("{}: stopped; the same command goes on from here", name), Outcome::no};
  }
  return outcome;
}

}  // namespace sengi::train
