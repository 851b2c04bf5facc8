// SPDX-License-Identifier: Apache-2.0
#include "station/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <array>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.h"
#include "base/process.h"
#include "station/accounts.h"
#include "station/clock.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

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
        watch_(std::move(Watch::make(store_, settings_, now_ms())).value()),
        server_(std::move(HttpServer::start({"127.0.0.1", 0}, backend())).value()),
        client_("127.0.0.1", server_.port()) {}

  httplib::Result post(const std::string& body, const char* type = "application/json",
                       const char* path = "/api/v1/uplinks") {
    return client_.Post(path, body, type);
  }

  HttpBackend backend() {
    return {intake_, folder_.path() / database_name,
            [this](std::int64_t id, const std::string& who) {
              return intake_.alone(
                  [&](Store&) { return watch_->alerts().acknowledge(id, who, now_ms()); });
            }};
  }
  // The first account closes the door.
  void add_accounts() {
    const std::lock_guard lock(mutex_);
    Accounts accounts(store_.database());
    ASSERT_TRUE(accounts.add("amina", password, Role::ranger, now_ms()).ok());
    for (const Role role : {Role::admin, Role::researcher, Role::guest, Role::ingest}) {
      tokens_[role] = accounts.add_program(std::string(name_of(role)), role, now_ms()).value();
    }
    const auto session = log_in("amina", password);
    ASSERT_EQ(session->status, 200) << session->body;
    tokens_[Role::ranger] = json::parse(session->body)["token"];
  }
  httplib::Result log_in(const std::string& name, const std::string& word) {
    return post(json{{"name", name}, {"password", word}}.dump(), "application/json",
                "/api/v1/sessions");
  }
  httplib::Headers as(Role role) { return {{"Authorization", "Bearer " + tokens_[role]}}; }

  static constexpr const char* password = "a long dry season";
  TemporaryFolder folder_;
  Settings settings_;
  Store store_;
  Intake intake_;
  std::unique_ptr<Watch> watch_;
  HttpServer server_;
  httplib::Client client_;
  std::map<Role, std::string> tokens_;
  std::mutex mutex_;
};

// A certificate of its own, made by the tool that people use.
class HttpTls : public Http {
 protected:
  std::filesystem::path make(const std::string& name) {
    const auto key = folder_.path() / (name + ".key");
    const auto certificate = folder_.path() / (name + ".pem");
    const auto run = run_process({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                  "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                                  "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                                  "-keyout", key.string(), "-out", certificate.string()});
    EXPECT_TRUE(run.ok() && run.value().exit_status == 0);
    return certificate;
  }
  Result<HttpServer> start(const std::filesystem::path& certificate,
                           const std::filesystem::path& key) {
    return HttpServer::start({"127.0.0.1", 0, certificate, key}, backend());
  }
};

TEST_F(HttpTls, IsSpokenToThoseWhoTrustTheCertificate) {
  if (!find_program("openssl")) GTEST_SKIP() << "openssl is missing";
  const auto certificate = make("camp");
  const auto server = start(certificate, folder_.path() / "camp.key");
  ASSERT_TRUE(server.ok()) << server.error().message;
  httplib::SSLClient client("127.0.0.1", server.value().port());
  client.set_ca_cert_path(certificate.c_str());
  client.enable_server_certificate_verification(true);
  const auto answer = client.Get("/health");
  ASSERT_TRUE(answer) << httplib::to_string(answer.error());
  EXPECT_EQ(answer->status, 200);
  httplib::SSLClient stranger("127.0.0.1", server.value().port());
  stranger.enable_server_certificate_verification(true);
  EXPECT_FALSE(stranger.Get("/health"));
  httplib::Client plain("127.0.0.1", server.value().port());
  EXPECT_FALSE(plain.Get("/health"));
}

