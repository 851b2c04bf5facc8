// SPDX-License-Identifier: Apache-2.0
#include "station/zones_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "station/served_station_for_tests.h"

namespace sengi::station {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* geo = "application/geo+json";

json square(const std::string& name, const json& kind, double west, double south, double side) {
  const double east = west + side;
  const double north = south + side;
  return {{"type", "Feature"},
          {"properties", {{"name", name}, {"kind", kind}}},
          {"geometry",
           {{"type", "Polygon"},
            {"coordinates",
             {{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}}}};
}

std::string collection(const std::vector<json>& features) {
  return json{{"type", "FeatureCollection"}, {"features", features}}.dump();
}

std::vector<std::string> active_alerts(ServedStation& station) {
  std::vector<std::string> all;
  const json alerts = station.get("/api/v1/alerts");
  for (const json& alert : alerts["alerts"]) {
    all.push_back(alert["kind"].get<std::string>() + " " + alert["detail"].value("zone", ""));
  }
  return all;
}

std::uint32_t now_s() { return static_cast<std::uint32_t>(now_ms() / 1000); }

TEST(ZonesApi, AStationWithoutZonesHasNone) {
  ServedStation station;
  const json zones = station.get("/api/v1/zones");
  EXPECT_EQ(zones["type"], "FeatureCollection");
  EXPECT_EQ(zones["features"], json::array());
  EXPECT_EQ(zones["version"], 0);
}

TEST(ZonesApi, WhatWasGivenComesBackAlsoAfterARestart) {
  ServedStation station;
  json first = square("Shamba", "farm", 20, 0.5, 0.01);
  first["properties"]["id"] = 12;
  const std::vector<json> both = {first, square("", {"risk", "road"}, 21, -1.5, 0.25)};
  const auto put = station.client().Put("/api/v1/zones", collection(both), geo);
  ASSERT_EQ(put->status, 200) << put->body;
  EXPECT_EQ(put->get_header_value("ETag"), "\"1\"");
  EXPECT_EQ(json::parse(put->body)["zones"], 2);
  for (int life = 0; life < 2; ++life) {
    const json zones = station.get("/api/v1/zones");
    EXPECT_EQ(zones["version"], 1);
    EXPECT_EQ(zones["made_by"], "local");
    ASSERT_EQ(zones["features"].size(), 2U);
    const json& road = zones["features"][0];
    const json& farm = zones["features"][1];
    EXPECT_EQ(farm["properties"], json({{"id", 12}, {"kind", "farm"}, {"name", "Shamba"}}));
    EXPECT_EQ(farm["geometry"], both[0]["geometry"]);
    EXPECT_EQ(road["properties"], json({{"id", 1}, {"kind", {"risk", "road"}}, {"name", ""}}));
    EXPECT_EQ(road["geometry"], both[1]["geometry"]);
    station.start();
  }
  // What was got can be given again as it is.
  const std::string got = station.client().Get("/api/v1/zones")->body;
  ASSERT_EQ(station.client().Put("/api/v1/zones", got, geo)->status, 200);
  EXPECT_EQ(station.get("/api/v1/zones")["features"], json::parse(got)["features"]);
}

TEST(ZonesApi, AWrongShapeIsRefusedWithItsPlaceAndNothingChanges) {
  ServedStation station;
  const json good = square("Shamba", "farm", 20, 0.5, 0.01);
  ASSERT_EQ(station.client().Put("/api/v1/zones", collection({good}), geo)->status, 200);
  json bow = square("Bow", "farm", 30, 1, 1);
  std::swap(bow["geometry"]["coordinates"][0][1], bow["geometry"]["coordinates"][0][2]);
  json kindless = square("Where", "farm", 40, 1, 1);
  kindless["properties"].erase("kind");
  const auto put = station.client().Put("/api/v1/zones", collection({good, bow, kindless}), geo);
  ASSERT_EQ(put->status, 400);
  EXPECT_EQ(put->get_header_value("Content-Type"), "application/problem+json");
  const json problem = json::parse(put->body);
  std::vector<std::string> errors;
  for (const json& finding : problem["findings"]) {
    if (finding["severity"] == "error") errors.push_back(finding["path"]);
  }
  ASSERT_EQ(errors.size(), 2U) << put->body;
  EXPECT_THAT(errors[0], HasSubstr("$.features[1].geometry"));
  EXPECT_THAT(errors[1], HasSubstr("$.features[2]"));
  EXPECT_THAT(problem["detail"].get<std::string>(), HasSubstr("Self-intersection"));
  for (const char* text : {"", "{", "[]", R"({"type": "Feature"})", "\xFF"}) {
    EXPECT_EQ(station.client().Put("/api/v1/zones", text, geo)->status / 100,
              std::string(text) == R"({"type": "Feature"})" ? 2 : 4)
        << text;
  }
}

TEST(ZonesApi, WhoeverChangedWhatIsOldIsTold) {
  ServedStation station;
  const std::string one = collection({square("A", "farm", 20, 0, 1)});
  EXPECT_EQ(station.client().Put("/api/v1/zones", {{"If-Match", "\"0\""}}, one, geo)->status, 200);
  EXPECT_EQ(station.client().Put("/api/v1/zones", {{"If-Match", "\"0\""}}, one, geo)->status, 412);
  EXPECT_EQ(station.get("/api/v1/zones")["version"], 1);
  EXPECT_EQ(station.client().Put("/api/v1/zones", {{"If-Match", "\"1\""}}, one, geo)->status, 200);
  EXPECT_EQ(station.client().Put("/api/v1/zones", {{"If-Match", "*"}}, one, geo)->status, 200);
  EXPECT_EQ(station.get("/api/v1/zones")["version"], 3);
}

TEST(ZonesApi, AlertsGoByTheNewZonesAtOnce) {
  ServedStation station;
  const std::string field = collection({square("Shamba", "farm", 20, 0, 0.01)});
  ASSERT_EQ(station.client().Put("/api/v1/zones", field, geo)->status, 200);
  station.hear("tembo", position_message(now_s() - 20, 50'000, 200'050'000));
  EXPECT_THAT(active_alerts(station), testing::ElementsAre("zone_inside Shamba"));
  // The field is no more, and another is there.
  json river = square("Mto", "risk", 20, 0, 0.01);
  river["properties"]["id"] = 77;
  ASSERT_EQ(station.client().Put("/api/v1/zones", collection({river}), geo)->status, 200);
  EXPECT_THAT(active_alerts(station), testing::IsEmpty());
  station.hear("tembo", position_message(now_s() - 10, 50'000, 200'050'000));
  EXPECT_THAT(active_alerts(station), testing::ElementsAre("zone_inside Mto"));
}

TEST(ZonesApi, TheFileIsTheSeedUntilSomebodyGivesZones) {
  Settings settings;
  const auto folder = std::move(TemporaryFolder::make()).value();
  settings.zones.file = (folder.path() / "fields.geojson").string();
  ASSERT_TRUE(write_text(settings.zones.file, collection({square("Old", "farm", 20, 0, 1)})).ok());
  ServedStation station(settings);
  const auto name = [&] {
    return station.get("/api/v1/zones")["features"][0]["properties"]["name"].get<std::string>();
  };
  EXPECT_EQ(name(), "Old");
  station.start();
  EXPECT_EQ(station.get("/api/v1/zones")["version"], 1);  // the same file is no news
  ASSERT_TRUE(write_text(settings.zones.file, collection({square("New", "farm", 20, 0, 1)})).ok());
  station.start();
  EXPECT_EQ(name(), "New");
  const std::string given = collection({square("Given", "farm", 20, 0, 1)});
  ASSERT_EQ(station.client().Put("/api/v1/zones", given, geo)->status, 200);
  station.start();
  EXPECT_EQ(name(), "Given");
}

TEST(ZonesApi, KmlIsTakenAsGeoJsonIs) {
  ServedStation station;
  const auto put = [&](const std::string& corners, const char* path) {
    return station.client().Put(
        path,
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Placemark><name>Shamba</name><Polygon>"
        "<outerBoundaryIs><LinearRing><coordinates>" +
            corners + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>",
        "application/vnd.google-earth.kml+xml");
  };
  ASSERT_EQ(put("20,0,9 21,0,9 21,1,9 20,0,9", "/api/v1/zones?kind=farm")->status, 200);
  const json feature = station.get("/api/v1/zones")["features"][0];
  EXPECT_EQ(feature["properties"], json({{"id", 1}, {"kind", "farm"}, {"name", "Shamba"}}));
  EXPECT_EQ(feature["geometry"]["coordinates"],
            json::parse("[[[20.0,0.0],[21.0,0.0],[21.0,1.0],[20.0,0.0]]]"));
  const auto bow = put("0,0 1,1 1,0 0,1 0,0", "/api/v1/zones?kind=farm");
  EXPECT_EQ(bow->status, 400);
  EXPECT_THAT(bow->body, HasSubstr("line 1 (Shamba), polygon 1, ring 1"));
  EXPECT_EQ(put("20,0,9 21,0,9 21,1,9 20,0,9", "/api/v1/zones?kind=sky")->status, 400);
  EXPECT_EQ(station.get("/api/v1/zones")["version"], 1);
}

TEST(ZonesApi, AdminsGiveOthersSeeAndGuestsDoNot) {
  ServedStation station;
  station.add_accounts();
  const std::string field = collection({square("Shamba", "farm", 20, 0, 0.01)});
  for (const Role role : {Role::admin, Role::ranger, Role::researcher, Role::guest, Role::ingest}) {
    const bool sees = role != Role::guest && role != Role::ingest;
    EXPECT_EQ(station.client().Get("/api/v1/zones", station.as(role))->status, sees ? 200 : 403);
    EXPECT_EQ(station.client().Put("/api/v1/zones", station.as(role), field, geo)->status,
              role == Role::admin ? 200 : 403);
  }
  EXPECT_EQ(station.client().Get("/api/v1/zones")->status, 401);
  EXPECT_EQ(station.client().Put("/api/v1/zones", field, geo)->status, 401);
  Statement audit(station.database(), "SELECT who, what FROM audit ORDER BY id DESC LIMIT 1");
  ASSERT_TRUE(audit.next().value());
  EXPECT_EQ(audit.text(0), "admin");
  EXPECT_EQ(audit.text(1), "gave zones 1");
}

}  // namespace
}  // namespace sengi::station
