// SPDX-License-Identifier: Apache-2.0
// One example of a training clip, varied by chance: what EpochMaker asks for, whatever the clips
// are made of.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "project/project.h"
#include "signal/extractor.h"
#include "train/corpus.h"
#include "train/random.h"

namespace sengi::train {

class Variation {
 public:
  virtual ~Variation() = default;

  // int8 features of a clip of corpus.train, which follow from the clip and `random` alone.
  virtual std::vector<std::int8_t> example(const LabelledClip& clip, Random& random) const = 0;
};

// That of the project's kind. `corpus` must outlive it.
std::unique_ptr<const Variation> make_variation(const project::Project& project,
                                                const Corpus& corpus,
                                                const signal::Extractor& extractor);

}  // namespace sengi::train
