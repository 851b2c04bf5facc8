// SPDX-License-Identifier: Apache-2.0
#include "station/releases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <map>

#include "base/files.h"
#include "link/downlinks.h"
#include "station/told_collar_for_tests.h"
#include "station/watch.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;

Release interval_release(std::uint8_t minutes) {
  const auto seconds = static_cast<std::uint32_t>(minutes) * 60;
  return {link::BlobKind::settings,
          "interval",
          {1, static_cast<std::uint8_t>(seconds), static_cast<std::uint8_t>(seconds >> 8), 0, 0}};
}

TEST(ReleaseFile, WhatIsSignedIsOpenedAsItWas) {
  const ReleaseKeys keys = make_release_keys().value();
  const auto file = sign_release(interval_release(20), keys.secret);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const auto opened = open_release(file.value(), {make_release_keys().value().of_all, keys.of_all});
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened.value().name, "interval");
  EXPECT_EQ(opened.value().content, interval_release(20).content);
}

TEST(ReleaseFile, AnyOtherByteIsRefused) {
  const ReleaseKeys keys = make_release_keys().value();
  const std::string file = sign_release(interval_release(20), keys.secret).value();
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string bent = file;
    bent[at] = static_cast<char>(bent[at] ^ 1);
    EXPECT_FALSE(open_release(bent, {keys.of_all}).ok()) << at;
    EXPECT_FALSE(open_release(file.substr(0, at), {keys.of_all}).ok()) << at;
  }
  EXPECT_FALSE(open_release(file + "x", {keys.of_all}).ok());
  EXPECT_FALSE(open_release(file, {}).ok());
  const auto other = open_release(file, {make_release_keys().value().of_all});
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("not signed by a key that this station trusts"));
}

// With libsodium alone, as the format says.
std::string sign_by_hand(const std::string& head, const std::string& content,
                         const std::string& secret) {
  const std::string text = "sengi-release 1\n" + head + "\n" + content;
  const auto key = link::from_base64(secret).value();
  link::Bytes signature(crypto_sign_BYTES);
  ::crypto_sign_detached(signature.data(), nullptr,
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         key.data());
  return "sengi-release 1\n" + head + "\n" + link::to_base64(signature) + "\n" + content;
}

TEST(ReleaseFile, WhatNoDeviceTakesIsRefusedWithItsReason) {
  const ReleaseKeys keys = make_release_keys().value();
  const auto fault = [&](const std::string& head, const std::string& content) {
    const auto opened = open_release(sign_by_hand(head, content, keys.secret), {keys.of_all});
    return opened.ok() ? "" : opened.error().message;
  };
  const std::vector<std::uint8_t> content = interval_release(20).content;
  const std::string good(content.begin(), content.end());
  EXPECT_EQ(fault(R"({"kind":"settings","name":"a"})", good), "");
  EXPECT_THAT(fault(R"({"kind":"firmware","name":"a"})", good), HasSubstr("no place to take"));
  EXPECT_THAT(fault(R"({"kind":"model","name":"a"})", good), HasSubstr("no place to take"));
  EXPECT_THAT(fault(R"({"kind":"zones","name":"a"})", good), HasSubstr("no zones"));
  EXPECT_THAT(fault(R"({"kind":"settings","name":"a"})", good + "x"), HasSubstr("no settings"));
  EXPECT_THAT(fault(R"({"kind":7,"name":"a"})", good), HasSubstr("no kind"));
  EXPECT_THAT(fault(R"({"kind":"settings"})", good), HasSubstr("without a name"));
}

// Four collars that are told a release, with a clock of the test's own.
class ReleasesTest : public testing::Test {
 protected:
  ReleasesTest() : folder_(std::move(TemporaryFolder::make()).value()) {
    settings_.silent.watch = false;
    settings_.downlinks.a_day = 1'000;
    start();
    EXPECT_TRUE(releases().trust("park", keys_.of_all, now_ms_).ok());
    for (unsigned i = 0; i < 4; ++i) {
      collars_.emplace(fmt::format("collar-{}", i), std::make_unique<ToldCollar>(i));
    }
    talk();
  }
  void start() {
    watch_.reset();
    store_.reset();
    store_ = std::make_unique<Store>(std::move(Store::open(folder_.path())).value());
    watch_ = std::move(Watch::make(*store_, settings_, now_ms_)).value();
  }
  Releases releases() { return {store_->database(), settings_.downlinks}; }
  std::int64_t give(std::uint8_t minutes, const Stages& stages) {
    const auto file = sign_release(interval_release(minutes), keys_.secret);
    const auto id = releases().give(file.value(), stages, "test", now_ms_);
    EXPECT_TRUE(id.ok()) << id.error().message;
    return id.value();
  }

