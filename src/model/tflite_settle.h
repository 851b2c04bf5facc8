// SPDX-License-Identifier: Apache-2.0
// The file format keeps some of an operator's parameters (a shape, paddings, the bounds of a slice)
// in tensors of their own; the graph keeps them in the operator. From one to the other and back.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::tflite {  // generated from tflite_schema.fbs
struct Operator;
enum class BuiltinOperator : std::int32_t;
}  // namespace sengi::tflite

namespace sengi::model {

// A tensor of the file, by the file's index.
using ReadTensor = std::function<Result<Tensor>(TensorIndex)>;

// `op` has the inputs and outputs of `file`, each in the file or absent; afterwards its inputs are
// those that the graph's kind has.
// Errors: parameters that are computed, of another type or length, or that disagree with the
// output's shape. Messages do not say which operator.
Result<void> settle(Operator& op, tflite::BuiltinOperator builtin, const tflite::Operator& file,
                    const ReadTensor& read);

// A graph as the file has it: parameters in constants behind the graph's own tensors, and by
// operator the tensors within it that it has in the file for their scales.
struct FileGraph {
  Graph graph;
  std::vector<std::vector<TensorIndex>> intermediates;
};
// Requires: a graph that check() accepts.
FileGraph with_parameter_tensors(Graph graph);

}  // namespace sengi::model
