// SPDX-License-Identifier: Apache-2.0
// Which bytes a request asks for (RFC 9110, section 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace sengi::view {

struct ByteRange {
  std::int64_t first = 0;
  std::int64_t last = 0;  // is part of it
  bool operator==(const ByteRange&) const = default;
};
struct WholeFile {};
struct NoSuchRange {};

// Of a file of `size` bytes, by the header Range. What is not one range of bytes asks for the whole
// file, as the standard allows; one that begins after the end cannot be had.
std::variant<WholeFile, ByteRange, NoSuchRange> byte_range(std::string_view header,
                                                           std::int64_t size);

}  // namespace sengi::view
