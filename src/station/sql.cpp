// SPDX-License-Identifier: Apache-2.0
#include "station/sql.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace sengi::station {

Result<Database> Database::open_as(const std::filesystem::path& path, int flags) {
  sqlite3* handle = nullptr;
  const int code = ::sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle, path.string());
  if (code != SQLITE_OK) return database.fault();
  // Another process that writes, such as a backup, is waited for.
  ::sqlite3_busy_timeout(handle, 10'000);
  SENGI_CHECK(database.run("PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768"));
  return database;
}

Result<Database> Database::open(const std::filesystem::path& path) {
  SENGI_TRY(database, open_as(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  SENGI_CHECK(database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
  return database;
}

Result<Database> Database::open_to_read(const std::filesystem::path& path) {
  return open_as(path, SQLITE_OPEN_READONLY);
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), name_(std::move(other.name_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(name_, other.name_);
  return *this;
}

Database::~Database() { ::sqlite3_close_v2(handle_); }

Result<void> Database::run(const char* sql) {
  if (::sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fault();
  return {};
}

std::int64_t Database::last_id() const { return ::sqlite3_last_insert_rowid(handle_); }

int Database::changes() const { return ::sqlite3_changes(handle_); }

Error Database::fault() const {
  return Error{fmt::format("{}: {}", name_,
                           handle_ == nullptr ? "out of memory" : ::sqlite3_errmsg(handle_))};
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  ::sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &statement_,
                       nullptr);
}

Statement::~Statement() { ::sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t value) {
  ::sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Statement& Statement::bind(double value) {
  ::sqlite3_bind_double(statement_, ++bound_, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  ::sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind(std::span<const std::uint8_t> bytes) {
  // A null pointer would be bound as NULL.
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  ::sqlite3_bind_blob(statement_, ++bound_, data, static_cast<int>(bytes.size()), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind(std::nullopt_t) {
  ::sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

Result<void> Statement::run() {
  const int code = ::sqlite3_step(statement_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    const Error fault = database_->fault();
    reset();
    return fault;
  }
  reset();
  return {};
}

Result<bool> Statement::next() {
  const int code = ::sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const Error fault = database_->fault();
  reset();
  return fault;
}

void Statement::reset() {
  bound_ = 0;
  if (statement_ == nullptr) return;  // it could not be prepared
  ::sqlite3_reset(statement_);
  ::sqlite3_clear_bindings(statement_);
}

bool Statement::is_null(int column) const {
  return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::whole(int column) const {
  return ::sqlite3_column_int64(statement_, column);
}

double Statement::number(int column) const { return ::sqlite3_column_double(statement_, column); }

std::string Statement::text(int column) const {
  const auto* bytes = ::sqlite3_column_blob(statement_, column);
  const auto count = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), count);
}

std::vector<std::uint8_t> Statement::bytes(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(::sqlite3_column_blob(statement_, column));
  const auto count = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::vector<std::uint8_t>()
                          : std::vector<std::uint8_t>(bytes, bytes + count);
}

Result<Transaction> Transaction::begin(Database& database) {
  SENGI_CHECK(database.run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) static_cast<void>(database_->run("ROLLBACK"));
}

Result<void> Transaction::commit() {
  SENGI_CHECK(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace sengi::station
