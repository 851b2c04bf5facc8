// SPDX-License-Identifier: Apache-2.0
// Everything that is generated for one program, as files of one folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "compile/compile.h"
#include "compile/listener_writer.h"

namespace sengi::compile {

struct CodeFile {
  std::string name;  // within the folder
  std::string text;
};

// model.h, model.cpp, plan.json, application.h; with a listener its two files too.
std::vector<CodeFile> files_of(const GeneratedCode& code);
std::vector<CodeFile> files_of(const GeneratedCode& code, const ListenerCode& listener);

// Makes the folder. A file that already holds its text is left as it is, with its time, so that
// nothing is compiled again for it.
// Errors: the folder or a file cannot be written; the files are as they were.
Result<void> write_files(const std::vector<CodeFile>& files, const std::filesystem::path& folder);

}  // namespace sengi::compile
