// SPDX-License-Identifier: Apache-2.0
// From XGBoost's trees to a device's: whole thresholds, leaves in fixed point, and nothing that no
// int8 number comes to.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/tree_ensemble.h"

namespace sengi::train {

// Of a booster's JSON, the first `rounds` rounds. Leaves have as many bits behind the point as the
// largest leaves room for. Sides that no int8 feature reaches are gone, and splits between equal
// leaves, and trees of one leaf are in the bias.
// Errors: text that is no such model; leaves too large for fixed point.
Result<model::Trees> device_trees(const std::string& json, std::int32_t rounds, std::size_t labels,
                                  const model::Shape& input_shape);

}  // namespace sengi::train
