// SPDX-License-Identifier: Apache-2.0
// The published models that others answered for, as this room compiles them, for tests: the inputs
// and outputs that TensorFlow Lite Micro's reference kernels gave, as generated code has them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/hash.h"
#include "compile/compile.h"
#include "model/float_edges.h"
#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::compile {

struct PublishedModel {
  std::string name;
  GeneratedCode code;
  std::vector<std::byte> input;   // of some inferences, back to back
  std::vector<std::byte> output;  // likewise
  std::size_t inputs = 1;         // tensors
  std::size_t outputs = 1;
};

struct PublishedModels {
  std::vector<PublishedModel> models;
  std::vector<std::string> refused;  // "tiny/ad01_fp32: <what generate() said>"
};

namespace published {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

inline Bytes bytes_of_file(const fs::path& path) {
  Result<Bytes> bytes = read_file(path);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  return bytes.ok() ? std::move(bytes).value() : Bytes();
}

inline fs::path golden_of(const fs::path& data, const fs::path& model, const char* ending) {
  return data / "tflite_golden" /
         (model.parent_path().filename().string() + "_" + model.stem().string() + ending);
}

// What the network between float edges gets where the whole one gets `input`: what the QUANTIZE
// operators make of it.
inline Bytes inner_input(const model::Graph& whole, const model::Graph& inner, const Bytes& input) {
  if (whole.inputs == inner.inputs) return input;
  model::Interpreter interpreter = model::Interpreter::make(whole).value();
  Bytes made;
  const std::size_t size = interpreter.input_bytes();
  for (std::size_t at = 0; at < input.size(); at += size) {
    interpreter.run(std::span(input).subspan(at, size));
    for (const model::TensorIndex index : inner.inputs) {
      const std::span<const std::byte> tensor = interpreter.tensor(index);
      made.insert(made.end(), tensor.begin(), tensor.end());
    }
  }
  return made;
}

// The stored number that DEQUANTIZE made a real of: there is one to each that it can give.
inline std::byte stored_of(float real, const model::Quantization& quantization) {
  const auto scale = static_cast<double>(quantization.scale[0]);
  for (std::int32_t number = -128; number < 128; ++number) {
    const double steps = number - quantization.zero_point[0];
    if (static_cast<float>(scale * steps) == real) return static_cast<std::byte>(number);
  }
  ADD_FAILURE() << real << " is no int8 number of scale " << scale;
  return {};
}

inline Bytes inner_output(const model::Graph& whole, const model::Graph& inner,
                          const Bytes& output) {
  if (whole.outputs == inner.outputs) return output;
  Bytes stored;
  for (std::size_t at = 0; at < output.size();) {
    for (std::size_t i = 0; i < inner.outputs.size(); ++i) {
      const model::Tensor& to = inner.tensors[static_cast<std::size_t>(inner.outputs[i])];
      EXPECT_TRUE(to.type == model::Type::int8 && inner.outputs[i] != whole.outputs[i]);
      for (std::size_t k = 0; k < to.elements(); ++k, at += sizeof(float)) {
        float real = 0;
        std::memcpy(&real, &output[at], sizeof real);
        stored.push_back(stored_of(real, to.quantization));
      }
    }
  }
  return stored;
}

}  // namespace published

// All models below `data` that have golden bytes; each gets a namespace of its own.
inline PublishedModels published_models(const std::filesystem::path& data) {
  namespace fs = std::filesystem;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(data / "tflite_models")) {
    const fs::path& path = entry.path();
    if (path.extension() == ".tflite" && fs::exists(published::golden_of(data, path, ".in"))) {
      paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  PublishedModels published;
  for (const fs::path& path : paths) {
    const std::string name = (path.parent_path().filename() / path.stem()).string();
    const published::Bytes file = published::bytes_of_file(path);
    const auto graph = model::read_tflite(file, fmt::format("model_{}", published.models.size()));
    EXPECT_TRUE(graph.ok()) << graph.error().message;
    if (!graph.ok()) continue;
    Result<GeneratedCode> code = generate(graph.value(), path.filename(), sha256(file));
    if (!code.ok()) {
      published.refused.push_back(name + ": " + code.error().message);
      continue;
    }
    const model::Graph inner = model::without_float_edges(graph.value());
    const auto golden = [&](const char* ending) {
      return published::bytes_of_file(published::golden_of(data, path, ending));
    };
    published.models.push_back({name, std::move(code).value(),
                                published::inner_input(graph.value(), inner, golden(".in")),
                                published::inner_output(graph.value(), inner, golden(".out")),
                                inner.inputs.size(), inner.outputs.size()});
  }
  return published;
}

}  // namespace sengi::compile
