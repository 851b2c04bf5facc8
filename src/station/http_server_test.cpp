// SPDX-License-Identifier: Apache-2.0
#include "station/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Http : public testing::Test {
 protected:
  Http()
      : folder_(std::move(TemporaryFolder::make()).value()),
        store_(std::move(Store::open(folder_.path())).value()),
        intake_(store_),
        server_(std::move(HttpServer::start({"127.0.0.1", 0}, intake_)).value()),
        client_("127.0.0.1", server_.port()) {}

  httplib::Result post(const std::string& body, const char* type = "application/json",
                       const char* path = "/api/v1/uplinks") {
    return client_.Post(path, body, type);
  }

  TemporaryFolder folder_;
  Store store_;
  Intake intake_;
  HttpServer server_;
  httplib::Client client_;
};

std::string uplink(std::uint32_t i) {
  return plain_uplink("collar-" + std::to_string(i), 26, status_message(1, new_year_s + i));
}

TEST_F(Http, KeepsAnUplinkOnce) {
  const auto first = post(uplink(1));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(json::parse(first->body), (json{{"kept", 1}, {"duplicates", 0}}));
  EXPECT_EQ(json::parse(post(uplink(1))->body), (json{{"kept", 0}, {"duplicates", 1}}));
  const auto counts = json::parse(client_.Get("/api/v1/counts")->body);
  EXPECT_EQ(counts["uplinks"], 1);
  EXPECT_EQ(counts["duplicates"], 1);
}

TEST_F(Http, KeepsManyOrNone) {
  std::string lines;
  for (std::uint32_t i = 0; i < 100; ++i) lines += uplink(i) + "\n";
  const auto bad = post(lines + "{}\n", "application/x-ndjson");
  EXPECT_EQ(bad->status, 400);
  EXPECT_THAT(bad->body, HasSubstr("line 101: "));
  EXPECT_EQ(store_.counts().value().uplinks, 0);
  EXPECT_EQ(json::parse(post(lines, "application/x-ndjson")->body)["kept"], 100);
}

TEST_F(Http, OtherEventsOfChirpStackAreNothing) {
  const auto joined =
      post(R"({"devAddr":"00189440"})", "application/json", "/api/v1/uplinks?event=join");
  EXPECT_EQ(joined->status, 200);
  const auto up = post(chirpstack_uplink("a84041fffe12ab34", 1, 26, status_message(1, 7)),
                       "application/json", "/api/v1/uplinks?event=up");
  EXPECT_EQ(json::parse(up->body)["kept"], 1);
}

TEST_F(Http, ErrorsAreProblems) {
  const auto check = [](const httplib::Result& answer, int status) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/problem+json");
    EXPECT_EQ(json::parse(answer->body)["status"], status);
  };
  check(post("{"), 400);
  check(post(R"({"device":"<script>","port":7})"), 400);
  check(client_.Get("/api/v1/nothing"), 404);
  check(client_.Get("/../../etc/passwd"), 404);
  check(post(std::string(1'100'000, ' ')), 413);
}

// Many who post at once share transactions, and each gets its own answer.
TEST_F(Http, ManyAtOnce) {
  constexpr std::uint32_t each = 50;
  std::vector<std::thread> threads;
  std::atomic<int> kept = 0;
  for (std::uint32_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      httplib::Client client("127.0.0.1", server_.port());
      client.set_keep_alive(true);
      for (std::uint32_t i = 0; i < each; ++i) {
        const auto answer =
            client.Post("/api/v1/uplinks", uplink(t * each + i), "application/json");
        if (answer && answer->status == 200) kept += json::parse(answer->body)["kept"].get<int>();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(kept, 400);
  EXPECT_EQ(store_.counts().value().uplinks, 400);
  EXPECT_LE(intake_.commits(), 400U);
}

TEST(HttpServer, SaysThatAPortIsTaken) {
  auto folder = std::move(TemporaryFolder::make()).value();
  auto store = std::move(Store::open(folder.path())).value();
  Intake intake(store);
  const HttpServer first = std::move(HttpServer::start({"127.0.0.1", 0}, intake)).value();
  const auto second = HttpServer::start({"127.0.0.1", first.port()}, intake);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("is another program there?"));
}

}  // namespace
}  // namespace sengi::station
