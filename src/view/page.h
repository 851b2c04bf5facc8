// SPDX-License-Identifier: Apache-2.0
// The page's files, which are inside the program (web/view).
#pragma once

#include <optional>
#include <string_view>

namespace sengi::view {

struct PageFile {
  std::string_view content;
  std::string_view type;  // "text/html; charset=utf-8" ...
};

// "index.html", "app.js", "app.css"; none of another name.
std::optional<PageFile> page_file(std::string_view name);

}  // namespace sengi::view
