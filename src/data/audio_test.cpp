// SPDX-License-Identifier: Apache-2.0
#include "data/audio.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <ostream>
#include <random>

#include "base/files.h"
#include "data/test_sounds.h"

// libsndfile 1.2.0 forgets Vorbis' state when the headers of an OGG file are damaged. Only a build
// with LeakSanitizer calls this.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:vorbis_info_init\n";
}

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

// Changes one byte of a file where it lies: writing it anew each time would wait for the disk.
void poke(const fs::path& path, std::size_t place, std::byte value) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(place));
  file.put(static_cast<char>(value));
}

class AudioFiles : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
  }
  fs::path at(const std::string& name) const { return folder_->path() / name; }

  // The error of reading a file, which audio_info() and read_audio() must agree on.
  static std::string fault(const fs::path& path) {
    const auto info = audio_info(path);
    const auto audio = read_audio(path, 16000);
    if (info.ok() || audio.ok()) return "no fault";
    EXPECT_EQ(info.error().message, audio.error().message);
    EXPECT_THAT(audio.error().message, StartsWith(path.string() + ": "));
    return audio.error().message.substr(path.string().size() + 2);
  }

  std::optional<TemporaryFolder> folder_;
};

struct Kind {
  const char* name;
  int format;
  const char* reported;
  double tolerance;  // of a sample against what was written, full scale is 1
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

constexpr double half_step_16 = 0.5 / 32768 + 1e-6;
constexpr double step_16 = 1.0 / 32768;  // libsndfile writes 16 bits with full scale at 32,767

const Kind kinds[] = {
    {"u8.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, "WAV", 1.0 / 128},
    {"16.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, "WAV", step_16},
    {"24.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, "WAV", half_step_16},
    {"32.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, "WAV", half_step_16},
    {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, "WAV", half_step_16},
    {"double.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, "WAV", half_step_16},
    {"big.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, "WAV", step_16},
    {"extensible.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, "WAV", half_step_16},
    {"rf64.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, "WAV", step_16},
    {"ulaw.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, "WAV", 0.03},
    {"16.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, "FLAC", step_16},
    {"24.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, "FLAC", half_step_16},
    {"16.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, "AIFF", step_16},
    {"float.aiff", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, "AIFF", half_step_16},
    {"16.au", SF_FORMAT_AU | SF_FORMAT_PCM_16, "AU", step_16},
    {"24.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_24, "CAF", half_step_16},
    {"vorbis.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, "OGG", 0.05},
};

class AudioKinds : public AudioFiles, public testing::WithParamInterface<Kind> {};

TEST_P(AudioKinds, HoldTheSamplesThatWereWritten) {
  const Kind& kind = GetParam();
  const fs::path path = at(kind.name);
  const std::vector<float> sound = tone(440, 0.5, 22050, 2);
  ASSERT_TRUE(write_sound(path, kind.format, sound, 22050, 2));

  const auto info = audio_info(path);
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_EQ(info.value().sample_rate_hz, 22050);
  EXPECT_EQ(info.value().channels, 2);
  EXPECT_EQ(info.value().frames, 11025);
  EXPECT_EQ(info.value().format, kind.reported);

  const auto audio = read_audio(path, 0);
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio.value().sample_rate_hz, 22050);
  EXPECT_DOUBLE_EQ(audio.value().duration_s(), 0.5);
  ASSERT_EQ(audio.value().samples.size(), 11025U);
  double worst = 0;
  for (std::size_t i = 0; i < 11025; ++i) {
    const double was = static_cast<double>(sound[2 * i]);
    worst = std::max(worst, std::abs(audio.value().samples[i] / 32768.0 - was));
  }
  EXPECT_LE(worst, kind.tolerance);
}

// A file cut anywhere is an error or, where its format does not say how long it should be, a
// shorter recording; never a crash and never the whole.
TEST_P(AudioKinds, CutAnywhereAreNeverTakenForWhole) {
  const Kind& kind = GetParam();
  const fs::path path = at(kind.name);
  ASSERT_TRUE(write_sound(path, kind.format, tone(440, 0.02, 8000), 8000));
  const std::size_t size = fs::file_size(path);
  const bool promises = std::string(kind.reported) != "OGG";
  for (std::size_t left = size; left-- > 0;) {
    fs::resize_file(path, left);
    const auto audio = read_audio(path, 0);
    if (!audio.ok()) {
      EXPECT_FALSE(audio_info(path).ok() && promises) << left;
      continue;
    }
    // Chunks after the sound, and padding, may go unnoticed: no sample is lost with them.
    const bool all_there = promises && audio.value().samples.size() == 160;
    const bool shorter = !promises && audio.value().samples.size() < 160;
    ASSERT_TRUE(all_there || shorter) << left << " of " << size << " bytes";
  }
}

TEST_P(AudioKinds, DamagedAnywhereNeverCrash) {
  const Kind& kind = GetParam();
  const fs::path path = at(kind.name);
  ASSERT_TRUE(write_sound(path, kind.format, tone(440, 0.02, 8000), 8000));
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes.ok());
  std::mt19937 random(1);
  std::vector<std::size_t> places(120);  // the header, and a sample of the rest
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = i < 80 ? i : random() % bytes.value().size();
  }
  for (const std::size_t place : places) {
    if (place >= bytes.value().size()) continue;
    for (const unsigned value : {0U, 0x7FU, 0x80U, 0xFFU}) {
      poke(path, place, static_cast<std::byte>(value));
      const auto audio = read_audio(path, 0);
      if (audio.ok()) {
        EXPECT_FALSE(audio.value().samples.empty());
      } else {
        EXPECT_THAT(audio.error().message, StartsWith(path.string() + ": "));
      }
    }
    poke(path, place, bytes.value()[place]);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, AudioKinds, testing::ValuesIn(kinds));

struct Rates {
  std::int32_t from_hz, to_hz;
};

void PrintTo(const Rates& rates, std::ostream* out) {
  *out << rates.from_hz << " Hz to " << rates.to_hz << " Hz";
}

class Resampling : public AudioFiles, public testing::WithParamInterface<Rates> {};

TEST_P(Resampling, KeepsFrequencyLevelAndLength) {
  const auto [from_hz, to_hz] = GetParam();
  const double hz = 0.2 * std::min(from_hz, to_hz);
  ASSERT_TRUE(
      write_sound(at("tone.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT, tone(hz, 2, from_hz), from_hz));
  const auto audio = read_audio(at("tone.wav"), to_hz);
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio.value().sample_rate_hz, to_hz);
  EXPECT_EQ(audio.value().samples.size(), static_cast<std::size_t>(2 * to_hz));
  // Without the ends, where the filter rings.
  const auto middle =
      std::span(audio.value().samples)
          .subspan(audio.value().samples.size() / 4, audio.value().samples.size() / 2);
  const double amplitude = amplitude_at(hz, middle, to_hz);
  EXPECT_NEAR(20 * std::log10(amplitude / 0.5), 0, 0.02);  // dB
  double energy = 0;
  for (const double x : middle) energy += x * x / (32768.0 * 32768.0);
  const double rest = energy / static_cast<double>(middle.size()) - amplitude * amplitude / 2;
  EXPECT_LT(rest, 1e-7);  // all that is not this sine: -70 dB
}

TEST_P(Resampling, LetsNothingThroughAboveHalfTheRate) {
  const auto [from_hz, to_hz] = GetParam();
  if (to_hz >= from_hz) return;
  const double hz = 0.5 * (from_hz + to_hz) / 2;  // half way between the two limits
  ASSERT_TRUE(
      write_sound(at("tone.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT, tone(hz, 1, from_hz), from_hz));
  const auto audio = read_audio(at("tone.wav"), to_hz);
  ASSERT_TRUE(audio.ok());
  const auto middle =
      std::span(audio.value().samples)
          .subspan(audio.value().samples.size() / 4, audio.value().samples.size() / 2);
  for (const std::int16_t sample : middle) ASSERT_LE(std::abs(sample), 3);
}

INSTANTIATE_TEST_SUITE_P(All, Resampling,
                         testing::Values(Rates{8000, 16000}, Rates{11025, 16000},
                                         Rates{22050, 16000}, Rates{44100, 16000},
                                         Rates{48000, 16000}, Rates{96000, 16000},
                                         Rates{192000, 16000}, Rates{48000, 1000},
                                         Rates{44100, 4000}, Rates{16000, 48000}));

TEST_F(AudioFiles, ChannelsAreAveraged) {
  std::vector<float> frames;
  for (int i = 0; i < 1000; ++i) {
    for (const float level : {0.25F, -0.5F, 1.0F, 0.25F}) frames.push_back(level);
  }
  ASSERT_TRUE(write_sound(at("four.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT, frames, 16000, 4));
  const auto audio = read_audio(at("four.wav"), 0);
  ASSERT_TRUE(audio.ok());
  EXPECT_THAT(audio.value().samples, testing::Each(8192));
}

TEST_F(AudioFiles, BeyondFullScaleIsHeldThere) {
  const std::vector<float> frames = {1.5F, -1.5F, 1.0F, -1.0F, 1e30F, -1e30F};
  ASSERT_TRUE(write_sound(at("loud.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT, frames, 16000));
  const auto audio = read_audio(at("loud.wav"), 0);
  ASSERT_TRUE(audio.ok());
  EXPECT_THAT(audio.value().samples,
              testing::ElementsAre(32767, -32768, 32767, -32768, 32767, -32768));
}

TEST_F(AudioFiles, AStretchIsTheSameSamples) {
  const std::vector<float> sound = tone(100, 2, 8000);
  for (const auto& [name, format] : {std::pair("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16),
                                     std::pair("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16)}) {
    ASSERT_TRUE(write_sound(at(name), format, sound, 8000));
    const auto whole = read_audio(at(name), 0);
    const auto part = read_audio(at(name), 0, 0.5, 1.25);
    ASSERT_TRUE(whole.ok() && part.ok());
    const auto expected = std::span(whole.value().samples).subspan(4000, 6000);
    EXPECT_TRUE(std::ranges::equal(part.value().samples, expected));
    // The end of a window may lie behind the recording's, its start may not.
    const auto tail = read_audio(at(name), 0, 1.5, 9);
    ASSERT_TRUE(tail.ok());
    EXPECT_EQ(tail.value().samples.size(), 4000U);
    const auto behind = read_audio(at(name), 0, 2, 3);
    ASSERT_FALSE(behind.ok());
    EXPECT_THAT(behind.error().message,
                HasSubstr("no samples from 2 s to 3 s; it is 2.000 s long"));
    EXPECT_FALSE(read_audio(at(name), 0, 1, 1).ok());
    EXPECT_FALSE(read_audio(at(name), 0, -1, 1).ok());
    EXPECT_FALSE(read_audio(at(name), 0, std::nan(""), 1).ok());
  }
}

TEST_F(AudioFiles, OneSampleIsEnough) {
  ASSERT_TRUE(write_wav16(at("one.wav"), std::vector<float>{0.5F}, 8000));
  const auto same = read_audio(at("one.wav"), 0);
  ASSERT_TRUE(same.ok());
  EXPECT_THAT(same.value().samples, testing::ElementsAre(16384));
  const auto slower = read_audio(at("one.wav"), 1000);
  ASSERT_TRUE(slower.ok());
  EXPECT_EQ(slower.value().samples.size(), 1U);
}

TEST_F(AudioFiles, FaultsSayWhatToDo) {
  EXPECT_EQ(fault(at("none.wav")), "no such file");
  EXPECT_EQ(fault(folder_->path()), "is a folder, not a recording");
  ASSERT_TRUE(write_text(at("empty.wav"), "").ok());
  EXPECT_EQ(fault(at("empty.wav")), "an empty file; record or copy it again");
  ASSERT_TRUE(write_text(at("text.wav"), "Dear diary, today I recorded nothing at all.").ok());
  EXPECT_THAT(fault(at("text.wav")), HasSubstr("not a recording that can be read"));
  ASSERT_TRUE(write_text(at("text.au"), "Dear diary, today I recorded nothing at all.").ok());
  EXPECT_THAT(fault(at("text.au")), HasSubstr("not a recording that can be read (no header)"));
  ASSERT_TRUE(write_wav16(at("zero.wav"), {}, 16000));
  EXPECT_EQ(fault(at("zero.wav")), "holds no samples; record it again or remove it");
  const std::vector<float> bad = {0, 0, std::numeric_limits<float>::quiet_NaN(), 0};
  ASSERT_TRUE(write_sound(at("nan.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT, bad, 4));
  EXPECT_THAT(fault(at("nan.wav")), HasSubstr("4 samples a second, which cannot be right"));
  ASSERT_TRUE(write_sound(at("nan.wav"), SF_FORMAT_WAV | SF_FORMAT_FLOAT, bad, 1000));
  const auto audio = read_audio(at("nan.wav"), 0);
  ASSERT_FALSE(audio.ok());
  EXPECT_THAT(audio.error().message, HasSubstr("the sample at 0.002 s is not a number"));
}

TEST_F(AudioFiles, CutShortSaysWhatIsThere) {
  for (const auto& [name, format] : {std::pair("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16),
                                     std::pair("a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16),
                                     std::pair("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16),
                                     std::pair("a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS)}) {
    ASSERT_TRUE(write_sound(at(name), format, tone(300, 1, 16000), 16000));
    fs::resize_file(at(name), fs::file_size(at(name)) / 2);
    const auto audio = read_audio(at(name), 16000);
    ASSERT_FALSE(audio.ok()) << name;
    EXPECT_THAT(audio.error().message, HasSubstr(": cut short: "));
    EXPECT_THAT(audio.error().message, HasSubstr("; copy it again from the recorder"));
    EXPECT_FALSE(audio_info(at(name)).ok()) << name;
  }
}

// Programs that write to a pipe cannot know the length when they write the header.
TEST_F(AudioFiles, AHeaderWithoutALengthIsReadToTheEnd) {
  ASSERT_TRUE(write_wav16(at("pipe.wav"), tone(300, 1, 16000), 16000));
  auto bytes = read_file(at("pipe.wav")).value();
  for (const std::size_t place : {4U, 40U}) std::memset(bytes.data() + place, 0xFF, 4);
  ASSERT_TRUE(write_file(at("pipe.wav"), bytes).ok());
  const auto audio = read_audio(at("pipe.wav"), 0);
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio.value().samples.size(), 16000U);
}

// EBU Tech 3306: sizes that 32 bits cannot hold stand in a chunk ds64. The file has holes, so it
// takes hardly any room.
TEST_F(AudioFiles, Rf64BeyondFourGigabytesIsReadWhereItIsAskedFor) {
  constexpr std::uint64_t frames = 2'300'000'000;  // 39 hours and 56 minutes at 16 kHz
  constexpr std::uint64_t header_bytes = 80;
  std::string header;
  const auto number = [&](std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) header += static_cast<char>(value >> (8 * i) & 0xFF);
  };
  header += "RF64";
  number(0xFFFFFFFF, 4);
  header += "WAVEds64";
  number(28, 4);
  number(header_bytes - 8 + 2 * frames, 8);
  number(2 * frames, 8);
  number(frames, 8);
  number(0, 4);
  header += "fmt ";
  number(16, 4);
  number(1, 2);  // PCM
  number(1, 2);
  number(16000, 4);
  number(32000, 4);
  number(2, 2);
  number(16, 2);
  header += "data";
  number(0xFFFFFFFF, 4);
  ASSERT_EQ(header.size(), header_bytes);
  const fs::path path = at("days.wav");
  ASSERT_TRUE(write_text(path, header).ok());
  std::error_code error;
  fs::resize_file(path, header_bytes + 2 * frames, error);
  if (error) GTEST_SKIP() << "no file of 4.6 GB can be had here: " << error.message();
  // The last second counts up.
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(header_bytes + 2 * (frames - 16000)));
  for (int i = 0; i < 16000; ++i) {
    file.put(static_cast<char>(i & 0xFF));
    file.put(static_cast<char>(i >> 8));
  }
  file.close();

  const auto info = audio_info(path);
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_EQ(info.value().frames, static_cast<std::int64_t>(frames));
  constexpr double end_s = static_cast<double>(frames) / 16000;
  const auto audio = read_audio(path, 0, end_s - 2, end_s);
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  ASSERT_EQ(audio.value().samples.size(), 32000U);
  EXPECT_EQ(audio.value().samples[15999], 0);
  for (std::size_t i = 0; i < 16000; ++i) {
    ASSERT_EQ(audio.value().samples[16000 + i], static_cast<std::int16_t>(i));
  }
  fs::resize_file(path, header_bytes + 2 * (frames - 1));
  EXPECT_THAT(fault(path), HasSubstr("cut short"));
}

TEST_F(AudioFiles, WrittenWavIsReadByOthers) {
  Audio audio{22050, {0, 1, -1, 32767, -32768}};
  ASSERT_TRUE(write_wav(at("out.wav"), audio).ok());
  EXPECT_EQ(fs::file_size(at("out.wav")), 44U + 10U);
  SF_INFO info{};
  SNDFILE* const file = sf_open(at("out.wav").c_str(), SFM_READ, &info);
  ASSERT_NE(file, nullptr);
  std::vector<short> samples(8);
  EXPECT_EQ(sf_read_short(file, samples.data(), 8), 5);
  sf_close(file);
  samples.resize(5);
  EXPECT_THAT(samples, testing::ElementsAre(0, 1, -1, 32767, -32768));
  EXPECT_EQ(info.samplerate, 22050);
  EXPECT_EQ(info.channels, 1);
  EXPECT_EQ(info.format, SF_FORMAT_WAV | SF_FORMAT_PCM_16);

  audio.sample_rate_hz = 0;
  EXPECT_FALSE(write_wav(at("out.wav"), audio).ok());
}

TEST(Fit, CentresAShortRecordingInZeros) {
  const std::vector<std::int16_t> samples = {1, 2, 3};
  EXPECT_THAT(fit(samples, 7), testing::ElementsAre(0, 0, 1, 2, 3, 0, 0));
  EXPECT_THAT(fit(samples, 6), testing::ElementsAre(0, 1, 2, 3, 0, 0));
  EXPECT_THAT(fit(samples, 3), testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(fit({}, 2), testing::ElementsAre(0, 0));
  EXPECT_THAT(fit(samples, 0), testing::IsEmpty());
}

TEST(Fit, KeepsTheLoudestStretch) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::int16_t> samples(60);
    for (auto& sample : samples) sample = static_cast<std::int16_t>(random());
    const std::vector<std::int16_t> fitted = fit(samples, 20);
    const auto energy = [](auto part) {
      double sum = 0;
      for (const double x : part) sum += x * x;
      return sum;
    };
    double most = 0;
    for (std::size_t i = 0; i + 20 <= samples.size(); ++i) {
      most = std::max(most, energy(std::span(samples).subspan(i, 20)));
    }
    EXPECT_EQ(energy(std::span(fitted)), most);
    const auto at = std::search(samples.begin(), samples.end(), fitted.begin(), fitted.end());
    EXPECT_NE(at, samples.end());
  }
}

}  // namespace
}  // namespace sengi::data
