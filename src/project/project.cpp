// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <regex>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "project/config_reader.h"
#include "signal/feature_names.h"
#include "signal/spec_check.h"

namespace sengi::project {
namespace fs = std::filesystem;
namespace {

constexpr std::int32_t day_ms = 24 * 60 * 60 * 1000;

// What the file says in other units or words than Project holds.
struct Draft {
  Draft() { project.kind = "keyword"; }

  Project project;
  double window_ms = 30;
  double hop_ms = 20;
  std::string feature = "mfcc";
};

// Every key of sengi.toml, once.
std::vector<Key> keys_of(Draft& draft) {
  Project& p = draft.project;
  AugmentConfig& augment = p.train.augment;
  return {
      {"project", "name", Text{&p.name}},
      {"project", "kind", Choice{&p.kind, {"keyword"}}},

      {"data", "path", Text{&p.data.path}},
      {"data", "manifest", Text{&p.data.manifest}},
      {"data", "group", Text{&p.data.group}},
      {"data", "unknown", Text{&p.data.unknown}},
      {"data", "silence", Text{&p.data.silence}},
      {"data", "labels", Texts{&p.data.labels}},
      {"data", "clip_ms", Whole{&p.data.clip_ms, 10, 60'000}},
      {"data", "validation_percent", Whole{&p.data.validation_percent, 0, 90}},
      {"data", "test_percent", Whole{&p.data.test_percent, 0, 90}},
      {"data", "seed", Seed{&p.data.seed}},

      {"signal", "sample_rate_hz", Whole{&p.signal.sample_rate_hz, 1000, 48'000}},
      {"signal", "window_ms", Number{&draft.window_ms, 0.1, 4096}},
      {"signal", "hop_ms", Number{&draft.hop_ms, 0.1, 4096}},
      {"signal", "fft_size", Whole{&p.signal.fft_size, 64, 4096}},
      {"signal", "mel_channels", Whole{&p.signal.mel_channels, 2, 128}},
      {"signal", "low_hz", Whole{&p.signal.low_hz, 0, 24'000}},
      {"signal", "high_hz", Whole{&p.signal.high_hz, 1, 24'000}},
      {"signal", "feature", Choice{&draft.feature, signal::feature_names()}},
      {"signal", "coefficients", Whole{&p.signal.coefficients, 1, 128}},

      {"model", "architecture", Choice{&p.model.architecture, {"ds-cnn", "tc-resnet", "cnn-1d"}}},
      {"model", "channels", Whole{&p.model.channels, 1, 1024}},
      {"model", "blocks", Whole{&p.model.blocks, 0, 32}},
      {"model", "kernel_columns", Whole{&p.model.kernel_columns, 1, 63}},

      {"train", "epochs", Whole{&p.train.epochs, 1, 100'000}},
      {"train", "batch", Whole{&p.train.batch, 1, 65'536}},
      {"train", "learning_rate", Number{&p.train.learning_rate, 1e-8, 10}},
      {"train", "weight_decay", Number{&p.train.weight_decay, 0, 1}},
      {"train", "dropout", Number{&p.train.dropout, 0, 0.95}},
      {"train", "label_smoothing", Number{&p.train.label_smoothing, 0, 0.9}},
      {"train", "weight_averaging", Number{&p.train.weight_averaging, 0, 0.99999}},
      {"train", "patience", Whole{&p.train.patience, 1, 100'000}},
      {"train", "quantize_epochs", Whole{&p.train.quantize_epochs, 0, 100'000}},
      {"train", "threads", Whole{&p.train.threads, 0, 1024}},
      {"train", "seed", Seed{&p.train.seed}},

      {"train.augment", "shift_ms", Whole{&augment.shift_ms, 0, 60'000}},
      {"train.augment", "gain_db", Number{&augment.gain_db, 0, 60}},
      {"train.augment", "speed_percent", Number{&augment.speed_percent, 0, 50}},
      {"train.augment", "vocal_tract_percent", Number{&augment.vocal_tract_percent, 0, 30}},
      {"train.augment", "noise_probability", Number{&augment.noise_probability, 0, 1}},
      {"train.augment", "snr_db_min", Number{&augment.snr_db_min, -60, 100}},
      {"train.augment", "snr_db_max", Number{&augment.snr_db_max, -60, 100}},
      {"train.augment", "time_masks", Whole{&augment.time_masks, 0, 16}},
      {"train.augment", "time_mask_columns", Whole{&augment.time_mask_columns, 0, 4096}},
      {"train.augment", "frequency_masks", Whole{&augment.frequency_masks, 0, 16}},
      {"train.augment", "frequency_mask_channels", Whole{&augment.frequency_mask_channels, 0, 128}},

      {"detect", "stride_ms", Whole{&p.detect.stride_ms, 1, 60'000}},
      {"detect", "smoothing_ms", Whole{&p.detect.smoothing_ms, 0, 60'000}},
      {"detect", "threshold", Number{&p.detect.threshold, 0, 1}},
      {"detect", "release", Number{&p.detect.release, 0, 1}},
      {"detect", "refractory_ms", Whole{&p.detect.refractory_ms, 0, day_ms}},

      {"evaluate", "slices", Texts{&p.evaluate.slices}},

      {"device", "board", Text{&p.board}},
  };
}

// A rule between several keys that a draft breaks, and the keys to show the place of: the first of
// them that the file sets.
struct BrokenRule {
  std::vector<std::string> keys;
  std::string message;
};
using Broken = std::optional<BrokenRule>;

// Turns milliseconds into samples and fills what follows from other keys.
void complete_signal(Draft& draft, const Places& places) {
  signal::FrontEndSpec& spec = draft.project.signal;
  const auto samples = [&](double ms) {
    return static_cast<std::int32_t>(std::lround(ms * spec.sample_rate_hz / 1000));
  };
  spec.window_samples = samples(draft.window_ms);
  spec.hop_samples = samples(draft.hop_ms);
  spec.feature = signal::feature_named(draft.feature).value_or(spec.feature);
  if (!places.contains("signal.fft_size")) {
    const auto window = static_cast<std::uint32_t>(std::clamp(spec.window_samples, 64, 4096));
    spec.fft_size = static_cast<std::int32_t>(std::bit_ceil(window));
  }
  if (!places.contains("signal.high_hz")) spec.high_hz = std::min(7600, spec.sample_rate_hz / 2);
  if (!places.contains("signal.coefficients")) {
    spec.coefficients = std::min(spec.coefficients, spec.mel_channels);
  }
}

void complete_model(Draft& draft, const Places& places) {
  ModelConfig& model = draft.project.model;
  if (model.architecture != "tc-resnet") return;
  if (!places.contains("model.channels")) model.channels = 16;
  if (!places.contains("model.blocks")) model.blocks = 3;
}

Broken check_group_pattern(const Project& p) {
  if (p.data.group.empty()) return std::nullopt;
  try {
    const std::regex pattern(p.data.group);
    if (pattern.mark_count() > 0) return std::nullopt;
    return BrokenRule{{"data.group"},
                      "the pattern captures nothing; put brackets around the part that names the "
                      "speaker, animal or site, such as \"^([^_]+)_\""};
  } catch (const std::regex_error& error) {
    return BrokenRule{{"data.group"}, fmt::format("not a regular expression: {}", error.what())};
  }
}

Broken check_data(const Project& p) {
  if (p.data.validation_percent + p.data.test_percent > 90) {
    return BrokenRule{{"data.validation_percent", "data.test_percent"},
                      fmt::format("validation_percent and test_percent together must leave at "
                                  "least 10 % for training, not {} %",
                                  100 - p.data.validation_percent - p.data.test_percent)};
  }
  if (p.data.labels.size() == 1) {
    return BrokenRule{{"data.labels"},
                      "one label only; a network needs at least two to tell apart"};
  }
  if (!p.data.unknown.empty() && p.data.unknown == p.data.silence) {
    return BrokenRule{{"data.silence", "data.unknown"},
                      "unknown and silence must be different labels"};
  }
  return check_group_pattern(p);
}

Broken check_signal(const Project& p) {
  if (const auto fault = find_fault(p.signal)) {
    BrokenRule broken{{}, fault->message};
    for (const std::string& key : fault->keys) broken.keys.push_back("signal." + key);
    return broken;
  }
  if (p.columns() < 1) {
    return BrokenRule{{"data.clip_ms", "signal.window_ms"},
                      fmt::format("a clip of {} ms is too short for one column of features: a "
                                  "window of {} samples, in hops of {}",
                                  p.data.clip_ms, p.signal.window_samples, p.signal.hop_samples)};
  }
  return std::nullopt;
}

Broken check_detect(const Project& p) {
  // Hops are whole samples, so each may be half a sample longer or shorter than it was asked to be.
  const double rate_khz = p.signal.sample_rate_hz / 1000.0;
  const std::int32_t hops = hops_in(p.detect.stride_ms, p.signal);
  const double off = std::abs(hops * p.signal.hop_samples - p.detect.stride_ms * rate_khz);
  if (off > 0.5 * hops) {
    const double hop_ms = p.signal.hop_samples / rate_khz;
    return BrokenRule{
        {"detect.stride_ms", "signal.hop_ms", "signal.sample_rate_hz"},
        fmt::format("stride_ms in [detect] must be a whole number of hops of {:g} ms, "
                    "not {} ms",
                    hop_ms, p.detect.stride_ms)};
  }
  if (p.detect.release > p.detect.threshold) {
    return BrokenRule{{"detect.release", "detect.threshold"},
                      fmt::format("an event must end (release {:g}) no higher than it starts "
                                  "(threshold {:g})",
                                  p.detect.release, p.detect.threshold)};
  }
  return std::nullopt;
}

Broken check_augment(const Project& p) {
  const AugmentConfig& a = p.train.augment;
  if (a.snr_db_min <= a.snr_db_max) return std::nullopt;
  return BrokenRule{
      {"train.augment.snr_db_min", "train.augment.snr_db_max"},
      fmt::format("snr_db_min, {:g}, is above snr_db_max, {:g}", a.snr_db_min, a.snr_db_max)};
}

Broken check_names(const Project& p) {
  if (p.data.manifest.empty() && p.data.path.empty()) {
    return BrokenRule{{"data.path"}, "path and manifest are both empty; name one of them"};
  }
  if (p.board.empty()) return BrokenRule{{"device.board"}, "the board has no name"};
  return std::nullopt;
}

Result<void> check_rules(const Project& project, const std::string& file, const Places& places) {
  for (const auto rule : {check_names, check_data, check_signal, check_augment, check_detect}) {
    const Broken broken = rule(project);
    if (!broken) continue;
    Place place;
    for (const std::string& key : broken->keys) {
      const auto at = places.find(key);
      if (at == places.end()) continue;
      place = at->second;
      break;
    }
    return fault_at(file, place, broken->message);
  }
  return {};
}

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

std::int32_t Project::clip_samples() const {
  return static_cast<std::int32_t>(std::int64_t{data.clip_ms} * signal.sample_rate_hz / 1000);
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
  Draft draft;
  SENGI_TRY(places, read_config(text, file.string(), keys_of(draft)));
  complete_signal(draft, places);
  complete_model(draft, places);
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
