// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace sengi {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  fs::path folder_ = temporary_.path();
};

TEST_F(Files, WhatIsWrittenIsRead) {
  std::string text = "one\n";
  text += '\0';
  text += std::string(200'000, 'x');
  ASSERT_TRUE(write_text(folder_ / "a" / "b" / "c.txt", text).ok());
  EXPECT_EQ(read_text(folder_ / "a" / "b" / "c.txt").value(), text);
  EXPECT_EQ(read_file(folder_ / "a" / "b" / "c.txt").value().size(), text.size());
}

TEST_F(Files, MissingFileIsNamed) {
  const auto got = read_file(folder_ / "nowhere.wav");
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("nowhere.wav: cannot open: No such file"));
}

TEST_F(Files, FolderIsNoFile) {
  const auto got = read_file(folder_);
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("is a folder"));
}

TEST_F(Files, AFailedWriteLeavesWhatWasThere) {
  // A write to /dev/full fails as on a full disk; here the rename's target is a folder instead,
  // which fails for root too.
  ASSERT_TRUE(write_text(folder_ / "taken" / "inside.txt", "kept").ok());
  EXPECT_FALSE(write_text(folder_ / "taken", "new").ok());
  EXPECT_EQ(read_text(folder_ / "taken" / "inside.txt").value(), "kept");
  // And no temporary file is left beside it.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, AFileWhereAFolderShouldBeIsAnError) {
  ASSERT_TRUE(write_text(folder_ / "file", "x").ok());
  const auto got = write_text(folder_ / "file" / "below.txt", "y");
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("cannot make this folder"));
}

TEST(TemporaryFolder, GoesWithItsObject) {
  fs::path path;
  {
    TemporaryFolder folder = TemporaryFolder::make().value();
    path = folder.path();
    ASSERT_TRUE(write_text(path / "x" / "y", "z").ok());
    const TemporaryFolder moved = std::move(folder);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(Shipped, FindsTheDeviceLibraryAndNamesWhatIsMissing) {
  EXPECT_TRUE(fs::exists(shipped("device/include").value() / "sengi" / "fixed_point.h"));
  const auto missing = shipped("boards/no-such-board.toml");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("no-such-board.toml"));
}

}  // namespace
}  // namespace sengi