TEST_F(HttpTls, NeedsACertificateAndItsKey) {
  if (!find_program("openssl")) GTEST_SKIP() << "openssl is missing";
  const auto certificate = make("camp");
  make("other");
  const auto fault = [&](const std::filesystem::path& one, const std::filesystem::path& key) {
    const auto server = start(one, key);
    return server.ok() ? "" : server.error().message;
  };
  EXPECT_THAT(fault(certificate, folder_.path() / "other.key"), HasSubstr("other.key: not the"));
  EXPECT_THAT(fault(folder_.path() / "other.key", folder_.path() / "camp.key"),
              HasSubstr("other.key: no certificate"));
  EXPECT_THAT(fault(folder_.path() / "none.pem", folder_.path() / "camp.key"),
              HasSubstr("none.pem: no certificate"));
}

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

TEST_F(Http, SaysThatAPortIsTaken) {
  const auto second = HttpServer::start({"127.0.0.1", server_.port()}, backend());
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("is another program there?"));
}

TEST_F(Http, OthersReachItOnlyWithAccounts) {
  const auto open = HttpServer::start({"0.0.0.0", 0}, backend());
  ASSERT_FALSE(open.ok());
  EXPECT_THAT(open.error().message, HasSubstr("sengi station account add"));
  add_accounts();
  EXPECT_TRUE(HttpServer::start({"0.0.0.0", 0}, backend()).ok());
}

// A page from elsewhere, in a browser on this machine.
TEST_F(Http, ForeignPagesAreRefusedWhileNobodyIsAsked) {
  EXPECT_EQ(client_.Get("/api/v1/devices")->status, 200);
  EXPECT_EQ(client_.Get("/api/v1/devices", {{"Host", "evil.example:8080"}})->status, 401);
  EXPECT_EQ(client_.Get("/api/v1/devices", {{"Origin", "https://evil.example"}})->status, 401);
  const std::string here = "127.0.0.1:" + std::to_string(server_.port());
  EXPECT_EQ(client_.Get("/api/v1/devices", {{"Host", here}, {"Origin", "http://" + here}})->status,
            200);
}

TEST_F(Http, EachRoleMayWhatItMay) {
  post(uplink(1));
  add_accounts();
  const std::map<Role, std::array<int, 5>> expected = {
      {Role::admin, {200, 200, 200, 200, 404}},      {Role::ranger, {200, 200, 200, 403, 404}},
      {Role::researcher, {200, 200, 200, 403, 403}}, {Role::guest, {200, 403, 403, 403, 403}},
      {Role::ingest, {403, 403, 403, 200, 403}},
  };
  for (const auto& [role, statuses] : expected) {
    const auto who = as(role);
    EXPECT_EQ(client_.Get("/api/v1/devices", who)->status, statuses[0]) << name_of(role);
    EXPECT_EQ(client_.Get("/api/v1/alerts", who)->status, statuses[1]) << name_of(role);
    EXPECT_EQ(client_.Get("/metrics", who)->status, statuses[2]) << name_of(role);
    EXPECT_EQ(client_.Post("/api/v1/uplinks", who, uplink(2), "application/json")->status,
              statuses[3])
        << name_of(role);
    EXPECT_EQ(client_.Post("/api/v1/alerts/9/acknowledge", who, "", "text/plain")->status,
              statuses[4])
        << name_of(role);
  }
  EXPECT_EQ(client_.Get("/api/v1/devices")->status, 401);
  EXPECT_EQ(client_.Get("/api/v1/devices", {{"Authorization", "Bearer sengi_00"}})->status, 401);
  EXPECT_EQ(client_.Get("/health")->status, 200);
}

TEST_F(Http, SessionsEnd) {
  add_accounts();
  EXPECT_EQ(client_.Delete("/api/v1/sessions", as(Role::ranger))->status, 204);
  EXPECT_EQ(client_.Get("/api/v1/devices", as(Role::ranger))->status, 401);
}

TEST_F(Http, GuessingIsSlow) {
  add_accounts();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("amina", "wrong")->status, 401);
  const auto answer = log_in("amina", password);
  EXPECT_EQ(answer->status, 429);
  EXPECT_TRUE(answer->has_header("Retry-After"));
  EXPECT_EQ(log_in("nobody", "wrong")->status, 401) << "another name is not held up";
}

