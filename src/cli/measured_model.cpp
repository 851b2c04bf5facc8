// SPDX-License-Identifier: Apache-2.0
#include "cli/measured_model.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "compile/code_files.h"
#include "model/tflite.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

struct Model {
  model::Graph graph;
  std::string sha256;
};

Result<Model> read_model(const fs::path& path) {
  SENGI_TRY(bytes, read_file(path));
  SENGI_TRY(graph, model::read_tflite(bytes, path.string()));
  graph.name = path.stem().string();
  return Model{std::move(graph), sha256(bytes)};
}

// The inputs of the file, or one made up where none is given.
Result<std::vector<std::byte>> read_input(const std::string& file, const compile::Plan& plan) {
  if (file.empty()) {
    std::vector<std::byte> input(plan.input_bytes);
    // Any input will do; one that is not constant lets no kernel have it easy.
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i * 37 + 11);
    return input;
  }
  SENGI_TRY(input, read_file(file));
  if (input.empty() || input.size() % plan.input_bytes != 0) {
    return Error{
        fmt::format("{}: has {} bytes, which is not a whole number of inputs of {} bytes "
                    "each",
                    file, with_thousands(input.size()), with_thousands(plan.input_bytes))};
  }
  return input;
}

std::vector<std::string> layer_names(const compile::Plan& plan) {
  std::vector<std::string> names;
  for (const compile::Layer& layer : plan.layers) names.push_back(layer.name);
  return names;
}

}  // namespace

Result<BuiltModel> build_model(const fs::path& path, const emulate::Board& board,
                               const std::string& firmware) {
  SENGI_TRY(model, read_model(path));
  SENGI_TRY(code, compile::generate(model.graph, path.filename().string(), model.sha256));
  SENGI_TRY(folder, WorkFolder::cached(model.sha256));
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
                                    const std::string& input_file) {
  SENGI_TRY(built, build_model(path, board, "model_runner"));
  SENGI_TRY(input, read_input(input_file, built.plan));
  SENGI_TRY(run, emulate::run(built.program, input, {true, layer_names(built.plan)}));
  auto record = evaluate::make_run_record(built.plan, built.sha256, built.program, run);
  record.outputs_count = input.size() / built.plan.input_bytes;
  return MeasuredModel{std::move(built.plan), std::move(record), std::move(run.output)};
}

}  // namespace sengi::cli
