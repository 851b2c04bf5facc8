// SPDX-License-Identifier: Apache-2.0
// What training leaves behind and everything after it starts from: out/pipeline.json (front end,
// scaling, labels, detector) and out/model.tflite (the int8 network).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "project/project.h"

namespace sengi::project {

struct Trained {
  std::string name;
  std::string kind = "keyword";     // one of kind_names()
  std::vector<std::string> labels;  // in the order of the network's scores
  std::string unknown;              // the labels that are no event; empty where there is none
  std::string silence;
  signal::FrontEndSpec signal;  // these three: of which one has a meaning, by the kind
  SeriesConfig series;          // settled
  signal::ImageSpec image;
  std::vector<std::int32_t> feature_offset;      // [signal::scaled_values()]
  std::vector<std::int32_t> feature_multiplier;  // likewise
  std::int32_t columns = 0;                      // of one network input; for audio alone
  std::int32_t clip_samples = 0;                 // 16-bit numbers of a clip
  DetectConfig detect;
  std::string config_sha256;  // of the sengi.toml it was trained from
  std::string model_sha256;   // of out/model.tflite

  Sense sense() const { return sense_of(kind); }
  signal::FeatureSpec features() const { return features_of(sense(), signal, series, image); }
  // Whether labels are told of as events in a stream.
  bool watches_stream() const {
    return sense() == Sense::audio || (sense() == Sense::series && series.sample_rate_hz > 0);
  }
};

// A project with what its training settled: of a series the columns, the rate, the ranges.
Project settled_as(Project project, const Trained& trained);

std::filesystem::path pipeline_path(const Project& project);  // out/pipeline.json
std::filesystem::path model_path(const Project& project);     // out/model.tflite

Result<void> save_trained(const Project& project, const Trained& trained);
// Errors: not trained yet (says: run sengi train PROJECT); a field missing or of the wrong type;
// the model's bytes are not those that were trained. [detect] is taken from sengi.toml as it is
// now, since it needs no training.
Result<Trained> load_trained(const Project& project);

// The text of a pipeline.json on its own, without [detect]; `file` is named in errors.
Result<Trained> parse_trained(std::string_view text, const std::filesystem::path& file);

}  // namespace sengi::project
