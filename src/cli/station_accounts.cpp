// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/station.h"
#include "cli/table.h"
#include "station/accounts.h"
#include "station/clock.h"
#include "station/schema.h"
#include "station/store.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;
using station::Role;

struct AccountAsked {
  std::string name;
  std::string role;
};

// A line of standard input, not shown where it is typed.
std::string read_password() {
  const bool typed = ::isatty(STDIN_FILENO) == 1;
  termios shown{};
  if (typed) {
    fmt::print(stderr, "Password: ");
    ::tcgetattr(STDIN_FILENO, &shown);
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  std::getline(std::cin, line);
  if (typed) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fmt::print(stderr, "\n");
  }
  return line;
}

Result<Status> add_account(const std::string& folder, const AccountAsked& asked) {
  SENGI_TRY(database, open_database(folder));
  station::Accounts accounts(database);
  SENGI_CHECK(accounts.add(asked.name, read_password(),
                           station::role_named(asked.role).value_or(Role::guest),
                           station::now_ms()));
  return Status::done;
}

Result<Status> add_program(const std::string& folder, const AccountAsked& asked) {
  SENGI_TRY(database, open_database(folder));
  station::Accounts accounts(database);
  SENGI_TRY(token,
            accounts.add_program(asked.name, station::role_named(asked.role).value_or(Role::guest),
                                 station::now_ms()));
  SENGI_CHECK(say(token + "\n"));
  return Status::done;
}

Result<Status> remove(const std::string& folder, const AccountAsked& asked) {
  SENGI_TRY(database, open_database(folder));
  SENGI_CHECK(station::Accounts(database).remove(asked.name, station::now_ms()));
  return Status::done;
}

Result<Status> list(const std::string& folder, const Session& session) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(all, station::Accounts(database).all());
  Table table({"name", "role", "signs in by"});
  Json json = Json::array();
  for (const station::Account& account : all) {
    const char* by = account.program ? "token" : "password";
    table.add({account.name, std::string(station::name_of(account.role)), by});
    json.push_back(
        {{"name", account.name}, {"role", station::name_of(account.role)}, {"signs_in_by", by}});
  }
  SENGI_CHECK(say(session.json ? json.dump(2) + "\n" : table.text()));
  return Status::done;
}

CLI::App* add_one(CLI::App& group, const char* name, const char* words, AccountAsked& asked) {
  CLI::App* command = group.add_subcommand(name, words);
  command->add_option("NAME", asked.name, "Of the person or the program")->required();
  return command;
}

void add_role(CLI::App& command, AccountAsked& asked) {
  command
      .add_option(
          "--role", asked.role,
          "admin: all; ranger: sees all and acknowledges alerts; researcher: sees all; guest: "
          "yesterday, coarsely; ingest: brings uplinks, sees nothing")
      ->required()
      ->check(CLI::IsMember({"admin", "ranger", "researcher", "guest", "ingest"}));
}

}  // namespace

Result<station::Database> open_database(const std::string& folder) {
  SENGI_CHECK(make_folder(folder));
  SENGI_TRY(database,
            station::Database::open(std::filesystem::path(folder) / station::database_name));
  SENGI_CHECK(station::migrate(database));
  return database;
}

void add_station_accounts(CLI::App& group, const std::string& folder, Session& session) {
  CLI::App* account = group.add_subcommand("account", "Who may ask a station");
  account->require_subcommand(1);
  auto person = std::make_shared<AccountAsked>();
  CLI::App* add =
      add_one(*account, "add", "A person, whose password is read from standard input", *person);
  add_role(*add, *person);
  add->callback([&folder, person, &session] {
    session.action = [&folder, person] { return add_account(folder, *person); };
  });
  auto program = std::make_shared<AccountAsked>();
  CLI::App* token = add_one(*account, "token", "A program; prints its token, once", *program);
  add_role(*token, *program);
  token->callback([&folder, program, &session] {
    session.action = [&folder, program] { return add_program(folder, *program); };
  });
  auto gone = std::make_shared<AccountAsked>();
  add_one(*account, "remove", "With all tokens", *gone)->callback([&folder, gone, &session] {
    session.action = [&folder, gone] { return remove(folder, *gone); };
  });
  CLI::App* all = account->add_subcommand("list", "All of them");
  add_json(*all, session);
  all->callback([&folder, &session] {
    session.action = [&folder, &session] { return list(folder, session); };
  });
  account->footer(
      "With the first of them a station asks for a token at each request. It may run meanwhile.\n\n"
      "Examples:\n"
      "  sengi station --folder camp account add amina --role ranger\n"
      "  sengi station --folder camp account token chirpstack --role ingest\n"
      "  curl -d '{\"name\": \"amina\", \"password\": \"...\"}' "
      "http://127.0.0.1:8080/api/v1/sessions");
}

}  // namespace sengi::cli
