// SPDX-License-Identifier: Apache-2.0
#include "data/image.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "base/files.h"
#include "data/test_images.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

Image decoded(const FileBytes& bytes) {
  auto image = decode_image(bytes, "a.jpg");
  EXPECT_TRUE(image.ok()) << image.error().message;
  return image.ok() ? std::move(image).value() : Image();
}

std::string fault(const FileBytes& bytes, std::int64_t most_pixels = most_image_pixels) {
  const auto image = decode_image(bytes, "a.jpg", most_pixels);
  return image.ok() ? "no fault" : image.error().message;
}

FileBytes text(std::string_view words) {
  const auto bytes = std::as_bytes(std::span(words));
  return {bytes.begin(), bytes.end()};
}

// The largest difference of a level.
int apart(const Image& one, const Image& other) {
  if (one.width != other.width || one.height != other.height) return 256;
  int most = 0;
  for (std::size_t i = 0; i < one.rgb.size(); ++i) {
    most = std::max(most, std::abs(int{one.rgb[i]} - int{other.rgb[i]}));
  }
  return most;
}

TEST(Image, PngComesBackAsItWas) {
  for (const auto& [width, height] : {std::pair(1, 1), {17, 5}, {64, 48}}) {
    const Image image = noise_image(width, height, 1);
    EXPECT_EQ(decoded(png_of(image)), image);
  }
}

TEST(Image, JpegComesBackNearly) {
  const Image image = gradient(50, 37);
  EXPECT_LE(apart(decoded(jpeg_of(image)), image), 6);
  EXPECT_LE(apart(decoded(jpeg_of(image, TJSAMP_420)), image), 12);
  EXPECT_LE(apart(decoded(jpeg_of(image, TJSAMP_444, TJFLAG_PROGRESSIVE)), image), 6);
}

TEST(Image, GreyIsAColour) {
  const Image image = drawn(40, 30, [](auto x, auto y, auto) { return 3 * x + 4 * y; });
  std::vector<std::uint8_t> grey;
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) grey.push_back(image.rgb[i]);
  EXPECT_LE(apart(decoded(jpeg_of(grey, 40, 30, TJPF_GRAY, TJSAMP_GRAY)), image), 4);
  EXPECT_EQ(decoded(png_of(grey.data(), 40, 30, PNG_FORMAT_GRAY)), image);
}

TEST(Image, CmykIsAColour) {
  const Image image = gradient(40, 30);
  // No black, and inks that are what a colour lacks: 255 is no ink.
  std::vector<std::uint8_t> cmyk;
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) cmyk.push_back(image.rgb[i + c]);
    cmyk.push_back(255);
  }
  EXPECT_LE(apart(decoded(jpeg_of(cmyk, 40, 30, TJPF_CMYK)), image), 8);
  for (std::size_t i = 3; i < cmyk.size(); i += 4) cmyk[i] = 0;
  EXPECT_LE(apart(decoded(jpeg_of(cmyk, 40, 30, TJPF_CMYK)),
                  drawn(40, 30, [](auto, auto, auto) { return 0; })),
            4);
}

TEST(Image, WhatIsTransparentIsWhite) {
  const std::array<std::uint8_t, 12> rgba = {10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128};
  const Image image = decoded(png_of(rgba.data(), 3, 1, PNG_FORMAT_RGBA));
  EXPECT_THAT(std::vector(image.rgb.begin(), image.rgb.begin() + 6),
              ElementsAre(10, 20, 30, 255, 255, 255));
  // Half of black over white lies between them, in light rather than in levels.
  EXPECT_NEAR(image.rgb[6], 188, 3);
}

