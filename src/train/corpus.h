// SPDX-License-Identifier: Apache-2.0
// The clips of a project, as training wants them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "project/project.h"
#include "train/clip_store.h"

namespace sengi::train {

struct LabelledClip {
  std::span<const std::int16_t> samples;  // [clip_samples], see signal/extractor.h
  std::int32_t label = 0;
};

struct Corpus {
  ClipStore store;  // where the clips' samples lie
  std::vector<std::string> labels;
  std::vector<LabelledClip> train, validation, test;
  std::optional<std::int32_t> silence, unknown;        // labels, where the project has them
  std::vector<std::vector<std::int16_t>> backgrounds;  // whole recordings of silence's training
  std::size_t groups_train = 0, groups_validation = 0, groups_test = 0;
};

// Of an anomaly project what is not normal is left out of train and validation: nothing is to be
// learnt or chosen by it.
//
// Reads every clip, on `threads` threads. More than clip_memory() of them lie in a file in the
// project's out folder. Errors: a clip that cannot be read; no room for them; a label without a
// training clip, named; `stop` said so.
Result<Corpus> load_corpus(const project::Project& project, const data::Dataset& dataset,
                           int threads, const std::function<bool()>& stop);

}  // namespace sengi::train
