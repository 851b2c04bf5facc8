// SPDX-License-Identifier: Apache-2.0
// The files of the pages that are in the program (cmake/web.cmake).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sengi::web {

struct File {
  std::string_view path;  // "/index.html"
  std::string_view type;  // of its content
  std::string_view tag;   // another one for other bytes, in quotes: an HTTP entity tag
  bool gzip = false;      // `bytes` are packed
  std::string_view bytes;
};

// The bytes of a file as they were.
std::string unpacked(const File& file);

std::span<const File> dashboard();  // of a station
std::span<const File> view();       // of sengi view

}  // namespace sengi::web