TEST(Image, SixteenBitsAreRounded) {
  // As a file says it: levels of two bytes, the high one first, and nothing of gamma. The
  // simplified API writes linear light, so the file is written by the other one.
  const std::array<std::uint8_t, 4> levels = {0x80, 0x7F, 0x12, 0x00};
  FileBytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp to, png_bytep data, std::size_t size) {
        auto& all = *static_cast<FileBytes*>(png_get_io_ptr(to));
        for (std::size_t i = 0; i < size; ++i) all.push_back(static_cast<std::byte>(data[i]));
      },
      nullptr);
  png_set_IHDR(png, info, 2, 1, 16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_write_row(png, levels.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  EXPECT_THAT(decoded(bytes).rgb, ElementsAre(0x80, 0x80, 0x80, 0x12, 0x12, 0x12));
}

// The standard's figure of the letter F, as each orientation stores it.
TEST(Image, StandsAsExifSays) {
  constexpr int width = 24;
  constexpr int height = 40;
  const auto seen = [](int x, int y) { return x < 8 ? 20 : y < 8 ? 120 : 220; };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const bool turned = orientation > 4;
    const int stored_width = turned ? height : width;
    const int stored_height = turned ? width : height;
    // Where the standard says line 0 and column 0 are seen.
    const bool first_line_is_far = orientation == 3 || orientation == 4 || orientation == 6 ||
                                   orientation == 7;  // at the bottom, or the right
    const bool first_column_is_far = orientation == 2 || orientation == 3 || orientation == 7 ||
                                     orientation == 8;  // at the right, or the bottom
    const Image stored = drawn(stored_width, stored_height, [&](int column, int line, int) {
      const int down = first_line_is_far ? stored_height - 1 - line : line;
      const int across = first_column_is_far ? stored_width - 1 - column : column;
      return turned ? seen(down, across) : seen(across, down);
    });
    const Image right = drawn(width, height, [&](int x, int y, int) { return seen(x, y); });
    for (const bool little : {true, false}) {
      const FileBytes exif = exif_block(orientation, little);
      EXPECT_LE(apart(decoded(with_exif(jpeg_of(stored), exif)), right), 8) << orientation;
    }
  }
  const Image plain = gradient(width, height);
  EXPECT_LE(apart(decoded(with_exif(jpeg_of(plain), exif_block(9))), plain), 6);
  EXPECT_LE(apart(decoded(with_exif(jpeg_of(plain), text("nothing of the kind"))), plain), 6);
}

TEST(Image, SaysWhatIsWrong) {
  EXPECT_THAT(fault({}), HasSubstr("a.jpg: an empty file"));
  EXPECT_EQ(fault(text("hello, I am a text")), "a.jpg: not an image; a JPEG or PNG is needed");
  EXPECT_EQ(fault(text("GIF89a......")), "a.jpg: a GIF; make a JPEG or PNG of it first");
  EXPECT_THAT(fault(text("....ftypheic....")), HasSubstr("a HEIC"));
  EXPECT_THAT(fault(png_of(gradient(30, 20)), 599), HasSubstr("30 x 20 pixels are more than"));
  EXPECT_THAT(fault(jpeg_of(gradient(30, 20)), 599), HasSubstr("more than the 599 that are read"));
  EXPECT_EQ(fault(jpeg_of(gradient(30, 20)), 600), "no fault");
  EXPECT_THAT(read_image("/nowhere/a.png").error().message, HasSubstr("/nowhere/a.png"));
  EXPECT_TRUE(is_image("a/b.JPG"));
  EXPECT_FALSE(is_image("a/jpg"));
}

std::vector<FileBytes> small_files() {
  const Image image = noise_image(9, 7, 3);
  std::vector<std::uint8_t> cmyk(9 * 7 * 4, 100);
  std::vector<std::uint8_t> grey(9 * 7, 100);
  return {png_of(image),
          png_of(grey.data(), 9, 7, PNG_FORMAT_GRAY),
          png_of(cmyk.data(), 9, 7, PNG_FORMAT_RGBA),
          jpeg_of(image),
          jpeg_of(image, TJSAMP_420, TJFLAG_PROGRESSIVE),
          jpeg_of(grey, 9, 7, TJPF_GRAY, TJSAMP_GRAY),
          jpeg_of(cmyk, 9, 7, TJPF_CMYK),
          with_exif(jpeg_of(image), exif_block(6))};
}

TEST(Image, NoPartOfAFileIsTakenForIt) {
  for (const FileBytes& whole : small_files()) {
    ASSERT_EQ(fault(whole), "no fault");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string message =
          fault(FileBytes(whole.begin(), whole.begin() + static_cast<long>(size)));
      EXPECT_THAT(message, size == 0 ? HasSubstr("empty") : HasSubstr("cut short"))
          << size << " of " << whole.size();
    }
  }
}

TEST(Image, BentBytesAreRefusedOrAnImage) {
  for (const FileBytes& whole : small_files()) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        FileBytes bent = whole;
        bent[at] ^= static_cast<std::byte>(1 << bit);
        const auto image = decode_image(bent, "a", 1 << 16);
        if (!image.ok()) {
          EXPECT_THAT(image.error().message, HasSubstr("a: "));
          continue;
        }
        EXPECT_EQ(image.value().rgb.size(), static_cast<std::size_t>(image.value().width) *
                                                static_cast<std::size_t>(image.value().height) * 3);
      }
    }
  }
}

TEST(Image, WritesPngThatItReads) {
  const auto folder = TemporaryFolder::make().value();
  const fs::path path = folder.path() / "deep" / "a.png";
  const Image image = noise_image(20, 10, 4);
  ASSERT_TRUE(write_png(path, image).ok());
  EXPECT_EQ(read_image(path).value(), image);
  const Image grey = drawn(20, 10, [](auto x, auto y, auto) { return x * y; });
  ASSERT_TRUE(write_png(path, grey).ok());
  EXPECT_EQ(read_image(path).value(), grey);
  EXPECT_EQ(std::to_integer<int>(read_file(path).value()[25]), PNG_COLOR_TYPE_GRAY);
}

