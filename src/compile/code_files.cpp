// SPDX-License-Identifier: Apache-2.0
#include "compile/code_files.h"

#include "base/files.h"

namespace sengi::compile {
namespace {

std::vector<CodeFile> common_files(const GeneratedCode& code, bool listens) {
  return {{"model.h", code.header},
          {"model.cpp", code.source},
          {"plan.json", to_json(code.plan)},
          {"application.h", generate_application_header(code.plan.name, listens)}};
}

bool holds(const std::filesystem::path& path, const std::string& text) {
  const Result<std::string> there = read_text(path);
  return there.ok() && there.value() == text;
}

}  // namespace

std::vector<CodeFile> files_of(const GeneratedCode& code) { return common_files(code, false); }

std::vector<CodeFile> files_of(const GeneratedCode& code, const ListenerCode& listener) {
  std::vector<CodeFile> files = common_files(code, true);
  files.push_back({"listener.h", listener.header});
  files.push_back({"listener.cpp", listener.source});
  return files;
}

Result<void> write_files(const std::vector<CodeFile>& files, const std::filesystem::path& folder) {
  for (const CodeFile& file : files) {
    const std::filesystem::path path = folder / file.name;
    if (!holds(path, file.text)) SENGI_CHECK(write_text(path, file.text));
  }
  return {};
}

}  // namespace sengi::compile
