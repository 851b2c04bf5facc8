// SPDX-License-Identifier: Apache-2.0
// Layouts: Microsoft's RIFF and EBU Tech 3306 (RF64), Apple's AIFF 1.3 and CAF, Sun's AU, RFC 3533
// (Ogg).
#include "data/audio_container.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// Bytes of a file by their position; nothing where they are past its end.
class Bytes {
 public:
  explicit Bytes(const fs::path& path) : file_(path, std::ios::binary) {
    file_.seekg(0, std::ios::end);
    size_ = file_ ? static_cast<std::uint64_t>(file_.tellg()) : 0;
  }

  bool readable() const { return file_.is_open() && !file_.bad(); }
  std::uint64_t size() const { return size_; }

  // Up to 255 bytes.
  std::optional<std::string> text(std::uint64_t at, std::size_t count) {
    if (at > size_ || size_ - at < count) return std::nullopt;
    std::string bytes(count, '\0');
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(at));
    file_.read(bytes.data(), static_cast<std::streamsize>(count));
    if (!file_) return std::nullopt;
    return bytes;
  }

  // A number of 1 to 8 bytes.
  std::optional<std::uint64_t> number(std::uint64_t at, std::size_t count, bool big_endian) {
    const auto bytes = text(at, count);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char byte = (*bytes)[big_endian ? i : count - 1 - i];
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }

 private:
  std::ifstream file_;
  std::uint64_t size_ = 0;
};

// Programs that write to a pipe cannot go back to fill the size in and leave all its bits set.
constexpr std::uint64_t unknown_32 = 0xFFFF'FFFF;
constexpr std::uint64_t unknown_64 = ~std::uint64_t{0};

// The sound of `promised` bytes from `at`, held against the file's size.
Missing compare(const Bytes& file, std::uint64_t at, std::uint64_t promised) {
  const std::uint64_t there = file.size() > at ? file.size() - at : 0;
  if (promised <= there) return {};
  return {fmt::format("its header promises {} bytes of sound, {} are there", promised, there)};
}

// How one family of containers writes its chunks.
struct ChunkLayout {
  std::uint64_t first;     // position of the first chunk
  std::size_t size_bytes;  // of the size after each chunk's 4-letter name
  bool big_endian;
  bool padded;             // chunks of odd size are followed by one byte
  std::string_view sound;  // name of the chunk that holds the samples
};

Missing missing_in_chunks(Bytes& file, const ChunkLayout& layout) {
  std::uint64_t long_size = unknown_64;  // of an RF64 file's sound, from its ds64 chunk
  for (std::uint64_t at = layout.first; at < file.size();) {
    const auto name = file.text(at, 4);
    const auto size = file.number(at + 4, layout.size_bytes, layout.big_endian);
    if (!name || !size) return {"it ends inside a chunk's header", false};
    const std::uint64_t body = at + 4 + layout.size_bytes;
    if (*name == "ds64") long_size = file.number(body + 8, 8, false).value_or(unknown_64);
    if (*name == layout.sound) {
      const std::uint64_t unknown = layout.size_bytes == 8 ? unknown_64 : unknown_32;
      const std::uint64_t promised = *size == unknown ? long_size : *size;
      return promised == unknown_64 ? Missing{} : compare(file, body, promised);
    }
    if (*size > file.size() - body)
      return {fmt::format("its '{}' chunk is cut short", *name), false};
    at = body + *size + (layout.padded ? *size % 2 : 0);
  }
  return {fmt::format("it ends before the sound ('{}' chunk)", layout.sound), false};
}

Missing missing_in_au(Bytes& file) {
  const auto at = file.number(4, 4, true);
  const auto size = file.number(8, 4, true);
  if (!at || !size) return {"it ends inside its header", false};
  return *size == unknown_32 ? Missing{} : compare(file, *at, *size);
}

// Walks the pages. The last should carry a mark, but some encoders never set it, so that a file cut
// between two pages cannot be told from a whole one.
Missing missing_in_ogg(Bytes& file) {
  constexpr std::size_t header = 27;
  constexpr unsigned char last_page = 4;
  bool ended = false;
  for (std::uint64_t at = 0; at < file.size();) {
    const auto page = file.text(at, header);
    if (!page) return {"it ends inside a page"};
    if (page->compare(0, 4, "OggS") != 0) {
      // Bytes after the end of the sound, such as an ID3 tag, harm nothing.
      if (ended) return {};
      return {"it does not go on with a page where the one before ends"};
    }
    const auto segments = static_cast<unsigned char>((*page)[26]);
    const auto lacing = file.text(at + header, segments);
    if (!lacing) return {"it ends inside a page"};
    std::uint64_t body = 0;
    for (const char length : *lacing) body += static_cast<unsigned char>(length);
    at += header + segments + body;
    if (at > file.size()) return {"it ends inside a page"};
    ended = (static_cast<unsigned char>((*page)[5]) & last_page) != 0;
  }
  return {ended ? "" : "its last page is missing", false};
}

Missing missing_in(Bytes& file) {
  const std::string magic = file.text(0, 4).value_or("");
  const std::string form = file.text(8, 4).value_or("");
  const bool wave = form == "WAVE";
  if ((magic == "RIFF" || magic == "RF64") && wave) {
    return missing_in_chunks(file, {12, 4, false, true, "data"});
  }
  if (magic == "RIFX" && wave) return missing_in_chunks(file, {12, 4, true, true, "data"});
  if (magic == "FORM" && (form == "AIFF" || form == "AIFC")) {
    return missing_in_chunks(file, {12, 4, true, true, "SSND"});
  }
  if (magic == "caff") return missing_in_chunks(file, {8, 8, true, false, "data"});
  if (magic == ".snd") return missing_in_au(file);
  if (magic == "OggS") return missing_in_ogg(file);
  return {};
}

}  // namespace

Result<Missing> missing_bytes(const fs::path& path) {
  Bytes file(path);
  if (!file.readable()) return Error{fmt::format("{}: cannot open", path.string())};
  return missing_in(file);
}

}  // namespace sengi::data
