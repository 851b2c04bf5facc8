// SPDX-License-Identifier: Apache-2.0
// A station on a port of this machine, for tests of its pages.
#pragma once

#include <gtest/gtest.h>
#include <httplib.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "station/accounts.h"
#include "station/clock.h"
#include "station/http_server.h"
#include "station/uplinks_for_tests.h"
#include "station/watch.h"

namespace sengi::station {

class ServedStation {
 public:
  explicit ServedStation(const Settings& settings = {})
      : folder_(std::move(TemporaryFolder::make()).value()), settings_(settings) {
    start();
  }

  // Also again: what is on disk stays.
  void start() {
    client_.reset();
    server_.reset();
    intake_.reset();
    watch_.reset();
    store_.reset();
    store_ = std::make_unique<Store>(std::move(Store::open(folder_.path())).value());
    auto watch = Watch::make(*store_, settings_, now_ms());
    ASSERT_TRUE(watch.ok()) << watch.error().message;
    watch_ = std::move(watch).value();
    intake_ = std::make_unique<Intake>(*store_);
    const HttpBackend backend{*intake_,
                              folder_.path() / database_name,
                              [this](std::int64_t id, const std::string& who) {
                                return intake_->alone([&](Store&) {
                                  return watch_->alerts().acknowledge(id, who, now_ms());
                                });
                              },
                              settings_.irrigation,
                              [this] { return watch_->renew_zones(now_ms()); },
                              settings_.downlinks};
    auto server = HttpServer::start({"127.0.0.1", 0}, backend);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::make_unique<HttpServer>(std::move(server).value());
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
  }

  // The first of them closes the door.
  void add_accounts() {
    Accounts accounts(store_->database());
    for (const Role role :
         {Role::admin, Role::ranger, Role::researcher, Role::guest, Role::ingest}) {
      auto token = accounts.add_program(std::string(name_of(role)), role, now_ms());
      ASSERT_TRUE(token.ok()) << token.error().message;
      tokens_[role] = std::move(token).value();
    }
  }
  httplib::Headers as(Role role) { return {{"Authorization", "Bearer " + tokens_[role]}}; }

  nlohmann::json get(const std::string& path) {
    const auto answer = client_->Get(path);
    EXPECT_TRUE(answer && answer->status == 200) << path << " " << (answer ? answer->body : "");
    return answer ? nlohmann::json::parse(answer->body, nullptr, false) : nlohmann::json();
  }

  // An uplink that arrives now.
  void hear(const std::string& device, const link::Bytes& payload) {
    const int port = link::port_of(payload[0]);
    const auto answer =
        client_->Post("/api/v1/uplinks", plain_uplink(device, port, payload), "application/json");
    ASSERT_TRUE(answer && answer->status == 200) << (answer ? answer->body : "");
  }

  httplib::Client& client() { return *client_; }
  int port() const { return server_->port(); }
  Database& database() { return store_->database(); }
  Settings& settings() { return settings_; }
  std::filesystem::path folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  Settings settings_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<httplib::Client> client_;
  std::map<Role, std::string> tokens_;
};

}  // namespace sengi::station
