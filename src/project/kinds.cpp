// SPDX-License-Identifier: Apache-2.0
// What the kinds of projects have in common and where they differ.
#include <algorithm>
#include <array>
#include <utility>

#include "project/project.h"

namespace sengi::project {
namespace {

struct Kind {
  std::string name;
  Sense sense;
  std::vector<std::string> architectures;  // the default first
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"keyword",
       Sense::audio,
       {"ds-cnn", "tc-resnet", "cnn-1d", "random-forest", "boosted-trees"}},
      {"motion",
       Sense::series,
       {"cnn-1d", "tc-resnet", "gru", "dense", "random-forest", "boosted-trees"}},
      {"sequence", Sense::series, {"dense", "gru", "random-forest", "boosted-trees"}},
      {"image", Sense::image, {"mobilenet", "resnet"}},
      {"anomaly", Sense::series, {"autoencoder", "mahalanobis"}}};
  return all;
}

const Kind& kind_named(std::string_view name) {
  return *std::ranges::find(kinds(), name, &Kind::name);
}

}  // namespace

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Kind& kind : kinds()) all.push_back(kind.name);
    return all;
  }();
  return names;
}

Sense sense_of(std::string_view kind) { return kind_named(kind).sense; }

const std::vector<std::string>& architecture_names(std::string_view kind) {
  return kind_named(kind).architectures;
}

ModelConfig default_model(std::string_view kind, std::string_view architecture) {
  ModelConfig model;
  model.architecture = architecture;
  const auto sizes = [&](std::int32_t channels, std::int32_t blocks) {
    model.channels = channels;
    model.blocks = blocks;
  };
  if (architecture == "tc-resnet") sizes(16, 3);
  if (architecture == "cnn-1d" && sense_of(kind) == Sense::series) {
    sizes(24, 3);
    model.kernel_columns = 5;
  }
  if (architecture == "tc-resnet" && sense_of(kind) == Sense::series) model.kernel_columns = 5;
  if (architecture == "dense") sizes(48, 2);
  if (architecture == "gru") sizes(24, 1);
  if (architecture == "mobilenet") sizes(12, 6);
  if (architecture == "resnet") sizes(16, 3);
  if (architecture == "autoencoder") sizes(32, 2);
  if (architecture == "random-forest") model.depth = 8;
  return model;
}

}  // namespace sengi::project
