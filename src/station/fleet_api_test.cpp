// SPDX-License-Identifier: Apache-2.0
#include "station/fleet_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/csv.h"
#include "station/served_station_for_tests.h"

namespace sengi::station {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* plain = "application/json";

httplib::Result deploy(ServedStation& station, const std::string& device, const std::string& animal,
                       const std::string& from, const std::string& to = "") {
  json body{{"device", device}, {"animal", animal}, {"from", from}};
  if (!to.empty()) body["to"] = to;
  return station.client().Post("/api/v1/deployments", body.dump(), plain);
}

link::Bytes full_status(std::uint32_t time_s, std::uint16_t firmware, std::uint16_t zones) {
  link::Status status;
  status.lead = {1, true, time_s};
  status.battery_mv = 3'700;
  status.full = true;
  status.firmware = firmware;
  status.zones = zones;
  link::Bytes frame(link::message_bytes_max);
  frame.resize(link::encode_status(status, frame).bytes);
  return frame;
}

TEST(FleetApi, WhatPeopleSayOfADeviceIsKeptBeforeItWasEverHeard) {
  ServedStation station;
  const json said{{"name", "Tembo's"},
                  {"owner", "Park"},
                  {"kind", "collar"},
                  {"fleet", "north"},
                  {"notes", "drop-off\n2027"}};
  // An EUI is the same in any form.
  const auto put =
      station.client().Put("/api/v1/fleet/A8-40-41-FF-FE-12-AB-34", said.dump(), plain);
  ASSERT_EQ(put->status, 200) << put->body;
  station.start();
  const json it = station.get("/api/v1/fleet/a84041fffe12ab34");
  for (const auto& [field, value] : said.items()) EXPECT_EQ(it[field], value) << field;
  EXPECT_EQ(it["last_heard"], nullptr);
  EXPECT_EQ(station.get("/api/v1/fleet")["devices"].size(), 1U);
  EXPECT_EQ(station.client().Delete("/api/v1/fleet/a84041fffe12ab34")->status, 204);
  EXPECT_EQ(station.client().Delete("/api/v1/fleet/a84041fffe12ab34")->status, 404);
  EXPECT_EQ(station.client().Get("/api/v1/fleet/a84041fffe12ab34")->status, 404);
}

TEST(FleetApi, WhatCannotBeIsRefusedByName) {
  ServedStation station;
  const auto put = [&](const std::string& body) {
    const auto answer = station.client().Put("/api/v1/fleet/tembo", body, plain);
    return std::to_string(answer->status) + " " + answer->body;
  };
  EXPECT_THAT(put("[]"), testing::AllOf(HasSubstr("400"), HasSubstr("JSON object")));
  EXPECT_THAT(put(R"({"ower": "x"})"), HasSubstr("did you mean owner?"));
  EXPECT_THAT(put(R"({"owner": 7})"), HasSubstr("owner: a text"));
  EXPECT_THAT(put(R"({"owner": "a\u0007"})"), HasSubstr("control characters"));
  EXPECT_THAT(put(json{{"notes", std::string(1'001, 'x')}}.dump()), HasSubstr("1001 bytes"));
  EXPECT_EQ(station.client().Get("/api/v1/fleet/tembo")->status, 404);
  EXPECT_EQ(deploy(station, "tembo", "", "2026-01-01T00:00:00Z")->status, 400);
  EXPECT_EQ(deploy(station, "tembo", "A", "yesterday")->status, 400);
  EXPECT_EQ(deploy(station, "tembo", "A", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z")->status,
            400);
}

TEST(FleetApi, ATrackIsAnAnimalsWhateverItWears) {
  ServedStation station;
  const auto hear = [&](const char* device, std::uint32_t hour) {
    station.hear(device, position_message(new_year_s + 3'600 * hour, 1'000'000, 200'000'000));
  };
  for (std::uint32_t hour = 0; hour < 10; ++hour) {
    hear("old", hour);
    hear("new", hour);
  }
  // The old collar fails at three and is on a calf from eight on; the new one is on from five on.
  ASSERT_EQ(deploy(station, "old", "Tembo", "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z")->status,
            200);
  ASSERT_EQ(deploy(station, "new", "Tembo", "2026-01-01T05:00:00Z")->status, 200);
  ASSERT_EQ(deploy(station, "old", "Mtoto", "2026-01-01T08:00:00Z")->status, 200);
  const auto hours = [&](const std::string& animal) {
    std::vector<std::string> list;
    const json where = station.get("/api/v1/animals/" + animal + "/positions");
    for (const json& one : where["positions"]) {
      list.push_back(one["device"].get<std::string>() +
                     one["time"].get<std::string>().substr(11, 2));
    }
    return list;
  };
  EXPECT_THAT(hours("Tembo"), testing::ElementsAre("old00", "old01", "old02", "new05", "new06",
                                                   "new07", "new08", "new09"));
  EXPECT_THAT(hours("Mtoto"), testing::ElementsAre("old08", "old09"));
  EXPECT_EQ(station.client().Get("/api/v1/animals/Nobody/positions")->status, 404);
  EXPECT_EQ(station.get("/api/v1/animals")["animals"].size(), 2U);
  EXPECT_EQ(station.get("/api/v1/fleet/new")["deployment"]["animal"], "Tembo");
}

TEST(FleetApi, ADeviceIsInOnePlaceAtATime) {
  ServedStation station;
  const auto first = deploy(station, "tembo", "A", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
  ASSERT_EQ(first->status, 200);
  const auto meets = deploy(station, "tembo", "B", "2026-01-31T00:00:00Z");
  EXPECT_EQ(meets->status, 409);
  EXPECT_THAT(meets->body, HasSubstr("is on A since 2026-01-01"));
  EXPECT_EQ(deploy(station, "tembo", "B", "2026-02-01T00:00:00Z")->status, 200);
  EXPECT_EQ(deploy(station, "tembo", "C", "2026-03-01T00:00:00Z")->status, 409);
  // Its own time it may change.
  const std::string path =
      "/api/v1/deployments/" + std::to_string(json::parse(first->body)["id"].get<int>());
  const json shorter{{"device", "tembo"},
                     {"animal", "A"},
                     {"from", "2026-01-05T00:00:00Z"},
                     {"to", "2026-01-20T00:00:00Z"}};
  EXPECT_EQ(station.client().Put(path, shorter.dump(), plain)->status, 200);
  EXPECT_EQ(station.client().Delete(path)->status, 204);
  EXPECT_EQ(station.client().Put(path, shorter.dump(), plain)->status, 404);
}

TEST(FleetApi, VersionsAreThoseThatTheDeviceToldAndWhen) {
  ServedStation station;
  const auto at = [](int day) { return new_year_s + 86'400U * static_cast<unsigned>(day); };
  const auto old_firmware = link::firmware_version(1, 4, 2);
  const auto new_firmware = link::firmware_version(2, 0, 63);
  station.hear("tembo", full_status(at(1), old_firmware, 3));
  station.hear("tembo", full_status(at(3), new_firmware, 3));
  station.hear("tembo", full_status(at(2), old_firmware, 2));  // late
  std::vector<std::string> all;
  const json it = station.get("/api/v1/fleet/tembo");
  for (const json& one : it["versions"]) {
    all.push_back(one["part"].get<std::string>() + " " + one["version"].get<std::string>() + " " +
                  one["since"].get<std::string>().substr(8, 2) + "-" +
                  one["last"].get<std::string>().substr(8, 2));
  }
  EXPECT_THAT(all, testing::ElementsAre("firmware 1.4.2 02-02", "firmware 2.0.63 04-04",
                                        "model  02-04", "settings  02-04", "zones 3 02-04"));
}

TEST(FleetApi, ReferenceDataComesAsMovebankHasIt) {
  ServedStation station;
  const std::string file =
      "\xEF\xBB\xBF"
      "animal-id,tag-id,animal-taxon,deploy-on-date,deploy-off-date,study-site\r\n"
      "\"Tembo, big\",A84041FFFE12AB34,Loxodonta africana,2026-01-01 06:30:00.000,,Etosha\r\n"
      "Shamba 7,soil-7,Zea mays,2026-02-01,2026-06-01 00:00,farm\r\n"
      ",spare-1,,,,\r\n";
  for (int times = 0; times < 2; ++times) {
    const auto post = station.client().Post("/api/v1/reference-data", file, "text/csv");
    ASSERT_EQ(post->status, 200) << post->body;
  }
  const std::string csv = station.client().Get("/api/v1/reference-data")->body;
  const auto rows = data::parse_csv(csv, "csv");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows.value().size(), 4U) << csv;
  EXPECT_THAT(rows.value()[0].cells, testing::IsSupersetOf({"tag-id", "animal-id", "animal-taxon",
                                                            "deploy-on-date", "deploy-off-date"}));
  const auto first = [&](std::size_t row) {
    const auto& cells = rows.value()[row].cells;
    return std::vector<std::string>(cells.begin(), cells.begin() + 5);
  };
  EXPECT_THAT(first(1), testing::ElementsAre("a84041fffe12ab34", "Tembo, big", "Loxodonta africana",
                                             "2026-01-01 06:30:00.000", ""));
  EXPECT_THAT(first(2), testing::ElementsAre("soil-7", "Shamba 7", "Zea mays",
                                             "2026-02-01 00:00:00.000", "2026-06-01 00:00:00.000"));
  EXPECT_THAT(first(3), testing::ElementsAre("spare-1", "", "", "", ""));
}

TEST(FleetApi, AWrongLineOfReferenceDataKeepsAllOfItOut) {
  ServedStation station;
  const auto post = station.client().Post(
      "/api/v1/reference-data", "tag-id,animal-id,deploy-on-date\na,A,2026-01-01\nb,B,soon\n",
      "text/csv");
  EXPECT_EQ(post->status, 400);
  EXPECT_THAT(post->body, HasSubstr("body:3: deploy-on-date: 'soon'"));
  EXPECT_EQ(station.get("/api/v1/deployments")["deployments"].size(), 0U);
  EXPECT_EQ(station.get("/api/v1/fleet")["devices"].size(), 0U);
}

TEST(FleetApi, GuestsSeeNothingAndOnlyAdminsWrite) {
  ServedStation station;
  station.hear("tembo", status_message(1, new_year_s));
  station.add_accounts();
  for (const Role role : {Role::ranger, Role::researcher, Role::guest, Role::ingest}) {
    const bool sees = role == Role::ranger || role == Role::researcher;
    for (const char* path :
         {"/api/v1/fleet", "/api/v1/fleet/tembo", "/api/v1/deployments", "/api/v1/animals",
          "/api/v1/reference-data", "/api/v1/orders", "/api/v1/devices/tembo/downlinks"}) {
      EXPECT_EQ(station.client().Get(path, station.as(role))->status, sees ? 200 : 403) << path;
    }
    EXPECT_EQ(station.client().Put("/api/v1/fleet/tembo", station.as(role), "{}", plain)->status,
              403);
    EXPECT_EQ(station.client().Post("/api/v1/orders", station.as(role), "{}", plain)->status, 403);
  }
}

}  // namespace
}  // namespace sengi::station
