// SPDX-License-Identifier: Apache-2.0
#include "cli/subject.h"

#include <filesystem>

namespace sengi::cli {

Result<Subject> subject_of(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Error{path + ": no such file or folder; give a MODEL.tflite or a project's folder"};
  }
  const bool project = std::filesystem::is_directory(path, ignored) || path.ends_with(".toml");
  return project ? Subject::project : Subject::model;
}

}  // namespace sengi::cli
