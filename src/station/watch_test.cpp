// SPDX-License-Identifier: Apache-2.0
#include "station/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t new_year_ms = std::int64_t{new_year_s} * 1000;
constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int32_t metre_e7 = 90;  // of latitude, as good as

// A field 0.01 degrees wide whose southern edge is the parallel of 0.1 degrees north, with the
// id 12.
constexpr const char* field = R"({"type":"Feature","id":12,"properties":{"name":"Shamba",
 "kind":"farm"},"geometry":{"type":"Polygon","coordinates":[[[20,0.1],[20.01,0.1],[20.01,0.11],
 [20,0.11],[20,0.1]]]}})";
constexpr std::int32_t edge_e7 = 1'000'000;
constexpr std::int32_t middle_e7 = 200'050'000;

// A station with a clock of its own.
class WatchTest : public testing::Test {
 protected:
  WatchTest() : folder_(std::move(TemporaryFolder::make()).value()) {
    EXPECT_TRUE(write_text(folder_.path() / "fields.geojson", field).ok());
    settings_.zones.file = (folder_.path() / "fields.geojson").string();
    settings_.telling.webhooks = {"https://example.org/"};
    settings_.telling.escalate_min = 0;
    start();
  }

  void start() {
    watch_.reset();
    store_.reset();
    store_ = std::make_unique<Store>(std::move(Store::open(folder_.path() / "camp")).value());
    auto watch = Watch::make(*store_, settings_, now_ms_);
    ASSERT_TRUE(watch.ok()) << watch.error().message;
    watch_ = std::move(watch).value();
  }

  void hear(const link::Bytes& payload, const std::string& device = "tembo",
            std::optional<std::int64_t> heard_ms = {}) {
    Received received;
    received.network = "sengi";
    received.device = device;
    received.counter = counter_++;
    received.heard_ms = heard_ms.value_or(now_ms_);
    received.port = link::port_of(payload[0]);
    received.payload = payload;
    const Arrival arrival = std::move(received);
    const auto kept = store_->keep({&arrival, 1}, now_ms_);
    ASSERT_TRUE(kept.ok()) << kept.error().message;
  }
  void hear_status(std::uint16_t battery_mv = 3652) {
    hear(status_message(sequence_++, seconds(), battery_mv));
  }
  void hear_at(std::int32_t metres_south_of_field) {
    hear(position_message(seconds(), edge_e7 - metres_south_of_field * metre_e7, middle_e7));
  }
  void hear_event(link::Event event) {
    event.lead = {sequence_++, true, seconds()};
    link::Bytes frame(link::message_bytes_max);
    frame.resize(link::encode_event(event, frame).bytes);
    hear(frame);
  }
  void pass(std::int64_t ms) {
    now_ms_ += ms;
    const auto ticked = watch_->tick(now_ms_);
    ASSERT_TRUE(ticked.ok()) << ticked.error().message;
  }
  std::uint32_t seconds() const { return static_cast<std::uint32_t>(now_ms_ / 1000); }

  std::vector<std::string> ask(const std::string& sql) {
    std::vector<std::string> answers;
    Statement select(store_->database(), sql);
    while (select.next().value()) answers.push_back(select.text(0));
    return answers;
  }
  std::vector<std::string> active() {
    return ask("SELECT kind || ' ' || subject FROM alerts WHERE state <> 'cleared' ORDER BY id");
  }
  // What was put into the outbox: "alert.raised zone_inside".
  std::vector<std::string> told() {
    std::vector<std::string> told;
    for (const std::string& body : ask("SELECT body FROM outbox ORDER BY id")) {
      const auto json = nlohmann::json::parse(body);
      told.push_back(json["type"].get<std::string>() + " " +
                     json["data"]["kind"].get<std::string>());
    }
    return told;
  }

  TemporaryFolder folder_;
  Settings settings_;
  std::int64_t now_ms_ = new_year_ms;
  std::int64_t counter_ = 0;
  std::uint8_t sequence_ = 0;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Watch> watch_;
};

