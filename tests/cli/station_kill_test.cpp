// SPDX-License-Identifier: Apache-2.0
// A station is killed (SIGKILL) at moments of no choice while a broker, posters and a folder bring
// uplinks. Whatever was acknowledged is there at the end, once; each device's battery is low, and
// its alert is raised once and reaches the webhook at least once.
//
// SENGI_STATION_KILLS: how often; 25 where it is not set.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sqlite3.h>

#include <ctime>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "base/files.h"
#include "station/broker_for_tests.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

class Station {
 public:
  Station(const std::filesystem::path& folder, const Broker& broker, int port) {
    const std::vector<std::string> words = {SENGI_BINARY, "station",
                                            "--folder",   (folder / "camp").string(),
                                            "--mqtt",     broker.address(),
                                            "--port",     std::to_string(port),
                                            "--inbox",    (folder / "inbox").string(),
                                            "--settings", (folder / "station.toml").string()};
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~Station() { end(SIGKILL); }
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  int end(int signal) {
    if (pid_ == 0) return 0;
    int status = 0;
    ::kill(pid_, signal);
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_ = 0;
};

int kills() {
  const char* words = std::getenv("SENGI_STATION_KILLS");
  return words == nullptr ? 25 : std::max(1, std::atoi(words));
}

constexpr std::uint32_t devices_each = 50;

// The number's message: of news, and like no other of its device.
link::Bytes message(std::uint32_t number) {
  static const auto start_s = static_cast<std::uint32_t>(std::time(nullptr)) - 3'600;
  const std::uint32_t turn = number / devices_each;
  return status_message(static_cast<std::uint8_t>(turn), start_s + turn / 256);
}

std::string device(const char* source, std::uint32_t number) {
  return fmt::format("{}-{}", source, number % devices_each);
}

std::string uplink(const char* source, std::uint32_t number) {
  return plain_uplink(device(source, number), 26, message(number));
}

// Posts until it is told to end; what is not answered with 200 is posted again, as networks do.
class Poster {
 public:
  Poster(int port, std::string name) : name_(std::move(name)) {
    thread_ = std::thread([this, port] {
      httplib::Client client("127.0.0.1", port);
      client.set_connection_timeout(1);
      client.set_read_timeout(2);
      while (!stop_) {
        const auto answer =
            client.Post("/api/v1/uplinks", uplink(name_.c_str(), posted_), "application/json");
        if (answer && answer->status == 200) {
          ++posted_;
        } else {
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
      }
    });
  }
  ~Poster() { end(); }
  Poster(const Poster&) = delete;
  Poster& operator=(const Poster&) = delete;

  std::uint32_t end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return posted_;
  }

 private:
  std::string name_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::uint32_t> posted_ = 0;  // and answered
  std::thread thread_;
};

// Where alerts are delivered to.
class Webhook {
 public:
  Webhook() {
    server_.Post("/", [this](const httplib::Request& request, httplib::Response&) {
      const auto body = nlohmann::json::parse(request.body);
      const std::lock_guard lock(mutex_);
      if (body["type"] == "alert.raised") devices_.insert(body["data"]["device"]);
    });
    server_.set_keep_alive_timeout(1);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Webhook() {
    server_.stop();
    thread_.join();
  }
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;

  int port() const { return port_; }
  std::set<std::string> devices() const {
    const std::lock_guard lock(mutex_);
    return devices_;
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::set<std::string> devices_;
};

// How often each row is there, read by SQLite itself.
std::map<std::string, int> rows_in(const std::filesystem::path& database, const char* sql) {
  sqlite3* db = nullptr;
  EXPECT_EQ(::sqlite3_open_v2(database.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  std::map<std::string, int> rows;
  const auto take = [](void* to, int, char** values, char**) {
    ++(*static_cast<std::map<std::string, int>*>(to))[fmt::format("{} {}", values[0], values[1])];
    return 0;
  };
  EXPECT_EQ(::sqlite3_exec(db, sql, take, &rows, nullptr), SQLITE_OK) << ::sqlite3_errmsg(db);
  std::map<std::string, int> checks;
  ::sqlite3_exec(
      db, "PRAGMA integrity_check",
      [](void* to, int, char** values, char**) {
        ++(*static_cast<std::map<std::string, int>*>(to))[values[0]];
        return 0;
      },
      &checks, nullptr);
  EXPECT_EQ(checks, (std::map<std::string, int>{{"ok", 1}}));
  ::sqlite3_close(db);
  return rows;
}

TEST(KilledStation, LosesNothingAndDoublesNothing) {
  const auto folder = std::move(TemporaryFolder::make()).value();
  const int port = free_port();
  Broker broker;
  Webhook webhook;
  ASSERT_TRUE(write_text(folder.path() / "secret", std::string(32, 'A')).ok());
  ASSERT_TRUE(write_text(folder.path() / "station.toml",
                         fmt::format("[battery]\nlow_mv = 3700\ngood_mv = 3800\n[silent]\n"
                                     "watch = false\n[telling]\nsecret_file = \"secret\"\n"
                                     "escalate_min = 0\n"
                                     "webhooks = [\"http://127.0.0.1:{}/\"]\n",
                                     webhook.port()))
                  .ok());
  auto station = std::make_unique<Station>(folder.path(), broker, port);
  const auto answers = [&] {
    const auto answer = httplib::Client("127.0.0.1", port).Get("/health");
    return answer && answer->status == 200;
  };
  wait_until(answers);
  std::filesystem::create_directories(folder.path() / "inbox");

  std::mt19937 random(6);
  std::atomic<bool> stop = false;
  std::atomic<std::uint32_t> published = 0;
  std::atomic<std::uint32_t> filed = 0;
  // A subscription is the session's from the first connection on.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  std::thread publishing([&] {
    Publisher publisher(broker.port());
    while (!stop) {
      for (int i = 0; i < 20 && publisher.waiting() < 200; ++i, ++published) {
        publisher.publish("sengi/mqtt/up", uplink("mqtt", published));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    publisher.wait();
  });
  std::thread filing([&] {
    for (int file = 0; !stop; ++file) {
      std::string lines;
      for (int i = 0; i < 200; ++i, ++filed) lines += uplink("file", filed) + "\n";
      const auto path = folder.path() / "inbox" / fmt::format("{:05}.jsonl", file);
      EXPECT_TRUE(write_text(path, lines).ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  Poster first(port, "post-a");
  Poster second(port, "post-b");
  for (int i = 0; i < kills(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 500));
    station->end(SIGKILL);
    station = std::make_unique<Station>(folder.path(), broker, port);
  }
  wait_until(answers);
  const std::uint32_t posted_first = first.end();
  const std::uint32_t posted_second = second.end();
  stop = true;
  publishing.join();
  filing.join();

  std::map<std::string, int> expected;
  const auto expect = [&](const char* source, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      expected[fmt::format("{} {}", device(source, i), link::to_hex(message(i)))] = 1;
    }
  };
  expect("mqtt", published);
  expect("file", filed);
  expect("post-a", posted_first);
  expect("post-b", posted_second);
  // A post that was kept and whose answer the kill took has no second try at the very end.
  const std::size_t most = expected.size() + 2;
  const auto heard = [&] {
    const auto answer = httplib::Client("127.0.0.1", port).Get("/api/v1/counts");
    if (!answer) return std::size_t{0};
    const auto at = answer->body.find("\"uplinks\":");
    return static_cast<std::size_t>(std::atoll(answer->body.c_str() + at + 10));
  };
  wait_until([&] { return heard() >= expected.size(); });
  std::set<std::string> devices;
  for (const auto& [what, times] : expected) devices.insert(what.substr(0, what.find(' ')));
  wait_until([&] { return webhook.devices().size() >= devices.size(); });
  const int status = station->end(SIGTERM);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);

  EXPECT_EQ(webhook.devices(), devices);
  const auto database = folder.path() / "camp" / "station.db";
  const auto rows = rows_in(database,
                            "SELECT device, hex(payload) FROM uplinks JOIN devices ON devices.id = "
                            "device_id");
  const auto alerts = rows_in(database,
                              "SELECT device, kind FROM alerts JOIN devices ON devices.id = "
                              "device_id");
  EXPECT_EQ(alerts.size(), devices.size());
  for (const auto& [what, times] : alerts) EXPECT_EQ(times, 1) << what;
  EXPECT_LE(rows.size(), most);
  std::size_t missing = 0;
  std::size_t doubled = 0;
  for (const auto& [what, times] : expected) missing += rows.contains(what) ? 0 : 1;
  for (const auto& [what, times] : rows) doubled += times > 1 ? 1 : 0;
  EXPECT_EQ(missing, 0U);
  EXPECT_EQ(doubled, 0U);
  EXPECT_GT(published, 100U);
  EXPECT_GT(posted_first, 10U);
  EXPECT_GT(filed, 100U);
  RecordProperty("kills", kills());
  RecordProperty("uplinks", static_cast<int>(rows.size()));
}

}  // namespace
}  // namespace sengi::station
