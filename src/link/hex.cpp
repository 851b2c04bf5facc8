// SPDX-License-Identifier: Apache-2.0
#include "link/hex.h"

#include <fmt/format.h>

namespace sengi::link {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Control characters are not for terminals.
std::string shown(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code > 32 && code < 127 ? fmt::format("'{}'", c) : fmt::format("byte 0x{:02X}", code);
}

}  // namespace

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02X}", byte);
  return text;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 3; ++j) word = word << 8 | (j < count ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= count ? base64_digits[word >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  Bytes bytes;
  int high = -1;
  std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) start = text.size();
  if (text.substr(start, 2) == "0x" || text.substr(start, 2) == "0X") start += 2;
  for (std::size_t i = start; i < text.size(); ++i) {
    const char c = text[i];
    if (std::string_view(" \t\r\n:-").find(c) != std::string_view::npos) continue;
    const int digit = hex_digit(c);
    if (digit < 0) {
      return Error{fmt::format("{} at character {} is no hexadecimal digit", shown(c), i + 1)};
    }
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + digit));
      high = -1;
    }
  }
  if (high >= 0) return Error{"an odd number of hexadecimal digits: half a byte is missing"};
  return bytes;
}

Result<Bytes> from_base64(std::string_view text) {
  Bytes bytes;
  std::uint32_t word = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t digit = base64_digits.find(c);
    if (digit == std::string_view::npos || padding > 0) {
      return Error{fmt::format("{} at character {} is not base64", shown(c), i + 1)};
    }
    word = word << 6 | static_cast<std::uint32_t>(digit);
    if (++digits % 4 != 0) continue;
    for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    word = 0;
  }
  const std::size_t rest = digits % 4;
  if (rest == 1 || padding > 2 || (padding > 0 && (rest + padding) % 4 != 0)) {
    return Error{"base64 of a length that cannot be: it is cut short"};
  }
  if (rest >= 2) bytes.push_back(static_cast<std::uint8_t>(word >> (rest == 2 ? 4 : 10)));
  if (rest == 3) bytes.push_back(static_cast<std::uint8_t>(word >> 2));
  return bytes;
}

Result<Bytes> from_text(std::string_view text) {
  auto hex = from_hex(text);
  if (hex.ok()) return hex;
  auto base64 = from_base64(text);
  if (base64.ok()) return base64;
  return Error{fmt::format("neither hexadecimal ({}) nor base64 ({})", hex.error().message,
                           base64.error().message)};
}

}  // namespace sengi::link
