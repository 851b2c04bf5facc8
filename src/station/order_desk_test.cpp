// SPDX-License-Identifier: Apache-2.0
// Orders from the station's database to the code of a collar and back, over a network that loses,
// doubles and turns round, with power cuts on both sides.
#include "station/order_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "base/files.h"
#include "link/downlinks.h"
#include "station/told_collar_for_tests.h"
#include "station/watch.h"
#include "station/zone_sets.h"
#include "zones/compact.h"
#include "zones/geojson.h"

namespace sengi::station {
namespace {

using testing::ElementsAre;

constexpr std::int64_t start_ms = std::int64_t{new_year_s} * 1000;
constexpr const char* tembo = "a84041fffe12ab34";

zones::ZoneMap fields(int count) {
  std::string features;
  for (int i = 0; i < count; ++i) {
    const double west = 20 + 0.02 * i;
    features += fmt::format(
        R"({}{{"type":"Feature","properties":{{"name":"Shamba {}","kind":"farm"}},"geometry":)"
        R"({{"type":"Polygon","coordinates":[[[{},1],[{},1],[{},1.01],[{},1]]]}}}})",
        i == 0 ? "" : ",", i, west, west + 0.01, west + 0.01, west);
  }
  return zones::parse_geojson(R"({"type":"FeatureCollection","features":[)" + features + "]}",
                              "fields")
      .value()
      .map;
}

class OrderDeskTest : public testing::Test {
 protected:
  OrderDeskTest() : folder_(std::move(TemporaryFolder::make()).value()) {
    settings_.downlinks.a_day = 100'000;
    settings_.silent.watch = false;
    start();
  }
  // As after kill -9: nothing but the disk is left.
  void start() {
    watch_.reset();
    store_.reset();
    store_ = std::make_unique<Store>(std::move(Store::open(folder_.path())).value());
    watch_ = std::move(Watch::make(*store_, settings_, now_ms_)).value();
  }

  void hear(const link::Bytes& payload, std::int64_t counter) {
    Received received;
    received.network = "chirpstack";
    received.device = tembo;
    received.session = "01a2b3c4";
    received.counter = counter;
    received.heard_ms = now_ms_;
    received.port = link::port_of(payload[0]);
    received.payload = payload;
    received.broker = "localhost:1883";
    received.topic = fmt::format("application/7/device/{}/event/up", tembo);
    const Arrival arrival = std::move(received);
    const auto kept = store_->keep({&arrival, 1}, now_ms_);
    ASSERT_TRUE(kept.ok()) << kept.error().message;
  }
  // Frames that the broker would be handed.
  std::vector<link::Bytes> sent() {
    std::vector<link::Bytes> frames;
    Statement select(store_->database(), "SELECT frame FROM downlinks WHERE sent_ms IS NULL");
    while (select.next().value()) frames.push_back(select.bytes(0));
    select.reset();
    EXPECT_TRUE(store_->database().run("UPDATE downlinks SET sent_ms = made_ms").ok());
    return frames;
  }

  std::int64_t give_zones(int count) {
    Database& database = store_->database();
    const auto version = keep_zones(database, fields(count), "test", now_ms_);
    const auto message = zones_message(database, version.value());
    EXPECT_TRUE(message.ok()) << message.error().message;
    return give(message.value());
  }
  std::int64_t give(const Message& message) {
    const auto id =
        Orders(store_->database()).give(tembo, message, settings_.downlinks, "test", now_ms_);
    EXPECT_TRUE(id.ok()) << id.error().message;
    return id.value();
  }
  Order order(std::int64_t id) { return Orders(store_->database()).find(id).value().value(); }
  OrderState state(std::int64_t id) { return order(id).transfer.state(); }
  std::vector<std::string> states(std::int64_t id) {
    std::vector<std::string> list;
    Statement select(store_->database(),
                     "SELECT state FROM order_states WHERE order_id = ? ORDER BY rowid");
    select.bind(id);
    while (select.next().value()) list.push_back(select.text(0));
    return list;
  }

  // The collar speaks, is heard, and hears what was sent, with nothing lost.
  void talk(ToldCollar& collar) {
    now_ms_ += 60'000;
    hear(collar.speak(static_cast<std::uint32_t>(now_ms_ / 1000)), counter_++);
    for (const link::Bytes& frame : sent()) collar.take(frame);
  }
  // The first confirmation is sent and lost.
  void talk_until_trial(ToldCollar& collar, std::int64_t id) {
    while (state(id) != OrderState::trial) {
      now_ms_ += 60'000;
      hear(collar.speak(static_cast<std::uint32_t>(now_ms_ / 1000)), counter_++);
      for (const link::Bytes& frame : sent()) {
        if (state(id) != OrderState::trial) collar.take(frame);
      }
    }
  }
  int talk_until_over(ToldCollar& collar, std::int64_t id) {
    int times = 0;
    while (!is_over(state(id)) && times < 5'000) {
      talk(collar);
      ++times;
    }
    return times;
  }

