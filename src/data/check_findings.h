// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "data/check.h"
#include "data/fingerprint.h"
#include "data/loader.h"
#include "data/measure.h"
#include "project/project.h"

namespace sengi::data {

// Everything that the rules of check_data() have to say.
Findings find(const project::Project& project, const Loaded& loaded, const Measures& measures,
              const std::vector<Alike>& alike);

// Of the pairs that sound alike those that duplicates() does not have: not the same samples, and of
// two files.
std::vector<Alike> near_duplicates(const Dataset& dataset, const Measures& measures,
                                   std::span<const Alike> alike);

// The clips that hold the same samples as an earlier one, as sets of indices into the dataset, each
// in order. Clips of zeros alone are left out: they are alike without being copies.
std::vector<std::vector<std::size_t>> duplicates(const Measures& measures);

// Whether a clip has clipping_run samples in a row at full scale.
bool is_clipped(const ClipMeasures& clip);
bool is_silent(const ClipMeasures& clip);

}  // namespace sengi::data
