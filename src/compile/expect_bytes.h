// SPDX-License-Identifier: Apache-2.0
// Generated code against the reference interpreter, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "compile/generated_program.h"
#include "compile/graph_builder.h"
#include "model/interpreter.h"

namespace sengi::compile {

// Random bytes; every third inference has all bytes at one end of int8 or the other.
inline Bytes random_inputs(std::size_t bytes, int inferences, std::uint32_t seed) {
  Random random(seed);
  Bytes inputs;
  for (int i = 0; i < inferences; ++i) {
    for (std::size_t k = 0; k < bytes; ++k) {
      const std::int32_t value = i % 3 != 2 ? random.integer(0, 255) : random.integer(0, 1) + 127;
      inputs.push_back(static_cast<std::byte>(value));
    }
  }
  return inputs;
}

inline Bytes interpreted(const model::Graph& graph, const Bytes& inputs) {
  Result<model::Interpreter> interpreter = model::Interpreter::make(graph);
  if (!interpreter.ok()) {
    ADD_FAILURE() << interpreter.error().message;
    return {};
  }
  const std::size_t size = interpreter.value().input_bytes();
  Bytes outputs;
  for (std::size_t at = 0; at < inputs.size(); at += size) {
    const Bytes output = interpreter.value().run(std::span(inputs).subspan(at, size));
    outputs.insert(outputs.end(), output.begin(), output.end());
  }
  return outputs;
}

inline void expect_interpreters_bytes(const std::vector<model::Graph>& graphs,
                                      const Compiler& compiler, int inferences = 3,
                                      Favor favor = Favor::size) {
  std::vector<GeneratedCode> models;
  std::vector<Bytes> inputs;
  for (const model::Graph& graph : graphs) {
    Result<GeneratedCode> code = generate(graph, graph.name + ".tflite", sha256(graph.name), favor);
    ASSERT_TRUE(code.ok()) << code.error().message;
    inputs.push_back(random_inputs(code.value().plan.input_bytes, inferences,
                                   static_cast<std::uint32_t>(sha256(graph.name)[0])));
    models.push_back(std::move(code).value());
  }
  const auto outputs = run_generated(models, inputs, compiler);
  ASSERT_TRUE(outputs.ok()) << outputs.error().message;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    EXPECT_EQ(outputs.value()[i], interpreted(graphs[i], inputs[i])) << graphs[i].name << "\n"
                                                                     << models[i].header;
  }
}

}  // namespace sengi::compile
