// SPDX-License-Identifier: Apache-2.0
// TensorFlow Lite's file format, in and out.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::model {

// Reads a .tflite as hostile bytes: the flatbuffer is verified, then every index, shape, type,
// buffer length and option is checked, and the graph passes check(). `name` is for messages and
// becomes Graph::name.
// Tensors that no operator of the graph uses are left out, and with them the shape inputs of
// reshapes.
// Quantised uint8 tensors, of files from before int8, become int8: all numbers and zero points 128
// lower, those of inputs and outputs too. Where uint8 kernels round a mean's half upward, int8
// rounds it away from zero.
// Errors: one line with the file and the operator or tensor at fault; an operator that is not
// supported is named with its output tensor.
Result<Graph> read_tflite(std::span<const std::byte> bytes, const std::string& name);
Result<Graph> read_tflite(const std::filesystem::path& path);

// A file that any TensorFlow Lite runtime reads (schema version 3). Same graph, same bytes; reading
// it back gives the same graph, less tensors that nothing uses.
// Requires: a graph that check() accepts.
std::vector<std::byte> write_tflite(const Graph& graph);

}  // namespace sengi::model
