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

// The device headers that such files include, and those that they include, as "src/sengi/...".
// Errors: they are missing.
Result<std::vector<CodeFile>> device_headers_of(const std::vector<CodeFile>& code);

// Of an Arduino library, by its name (letters, digits, "_") and what it is on one line; the header
// NAME.h is what programs include.
std::string arduino_properties(const std::string& name, const std::string& sentence);

// Of a Zephyr module that CONFIG_SENGI_NAME turns on: module.yml, CMakeLists.txt and Kconfig below
// zephyr/, and CMakeLists.txt and prj.conf of a sample below samples/SAMPLE.
std::vector<CodeFile> zephyr_module_files(const std::string& name, const std::string& sentence,
                                          const std::vector<std::string>& sources,
                                          const std::string& sample);

}  // namespace sengi::compile
