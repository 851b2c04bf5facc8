// SPDX-License-Identifier: Apache-2.0
// The description and the server, held to one another: each operation is asked for, and each answer
// is what its schema says.
#include "station/openapi.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "base/files.h"
#include "station/accounts.h"
#include "station/clock.h"
#include "station/http_server.h"
#include "station/releases.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"
#include "zones/compact.h"
#include "zones/geojson.h"

namespace sengi::station {
namespace {

using nlohmann::json;

// What of JSON Schema the description uses. Returns what is wrong, or nothing.
std::string fault_in(const json& value, const json& schema, const json& all,
                     const std::string& path) {
  if (schema.contains("$ref")) {
    const std::string name = schema["$ref"];
    return fault_in(value, all["components"]["schemas"][name.substr(name.rfind('/') + 1)], all,
                    path);
  }
  if (value.is_null()) return schema.value("nullable", false) ? "" : fmt::format("{}: null", path);
  if (schema.contains("allOf")) return fault_in(value, schema["allOf"][0], all, path);
  if (!schema.contains("type")) return "";  // anything
  const std::string type = schema["type"];
  const bool right = type == "object"    ? value.is_object()
                     : type == "array"   ? value.is_array()
                     : type == "string"  ? value.is_string()
                     : type == "integer" ? value.is_number_integer()
                     : type == "number"  ? value.is_number()
                                         : value.is_boolean();
  if (!right) return fmt::format("{}: no {}", path, type);
  if (schema.value("format", "") == "date-time" && !from_rfc3339(value.get<std::string>()).ok()) {
    return fmt::format("{}: no time", path);
  }
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
    return fmt::format("{}: not of the enumeration", path);
  }
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name)) return fmt::format("{}: without {}", path, name.dump());
  }
  if (schema.contains("properties")) {
    for (const auto& [name, one] : value.items()) {
      if (!schema["properties"].contains(name))
        return fmt::format("{}: {} is not described", path, name);
      const auto fault =
          fault_in(one, schema["properties"][name], all, fmt::format("{}.{}", path, name));
      if (!fault.empty()) return fault;
    }
  }
  if (type == "array") {
    for (const json& one : value) {
      const auto fault = fault_in(one, schema["items"], all, fmt::format("{}[]", path));
      if (!fault.empty()) return fault;
    }
  }
  return "";
}

// A path with a device and an alert that are there.
std::string filled(const std::string& path) {
  const std::string device =
      std::regex_replace(std::regex_replace(path, std::regex("\\{device\\}"), "tembo"),
                         std::regex("\\{animal\\}"), "Tembo");
  const std::string one = std::regex_replace(device, std::regex("\\{id\\}"), "1");
  return std::regex_replace(one, std::regex("\\{call\\}"), "5");
}

Settings farm() {
  Settings settings;
  settings.irrigation.sensors = {0};
  return settings;
}

class OpenApi : public testing::Test {
 protected:
  OpenApi()
      : folder_(std::move(TemporaryFolder::make()).value()),
        store_(std::move(Store::open(folder_.path())).value()),
        intake_(store_),
        watch_(std::move(Watch::make(store_, settings_, now_ms())).value()),
        server_(std::move(HttpServer::start({"127.0.0.1", 0},
                                            {intake_, folder_.path() / database_name,
                                             [this](std::int64_t id, const std::string& who) {
                                               return intake_.alone([&](Store&) {
                                                 return watch_->alerts().acknowledge(id, who,
                                                                                     now_ms());
                                               });
                                             },
                                             settings_.irrigation}))
                    .value()),
        client_("127.0.0.1", server_.port()),
        api_(json::parse(openapi())) {}

  // Signed by a key that the station trusts.
  std::string signed_release() {
    const ReleaseKeys keys = make_release_keys().value();
    Releases releases(store_.database(), settings_.downlinks);
    EXPECT_TRUE(releases.trust(keys.of_all.substr(0, 8), keys.of_all, now_ms()).ok());
    const auto fields = zones::parse_geojson(body_of("/api/v1/zones"), "", {.kinds = geo::farm});
    const auto content = zones::to_compact(fields.value().map);
    return sign_release({link::BlobKind::zones, "fields", content.value()}, keys.secret).value();
  }

