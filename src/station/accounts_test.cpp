// SPDX-License-Identifier: Apache-2.0
#include "station/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "station/http_access.h"
#include "station/schema.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t now = 1'767'225'600'000;
constexpr const char* password = "a long dry season";

class AccountsTest : public testing::Test {
 protected:
  AccountsTest()
      : folder_(std::move(TemporaryFolder::make()).value()),
        db_(std::move(Database::open(folder_.path() / "a.db")).value()),
        accounts_(db_) {
    EXPECT_TRUE(migrate(db_).ok());
  }

  // Amina's token, after she was made.
  std::string token() {
    EXPECT_TRUE(accounts_.add("amina", password, Role::ranger, now).ok());
    return accounts_.login("amina", password, now).value().value_or("none");
  }

  std::string ask(const std::string& sql) {
    Statement select(db_, sql);
    return select.next().value() ? select.text(0) : "";
  }

  TemporaryFolder folder_;
  Database db_;
  Accounts accounts_;
};

TEST_F(AccountsTest, LogInAndAreKnown) {
  EXPECT_FALSE(accounts_.any().value());
  const std::string hers = token();
  EXPECT_TRUE(accounts_.any().value());
  EXPECT_FALSE(accounts_.login("amina", "a long wet season", now).value());
  EXPECT_FALSE(accounts_.login("juma", password, now).value());
  const Identity who = accounts_.who(hers, now).value().value_or(Identity{});
  EXPECT_EQ(who.name, "amina");
  EXPECT_EQ(who.role, Role::ranger);
  EXPECT_FALSE(accounts_.who(hers + "0", now).value());
  EXPECT_FALSE(accounts_.who("", now).value());
}

TEST_F(AccountsTest, TokensEndInTime) {
  const std::string hers = token();
  EXPECT_TRUE(accounts_.who(hers, now + session_ms - 1).value());
  EXPECT_FALSE(accounts_.who(hers, now + session_ms).value());
  const std::string program = accounts_.add_program("chirpstack", Role::ingest, now).value();
  EXPECT_TRUE(accounts_.who(program, now + 1'000 * session_ms).value());
}

TEST_F(AccountsTest, RemovedMeansRemoved) {
  const std::string hers = token();
  ASSERT_TRUE(accounts_.remove("amina", now).ok());
  EXPECT_FALSE(accounts_.who(hers, now).value());
  EXPECT_FALSE(accounts_.login("amina", password, now).value());
  EXPECT_FALSE(accounts_.remove("amina", now).ok());
}

TEST_F(AccountsTest, SecretsAreNotKept) {
  const std::string hers = token();
  EXPECT_THAT(ask("SELECT password FROM accounts"), testing::StartsWith("$argon2id$"));
  const auto bytes =
      read_text(folder_.path() / "a.db").value() + read_text(folder_.path() / "a.db-wal").value();
  EXPECT_THAT(bytes, Not(HasSubstr(password)));
  EXPECT_THAT(bytes, Not(HasSubstr(hers)));
}

TEST_F(AccountsTest, OddNamesAndShortPasswordsAreRefused) {
  EXPECT_FALSE(accounts_.add("amina", "short", Role::ranger, now).ok());
  EXPECT_FALSE(accounts_.add("", password, Role::ranger, now).ok());
  EXPECT_FALSE(accounts_.add("a b", password, Role::ranger, now).ok());
  EXPECT_FALSE(accounts_.add(std::string(65, 'a'), password, Role::ranger, now).ok());
  ASSERT_TRUE(accounts_.add("amina", password, Role::ranger, now).ok());
  EXPECT_FALSE(accounts_.add("amina", password, Role::admin, now).ok());
  EXPECT_FALSE(accounts_.add_program("amina", Role::admin, now).ok());
}

TEST_F(AccountsTest, WhatPeopleDoIsNoted) {
  ASSERT_TRUE(accounts_.add("amina", password, Role::ranger, now).ok());
  static_cast<void>(accounts_.login("my password by mistake", "x", now));
  static_cast<void>(accounts_.login("amina", password, now));
  EXPECT_EQ(ask("SELECT group_concat(who || ' ' || what, '; ') FROM audit"),
            "- added ranger amina; ? failed to log in; amina logged in");
}

TEST(Attempts, WaitLongerEachTime) {
  Attempts attempts;
  for (int i = 0; i < 4; ++i) attempts.failed("a", now);
  EXPECT_EQ(attempts.wait_s("a", now), 0);
  attempts.failed("a", now);
  EXPECT_EQ(attempts.wait_s("a", now), 1);
  EXPECT_EQ(attempts.wait_s("a", now + 1'000), 0);
  EXPECT_EQ(attempts.wait_s("b", now), 0);
  for (int i = 0; i < 50; ++i) attempts.failed("a", now);
  EXPECT_EQ(attempts.wait_s("a", now), 900);
  attempts.succeeded("a");
  EXPECT_EQ(attempts.wait_s("a", now), 0);
}

TEST(LocalRequest, IsWhatABrowserHereSays) {
  EXPECT_TRUE(is_local_request("127.0.0.1:8080", ""));
  EXPECT_TRUE(is_local_request("localhost:8080", "http://localhost:8080"));
  EXPECT_TRUE(is_local_request("[::1]:8080", ""));
  EXPECT_FALSE(is_local_request("", ""));
  EXPECT_FALSE(is_local_request("evil.example", ""));
  EXPECT_FALSE(is_local_request("127.0.0.1.evil.example:8080", ""));
  EXPECT_FALSE(is_local_request("localhost:8080", "http://localhost:9090"));
  EXPECT_FALSE(is_local_request("localhost:8080", "null"));
}

}  // namespace
}  // namespace sengi::station
