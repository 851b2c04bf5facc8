// SPDX-License-Identifier: Apache-2.0
#include "station/accounts.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "base/hash.h"
#include "link/hex.h"

namespace sengi::station {
namespace {

constexpr std::array<std::string_view, 5> role_names = {"admin", "ranger", "researcher", "guest",
                                                        "ingest"};
constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t password_bytes_max = 1024;

bool ready() {
  static const bool is_ready = ::sodium_init() >= 0;
  return is_ready;
}

// A hash takes 64 MB and a tenth of a second, so one is made at a time.
std::mutex& hashing() {
  static std::mutex mutex;
  return mutex;
}

Result<std::string> hash_of(std::string_view password) {
  const std::lock_guard lock(hashing());
  char hash[crypto_pwhash_STRBYTES];
  if (!ready() || ::crypto_pwhash_str(hash, password.data(), password.size(),
                                      crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                      crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return Error{"no memory for a password's hash, which takes 64 MB"};
  }
  return std::string(hash);
}

bool matches(const std::string& hash, std::string_view password) {
  const std::lock_guard lock(hashing());
  return ready() && ::crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

// What the password of a name that does not exist is compared with.
const std::string& nobodys_hash() {
  static const std::string hash = [] {
    auto made = hash_of("nobody has this password");
    return made.ok() ? made.value() : std::string();
  }();
  return hash;
}

}  // namespace

std::string_view name_of(Role role) { return role_names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_named(std::string_view name) {
  const auto found = std::find(role_names.begin(), role_names.end(), name);
  if (found == role_names.end()) return {};
  return static_cast<Role>(found - role_names.begin());
}

Result<void> Accounts::check_name(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 32 && byte != 127;
  });
  if (name.empty() || name.size() > name_bytes_max || !plain) {
    return Error{fmt::format("a name has 1 to {} bytes without spaces or control characters",
                             name_bytes_max)};
  }
  Statement select(database_,
                   "SELECT 1 FROM accounts WHERE name = ?1 UNION SELECT 1 FROM tokens WHERE name "
                   "= ?1 AND account_id IS NULL");
  SENGI_TRY(taken, select.bind(name).next());
  if (taken) return Error{fmt::format("'{}' is taken; remove it first", name), Outcome::no};
  return {};
}

Result<void> Accounts::add(std::string_view name, std::string_view password, Role role,
                           std::int64_t now_ms) {
  SENGI_CHECK(check_name(name));
  if (password.size() < password_bytes_min || password.size() > password_bytes_max) {
    return Error{
        fmt::format("a password has {} to {} bytes", password_bytes_min, password_bytes_max)};
  }
  SENGI_TRY(hash, hash_of(password));
  Statement insert(database_,
                   "INSERT INTO accounts(name, role, password, made_ms) VALUES (?, ?, ?, ?)");
  SENGI_CHECK(insert.bind(name).bind(name_of(role)).bind(hash).bind(now_ms).run());
  return note("-", fmt::format("added {} {}", name_of(role), name), now_ms);
}

Result<std::string> Accounts::add_program(std::string_view name, Role role, std::int64_t now_ms) {
  SENGI_CHECK(check_name(name));
  SENGI_TRY(token, add_token(name, role, {}, now_ms));
  SENGI_CHECK(note("-", fmt::format("added {} program {}", name_of(role), name), now_ms));
  return token;
}

Result<std::string> Accounts::add_token(std::string_view name, Role role,
                                        std::optional<std::int64_t> account, std::int64_t now_ms) {
  if (!ready()) return Error{"this machine gives no random numbers"};
  std::array<std::uint8_t, 32> bytes{};
  ::randombytes_buf(bytes.data(), bytes.size());
  std::string token = "sengi_" + link::to_hex(bytes);
  const std::string hash = sha256(token);
  Statement insert(database_,
                   "INSERT INTO tokens(hash, account_id, name, role, made_ms, expires_ms) VALUES "
                   "(?, ?, ?, ?, ?, ?)");
  SENGI_CHECK(insert.bind(hash)
                  .bind(account)
                  .bind(name)
                  .bind(name_of(role))
                  .bind(now_ms)
                  .bind(account ? std::optional(now_ms + session_ms) : std::nullopt)
                  .run());
  return token;
}

Result<void> Accounts::remove(std::string_view name, std::int64_t now_ms) {
  Statement tokens(database_, "DELETE FROM tokens WHERE name = ?");
  SENGI_CHECK(tokens.bind(name).run());
  int removed = database_.changes();
  Statement account(database_, "DELETE FROM accounts WHERE name = ?");
  SENGI_CHECK(account.bind(name).run());
  removed += database_.changes();
  if (removed == 0) return Error{fmt::format("there is no '{}'", name), Outcome::no};
  return note("-", fmt::format("removed {}", name), now_ms);
}

Result<std::vector<Account>> Accounts::all() {
  std::vector<Account> accounts;
  Statement select(database_,
                   "SELECT name, role, 0 FROM accounts UNION ALL SELECT name, role, 1 FROM tokens "
                   "WHERE account_id IS NULL ORDER BY 1");
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return accounts;
    accounts.push_back(
        {select.text(0), role_named(select.text(1)).value_or(Role::guest), select.whole(2) != 0});
  }
}

Result<bool> Accounts::any() {
  Statement select(database_, "SELECT 1 FROM accounts UNION ALL SELECT 1 FROM tokens LIMIT 1");
  return select.next();
}

Result<std::optional<std::string>> Accounts::login(std::string_view name, std::string_view password,
                                                   std::int64_t now_ms) {
  Statement select(database_, "SELECT id, role, password FROM accounts WHERE name = ?");
  SENGI_TRY(found, select.bind(name).next());
  const std::int64_t account = found ? select.whole(0) : 0;
  const Role role = found ? role_named(select.text(1)).value_or(Role::guest) : Role::guest;
  const std::string hash = found ? select.text(2) : nobodys_hash();
  select.reset();
  const bool right = password.size() <= password_bytes_max && matches(hash, password) && found;
  // An unknown name may be a password in the wrong field.
  const std::string who = found ? std::string(name) : "?";
  SENGI_CHECK(note(who, right ? "logged in" : "failed to log in", now_ms));
  if (!right) return std::optional<std::string>{};
  Statement old(database_, "DELETE FROM tokens WHERE expires_ms <= ?");
  SENGI_CHECK(old.bind(now_ms).run());
  SENGI_TRY(token, add_token(name, role, account, now_ms));
  return std::optional(std::move(token));
}

Result<void> Accounts::logout(std::string_view token) {
  const std::string hash = sha256(token);
  Statement remove(database_, "DELETE FROM tokens WHERE hash = ? AND account_id IS NOT NULL");
  return remove.bind(hash).run();
}

Result<std::optional<Identity>> Accounts::who(std::string_view token, std::int64_t now_ms) {
  const std::string hash = sha256(token);
  Statement select(database_,
                   "SELECT name, role FROM tokens WHERE hash = ? AND (expires_ms IS NULL OR "
                   "expires_ms > ?)");
  SENGI_TRY(found, select.bind(hash).bind(now_ms).next());
  if (!found) return std::optional<Identity>{};
  return std::optional(Identity{select.text(0), role_named(select.text(1)).value_or(Role::guest)});
}

Result<void> Accounts::note(std::string_view who, std::string_view what, std::int64_t now_ms) {
  Statement insert(database_, "INSERT INTO audit(at_ms, who, what) VALUES (?, ?, ?)");
  return insert.bind(now_ms).bind(who).bind(what).run();
}

}  // namespace sengi::station
