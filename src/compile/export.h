// SPDX-License-Identifier: Apache-2.0
// Generated code as a whole library for another build system: the code, the device headers it
// includes, what describes it to that system, and an example. Nothing else has to be installed.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compile/code_files.h"

namespace sengi::compile {

// "cmake", "arduino", "platformio", "zephyr"
std::vector<std::string> export_kinds();

// `code` is what files_of() gives for the plan. The files of the library:
//
//   src/NAME.h         what a program includes
//   src/NAME/...       the generated code
//   src/sengi/...      the device headers that it includes
//   plan.json README.md, and what the kind asks for
//
// Requires: one of export_kinds().
// Errors: the device headers are missing.
Result<std::vector<CodeFile>> export_files(const std::string& kind, const Plan& plan,
                                           const std::vector<CodeFile>& code);

}  // namespace sengi::compile