  TemporaryFolder folder_;
  Settings settings_;
  std::int64_t now_ms_ = start_ms;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Watch> watch_;
  std::int64_t counter_ = 1;
};

TEST_F(OrderDeskTest, ZonesArriveInAsManyFramesAsThereAreAndAreKept) {
  ToldCollar collar(1);
  talk(collar);
  const std::int64_t id = give_zones(20);
  const std::uint32_t pieces = order(id).transfer.pieces();
  ASSERT_GT(pieces, 20U);
  EXPECT_EQ(state(id), OrderState::waiting);
  // Begin, each piece, commit, confirm, and the uplink with the answer to that.
  EXPECT_EQ(talk_until_over(collar, id), static_cast<int>(pieces) + 4);
  EXPECT_THAT(states(id), ElementsAre("waiting", "sending", "trial", "confirmed"));
  EXPECT_EQ(order(id).transfer.arrived(), pieces);
  EXPECT_EQ(collar.zones().size(), 20);
  EXPECT_EQ(collar.zones().revision(), 1);
  EXPECT_TRUE(collar.keeps_zones(order(id).transfer.version()));
  // When all is said there is silence.
  talk(collar);
  hear(collar.speak(new_year_s), counter_++);
  EXPECT_THAT(sent(), testing::IsEmpty());
}

// What is on its way in one direction: some is lost, some comes twice, some overtakes.
template <typename T>
class Air {
 public:
  explicit Air(unsigned seed) : random_(seed) {}
  void send(const T& one) {
    if (random_() % 5 == 0) return;
    const int copies = random_() % 5 == 0 ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const std::size_t at =
          random_() % 4 == 0 ? random_() % (under_way_.size() + 1) : under_way_.size();
      under_way_.insert(under_way_.begin() + static_cast<std::ptrdiff_t>(at), one);
    }
  }
  std::optional<T> arrive() {
    if (under_way_.empty()) return std::nullopt;
    const T one = under_way_.front();
    under_way_.pop_front();
    return one;
  }

 private:
  std::mt19937 random_;
  std::deque<T> under_way_;
};

TEST_F(OrderDeskTest, BadAirAndPowerCutsOnBothSidesOnlyDelay) {
  std::set<std::string> restarted_in;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    ToldCollar collar(seed);
    Air<std::pair<link::Bytes, std::int64_t>> up(seed + 100);
    Air<link::Bytes> down(seed + 200);
    const std::int64_t zones = give_zones(6);
    const std::int64_t settings =
        give(settings_message({{"gps_interval_min_s", 600 + static_cast<int>(seed)}}).value());
    int rounds = 0;
    for (; rounds < 3'000 && !(is_over(state(zones)) && is_over(state(settings))); ++rounds) {
      now_ms_ += 60'000;
      up.send({collar.speak(static_cast<std::uint32_t>(now_ms_ / 1000)), counter_++});
      while (const auto uplink = up.arrive()) {
        hear(uplink->first, uplink->second);
        if (random() % 3 == 0) break;
      }
      if (random() % 4 == 0) {
        restarted_in.insert(std::string(name_of(state(zones))));
        start();
      }
      for (const link::Bytes& frame : sent()) down.send(frame);
      if (random() % 6 == 0) collar.fail_soon();
      while (const auto frame = down.arrive()) {
        collar.take(*frame);
        if (random() % 3 == 0) break;
      }
    }
    EXPECT_EQ(state(zones), OrderState::confirmed) << order(zones).transfer.note();
    EXPECT_EQ(state(settings), OrderState::confirmed) << order(settings).transfer.note();
    EXPECT_EQ(collar.setting(link::SettingId::gps_interval_min_s), 600 + static_cast<int>(seed));
    EXPECT_EQ(collar.zones().size(), 6);
    EXPECT_TRUE(collar.keeps_zones(order(zones).transfer.version()));
    EXPECT_TRUE(collar.keeps_settings(order(settings).transfer.version()));
    ASSERT_TRUE(store_->database().run("DELETE FROM versions").ok());
    ASSERT_TRUE(store_->database()
                    .run("DELETE FROM order_states; DELETE FROM downlinks; DELETE "
                         "FROM orders; DELETE FROM replies")
                    .ok());
  }
  EXPECT_THAT(restarted_in, testing::IsSupersetOf({"waiting", "sending", "trial"}));
}

