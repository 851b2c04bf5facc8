// SPDX-License-Identifier: Apache-2.0
#include "data/audio_stream.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "data/audio.h"

namespace sengi::data {
namespace {

TEST(AudioStream, BlocksOfAnySizeAreTheWholeRecording) {
  const auto folder = TemporaryFolder::make().value();
  for (const std::int32_t rate : {8000, 16000, 44100, 96000}) {
    Audio audio{rate, {}};
    for (std::int32_t i = 0; i < 50011; ++i) {
      audio.samples.push_back(static_cast<std::int16_t>((i * 7919) % 20011 - 10000));
    }
    const auto file = folder.path() / "a.wav";
    ASSERT_TRUE(write_wav(file, audio).ok());
    const std::vector<std::int16_t> whole = read_audio(file, 16000).value().samples;
    for (const std::size_t frames : {1000U, 4099U, 65536U}) {
      auto stream = AudioStream::open(file, 16000).value();
      std::vector<std::int16_t> samples;
      for (auto block = stream.read(frames).value(); !block.empty();
           block = stream.read(frames).value()) {
        samples.insert(samples.end(), block.begin(), block.end());
      }
      EXPECT_EQ(samples, whole) << rate << " Hz in blocks of " << frames;
    }
  }
}

}  // namespace
}  // namespace sengi::data
