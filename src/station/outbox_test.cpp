// SPDX-License-Identifier: Apache-2.0
#include "station/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <mutex>
#include <thread>

#include "base/files.h"
#include "station/broker_for_tests.h"
#include "station/clock.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"
#include "station/webhook.h"

namespace sengi::station {
namespace {

using testing::ElementsAre;

// The example that the standard's own libraries are tested with.
TEST(Webhook, SignsAsTheStandardHasIt) {
  const auto secret = link::from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  EXPECT_EQ(
      webhook_signature({reinterpret_cast<const char*>(secret.data()), secret.size()},
                        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330, R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Webhook, WaitsLongerEachTime) {
  EXPECT_EQ(retry_ms(1), 1'000);
  EXPECT_EQ(retry_ms(4), 8'000);
  EXPECT_EQ(retry_ms(20), 3'600'000);
  EXPECT_EQ(retry_ms(1'000'000), 3'600'000);
}

// One who is called, and answers as told.
class Receiver {
 public:
  explicit Receiver(int port) {
    server_.Post("/hook", [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard lock(mutex_);
      const bool fine = answers_.empty();
      response.status = fine ? 204 : answers_.front();
      if (!fine) answers_.erase(answers_.begin());
      ids_.push_back(request.get_header_value("webhook-id"));
      const std::string signature = webhook_signature(
          secret, ids_.back(), std::stoll(request.get_header_value("webhook-timestamp")),
          request.body);
      signed_ = signed_ && signature == request.get_header_value("webhook-signature");
    });
    server_.set_keep_alive_timeout(1);
    EXPECT_TRUE(server_.bind_to_port("127.0.0.1", port));
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Receiver() {
    server_.stop();
    thread_.join();
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void answer(std::vector<int> with) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(with);
  }
  std::vector<std::string> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }
  bool all_signed() const {
    const std::lock_guard lock(mutex_);
    return signed_;
  }

  static constexpr const char* secret = "twenty-four bytes, or so";

 private:
  httplib::Server server_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<int> answers_;
  std::vector<std::string> ids_;
  bool signed_ = true;
};

class Outbox : public testing::Test {
 protected:
  Outbox() : folder_(std::move(TemporaryFolder::make()).value()) {
    settings_.telling.webhooks = {"http://127.0.0.1:" + std::to_string(port_) + "/hook"};
    store_ = std::make_unique<Store>(std::move(Store::open(folder_.path())).value());
    watch_ = std::move(Watch::make(*store_, settings_, now_ms())).value();
    intake_ = std::make_unique<Intake>(*store_);
  }
  ~Outbox() override { stop(); }

  void start() {
    stop_ = false;
    thread_ = std::thread([this] {
      const std::string& url = settings_.telling.webhooks[0];
      run_outbox(
          url, send_by_webhook(url, Receiver::secret), *intake_, [](const std::string&) {}, stop_);
    });
  }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  // A device whose battery is low: one message.
  void raise(int device) {
    Received received;
    received.device = "collar-" + std::to_string(device);
    received.network = "sengi";
    received.port = 26;
    received.payload = status_message(1, static_cast<std::uint32_t>(now_ms() / 1000), 3'000);
    ASSERT_TRUE(intake_->keep({received}).ok());
  }
  std::string ask(const std::string& sql) {
    std::string answer;
    EXPECT_TRUE(intake_
                    ->alone([&](Store& store) -> Result<void> {
                      Statement select(store.database(), sql);
                      SENGI_TRY(found, select.next());
                      answer = found ? select.text(0) : "";
                      return {};
                    })
                    .ok());
    return answer;
  }
  std::string waiting() { return ask("SELECT count(*) FROM outbox WHERE delivered_ms IS NULL"); }

  TemporaryFolder folder_;
  int port_ = free_port();
  Settings settings_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Intake> intake_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST_F(Outbox, DeliversInOrderAndSigned) {
  Receiver receiver(port_);
  for (int i = 0; i < 5; ++i) raise(i);
  start();
  wait_until([&] { return waiting() == "0"; });
  EXPECT_THAT(receiver.ids(), ElementsAre("msg_1", "msg_2", "msg_3", "msg_4", "msg_5"));
  EXPECT_TRUE(receiver.all_signed());
}

TEST_F(Outbox, AsksAgainUntilItIsTaken) {
  Receiver receiver(port_);
  receiver.answer({500, 503});
  raise(1);
  start();
  wait_until([&] { return waiting() == "0"; });
  EXPECT_THAT(receiver.ids(), ElementsAre("msg_1", "msg_1", "msg_1"));
  EXPECT_EQ(ask("SELECT attempts FROM outbox"), "3");
}

TEST_F(Outbox, OneThatIsRefusedHoldsNoneUp) {
  Receiver receiver(port_);
  receiver.answer({422});
  raise(1);
  raise(2);
  start();
  wait_until([&] { return waiting() == "0"; });
  EXPECT_THAT(receiver.ids(), ElementsAre("msg_1", "msg_2", "msg_1"));
}

// Nobody is there, the station ends, another begins, somebody comes.
TEST_F(Outbox, OutlivesTheStation) {
  raise(1);
  start();
  wait_until([&] { return ask("SELECT attempts > 0 FROM outbox") == "1"; });
  EXPECT_NE(ask("SELECT fault FROM outbox"), "");
  stop();
  EXPECT_EQ(waiting(), "1");
  Receiver receiver(port_);
  start();
  wait_until([&] { return waiting() == "0"; });
  EXPECT_THAT(receiver.ids(), ElementsAre("msg_1"));
}

}  // namespace
}  // namespace sengi::station
