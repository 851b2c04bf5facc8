// SPDX-License-Identifier: Apache-2.0
#include "compile/code_files.h"

#include <fmt/format.h>

#include <system_error>

#include "base/files.h"

namespace sengi::compile {
namespace fs = std::filesystem;
namespace {

std::vector<CodeFile> common_files(const GeneratedCode& code, const std::string& beside) {
  return {{"model.h", code.header},
          {"model.cpp", code.source},
          {"plan.json", to_json(code.plan)},
          {"application.h", generate_application_header(code.plan.name, beside)}};
}

bool holds(const fs::path& path, const std::string& text) {
  const Result<std::string> there = read_text(path);
  return there.ok() && there.value() == text;
}

// Files that belong together: half of them new and half old would not compile, so all are whole on
// the disk before the first takes its place.
Result<void> write_together(const std::vector<CodeFile>& files, const fs::path& folder,
                            const fs::path& beside) {
  for (const CodeFile& file : files) SENGI_CHECK(write_text(beside / file.name, file.text));
  for (const CodeFile& file : files) {
    const fs::path path = folder / file.name;
    SENGI_CHECK(make_folder(path.parent_path()));
    std::error_code error;
    fs::rename(beside / file.name, path, error);
    if (error) {
      return Error{fmt::format("{}: cannot write: {}", path.string(), error.message())};
    }
  }
  return {};
}

}  // namespace

std::vector<CodeFile> files_of(const GeneratedCode& code) { return common_files(code, {}); }

std::vector<CodeFile> files_of(const GeneratedCode& code, const ListenerCode& listener) {
  std::vector<CodeFile> files = common_files(code, listener.name);
  files.push_back({listener.name + ".h", listener.header});
  files.push_back({listener.name + ".cpp", listener.source});
  return files;
}

Result<void> write_files(const std::vector<CodeFile>& files, const fs::path& folder) {
  SENGI_CHECK(make_folder(folder));
  std::vector<CodeFile> changed;
  for (const CodeFile& file : files) {
    if (!holds(folder / file.name, file.text)) changed.push_back(file);
  }
  if (changed.empty()) return {};
  const fs::path beside = folder / ".new";  // on the same file system, so that moving is renaming
  Result<void> result = write_together(changed, folder, beside);
  std::error_code ignored;
  fs::remove_all(beside, ignored);
  return result;
}

}  // namespace sengi::compile
