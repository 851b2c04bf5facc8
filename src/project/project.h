// SPDX-License-Identifier: Apache-2.0
// A project: a folder with a sengi.toml, recordings, and what sengi makes of them in out/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "signal/feature_spec.h"

namespace sengi::project {

// What clips are made of: sound, rows of numbers, or images.
enum class Sense : std::uint8_t { audio, series, image };

// Values of [project] kind: "keyword", "motion", "sequence", "image", "anomaly".
const std::vector<std::string>& kind_names();
// Requires: one of them.
Sense sense_of(std::string_view kind);

// [data]
struct DataConfig {
  std::string path = "recordings";    // a folder a label, relative to the project
  std::string manifest;               // or a CSV file with columns path,label[,group][,split]
                                      // [,start_s,end_s]; wins over path
  std::string group;                  // regular expression on the file's path below its label's
                                      // folder; capture 1 is the speaker, animal or site
  std::int32_t group_span = 0;        // numbers of groups (frames of a camera), or rows of a table
                                      // without groups, within so many of one another are one
                                      // group, since neighbours are alike; 0: each is its own
  std::string unknown = "_unknown_";  // label of "none of these"
  std::string silence = "_silence_";  // label of background alone; its training clips are also
                                      // what augmentation mixes in
  std::vector<std::string> labels;    // those to use, in this order; empty: all found, sorted
  std::int32_t clip_ms = 1000;
  // Of rows of numbers:
  std::int32_t clip_hop_ms =
      0;              // recordings are cut into clips this far apart; 0: the middle alone
  std::string table;  // a CSV file with an example a row; wins over manifest and path
  std::string label_column = "label";  // of the table
  std::string group_column;            // likewise; empty: there is none, as with
  std::string split_column;
  bool blank_is_zero = false;     // empty cells of the table count as 0
  std::string normal = "normal";  // of an anomaly project: the label that it is trained on

  std::int32_t validation_percent = 10;  // of the groups (of the clips where no group is known)
  std::int32_t test_percent = 10;
  std::uint64_t seed = 1;
};

// [signal] of rows of numbers. What sengi.toml leaves out follows from the recordings
// (data::settle()): their columns, their rate, and the range of each.
struct SeriesConfig {
  std::vector<std::string> columns;  // of the recordings, in the order of the axes
  double sample_rate_hz = 0;         // rows a second; 0 for tables, whose rows have no time
  std::vector<double> low, high;  // what the lowest and highest 16-bit number of an axis stand for
  signal::SeriesSpec spec;        // rows and axes of a clip, and their features

