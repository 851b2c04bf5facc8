// SPDX-License-Identifier: Apache-2.0
// Bytes as people pass them around.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::link {

using Bytes = std::vector<std::uint8_t>;

// "9D09FC", upper case.
std::string to_hex(std::span<const std::uint8_t> bytes);

// RFC 4648 with padding, as in the JSON of ChirpStack and The Things Stack.
std::string to_base64(std::span<const std::uint8_t> bytes);

// Upper or lower case, with or without spaces, colons, dashes or a leading 0x.
// Errors: another character, naming it and its place; an odd number of digits.
Result<Bytes> from_hex(std::string_view text);

// With or without padding.
// Errors: another character, naming it and its place; a length that cannot be.
Result<Bytes> from_base64(std::string_view text);

// Hex where it can be read as hex, else base64.
// Errors: as neither.
Result<Bytes> from_text(std::string_view text);

}  // namespace sengi::link
