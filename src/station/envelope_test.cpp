// SPDX-License-Identifier: Apache-2.0
#include "station/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "station/clock.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;

std::string fault_of(std::string_view json) {
  const auto received = parse_envelope(json);
  return received.ok() ? "" : received.error().message;
}

std::string without(std::string text, const std::string& part, const std::string& instead = "") {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), instead);
}

const link::Bytes payload = {0x9F, 0x09, 0x30};

TEST(Envelope, ReadsChirpStack) {
  const auto received = parse_envelope(chirpstack_uplink("A84041FFFE12AB34", 17, 26, payload));
  ASSERT_TRUE(received.ok()) << received.error().message;
  const Received& r = received.value();
  EXPECT_EQ(r.network, "chirpstack");
  EXPECT_EQ(r.device, "a84041fffe12ab34");
  EXPECT_EQ(r.name, "Tembo");
  EXPECT_EQ(r.session, "01a2b3c4");
  EXPECT_EQ(r.counter, 17);
  EXPECT_EQ(r.port, 26);
  EXPECT_EQ(r.payload, payload);
  EXPECT_EQ(r.heard_ms, std::int64_t{new_year_s} * 1000 + 1250);
  EXPECT_EQ(r.gateways, 2);
  EXPECT_EQ(r.rssi_dbm, -97);
  EXPECT_EQ(r.snr_db, 4.25);
}

TEST(Envelope, ReadsTheThingsStack) {
  const auto received = parse_envelope(things_stack_uplink("A84041FFFE12AB34", 17, 26, payload));
  ASSERT_TRUE(received.ok()) << received.error().message;
  const Received& r = received.value();
  EXPECT_EQ(r.network, "the-things-stack");
  EXPECT_EQ(r.device, "a84041fffe12ab34");
  EXPECT_EQ(r.name, "tembo");
  EXPECT_EQ(r.session, "AZ+x");
  EXPECT_EQ(r.counter, 17);
  EXPECT_EQ(r.port, 26);
  EXPECT_EQ(r.payload, payload);
  EXPECT_EQ(r.heard_ms, std::int64_t{new_year_s} * 1000 + 1250);
  EXPECT_EQ(r.gateways, 1);
  EXPECT_EQ(r.rssi_dbm, -101);
}

TEST(Envelope, ReadsOurOwn) {
  const auto received =
      parse_envelope(R"({"device":"station 4","name":"Low field","session":"b","counter":3,)"
                     R"("time":"2026-01-01T03:00:00+03:00","port":26,"payload":"nwkw"})");
  ASSERT_TRUE(received.ok()) << received.error().message;
  EXPECT_EQ(received.value().device, "station 4");
  EXPECT_EQ(received.value().heard_ms, std::int64_t{new_year_s} * 1000);
  EXPECT_EQ(received.value().counter, 3);
  EXPECT_EQ(received.value().payload, payload);
}

// Networks leave out what is zero, and send frames that carry nothing for us.
TEST(Envelope, ZeroesAreLeftOut) {
  std::string text = chirpstack_uplink("a84041fffe12ab34", 0, 26, {});
  text = without(without(without(text, R"("fCnt":0,)"), R"("fPort":26,)"), R"("data":"",)");
  const auto received = parse_envelope(text);
  ASSERT_TRUE(received.ok()) << received.error().message;
  EXPECT_EQ(received.value().counter, 0);
  EXPECT_EQ(received.value().port, 0);
  EXPECT_TRUE(received.value().payload.empty());
}

TEST(Envelope, WithoutEuiTheNameIsTheDevice) {
  const std::string text = without(things_stack_uplink("A84041FFFE12AB34", 1, 26, payload),
                                   R"("dev_eui":"A84041FFFE12AB34",)");
  ASSERT_TRUE(parse_envelope(text).ok());
  EXPECT_EQ(parse_envelope(text).value().device, "tembo");
}

