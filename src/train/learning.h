// SPDX-License-Identifier: Apache-2.0
// From examples to a network, by the method that a project's architecture asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "project/project.h"
#include "signal/extractor.h"
#include "train/checkpoint_file.h"
#include "train/corpus.h"
#include "train/epochs.h"
#include "train/examples.h"
#include "train/trainer.h"

namespace sengi::train {

// Features of the sides that are not varied, and the front end they come from.
struct Prepared {
  signal::FeatureScaling scaling;
  signal::Extractor extractor;
  signal::FeatureShape shape;
  Examples validation, test;
};

// What learning draws on and tells.
struct Lesson {
  const project::Project& project;
  const Corpus& corpus;
  const EpochMaker& maker;
  const Prepared& prepared;
  CheckpointFile& file;
  std::string checkpoint;  // to go on from; empty: from nothing
  std::function<bool()> stop;
  std::function<void()> poll;  // called now and then
};

// What learning leaves, by whatever method.
struct Learned {
  model::Graph float_graph;
  model::Graph int8_graph;
  bool complete = true;
  std::int32_t best_float_epoch = 0;
  std::vector<EpochRecord> epochs;
  std::uint64_t examples = 0;  // that were learned from, counting each time
};

// Trains. Errors: see Trainer and train_trees(); a checkpoint of another network; stopped before
// there was anything to keep.
Result<Learned> learn(const Lesson& lesson);

}  // namespace sengi::train
