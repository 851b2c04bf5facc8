// SPDX-License-Identifier: Apache-2.0
// SQLite behind two small classes. Faults of the database come out as one error at the end of a
// statement, so that binding needs no checks.
//
//   Statement insert(db, "INSERT INTO devices(eui) VALUES(?)");
//   SENGI_CHECK(insert.bind("a840").run());
//   Statement select(db, "SELECT id FROM devices WHERE eui = ?");
//   SENGI_TRY(found, select.bind("a840").next());   // false: no more rows
//   if (found) use(select.whole(0));
//   select.reset();                                 // before it is bound again
//
// Thread rule: a Database and its statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sengi::station {

class Database {
 public:
  // Write-ahead log; a commit returns when it is on disk (synchronous = FULL). Made where it is
  // missing. Errors: it cannot be opened or is none, naming the file.
  static Result<Database> open(const std::filesystem::path& path);
  // For readers beside the one that writes.
  static Result<Database> open_to_read(const std::filesystem::path& path);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  // Statements without answers, separated by semicolons.
  Result<void> run(const char* sql);
  std::int64_t last_id() const;
  int changes() const;  // rows that the last statement changed
  sqlite3* handle() const { return handle_; }
  Error fault() const;  // the last one, with the file's name

 private:
  Database(sqlite3* handle, std::string name) : handle_(handle), name_(std::move(name)) {}
  static Result<Database> open_as(const std::filesystem::path& path, int flags);

  sqlite3* handle_ = nullptr;
  std::string name_;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // The next parameter. Texts and bytes must live until reset().
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(std::int64_t{value}); }
  Statement& bind(double value);
  Statement& bind(std::string_view text);
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind(std::span<const std::uint8_t> bytes);
  Statement& bind(std::nullopt_t);
  template <typename T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind(std::nullopt);
  }

  // Without answers; ready to be bound again.
  Result<void> run();
  // Whether there is another row.
  Result<bool> next();
  void reset();

  bool is_null(int column) const;
  std::int64_t whole(int column) const;
  double number(int column) const;
  std::string text(int column) const;
  std::vector<std::uint8_t> bytes(int column) const;

 private:
  Database* database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

// Rolls back unless commit() was reached.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace sengi::station
