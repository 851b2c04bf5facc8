// SPDX-License-Identifier: Apache-2.0
// The device's image front end against area averages in double precision, made from the definition:
// where the edges of pixels lie, and how much they overlap.
#include "sengi/signal/image_front_end.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "signal/image_tables.h"
#include "signal/image_tables_writer.h"

namespace sengi::signal {
namespace {

using testing::HasSubstr;
using Frame = std::vector<std::int16_t>;

FeatureScaling neutral(const ImageSpec& spec) {
  const auto size = static_cast<std::size_t>(spec.channels);
  return {std::vector<std::int32_t>(size, 128 * image_steps), std::vector<std::int32_t>(size, 256)};
}

std::shared_ptr<const OwnedImageTables> tables_of(const ImageSpec& spec) {
  return make_image_tables(spec, neutral(spec)).value();
}

std::size_t frame_size(const ImageSpec& spec) {
  return static_cast<std::size_t>(spec.frame_width) * static_cast<std::size_t>(spec.frame_height) *
         static_cast<std::size_t>(spec.channels);
}

template <typename Level>
Frame made(const ImageSpec& spec, Level level) {
  Frame frame(frame_size(spec));
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = static_cast<std::int16_t>(level(i));
  return frame;
}

Frame noise(const ImageSpec& spec, std::uint_fast32_t seed) {
  std::mt19937 random(seed);
  return made(spec, [&](auto) { return random() % 256; });
}

// The mean of an image's pixel, in 1/256 of a level.
double area_mean(const ImageSpec& spec, const Frame& frame, int row, int column, int channel) {
  const double scale = std::min(static_cast<double>(spec.frame_width) / spec.width,
                                static_cast<double>(spec.frame_height) / spec.height);
  const double left = (spec.frame_width - scale * spec.width) / 2 + scale * column;
  const double top = (spec.frame_height - scale * spec.height) / 2 + scale * row;
  const auto overlap = [](double begin, double end, int pixel) {
    return std::max(0.0, std::min(end, pixel + 1.0) - std::max(begin, double(pixel)));
  };
  double sum = 0;
  for (int y = std::max(0, int(top) - 1); y < std::min<double>(spec.frame_height, top + scale + 1);
       ++y) {
    const double high = overlap(top, top + scale, y);
    for (int x = std::max(0, int(left) - 1);
         x < std::min<double>(spec.frame_width, left + scale + 1); ++x) {
      sum += high * overlap(left, left + scale, x) *
             frame[static_cast<std::size_t>((y * spec.frame_width + x) * spec.channels + channel)];
    }
  }
  return 256 * sum / (scale * scale);
}

// `stride`: looks at every so many pixels of the image.
void expect_like_reference(const ImageSpec& spec, const Frame& frame, int stride = 1) {
  const auto values = unscaled_image_features(*tables_of(spec), frame);
  ASSERT_EQ(values.size(), static_cast<std::size_t>(spec.width) *
                               static_cast<std::size_t>(spec.height) *
                               static_cast<std::size_t>(spec.channels));
  for (int at = 0; at < spec.width * spec.height; at += stride) {
    for (int c = 0; c < spec.channels; ++c) {
      const double right = area_mean(spec, frame, at / spec.width, at % spec.width, c);
      // Rounded to the nearest; 1e-6 is for the reference's own rounding.
      ASSERT_NEAR(values[static_cast<std::size_t>(at * spec.channels + c)], right, 0.5 + 1e-6)
          << spec.frame_width << "x" << spec.frame_height << " to " << spec.width << "x"
          << spec.height << " at " << at;
    }
  }
}

TEST(ImageFrontEnd, IsTheAreaAverageAtRandomSizes) {
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    const auto up_to = [&](std::int32_t most) {
      return static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(most)) + 1;
    };
    ImageSpec spec;
    spec.frame_width = up_to(90);
    spec.frame_height = up_to(90);
    spec.channels = random() % 2 == 0 ? 1 : 3;
    spec.width = up_to(spec.frame_width);
    spec.height = up_to(spec.frame_height);
    expect_like_reference(spec, noise(spec, random()));
  }
}

TEST(ImageFrontEnd, IsTheAreaAverageAtUsualSizes) {
  for (const auto& [width, height] : {std::pair(96, 96),
                                      {160, 120},
                                      {176, 144},
                                      {320, 240},
                                      {324, 244},
                                      {640, 480},
                                      {1600, 96}}) {
    for (const auto& [to_width, to_height] : {std::pair(96, 96), {64, 48}, {32, 32}, {28, 28}}) {
      const ImageSpec spec{width, height, 3, to_width, to_height};
      expect_like_reference(spec, noise(spec, 2), 7);
    }
  }
}

