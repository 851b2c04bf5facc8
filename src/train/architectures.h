// SPDX-License-Identifier: Apache-2.0
// Networks by name: each a small function from a specification to layers in the graph IR. What is
// trained, quantised and compiled is this graph; there is no second definition of a network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "project/project.h"

namespace sengi::train {

// A feature matrix: `columns` time steps of `column_size` values.
struct InputShape {
  std::int32_t columns = 0;
  std::int32_t column_size = 0;
};

// A float32 graph, input [1, columns, column_size, 1], output [1, labels], all weights zero.
// Errors: an architecture that is not known, with the nearest one that is; a size out of range.
Result<model::Graph> build_network(const project::ModelConfig& config, InputShape input,
                                   std::size_t labels);

// Names that [model] architecture may take.
const std::vector<std::string>& architecture_names();

// The kernel and stride of a first convolution that brings any input near the 25 x 5 .. 10 map that
// the blocks after it work on. For the 49 x 10 MFCC matrix of "Hello Edge" it is 10 x 4, stride
// 2 x 2, as there.
struct FirstConvolution {
  std::int32_t kernel_h, kernel_w, stride_h, stride_w;
  bool operator==(const FirstConvolution&) const = default;
};
FirstConvolution first_convolution(InputShape input);

}  // namespace sengi::train
