// SPDX-License-Identifier: Apache-2.0
// A graph of integers made into readable static C++: model.h and model.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::compile {

// Where a tensor lies in the arena while it lives, or what a layer needs only while it runs.
struct Placement {
  model::TensorIndex tensor;  // absent: a layer's scratch memory
  std::size_t offset;
  std::size_t bytes;
  std::int32_t first;  // layer that writes it (-1: a graph input)
  std::int32_t last;   // last layer that reads it (number of layers: a graph output)
};

struct Layer {
  std::string name;  // identifier in the generated code: "conv1"
  std::string kind;  // "conv 10x4 /2"
  model::Shape output;
  std::uint64_t macs;
  std::size_t const_bytes;  // weights, biases, multipliers
};

// What was decided; reports and emulation read it, and plan.json beside the code holds it.
struct Plan {
  std::string name;  // namespace of the generated code
  std::vector<Layer> layers;
  std::vector<Placement> placements;
  std::size_t arena_bytes;  // every tensor, inputs, outputs and scratch included
  std::size_t const_bytes;
  std::size_t input_bytes;
  std::size_t output_bytes;
};

// What is in the binary: `run` of the namespace Plan::name, which calls one function for each
// layer, in order, once. Both are whole and never inlined; what layers of one shape share is in
// functions of sengi::nn that they call. Their demangled symbols begin with
//
//   NAME::run(
//   NAME::(anonymous namespace)::LAYER(        LAYER is Layer::name
//
// and the C face is NAME_run. The arena belongs to the caller.
struct GeneratedCode {
  Plan plan;
  std::string header;  // model.h
  std::string source;  // model.cpp
};

// What code is made for where they are at odds: few constants, or few cycles. With `speed`, 3x3
// convolutions keep transformed weights, 32 bytes for nine (sengi/nn/winograd_conv2d.h). The
// answers are the same bytes.
enum class Favor : std::uint8_t { size, speed };

// A network with float edges begins behind its QUANTIZE operators and ends before its DEQUANTIZE
// ones (model/float_edges.h), and the header says so: its inputs and outputs are integers.
//
// Deterministic to the byte. `source_name` and `source_sha256` (of the .tflite) go into the first
// comment.
// Errors: a graph that check() refuses; an operator without a kernel, named with its tensor.
Result<GeneratedCode> generate(const model::Graph& graph, const std::string& source_name,
                               const std::string& source_sha256, Favor favor = Favor::size);

// How high the arena is filled while a layer (from 0) runs.
std::size_t arena_bytes_at(const Plan& plan, std::size_t layer);
// The first layer, from 0, at which the arena is at its fullest; 0 where there are no layers.
std::size_t peak_layer(const Plan& plan);

// Names of layers: at which the arena is fullest, and which has the most constants; empty where
// there are no layers.
std::string fullest_layer(const Plan& plan);
std::string heaviest_layer(const Plan& plan);

std::string to_json(const Plan& plan);

}  // namespace sengi::compile
