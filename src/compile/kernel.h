// SPDX-License-Identifier: Apache-2.0
// The pass that chooses a device kernel for each step and prepares what the kernel reads: shape,
// packed weights, biases with padding and zero points folded in, multipliers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "compile/compile.h"
#include "compile/number_table.h"
#include "compile/schedule.h"
#include "model/graph.h"

namespace sengi::compile {

// One layer as the writer needs it, in the order the generated struct holds it.
struct Kernel {
  std::string header;                  // "sengi/nn/conv2d.h"
  std::string function;                // in sengi::nn: "conv2d"
  std::string shape_type;              // in sengi::nn: "Conv2D"
  std::vector<std::string> shape;      // its designated initialisers: ".output_zero_point = 3"
  std::vector<NumberTable> constants;  // in the order they are written
  std::string stem;                    // of the layer's name: "conv"
  std::string kind;                    // for the layer table: "conv 10x4 /2"
  std::string details;                 // for the reader: "window 10x4, stride 2, ReLU"
  // What the function reads, in order: "" for the step's next input, else one of the constants.
  // Empty: the step's inputs.
  std::vector<std::string> operands;
  // What the function calls its states, which follow what it reads.
  std::vector<std::string> states;
  // Whether the function takes all it reads, or all it writes, as one list: any number of them.
  bool reads_list = false;
  bool writes_list = false;
  // For each of the step's inputs: Overlap::lead of the planner, for any output.
  std::vector<std::ptrdiff_t> leads;
  // Whether the output may take the place of the only input, which is as large.
  bool in_place = false;
  std::size_t scratch_bytes = 0;  // the kernel's last argument, where it is not 0

  std::size_t const_bytes() const;
};

// What the generated code calls an integer type: "std::int16_t".
std::string cpp_type(model::Type type);

// Whether each operator has a kernel for its types and shapes; schedule() and choose_kernel() rely
// on it. Errors name the first that has none, with its tensor.
Result<void> check_kernels(const model::Graph& graph);

// Requires: check_kernels() accepted the graph. Errors: as there.
Result<Kernel> choose_kernel(const model::Graph& graph, const Step& step, Favor favor);

}  // namespace sengi::compile
