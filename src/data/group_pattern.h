// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace sengi::data {

// [data] group: the part of a file's path that names its speaker, animal or site.
class GroupPattern {
 public:
  // An empty expression finds no group anywhere.
  // Errors: not a regular expression (ECMAScript's).
  static Result<GroupPattern> compile(const std::string& expression);

  GroupPattern(GroupPattern&&) noexcept;
  GroupPattern& operator=(GroupPattern&&) noexcept;
  ~GroupPattern();

  // What the first brackets capture in the first match; empty where nothing matches.
  std::string group_of(const std::string& path) const;

 private:
  struct Expression;
  explicit GroupPattern(std::unique_ptr<Expression> expression);
  std::unique_ptr<Expression> expression_;
};

}  // namespace sengi::data
