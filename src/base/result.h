// SPDX-License-Identifier: Apache-2.0
// What a function that can fail returns: a value, or one message that a person can act on.
//
//   Result<Model> load(const std::filesystem::path& path) {
//     SENGI_TRY(bytes, read_file(path));      // binds the value, or returns the error
//     SENGI_CHECK(verify(bytes));             // for Result<void>
//     if (bytes.empty()) return Error{path.string() + ": empty file"};
//     return parse(bytes);
//   }
//
// A message says what was wrong, where (file, line, tensor, time) and what to do about it, in one
// line without a full stop.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace sengi {

// How a program that met the error should end.
enum class Outcome : int {
  no = 1,         // asked a question whose answer is no: a check failed
  bad_input = 2,  // bad usage, bad input, or something missing on this machine
};

struct Error {
  std::string message;
  Outcome outcome = Outcome::bad_input;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Requires: ok().
  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }

  // Requires: !ok().
  const Error& error() const { return assert(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const { return assert(!ok_), error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace sengi

#define SENGI_CONCAT_INNER(a, b) a##b
#define SENGI_CONCAT(a, b) SENGI_CONCAT_INNER(a, b)

// Binds `name` to the value of a Result, or returns its error from the enclosing function.
#define SENGI_TRY(name, expression)                                       \
  auto SENGI_CONCAT(sengi_result_, __LINE__) = (expression);              \
  if (!SENGI_CONCAT(sengi_result_, __LINE__).ok())                        \
    return ::sengi::Error{SENGI_CONCAT(sengi_result_, __LINE__).error()}; \
  auto name = std::move(SENGI_CONCAT(sengi_result_, __LINE__)).value()

// Returns the error of a Result whose value is of no interest.
#define SENGI_CHECK(expression)                                                         \
  do {                                                                                  \
    if (auto sengi_check = (expression); !sengi_check.ok()) return sengi_check.error(); \
  } while (false)
