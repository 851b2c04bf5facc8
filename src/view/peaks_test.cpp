// SPDX-License-Identifier: Apache-2.0
// Waveforms and spectrograms of whole recordings, held to their definitions written out plainly.
#include <gtest/gtest.h>

#include <algorithm>
#include <complex>
#include <numbers>

#include "base/files.h"
#include "data/audio_reader.h"
#include "data/test_sounds.h"
#include "view/overview.h"
#include "view/tile.h"
#include "view/view_fixture_for_tests.h"

namespace sengi::view {
namespace {

namespace fs = std::filesystem;

// All frames, channels averaged.
std::vector<float> whole(const fs::path& path) {
  auto reader = data::AudioReader::open(path).value();
  const auto channels = static_cast<std::size_t>(reader.info().channels);
  std::vector<float> frames(static_cast<std::size_t>(reader.info().frames) * channels);
  EXPECT_EQ(reader.read(frames).value(), frames.size() / channels);
  std::vector<float> mono(frames.size() / channels);
  data::mix_down(frames, reader.info().channels, mono);
  return mono;
}

std::vector<Peak> brute_peaks(const std::vector<float>& samples, int level) {
  std::vector<Peak> peaks;
  for (std::size_t at = 0; at < samples.size(); at += std::size_t{1} << level) {
    const auto end = std::min(samples.size(), at + (std::size_t{1} << level));
    std::vector<int> part;
    for (std::size_t i = at; i < end; ++i) part.push_back(data::to_int16(samples[i]));
    const auto [low, high] = std::ranges::minmax(part);
    peaks.push_back({static_cast<std::int16_t>(low), static_cast<std::int16_t>(high)});
  }
  return peaks;
}

// Decibels of a bin of the look around a moment, by the sum of the definition.
double decibels(const std::vector<float>& samples, std::int64_t middle, int size, int bin) {
  std::complex<double> sum = 0;
  double window_sum = 0;
  for (int i = 0; i < size; ++i) {
    const double w = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / size);
    window_sum += w;
    const std::int64_t at = middle - size / 2 + i;
    if (at < 0 || at >= static_cast<std::int64_t>(samples.size())) continue;
    sum += w * static_cast<double>(samples[static_cast<std::size_t>(at)]) *
           std::polar(1.0, -2 * std::numbers::pi * bin * i / size);
  }
  return 20 * std::log10(std::abs(sum) * 2 / window_sum + 1e-15);
}

double loudest(const std::vector<float>& samples, std::int64_t column, int level, int size,
               int bin) {
  const std::int64_t width = std::int64_t{1} << level;
  const std::int64_t step = std::min<std::int64_t>(width, size / 2);
  double best = -200;
  for (std::int64_t at = column * width + step / 2; at < (column + 1) * width; at += step) {
    best = std::max(best, decibels(samples, at, size, bin));
  }
  return best;
}

class ViewOverview : public ::testing::Test {
 protected:
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  fs::path cache() const { return folder_.path() / "cache"; }
  // A recording of two channels of 24 bits, or of people where Debian's are here.
  std::vector<fs::path> recordings() {
    const auto sound = made_sound(41.7, 22050);
    std::vector<float> frames;
    for (const std::int16_t s : sound) {
      frames.push_back(static_cast<float>(s) / 32768.0F);
      frames.push_back(static_cast<float>(s) / 65536.0F);
    }
    EXPECT_TRUE(
        data::write_sound(path("a.flac"), SF_FORMAT_FLAC | SF_FORMAT_PCM_24, frames, 22050, 2));
    std::vector<fs::path> all = {path("a.flac")};
    for (const char* spoken : {"/usr/share/klettres/nds/alpha/x.ogg",
                               SENGI_SHARED_DATA "/wake_word_marvin/short_wav_easy10s.wav"}) {
      if (fs::exists(spoken)) all.emplace_back(spoken);
    }
    return all;
  }
  TemporaryFolder folder_ = TemporaryFolder::make().value();
};

TEST_F(ViewOverview, PeaksAreTheLowestAndHighestOfEachStretchAtEveryLevel) {
  for (const fs::path& file : recordings()) {
    const auto recording = Recording::open(file).value();
    Overview overview(recording, 512, cache());
    overview.wait();
    ASSERT_EQ(overview.fault(), "");
    EXPECT_EQ(overview.frames_done(), recording.frames());
    const auto samples = whole(file);
    for (int level = 0; level <= overview.levels().top; ++level) {
      const auto expected = brute_peaks(samples, level);
      const auto all = static_cast<std::int64_t>(expected.size());
      EXPECT_EQ(overview.peaks(level, 0, all + 5).value(), expected) << file << " " << level;
      const std::int64_t first = all / 3;
      EXPECT_EQ(overview.peaks(level, first, 2).value(),
                std::vector(expected.begin() + first, expected.begin() + std::min(first + 2, all)));
    }
    EXPECT_TRUE(overview.peaks(3, recording.frames(), 4).value().empty());
  }
}

TEST_F(ViewOverview, ColumnsAreTheLoudestLooksByTheSumOfTheDefinition) {
  for (const fs::path& file : recordings()) {
    const auto recording = Recording::open(file).value();
    const auto samples = whole(file);
    for (const int size : {256, 1024}) {
      Overview overview(recording, size, {});
      overview.wait();
      for (const int level : {5, 8, 11, overview.levels().columns, overview.levels().columns + 2}) {
        const std::int64_t count = (recording.frames() + (std::int64_t{1} << level) - 1) >> level;
        const auto bins = static_cast<std::size_t>(size / 2);
        for (const std::int64_t column : {std::int64_t{0}, count / 2, count - 1}) {
          const auto bytes = overview.columns(level, column, 1).value();
          ASSERT_EQ(bytes.size(), bins);
          for (std::size_t bin = 1; bin < bins; bin += bins / 8) {
            const double db = loudest(samples, column, level, size, static_cast<int>(bin));
            const double byte = std::clamp((db + 120) / 120 * 255, 0.0, 255.0);
            // Floats: what is near to nothing is not known as well.
            EXPECT_NEAR(bytes[bin], byte, byte < 50 ? 12 : 1)
                << file << " size " << size << " level " << level << " column " << column << " bin "
                << bin;
          }
        }
      }
    }
  }
}

TEST_F(ViewOverview, WhatIsKeptAndWhatIsMadeAreTheSameWhereTheyMeet) {
  const fs::path file = recordings().front();
  const auto recording = Recording::open(file).value();
  Overview overview(recording, 256, {});
  overview.wait();
  const int level = overview.levels().columns;
  const std::int64_t count = recording.frames() >> level;
  const auto fine = overview.columns(level - 2, 0, 4 * count).value();
  EXPECT_EQ(coarser_columns(fine, 128, 2), overview.columns(level, 0, count).value());
}

TEST_F(ViewOverview, ASineOfFullScaleIsAtNoDecibels) {
  ASSERT_TRUE(data::write_sound(path("s.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                                data::tone(2000, 2, 16000, 1, 1.0), 16000));
  const auto recording = Recording::open(path("s.wav")).value();
  Overview overview(recording, 512, {});
  overview.wait();
  const auto bytes = overview.columns(13, 1, 1).value();
  EXPECT_EQ(std::ranges::max_element(bytes) - bytes.begin(), 2000 * 512 / 16000);
  EXPECT_EQ(std::ranges::max(bytes), 255);
}

TEST_F(ViewOverview, WhatWasKeptIsFoundAgainAndABrokenFileIsMadeAnew) {
  const fs::path file = recordings().front();
  const auto recording = Recording::open(file).value();
  std::vector<std::uint8_t> expected;
  {
    Overview first(recording, 512, cache());
    first.wait();
    expected = first.columns(14, 0, 8).value();
  }
  const fs::path kept = fs::directory_iterator(cache())->path();
  std::string text = read_text(kept).value();
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 0x55);
  for (const std::string& bytes : {read_text(kept).value(), text, std::string("no overview")}) {
    ASSERT_TRUE(write_text(kept, bytes).ok());
    Overview again(recording, 512, cache());
    again.wait();
    EXPECT_EQ(again.columns(14, 0, 8).value(), expected);
    auto peaks = brute_peaks(whole(file), 10);
    peaks.resize(100);
    EXPECT_EQ(again.peaks(10, 0, 100).value(), peaks);
  }
}

TEST_F(ViewOverview, ARecordingThatEndsBeforeItShouldSaysSo) {
  ASSERT_TRUE(data::write_wav(path("cut.wav"), {16000, made_sound(30, 16000)}).ok());
  const auto recording = Recording::open(path("cut.wav")).value();
  fs::resize_file(path("cut.wav"), 500'000);
  Overview overview(recording, 512, {});
  overview.wait();
  EXPECT_NE(overview.fault().find("cut.wav"), std::string::npos) << overview.fault();
}

TEST(ViewTile, IsAPictureWithLowTonesBelow) {
  std::vector<std::uint8_t> columns(3 * 4);
  columns[0] = 200;     // the first column, 0 Hz
  columns[4 + 3] = 90;  // the second, the highest
  const std::string png = tile_png(columns, 4).value();
  EXPECT_EQ(png.substr(1, 3), "PNG");
  EXPECT_EQ(png.substr(16, 8), std::string("\0\0\0\3\0\0\0\4", 8));  // wide, tall
}

}  // namespace
}  // namespace sengi::view