// Positions of animals are what poachers want.
TEST_F(Http, GuestsSeeYesterdayCoarsely) {
  const auto now_s = static_cast<std::uint32_t>(now_ms() / 1000);
  post(plain_uplink("tembo", 23, position_message(now_s - 90'000, 12'345'678, 201'234'567)));
  post(plain_uplink("tembo", 23, position_message(now_s - 60, 13'345'678, 201'234'567)));
  add_accounts();
  const auto see = [&](Role role) {
    const auto path = "/api/v1/devices/tembo/positions";
    return json::parse(client_.Get(path, as(role))->body)["positions"];
  };
  EXPECT_EQ(see(Role::ranger).size(), 2U);
  ASSERT_EQ(see(Role::guest).size(), 1U);
  EXPECT_DOUBLE_EQ(see(Role::guest)[0]["latitude"], 1.25);
  EXPECT_DOUBLE_EQ(see(Role::guest)[0]["longitude"], 20.15);
  const auto device = json::parse(client_.Get("/api/v1/devices/tembo", as(Role::guest))->body);
  EXPECT_DOUBLE_EQ(device["position"]["latitude"], 1.25);
  EXPECT_FALSE(device.contains("last_heard"));
  const auto map = json::parse(client_.Get("/api/v1/positions", as(Role::guest))->body);
  ASSERT_EQ(map["features"].size(), 1U);
  const json& point = map["features"][0];
  EXPECT_EQ(point["geometry"]["coordinates"], json::array({20.15, 1.25}));
  EXPECT_FALSE(point["properties"].contains("last_heard"));
  const auto whole = json::parse(client_.Get("/api/v1/positions", as(Role::ranger))->body);
  EXPECT_EQ(whole["features"][0]["geometry"]["coordinates"], json::array({20.12345, 1.334575}));
}

TEST_F(Http, AlertsAreSeenAndAcknowledged) {
  const auto now_s = static_cast<std::uint32_t>(now_ms() / 1000);
  post(plain_uplink("tembo", 26, status_message(1, now_s, 3'000)));
  add_accounts();
  const auto alerts = json::parse(client_.Get("/api/v1/alerts", as(Role::ranger))->body)["alerts"];
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0]["kind"], "battery");
  EXPECT_EQ(alerts[0]["detail"]["battery_mv"], 3'000);
  EXPECT_LE(alerts[0]["unheard_s"], 60);
  const auto path = "/api/v1/alerts/" + alerts[0]["id"].dump() + "/acknowledge";
  EXPECT_EQ(client_.Post(path, as(Role::ranger), "", "text/plain")->status, 204);
  const auto after = json::parse(client_.Get("/api/v1/alerts", as(Role::ranger))->body)["alerts"];
  EXPECT_EQ(after[0]["state"], "acknowledged");
  EXPECT_EQ(after[0]["acknowledged_by"], "amina");
}

TEST_F(Http, MetricsCount) {
  post(uplink(1));
  post(uplink(1));
  const std::string text = client_.Get("/metrics")->body;
  EXPECT_THAT(text, HasSubstr("\nsengi_uplinks_total 1\n"));
  EXPECT_THAT(text, HasSubstr("\nsengi_duplicates_total 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE sengi_devices gauge\n"));
}

TEST_F(Http, ParametersAreLookedAt) {
  post(uplink(1));
  for (const char* path :
       {"/api/v1/devices?limit=0", "/api/v1/devices?limit=1001", "/api/v1/devices?limit=x",
        "/api/v1/devices/collar-1/uplinks?from=today"}) {
    EXPECT_EQ(client_.Get(path)->status, 400) << path;
  }
  EXPECT_EQ(client_.Get("/api/v1/devices/nobody")->status, 404);
  EXPECT_EQ(client_.Get("/api/v1/devices/'%20OR%201=1--")->status, 404);
  const auto one = json::parse(client_.Get("/api/v1/devices?after=collar-0&limit=1")->body);
  EXPECT_EQ(one["devices"].size(), 1U);
}

}  // namespace
}  // namespace sengi::station
