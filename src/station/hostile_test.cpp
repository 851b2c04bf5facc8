// SPDX-License-Identifier: Apache-2.0
// What a client that means harm may send; docs/security.md lists it. Whatever it is, the station
// answers as it should or closes the door, says nothing of its inside, and lives.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "station/served_station_for_tests.h"

namespace sengi::station {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{2, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the door is closed, which is an answer
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Nothing more comes from us; all that comes from there until it closes, or two seconds.
  std::string rest() const {
    ::shutdown(socket_, SHUT_WR);
    std::string all;
    char chunk[4096];
    for (ssize_t count; (count = ::recv(socket_, chunk, sizeof chunk, 0)) > 0;) {
      all.append(chunk, static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  int socket_;
};

std::string answer_to(ServedStation& station, std::string_view request) {
  const Connection connection(station.port());
  connection.send(request);
  return connection.rest();
}

void expect_alive(ServedStation& station, const std::string& after) {
  httplib::Client client("127.0.0.1", station.port());
  const auto answer = client.Get("/health");
  ASSERT_TRUE(answer && answer->status == 200) << "after " << testing::PrintToString(after);
}

constexpr std::string_view close_after = "Host: 127.0.0.1\r\nConnection: close\r\n";

std::string request_of(const std::string& line, const std::string& headers = "",
                       const std::string& body = "") {
  return fmt::format("{} HTTP/1.1\r\n{}{}\r\n{}", line, close_after, headers, body);
}

TEST(Hostile, WhatIsNoRequestIsRefused) {
  ServedStation station;
  const std::string long_text(100'000, 'a');
  std::string many_headers;
  for (int i = 0; i < 5'000; ++i) many_headers += fmt::format("X-{}: 1\r\n", i);
  const std::vector<std::string> requests = {
      std::string("\0\0\0\0", 4),
      "\r\n\r\n",
      "GET\r\n\r\n",
      "GET /health\r\n\r\n",
      "GET /health HTTP/9.9\r\n\r\n",
      "get /health HTTP/1.1\r\n\r\n",
      "BREW /health HTTP/1.1\r\n\r\n",
      "CONNECT example.org:443 HTTP/1.1\r\n\r\n",
      "GET http://example.org/ HTTP/1.1\r\n\r\n",
      fmt::format("GET /{} HTTP/1.1\r\n\r\n", long_text),
      request_of("GET /health", fmt::format("X: {}\r\n", long_text)),
      request_of("GET /health", "no colon\r\n"),
      request_of("GET /nowhere", many_headers),
      request_of("POST /api/v1/uplinks", "Content-Length: -1\r\n", "{}"),
      request_of("POST /api/v1/uplinks", "Content-Length: 99999999999999999999\r\n", "{}"),
      request_of("POST /api/v1/uplinks", "Content-Length: 2\r\nContent-Length: 5\r\n", "{}"),
      request_of("POST /api/v1/uplinks", "Content-Length: x\r\n", "{}"),
      request_of("POST /api/v1/uplinks", "Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"),
      request_of("POST /api/v1/uplinks", "Transfer-Encoding: chunked\r\n", "-1\r\n{}\r\n0\r\n\r\n"),
      request_of("POST /api/v1/uplinks", "Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"),
      request_of("POST /api/v1/uplinks",
                 "Content-Type: multipart/form-data\r\nContent-Length: 2\r\n", "{}"),
      request_of("GET /api/v1/devices?limit=-1"),
      request_of("GET /api/v1/devices?limit=1e9"),
      request_of("GET /api/v1/devices?limit=%00"),
      request_of("GET /api/v1/devices/%"),
      request_of("GET /api/v1/devices/%ff%fe%00"),
      request_of("GET /api/v1/devices?after=" + long_text),
      request_of("GET /api/v1/alerts/99999999999999999999/acknowledge"),
      request_of("POST /api/v1/alerts/9/acknowledge", "Content-Length: 0\r\n"),
      request_of("PUT /api/v1/zones", "Content-Length: 4\r\n", "[[[["),
      request_of("DELETE /api/v1/uplinks"),
  };
  for (const std::string& request : requests) {
    const std::string answer = answer_to(station, request);
    // Closed without a word, or refused in our form or the library's.
    if (!answer.empty()) {
      EXPECT_THAT(answer, Not(StartsWith("HTTP/1.1 5"))) << request.substr(0, 100);
      if (request.find("/health") == std::string::npos) {
        EXPECT_THAT(answer, AnyOf(StartsWith("HTTP/1.1 4"), HasSubstr("\"devices\":[]")))
            << request.substr(0, 100);
      }
    }
    expect_alive(station, request.substr(0, 100));
  }
  EXPECT_EQ(station.get("/api/v1/counts")["uplinks"], 0);
}

TEST(Hostile, BentRequestsNeverEndIt) {
  ServedStation station;
  const auto now_s = static_cast<std::uint32_t>(now_ms() / 1000);
  const std::string uplink = plain_uplink("tembo", 23, position_message(now_s, 1, 2));
  const std::string cloud = chirpstack_uplink("70b3d5", 1, 7, {1, 2});
  const std::vector<std::string> whole = {
      request_of("POST /api/v1/uplinks",
                 "Content-Type: application/json\r\nContent-Length: " +
                     std::to_string(uplink.size()) + "\r\n",
                 uplink),
      request_of("POST /api/v1/uplinks?event=up",
                 "Content-Length: " + std::to_string(cloud.size()) + "\r\n", cloud),
      request_of("POST /api/v1/sessions", "Content-Length: 32\r\n",
                 R"({"name": "eve", "password": "x"})"),
      request_of("GET /api/v1/devices/tembo/positions?from=2026-01-01T00:00:00Z&limit=10",
                 "Cookie: sengi_session=abc; a=b\r\nAccept-Encoding: gzip\r\n"),
      request_of("PUT /api/v1/zones?kind=farm",
                 "Content-Length: 72\r\nIf-Match: \"0\"\r\nX-Requested-With: sengi\r\n",
                 R"({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}            )"),
  };
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int i = 0; i < 1'500; ++i) {
    std::string request = whole[below(whole.size())];
    for (std::size_t bends = 1 + below(6); bends > 0; --bends) {
      const std::size_t at = below(request.size());
      switch (below(4)) {
        case 0:
          request[at] = static_cast<char>(below(256));
          break;
        case 1:
          request.erase(at, 1 + below(20));
          break;
        case 2:
          request.insert(at, request.substr(below(request.size()), below(40)));
          break;
        default:
          request.insert(at, 1 + below(3), "\r\n\0:%;\"{"[below(8)]);
      }
      if (request.empty()) request.push_back('G');
    }
    const std::string answer = answer_to(station, request);
    if (!answer.empty()) {
      ASSERT_THAT(answer, Not(StartsWith("HTTP/1.1 500"))) << testing::PrintToString(request);
    }
    if (i % 100 == 0) expect_alive(station, request);
  }
  expect_alive(station, "all of them");
}

TEST(Hostile, WhatLooksLikeSqlIsText) {
  ServedStation station;
  const auto now_s = static_cast<std::uint32_t>(now_ms() / 1000);
  const std::vector<std::string> names = {"'; DROP TABLE uplinks; --", "x' OR '1'='1",
                                          "tembo') UNION SELECT hash FROM tokens --", "%", "_"};
  for (const std::string& name : names) {
    station.hear(name, position_message(now_s, 10'000'000, 20'000'000));
  }
  EXPECT_EQ(station.get("/api/v1/counts")["uplinks"], names.size());
  for (const std::string& name : names) {
    const std::string path =
        "/api/v1/devices/" + httplib::detail::encode_query_param(name) + "/positions";
    const auto answer = station.get(path);
    EXPECT_EQ(answer["device"], name);
    EXPECT_EQ(answer["positions"].size(), 1U) << name;
  }
  const std::string after = "' OR 1=1 --";
  const auto behind = std::ranges::count_if(names, [&](const auto& name) { return name > after; });
  const auto found =
      station.get("/api/v1/devices?after=" + httplib::detail::encode_query_param(after));
  EXPECT_EQ(found["devices"].size(), static_cast<std::size_t>(behind));
}

TEST(Hostile, TooMuchIsRefusedBeforeItIsHeld) {
  ServedStation station;
  const std::string much(2U << 20, ' ');
  const auto answer = station.client().Post("/api/v1/uplinks", much, "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  // Without saying how long: in pieces.
  std::string pieces;
  for (int i = 0; i < 40; ++i) pieces += fmt::format("10000\r\n{}\r\n", std::string(0x10000, ' '));
  const std::string chunked = answer_to(
      station,
      request_of("POST /api/v1/uplinks", "Transfer-Encoding: chunked\r\n", pieces + "0\r\n\r\n"));
  EXPECT_THAT(chunked, AnyOf("", StartsWith("HTTP/1.1 4")));
  expect_alive(station, "much");
  EXPECT_EQ(station.get("/api/v1/counts")["uplinks"], 0);
}

TEST(Hostile, ThoseWhoDawdleDoNotKeepTheOthersWaiting) {
  ServedStation station;
  std::vector<std::unique_ptr<Connection>> slow;
  for (int i = 0; i < 40; ++i) {
    slow.push_back(std::make_unique<Connection>(station.port()));
    slow.back()->send("POST /api/v1/uplinks HTTP/1.1\r\nContent-Length: 1000\r\nX-Slow: ");
  }
  expect_alive(station, "forty that say a word and wait");
}

}  // namespace
}  // namespace sengi::station
