// SPDX-License-Identifier: Apache-2.0
// One line of text for port::print(), put together without printf.
//
//   port::print(Line().text("clip ").number(3).text("\n").c_str());
//
// What does not fit in `room` is cut off. Flash matters more than speed here: no inlining, and with
// GCC no copy in each file that is made to measure for its calls.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__clang__)
#define SENGI_ONCE [[gnu::noinline]]
#else
#define SENGI_ONCE [[gnu::noipa]]
#endif

namespace sengi {

class Line {
 public:
  SENGI_ONCE Line& text(const char* words) {
    while (*words != '\0') put(*words++);
    return *this;
  }

  // In decimal, with zeros in front up to `digits`.
  SENGI_ONCE Line& number(std::uint32_t value, int digits = 1) {
    char reversed[10];
    int count = 0;
    do {
      reversed[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    for (int i = count; i < digits; ++i) put('0');
    while (count > 0) put(reversed[--count]);
    return *this;
  }

  // "0x0000beef"
  SENGI_ONCE Line& hexadecimal(std::uint32_t value) {
    text("0x");
    for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[(value >> shift) & 15]);
    return *this;
  }

  const char* c_str() const { return characters_; }

 private:
  static constexpr std::size_t room = 120;

  void put(char c) {
    if (used_ < room) characters_[used_++] = c;
    characters_[used_] = '\0';
  }

  char characters_[room + 1] = {};
  std::size_t used_ = 0;
};

}  // namespace sengi

#undef SENGI_ONCE
