// SPDX-License-Identifier: Apache-2.0
#include "data/series_tell_tale.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/files.h"
#include "base/progress.h"
#include "data/check.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> columns_of(const TellTales& seen) {
  std::vector<std::string> names;
  for (const TellTales::Teller& teller : seen.tellers()) names.push_back(teller.column);
  return names;
}

TEST(TellTales, AreConstantInALabelAndDifferBetweenThem) {
  TellTales seen;
  for (int row = 0; row < 4; ++row) {
    seen.see("rest", "state", 0);
    seen.see("walk", "state", 1);
    seen.see("rest", "x", row);
    seen.see("walk", "x", row + 10);
    seen.see("rest", "rate", 50);
    seen.see("walk", "rate", 50);
    seen.see("rest", "only", 3);
  }
  ASSERT_THAT(columns_of(seen), ElementsAre("state"));
  EXPECT_EQ(seen.tellers()[0].words, "'state' is 0 in all of 'rest', 1 in all of 'walk'");
}

TEST(TellTales, OneRowThatDiffersIsEnough) {
  TellTales seen;
  seen.see("rest", "state", 0);
  seen.see("walk", "state", 1);
  seen.see("walk", "state", 0);
  EXPECT_THAT(columns_of(seen), IsEmpty());
}

std::vector<std::string> told(const project::Project& project) {
  silence_progress();
  const auto report = check_data(project);
  EXPECT_TRUE(report.ok()) << report.error().message;
  std::vector<std::string> words;
  for (const Finding& finding : report.value().findings) {
    if (finding.kind == "tell-tale") words.push_back(finding.what);
  }
  return words;
}

// As `sengi data import-labelled` leaves a pump's recordings: the column that says when something
// was wrong is in them still.
TEST(TellTales, AreFoundInRecordingsWhoseLabelIsAColumn) {
  const auto folder = TemporaryFolder::make().value();
  std::string manifest = "path,label,group,start_s,end_s\n";
  for (int file = 0; file < 6; ++file) {
    std::string text = "time_s,flow,fault\n";
    for (int second = 0; second < 40; ++second) {
      text += fmt::format("{},{},{}\n", second, (second * 7 + file) % 11, second < 20 ? 0 : 1);
    }
    ASSERT_TRUE(write_text(folder.path() / fmt::format("run{}.csv", file), text).ok());
    manifest += fmt::format("run{0}.csv,normal,{0},0,20\nrun{0}.csv,leak,{0},20,40\n", file);
  }
  ASSERT_TRUE(write_text(folder.path() / "manifest.csv", manifest).ok());
  const auto project = [&](const char* columns) {
    const auto parsed = project::parse_project(
        fmt::format("[project]\nkind = \"motion\"\n[data]\nmanifest = \"manifest.csv\"\n"
                    "validation_percent = 20\ntest_percent = 20\n[signal]\ncolumns = {}\n",
                    columns),
        folder.path() / "sengi.toml");
    EXPECT_TRUE(parsed.ok()) << parsed.error().message;
    return parsed.value();
  };
  EXPECT_THAT(told(project("[]")),
              ElementsAre("'fault' is 1 in all of 'leak', 0 in all of 'normal'"));
  EXPECT_THAT(told(project("[\"flow\"]")), IsEmpty());
}

TEST(TellTales, AreFoundInTables) {
  const auto folder = TemporaryFolder::make().value();
  std::string table = "label,code,x\n";
  for (int row = 0; row < 40; ++row) {
    table += fmt::format("{},{},{}\n", row % 2 == 0 ? "a" : "b", row % 2, row * 13 % 17);
  }
  ASSERT_TRUE(write_text(folder.path() / "table.csv", table).ok());
  const auto parsed =
      project::parse_project("[project]\nkind = \"sequence\"\n[data]\ntable = \"table.csv\"\n",
                             folder.path() / "sengi.toml");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_THAT(told(parsed.value()), ElementsAre("'code' is 0 in all of 'a', 1 in all of 'b'"));
}

}  // namespace
}  // namespace sengi::data
