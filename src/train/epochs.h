// SPDX-License-Identifier: Apache-2.0
// The examples of each epoch: which clips, varied how, as the device's features of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "project/project.h"
#include "signal/extractor.h"
#include "train/corpus.h"
#include "train/examples.h"
#include "train/variation.h"

namespace sengi::train {

// Features of clips as they are, in their order.
Examples plain_examples(const std::vector<LabelledClip>& clips, const signal::Extractor& extractor,
                        std::size_t feature_size, int threads);

// Every label is met equally often, but the unknown label up to twice as often where it has the
// clips, since it stands for many words. Within a label every clip is used once before any is used
// again.
class EpochMaker {
 public:
  // Requires: every label has a clip, or none of it is learnt. `corpus` must outlive the maker.
  EpochMaker(const Corpus& corpus, const project::Project& project,
             const signal::Extractor& extractor, int threads);

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
  std::unique_ptr<const Variation> variation_;
  std::uint64_t seed_;
  std::size_t feature_size_;
  int threads_;
  std::vector<std::vector<std::uint32_t>> clips_of_;  // of each label
  std::vector<std::size_t> quota_;                    // examples of each label in an epoch
};

}  // namespace sengi::train
