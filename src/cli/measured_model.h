// SPDX-License-Identifier: Apache-2.0
// A .tflite built for a board and run there, or interpreted here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/work_folder.h"
#include "compile/compile.h"
#include "emulate/emulate.h"
#include "evaluate/run_record.h"
#include "model/graph.h"

namespace sengi::cli {

struct Model {
  model::Graph graph;  // named after the file
  std::string sha256;
};
Result<Model> read_model(const std::filesystem::path& path);

struct BuiltModel {
  compile::Plan plan;
  std::string sha256;  // of the .tflite
  emulate::Program program;
  WorkFolder folder;  // that the program is in
};

// `firmware` is a folder below firmware/ whose program runs a network alone.
// Errors: those of reading, compiling and building it.
Result<BuiltModel> build_model(const std::filesystem::path& path, const emulate::Board& board,
                               const std::string& firmware,
                               compile::Favor favor = compile::Favor::size);

struct MeasuredModel {
  compile::Plan plan;
  evaluate::RunRecord record;
  std::vector<std::byte> output;  // the outputs, back to back
};

// Runs the network once for each input in the file; once on a made-up input where `input_file` is
// empty.
// Errors: those of reading, compiling, building and running it; an input that is not whole.
Result<MeasuredModel> measure_model(const std::filesystem::path& path, const emulate::Board& board,
                                    const std::string& input_file,
                                    compile::Favor favor = compile::Favor::size);

struct InterpretedModel {
  std::size_t runs = 0;
  std::vector<std::byte> output;  // the outputs, back to back
};

// As measure_model() on this machine by the reference interpreter, which knows float32 and more
// operators than boards have kernels for. Nothing is measured.
// Errors: those of the interpreter; an input that is not whole.
Result<InterpretedModel> interpret_model(const Model& model, const std::string& input_file);

}  // namespace sengi::cli
