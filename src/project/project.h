// SPDX-License-Identifier: Apache-2.0
// A project: a folder with a sengi.toml, recordings, and what sengi makes of them in out/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sengi/signal/front_end.h"

namespace sengi::project {

// [data]
struct DataConfig {
  std::string path = "recordings";    // a folder a label, relative to the project
  std::string manifest;               // or a CSV file with columns path,label[,group][,split]
                                      // [,start_s,end_s]; wins over path
  std::string group;                  // regular expression on the file's path below its label's
                                      // folder; capture 1 is the speaker, animal or site
  std::string unknown = "_unknown_";  // label of "none of these"
  std::string silence = "_silence_";  // label of background alone; its training clips are also
                                      // what augmentation mixes in
  std::vector<std::string> labels;    // those to use, in this order; empty: all found, sorted
  std::int32_t clip_ms = 1000;
  std::int32_t validation_percent = 10;  // of the groups (of the clips where no group is known)
  std::int32_t test_percent = 10;
  std::uint64_t seed = 1;
};

// [model]
struct ModelConfig {
  std::string architecture = "ds-cnn";  // or "tc-resnet", "cnn-1d"
  std::int32_t channels = 64;           // of the first convolution; 16 for a tc-resnet
  std::int32_t blocks = 4;              // after the first convolution; 3 for a tc-resnet
  std::int32_t kernel_columns = 9;      // that a block of "tc-resnet" or "cnn-1d" looks at
};

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
  std::string name;           // an identifier in the generated code
  std::string kind;           // "keyword"
  std::string config_sha256;  // of sengi.toml's bytes
  DataConfig data;
  signal::FrontEndSpec signal;
  ModelConfig model;
  TrainConfig train;
  DetectConfig detect;
  EvaluateConfig evaluate;
  std::string board = "mps2-an386";

  std::filesystem::path out() const { return folder / "out"; }
  std::int32_t clip_samples() const;
  // Columns that one clip gives: the network's input height.
  std::int32_t columns() const;
};

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
