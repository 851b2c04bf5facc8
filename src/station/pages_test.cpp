// SPDX-License-Identifier: Apache-2.0
#include "station/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/web_file.h"
#include "station/served_station_for_tests.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Pages, AnybodyGetsThemPackedOrNot) {
  if (web::dashboard().empty()) GTEST_SKIP() << "built without pages";
  ServedStation station;
  station.add_accounts();
  for (const web::File& file : web::dashboard()) {
    const std::string path(file.path);
    const auto packed = station.client().Get(path, {{"Accept-Encoding", "gzip"}});
    ASSERT_EQ(packed->status, 200) << path;
    EXPECT_EQ(packed->get_header_value("Content-Type"), file.type);
    EXPECT_EQ(packed->get_header_value_count("Cache-Control"), 1U);
    // The client unpacks it.
    EXPECT_EQ(packed->body, web::unpacked(file)) << path;
    const auto plain = station.client().Get(path);
    EXPECT_FALSE(plain->has_header("Content-Encoding"));
    EXPECT_EQ(plain->body, web::unpacked(file)) << path;
    const auto again = station.client().Get(
        path, {{"If-None-Match", plain->get_header_value("ETag")}, {"Accept-Encoding", "gzip"}});
    EXPECT_EQ(again->status, 304) << path;
    EXPECT_EQ(again->body, "");
  }
  const auto first = station.client().Get("/");
  EXPECT_THAT(first->body, StartsWith("<!doctype html>"));
  EXPECT_THAT(first->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(first->get_header_value("Content-Security-Policy"), Not(HasSubstr("unsafe")));
}

TEST(Pages, NothingElseIsThere) {
  ServedStation station;
  for (const char* path : {"/index.html/..", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                           "/appxjs", "/app.js%00.html", "//etc/passwd", "/station.db"}) {
    const auto answer = station.client().Get(path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status / 100, 4) << path;
  }
}

TEST(Sessions, ABrowsersCookieReadsAndChangesNothingWithoutTheHeader) {
  ServedStation station;
  Accounts accounts(station.database());
  ASSERT_TRUE(accounts.add("Wanjiku", "a long password", Role::admin, now_ms()).ok());
  const auto in = station.client().Post("/api/v1/sessions?cookie=1",
                                        R"({"name": "Wanjiku", "password": "a long password"})",
                                        "application/json");
  ASSERT_EQ(in->status, 204);
  EXPECT_EQ(in->body, "");
  const std::string set = in->get_header_value("Set-Cookie");
  EXPECT_THAT(set, StartsWith("sengi_session="));
  EXPECT_THAT(set, HasSubstr("; HttpOnly; SameSite=Strict"));
  const std::string cookie = set.substr(0, set.find(';'));
  const httplib::Headers with{{"Cookie", "theme=dark; " + cookie + "; other=1"}};
  const auto me = station.client().Get("/api/v1/me", with);
  ASSERT_EQ(me->status, 200);
  EXPECT_EQ(nlohmann::json::parse(me->body),
            (nlohmann::json{{"name", "Wanjiku"}, {"role", "admin"}, {"asks_names", true}}));

  const std::string zones =
      R"({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]})";
  const auto forged = station.client().Put("/api/v1/zones?kind=farm", with, zones, "text/plain");
  EXPECT_EQ(forged->status, 401);
  httplib::Headers ours = with;
  ours.emplace("X-Requested-With", "sengi");
  const auto meant = station.client().Put("/api/v1/zones?kind=farm", ours, zones, "text/plain");
  EXPECT_EQ(meant->status, 200);

  ASSERT_EQ(station.client().Delete("/api/v1/sessions", ours)->status, 204);
  EXPECT_EQ(station.client().Get("/api/v1/me", with)->status, 401);
}

TEST(Sessions, OtherCookiesAreNone) {
  ServedStation station;
  station.add_accounts();
  for (const char* cookie : {"sengi_session=", "xsengi_session=1", "sengi_session", ";;=;",
                             "sengi_session=' OR 1=1 --"}) {
    EXPECT_EQ(station.client().Get("/api/v1/me", {{"Cookie", cookie}})->status, 401) << cookie;
  }
}

}  // namespace
}  // namespace sengi::station
