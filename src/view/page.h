// SPDX-License-Identifier: Apache-2.0
// The page's files, which are inside the program (web/view).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sengi::view {

struct PageFile {
  std::string content;
  std::string type;  // "text/html; charset=utf-8" ...
};

// "index.html", "app.js", "app.css", "icon.svg"; none of another name, or where the program was
// built without pages.
std::optional<PageFile> page_file(std::string_view name);

}  // namespace sengi::view
