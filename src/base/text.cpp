// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_set>
#include <vector>

namespace sengi {
namespace {

// Letters left out, added, changed, or swapped with the next (Damerau's distance, optimal string
// alignment).
std::size_t typing_errors(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> errors(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) errors[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) errors[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      errors[i][j] = std::min(
          {errors[i - 1][j] + 1, errors[i][j - 1] + 1, errors[i - 1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        errors[i][j] = std::min(errors[i][j], errors[i - 2][j - 2] + 1);
      }
    }
  }
  return errors[a.size()][b.size()];
}

bool is_keyword(const std::string& word) {
  static const std::unordered_set<std::string> keywords = {
      "alignas", "alignof", "and",       "asm",      "auto",     "bool",     "break",    "case",
      "catch",   "char",    "class",     "concept",  "const",    "continue", "decltype", "default",
      "delete",  "do",      "double",    "else",     "enum",     "explicit", "export",   "extern",
      "false",   "float",   "for",       "friend",   "goto",     "if",       "inline",   "int",
      "long",    "mutable", "namespace", "new",      "noexcept", "not",      "nullptr",  "operator",
      "or",      "private", "protected", "public",   "register", "requires", "return",   "short",
      "signed",  "sizeof",  "static",    "std",      "struct",   "switch",   "template", "this",
      "throw",   "true",    "try",       "typedef",  "typeid",   "typename", "union",    "unsigned",
      "using",   "virtual", "void",      "volatile", "while",    "xor",      "main",     "sengi"};
  return keywords.contains(word);
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t errors = typing_errors(word, candidate);
    if (errors < least) {
      least = errors;
      best = candidate;
    }
  }
  return best;
}

std::string with_thousands(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", with_thousands(count), noun, count == 1 ? "" : "s");
}

std::string alternatives(std::span<const std::string> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += fmt::format("\"{}\"", words[i]);
  }
  return text;
}

std::string identifier(std::string_view name) {
  std::string word;
  char before = '_';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128 && std::isalnum(byte) != 0) {
      const bool hump =
          std::isupper(byte) != 0 && std::islower(static_cast<unsigned char>(before)) != 0;
      if (hump) word += '_';
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty() && word.back() != '_') {
      word += '_';
    }
    before = c;
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  if (word.empty()) word = "unnamed";
  if (std::isdigit(static_cast<unsigned char>(word.front())) != 0) word.insert(0, "n_");
  if (is_keyword(word)) word += '_';
  return word;
}

std::string escape_html(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace sengi
