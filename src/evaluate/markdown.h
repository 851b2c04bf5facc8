// SPDX-License-Identifier: Apache-2.0
// The pieces of a page in Markdown (CommonMark, with the tables of GitHub's).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sengi::evaluate::markdown {

// Text from outside, on one line, in which nothing is markup; bytes that are not UTF-8 become
// U+FFFD.
std::string text(std::string_view words);

// "## TITLE" and the lines as a list; nothing without lines.
std::string list(std::string_view title, const std::vector<std::string>& lines);

// Cells are Markdown. Nothing without rows.
std::string table(const std::vector<std::string>& columns,
                  const std::vector<std::vector<std::string>>& rows);

}  // namespace sengi::evaluate::markdown
