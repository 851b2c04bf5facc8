// SPDX-License-Identifier: Apache-2.0
#include "station/file_source.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/files.h"
#include "station/intake.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

class FileSource : public testing::Test {
 protected:
  FileSource()
      : folder_(std::move(TemporaryFolder::make()).value()),
        store_(std::move(Store::open(folder_.path() / "camp")).value()),
        intake_(store_) {}

  std::filesystem::path write(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(write_text(path, text).ok());
    return path;
  }
  Keep keep() {
    return [this](std::vector<Arrival> all) { return intake_.keep(std::move(all)); };
  }

  TemporaryFolder folder_;
  Store store_;
  Intake intake_;
};

std::string line(std::uint32_t i) {
  return plain_uplink("collar-" + std::to_string(i % 7), 26,
                      status_message(static_cast<std::uint8_t>(i), new_year_s + i)) +
         "\n";
}

TEST_F(FileSource, TakesLinesOnceHoweverOften) {
  std::string text = "\n";
  for (std::uint32_t i = 0; i < 5'000; ++i) text += line(i);
  const auto path = write("march.jsonl", text + "not this\n" + line(0));
  const Imported first = import_file(path, keep()).value();
  EXPECT_EQ(first.uplinks, 5'000);
  EXPECT_EQ(first.duplicates, 1);
  EXPECT_EQ(first.refused, 1);
  const Imported again = import_file(path, keep()).value();
  EXPECT_EQ(again.uplinks, 0);
  EXPECT_EQ(again.duplicates, 5'001);
}

TEST_F(FileSource, TakesAnObjectOverLines) {
  const auto path = write("one.json",
                          "{\n  \"device\": \"collar-7\",\n  \"port\": 24,\n"
                          "  \"payload\": \"nQ8cBMitSgMGpl9cfMC8RTY=\"\n}\n");
  EXPECT_EQ(import_file(path, keep()).value().uplinks, 1);
}

TEST_F(FileSource, EndlessLineIsRefusedWithoutMemory) {
  const auto path = write("odd.jsonl", std::string(3'000'000, '{') + "\n" + line(1));
  const Imported imported = import_file(path, keep()).value();
  EXPECT_EQ(imported.refused, 1);
  EXPECT_EQ(imported.uplinks, 1);
}

TEST_F(FileSource, MissingFileIsAnError) {
  EXPECT_FALSE(import_file(folder_.path() / "none.jsonl", keep()).ok());
}

// Files are moved when what is in them is kept; a fault of the disk leaves them where they are.
TEST_F(FileSource, FolderIsEmptiedAsItIsKept) {
  write("inbox/a.jsonl", line(1) + line(2));
  write("inbox/b.json", line(3));
  write("inbox/c.part", line(4));
  write("inbox/.d.json", line(5));
  std::atomic<int> faults = 2;
  std::atomic<bool> stop = false;
  const Keep failing = [&](std::vector<Arrival> all) -> Result<std::vector<Kept>> {
    if (faults-- > 0) return Error{"the disk is full"};
    return intake_.keep(std::move(all));
  };
  std::thread thread([&] {
    run_folder(
        folder_.path() / "inbox", failing, [](const std::string&) {}, stop);
  });
  while (!std::filesystem::exists(folder_.path() / "inbox/kept/b.json")) std::this_thread::yield();
  stop = true;
  thread.join();
  EXPECT_EQ(store_.counts().value().uplinks, 3);
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "inbox/kept/a.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "inbox/a.jsonl"));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "inbox/c.part"));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "inbox/.d.json"));
}

}  // namespace
}  // namespace sengi::station
