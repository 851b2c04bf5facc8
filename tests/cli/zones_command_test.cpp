// SPDX-License-Identifier: Apache-2.0
// sengi zones.
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"

namespace sengi {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

std::string zones_text(std::string_view corners) {
  return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Maize",
             "kind":"farm"},"geometry":{"type":"Polygon","coordinates":[[)" +
         std::string(corners) + "]]}}]}";
}

TEST_F(CliTest, ChecksZonesAndBuildsThemBothWays) {
  ASSERT_TRUE(write_text(path("bow.geojson"), zones_text("[0,0],[2,2],[2,0],[0,2],[0,0]")).ok());
  const ProcessOutput crossing = sengi({"zones", "check", text("bow.geojson")});
  EXPECT_EQ(crossing.exit_status, 1);
  EXPECT_THAT(crossing.out, HasSubstr("Self-intersection at longitude 1.0000000"));
  EXPECT_EQ(sengi({"zones", "build", text("bow.geojson"), "-o", text("bow.bin")}).exit_status, 1);

  const std::string field = zones_text("[0,0],[0.01,0],[0.01,0.01],[0,0.01],[0,0]");
  ASSERT_TRUE(write_text(path("field.geojson"), field).ok());
  for (const char* name : {"field.bin", "field.h", "back.geojson"}) {
    const std::string from = name[0] == 'b' ? text("field.bin") : text("field.geojson");
    const ProcessOutput built = sengi({"zones", "build", from, "-o", text(name)});
    EXPECT_EQ(built.exit_status, 0) << built.err;
  }
  const ProcessOutput back = sengi({"zones", "check", text("back.geojson"), "--json"});
  ASSERT_EQ(back.exit_status, 0) << back.err;
  EXPECT_EQ(Json::parse(back.out).at("zones").at(0).at("name"), "Maize");
  EXPECT_EQ(Json::parse(back.out).at("corners"), 4);
  expect_refused({"zones", "check", text("field.geojson"), "--kind", "frm"}, "did you mean farm?");
}

TEST_F(CliTest, StudiesWarningsOverATrack) {
  ASSERT_TRUE(
      write_text(path("field.geojson"), zones_text("[0,0],[0.01,0],[0.01,0.01],[0,0.01],[0,0]"))
          .ok());
  std::string track = "time,lon,lat\n";
  for (int hour = 0; hour < 24; ++hour) {
    track += "2020-01-01 " + std::string(hour < 10 ? "0" : "") + std::to_string(hour) + ":00:00," +
             std::to_string(-0.1 + 0.005 * hour) + ",0.005\n";
  }
  ASSERT_TRUE(write_text(path("ada.csv"), track).ok());
  const ProcessOutput study = sengi({"zones", "study", text("field.geojson"), "--track",
                                     text("ada.csv"), "--page", text("page.html"), "--json"});
  ASSERT_EQ(study.exit_status, 0) << study.err;
  const Json row = Json::parse(study.out).at("rows").at(0);
  EXPECT_EQ(row.at("animal"), "ada");
  EXPECT_EQ(row.at("approaches"), 1);
  EXPECT_EQ(row.at("warned"), 1);
  EXPECT_THAT(read_text(path("page.html")).value(), HasSubstr("Map of ada"));

  // Longitude and latitude swapped, as only the track can tell.
  ASSERT_TRUE(write_text(path("swapped.geojson"), zones_text("[40,0],[41,0],[41,1],[40,0]")).ok());
  ASSERT_TRUE(
      write_text(path("north.csv"), "time,lon,lat\n2020-01-01,0.5,40.2\n2020-01-02,0.5,40.3\n")
          .ok());
  expect_refused({"zones", "study", text("swapped.geojson"), "--track", text("north.csv")},
                 "swapped; GeoJSON has longitude first");
}

}  // namespace
}  // namespace sengi
