// SPDX-License-Identifier: Apache-2.0
// Generated code, built for this machine and run, for the tests of this room.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "compile/compile.h"

namespace sengi::compile {

using Bytes = std::vector<std::byte>;

// The compiler and its options beside the warnings (all of them errors) and include folders.
struct Compiler {
  std::string program = "g++";
  std::vector<std::string> options = {"-O2"};
};

// Builds all models into one program and runs each on its inputs: the bytes of some inferences back
// to back. Returns their outputs likewise. All inferences of a model use one arena, one after
// another, as a device does.
// Errors: what the compiler said; the program failed.
Result<std::vector<Bytes>> run_generated(const std::vector<GeneratedCode>& models,
                                         const std::vector<Bytes>& inputs,
                                         const Compiler& compiler = {});

}  // namespace sengi::compile