  std::int32_t clip_samples() const { return spec.rows * spec.axes; }
  // Rows from one run of the network to the next, at least 1.
  std::int32_t rows_in(std::int32_t ms) const;
  bool operator==(const SeriesConfig&) const = default;
};

// [model]. Defaults of channels and blocks are the architecture's own: see default_model().
struct ModelConfig {
  std::string architecture = "ds-cnn";  // those of the project's kind: see architecture_names()
  std::int32_t channels = 64;           // of the first layer
  std::int32_t blocks = 4;              // layers, or pairs of layers, after it
  std::int32_t kernel_columns = 9;      // that a block of "tc-resnet" or "cnn-1d" looks at
  std::int32_t trees = 100;             // of "random-forest", and rounds of "boosted-trees"
  std::int32_t depth = 4;               // of a tree, at most
};

// Architectures that a kind of project may have, the default first.
const std::vector<std::string>& architecture_names(std::string_view kind);
// An architecture with the sizes it has where [model] does not say. Requires: kind_names().
ModelConfig default_model(std::string_view kind, std::string_view architecture);

// [train.augment]
struct AugmentConfig {
  std::int32_t shift_ms = 100;
  double gain_db = 6;              // uniformly in +- this
  double speed_percent = 10;       // faster or slower by up to this; pitch moves with it
  double vocal_tract_percent = 0;  // all pitches and formants by up to this
  double noise_probability = 0.5;
  double snr_db_min = 5;
  double snr_db_max = 25;
  std::int32_t time_masks = 1;  // SpecAugment (Park et al. 2019)
  std::int32_t time_mask_columns = 8;
  std::int32_t frequency_masks = 1;
  std::int32_t frequency_mask_channels = 2;
};

// [train.augment] of rows of numbers
struct SeriesAugmentConfig {
  double shift_percent = 10;  // of a window's length, where the recording goes on beyond it
  double speed_percent = 10;  // faster or slower by up to this
  double gain_percent = 10;   // all values larger or smaller by up to this
  double jitter_percent = 2;  // normal noise, of an axis's own spread
  double rotate_degrees = 0;  // vectors (x, y, z) turned by up to this about a random axis
  double axis_dropout = 0;    // probability that one axis is silenced
};

// [train.augment] of images
struct ImageAugmentConfig {
  bool flip_horizontal = false;  // mirror half of them
  bool flip_vertical = false;
  double rotate_degrees = 10;      // turned by up to this
  double shift_percent = 8;        // moved by up to this share of their size
  double zoom_percent = 10;        // larger or smaller by up to this
  double brightness_percent = 15;  // of full scale
  double contrast_percent = 15;
  double saturation_percent = 15;  // colour images alone
  double hue_degrees = 4;          // likewise
  double erase_probability = 0;    // that a random rectangle is greyed (Zhong et al. 2020)
  double ground_probability = 0;   // that a made ground is put behind a cut-out picture
};

// [train]
struct TrainConfig {
  std::int32_t epochs = 60;
  std::int32_t batch = 16;
  double learning_rate = 0.003;
  double weight_decay = 0.0005;
  double dropout = 0.1;
  double label_smoothing = 0.05;
  double weight_averaging = 0;       // what the running mean of weights keeps a step; 0: no mean
  std::int32_t patience = 20;        // epochs without a better validation before stopping
  std::int32_t quantize_epochs = 3;  // quantisation-aware fine-tuning
  std::int32_t threads = 0;          // 0: all cores; 1: the same seed gives the same model
  std::uint64_t seed = 1;
  AugmentConfig augment;  // that of the project's kind is read from [train.augment]
  SeriesAugmentConfig series_augment;
  ImageAugmentConfig image_augment;
};

// [detect]
struct DetectConfig {
  std::int32_t stride_ms = 100;      // between two runs of the network; a whole number of hops
  std::int32_t smoothing_ms = 300;   // scores averaged over
  double threshold = 0.8;            // averaged score at which an event starts
  double release = 0.5;              // and below which it ends
  std::int32_t refractory_ms = 500;  // silence after an event of the same label
};

// [evaluate]
struct EvaluateConfig {
  std::vector<std::string> slices;  // columns of the manifest to give results by
};

struct Project {
  std::filesystem::path folder;
  std::string name;              // an identifier in the generated code
  std::string kind = "keyword";  // one of kind_names()
  std::string config_sha256;     // of sengi.toml's bytes
  DataConfig data;
  signal::FrontEndSpec signal;  // these three: [signal], of which one has a meaning
  SeriesConfig series;
  signal::ImageSpec image;
  ModelConfig model;
  TrainConfig train;
  DetectConfig detect;
  EvaluateConfig evaluate;
  std::string board = "mps2-an386";

  std::filesystem::path out() const { return folder / "out"; }
  Sense sense() const { return sense_of(kind); }
  signal::FeatureSpec features() const;
  // Of a series: once settled.
  std::int32_t clip_samples() const;
  // Columns that one clip of audio gives: the network's input height.
  std::int32_t columns() const;
};

// The one of the three that a sense has.
signal::FeatureSpec features_of(Sense sense, const signal::FrontEndSpec& audio,
                                const SeriesConfig& series, const signal::ImageSpec& image);

// Columns that a front end fed with `samples`, hop by hop, gives: none before a whole number of
// hops has filled the first window, and none for a last part of a hop.
std::int32_t columns_in(std::int32_t samples, const signal::FrontEndSpec& spec);

// The whole number of hops nearest to a time, at least 1.
std::int32_t hops_in(std::int32_t ms, const signal::FrontEndSpec& spec);

// Reads FOLDER/sengi.toml (or the file itself). Every key is checked: unknown ones, wrong types and
// values out of range are errors that give file, line and column, and the nearest right key.
Result<Project> load_project(const std::filesystem::path& path);

// The same for the text of a sengi.toml that stands, or will stand, at `file`.
Result<Project> parse_project(std::string_view text, const std::filesystem::path& file);

}  // namespace sengi::project
