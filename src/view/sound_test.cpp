// SPDX-License-Identifier: Apache-2.0
#include "view/sound.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <fstream>
#include <random>

#include "base/files.h"
#include "data/test_sounds.h"
#include "view/byte_range.h"
#include "view/flac.h"
#include "view/view_fixture_for_tests.h"

namespace sengi::view {
namespace {

TEST(ViewSound, IsAWavOfTheRecordingByWhateverRanges) {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.path() / "a.flac";
  const auto samples = made_sound(7.3, 44100);
  std::vector<float> frames;
  for (const std::int16_t s : samples) frames.push_back(static_cast<float>(s) / 32768.0F);
  ASSERT_TRUE(data::write_sound(file, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, frames, 44100));
  const auto recording = Recording::open(file).value();
  Sound sound(recording);
  const std::string all = sound.read(0, sound.bytes()).value();
  ASSERT_TRUE(write_text(folder.path() / "b.wav", all).ok());
  const auto again = data::read_audio(folder.path() / "b.wav", 0).value();
  EXPECT_EQ(again.sample_rate_hz, 44100);
  EXPECT_EQ(again.samples, samples);
  std::mt19937_64 random(1);
  for (int i = 0; i < 300; ++i) {
    const auto first = static_cast<std::int64_t>(random() % all.size());
    const auto count =
        static_cast<std::int64_t>(random() % (all.size() - static_cast<std::size_t>(first))) /
            (i % 3 == 0 ? 1 : 500) +
        1;
    ASSERT_EQ(sound.read(first, count).value(),
              all.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
  }
}

// Of a day of 48 kHz there is a header, and libsndfile reads it.
TEST(ViewSound, BeyondFourGigabytesItIsAnRf64) {
  const auto folder = TemporaryFolder::make().value();
  const std::int64_t frames = std::int64_t{86400} * 48000;
  const auto file = folder.path() / "day.wav";
  ASSERT_TRUE(write_text(file, wav_header(frames, 48000)).ok());
  const auto head = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, head + static_cast<std::uintmax_t>(2 * frames));  // of holes
  SF_INFO info{};
  SNDFILE* const sound = sf_open(file.c_str(), SFM_READ, &info);
  ASSERT_NE(sound, nullptr) << sf_strerror(nullptr);
  EXPECT_EQ(info.frames, frames);
  EXPECT_EQ(info.samplerate, 48000);
  sf_close(sound);
}

TEST(ViewSound, FlacHoldsTheSameSamplesAndNoMoreThanIsAllowed) {
  const auto folder = TemporaryFolder::make().value();
  const auto samples = made_sound(9, 22050);
  ASSERT_TRUE(data::write_wav(folder.path() / "a.wav", {22050, samples}).ok());
  const auto recording = Recording::open(folder.path() / "a.wav").value();
  const std::string flac = to_flac(recording, 1 << 24).value();
  ASSERT_TRUE(write_text(folder.path() / "b.flac", flac).ok());
  EXPECT_EQ(data::read_audio(folder.path() / "b.flac", 0).value().samples, samples);
  const auto refused = to_flac(recording, 1 << 12);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("without sound"), std::string::npos);
}

using Asked = std::variant<WholeFile, ByteRange, NoSuchRange>;
std::string text_of(const Asked& asked) {
  if (std::holds_alternative<WholeFile>(asked)) return "whole";
  if (std::holds_alternative<NoSuchRange>(asked)) return "none";
  const auto& range = std::get<ByteRange>(asked);
  return std::to_string(range.first) + "-" + std::to_string(range.last);
}

TEST(ViewByteRange, IsReadAsTheStandardSays) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"bytes=0-", "0-99"},
      {"bytes=0-0", "0-0"},
      {"bytes=10-19", "10-19"},
      {"bytes=90-500", "90-99"},
      {"bytes=-5", "95-99"},
      {"bytes=-500", "0-99"},
      {"bytes=100-", "none"},
      {"bytes=5000-6000", "none"},
      {"bytes=-0", "none"},
      {"", "whole"},
      {"bytes=", "whole"},
      {"bytes=a-b", "whole"},
      {"bytes=9-5", "whole"},
      {"bytes=0-1,4-5", "whole"},
      {"seconds=0-1", "whole"},
      {"bytes=--5", "whole"},
      {"bytes=1-99999999999999999999", "whole"}};
  for (const auto& [header, expected] : cases) {
    EXPECT_EQ(text_of(byte_range(header, 100)), expected) << header;
  }
}

}  // namespace
}  // namespace sengi::view
