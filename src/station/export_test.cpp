// SPDX-License-Identifier: Apache-2.0
#include "station/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "data/csv.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A name that would break out of CSV and JSON.
const std::string odd_name = "Tembo, \"the\nold\" one";

class ExportTest : public testing::Test {
 protected:
  ExportTest()
      : folder_(std::move(TemporaryFolder::make()).value()),
        store_(std::move(Store::open(folder_.path())).value()),
        watch_(std::move(Watch::make(store_, settings_, now_ms_)).value()) {
    hear("a1", position_message(new_year_s - 120, 12'345'678, 201'234'567));
    hear("a1", position_message(new_year_s - 60, -5, 3));
    hear("b2", status_message(4, new_year_s - 30, 3'000));
  }

  void hear(const std::string& device, const link::Bytes& payload) {
    Received received;
    received.network = "sengi";
    received.device = device;
    received.name = device == "a1" ? odd_name : "";
    received.port = link::port_of(payload[0]);
    received.payload = payload;
    received.rssi_dbm = -97;
    received.snr_db = 4.25;
    const Arrival arrival = std::move(received);
    ASSERT_TRUE(store_.keep({&arrival, 1}, now_ms_).ok());
  }

  std::string exported(const ExportAsked& asked) {
    std::string text;
    const auto rows = export_rows(store_.database(), asked, [&](std::string_view piece) {
      text += piece;
      return Result<void>();
    });
    return rows.ok() ? text : "fault: " + rows.error().message;
  }
  std::vector<std::vector<std::string>> cells(const ExportAsked& asked) {
    const auto rows = data::parse_csv(exported(asked), "exported.csv");
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    std::vector<std::vector<std::string>> all;
    for (const auto& row : rows.value()) all.push_back(row.cells);
    return all;
  }

  std::int64_t now_ms_ = std::int64_t{new_year_s} * 1000;
  Settings settings_;
  TemporaryFolder folder_;
  Store store_;
  std::unique_ptr<Watch> watch_;
};

TEST_F(ExportTest, PositionsAreCsvGeoJsonAndMovebank) {
  const auto csv = cells({});
  ASSERT_EQ(csv.size(), 3U);
  EXPECT_THAT(csv[0], ElementsAre("device", "name", "time", "latitude", "longitude"));
  EXPECT_EQ(csv[1][0], "a1");
  EXPECT_EQ(csv[1][1], odd_name);
  EXPECT_EQ(csv[1][2], "2025-12-31T23:58:00Z");
  EXPECT_NEAR(std::stod(csv[1][3]), 1.2345678, 2e-5);  // as exact as the message has it
  EXPECT_NEAR(std::stod(csv[1][4]), 20.1234567, 2e-5);

  const auto movebank = cells({ExportOf::positions, ExportForm::movebank});
  EXPECT_THAT(movebank[0],
              ElementsAre("individual-local-identifier", "tag-local-identifier", "timestamp",
                          "location-lat", "location-long", "sensor-type"));
  EXPECT_EQ(movebank[2][2], "2025-12-31 23:59:00.000");
  EXPECT_EQ(movebank[2][5], "gps");

  const auto geojson = nlohmann::json::parse(exported({ExportOf::positions, ExportForm::geojson}));
  ASSERT_EQ(geojson["features"].size(), 2U);
  EXPECT_EQ(geojson["features"][0]["properties"]["name"], odd_name);
  EXPECT_NEAR(geojson["features"][0]["geometry"]["coordinates"][0].get<double>(), 20.12346, 2e-5);
}

TEST_F(ExportTest, OfADeviceAndATime) {
  ExportAsked asked;
  asked.device = "a1";
  asked.from_ms = now_ms_ - 90'000;
  EXPECT_EQ(cells(asked).size(), 2U);
  asked.to_ms = asked.from_ms;
  EXPECT_EQ(cells(asked).size(), 1U);  // the names of the columns
  asked.device = "nobody";
  EXPECT_THAT(exported(asked), HasSubstr("fault: nobody"));
  EXPECT_EQ(
      nlohmann::json::parse(exported({ExportOf::positions, ExportForm::geojson, "b2"}))["features"],
      nlohmann::json::array());
}

TEST_F(ExportTest, UplinksReadingsAndAlertsAreCsv) {
  const auto uplinks = cells({ExportOf::uplinks});
  ASSERT_EQ(uplinks.size(), 4U);
  EXPECT_EQ(uplinks[3][0], "b2");
  EXPECT_EQ(link::from_hex(uplinks[3][7]).value(), status_message(4, new_year_s - 30, 3'000));
  EXPECT_EQ(uplinks[3][12], "-97");
  EXPECT_EQ(uplinks[3][13], "4.25");
  const auto alerts = cells({ExportOf::alerts});
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[1][2], "battery");
  EXPECT_EQ(nlohmann::json::parse(alerts[1][11])["battery_mv"], 3'000);
  const link::SensorReading moisture{link::Quantity::soil_moisture, 2, 940};
  link::Bytes frame(link::message_bytes_max);
  frame.resize(link::encode_readings({9, true, new_year_s - 10}, {&moisture, 1}, frame).bytes);
  hear("c3", frame);
  const auto readings = cells({ExportOf::readings});
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_THAT(readings[1], ElementsAre("c3", "", "2025-12-31T23:59:50Z", "soil_moisture", "2",
                                       "0.094", "m3/m3", ""));
  EXPECT_THAT(exported({ExportOf::alerts, ExportForm::geojson}), HasSubstr("only positions"));
}

TEST_F(ExportTest, WhatCannotBeWrittenEndsIt) {
  const auto rows = export_rows(store_.database(), {}, [](std::string_view) -> Result<void> {
    return Error{"the disk is full"};
  });
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().message, "the disk is full");
}

}  // namespace
}  // namespace sengi::station
