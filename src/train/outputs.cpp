// SPDX-License-Identifier: Apache-2.0
#include "train/outputs.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/files.h"
#include "base/hash.h"
#include "train/record.h"

namespace sengi::train {
namespace {

namespace fs = std::filesystem;

// A project of its own inside out/, on the same file system, so that moving is renaming.
project::Project staged_in(const project::Project& project) {
  project::Project staged = project;
  staged.folder = project.out() / ".new";
  return staged;
}

Result<void> write_all(const project::Project& project, const Outputs& outputs) {
  SENGI_CHECK(write_file(project::model_path(project), outputs.int8_model));
  SENGI_CHECK(write_file(project.out() / "float.tflite", outputs.float_model));
  SENGI_CHECK(project::save_trained(project, outputs.trained));
  return write_text(record_path(project), outputs.record);
}

Result<void> move_files(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(from, error)) {
    const fs::path target = to / entry.path().filename();
    fs::rename(entry.path(), target, error);
    if (error) return Error{fmt::format("{}: {}", target.string(), error.message())};
  }
  if (error) return Error{fmt::format("{}: {}", from.string(), error.message())};
  return {};
}

}  // namespace

Result<void> check_outputs_can_be_written(const project::Project& project) {
  SENGI_CHECK(make_folder(project.out()));
  const project::Project staged = staged_in(project);
  Result<void> result = write_text(record_path(staged), "nothing learned yet\n");
  std::error_code ignored;
  fs::remove_all(staged.folder, ignored);
  return result;
}

Result<void> write_outputs(const project::Project& project, Outputs outputs) {
  outputs.trained.model_sha256 = sha256(outputs.int8_model);
  const project::Project staged = staged_in(project);
  std::error_code ignored;
  fs::remove_all(staged.folder, ignored);
  Result<void> result = write_all(staged, outputs);
  if (result.ok()) result = move_files(staged.out(), project.out());
  fs::remove_all(staged.folder, ignored);
  return result;
}

}  // namespace sengi::train
