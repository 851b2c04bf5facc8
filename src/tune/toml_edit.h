// SPDX-License-Identifier: Apache-2.0
// Values of a sengi.toml changed in its text: comments, order, blanks and keys that are not named
// stay as they are.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sengi::tune {

// "section.name" to a value as TOML writes it: {"signal.feature", "\"log-mel\""}.
using Values = std::map<std::string, std::string>;

// A key that the text sets gets the new value in its place, with the comment behind it. One that it
// does not goes behind the last key of its section, and a section that is missing behind the rest.
// Lines keep their ends (LF, or CRLF). Values are of one line each.
// Errors: a key that the text sets in another form, such as an inline table or over several lines.
Result<std::string> with_values(std::string_view text, const Values& values);

}  // namespace sengi::tune
