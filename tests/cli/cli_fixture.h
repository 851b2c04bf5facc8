// SPDX-License-Identifier: Apache-2.0
// The real sengi program, driven as a person drives it. Bad input must give one line on standard
// error that names the file and status 2, and leave what was there before.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/process.h"
#include "model/graph.h"

namespace sengi {

// One convolution and a pool: enough to have windows, weights and an arena.
model::Graph small_network(std::int32_t height = 8, std::int32_t width = 6);

class CliTest : public ::testing::Test {
 protected:
  void SetUp() override;

  std::filesystem::path path(const std::string& name) const { return folder_->path() / name; }
  std::string text(const std::string& name) const { return path(name).string(); }

  // Its cache is in the test's folder, so that nothing is left over and nothing is found.
  ProcessOutput sengi(std::vector<std::string> words, const std::string& search_path = {}) const;

  // Refused with status 2 and one line that names what is at fault.
  void expect_refused(const std::vector<std::string>& words, const std::string& named) const {
    expect_refusal(sengi(words), named);
  }
  static void expect_refusal(const ProcessOutput& output, const std::string& named);

  // A second of a tone, below the project's recordings.
  void write_clip(const std::string& name, int hz) const;
  // A folder `project` with six recordings of each of two labels.
  void make_project(const std::string& config = "[data]\nseed = 3\n") const;

  std::optional<TemporaryFolder> folder_;
  std::vector<std::byte> model_;  // of small.tflite
};

}  // namespace sengi
