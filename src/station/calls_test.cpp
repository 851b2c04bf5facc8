// SPDX-License-Identifier: Apache-2.0
#include "station/calls.h"

#include <gtest/gtest.h>

#include "station/served_station_for_tests.h"

namespace sengi::station {
namespace {

using nlohmann::json;

constexpr int minute_s = 60;

std::uint32_t now_s() { return static_cast<std::uint32_t>(now_ms() / 1000); }

json calls(ServedStation& station, const std::string& device) {
  return station.get("/api/v1/devices/" + device + "/calls")["calls"];
}

int status_of(ServedStation& station, const std::string& path) {
  const auto answer = station.client().Get(path);
  return answer ? answer->status : 0;
}

std::uint32_t little(const std::string& bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = count; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

TEST(Calls, AreListedNewestFirstWithWhatCameOfTheirSound) {
  ServedStation station;
  station.hear("tembo", call_message(6, now_s() - 10 * minute_s));
  station.hear("tembo", status_message(1, now_s()));
  station.hear("tembo", call_message(7, now_s() - 5 * minute_s));
  station.hear("tembo", clip_piece(263, 2, 2));  // 263 is 7 and 256
  station.hear("tembo", clip_piece(263, 0, 2));
  station.hear("tembo", clip_piece(263, 0, 2, 1));
  station.hear("ndovu", clip_piece(262, 0, 2));
  const json heard = calls(station, "tembo");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0]["call_class"], 2);
  EXPECT_EQ(heard[0]["score"], 201);
  EXPECT_EQ(heard[0]["duration_s"], 3.7);
  EXPECT_EQ(heard[0]["clip"], (json{{"number", 263}, {"pieces", 2}, {"of", 3}}));
  EXPECT_TRUE(heard[1]["clip"].is_null()) << "that piece is another device's";
}

TEST(Calls, ACountThatBeginsAnewIsNotTheOldCallsSound) {
  ServedStation station;
  station.hear("tembo", call_message(7, now_s() - 3 * 24 * 3600));
  station.hear("tembo", call_message(7, now_s() - minute_s));
  station.hear("tembo", clip_piece(7, 0, 0));
  station.hear("tembo", clip_piece(263, 0, 0));  // the older's cannot come any more
  const json heard = calls(station, "tembo");
  EXPECT_EQ(heard[0]["clip"]["number"], 7);
  EXPECT_TRUE(heard[1]["clip"].is_null());
}

TEST(Calls, APieceIsNotOfACallAWeekAgoNorOfALaterOne) {
  ServedStation station;
  station.hear("tembo", call_message(1, now_s() - 8 * 24 * 3600));
  station.hear("tembo", clip_piece(1, 0, 0));
  EXPECT_TRUE(calls(station, "tembo")[0]["clip"].is_null());
}

TEST(Calls, TheSoundIsAWavFileThatBrowsersPlay) {
  ServedStation station;
  station.hear("tembo", call_message(9, now_s() - minute_s));
  station.hear("tembo", clip_piece(9, 1, 2, 1000));
  const std::string id = calls(station, "tembo")[0]["id"].dump();
  const std::string path = "/api/v1/devices/tembo/calls/" + id + "/sound";
  const auto slow = station.client().Get(path);
  ASSERT_EQ(slow->status, 200);
  EXPECT_EQ(slow->get_header_value("Content-Type"), "audio/wav");
  EXPECT_EQ(slow->body.substr(0, 4), "RIFF");
  EXPECT_EQ(little(slow->body, 4, 4), slow->body.size() - 8);
  EXPECT_EQ(slow->body.substr(8, 8), "WAVEfmt ");
  EXPECT_EQ(little(slow->body, 24, 4), 8000U);
  // 27 samples at 2 kHz are 108 at 8 kHz.
  EXPECT_EQ(little(slow->body, 40, 4), 2U * 27 * 4);

  // At a rate that needs no other: silence, the piece that came, silence.
  const auto fast = station.client().Get(path + "?rate_hz=16000");
  ASSERT_EQ(fast->status, 200);
  EXPECT_EQ(little(fast->body, 24, 4), 16'000U);
  ASSERT_EQ(fast->body.size(), 44U + 2 * 27);
  EXPECT_EQ(little(fast->body, 44 + 2 * 8, 2), 0U);
  EXPECT_EQ(little(fast->body, 44 + 2 * 9, 2), 1000U);
  EXPECT_EQ(little(fast->body, 44 + 2 * 18, 2), 0U);
}

TEST(Calls, APieceThatWasBentLeavesTheOthersToBeHeard) {
  ServedStation station;
  station.hear("tembo", call_message(9, now_s() - minute_s));
  link::Bytes bent = clip_piece(9, 0, 2, 1000);
  bent[link::header_bytes + 4 + 2] = 200;  // a step's index goes up to 88
  station.hear("tembo", bent);
  station.hear("tembo", clip_piece(9, 1, 2, 1000));
  station.hear("tembo", clip_piece(9, 2, 5, 1000));  // of six, where the first was of three
  const json call = calls(station, "tembo")[0];
  EXPECT_EQ(call["clip"], (json{{"number", 9}, {"pieces", 2}, {"of", 3}}));
  const auto wav = station.client().Get("/api/v1/devices/tembo/calls/" + call["id"].dump() +
                                        "/sound?rate_hz=8000");
  ASSERT_EQ(wav->status, 200);
  ASSERT_EQ(wav->body.size(), 44U + 2 * 27);
  EXPECT_EQ(little(wav->body, 44, 2), 0U);
  EXPECT_EQ(little(wav->body, 44 + 2 * 9, 2), 1000U);
}

TEST(Calls, WhatIsNotThereIsRefused) {
  ServedStation station;
  station.hear("tembo", status_message(1, now_s()));
  station.hear("tembo", call_message(9, now_s() - minute_s));
  EXPECT_EQ(status_of(station, "/api/v1/devices/nobody/calls"), 404);
  EXPECT_EQ(status_of(station, "/api/v1/devices/nobody/calls/1/sound"), 404);
  EXPECT_EQ(status_of(station, "/api/v1/devices/tembo/calls/1/sound"), 404) << "no call";
  EXPECT_EQ(status_of(station, "/api/v1/devices/tembo/calls/2/sound"), 404) << "no piece";
  EXPECT_EQ(status_of(station, "/api/v1/devices/tembo/calls/99/sound"), 404);
  EXPECT_EQ(status_of(station, "/api/v1/devices/tembo/calls/2/sound?rate_hz=99"), 400);
  EXPECT_EQ(status_of(station, "/api/v1/devices/tembo/calls?limit=x"), 400);
}

TEST(Calls, AGuestHearsNone) {
  ServedStation station;
  station.hear("tembo", call_message(9, now_s() - minute_s));
  station.add_accounts();
  for (const auto& [role, status] : {std::pair{Role::guest, 403}, {Role::ranger, 200}}) {
    const auto answer = station.client().Get("/api/v1/devices/tembo/calls", station.as(role));
    EXPECT_EQ(answer->status, status);
  }
}

}  // namespace
}  // namespace sengi::station
