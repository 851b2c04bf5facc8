// SPDX-License-Identifier: Apache-2.0
#include "compile/code_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iterator>

#include "base/files.h"

namespace sengi::compile {
namespace {

namespace fs = std::filesystem;

TEST(CodeFiles, AreWrittenTogetherOrNotAtAll) {
  const auto made = TemporaryFolder::make();
  ASSERT_TRUE(made.ok());
  const fs::path folder = made.value().path() / "code";
  ASSERT_TRUE(write_files({{"model.h", "old"}, {"src/model.cpp", "old"}}, folder).ok());

  // The second cannot be: its folder has the name of the first.
  const auto result = write_files({{"model.h", "new"}, {"model.h/model.cpp", "new"}}, folder);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("model.h"), std::string::npos) << result.error().message;
  EXPECT_EQ(read_text(folder / "model.h").value(), "old");

  ASSERT_TRUE(write_files({{"model.h", "new"}, {"src/model.cpp", "new"}}, folder).ok());
  EXPECT_EQ(read_text(folder / "model.h").value(), "new");
  EXPECT_EQ(read_text(folder / "src/model.cpp").value(), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2) << "something was left behind";
}

TEST(CodeFiles, WhatHasNotChangedKeepsItsTime) {
  const auto made = TemporaryFolder::make();
  ASSERT_TRUE(made.ok());
  const fs::path folder = made.value().path();
  ASSERT_TRUE(write_files({{"model.h", "same"}, {"model.cpp", "old"}}, folder).ok());
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(5);
  fs::last_write_time(folder / "model.h", long_ago);
  ASSERT_TRUE(write_files({{"model.h", "same"}, {"model.cpp", "new"}}, folder).ok());
  EXPECT_EQ(fs::last_write_time(folder / "model.h"), long_ago);
  EXPECT_EQ(read_text(folder / "model.cpp").value(), "new");
}

}  // namespace
}  // namespace sengi::compile
