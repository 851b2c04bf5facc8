// SPDX-License-Identifier: Apache-2.0
// Operators on constants alone, worked out while a file is read: converters leave the arithmetic of
// shapes in their files (SHAPE, STRIDED_SLICE, PACK before a RESHAPE), and weights that are taken
// apart or to another type.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::model {

// The outputs of an operator, with their data: none where something that it reads is computed, or
// where it is of a kind that takes more than a few steps for each element.
// `read` gives tensors of the file; each that `op` names is in it. What cannot be read is left to
// who reads it next.
std::optional<std::vector<Tensor>> fold(const Operator& op,
                                        const std::function<Result<Tensor>(TensorIndex)>& read);

}  // namespace sengi::model