TEST(Image, ReadsPhotographs) {
  const fs::path folder = fs::path(SENGI_SHARED_DATA) / "images_plant_disease_apple";
  if (!fs::exists(folder)) GTEST_SKIP() << "needs images_plant_disease_apple of the shared data";
  std::size_t read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!is_image(entry.path()) || ++read % 10 != 0) continue;
    const auto image = read_image(entry.path());
    ASSERT_TRUE(image.ok()) << image.error().message;
    EXPECT_EQ(image.value().width, 256);
  }
  EXPECT_GT(read, 100U);
}

// An image's level, with its edges repeated beyond them.
double level_at(const Image& image, int x, int y, int c) {
  x = std::clamp(x, 0, image.width - 1);
  y = std::clamp(y, 0, image.height - 1);
  return image.rgb[static_cast<std::size_t>(3 * (y * image.width + x) + c)];
}

// The definition in doubles: overlaps of squares, or four neighbours.
double reference(const Image& image, const signal::ImageSpec& spec, int row, int column, int c) {
  const double scale = std::min(static_cast<double>(image.width) / spec.frame_width,
                                static_cast<double>(image.height) / spec.frame_height);
  const double left = (image.width - scale * spec.frame_width) / 2 + scale * column;
  const double top = (image.height - scale * spec.frame_height) / 2 + scale * row;
  double sum = 0;
  if (scale < 1) {
    const double x = std::clamp(left + scale / 2 - 0.5, 0.0, image.width - 1.0);
    const double y = std::clamp(top + scale / 2 - 0.5, 0.0, image.height - 1.0);
    const double dx = x - std::floor(x);
    const double dy = y - std::floor(y);
    for (const int j : {0, 1}) {
      for (const int i : {0, 1}) {
        sum += (i == 1 ? dx : 1 - dx) * (j == 1 ? dy : 1 - dy) *
               level_at(image, static_cast<int>(x) + i, static_cast<int>(y) + j, c);
      }
    }
    return sum;
  }
  const auto overlap = [&](double begin, int pixel) {
    return std::max(0.0, std::min(begin + scale, pixel + 1.0) - std::max(begin, double(pixel)));
  };
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      sum += overlap(left, x) * overlap(top, y) * level_at(image, x, y, c);
    }
  }
  return sum / (scale * scale);
}

TEST(FrameOf, IsTheResampledMiddle) {
  std::mt19937 random(5);
  for (int round = 0; round < 150; ++round) {
    const auto up_to = [&](int most) {
      return static_cast<int>(random() % static_cast<unsigned>(most)) + 1;
    };
    const Image image = noise_image(up_to(24), up_to(24), static_cast<unsigned>(round));
    const signal::ImageSpec spec{up_to(24), up_to(24), round % 3 == 0 ? 1 : 3, 1, 1};
    const auto frame = frame_of(image, spec);
    ASSERT_EQ(frame.size(),
              static_cast<std::size_t>(spec.frame_width * spec.frame_height * spec.channels));
    for (int at = 0; at < spec.frame_width * spec.frame_height; ++at) {
      const int row = at / spec.frame_width;
      const int column = at % spec.frame_width;
      std::array<double, 3> rgb{};
      for (int c = 0; c < 3; ++c)
        rgb[static_cast<std::size_t>(c)] = reference(image, spec, row, column, c);
      for (int c = 0; c < spec.channels; ++c) {
        const double right = spec.channels == 3 ? rgb[static_cast<std::size_t>(c)]
                                                : 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        ASSERT_NEAR(frame[static_cast<std::size_t>(at * spec.channels + c)], right, 0.5 + 1e-6)
            << image.width << "x" << image.height << " to " << spec.frame_width << "x"
            << spec.frame_height;
      }
    }
  }
}

TEST(FrameOf, AnImageOfTheFramesSizeIsTheFrame) {
  const Image image = noise_image(12, 9, 6);
  const auto frame = frame_of(image, {12, 9, 3, 1, 1});
  EXPECT_TRUE(std::ranges::equal(frame, image.rgb));
}

TEST(FrameOf, WhiteStaysWhiteAtTheLimits) {
  for (const auto& [width, height] : {std::pair(3001, 17), {1, 5000}, {1999, 2003}}) {
    const Image white = drawn(width, height, [](auto, auto, auto) { return 255; });
    for (const signal::ImageSpec& spec :
         {signal::ImageSpec{4096, 1, 1, 1, 1}, signal::ImageSpec{1, 4095, 3, 1, 1},
          signal::ImageSpec{97, 89, 1, 1, 1}}) {
      const auto frame = frame_of(white, spec);
      EXPECT_TRUE(std::ranges::all_of(frame, [](int level) { return level == 255; }));
    }
  }
}

}  // namespace
}  // namespace sengi::data
