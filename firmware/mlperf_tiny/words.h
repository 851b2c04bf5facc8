// SPDX-License-Identifier: Apache-2.0
// A command of the line, taken apart: words with single spaces between them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::mlperf {

inline bool same(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) {
    ++a;
    ++b;
  }
  return *a == *b;
}

class Words {
 public:
  // Cuts `text` up; it must live as long.
  explicit Words(char* text) : rest_(text) {}

  // The next word; empty where there are no more.
  const char* next() {
    while (*rest_ == ' ') ++rest_;
    const char* word = rest_;
    while (*rest_ != ' ' && *rest_ != '\0') ++rest_;
    if (*rest_ == ' ') *rest_++ = '\0';
    return word;
  }

 private:
  char* rest_;
};

inline constexpr std::int32_t no_number = -1;

// A whole number from 0 of at most 8 digits, or no_number.
inline std::int32_t whole_number(const char* word) {
  std::int32_t value = 0;
  int digits = 0;
  for (; *word != '\0'; ++word, ++digits) {
    if (*word < '0' || *word > '9' || digits == 8) return no_number;
    value = value * 10 + (*word - '0');
  }
  return digits == 0 ? no_number : value;
}

// 0 to 15, or no_number.
inline std::int32_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return no_number;
}

}  // namespace sengi::mlperf
