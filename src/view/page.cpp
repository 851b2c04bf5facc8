// SPDX-License-Identifier: Apache-2.0
#include "view/page.h"

#include <array>
#include <utility>

// Of cmake/web_page.cmake.
extern "C" {
extern const char sengi_page_view_index_html_begin[];
extern const char sengi_page_view_index_html_end[];
extern const char sengi_page_view_app_js_begin[];
extern const char sengi_page_view_app_js_end[];
extern const char sengi_page_view_app_css_begin[];
extern const char sengi_page_view_app_css_end[];
extern const char sengi_page_view_icon_svg_begin[];
extern const char sengi_page_view_icon_svg_end[];
}

namespace sengi::view {

std::optional<PageFile> page_file(std::string_view name) {
  const std::array<std::pair<std::string_view, PageFile>, 4> files = {
      {{"index.html",
        {{sengi_page_view_index_html_begin, sengi_page_view_index_html_end},
         "text/html; charset=utf-8"}},
       {"app.js",
        {{sengi_page_view_app_js_begin, sengi_page_view_app_js_end},
         "text/javascript; charset=utf-8"}},
       {"app.css",
        {{sengi_page_view_app_css_begin, sengi_page_view_app_css_end}, "text/css; charset=utf-8"}},
       {"icon.svg",
        {{sengi_page_view_icon_svg_begin, sengi_page_view_icon_svg_end}, "image/svg+xml"}}}};
  for (const auto& [known, file] : files) {
    if (known == name) return file;
  }
  return std::nullopt;
}

}  // namespace sengi::view