TEST_F(WatchTest, InAZoneAndOutAgain) {
  hear_at(500);
  EXPECT_THAT(active(), IsEmpty());
  pass(hour_ms);
  hear_at(0);  // on the edge is in
  EXPECT_THAT(active(), ElementsAre("zone_inside 12"));
  pass(hour_ms);
  hear_at(50);
  EXPECT_THAT(active(), ElementsAre("zone_inside 12")) << "a walk along the border is one alert";
  pass(hour_ms);
  hear_at(-50);
  pass(hour_ms);
  hear_at(150);
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_THAT(told(), ElementsAre("alert.raised zone_inside", "alert.cleared zone_inside"));
  const auto body = nlohmann::json::parse(ask("SELECT body FROM outbox ORDER BY id").at(0));
  EXPECT_EQ(body["data"]["detail"]["zone"], "Shamba");
  EXPECT_EQ(body["data"]["severity"], "critical");
  EXPECT_EQ(body["data"]["device"], "tembo");
  EXPECT_EQ(body["data"]["last_heard"], "2026-01-01T01:00:00Z");
  EXPECT_EQ(body["data"]["position"]["longitude"], 20.005);
}

TEST_F(WatchTest, NearAZone) {
  settings_.zones.near_m = 300;
  start();
  hear_at(350);
  EXPECT_THAT(active(), IsEmpty());
  pass(hour_ms);
  hear_at(250);
  EXPECT_THAT(active(), ElementsAre("zone_approach 12"));
  pass(hour_ms);
  hear_at(390);
  EXPECT_THAT(active(), ElementsAre("zone_approach 12"));
  pass(hour_ms);
  hear_at(-10);
  EXPECT_THAT(active(), ElementsAre("zone_inside 12")) << "in ends near";
  pass(hour_ms);
  hear_at(1'000);
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(WatchTest, CollarWarnsItself) {
  link::Event event;
  event.kind = link::EventKind::zone_warning;
  event.zone = 12;
  event.probability_percent = 83;
  event.minutes_to_entry = 95;
  hear_event(event);
  EXPECT_THAT(active(), ElementsAre("zone_approach 12"));
  EXPECT_THAT(ask("SELECT detail FROM alerts"), ElementsAre(HasSubstr("\"minutes_to_entry\":95")));
  pass(hour_ms);
  event.kind = link::EventKind::zone_entry;
  hear_event(event);
  EXPECT_THAT(active(), ElementsAre("zone_inside 12"));
  pass(hour_ms);
  event.kind = link::EventKind::zone_exit;
  hear_event(event);
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(WatchTest, WarningThatCameToNothingEnds) {
  link::Event event;
  event.kind = link::EventKind::zone_warning;
  event.zone = 12;
  hear_event(event);
  pass(5 * hour_ms);
  EXPECT_THAT(active(), ElementsAre("zone_approach 12"));
  pass(2 * hour_ms);
  EXPECT_THAT(active(), IsEmpty());
}

// A backlog of yesterday's tracks fills the map and wakes nobody.
TEST_F(WatchTest, HistoryRaisesNothing) {
  hear_at(500);
  pass(48 * hour_ms);
  hear(position_message(new_year_s + 3'600, edge_e7 + 50 * metre_e7, middle_e7));
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_EQ(store_->counts().value().positions, 2);
}

TEST_F(WatchTest, OutOfOrderDoesNotMoveIt) {
  pass(2 * hour_ms);
  hear_at(500);
  hear(position_message(seconds() - 1'800, edge_e7 + 50 * metre_e7, middle_e7));
  EXPECT_THAT(active(), IsEmpty()) << "it was in the field before it was out";
}

TEST_F(WatchTest, StillByItsPositions) {
  for (int i = 0; i < 12; ++i) {
    hear_at(5'000 + i % 3 * 10);
    pass(hour_ms);
  }
  EXPECT_THAT(active(), IsEmpty()) << "eleven hours";
  hear_at(5'000);
  EXPECT_THAT(active(), ElementsAre("still "));
  pass(hour_ms);
  hear_at(5'060);
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(WatchTest, StillByItsOwnWord) {
  link::Event event;
  event.kind = link::EventKind::immobility;
  event.still_min = 720;
  hear_event(event);
  EXPECT_THAT(active(), ElementsAre("still "));
  pass(hour_ms);
  event.kind = link::EventKind::movement;
  hear_event(event);
  EXPECT_THAT(active(), IsEmpty());
}

TEST_F(WatchTest, BatteryHasTwoBounds) {
  hear_status(3'290);
  EXPECT_THAT(active(), ElementsAre("battery "));
  pass(hour_ms);
  hear_status(3'400);
  EXPECT_THAT(active(), ElementsAre("battery ")) << "not yet charged";
  pass(hour_ms);
  hear_status(3'298);
  pass(hour_ms);
  hear_status(3'600);
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_THAT(told(), ElementsAre("alert.raised battery", "alert.cleared battery"));
}

TEST_F(WatchTest, TemperatureOutOfBounds) {
  settings_.temperature.high_c = 30;  // status_message() says 31
  start();
  hear_status();
  EXPECT_THAT(active(), ElementsAre("temperature "));
}

TEST_F(WatchTest, SilentAndHeardAgain) {
  for (int i = 0; i < 60; ++i) {
    hear_status();
    pass(hour_ms);
  }
  EXPECT_THAT(active(), IsEmpty());
  pass(29 * minute_ms);  // 1 h 29 min after the last
  EXPECT_THAT(active(), IsEmpty());
  pass(2 * minute_ms);
  EXPECT_THAT(active(), ElementsAre("silent "));
  pass(hour_ms);
  EXPECT_THAT(ask("SELECT count(*) FROM alerts"), ElementsAre("1"));
  hear_status();
  EXPECT_THAT(active(), IsEmpty());
}

// What the station did not hear because it was away itself is nobody's silence.
TEST_F(WatchTest, StationThatWasAwayWaitsForTheBacklog) {
  for (int i = 0; i < 60; ++i) {
    hear_status();
    pass(hour_ms);
  }
  now_ms_ += 10 * hour_ms;
  start();
  pass(4 * minute_ms);
  EXPECT_THAT(active(), IsEmpty());
  for (int i = 11; i > 0; --i) {  // the broker hands over what it held
    hear(status_message(sequence_++, seconds() - static_cast<std::uint32_t>(i) * 3'600), "tembo",
         now_ms_ - i * hour_ms + 30 * minute_ms);
  }
  pass(2 * minute_ms);
  EXPECT_THAT(active(), IsEmpty());
  pass(2 * hour_ms);
  EXPECT_THAT(active(), ElementsAre("silent "));
}

TEST_F(WatchTest, ToldAgainUntilAcknowledged) {
  settings_.telling.escalate_min = 10;
  settings_.telling.escalations = 2;
  start();
  hear_at(-10);
  pass(9 * minute_ms);
  EXPECT_THAT(told(), ElementsAre("alert.raised zone_inside"));
  pass(2 * minute_ms);
  pass(minute_ms);
  EXPECT_EQ(told().size(), 2U);
  pass(hour_ms);
  pass(hour_ms);
  pass(hour_ms);
  EXPECT_EQ(told().size(), 3U) << "twice again, and no more";
  ASSERT_TRUE(watch_->alerts().acknowledge(1, "amina", now_ms_).ok());
  ASSERT_TRUE(watch_->alerts().acknowledge(1, "juma", now_ms_).ok()) << "again is no fault";
  EXPECT_EQ(told().back(), "alert.acknowledged zone_inside");
  EXPECT_EQ(told().size(), 4U);
  EXPECT_THAT(ask("SELECT acknowledged_by FROM alerts"), ElementsAre("amina"));
  hear_at(-20);
  pass(hour_ms);
  EXPECT_EQ(told().size(), 4U) << "known and still so is nothing new";
  hear_at(900);
  EXPECT_EQ(told().back(), "alert.cleared zone_inside");
  EXPECT_FALSE(watch_->alerts().acknowledge(1, "amina", now_ms_).ok());
  EXPECT_FALSE(watch_->alerts().acknowledge(99, "amina", now_ms_).ok());
}

TEST_F(WatchTest, QuietHoursHoldWhatIsNotCritical) {
  settings_.telling.quiet = {0, 6 * 60, 0};  // it is midnight
  start();
  hear_status(3'200);
  hear_at(-10);
  const auto due = ask("SELECT due_ms FROM outbox ORDER BY id");
  EXPECT_THAT(due,
              ElementsAre(std::to_string(new_year_ms + 6 * hour_ms), std::to_string(new_year_ms)));
  pass(hour_ms);
  hear_status(3'700);
  EXPECT_THAT(told(), ElementsAre("alert.raised zone_inside")) << "over before anybody was told";
}

// Alerts are of the transaction of the uplink that they follow from.
TEST_F(WatchTest, SurvivesARestart) {
  hear_at(-10);
  start();
  EXPECT_THAT(active(), ElementsAre("zone_inside 12"));
  pass(hour_ms);
  hear_at(-20);
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(WatchTest, BadZonesAreSaid) {
  ASSERT_TRUE(write_text(folder_.path() / "fields.geojson", R"({"type":"Polygon","coordinates":
    [[[0,0],[1,1],[1,0],[0,1],[0,0]]]})")
                  .ok());
  const auto watch = Watch::make(*store_, settings_, now_ms_);
  ASSERT_FALSE(watch.ok());
  EXPECT_THAT(watch.error().message, HasSubstr("sengi zones check"));
}

}  // namespace
}  // namespace sengi::station
