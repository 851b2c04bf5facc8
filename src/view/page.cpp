// SPDX-License-Identifier: Apache-2.0
#include "view/page.h"

#include "base/web_file.h"

namespace sengi::view {

std::optional<PageFile> page_file(std::string_view name) {
  for (const web::File& file : web::view()) {
    if (file.path.substr(1) == name) return PageFile{web::unpacked(file), std::string(file.type)};
  }
  return std::nullopt;
}

}  // namespace sengi::view
