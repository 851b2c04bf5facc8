// SPDX-License-Identifier: Apache-2.0
// The examples of each epoch: which clips, varied how, as the device's features of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "project/project.h"
#include "signal/front_end_tables.h"
#include "train/augment.h"
#include "train/corpus.h"
#include "train/examples.h"
#include "train/noise.h"

namespace sengi::train {

// Features of clips as they are, in their order.
Examples plain_examples(const std::vector<LabelledClip>& clips, const signal::OwnedTables& tables,
                        std::size_t feature_size, int threads);

// Every label is met equally often, but the unknown label up to twice as often where it has the
// clips, since it stands for many words. Within a label every clip is used once before any is used
// again. Of the silence label half is background mixed anew at a random level.
class EpochMaker {
 public:
  // Requires: every label has a clip. `corpus` must outlive the maker.
  EpochMaker(const Corpus& corpus, const project::Project& project,
             std::shared_ptr<const signal::OwnedTables> tables, int threads);

  std::size_t size() const;  // examples of an epoch
  // The same epoch gives the same examples in the same (random) order.
  Examples make(std::uint64_t epoch) const;

 private:
  struct Pick {
    std::uint32_t clip;  // index into corpus.train
    std::uint64_t use;   // how often its label was picked before
  };
  std::vector<Pick> picks(std::uint64_t epoch) const;
  std::vector<std::int8_t> varied(const Pick& pick) const;

  const Corpus& corpus_;
  NoiseSource noise_;
  Augmenter augmenter_;
  // As the device hears, and as it would hear shorter and longer vocal tracts; each as often.
  std::vector<std::shared_ptr<const signal::OwnedTables>> tables_;
  std::uint64_t seed_;
  std::size_t columns_;
  std::size_t column_size_;
  int threads_;
  std::vector<std::vector<std::uint32_t>> clips_of_;  // of each label
  std::vector<std::size_t> quota_;                    // examples of each label in an epoch
};

}  // namespace sengi::train
