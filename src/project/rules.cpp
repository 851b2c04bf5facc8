// SPDX-License-Identifier: Apache-2.0
#include "project/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <regex>
#include <string>

#include "base/text.h"
#include "signal/feature_names.h"
#include "signal/spec_check.h"

namespace sengi::project {
namespace {

// A rule between several keys that a draft breaks, and the keys to show the place of: the first of
// them that the file sets.
struct BrokenRule {
  std::vector<std::string> keys;
  std::string message;
};
using Broken = std::optional<BrokenRule>;

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

Broken check_audio(const Project& p) {
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

Broken check_series(const Project& p) {
  const SeriesConfig& s = p.series;
  if (s.low.size() != s.high.size()) {
    return BrokenRule{{"signal.low", "signal.high"},
                      fmt::format("low has {} and high {}; each axis needs one of both",
                                  counted(s.low.size(), "number"), s.high.size())};
  }
  for (std::size_t i = 0; i < s.low.size(); ++i) {
    if (s.low[i] < s.high[i]) continue;
    return BrokenRule{{"signal.low", "signal.high"},
                      fmt::format("low, {:g}, must be below high, {:g}, for axis {}", s.low[i],
                                  s.high[i], i + 1)};
  }
  const auto axes = static_cast<std::size_t>(s.spec.axes);
  if (axes > 0 && !s.low.empty() && s.low.size() != axes && s.low.size() != 1) {
    return BrokenRule{{"signal.low", "signal.axes"},
                      fmt::format("low and high have {} each and a row has {} axes; give one for "
                                  "each, or one for all",
                                  counted(s.low.size(), "number"), axes)};
  }
  if (p.kind == "sequence" && p.data.table.empty()) {
    return BrokenRule{{"data.manifest", "data.path"},
                      "a sequence project reads a table with an example a row; name it with table "
                      "in [data]"};
  }
  if (!p.data.table.empty() && axes > 0 && !s.columns.empty() && s.columns.size() % axes != 0) {
    return BrokenRule{{"signal.axes", "signal.columns"},
                      fmt::format("{} do not make whole rows of {} axes",
                                  counted(s.columns.size(), "column"), axes)};
  }
  return std::nullopt;
}

// A gru has something to remember where a window is rows in time.
Broken check_gru(const Project& p) {
  if (p.model.architecture != "gru") return std::nullopt;
  if (p.model.blocks < 1) {
    return BrokenRule{{"model.blocks"}, "a gru has at least one layer of units, not blocks = 0"};
  }
  const signal::SeriesSpec& spec = p.series.spec;
  const bool raw = spec.feature == signal::SeriesFeature::raw;
  if (!raw && spec.segments == 1) {
    return BrokenRule{{"signal.feature", "model.architecture"},
                      fmt::format("a gru goes from row to row in time, and feature = \"{}\" makes "
                                  "one row of a window; use \"raw\", or more segments",
                                  signal::name_of(spec.feature))};
  }
  const bool one_row =
      spec.axes == 0 || static_cast<std::size_t>(spec.axes) == p.series.columns.size();
  if (raw && !p.data.table.empty() && one_row) {
    return BrokenRule{{"signal.axes", "model.architecture"},
                      "a gru goes from row to row in time, and all columns of the table are one "
                      "row; say with axes in [signal] how many make a row: 1 for intervals"};
  }
  return std::nullopt;
}

Broken check_image(const Project& p) {
  const signal::ImageSpec& spec = p.image;
  if (spec.width > spec.frame_width || spec.height > spec.frame_height) {
    return BrokenRule{{"signal.frame_width", "signal.frame_height", "signal.width"},
                      fmt::format("the network's image of {} x {} is larger than the frame of {} x "
                                  "{} that it is cut from",
                                  spec.width, spec.height, spec.frame_width, spec.frame_height)};
  }
  return std::nullopt;
}

Broken check_signal(const Project& p) {
  switch (p.sense()) {
    case Sense::audio:
      return check_audio(p);
    case Sense::series:
      return check_series(p);
    case Sense::image:
      return check_image(p);
  }
  return std::nullopt;
}

// Whether the network's runs fall on hops.
Broken check_stride(const Project& p) {
  if (p.sense() != Sense::audio) return std::nullopt;
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
  return std::nullopt;
}

Broken check_detect(const Project& p) {
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

}  // namespace

Result<void> check_rules(const Project& project, const std::string& file, const Places& places) {
  for (const auto rule : {check_names, check_data, check_signal, check_gru, check_augment,
                          check_stride, check_detect}) {
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

}  // namespace sengi::project