TEST(Envelope, FaultsNameTheField) {
  const std::string good = chirpstack_uplink("a84041fffe12ab34", 17, 26, payload);
  EXPECT_EQ(fault_of(good), "");
  EXPECT_THAT(fault_of(""), HasSubstr("no JSON object"));
  EXPECT_THAT(fault_of("[1]"), HasSubstr("no JSON object"));
  EXPECT_THAT(fault_of(good.substr(0, good.size() - 1)), HasSubstr("no JSON object"));
  EXPECT_THAT(fault_of(R"({"hello":1})"), HasSubstr("ChirpStack v4"));
  EXPECT_THAT(fault_of(without(good, "a84041fffe12ab34")), HasSubstr("deviceInfo.devEui"));
  EXPECT_THAT(fault_of(without(good, R"("fCnt":17)", R"("fCnt":-1)")), HasSubstr("fCnt"));
  EXPECT_THAT(fault_of(without(good, R"("fCnt":17)", R"("fCnt":1e99)")), HasSubstr("fCnt"));
  EXPECT_THAT(fault_of(without(good, R"("fCnt":17)", R"("fCnt":18446744073709551615)")),
              HasSubstr("fCnt"));
  EXPECT_THAT(fault_of(without(good, R"("fPort":26)", R"("fPort":256)")), HasSubstr("fPort"));
  EXPECT_THAT(fault_of(without(good, R"("fPort":26)", R"("fPort":"26")")), HasSubstr("fPort"));
  EXPECT_THAT(fault_of(without(good, "nwkw", "nw!w")), HasSubstr("data: '!'"));
  EXPECT_THAT(fault_of(without(good, "nwkw", std::string(400, 'A'))), HasSubstr("300 bytes"));
  EXPECT_THAT(fault_of(without(good, "2026-01-01T", "2026-13-01T")), HasSubstr("time: "));
  EXPECT_THAT(fault_of(without(good, "a84041fffe12ab34", R"(a\u0000b)")), HasSubstr("devEui"));
  EXPECT_THAT(fault_of(without(good, "a84041fffe12ab34", std::string(129, 'a'))),
              HasSubstr("devEui"));
  EXPECT_THAT(fault_of(R"({"device":"a","payload":"AA=="})"), HasSubstr("port"));
  EXPECT_THAT(fault_of(R"({"device":"a","port":1})"), HasSubstr("payload"));
  EXPECT_THAT(fault_of(std::string(envelope_bytes_max + 1, ' ')), HasSubstr("262145 bytes"));
}

// What gateways say of themselves is of no weight.
TEST(Envelope, OddGatewaysAreNoFault) {
  const std::string good = chirpstack_uplink("a84041fffe12ab34", 17, 26, payload);
  for (const char* odd : {R"("rssi":"loud")", R"("rssi":1e300)", R"("rssi":null)"}) {
    EXPECT_EQ(fault_of(without(good, R"("rssi":-97)", odd)), "") << odd;
  }
  EXPECT_EQ(fault_of(without(good, R"("rxInfo":[)", R"("rxInfo":7,"x":[)")), "");
}

TEST(Clock, AgreesWithTheCalendarOfTheLibrary) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 2'000; ++i) {
    const auto time_ms = static_cast<std::int64_t>(random() % 253'402'300'799'000ULL);
    const auto back = from_rfc3339(to_rfc3339(time_ms));
    ASSERT_TRUE(back.ok()) << to_rfc3339(time_ms);
    EXPECT_EQ(back.value(), time_ms);
    std::tm parts{};
    const std::time_t seconds = time_ms / 1000;
    ::gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    EXPECT_EQ(to_rfc3339(time_ms).substr(0, 19), text);
  }
}

TEST(Clock, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+25:00",
        "2026-01-01T00:00:00Zx", "1969-12-31T23:59:59Z", "2026-1-1T00:00:00Z"}) {
    EXPECT_FALSE(from_rfc3339(text).ok()) << text;
  }
  EXPECT_EQ(from_rfc3339("1970-01-01T00:00:00.123456789Z").value(), 123);
  EXPECT_EQ(from_rfc3339("1970-01-01T01:30:00+01:30").value(), 0);
}

}  // namespace
}  // namespace sengi::station
