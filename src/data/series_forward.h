// SPDX-License-Identifier: Apache-2.0
// Recordings whose clock was set back while they ran: an hour of them is there twice, and nobody
// can say which of two rows a moment means.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sengi::data {

struct ForwardSeries {
  std::string text;            // what is left of it, byte for byte
  std::size_t left_out = 0;    // rows
  std::size_t first_line = 0;  // of the first of them
};

// Leaves out every row whose time is not later than that of all rows before it.
// Errors, with file and line: no table, no column of time; a time that is none.
Result<ForwardSeries> forward_in_time(std::string_view text, std::string_view file);

}  // namespace sengi::data
