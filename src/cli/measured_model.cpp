// SPDX-License-Identifier: Apache-2.0
#include "cli/measured_model.h"

#include <fmt/format.h>

#include <cstring>
#include <span>

#include "base/files.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/text.h"
#include "compile/code_files.h"
#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

// The file's inputs, of `bytes` each.
Result<std::vector<std::byte>> read_inputs(const std::string& file, std::size_t bytes) {
  SENGI_TRY(input, read_file(file));
  if (input.empty() || input.size() % bytes != 0) {
    return Error{
        fmt::format("{}: has {} bytes, which is not a whole number of inputs of {} bytes "
                    "each",
                    file, with_thousands(input.size()), with_thousands(bytes))};
  }
  return input;
}

// Where no file is given. Any input will do; one that is not constant lets no kernel have it easy.
std::vector<std::byte> made_up_bytes(std::size_t bytes) {
  std::vector<std::byte> input(bytes);
  for (std::size_t i = 0; i < bytes; ++i) input[i] = static_cast<std::byte>(i * 37 + 11);
  return input;
}

// The same for a network some of whose inputs may be float: those are from -1 to 1.
std::vector<std::byte> made_up_input(const model::Graph& graph) {
  std::vector<std::byte> input;
  for (const model::TensorIndex index : graph.inputs) {
    const model::Tensor& tensor = graph.tensors[static_cast<std::size_t>(index)];
    std::vector<std::byte> bytes = made_up_bytes(tensor.bytes());
    for (std::size_t i = 0; tensor.type == model::Type::float32 && i < tensor.elements(); ++i) {
      const float value = static_cast<float>(i * 37 % 256) / 128 - 1;
      std::memcpy(bytes.data() + i * sizeof(value), &value, sizeof(value));
    }
    input.insert(input.end(), bytes.begin(), bytes.end());
  }
  return input;
}

std::vector<std::string> layer_names(const compile::Plan& plan) {
  std::vector<std::string> names;
  for (const compile::Layer& layer : plan.layers) names.push_back(layer.name);
  return names;
}

}  // namespace

Result<Model> read_model(const fs::path& path) {
  SENGI_TRY(bytes, read_file(path));
  SENGI_TRY(graph, model::read_tflite(bytes, path.string()));
  graph.name = path.stem().string();
  return Model{std::move(graph), sha256(bytes)};
}

Result<BuiltModel> build_model(const fs::path& path, const emulate::Board& board,
                               const std::string& firmware, compile::Favor favor) {
  SENGI_TRY(model, read_model(path));
  SENGI_TRY(code, compile::generate(model.graph, path.filename().string(), model.sha256, favor));
  const bool for_speed = favor == compile::Favor::speed;
  SENGI_TRY(folder, WorkFolder::cached(model.sha256 + (for_speed ? "-speed" : "")));
  SENGI_CHECK(compile::write_files(compile::files_of(code), folder.path() / "code"));
  SENGI_TRY(program, emulate::build({.board = board,
                                     .firmware = firmware,
                                     .code = {folder.path() / "code"},
                                     .fullest_layer = compile::fullest_layer(code.plan),
                                     .heaviest_layer = compile::heaviest_layer(code.plan)},
                                    folder.path() / board.name / firmware));
  return BuiltModel{std::move(code.plan), std::move(model.sha256), std::move(program),
                    std::move(folder)};
}

Result<MeasuredModel> measure_model(const fs::path& path, const emulate::Board& board,
                                    const std::string& input_file, compile::Favor favor) {
  SENGI_TRY(built, build_model(path, board, "model_runner", favor));
  std::vector<std::byte> input = made_up_bytes(built.plan.input_bytes);
  if (!input_file.empty()) {
    SENGI_TRY(given, read_inputs(input_file, built.plan.input_bytes));
    input = std::move(given);
  }
  SENGI_TRY(run, emulate::run(built.program, input, {true, layer_names(built.plan)}));
  auto record = evaluate::make_run_record(built.plan, built.sha256, built.program, run);
  record.outputs_count = input.size() / built.plan.input_bytes;
  return MeasuredModel{std::move(built.plan), std::move(record), std::move(run.output)};
}

Result<InterpretedModel> interpret_model(const Model& model, const std::string& input_file) {
  SENGI_TRY(interpreter, model::Interpreter::make(model.graph));
  const std::size_t bytes = interpreter.input_bytes();
  std::vector<std::byte> inputs = made_up_input(model.graph);
  if (!input_file.empty()) {
    SENGI_TRY(given, read_inputs(input_file, bytes));
    inputs = std::move(given);
  }
  InterpretedModel result{inputs.size() / bytes, {}};
  Progress progress("interpreting " + model.graph.name, result.runs);
  for (std::size_t i = 0; i < result.runs; ++i) {
    const auto output = interpreter.run(std::span(inputs).subspan(i * bytes, bytes));
    result.output.insert(result.output.end(), output.begin(), output.end());
    progress.advance();
  }
  return result;
}

}  // namespace sengi::cli
