// SPDX-License-Identifier: Apache-2.0
#include "data/fingerprint.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "base/files.h"
#include "data/audio.h"
#include "data/test_sounds.h"

namespace sengi::data {
namespace {

using Samples = std::vector<std::int16_t>;

constexpr std::int32_t rate_hz = 16000;

// A second of something like a call: gliding tones with overtones that come and go, over breath.
Samples call(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(0.0, 1.0);
  std::normal_distribution<double> breath(0.0, 60.0);
  std::vector<double> sound(rate_hz);
  for (int part = 0; part < 8; ++part) {
    const double start = 0.7 * draw(random) * rate_hz;
    const double length = (0.08 + 0.25 * draw(random)) * rate_hz;
    const double hz = 150 + 2500 * draw(random);
    const double glide = 1500 * (draw(random) - 0.5);  // Hz a part
    const double level = 1500 + 4000 * draw(random);
    double phase = 0;
    for (double i = 0; i < length && start + i < rate_hz; ++i) {
      phase += 2 * std::numbers::pi * (hz + glide * i / length) / rate_hz;
      const double swell = std::sin(std::numbers::pi * i / length);
      sound[static_cast<std::size_t>(start + i)] +=
          level * swell * (std::sin(phase) + 0.5 * std::sin(2 * phase) + 0.3 * std::sin(3 * phase));
    }
  }
  Samples samples;
  for (const double x : sound) {
    samples.push_back(static_cast<std::int16_t>(
        std::lround(std::clamp(0.6 * x + breath(random), -32767.0, 32767.0))));
  }
  return samples;
}

Fingerprint print_of(const Samples& samples) {
  return fingerprint(fit(samples, rate_hz), rate_hz, 20, 7600);
}

Samples louder(const Samples& samples, double gain) {
  Samples changed;
  for (const std::int16_t x : samples) {
    changed.push_back(
        static_cast<std::int16_t>(std::lround(std::clamp(gain * x, -32768.0, 32767.0))));
  }
  return changed;
}

Samples later(const Samples& samples, std::size_t by) {
  Samples changed(by, 0);
  changed.insert(changed.end(), samples.begin(), samples.end() - static_cast<std::ptrdiff_t>(by));
  return changed;
}

Samples cut(const Samples& samples, double from, double to) {
  const auto at = [&](double share) {
    return samples.begin() +
           static_cast<std::ptrdiff_t>(share * static_cast<double>(samples.size()));
  };
  return {at(from), at(to)};
}

TEST(Fingerprint, FindsWhatIsTheSameSoundAndNothingElse) {
  std::vector<Fingerprint> prints;
  std::vector<std::string> names;
  constexpr std::uint32_t calls = 40;
  for (std::uint32_t seed = 0; seed < calls; ++seed) prints.push_back(print_of(call(seed)));
  // Beside them, one made variant of each of the first: shifts are no whole numbers of frames.
  const auto vary = [&](std::uint32_t seed) -> Samples {
    const Samples sound = call(seed);
    switch (seed % 5) {
      case 0:
        return louder(sound, 0.15);
      case 1:
        return louder(sound, 2.5);  // clips
      case 2:
        return later(sound, 1037 + 10 * seed);
      case 3:
        return cut(sound, 0.12, 0.9);
      default:
        return louder(cut(later(sound, 333), 0.05, 0.93), 0.4);
    }
  };
  constexpr std::uint32_t varied = 20;
  for (std::uint32_t seed = 0; seed < varied; ++seed) prints.push_back(print_of(vary(seed)));

  const std::vector<Alike> alike = find_alike(prints);
  ASSERT_EQ(alike.size(), varied);
  for (std::uint32_t seed = 0; seed < varied; ++seed) {
    EXPECT_EQ(alike[seed].first, seed);
    EXPECT_EQ(alike[seed].second, calls + seed);
    EXPECT_LT(alike[seed].difference, alike_below);
  }
}

// The index must not miss what comparing every clip with every other, at every shift, finds.
TEST(Fingerprint, TheIndexFindsWhatComparingAllWithAllFinds) {
  std::vector<Fingerprint> prints;
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    prints.push_back(print_of(call(seed)));
    prints.push_back(print_of(later(louder(call(seed), 0.5), 500 + 77 * seed)));
  }
  std::size_t pairs = 0;
  const std::vector<Alike> alike = find_alike(prints);
  for (std::size_t first = 0; first < prints.size(); ++first) {
    for (std::size_t second = first + 1; second < prints.size(); ++second) {
      const double differ = difference(prints[first], prints[second]);
      EXPECT_TRUE(differ < alike_below || differ > 0.25) << first << " " << second;
      pairs += differ < alike_below ? 1 : 0;
    }
  }
  EXPECT_EQ(alike.size(), pairs);
  EXPECT_EQ(pairs, 12u);
}

TEST(Fingerprint, SurvivesACodec) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    const Samples sound = call(seed);
    std::vector<float> frames;
    for (const std::int16_t x : sound) frames.push_back(static_cast<float>(x) / 32768);
    const auto path = folder.value().path() / "call.ogg";
    ASSERT_TRUE(write_sound(path, SF_FORMAT_OGG | SF_FORMAT_VORBIS, frames, rate_hz));
    const auto back = read_audio(path, rate_hz);
    ASSERT_TRUE(back.ok());
    const std::vector<Fingerprint> two = {print_of(sound), print_of(back.value().samples)};
    EXPECT_EQ(find_alike(two).size(), 1u);
  }
}

