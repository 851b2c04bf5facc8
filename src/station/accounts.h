// SPDX-License-Identifier: Apache-2.0
// Who may ask a station, and for what. People have accounts, with passwords that are kept as
// Argon2id hashes (libsodium); with these they get tokens. Programs get tokens of their own. Of a
// token its SHA-256 is kept alone: it has 256 random bits, so nothing is to be guessed.
//
//   admin       all
//   ranger      sees all that there is of animals, and acknowledges alerts
//   researcher  sees all that there is of animals
//   guest       sees where they were yesterday, to a tenth of a degree
//   ingest      brings uplinks, and sees nothing
//
// Thread rule: one thread at a time; several processes may have the database open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "station/sql.h"

namespace sengi::station {

enum class Role : std::uint8_t { admin, ranger, researcher, guest, ingest };
std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

struct Identity {
  std::string name;
  Role role = Role::guest;
};

struct Account {
  std::string name;
  Role role = Role::guest;
  bool program = false;  // a token of its own, without a password
};

inline constexpr std::size_t password_bytes_min = 12;
inline constexpr std::int64_t session_ms = std::int64_t{12} * 3'600'000;

class Accounts {
 public:
  explicit Accounts(Database& database) : database_(database) {}

  // Errors: the name is taken or odd; a password of fewer than 12 bytes.
  Result<void> add(std::string_view name, std::string_view password, Role role,
                   std::int64_t now_ms);
  // A token for a program, told this once. Errors: the name is taken or odd.
  Result<std::string> add_program(std::string_view name, Role role, std::int64_t now_ms);
  // With all its tokens. Errors: there is none (Outcome::no).
  Result<void> remove(std::string_view name, std::int64_t now_ms);
  Result<std::vector<Account>> all();
  Result<bool> any();

  // A token for twelve hours; none where name or password is wrong, which takes the same time.
  Result<std::optional<std::string>> login(std::string_view name, std::string_view password,
                                           std::int64_t now_ms);
  Result<void> logout(std::string_view token);
  Result<std::optional<Identity>> who(std::string_view token, std::int64_t now_ms);

  // Of what people did: who, what, when.
  Result<void> note(std::string_view who, std::string_view what, std::int64_t now_ms);

 private:
  Result<std::string> add_token(std::string_view name, Role role,
                                std::optional<std::int64_t> account, std::int64_t now_ms);
  Result<void> check_name(std::string_view name);

  Database& database_;
};

}  // namespace sengi::station
