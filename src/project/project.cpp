// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "project/config_reader.h"
#include "project/draft.h"
#include "project/rules.h"

namespace sengi::project {
namespace fs = std::filesystem;
namespace {

// The name where the file gives none: the folder's.
std::string folder_name(const fs::path& folder) {
  std::error_code ignored;
  fs::path whole = fs::weakly_canonical(folder, ignored);
  if (!whole.has_filename()) whole = whole.parent_path();
  return whole.filename().string();
}

Error no_project(const fs::path& path) {
  const fs::path folder = path.filename() == "sengi.toml" ? path.parent_path() : path;
  return Error{
      fmt::format("{}: no project here; a project is a folder with a sengi.toml and "
                  "recordings, and sengi new keyword {} makes one",
                  path.string(), folder.empty() ? "." : folder.string())};
}

}  // namespace

signal::FeatureSpec Project::features() const {
  return features_of(sense(), signal, series, image);
}

std::int32_t Project::clip_samples() const {
  switch (sense()) {
    case Sense::audio:
      break;
    case Sense::series:
      return series.clip_samples();
    case Sense::image:
      return image.frame_samples();
  }
  return static_cast<std::int32_t>(std::int64_t{data.clip_ms} * signal.sample_rate_hz / 1000);
}

signal::FeatureSpec features_of(Sense sense, const signal::FrontEndSpec& audio,
                                const SeriesConfig& series, const signal::ImageSpec& image) {
  switch (sense) {
    case Sense::audio:
      break;
    case Sense::series:
      return series.spec;
    case Sense::image:
      return image;
  }
  return audio;
}

std::int32_t SeriesConfig::rows_in(std::int32_t ms) const {
  return std::max(1, static_cast<std::int32_t>(std::lround(ms * sample_rate_hz / 1000)));
}

std::int32_t Project::columns() const { return columns_in(clip_samples(), signal); }

std::int32_t columns_in(std::int32_t samples, const signal::FrontEndSpec& spec) {
  const std::int32_t hops_of_window =
      (spec.window_samples + spec.hop_samples - 1) / spec.hop_samples;
  return std::max(0, samples / spec.hop_samples - hops_of_window + 1);
}

std::int32_t hops_in(std::int32_t ms, const signal::FrontEndSpec& spec) {
  const double samples = ms * (spec.sample_rate_hz / 1000.0);
  return std::max(1, static_cast<std::int32_t>(std::lround(samples / spec.hop_samples)));
}

Result<Project> parse_project(std::string_view text, const fs::path& file) {
  const std::string& usual = kind_names().front();
  const std::string kind = peek(text, "project", "kind", usual);
  // An unknown kind is told by the reader, like any value that a key does not take.
  Draft draft(std::ranges::count(kind_names(), kind) > 0 ? kind : usual);
  SENGI_TRY(places, read_config(text, file.string(), keys_of(draft)));
  complete(draft, places);
  SENGI_CHECK(check_rules(draft.project, file.string(), places));

  Project project = std::move(draft.project);
  project.folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  project.name = identifier(project.name.empty() ? folder_name(project.folder) : project.name);
  project.config_sha256 = sha256(text);
  return project;
}

Result<Project> load_project(const fs::path& path) {
  std::error_code ignored;
  const fs::path file = fs::is_directory(path, ignored) ? path / "sengi.toml" : path;
  if (!fs::exists(file, ignored)) return no_project(path);
  SENGI_TRY(text, read_text(file));
  return parse_project(text, file);
}

}  // namespace sengi::project
