// SPDX-License-Identifier: Apache-2.0
#include "collar/collar_project.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "collar/calls.h"

namespace sengi::collar {
namespace {

using testing::HasSubstr;

std::string fault_of(const std::string& text) {
  const auto project = parse_collar(text, "elephant/sengi.toml");
  return project.ok() ? "" : project.error().message;
}

const std::string start = "[project]\nkind = \"collar\"\n";

TEST(CollarProject, HasDefaultsAndAKeyOfItsOwn) {
  const auto project = parse_collar(start, "elephant/sengi.toml");
  ASSERT_TRUE(project.ok()) << project.error().message;
  EXPECT_EQ(project.value().name, "elephant");
  EXPECT_EQ(project.value().out(), "elephant/out");
  const auto begin = begin_of(project.value(), 16'384);
  ASSERT_TRUE(begin.ok()) << begin.error().message;
  EXPECT_EQ(link::weakness_of(begin.value().key), link::WeakKey::none);
  EXPECT_EQ(begin.value().still_below, 328);  // 0.02 g
  EXPECT_EQ(begin.value().message_bytes, 51);
  EXPECT_GT(begin.value().currents[power::Consumer::gps], 1'000'000U);
}

TEST(CollarProject, FaultsHaveTheirPlace) {
  EXPECT_THAT(fault_of(start + "[collar]\nzone = \"a\"\n"), HasSubstr("sengi.toml:4:1"));
  EXPECT_THAT(fault_of(start + "[collar]\nzone = \"a\"\n"), HasSubstr("zones"));
  EXPECT_THAT(fault_of(start + "[collar]\nwindow_every_s = 5\n"), HasSubstr("sengi.toml:4:18"));
  EXPECT_THAT(fault_of(start + "[collar]\nregion = \"us915\"\ndata_rate = 5\n"),
              HasSubstr("us915 has no uplink rate 5"));
  EXPECT_THAT(fault_of(start + "[collar]\napp_key = \"12\"\n"), HasSubstr("32 hexadecimal digits"));
  EXPECT_THAT(fault_of("[project]\nkind = \"keyword\"\n"), HasSubstr("kind"));
}

TEST(CollarProject, KeysInPrintAreRefused) {
  EXPECT_THAT(fault_of(start + "[collar]\napp_key = \"2B7E151628AED2A6ABF7158809CF4F3C\"\n"),
              HasSubstr("anybody may know"));
}

TEST(CollarProject, TheSlowestRateOfUs915IsFloorMode) {
  const auto project =
      parse_collar(start + "[collar]\nregion = \"us915\"\ndata_rate = 0\n", "elephant/sengi.toml");
  ASSERT_TRUE(project.ok()) << project.error().message;
  EXPECT_EQ(begin_of(project.value(), 16'384).value().message_bytes, 11);
}

TEST(CollarProject, TheOneInTheRepositoryIsSound) {
  const std::filesystem::path folder =
      std::filesystem::path(SENGI_SOURCE_DIR) / "applications" / "elephant";
  EXPECT_TRUE(is_collar(folder));
  EXPECT_FALSE(is_collar(folder / ".." / "storks"));
  const auto project = load_collar(folder);
  ASSERT_TRUE(project.ok()) << project.error().message;
  EXPECT_TRUE(std::filesystem::exists(folder / project.value().zones));
}

TEST(Calls, AreReadByTheirColumns) {
  const auto calls = parse_calls(
      "score,time,class,duration_s\n200,2008-03-22T17:00:00Z,2,3.14\n90,1206205199,0,40\n",
      "c.csv");
  ASSERT_TRUE(calls.ok()) << calls.error().message;
  ASSERT_EQ(calls.value().size(), 2U);
  EXPECT_EQ(calls.value()[0].time_s, 1'206'205'199U);
  EXPECT_EQ(calls.value()[0].duration_ds, 255);
  EXPECT_EQ(calls.value()[1].time_s, 1'206'205'200U);
  EXPECT_EQ(calls.value()[1].label, 2);
  EXPECT_EQ(calls.value()[1].score, 200);
  EXPECT_EQ(calls.value()[1].duration_ds, 31);
}

TEST(Calls, FaultsSayTheLine) {
  EXPECT_THAT(parse_calls("time,class,score\n", "c.csv").error().message,
              HasSubstr("c.csv:1: no column 'duration_s'"));
  EXPECT_THAT(parse_calls("time,class,score,duration_s\n2008-13-01T00:00:00Z,1,1,1\n", "c.csv")
                  .error()
                  .message,
              HasSubstr("c.csv:2"));
  EXPECT_THAT(parse_calls("", "c.csv").error().message, HasSubstr("empty"));
}

}  // namespace
}  // namespace sengi::collar