  // Each collar speaks, and hears what it was sent.
  void talk(std::uint16_t battery_mv = 3'700) {
    now_ms_ += 300'000;
    for (auto& [name, collar] : collars_) {
      Received received;
      received.network = "sengi";
      received.device = name;
      received.counter = counter_++;
      received.heard_ms = now_ms_;
      received.payload =
          battery_mv == 3'700
              ? collar->speak(static_cast<std::uint32_t>(now_ms_ / 1000))
              : status_message(static_cast<std::uint8_t>(counter_),
                               static_cast<std::uint32_t>(now_ms_ / 1000), battery_mv);
      received.port = link::port_of(received.payload[0]);
      received.broker = "localhost:1883";
      received.topic = "sengi/" + name + "/up";
      const Arrival arrival = std::move(received);
      ASSERT_TRUE(store_->keep({&arrival, 1}, now_ms_).ok());
      Statement select(store_->database(),
                       "SELECT frame FROM downlinks WHERE sent_ms IS NULL AND device = ?");
      select.bind(name);
      std::vector<link::Bytes> frames;
      while (select.next().value()) frames.push_back(select.bytes(0));
      select.reset();
      ASSERT_TRUE(store_->database().run("UPDATE downlinks SET sent_ms = made_ms").ok());
      if (deaf_ != name) {
        for (const link::Bytes& frame : frames) collar->take(frame);
      }
    }
    ASSERT_TRUE(watch_->tick(now_ms_).ok());
  }
  void talk_for(int hours) {
    for (int i = 0; i < hours * 12; ++i) talk();
  }
  std::string state(std::int64_t id) {
    const auto json = releases().json(id);
    return json.value()[0]["state"];
  }
  std::string note(std::int64_t id) { return releases().json(id).value()[0]["note"]; }
  // How many collars have that interval.
  int with_interval(int minutes) {
    int count = 0;
    for (const auto& [name, collar] : collars_) {
      count += collar->setting(link::SettingId::gps_interval_min_s) == minutes * 60 ? 1 : 0;
    }
    return count;
  }

  TemporaryFolder folder_;
  Settings settings_;
  ReleaseKeys keys_ = make_release_keys().value();
  std::int64_t now_ms_ = std::int64_t{new_year_s} * 1000;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Watch> watch_;
  std::map<std::string, std::unique_ptr<ToldCollar>> collars_;
  std::string deaf_;
  std::int64_t counter_ = 1;
};

TEST_F(ReleasesTest, CanariesFirstThenAllThenItIsDone) {
  const std::int64_t id = give(10, {"", 1, 6, false});
  talk_for(5);
  EXPECT_EQ(with_interval(10), 1);
  EXPECT_EQ(state(id), "canary");
  start();  // what was watched is watched on
  talk_for(2);
  EXPECT_EQ(state(id), "widened");
  EXPECT_EQ(with_interval(10), 4);
  talk_for(7);
  EXPECT_EQ(state(id), "done");
}

TEST_F(ReleasesTest, ACanaryThatRefusesHoldsItAndNobodyElseIsTold) {
  // Within its bounds, and above the interval that the collars have as the longest.
  for (auto& [name, collar] : collars_) {
    collar->take(link::settings_frame(1, {{"gps_interval_max_s", 1'200}}).value());
    collar->take(link::order_frame(link::Operation::confirm, link::BlobKind::settings, 1).value());
  }
  talk();  // the answer
  talk();  // a status, which says so
  const std::int64_t id = give(30, {"", 2, 1, false});
  talk_for(6);
  EXPECT_EQ(state(id), "held");
  EXPECT_THAT(note(id), HasSubstr("refused (bad_setting)"));
  EXPECT_EQ(with_interval(30), 0);
  Statement orders(store_->database(), "SELECT count(*) FROM orders");
  ASSERT_TRUE(orders.next().value());
  EXPECT_EQ(orders.whole(0), 2);
}

TEST_F(ReleasesTest, ABatteryThatSagsUnderItRollsItBack) {
  const std::int64_t first = give(10, {"", 4, 0, false});
  talk_for(1);
  ASSERT_EQ(state(first), "done");
  const std::int64_t second = give(5, {"", 1, 24, true});
  talk_for(1);
  EXPECT_EQ(with_interval(5), 1);
  talk(3'000);
  EXPECT_EQ(state(second), "rolled_back");
  EXPECT_THAT(note(second), HasSubstr("battery"));
  talk_for(1);
  EXPECT_EQ(with_interval(10), 4);  // the canary has what it had before
}

TEST_F(ReleasesTest, PeopleHoldItAndLetItGoOn) {
  const std::int64_t id = give(10, {"", 1, 0, false});
  ASSERT_TRUE(releases().hold(id, "rain", now_ms_).ok());
  EXPECT_FALSE(releases().hold(id, "rain", now_ms_).ok());
  talk_for(3);
  EXPECT_EQ(with_interval(10), 0);
  ASSERT_TRUE(releases().go_on(id, "test", now_ms_).ok());
  talk_for(3);
  EXPECT_EQ(with_interval(10), 4);
  EXPECT_EQ(state(id), "done");
}

TEST_F(ReleasesTest, WhatIsNotSignedIsToldToNobody) {
  const auto file = sign_release(interval_release(9), make_release_keys().value().secret);
  EXPECT_FALSE(releases().give(file.value(), {}, "test", now_ms_).ok());
  EXPECT_TRUE(releases().json().value().empty());
  ASSERT_TRUE(releases().distrust("park").ok());
  const auto mine = sign_release(interval_release(9), keys_.secret);
  EXPECT_FALSE(releases().give(mine.value(), {}, "test", now_ms_).ok());
}

}  // namespace
}  // namespace sengi::station