TEST(Fingerprint, OfNothingIsAlikeToNothing) {
  const std::vector<Fingerprint> prints = {print_of(Samples(rate_hz, 0)), Fingerprint(),
                                           print_of(Samples(rate_hz, 0)),
                                           fingerprint(Samples(63, 500), rate_hz, 20, 7600)};
  for (const Fingerprint& print : prints) EXPECT_EQ(print.heard(), 0u);
  EXPECT_TRUE(find_alike(prints).empty());
  EXPECT_EQ(difference(prints[0], prints[2]), 1);
  // Short and slow sounds have one all the same.
  EXPECT_GT(fingerprint(cut(call(1), 0, 0.1), rate_hz, 20, 7600).heard(), 0u);
  EXPECT_GT(fingerprint(cut(call(1), 0, 0.5), 1000, 10, 250).heard(), 0u);
}

// What a project of these recordings hears of one.
Fingerprint print_of_file(const std::filesystem::path& path) {
  const auto audio = read_audio(path, rate_hz);
  EXPECT_TRUE(audio.ok()) << audio.error().message;
  return audio.ok() ? print_of(audio.value().samples) : Fingerprint();
}

// One set of recordings that its collection gives under two languages, stored twice.
TEST(Fingerprint, FindsRecordingsThatACollectionHasTwice) {
  const std::filesystem::path root =
      std::filesystem::path(SENGI_SHARED_DATA) / "words_multilang_gcompris";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "needs ../shared/data";
  std::vector<Fingerprint> prints;
  for (const std::string language : {"hi", "ur"}) {
    for (const std::string word : {"1", "2", "3", "6", "8"}) {
      prints.push_back(print_of_file(root / language / (word + ".wav")));
    }
  }
  const std::vector<Alike> alike = find_alike(prints);
  ASSERT_EQ(alike.size(), 5u);
  for (std::size_t i = 0; i < alike.size(); ++i) {
    EXPECT_EQ(alike[i].first, i);
    EXPECT_EQ(alike[i].second, i + 5);
  }
}

// People who say the same word into their own microphones are not copies of one another.
TEST(Fingerprint, KeepsSpeakersOfOneWordApart) {
  const std::filesystem::path root =
      std::filesystem::path(SENGI_SHARED_DATA) / "kws_en_speech_commands";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "needs ../shared/data";
  std::vector<std::filesystem::path> paths;
  for (const std::string word : {"left", "stop"}) {
    for (const auto& entry : std::filesystem::directory_iterator(root / word)) {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  std::vector<Fingerprint> prints;
  for (const auto& path : paths) prints.push_back(print_of_file(path));
  const auto speaker = [&](std::size_t i) { return paths[i].filename().string().substr(0, 8); };
  for (const Alike& pair : find_alike(prints)) {
    EXPECT_EQ(speaker(pair.first), speaker(pair.second)) << paths[pair.second];
  }
  EXPECT_GT(prints.size(), 300u);
}

}  // namespace
}  // namespace sengi::data
