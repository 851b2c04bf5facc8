// SPDX-License-Identifier: Apache-2.0
// For tests: recordings, and projects whose networks have random weights and find things often.
#pragma once

#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/hash.h"
#include "data/audio.h"
#include "model/test_graphs.h"
#include "model/tflite.h"
#include "project/project.h"
#include "project/trained.h"

namespace sengi::view {

// Swept tones that come and go, in noise.
inline std::vector<std::int16_t> made_sound(double seconds, std::int32_t rate) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(seconds * rate));
  std::mt19937 random(4);
  double phase = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / rate;
    phase += 6.283 * (1400 + 1200 * std::sin(2 * t)) / rate;
    const double loud = 9000 * std::max(0.0, std::sin(0.9 * t)) * std::max(0.0, std::sin(0.23 * t));
    samples[i] = static_cast<std::int16_t>(loud * std::sin(phase) +
                                           static_cast<double>(random() % 300) - 150);
  }
  return samples;
}

// Of the seeds 12, 30 and 35 the scores move up and down. Errors: it cannot be written.
inline Result<void> make_project(const std::filesystem::path& folder, unsigned seed) {
  SENGI_CHECK(write_text(folder / "sengi.toml",
                         "[project]\nkind = \"keyword\"\n[detect]\nthreshold = 0.55\n"
                         "release = 0.45\nrefractory_ms = 300\n"));
  SENGI_TRY(project, project::load_project(folder));
  project::Trained trained;
  trained.name = folder.filename().string();
  trained.labels = {"tern", "gull", "_silence_"};
  trained.silence = "_silence_";
  const auto size = static_cast<std::size_t>(trained.signal.column_size());
  trained.feature_offset.assign(size, 0);
  trained.feature_multiplier.assign(size, 600);
  trained.clip_samples = 16000;
  trained.columns = project::columns_in(trained.clip_samples, trained.signal);
  model::TestGraph net(model::Type::int8, seed);
  auto at = net.input({1, trained.columns, trained.signal.column_size(), 1});
  at = net.conv_2d(at, 8, 10, 4, {.stride_h = 2, .stride_w = 2});
  at = net.depthwise(at, 3, 3, {});
  const std::int32_t wide = (trained.signal.column_size() + 1) / 2;
  at = net.pool(at, {.filter_h = 25, .filter_w = wide});
  at = net.dense(net.reshape(at, {1, 8}), 3);
  const model::Graph graph = net.finish({net.softmax(at, 0.3F)});
  const std::vector<std::byte> bytes = model::write_tflite(graph);
  SENGI_CHECK(write_file(project::model_path(project), bytes));
  trained.model_sha256 = sha256(bytes);
  return project::save_trained(project, trained);
}

}  // namespace sengi::view
