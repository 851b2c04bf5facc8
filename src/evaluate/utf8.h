// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sengi::evaluate {

// The text with every byte that is not part of well-formed UTF-8 replaced by U+FFFD, and control
// characters (which HTML forbids) by spaces. File names may hold anything; pages and JSON may not.
std::string valid_utf8(std::string_view bytes);

}  // namespace sengi::evaluate
