// SPDX-License-Identifier: Apache-2.0
#include "station/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;

std::string fault_of(const std::string& text, const std::filesystem::path& folder = "/nowhere") {
  const auto settings = parse_settings(text, "station.toml", folder);
  return settings.ok() ? "" : settings.error().message;
}

TEST(Settings, AreReadAndHaveDefaults) {
  const auto folder = std::move(TemporaryFolder::make()).value();
  ASSERT_TRUE(write_text(folder.path() / "secret", "whsec_" + std::string(32, 'A') + "\n").ok());
  const auto settings = parse_settings(R"(
[zones]
file = "fields.geojson"
near_m = 500
inside_severity = "warning"
[silent]
interval_min = 60
[telling]
webhooks = ["https://example.org/hook"]
secret_file = "secret"
quiet_from = "22:00"
quiet_to = "05:30"
utc_offset_min = 180
)",
                                       "station.toml", folder.path());
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings.value().zones.file, (folder.path() / "fields.geojson").string());
  EXPECT_EQ(settings.value().zones.near_m, 500);
  EXPECT_EQ(settings.value().zones.inside, Severity::warning);
  EXPECT_EQ(settings.value().battery.low_mv, 3300);
  EXPECT_EQ(settings.value().telling.secret, std::string(24, '\0'));
  EXPECT_EQ(settings.value().telling.quiet.to_min, 330);
  EXPECT_EQ(fault_of(""), "");
}

TEST(Settings, FaultsSayWhere) {
  EXPECT_THAT(fault_of("[zone]\n"), HasSubstr("zone"));
  EXPECT_THAT(fault_of("[zones]\nnear_m = -1\n"), HasSubstr("station.toml:2"));
  EXPECT_THAT(fault_of("[still]\nseverity = \"loud\"\n"), HasSubstr("\"critical\""));
  EXPECT_THAT(fault_of("[battery]\nlow_mv = 3600\n"), HasSubstr("battery.good_mv"));
  EXPECT_THAT(fault_of("[temperature]\nlow_c = 60\nhigh_c = 50\n"), HasSubstr("temperature"));
  EXPECT_THAT(fault_of("[telling]\nquiet_from = \"25:00\"\n"), HasSubstr("25:00"));
  EXPECT_THAT(fault_of("[telling]\nquiet_to = \"5:00\"\n"), HasSubstr("5:00"));
  EXPECT_THAT(fault_of("[telling]\nwebhooks = [\"ftp://a\"]\n"), HasSubstr("ftp://a"));
  EXPECT_THAT(fault_of("[telling]\nwebhooks = [\"https://a\"]\n"), HasSubstr("secret_file"));
  EXPECT_THAT(fault_of("[zones]\nné = 1\n"), HasSubstr("station.toml:2: "));
  EXPECT_THAT(fault_of("[zones]\nfile = \"né.geojson\"\n"), HasSubstr("u00E9"));
  EXPECT_EQ(fault_of("# né\n[zones]\nfile = \"n\\u00E9 # \\\" x.geojson\" # né\n"), "");
  EXPECT_THAT(fault_of("[telling]\nsecret_file = \"none\"\n"), HasSubstr("/nowhere/none"));
}

TEST(QuietHours, EndWhereTheyEnd) {
  constexpr std::int64_t midnight = 1'767'225'600'000;
  constexpr std::int64_t hour = 3'600'000;
  const QuietHours none;
  EXPECT_EQ(none.due_ms(midnight + 5), midnight + 5);
  const QuietHours night{22 * 60, 5 * 60, 0};
  EXPECT_EQ(night.due_ms(midnight + 21 * hour), midnight + 21 * hour);
  EXPECT_EQ(night.due_ms(midnight + 22 * hour), midnight + 29 * hour);
  EXPECT_EQ(night.due_ms(midnight + 2 * hour), midnight + 5 * hour);
  EXPECT_EQ(night.due_ms(midnight + 5 * hour), midnight + 5 * hour);
  const QuietHours nairobi{22 * 60, 5 * 60, 180};  // 19:00 to 02:00 UTC
  EXPECT_EQ(nairobi.due_ms(midnight + 20 * hour), midnight + 26 * hour);
  EXPECT_EQ(nairobi.due_ms(midnight + 3 * hour), midnight + 3 * hour);
}

}  // namespace
}  // namespace sengi::station
