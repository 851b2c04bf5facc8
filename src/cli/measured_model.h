// SPDX-License-Identifier: Apache-2.0
// A .tflite built for a board and run there.
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

namespace sengi::cli {

struct BuiltModel {
  compile::Plan plan;
  std::string sha256;  // of the .tflite
  emulate::Program program;
  WorkFolder folder;  // that the program is in
};

// `firmware` is a folder below firmware/ whose program runs a network alone.
// Errors: those of reading, compiling and building it.
Result<BuiltModel> build_model(const std::filesystem::path& path, const emulate::Board& board,
                               const std::string& firmware);

struct MeasuredModel {
  compile::Plan plan;
  evaluate::RunRecord record;
  std::vector<std::byte> output;  // the outputs, back to back
};

// Runs the network once for each input in the file; once on a made-up input where `input_file` is
// empty.
// Errors: those of reading, compiling, building and running it; an input that is not whole.
Result<MeasuredModel> measure_model(const std::filesystem::path& path, const emulate::Board& board,
                                    const std::string& input_file);

}  // namespace sengi::cli
