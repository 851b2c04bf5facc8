// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sengi {

// SHA-256 in 64 lower-case hexadecimal digits (as sha256sum prints it).
std::string sha256(std::span<const std::byte> bytes);
std::string sha256(std::string_view text);

}  // namespace sengi
