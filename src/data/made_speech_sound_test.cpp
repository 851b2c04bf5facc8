// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_sound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <sstream>
#include <string>

#include "data/made_speech_noise.h"
#include "data/made_speech_stream.h"

namespace sengi::data {
namespace {

constexpr std::int32_t rate_hz = 16000;

Sound sine(double hz, std::size_t length) {
  Sound sound(length);
  for (std::size_t i = 0; i < length; ++i) {
    sound[i] = static_cast<float>(
        0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return sound;
}

// Power a hertz around a frequency (any constant factor), by single-bin transforms of many blocks
// under a Hann window: straight from the definition.
double density(const Sound& sound, double hz) {
  constexpr std::size_t block = 1600;  // bins 10 Hz apart
  double power = 0;
  for (std::size_t at = 0; at + block <= sound.size(); at += block) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < block; ++i) {
      const double phase = 2 * std::numbers::pi * static_cast<double>(i);
      const double hann = 0.5 - 0.5 * std::cos(phase / block);
      sum += std::polar(hann * static_cast<double>(sound[at + i]), -phase * hz / rate_hz);
    }
    power += std::norm(sum);
  }
  return power;
}

// The mean over an eighth of an octave or more around `hz`, in dB.
double level_db(const Sound& sound, double hz) {
  double sum = 0;
  constexpr int points = 9;
  for (int i = 0; i < points; ++i) sum += density(sound, hz * std::pow(2.0, (i - 4) / 40.0));
  return 10 * std::log10(sum / points);
}

// The slope between 200 Hz and 3200 Hz, in dB an octave.
double slope(NoiseKind kind) {
  Dice dice(1, "slope");
  const Sound noise = make_noise(kind, 20 * rate_hz, rate_hz, dice);
  return (level_db(noise, 3200) - level_db(noise, 200)) / 4;
}

TEST(MadeNoise, FallsAsItsColourSays) {
  EXPECT_NEAR(slope(NoiseKind::white), 0, 0.3);
  EXPECT_NEAR(slope(NoiseKind::pink), -3.01, 0.4);
  EXPECT_NEAR(slope(NoiseKind::brown), -6.02, 0.5);
  EXPECT_NEAR(slope(NoiseKind::wind), -6.02, 0.7);
}

TEST(MadeNoise, HumIsMainsAndItsHarmonics) {
  Dice dice(3, "hum");
  const Sound hum = make_noise(NoiseKind::hum, 10 * rate_hz, rate_hz, dice);
  const bool fifty = density(hum, 50) > density(hum, 60);
  const double mains = fifty ? 50 : 60;
  for (int harmonic = 1; harmonic <= 3; ++harmonic) {
    EXPECT_GT(density(hum, harmonic * mains), 1e4 * density(hum, (harmonic + 0.5) * mains));
  }
}

TEST(MadeNoise, IsAsLoudAsItSaysAndTheSameForTheSameDice) {
  for (const NoiseKind kind : noise_kinds) {
    Dice one(5, "noise");
    Dice two(5, "noise");
    Dice other(6, "noise");
    const Sound noise = make_noise(kind, 8000, rate_hz, one);
    EXPECT_NEAR(rms(noise), 1, 1e-3) << name_of(kind);
    EXPECT_EQ(noise, make_noise(kind, 8000, rate_hz, two)) << name_of(kind);
    EXPECT_NE(noise, make_noise(kind, 8000, rate_hz, other)) << name_of(kind);
  }
}

TEST(MadeNoise, BabbleHoldsEachVoice) {
  const std::vector<Sound> voices = {sine(400, 6000), sine(900, 8000), Sound(100, 0.0F)};
  Dice dice(1, "babble");
  const Sound babble = make_babble(voices, 10 * rate_hz, dice);
  EXPECT_NEAR(rms(babble), 1, 1e-3);
  EXPECT_NEAR(10 * std::log10(density(babble, 400) / density(babble, 900)), 0, 2);
  EXPECT_GT(level_db(babble, 400), level_db(babble, 2000) + 30);
}

TEST(Trim, LeavesTheWordWithALittleAroundIt) {
  Sound sound(16000, 0.0F);
  const Sound word = sine(500, 4800);
  std::ranges::copy(word, sound.begin() + 8000);
  const Extent extent = speech_extent(sound, rate_hz, -40);
  EXPECT_NEAR(static_cast<double>(extent.begin), 8000 - 480, 160);
  EXPECT_NEAR(static_cast<double>(extent.end), 12800 + 480, 160);
  EXPECT_EQ(trim(sound, rate_hz, -40).size(), extent.end - extent.begin);
}

TEST(Trim, TakesNoiseBelowTheFloorForSilence) {
  Dice dice(1, "floor");
  Sound sound = make_noise(NoiseKind::white, 16000, rate_hz, dice);
  for (float& sample : sound) sample *= 0.001F;  // 51 dB below the tone
  const Sound word = sine(500, 3200);
  for (std::size_t i = 0; i < word.size(); ++i) sound[6400 + i] += word[i];
  EXPECT_NEAR(static_cast<double>(trim(sound, rate_hz, -40).size()), 3200 + 960, 320);
  EXPECT_EQ(trim(sound, rate_hz, -70).size(), sound.size());
}

TEST(Trim, KeepsWhatHasNoSound) {
  EXPECT_EQ(trim(Sound(500, 0.0F), rate_hz, -40).size(), 500);
  EXPECT_TRUE(trim(Sound(), rate_hz, -40).empty());
}

TEST(Resample, MovesFrequenciesWithTheRate) {
  const auto faster = resample(sine(1000, 16000), rate_hz * 1.25, rate_hz);
  ASSERT_TRUE(faster);
  EXPECT_EQ(faster.value().size(), 12800);
  EXPECT_GT(level_db(faster.value(), 1250), level_db(faster.value(), 1000) + 40);
}

TEST(Telephone, PassesItsBandAlone) {
  Sound middle = sine(1000, 16000);
  Sound low = sine(75, 16000);
  Sound high = sine(7000, 16000);
  for (Sound* sound : {&middle, &low, &high}) through_telephone(*sound, rate_hz);
  EXPECT_NEAR(rms(middle), 0.5 / std::numbers::sqrt2, 0.02);
  EXPECT_LT(rms(low), 0.1 * rms(middle));  // two octaves below: -24 dB
  EXPECT_LT(rms(high), 0.2 * rms(middle));
}

TEST(Tilt, RaisesTheHighAgainstTheLow) {
  Sound low = sine(100, 16000);
  Sound high = sine(6000, 16000);
  tilt(low, rate_hz, 6);
  tilt(high, rate_hz, 6);
  EXPECT_NEAR(20 * std::log10(rms(high) / rms(low)), 6, 0.5);
}

TEST(Room, RingsAfterTheSoundAndDiesAway) {
  Sound click(1600, 0.0F);
  click[0] = 1;
  Dice dice(1, "room");
  const Sound heard = in_room(click, rate_hz, 0.5, dice);
  ASSERT_GT(heard.size(), click.size() + 3000);
  EXPECT_FLOAT_EQ(heard[0], 1);
  const std::span<const float> all(heard);
  const double early = rms(all.subspan(1000, 800));
  const double late = rms(all.subspan(heard.size() - 800));
  EXPECT_GT(early, 0);
  EXPECT_LT(late, 0.3 * early);
  EXPECT_GT(late, 0);
}

TEST(Peak, IsSet) {
  Sound sound = sine(500, 1000);
  set_peak(sound, -20);
  EXPECT_NEAR(*std::ranges::max_element(sound), 0.1, 1e-3);
  Sound nothing(10, 0.0F);
  set_peak(nothing, -20);
  EXPECT_EQ(nothing, Sound(10, 0.0F));
}

TEST(Stream, SaysWhereItsWordsAre) {
  std::vector<StreamWord> words;
  for (const double hz : {700.0, 1100.0, 1900.0}) {
    words.push_back({std::to_string(static_cast<int>(hz)), to_samples(sine(hz, 8000))});
  }
  Dice dice(1, "stream");
  const Stream stream = make_stream(words, {10, {0.5, 1}, 20}, rate_hz, dice);
  EXPECT_EQ(stream.audio.samples.size(), 160000);
  const Sound sound = to_sound(stream.audio.samples);

  std::istringstream lines(stream.labels);
  double start = 0, end = 0, before = 0;
  std::string label;
  int count = 0;
  while (lines >> start >> end >> label) {
    ++count;
    EXPECT_GE(start, before + 0.49);
    EXPECT_NEAR(end - start, 0.5, 1e-3);
    const auto at = [&](double seconds) { return static_cast<std::ptrdiff_t>(seconds * rate_hz); };
    const Sound inside(sound.begin() + at(start), sound.begin() + at(end));
    const Sound ahead(sound.begin() + at(start - 0.4), sound.begin() + at(start));
    EXPECT_GT(level_db(inside, std::stod(label)), level_db(ahead, std::stod(label)) + 20) << label;
    EXPECT_NEAR(20 * std::log10(rms(inside) / rms(ahead)), 20, 6);
    before = end;
  }
  EXPECT_EQ(count, 3);
}

TEST(Stream, TakesOnlyTheWordsThatFit) {
  std::vector<StreamWord> words(50, {"tone", to_samples(sine(700, 8000))});
  Dice dice(1, "stream");
  const Stream stream = make_stream(words, {5, {0.5, 0.5}, 20}, rate_hz, dice);
  EXPECT_EQ(std::ranges::count(stream.labels, '\n'), 5);  // at 0.5, 1.5 ... 4.5 s
}

}  // namespace
}  // namespace sengi::data
