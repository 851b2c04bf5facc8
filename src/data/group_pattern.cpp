// SPDX-License-Identifier: Apache-2.0
#include "data/group_pattern.h"

#include <fmt/format.h>

#include <regex>

namespace sengi::data {

struct GroupPattern::Expression {
  std::regex regex;
};

GroupPattern::GroupPattern(std::unique_ptr<Expression> expression)
    : expression_(std::move(expression)) {}
GroupPattern::GroupPattern(GroupPattern&&) noexcept = default;
GroupPattern& GroupPattern::operator=(GroupPattern&&) noexcept = default;
GroupPattern::~GroupPattern() = default;

Result<GroupPattern> GroupPattern::compile(const std::string& expression) {
  if (expression.empty()) return GroupPattern(nullptr);
  try {
    return GroupPattern(std::make_unique<Expression>(Expression{std::regex(expression)}));
  } catch (const std::regex_error& error) {
    return Error{
        fmt::format("group pattern '{}': not a regular expression: {}", expression, error.what())};
  }
}

std::string GroupPattern::group_of(const std::string& path) const {
  if (!expression_) return {};
  try {
    std::smatch match;
    const bool found = std::regex_search(path, match, expression_->regex) && match.size() > 1;
    return found ? match[1].str() : std::string();
  } catch (const std::regex_error&) {
    return {};  // the expression takes too long on this path, which therefore has no known group
  }
}

}  // namespace sengi::data
