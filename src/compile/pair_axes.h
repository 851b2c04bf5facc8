// SPDX-License-Identifier: Apache-2.0
// How two tensors are walked side by side, in the fewest axes: see sengi/nn/pairwise.h.
#pragma once

#include <vector>

#include "model/graph.h"
#include "sengi/nn/pairwise.h"

namespace sengi::compile {

// From the outermost axis in. Requires: model::broadcast_shape(a, b) is `both`.
std::vector<nn::PairAxis> pair_axes(const model::Shape& a, const model::Shape& b,
                                    const model::Shape& both);

}  // namespace sengi::compile
