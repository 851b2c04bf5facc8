// SPDX-License-Identifier: Apache-2.0
#include "base/web_file.h"

#include <zlib.h>

namespace sengi::web {

std::string unpacked(const File& file) {
  std::string text;
  if (!file.gzip) return std::string(file.bytes);
  z_stream stream{};
  constexpr int gzip_of_any_window = 15 + 16;
  if (::inflateInit2(&stream, gzip_of_any_window) != Z_OK) return text;
  // zlib's interface takes what it only reads as if it wrote it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.bytes.data()));
  stream.avail_in = static_cast<uInt>(file.bytes.size());
  char chunk[1 << 14];
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof chunk;
    code = ::inflate(&stream, Z_NO_FLUSH);
    text.append(chunk, sizeof chunk - stream.avail_out);
  }
  ::inflateEnd(&stream);
  return text;
}

}  // namespace sengi::web