TEST_F(OrderDeskTest, WhatACollarRefusesIsOverWithItsReason) {
  ToldCollar collar(3);
  talk(collar);
  // More than half of the flash for zones holds.
  const std::int64_t id = give_zones(1'700);
  talk_until_over(collar, id);
  EXPECT_EQ(state(id), OrderState::refused);
  EXPECT_EQ(order(id).transfer.note(), "too_large");
  // Alone each is within its bounds; with what the collar has they do not go together.
  const std::int64_t wrong = give(settings_message({{"listen_on_s", 3'000}}).value());
  talk_until_over(collar, wrong);
  EXPECT_EQ(state(wrong), OrderState::refused);
  EXPECT_EQ(order(wrong).transfer.note(), "bad_setting");
}

TEST_F(OrderDeskTest, WhatIsTakenBackOnTrialIsRolledBack) {
  ToldCollar collar(4);
  const std::int64_t first = give_zones(2);
  talk_until_over(collar, first);
  ASSERT_EQ(state(first), OrderState::confirmed);
  const std::int64_t second = give_zones(3);
  talk_until_trial(collar, second);
  EXPECT_EQ(collar.zones().size(), 3);
  const auto taken = Orders(store_->database()).take_back(second, "too near", now_ms_);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  talk_until_over(collar, second);
  EXPECT_EQ(state(second), OrderState::rolled_back);
  EXPECT_EQ(order(second).transfer.note(), "too near");
  EXPECT_EQ(collar.zones().size(), 2);
}

TEST_F(OrderDeskTest, ATrialThatNobodyConfirmedIsSeenToBeRolledBack) {
  ToldCollar collar(5);
  talk_until_over(collar, give_zones(2));
  const std::int64_t second = give_zones(3);
  talk_until_trial(collar, second);
  collar.start(link::ResetCause::watchdog);
  EXPECT_EQ(collar.zones().size(), 2);
  talk_until_over(collar, second);
  EXPECT_EQ(state(second), OrderState::rolled_back);
  // The next one has a version that the collar takes all the same.
  const std::int64_t third = give_zones(4);
  talk_until_over(collar, third);
  EXPECT_EQ(state(third), OrderState::confirmed);
  EXPECT_EQ(collar.zones().size(), 4);
}

TEST_F(OrderDeskTest, ACollarThatHasAHigherVersionGetsOneAboveIt) {
  ToldCollar collar(6);
  const auto blob = zones::to_compact(fields(2));
  const auto frames = link::transfer_frames(link::BlobKind::zones, 900, blob.value());
  for (const link::Bytes& frame : frames.value()) collar.take(frame);
  collar.take(link::order_frame(link::Operation::confirm, link::BlobKind::zones, 900).value());
  ASSERT_EQ(collar.zones_version(), 900U);
  const std::int64_t id = give_zones(5);
  EXPECT_LT(order(id).transfer.version(), 900);
  talk_until_over(collar, id);
  EXPECT_EQ(state(id), OrderState::confirmed) << order(id).transfer.note();
  EXPECT_GT(collar.zones_version(), 900U);
  EXPECT_EQ(collar.zones().size(), 5);
}

TEST_F(OrderDeskTest, ADayHasOnlySoManyDownlinks) {
  settings_.downlinks.a_day = 10;
  start();
  ToldCollar collar(7);
  give_zones(20);
  for (int i = 0; i < 30; ++i) talk(collar);
  const auto count = [&] {
    Statement select(store_->database(), "SELECT count(*) FROM downlinks");
    EXPECT_TRUE(select.next().value());
    return select.whole(0);
  };
  EXPECT_EQ(count(), 10);
  now_ms_ += std::int64_t{24} * 3'600'000;
  for (int i = 0; i < 30; ++i) talk(collar);
  EXPECT_EQ(count(), 20);
}

TEST_F(OrderDeskTest, ANewerOrderReplacesOneThatHasNotArrived) {
  ToldCollar collar(8);
  const std::int64_t first = give_zones(20);
  for (int i = 0; i < 5; ++i) talk(collar);
  const std::int64_t second = give_zones(3);
  EXPECT_EQ(state(first), OrderState::given_up);
  talk_until_over(collar, second);
  EXPECT_EQ(state(second), OrderState::confirmed);
  EXPECT_EQ(collar.zones().size(), 3);
}

TEST_F(OrderDeskTest, WhatNobodyHearsForMonthsIsGivenUp) {
  const std::int64_t id = give_zones(3);
  now_ms_ += std::int64_t{59} * 86'400'000;
  ASSERT_TRUE(watch_->tick(now_ms_).ok());
  EXPECT_EQ(state(id), OrderState::waiting);
  now_ms_ += std::int64_t{2} * 86'400'000;
  ASSERT_TRUE(watch_->tick(now_ms_).ok());
  EXPECT_EQ(state(id), OrderState::given_up);
}

}  // namespace
}  // namespace sengi::station