  std::string body_of(const std::string& path) {
    if (path == "/api/v1/releases") return release_;
    if (path == "/api/v1/zones") {
      return R"({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]})";
    }
    if (path == "/api/v1/fleet/tembo") return R"({"owner": "Park", "kind": "collar"})";
    if (path == "/api/v1/deployments/1") {
      return R"({"device": "tembo", "animal": "Tembo", "from": "2026-01-01T00:00:00Z",
                 "to": "2026-02-01T00:00:00Z"})";
    }
    if (path == "/api/v1/deployments") {
      return R"({"device": "tembo", "animal": "Tembo", "from": "2026-02-01T00:00:00Z"})";
    }
    if (path == "/api/v1/orders") return R"({"device": "tembo", "kind": "zones"})";
    if (path == "/api/v1/reference-data") return "tag-id,animal-id\nndovu,Ndovu\n";
    const auto now_s = static_cast<std::uint32_t>(now_ms() / 1000);
    if (path == "/api/v1/uplinks")
      return plain_uplink("tembo", 26, status_message(9, now_s, 3'000));
    return "";
  }

  httplib::Result ask(const std::string& method, const std::string& path) {
    if (method == "get") return client_.Get(path);
    if (method == "delete") return client_.Delete(path);
    if (method == "put")
      return client_.Put(path, body_of(path.substr(0, path.find('?'))), "application/json");
    return client_.Post(path, body_of(path), "application/json");
  }

  void check(const std::string& what, const httplib::Result& answer, const json& operation) {
    ASSERT_TRUE(answer) << what;
    const std::string status = std::to_string(answer->status);
    ASSERT_TRUE(operation["responses"].contains(status)) << what << " answers " << status;
    const json& response = operation["responses"][status];
    if (!response.contains("content")) return;
    const std::string type = answer->get_header_value("Content-Type");
    const std::string plain = type.substr(0, type.find(';'));
    ASSERT_TRUE(response["content"].contains(plain)) << what << " " << plain;
    if (!plain.ends_with("json")) return;
    EXPECT_EQ(fault_in(json::parse(answer->body), response["content"][plain]["schema"], api_, ""),
              "")
        << what << "\n"
        << answer->body;
  }

  TemporaryFolder folder_;
  Settings settings_ = farm();
  Store store_;
  Intake intake_;
  std::unique_ptr<Watch> watch_;
  HttpServer server_;
  httplib::Client client_;
  json api_;
  std::string release_;
};

TEST_F(OpenApi, IsServed) {
  EXPECT_EQ(json::parse(client_.Get("/api/v1/openapi.json")->body), api_);
}

TEST_F(OpenApi, EveryOperationAnswersAsDescribed) {
  const auto now_s = static_cast<std::uint32_t>(now_ms() / 1000);
  client_.Post("/api/v1/uplinks", plain_uplink("tembo", 26, status_message(1, now_s, 3'000)),
               "application/json");
  client_.Post("/api/v1/uplinks", plain_uplink("tembo", 23, position_message(now_s, 1, 2)),
               "application/json");
  client_.Post("/api/v1/uplinks", chirpstack_uplink("tembo", 1, 7, {1, 2}), "application/json");
  const link::SensorReading moisture[] = {{link::Quantity::soil_moisture, 0, 1500},
                                          {link::Quantity::soil_moisture, 1, link::no_value}};
  link::Bytes readings(link::message_bytes_max);
  readings.resize(link::encode_readings({2, true, now_s}, moisture, readings).bytes);
  client_.Post("/api/v1/uplinks", plain_uplink("tembo", 26, readings), "application/json");
  EXPECT_EQ(json::parse(client_.Get("/api/v1/water")->body)["fields"].size(), 1U);
  EXPECT_EQ(json::parse(client_.Get("/api/v1/devices/tembo/readings")->body)["readings"].size(),
            2U);
  client_.Post("/api/v1/uplinks", plain_uplink("tembo", 24, call_message(3, now_s - 60)),
               "application/json");
  client_.Post("/api/v1/uplinks", plain_uplink("tembo", 24, clip_piece(3, 0, 0)),
               "application/json");
  EXPECT_EQ(json::parse(client_.Get("/api/v1/devices/tembo/calls")->body)["calls"][0]["id"], 5);
  EXPECT_EQ(json::parse(client_.Get("/api/v1/positions")->body)["features"].size(), 1U);
  client_.Put("/api/v1/zones?kind=farm", body_of("/api/v1/zones"), "application/json");
  client_.Post("/api/v1/deployments", body_of("/api/v1/deployments/1"), "application/json");
  client_.Post("/api/v1/orders",
               R"({"device": "tembo", "kind": "settings", "settings": {"clips_a_day": 3}})",
               "application/json");
  release_ = signed_release();
  client_.Post("/api/v1/releases", release_, "application/octet-stream");
  client_.Post("/api/v1/releases/1/hold", "", "application/json");
  int operations = 0;
  // What is there first goes last.
  std::vector<std::pair<std::string, std::string>> all;
  for (const bool removes : {false, true}) {
    for (const auto& [path, methods] : api_["paths"].items()) {
      for (const auto& [method, operation] : methods.items()) {
        if ((method == "delete") == removes) all.emplace_back(path, method);
      }
    }
  }
  for (const auto& [path, method] : all) {
    const json& operation = api_["paths"][path][method];
    ++operations;
    if (path == "/api/v1/live") continue;  // does not end: live_test.cpp
    const std::string real = filled(path) + (method == "put" ? "?kind=farm" : "");
    const auto answer = ask(method, real);
    check(fmt::format("{} {}", method, real), answer, operation);
    const bool needs_body = path == "/api/v1/sessions" && method == "post";
    EXPECT_EQ(answer->status / 100, needs_body ? 4 : 2) << method << " " << real;
  }
  EXPECT_EQ(operations, 45);
}

TEST_F(OpenApi, EveryOperationRefusesStrangersAsDescribed) {
  ASSERT_TRUE(Accounts(store_.database()).add_program("chirpstack", Role::ingest, 0).ok());
  for (const auto& [path, methods] : api_["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (operation.contains("security")) continue;  // open to all
      const std::string real = filled(path);
      const auto answer = ask(method, real);
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, 401) << method << " " << path;
      check(fmt::format("{} {}", method, path), answer, operation);
    }
  }
}

}  // namespace
}  // namespace sengi::station
