// SPDX-License-Identifier: Apache-2.0
// The whole device program of a trained project (front end, network, detector) on a board: the same
// firmware/keyword/main.cpp, natively or in QEMU.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "compile/compile.h"
#include "emulate/emulate.h"
#include "model/graph.h"
#include "project/trained.h"

namespace sengi::emulate {

// Writes the generated code below `folder` and builds it.
Result<Program> build_device_program(const project::Trained& trained, const model::Graph& graph,
                                     const Board& board, const std::filesystem::path& folder,
                                     compile::Favor favor = compile::Favor::size);

struct ClipScores {
  std::vector<std::vector<std::int8_t>> scores;  // one row a clip, one int8 score a label
  Run run;
};
// Every clip has trained.clip_samples samples; the program starts anew for each.
Result<ClipScores> score_clips(const Program& program, const project::Trained& trained,
                               std::span<const std::vector<std::int16_t>> clips,
                               const RunOptions& options);

struct Detection {
  std::int32_t label;
  double start_s;
  double end_s;
  double confidence;  // 0 .. 1, the highest averaged score
  bool operator==(const Detection&) const = default;
};
struct Listening {
  std::vector<Detection> detections;
  std::vector<std::vector<std::int8_t>> scores;  // one row a run of the network
  Run run;
};
// Of sounds, and of rows of numbers (row by row).
Result<Listening> listen(const Program& program, const project::Trained& trained,
                         std::span<const std::int16_t> samples, const RunOptions& options);

}  // namespace sengi::emulate
