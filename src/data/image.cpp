// SPDX-License-Identifier: Apache-2.0
#include "data/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "data/image_parts.h"

namespace sengi::data {
namespace {

constexpr std::string_view jpeg_start = "\xFF\xD8\xFF";
constexpr std::string_view png_start = "\x89PNG\r\n\x1A\n";

// What else people have by the name of an image.
std::string_view kind_of(Bytes bytes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> starts = {
      {{"GIF8", "a GIF"},
       {"BM", "a BMP"},
       {std::string_view("II*\0", 4), "a TIFF"},
       {std::string_view("MM\0*", 4), "a TIFF"},
       {"%PDF", "a PDF"},
       {"<svg", "an SVG"},
       {"<?xml", "an XML file"},
       {"RIFF", "a WebP image or a recording"}}};
  for (const auto& [start, kind] : starts) {
    if (starts_with(bytes, start)) return kind;
  }
  if (bytes.size() > 12 && starts_with(bytes.subspan(4), "ftyp")) return "a HEIC, AVIF or video";
  return {};
}

Error not_an_image(Bytes bytes, std::string_view file) {
  const std::string_view kind = kind_of(bytes);
  if (kind.empty()) return image_fault(file, "not an image; a JPEG or PNG is needed");
  return image_fault(file, fmt::format("{}; make a JPEG or PNG of it first", kind));
}

}  // namespace

Error image_fault(std::string_view file, std::string_view what) {
  return Error{fmt::format("{}: {}", file, what)};
}

Error cut_short(std::string_view file) {
  return image_fault(file, "cut short: the image ends before its last line; copy the file again");
}

Error damaged(std::string_view file, std::string_view why) {
  return image_fault(file, fmt::format("damaged ({}); copy the file again", why));
}

Result<void> check_size(std::string_view file, std::int64_t width, std::int64_t height,
                        std::int64_t most_pixels) {
  if (width < 1 || height < 1) return damaged(file, "no pixels");
  if (width <= most_pixels / height) return {};
  return image_fault(
      file, fmt::format("{} x {} pixels are more than the {} that are read; make it smaller", width,
                        height, with_thousands(static_cast<std::uint64_t>(most_pixels))));
}

bool is_image(const std::filesystem::path& path) {
  static constexpr std::array<std::string_view, 3> endings = {".jpg", ".jpeg", ".png"};
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::count(endings, ending) > 0;
}

Result<Image> read_image(const std::filesystem::path& path, std::int64_t most_pixels) {
  SENGI_TRY(bytes, read_file(path));
  return decode_image(bytes, path.string(), most_pixels);
}

Result<Image> decode_image(Bytes bytes, std::string_view file, std::int64_t most_pixels) {
  if (bytes.empty()) return image_fault(file, "an empty file; copy it again");
  const bool jpeg = starts_with(bytes, jpeg_start);
  if (!jpeg && !starts_with(bytes, png_start)) {
    // The first bytes of either, and no more.
    const bool begun = bytes.size() < png_start.size() &&
                       (starts_with(bytes, jpeg_start.substr(0, bytes.size())) ||
                        starts_with(bytes, png_start.substr(0, bytes.size())));
    return begun ? cut_short(file) : not_an_image(bytes, file);
  }
  SENGI_TRY(stored,
            jpeg ? decode_jpeg(bytes, file, most_pixels) : decode_png(bytes, file, most_pixels));
  return upright(std::move(stored.image), orientation_in(stored.exif));
}

}  // namespace sengi::data
