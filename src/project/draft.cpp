// SPDX-License-Identifier: Apache-2.0
#include "project/draft.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "signal/feature_names.h"

namespace sengi::project {
namespace {

constexpr std::int32_t day_ms = 24 * 60 * 60 * 1000;
constexpr std::string_view of_sounds = "sounds (kind = \"keyword\")";
constexpr std::string_view of_numbers =
    "rows of numbers (kind = \"motion\", \"sequence\" or \"anomaly\")";
constexpr std::string_view of_images = "images (kind = \"image\")";

// Keys of one sense: read by projects of it, and known as another's by all other projects.
class SenseKeys {
 public:
  SenseKeys(std::vector<Key>& keys, bool ours, std::string_view of)
      : keys_(keys), ours_(ours), of_(of) {}

  template <typename Target>
  void add(std::string_view section, std::string_view name, Target target) {
    if (ours_) {
      keys_.push_back({section, name, std::move(target)});
    } else {
      keys_.push_back({section, name, Elsewhere{of_}});
    }
  }

 private:
  std::vector<Key>& keys_;
  bool ours_;
  std::string_view of_;
};

void add_shared(Project& p, std::vector<Key>& keys) {
  keys.insert(keys.end(),
              {{"project", "name", Text{&p.name}},
               {"project", "kind", Choice{&p.kind, kind_names()}},

               {"data", "path", Text{&p.data.path}},
               {"data", "manifest", Text{&p.data.manifest}},
               {"data", "group", Text{&p.data.group}},
               {"data", "group_span", Whole{&p.data.group_span, 0, 1'000'000}},
               {"data", "unknown", Text{&p.data.unknown}},
               {"data", "labels", Texts{&p.data.labels}},
               {"data", "validation_percent", Whole{&p.data.validation_percent, 0, 90}},
               {"data", "test_percent", Whole{&p.data.test_percent, 0, 90}},
               {"data", "seed", Seed{&p.data.seed}},

               {"model", "architecture", Choice{&p.model.architecture, architecture_names(p.kind)}},
               {"model", "channels", Whole{&p.model.channels, 1, 1024}},
               {"model", "blocks", Whole{&p.model.blocks, 0, 32}},
               {"model", "kernel_columns", Whole{&p.model.kernel_columns, 1, 63}},
               {"model", "trees", Whole{&p.model.trees, 1, 4096}},
               {"model", "depth", Whole{&p.model.depth, 1, 12}},

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

               {"evaluate", "slices", Texts{&p.evaluate.slices}},

               {"device", "board", Text{&p.board}}});
}

void add_audio(Draft& draft, SenseKeys keys) {
  Project& p = draft.project;
  AugmentConfig& augment = p.train.augment;
  keys.add("data", "silence", Text{&p.data.silence});

  keys.add("signal", "sample_rate_hz", Whole{&p.signal.sample_rate_hz, 1000, 48'000});
  keys.add("signal", "decimate", Whole{&p.signal.decimate, 1, signal::most_decimation});
  keys.add("signal", "window_ms", Number{&draft.window_ms, 0.1, 4096});
  keys.add("signal", "hop_ms", Number{&draft.hop_ms, 0.1, 4096});
  keys.add("signal", "fft_size", Whole{&p.signal.fft_size, 64, 4096});
  keys.add("signal", "mel_channels", Whole{&p.signal.mel_channels, 2, 128});
  keys.add("signal", "low_hz", Whole{&p.signal.low_hz, 0, 24'000});
  keys.add("signal", "high_hz", Whole{&p.signal.high_hz, 1, 24'000});
  keys.add("signal", "feature", Choice{&draft.audio_feature, signal::feature_names()});
  keys.add("signal", "coefficients", Whole{&p.signal.coefficients, 1, 128});

  const std::string_view section = "train.augment";
  keys.add(section, "shift_ms", Whole{&augment.shift_ms, 0, 60'000});
  keys.add(section, "gain_db", Number{&augment.gain_db, 0, 60});
  keys.add(section, "speed_percent", Number{&augment.speed_percent, 0, 50});
  keys.add(section, "vocal_tract_percent", Number{&augment.vocal_tract_percent, 0, 30});
  keys.add(section, "noise_probability", Number{&augment.noise_probability, 0, 1});
  keys.add(section, "snr_db_min", Number{&augment.snr_db_min, -60, 100});
  keys.add(section, "snr_db_max", Number{&augment.snr_db_max, -60, 100});
  keys.add(section, "time_masks", Whole{&augment.time_masks, 0, 16});
  keys.add(section, "time_mask_columns", Whole{&augment.time_mask_columns, 0, 4096});
  keys.add(section, "frequency_masks", Whole{&augment.frequency_masks, 0, 16});
  keys.add(section, "frequency_mask_channels", Whole{&augment.frequency_mask_channels, 0, 128});
}

void add_series(Draft& draft, SenseKeys keys) {
  Project& p = draft.project;
  signal::SeriesSpec& spec = p.series.spec;
  SeriesAugmentConfig& augment = p.train.series_augment;
  keys.add("data", "clip_hop_ms", Whole{&p.data.clip_hop_ms, 0, day_ms});
  keys.add("data", "table", Text{&p.data.table});
  keys.add("data", "label_column", Text{&p.data.label_column});
  keys.add("data", "group_column", Text{&p.data.group_column});
  keys.add("data", "split_column", Text{&p.data.split_column});
  keys.add("data", "blank_is_zero", Flag{&p.data.blank_is_zero});

  keys.add("signal", "columns", Texts{&p.series.columns});
  keys.add("signal", "sample_rate_hz", Number{&p.series.sample_rate_hz, 1e-6, 1e6});
  keys.add("signal", "axes", Whole{&spec.axes, 1, 256});
  keys.add("signal", "low", Numbers{&p.series.low});
  keys.add("signal", "high", Numbers{&p.series.high});
  keys.add("signal", "feature", Choice{&draft.series_feature, signal::series_feature_names()});
  keys.add("signal", "segments", Whole{&spec.segments, 1, 4096});
  keys.add("signal", "bands", Whole{&spec.bands, 1, 32});
  keys.add("signal", "vectors", Whole{&spec.vectors, 0, 85});

  const std::string_view section = "train.augment";
  keys.add(section, "shift_percent", Number{&augment.shift_percent, 0, 100});
  keys.add(section, "speed_percent", Number{&augment.speed_percent, 0, 50});
  keys.add(section, "gain_percent", Number{&augment.gain_percent, 0, 90});
  keys.add(section, "jitter_percent", Number{&augment.jitter_percent, 0, 1000});
  keys.add(section, "rotate_degrees", Number{&augment.rotate_degrees, 0, 180});
  keys.add(section, "axis_dropout", Number{&augment.axis_dropout, 0, 1});
}

void add_image(Draft& draft, SenseKeys keys) {
  Project& p = draft.project;
  ImageAugmentConfig& augment = p.train.image_augment;
  keys.add("signal", "frame_width", Whole{&p.image.frame_width, 1, 4096});
  keys.add("signal", "frame_height", Whole{&p.image.frame_height, 1, 4096});
  keys.add("signal", "width", Whole{&p.image.width, 1, 1024});
  keys.add("signal", "height", Whole{&p.image.height, 1, 1024});
  keys.add("signal", "pixels", Choice{&draft.colour, {"colour", "grey"}});

  const std::string_view section = "train.augment";
  keys.add(section, "flip_horizontal", Flag{&augment.flip_horizontal});
  keys.add(section, "flip_vertical", Flag{&augment.flip_vertical});
  keys.add(section, "rotate_degrees", Number{&augment.rotate_degrees, 0, 180});
  keys.add(section, "shift_percent", Number{&augment.shift_percent, 0, 50});
  keys.add(section, "zoom_percent", Number{&augment.zoom_percent, 0, 80});
  keys.add(section, "brightness_percent", Number{&augment.brightness_percent, 0, 100});
  keys.add(section, "contrast_percent", Number{&augment.contrast_percent, 0, 95});
  keys.add(section, "saturation_percent", Number{&augment.saturation_percent, 0, 100});
  keys.add(section, "hue_degrees", Number{&augment.hue_degrees, 0, 180});
  keys.add(section, "erase_probability", Number{&augment.erase_probability, 0, 1});
  keys.add(section, "ground_probability", Number{&augment.ground_probability, 0, 1});
}

// Keys of whatever goes on in time, and is cut into clips and watched as a stream.
void add_streams(Draft& draft, std::vector<Key>& keys) {
  Project& p = draft.project;
  const bool ours = p.kind != "image" && p.kind != "sequence";
  SenseKeys add(keys, ours, "what goes on in time (\"keyword\", \"motion\", \"anomaly\")");
  add.add("data", "clip_ms", Whole{&p.data.clip_ms, 10, day_ms});
  add.add("detect", "stride_ms", Whole{&p.detect.stride_ms, 1, day_ms});
  add.add("detect", "smoothing_ms", Whole{&p.detect.smoothing_ms, 0, day_ms});
  add.add("detect", "threshold", Number{&p.detect.threshold, 0, 1});
  add.add("detect", "release", Number{&p.detect.release, 0, 1});
  add.add("detect", "refractory_ms", Whole{&p.detect.refractory_ms, 0, day_ms});

  SenseKeys anomaly(keys, p.kind == "anomaly", "kind = \"anomaly\"");
  anomaly.add("data", "normal", Text{&p.data.normal});
}

void complete_audio(Draft& draft, const Places& places) {
  signal::FrontEndSpec& spec = draft.project.signal;
  const auto samples = [&](double ms) {
    // Whole samples of the low rate.
    const double low = ms * spec.sample_rate_hz / spec.decimate / 1000;
    return static_cast<std::int32_t>(std::lround(low)) * spec.decimate;
  };
  spec.window_samples = samples(draft.window_ms);
  spec.hop_samples = samples(draft.hop_ms);
  spec.feature = signal::feature_named(draft.audio_feature).value_or(spec.feature);
  if (!places.contains("signal.fft_size")) {
    const auto window = static_cast<std::uint32_t>(std::clamp(spec.low_window(), 64, 4096));
    spec.fft_size = static_cast<std::int32_t>(std::bit_ceil(window));
  }
  if (!places.contains("signal.high_hz")) spec.high_hz = std::min(7600, spec.highest_hz());
  if (!places.contains("signal.coefficients")) {
    spec.coefficients = std::min(spec.coefficients, spec.mel_channels);
  }
}

void complete_series(Draft& draft, const Places& places) {
  SeriesConfig& series = draft.project.series;
  series.spec.feature =
      signal::series_feature_named(draft.series_feature).value_or(series.spec.feature);
  // 0 until the recordings settle it.
  if (!places.contains("signal.axes")) {
    series.spec.axes =
        static_cast<std::int32_t>(draft.project.data.table.empty() ? series.columns.size() : 0);
  }
  series.spec.rows = 0;
}

void complete_image(Draft& draft, const Places& places) {
  signal::ImageSpec& spec = draft.project.image;
  spec.channels = draft.colour == "grey" ? 1 : 3;
  if (!places.contains("signal.height")) spec.height = spec.width;
  // A camera that gives what the network looks at, unless it is known to give more.
  if (!places.contains("signal.frame_width")) spec.frame_width = spec.width;
  if (!places.contains("signal.frame_height")) spec.frame_height = spec.height;
}

void complete_model(Draft& draft, const Places& places) {
  ModelConfig& model = draft.project.model;
  const ModelConfig sizes = default_model(draft.project.kind, model.architecture);
  const auto fill = [&](const char* key, std::int32_t ModelConfig::*member) {
    if (!places.contains(key)) model.*member = sizes.*member;
  };
  fill("model.channels", &ModelConfig::channels);
  fill("model.blocks", &ModelConfig::blocks);
  fill("model.kernel_columns", &ModelConfig::kernel_columns);
  fill("model.trees", &ModelConfig::trees);
  fill("model.depth", &ModelConfig::depth);
}

}  // namespace

Draft::Draft(const std::string& kind) {
  Project& p = project;
  p.kind = kind;
  p.model.architecture = architecture_names(kind).front();
  if (kind == "motion" || kind == "anomaly") {
    p.data.clip_ms = 2000;
    p.data.clip_hop_ms = 1000;
    p.detect.stride_ms = 500;
    p.detect.smoothing_ms = 1000;
    p.detect.refractory_ms = 1000;
  }
  if (kind == "anomaly") series_feature = "statistics";
  if (kind != "keyword") {
    p.train.epochs = 100;
    p.train.quantize_epochs = 5;
    p.train.patience = 30;
    p.train.dropout = 0.2;
  }
  if (kind == "image") {
    p.train.epochs = 60;
    p.train.batch = 32;
  }
  // An interval is what it is, and between two rows of a table there is nothing.
  if (kind == "sequence") {
    p.train.series_augment.gain_percent = 0;
    p.train.series_augment.shift_percent = 0;
    p.train.series_augment.speed_percent = 0;
  }
}

std::vector<Key> keys_of(Draft& draft) {
  std::vector<Key> keys;
  add_shared(draft.project, keys);
  add_streams(draft, keys);
  const Sense sense = draft.project.sense();
  // Those of the project's own sense first: some names are of two.
  for (const bool ours : {true, false}) {
    if ((sense == Sense::audio) == ours) add_audio(draft, SenseKeys(keys, ours, of_sounds));
    if ((sense == Sense::series) == ours) add_series(draft, SenseKeys(keys, ours, of_numbers));
    if ((sense == Sense::image) == ours) add_image(draft, SenseKeys(keys, ours, of_images));
  }
  return keys;
}

void complete(Draft& draft, const Places& places) {
  switch (draft.project.sense()) {
    case Sense::audio:
      complete_audio(draft, places);
      break;
    case Sense::series:
      complete_series(draft, places);
      break;
    case Sense::image:
      complete_image(draft, places);
      break;
  }
  complete_model(draft, places);
}

}  // namespace sengi::project
