// SPDX-License-Identifier: Apache-2.0
// Whole files, and where this program's own files are.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi {

// Errors: the file is missing, a folder, or cannot be read.
Result<std::vector<std::byte>> read_file(const std::filesystem::path& path);
Result<std::string> read_text(const std::filesystem::path& path);

// Writes beside the target and renames, so that a reader, a full disk or a Ctrl-C never sees or
// leaves half a file; what stood there before stays until the new file is whole. Makes the folders
// above it.
Result<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
Result<void> write_text(const std::filesystem::path& path, std::string_view text);

Result<void> make_folder(const std::filesystem::path& path);

// A new empty folder below the system's temporary folder, removed with all it holds when the
// object goes.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// A file that ships with the program: "device/include", "firmware", "boards",
// "lib/sengi_cycles.so", "libexec/sengi-train". Looked for beside the installed program
// (../share/sengi, ../lib/sengi, ../libexec/sengi) and then where it was built.
// Errors: it is in neither place, naming both.
Result<std::filesystem::path> shipped(std::string_view name);

}  // namespace sengi
