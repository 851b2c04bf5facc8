// SPDX-License-Identifier: Apache-2.0
#include "link/uplink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "link/downlinks.h"
#include "link/random_uplinks.h"

namespace sengi::link {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

json decoded(const std::string& hex, std::optional<int> port = {}) {
  const auto uplink = decode_uplink(from_hex(hex).value(), port);
  return uplink.ok() ? json::parse(to_json(uplink.value())) : json(uplink.error().message);
}

TEST(Uplink, ReadsTheExamplesOfTheSpecification) {
  EXPECT_EQ(decoded("9D0F1C04C8AD4A0306A65F5C7CC0BC4536", 24), json::parse(R"({
    "message": "event", "sequence": 7, "clock_set": true, "time": "2026-01-01T00:00:00Z",
    "kind": "zone_warning", "zone": 12, "probability_percent": 83, "minutes_to_entry": 95,
    "latitude": 15.6535, "longitude": -2.160175})"));
  EXPECT_EQ(decoded("9D092804C8AD4A3B090D00"), json::parse(R"({
    "message": "event", "sequence": 10, "clock_set": true, "time": "2026-01-01T00:00:00Z",
    "kind": "reset", "cause": "brown_out", "boots": 417})"));
  EXPECT_EQ(decoded("9E0B2C04C8AD4A0364024F4B00"), json::parse(R"({
    "message": "budget", "sequence": 11, "clock_set": true, "time": "2026-01-01T00:00:00Z",
    "first_class": 0, "minutes": [612, 480, 301]})"));
  EXPECT_EQ(decoded("9F1D3004C8AD4A13B9C1808310040009001100415100A10183079092F0FF0F"),
            json::parse(R"({
    "message": "status", "sequence": 12, "clock_set": true, "time": "2026-01-01T00:00:00Z",
    "battery_mv": 3652, "temperature_c": 31, "errors": ["gps", "lost"], "firmware": "1.2.3",
    "model_version": 4, "zones_version": 9, "settings_version": 17, "waiting": 321, "lost": 5,
    "boots": 417, "charge_uah": [1200, 23450, 655350]})"));
  EXPECT_EQ(decoded("96141804C8AD4A13B8F880798B6C5E1EFCD208E52B0E", 23), json::parse(R"({
    "message": "positions", "sequence": 6, "clock_set": true, "time": "2026-01-01T00:00:00Z",
    "positions": [
      {"time": "2026-01-01T00:00:00Z", "latitude": 15.6535, "longitude": -2.160175},
      {"time": "2026-01-01T01:00:00Z", "latitude": 15.654525, "longitude": -2.160075},
      {"time": "2026-01-01T03:00:00Z", "latitude": 15.6571, "longitude": -2.163}]})"));
  EXPECT_EQ(decoded("FB09C36DC1B9F880798B6C", 8), json::parse(R"({
    "message": "position", "sequence": 3, "clock_set": true, "time": "2026-01-01T00:00:00Z",
    "latitude": 15.6535, "longitude": -2.160175})"));
  EXPECT_EQ(decoded("EE081424200100052007", 17), json::parse(R"({
    "message": "reply", "sequence": 5, "kind": "zones", "state": "receiving", "reason": "none",
    "version": 9, "first": 40, "shown": 5, "missing": [40, 43, 44]})"));
}

TEST(Uplink, ReadsOpenCollarEdge) {
  // 1,700,000,000 s, -191548040 and 157281955 in little endian.
  const std::string place = "00F15365783595F4A3EE5F09";
  EXPECT_EQ(decoded("930E" + place + "0C00", 13), json::parse(R"({
    "message": "opencollar_short_location", "time": "2023-11-14T22:13:20Z",
    "latitude": -19.1548040, "longitude": 15.7281955, "accuracy": 12})"));
  EXPECT_EQ(decoded("950E" + place + "0C00")["message"], "opencollar_resent_location");
  EXPECT_EQ(decoded("9B0E" + place + "0C00", 22)["message"], "opencollar_ping");
  EXPECT_EQ(
      decoded("F21E 01 02 03 1000 783595F4 A3EE5F09 40E20100 03 09 1900 0B 00F15365 01 5B68 05", 2),
      json::parse(R"({
    "message": "opencollar_location", "time": "2023-11-14T22:13:20Z", "success": 1,
    "hot_retries": 2, "cold_retries": 3, "time_to_fix": 16, "latitude": -19.1548040,
    "longitude": 15.7281955, "altitude_m": 123.456, "fix_type": 3, "satellites": 9,
    "accuracy": 25, "pdop": 11, "active_tracking": 1, "course_deg": 54.0,
    "speed_km_h": 18.0})"));
  const json status = decoded("F40E 02 48 6E 52 FF 07 00 FF 80 16 73 12 05 35", 4);
  EXPECT_EQ(status["errors"], json::array({"acc", "flash"}));
  EXPECT_EQ(status["battery_mv"], 3600);
  EXPECT_EQ(status["charger_mv"], 5500);
  EXPECT_EQ(status["temperature_c"], 100.0);
  EXPECT_EQ(status["acceleration"][0], -100.0);
  EXPECT_EQ(status["locked"], true);
  EXPECT_EQ(status["satellites"], 5);
  EXPECT_EQ(status["hardware"], "1.6");
  EXPECT_EQ(status["firmware"], "7.3");
  EXPECT_EQ(status["hardware_type"], 2);
  EXPECT_EQ(status["fence"], true);
  EXPECT_EQ(decoded("9206 00 2D 8813 E803", 12), json::parse(R"({
    "message": "opencollar_fence", "result": 0, "pulses": 45, "voltage": 5000, "energy": 1000})"));
  EXPECT_EQ(decoded("970400F15365", 18)["time"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(decoded("990501E8030000", 19)["duration_ms"], 1000);
  EXPECT_EQ(decoded("990501E8030000", 20)["activations"], 1000);
  EXPECT_EQ(decoded("990502E8030000", 20)["impulses"], 1000);
  EXPECT_EQ(decoded("F103AABBCC", 1)["nav"], "AABBCC");
  EXPECT_EQ(decoded("9A16 0000C842 0000B841 0010C547 00004842 0000803F", 21), json::parse(R"({
    "message": "opencollar_air_quality", "air_quality_index": 100.0, "temperature_c": 23.0,
    "pressure_pa": 100896.0, "humidity_percent": 50.0, "gas_resistance_ohm": 1.0})"));
  EXPECT_EQ(decoded("2A020102", 32), json::parse(R"({
    "message": "opencollar_commands", "records": [{"id": "0x2A", "bytes": "0102"}]})"));
  const json log = decoded("12 9704 00F15365 01000000  1D FF00 02000000  3F 1100 03000000", 29);
  ASSERT_EQ(log["entries"].size(), 3U);
  EXPECT_EQ(log["entries"][0]["data"]["time"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(log["entries"][0]["time"], "1970-01-01T00:00:01Z");
  EXPECT_EQ(log["entries"][1]["bytes"], "FF00");
  EXPECT_THAT(std::string(log["entries"][2]["error"]), StartsWith("byte 0: no message"));
}

TEST(Uplink, SaysWhichByteIsWrong) {
  EXPECT_THAT(decoded(""), HasSubstr("byte 0: the message ends"));
  EXPECT_THAT(decoded("9D"), HasSubstr("byte 1: the message ends"));
  EXPECT_THAT(decoded("42000000"), HasSubstr("byte 0: no message of Sengi"));
  EXPECT_THAT(decoded("9D091C04C8AD4A0306A65F", 23), HasSubstr("byte 0: no message"));
  EXPECT_THAT(decoded("9D0A1C04C8AD4A0306A65F"), HasSubstr("byte 1: not the number of bytes"));
  EXPECT_THAT(decoded("9D081C04C8AD4A0306A6"), HasSubstr("byte 10: the message ends"));
  EXPECT_THAT(decoded("9D091D04C8AD4A0306A65F"), HasSubstr("byte 2: a version"));
  // 127 % in the probability.
  EXPECT_THAT(decoded("9D091C04C8AD4A0306FE5F"), HasSubstr("byte 7: the field"));
  EXPECT_THAT(decoded("9E0B2C04C8AD4A0364024F4B80"), HasSubstr("byte 12: bits that must be zero"));
  EXPECT_THAT(decoded("F40E00", 4), HasSubstr("byte 1: not the number"));
}

TEST(Uplink, AnyBytesAreAMessageOrAFaultThatNamesAByteOfIt) {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    auto [bytes, port] = random_uplink(random);
    damage(bytes, random);
    const auto uplink = decode_uplink(bytes, port);
    if (uplink.ok()) {
      EXPECT_FALSE(to_json(uplink.value()).empty());
      continue;
    }
    int byte = -1;
    ASSERT_EQ(std::sscanf(uplink.error().message.c_str(), "byte %d: ", &byte), 1);
    ASSERT_GE(byte, 0);
    ASSERT_LE(byte, std::max<int>(static_cast<int>(bytes.size()), 1));
  }
}

TEST(Utc, CountsDaysAsTheCalendarDoes) {
  EXPECT_EQ(utc(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc(951'782'400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(utc(1'709'251'199), "2024-02-29T23:59:59Z");
  EXPECT_EQ(utc(0xFFFFFFFF), "2106-02-07T06:28:15Z");
}

TEST(Text, HexAndBase64ComeBack) {
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    const Bytes bytes = random_bytes(random, random() % 60);
    EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
  }
  // RFC 4648, section 10.
  const std::string foobar = "foobar";
  const std::vector<std::string> coded = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                          "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
  for (std::size_t i = 0; i < coded.size(); ++i) {
    const Bytes bytes(foobar.begin(), foobar.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(to_base64(bytes), coded[i]);
    EXPECT_EQ(from_base64(coded[i]).value(), bytes);
  }
  EXPECT_EQ(from_hex(" 0x9d:0A-ff 00\n").value(), (Bytes{0x9D, 0x0A, 0xFF, 0}));
  EXPECT_EQ(from_text("nQkc").value(), (Bytes{0x9D, 0x09, 0x1C}));
  EXPECT_THAT(from_hex("9G").error().message, HasSubstr("'G' at character 2"));
  EXPECT_THAT(from_hex("9").error().message, HasSubstr("half a byte"));
  EXPECT_THAT(from_base64("Zg=v").error().message, HasSubstr("character 4"));
  EXPECT_THAT(from_base64("Zgggg").error().message, HasSubstr("cut short"));
}

TEST(Downlinks, SendOnlyWhatAReplySaysIsMissing) {
  std::mt19937 random(3);
  const Bytes blob = random_bytes(random, 500);
  const auto frames = transfer_frames(BlobKind::zones, 4, blob).value();
  ASSERT_EQ(frames.size(), 1 + 12 + 1U);
  for (const Bytes& frame : frames) EXPECT_LE(frame.size(), downlink_bytes_max);
  Reply reply;
  reply.kind = BlobKind::zones;
  reply.version = 4;
  reply.first = 3;
  reply.shown = 9;
  reply.set_missing(0);
  reply.set_missing(8);
  const auto missing = missing_frames(frames, reply).value();
  ASSERT_EQ(missing.size(), 3U);
  EXPECT_EQ(missing[0], frames[1 + 3]);
  EXPECT_EQ(missing[1], frames[1 + 11]);
  EXPECT_EQ(missing[2], frames.back());
  reply.version = 5;
  EXPECT_FALSE(missing_frames(frames, reply).ok());
  for (const std::size_t room : {11U, 20U, 33U}) {
    const auto small = transfer_frames(BlobKind::zones, 4, blob, room).value();
    for (const Bytes& frame : small) EXPECT_LE(frame.size(), room);
  }
}

TEST(Downlinks, SayWhatIsWrongWithThem) {
  const auto fault = [](const std::map<std::string, std::int32_t>& settings) {
    const auto frame = settings_frame(1, settings);
    return frame.ok() ? std::string() : frame.error().message;
  };
  EXPECT_THAT(fault({{"gps_interval_mins", 600}}), HasSubstr("did you mean gps_interval_min_s?"));
  EXPECT_THAT(fault({{"gps_interval_min_s", 59}}), HasSubstr("is 59; it must be from 60 to 86400"));
  EXPECT_THAT(fault({{"listen_on_s", 600}, {"listen_period_s", 300}}),
              HasSubstr("listen_on_s must not be above listen_period_s"));
  EXPECT_THAT(fault({}), HasSubstr("0 settings"));
  EXPECT_EQ(fault({{"gps_interval_min_s", 600}}), "");
  EXPECT_FALSE(settings_frame(0, {{"gps_interval_min_s", 600}}).ok());
  EXPECT_FALSE(transfer_frames(BlobKind::zones, 1, {}).ok());
  EXPECT_FALSE(transfer_frames(BlobKind::zones, 1, Bytes(10), 10).ok());
  EXPECT_FALSE(transfer_frames(BlobKind::zones, 1, Bytes(300'000), 11).ok());
  EXPECT_FALSE(order_frame(Operation::confirm, BlobKind::zones, 0).ok());
}

}  // namespace
}  // namespace sengi::link