// Coprime sides: the finest units and the largest sums.
TEST(ImageFrontEnd, IsTheAreaAverageAtTheLimits) {
  for (const ImageSpec& spec :
       {ImageSpec{4096, 4096, 1, 1, 1}, ImageSpec{4096, 4096, 1, 4095, 4095},
        ImageSpec{4096, 4095, 1, 4096, 4093}, ImageSpec{4093, 4096, 1, 4091, 1},
        ImageSpec{4096, 1, 3, 4095, 1}, ImageSpec{4096, 1, 3, 1, 1}, ImageSpec{1, 4096, 3, 1, 4095},
        ImageSpec{1, 1, 1, 1, 1}, ImageSpec{4096, 4096, 3, 95, 97}}) {
    expect_like_reference(spec, noise(spec, 3), std::max(1, spec.width * spec.height / 997));
  }
}

// 32 bits serve up to a side of 256 units: at it and beside it, where every level is the highest.
TEST(ImageFrontEnd, WhiteStaysWhiteWhateverTheSize) {
  for (const ImageSpec& spec :
       {ImageSpec{256, 256, 1, 1, 1}, ImageSpec{256, 256, 1, 255, 255},
        ImageSpec{257, 257, 1, 1, 1}, ImageSpec{257, 256, 1, 256, 255},
        ImageSpec{128, 300, 3, 127, 127}, ImageSpec{4096, 4096, 1, 1, 1},
        ImageSpec{4096, 4095, 1, 4095, 4091}, ImageSpec{4095, 4096, 3, 13, 4093}}) {
    const auto tables = tables_of(spec);
    const auto all = [](const auto& values, std::int32_t level) {
      return std::ranges::all_of(values, [&](auto value) { return value == level; });
    };
    const Frame white = made(spec, [](auto) { return 255; });
    EXPECT_TRUE(all(unscaled_image_features(*tables, white), 255 * 256)) << spec.frame_width;
    EXPECT_TRUE(all(image_features(*tables, white), 127)) << spec.frame_width;
    EXPECT_TRUE(all(image_features(*tables, Frame(white.size(), 0)), -128)) << spec.frame_width;
  }
}

TEST(ImageFrontEnd, AFrameOfTheImagesSizeIsTheImage) {
  const ImageSpec spec{13, 9, 3, 13, 9};
  const Frame frame = noise(spec, 4);
  const auto image = image_features(*tables_of(spec), frame);
  for (std::size_t i = 0; i < frame.size(); ++i) EXPECT_EQ(image[i], frame[i] - 128);
}

TEST(ImageFrontEnd, IsAPlainCropWhereNothingShrinks) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    const auto width = static_cast<std::int32_t>(1 + random() % 20);
    const auto height = static_cast<std::int32_t>(1 + random() % 20);
    const auto margin = static_cast<std::int32_t>(random() % 9);
    const bool beside = random() % 2 == 0;
    const ImageSpec spec{beside ? width + 2 * margin : width, beside ? height : height + 2 * margin,
                         1, width, height};
    const Frame frame = noise(spec, random());
    const auto values = unscaled_image_features(*tables_of(spec), frame);
    for (std::int32_t y = 0; y < height; ++y) {
      for (std::int32_t x = 0; x < width; ++x) {
        const std::int32_t from =
            (y + (beside ? 0 : margin)) * spec.frame_width + x + (beside ? margin : 0);
        ASSERT_EQ(values[static_cast<std::size_t>(y * width + x)],
                  256 * frame[static_cast<std::size_t>(from)]);
      }
    }
  }
}

TEST(ImageFrontEnd, GeometryIsTheLargestCentredPart) {
  // 320 x 240 to 96 x 96: 2.5 pixels each, 40 left out on either side.
  EXPECT_EQ(image_geometry({320, 240, 3, 96, 96}), (ImageGeometry{2, 5, 80, 0}));
  // 8 x 3 to 3 x 1: 8/3 pixels each, a sixth left out above and below.
  EXPECT_EQ(image_geometry({8, 3, 1, 3, 1}), (ImageGeometry{6, 16, 0, 1}));
  EXPECT_EQ(ImageFrontEnd::memory_words({320, 240, 3, 96, 96}), 288U);
  EXPECT_EQ(ImageFrontEnd::memory_words({4096, 4096, 3, 95, 95}), 570U);
}

