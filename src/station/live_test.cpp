// SPDX-License-Identifier: Apache-2.0
#include "station/live.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "station/served_station_for_tests.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;
using testing::Not;

// One who listens, in a thread of its own.
class Listener {
 public:
  explicit Listener(int port, httplib::Headers headers = {})
      : client_("127.0.0.1", port), thread_([this, headers = std::move(headers)] {
          client_.set_read_timeout(30);
          const auto answer = client_.Get(
              "/api/v1/live", headers,
              [&](const httplib::Response& response) {
                const std::lock_guard lock(mutex_);
                status_ = response.status;
                changed_.notify_all();
                return true;
              },
              [&](const char* bytes, std::size_t count) {
                const std::lock_guard lock(mutex_);
                text_.append(bytes, count);
                changed_.notify_all();
                return true;
              });
          const std::lock_guard lock(mutex_);
          over_ = true;
          changed_.notify_all();
        }) {}
  ~Listener() { client_.stop(); }

  // Whether it heard this, waiting for it.
  bool hears(const std::string& text) {
    return wait([&] { return text_.find(text) != std::string::npos; });
  }
  bool is_answered(int status) {
    return wait([&] { return status_ == status; });
  }
  bool is_over() {
    return wait([&] { return over_; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), condition);
  }

  httplib::Client client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  int status_ = 0;
  bool over_ = false;
  std::jthread thread_;
};

std::uint32_t now_s() { return static_cast<std::uint32_t>(now_ms() / 1000); }

TEST(Live, TellsWhoWasHeardAndThatAlertsChanged) {
  Settings settings;
  settings.temperature.high_c = 60;
  ServedStation station(settings);
  Listener listener(station.port());
  ASSERT_TRUE(listener.hears(": alive"));
  station.hear("Tembo & Ndovu", position_message(now_s(), 10, 20));
  EXPECT_TRUE(
      listener.hears("event: heard\ndata: {\"devices\":[\"Tembo & Ndovu\"],\"more\":false}\n\n"));
  EXPECT_THAT(listener.text(), Not(HasSubstr("alerts")));
  station.hear("Ndovu", status_message(1, now_s(), 2'000));
  EXPECT_TRUE(listener.hears("\"Ndovu\""));
  EXPECT_TRUE(listener.hears("event: alerts\ndata: {}\n\n"));
}

TEST(Live, AGuestHearsNothing) {
  ServedStation station;
  station.add_accounts();
  Listener guest(station.port(), station.as(Role::guest));
  Listener ranger(station.port(), station.as(Role::ranger));
  ASSERT_TRUE(guest.hears(": alive"));
  ASSERT_TRUE(ranger.hears(": alive"));
  station.client().set_default_headers(station.as(Role::ingest));
  station.hear("Tembo", position_message(now_s(), 10, 20));
  ASSERT_TRUE(ranger.hears("Tembo"));
  EXPECT_EQ(guest.text(), ": alive\n\n");
  EXPECT_TRUE(Listener(station.port(), {}).is_answered(401));
  EXPECT_TRUE(Listener(station.port(), station.as(Role::ingest)).is_answered(403));
}

TEST(Live, ThoseWhoListenLeaveTheOthersTheirThreads) {
  ServedStation station;
  std::vector<std::unique_ptr<Listener>> listeners;
  for (std::size_t i = 0; i < Live::listeners_max; ++i) {
    listeners.push_back(std::make_unique<Listener>(station.port()));
  }
  for (const auto& one : listeners) ASSERT_TRUE(one->hears(": alive"));
  EXPECT_TRUE(Listener(station.port()).is_answered(503));
  station.hear("Tembo", position_message(now_s(), 10, 20));
  EXPECT_EQ(station.get("/api/v1/counts")["uplinks"], 1);
  for (const auto& one : listeners) EXPECT_TRUE(one->hears("Tembo"));
}

TEST(Live, AStationThatStopsLetsThemGo) {
  ServedStation station;
  Listener listener(station.port());
  ASSERT_TRUE(listener.hears(": alive"));
  station.start();
  EXPECT_TRUE(listener.is_over());
}

}  // namespace
}  // namespace sengi::station
