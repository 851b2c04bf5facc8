// SPDX-License-Identifier: Apache-2.0
// Against a real broker.
#include "station/mqtt_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "station/broker_for_tests.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;

// Keeps in memory how often each device's counter came.
class Memory {
 public:
  Result<std::vector<Kept>> keep(const std::vector<Arrival>& all) {
    const std::lock_guard lock(mutex_);
    for (const Arrival& arrival : all) {
      if (const auto* received = std::get_if<Received>(&arrival)) {
        ++times_[{received->device, received->counter.value_or(-1)}];
      } else {
        ++refused_;
      }
    }
    return std::vector<Kept>(all.size());
  }
  std::size_t different() const {
    const std::lock_guard lock(mutex_);
    return times_.size();
  }
  std::size_t refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }
  int most() const {
    const std::lock_guard lock(mutex_);
    int most = 0;
    for (const auto& [what, times] : times_) most = std::max(most, times);
    return most;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::int64_t>, int> times_;
  std::size_t refused_ = 0;
};

class Source {
 public:
  Source(const MqttOptions& options, Keep keep) {
    thread_ = std::thread([this, options, keep = std::move(keep)] {
      run_mqtt(
          options, keep,
          [this](const std::string& line) {
            const std::lock_guard lock(mutex_);
            told_ += line + "\n";
          },
          state_, stop_);
    });
  }
  ~Source() {
    stop_ = true;
    thread_.join();
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  const MqttState& state() const { return state_; }
  std::string told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  MqttState state_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::string told_;
  std::thread thread_;
};

MqttOptions options_of(const Broker& broker, const std::string& id = "camp") {
  MqttOptions options = parse_mqtt_address(broker.address()).value();
  options.client_id = id;
  return options;
}

void publish(Publisher& publisher, std::uint32_t counter) {
  publisher.publish(
      "application/7/device/a84041fffe12ab34/event/up",
      chirpstack_uplink("a84041fffe12ab34", counter, 26, status_message(1, new_year_s + counter)));
}

TEST(MqttSource, HearsAllNetworks) {
  Broker broker;
  Memory memory;
  Source source(options_of(broker), [&](const auto& all) { return memory.keep(all); });
  wait_until([&] { return source.state().connected.load(); });
  Publisher publisher(broker.port());
  publish(publisher, 1);
  publisher.publish("v3/park@ttn/devices/tembo/up",
                    things_stack_uplink("a84041fffe12ab35", 2, 26, status_message(1, new_year_s)));
  publisher.publish("sengi/collar-7/up", plain_uplink("collar-7", 26, status_message(1, 7)));
  publisher.publish("sengi/collar-7/up", "no uplink");
  wait_until([&] { return memory.different() == 3 && memory.refused() == 1; });
}

// The heart of it: the library must not acknowledge what is not kept. The first times that messages
// come, keeping them fails. Had any been acknowledged by then, the broker would not send it again.
TEST(MqttSource, AcknowledgesNothingThatIsNotKept) {
  Broker broker;
  Memory memory;
  std::atomic<int> faults = 4;
  std::atomic<std::size_t> unkept = 0;
  Source source(options_of(broker), [&](const std::vector<Arrival>& all) {
    if (faults-- > 0) {
      unkept += all.size();
      return Result<std::vector<Kept>>(Error{"the disk is full"});
    }
    return memory.keep(all);
  });
  wait_until([&] { return source.state().connected.load(); });
  Publisher publisher(broker.port());
  for (std::uint32_t i = 0; i < 500; ++i) publish(publisher, i);
  wait_until([&] { return memory.different() == 500; });
  EXPECT_GT(unkept, 0U);
  EXPECT_GE(source.state().connections, 5U);
  EXPECT_EQ(memory.most(), 1) << "what was acknowledged does not come again";
  EXPECT_THAT(source.told(), HasSubstr("the disk is full"));
}

// While the station is away, and while the broker is, nothing gets lost.
TEST(MqttSource, SessionOutlivesBoth) {
  Broker broker;
  Memory memory;
  const Keep keep = [&](const auto& all) { return memory.keep(all); };
  {
    Source source(options_of(broker), keep);
    wait_until([&] { return source.state().connected.load(); });
    Publisher publisher(broker.port());
    publish(publisher, 1);
    wait_until([&] { return memory.different() == 1; });
  }
  {
    Publisher publisher(broker.port());
    for (std::uint32_t i = 2; i < 52; ++i) publish(publisher, i);
    publisher.wait();
  }
  broker.stop();
  Source source(options_of(broker), keep);
  wait_until([&] { return !source.told().empty(); });
  broker.start();
  wait_until([&] { return memory.different() == 51; });
  broker.stop();
  wait_until([&] { return !source.state().connected.load(); });
  broker.start();
  wait_until([&] { return source.state().connected.load(); });
  Publisher publisher(broker.port());
  publish(publisher, 52);
  wait_until([&] { return memory.different() == 52; });
}

TEST(MqttSource, StationsShareTheLoad) {
  Broker broker;
  Memory one;
  Memory other;
  MqttOptions first = options_of(broker, "camp-1");
  MqttOptions second = options_of(broker, "camp-2");
  first.group = second.group = "park";
  Source a(first, [&](const auto& all) { return one.keep(all); });
  Source b(second, [&](const auto& all) { return other.keep(all); });
  wait_until([&] { return a.state().connected && b.state().connected; });
  Publisher publisher(broker.port());
  // Subscriptions follow the connection; until both are there one may get all.
  std::uint32_t sent = 0;
  while (one.different() == 0 || other.different() == 0) {
    publish(publisher, sent++);
    publisher.wait();
  }
  const std::uint32_t before = sent;
  for (; sent < before + 400; ++sent) publish(publisher, sent);
  wait_until([&] { return one.different() + other.different() == sent; });
  EXPECT_GT(one.different(), 100U);
  EXPECT_GT(other.different(), 100U);
  EXPECT_EQ(one.most(), 1);
  EXPECT_EQ(other.most(), 1);
}

TEST(MqttSource, SaysWhyABrokerRefuses) {
  Memory memory;
  const Keep keep = [&](const auto& all) { return memory.keep(all); };
  {
    Broker broker("allow_anonymous false");
    Source source(options_of(broker), keep);
    wait_until([&] { return !source.told().empty(); });
    EXPECT_THAT(source.told(), HasSubstr("refuses: Not authorized"));
  }
  MqttOptions options;
  options.host = "no-such-host.invalid";
  Source source(options, keep);
  wait_until([&] { return !source.told().empty(); });
  EXPECT_THAT(source.told(), HasSubstr("no-such-host.invalid:1883"));
}

TEST(MqttAddress, IsReadOrRefused) {
  const MqttOptions plain = parse_mqtt_address("mqtt://broker.example:1884").value();
  EXPECT_EQ(plain.host, "broker.example");
  EXPECT_EQ(plain.port, 1884);
  EXPECT_TRUE(plain.ca_file.empty());
  const MqttOptions secure = parse_mqtt_address("mqtts://station@broker.example").value();
  EXPECT_EQ(secure.user, "station");
  EXPECT_EQ(secure.port, 8883);
  EXPECT_FALSE(secure.ca_file.empty());
  for (const char* wrong : {"broker", "http://a", "mqtt://", "mqtt://a:0", "mqtt://a:b",
                            "mqtt://a:70000", "mqtt://a/b", "mqtt://me:secret@a"}) {
    EXPECT_FALSE(parse_mqtt_address(wrong).ok()) << wrong;
  }
  EXPECT_THAT(parse_mqtt_address("mqtt://me:secret@a").error().message,
              testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace sengi::station
