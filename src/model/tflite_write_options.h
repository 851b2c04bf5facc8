// SPDX-License-Identifier: Apache-2.0
// One operator as the file says it: its code, the version of its definition and its options.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <string_view>

#include "model/graph.h"
#include "tflite_schema_generated.h"

namespace sengi::model {

tflite::TensorType file_type(Type type);

struct OperatorText {
  tflite::BuiltinOperator builtin;
  // The lowest version that covers this use of the operator, by which older runtimes know whether
  // they can run it.
  std::int32_t version;
  tflite::BuiltinOptions options_type;
  flatbuffers::Offset<void> options;  // in the builder
  std::string_view custom_code = {};  // of CUSTOM
};

// Requires: an operator of `graph`, a graph with_parameter_tensors().
OperatorText write_options(flatbuffers::FlatBufferBuilder& builder, const Graph& graph,
                           const Operator& op);

}  // namespace sengi::model