TEST(ImageFrontEnd, StreamingWritesItsRowsAndNothingElse) {
  for (const ImageSpec& spec : {ImageSpec{33, 40, 3, 12, 7}, ImageSpec{601, 607, 1, 12, 12}}) {
    const auto tables = tables_of(spec);
    const ImageTables constants = view(*tables);
    constexpr std::int32_t guard = 0x5eed5eed;
    const std::size_t words = ImageFrontEnd::memory_words(spec);
    std::vector<std::int32_t> memory(words + 8, guard);
    ImageFrontEnd front_end(constants, std::span(memory).first(words));
    const Frame frame = noise(spec, 6);
    const auto row_size = static_cast<std::size_t>(spec.width * spec.channels);
    const std::size_t size = row_size * static_cast<std::size_t>(spec.height);

    const auto stream = [&](std::int32_t lines) {
      std::vector<std::int8_t> image(size + 8, 77);
      // A line of exactly its length, so that a sanitizer sees a read beyond it.
      std::vector<std::uint8_t> line(static_cast<std::size_t>(spec.frame_width * spec.channels));
      for (std::int32_t y = 0; y < lines; ++y) {
        for (std::size_t i = 0; i < line.size(); ++i) {
          line[i] = static_cast<std::uint8_t>(frame[static_cast<std::size_t>(y) * line.size() + i]);
        }
        EXPECT_EQ(front_end.push(line.data(), image.data()), y == spec.frame_height - 1) << y;
        const std::size_t written = static_cast<std::size_t>(front_end.rows()) * row_size;
        for (std::size_t i = written; i < image.size(); ++i) EXPECT_EQ(image[i], 77);
      }
      image.resize(size);
      return image;
    };
    const auto first = stream(spec.frame_height);
    EXPECT_EQ(first, image_features(*tables, frame));
    EXPECT_EQ(stream(spec.frame_height), first);
    stream(20);
    front_end.reset();
    EXPECT_EQ(stream(spec.frame_height), first);
    for (std::size_t i = words; i < memory.size(); ++i) EXPECT_EQ(memory[i], guard);
  }
}

TEST(ImageFrontEnd, ChannelsAreScaledByTheirOwnConstants) {
  const ImageSpec spec{2, 1, 3, 1, 1};
  // Levels whose means are 10.5, 20 and 255.
  const Frame frame = {10, 20, 255, 11, 20, 255};
  const FeatureScaling scaling{{0, 20 * 256, 0}, {512, 1 << 24, 1}};
  const auto tables = make_image_tables(spec, scaling).value();
  EXPECT_THAT(image_features(*tables, frame), testing::ElementsAre(21, 0, 1));
  EXPECT_THAT(unscaled_image_features(*tables, frame),
              testing::ElementsAre(10 * 256 + 128, 20 * 256, 255 * 256));
}

TEST(ImageTables, RefusesWhatCannotBeBuilt) {
  const auto message = [](ImageSpec spec, FeatureScaling scaling) {
    const auto got = make_image_tables(spec, scaling);
    return got.ok() ? std::string("no error") : got.error().message;
  };
  const auto of_spec = [&](ImageSpec spec) { return message(spec, neutral(ImageSpec{})); };
  EXPECT_EQ(of_spec({}), "no error");
  EXPECT_THAT(of_spec({.frame_width = 0}), HasSubstr("from 1 to 4096 pixels wide, not 0"));
  EXPECT_THAT(of_spec({.frame_height = 4097}), HasSubstr("from 1 to 4096 pixels high, not 4097"));
  EXPECT_THAT(of_spec({.channels = 2}), HasSubstr("1 channel (grey) or 3"));
  EXPECT_THAT(of_spec({.width = 97}), HasSubstr("the frame's 96 pixels wide, not 97"));
  EXPECT_THAT(of_spec({.height = -1}), HasSubstr("the frame's 96 pixels high, not -1"));
  EXPECT_THAT(message({}, {{0}, {1}}), HasSubstr("1 offsets and 1 multipliers"));
  EXPECT_THAT(message({}, {{0, 0, 65281}, {1, 1, 1}}), HasSubstr("channel 2 must be from 0"));
  EXPECT_THAT(message({}, {{0, 0, 0}, {1, 0, 1}}), HasSubstr("channel 1 must be from 1"));
}

TEST(ImageTablesWriter, WritesWhatADeviceIncludes) {
  const ImageSpec spec{320, 240, 3, 96, 64};
  const auto tables = make_image_tables(spec, {{1, 2, 3}, {4, 5, 6}}).value();
  EXPECT_EQ(image_tables_as_cpp(*tables, "camera"),
            "namespace {\n\n"
            "// From 1/256 level to int8, each channel: subtract this,\n"
            "constexpr std::int32_t offset[3] = {\n    1, 2, 3};\n\n"
            "// then multiply by this, 1.0 = 2^16\n"
            "constexpr std::int32_t multiplier[3] = {\n    4, 5, 6};\n\n"
            "}  // namespace\n\n"
            "const sengi::signal::ImageTables camera = {\n"
            "    .spec = {\n"
            "        .frame_width = 320,\n"
            "        .frame_height = 240,\n"
            "        .channels = 3,\n"
            "        .width = 96,\n"
            "        .height = 64,\n"
            "    },\n"
            "    .offset = offset,\n"
            "    .multiplier = multiplier,\n"
            "};\n");
  EXPECT_THAT(image_spec_as_cpp(spec), HasSubstr("    .frame_width = 320,\n"));
}

}  // namespace
}  // namespace sengi::signal
