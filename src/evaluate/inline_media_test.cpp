// SPDX-License-Identifier: Apache-2.0
#include "evaluate/inline_media.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "base/process.h"

namespace sengi::evaluate {
namespace {

// Decoded by coreutils and read by libsndfile, it is the sound that went in.
TEST(InlineSound, IsAWavFileInBase64) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  for (const std::size_t length : {1U, 2U, 3U, 500U}) {
    data::Audio audio{11025, {}};
    for (std::size_t i = 0; i < length; ++i) {
      audio.samples.push_back(static_cast<std::int16_t>(i * 7919 - 30000));
    }
    const std::string address = sound_address(audio);
    const std::string prefix = "data:audio/wav;base64,";
    ASSERT_TRUE(address.starts_with(prefix));
    const auto coded = folder.value().path() / "coded";
    const auto plain = folder.value().path() / "plain.wav";
    ASSERT_TRUE(write_text(coded, address.substr(prefix.size())).ok());
    const auto decoded = run_process(
        {"/usr/bin/env", "sh", "-c", "base64 -d \"$0\" > \"$1\"", coded.string(), plain.string()});
    ASSERT_TRUE(decoded.ok() && decoded.value().exit_status == 0);
    const auto back = data::read_audio(plain, 0);
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(back.value().samples, audio.samples);
    EXPECT_EQ(back.value().sample_rate_hz, 11025);
  }
}

}  // namespace
}  // namespace sengi::evaluate
