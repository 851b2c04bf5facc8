// SPDX-License-Identifier: Apache-2.0
// JPEG, by libjpeg-turbo.
#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "data/image_parts.h"

namespace sengi::data {
namespace {

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Decoder = std::unique_ptr<void, Destroy>;

// What stands before the first scan.
struct Segments {
  Bytes exif;
  bool whole = false;  // the file's end is marked, behind a scan
};

Segments segments_of(Bytes bytes) {
  constexpr std::string_view exif_name("Exif\0\0", 6);
  Segments found;
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && byte_at(bytes, at) == 0xFF) {
    const std::uint8_t marker = byte_at(bytes, at + 1);
    if (marker == 0xFF) {  // filled up
      ++at;
      continue;
    }
    const bool alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD9);
    if (alone) {
      at += 2;
      continue;
    }
    const std::size_t length =
        std::size_t{byte_at(bytes, at + 2)} << 8 | std::size_t{byte_at(bytes, at + 3)};
    if (length < 2 || at + 2 + length > bytes.size()) return found;
    const Bytes content = bytes.subspan(at + 4, length - 2);
    at += 2 + length;
    if (marker == 0xE1 && found.exif.empty() && starts_with(content, exif_name)) {
      found.exif = content.subspan(exif_name.size());
    }
    if (marker == 0xDA) break;
  }
  for (; at + 1 < bytes.size() && !found.whole; ++at) {
    found.whole = byte_at(bytes, at) == 0xFF && byte_at(bytes, at + 1) == 0xD9;
  }
  return found;
}

// What the decoder minds and goes on from. Cameras leave bytes between the parts of a file, which
// do no harm to the image; everything else does.
std::optional<Error> warning_of(tjhandle decoder, std::string_view file) {
  const std::string_view words = tjGetErrorStr2(decoder);
  if (words.find("extraneous bytes") != std::string_view::npos) return std::nullopt;
  if (words.find("Premature end of JPEG file") != std::string_view::npos) return cut_short(file);
  return damaged(file, words);
}

Image from_cmyk(std::span<const std::uint8_t> cmyk, std::int32_t width, std::int32_t height) {
  Image image{width, height, {}};
  image.rgb.reserve(cmyk.size() / 4 * 3);
  for (std::size_t at = 0; at < cmyk.size(); at += 4) {
    const unsigned black = cmyk[at + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      image.rgb.push_back(static_cast<std::uint8_t>((cmyk[at + c] * black + 127) / 255));
    }
  }
  return image;
}

}  // namespace

Result<Stored> decode_jpeg(Bytes bytes, std::string_view file, std::int64_t most_pixels) {
  const Segments segments = segments_of(bytes);
  if (!segments.whole) return cut_short(file);
  const Decoder decoder(tjInitDecompress());
  if (!decoder) return image_fault(file, "no memory to read a JPEG");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto size = static_cast<unsigned long>(bytes.size());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), data, size, &width, &height, &sampling, &colours) != 0 &&
      tjGetErrorCode(decoder.get()) != TJERR_WARNING) {
    return damaged(file, tjGetErrorStr2(decoder.get()));
  }
  SENGI_CHECK(check_size(file, width, height, most_pixels));
  const bool cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
  const int format = cmyk ? TJPF_CMYK : TJPF_RGB;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<std::uint8_t> decoded(pixels * (cmyk ? 4 : 3));
  // A file of a few kilobytes may ask for thousands of scans over a large image; 500 are enough.
  constexpr int flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  if (tjDecompress2(decoder.get(), data, size, decoded.data(), width, 0, height, format, flags) !=
      0) {
    if (tjGetErrorCode(decoder.get()) != TJERR_WARNING) {
      return damaged(file, tjGetErrorStr2(decoder.get()));
    }
    if (auto fault = warning_of(decoder.get(), file)) return *std::move(fault);
  }
  if (cmyk) return Stored{from_cmyk(decoded, width, height), segments.exif};
  return Stored{{width, height, std::move(decoded)}, segments.exif};
}

}  // namespace sengi::data
