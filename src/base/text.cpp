// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace sengi {
namespace {

std::size_t levenshtein(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
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
    const std::size_t distance = levenshtein(word, candidate);
    if (distance < least) {
      least = distance;
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
