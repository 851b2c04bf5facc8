// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_stream.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "data/made_speech_noise.h"
#include "data/made_speech_sound.h"

namespace sengi::data {
namespace {

constexpr double word_rms = 0.1;  // of full scale: -20 dB

void shuffle(std::vector<StreamWord>& words, Dice& dice) {
  for (std::size_t i = words.size(); i > 1; --i) std::swap(words[i - 1], words[dice.below(i)]);
}

Sound background(const StreamPlan& plan, std::size_t length, std::int32_t rate_hz, Dice& dice) {
  Sound noise = make_noise(NoiseKind::pink, length, rate_hz, dice);
  const Sound wind = make_noise(NoiseKind::wind, length, rate_hz, dice);
  const auto level =
      static_cast<float>(word_rms * std::pow(10.0, -plan.snr_db / 20) / std::sqrt(2.0));
  for (std::size_t i = 0; i < length; ++i) noise[i] = level * (noise[i] + wind[i]);
  return noise;
}

}  // namespace

Stream make_stream(std::vector<StreamWord> words, const StreamPlan& plan, std::int32_t rate_hz,
                   Dice& dice) {
  const auto samples_in = [&](double seconds) {
    return static_cast<std::size_t>(seconds * rate_hz);
  };
  const auto gap = [&] { return samples_in(dice.uniform(plan.gap_s.low, plan.gap_s.high)); };
  const std::size_t length = samples_in(plan.seconds);
  Sound sound = background(plan, length, rate_hz, dice);
  shuffle(words, dice);

  Stream stream;
  std::size_t at = gap();
  for (const StreamWord& word : words) {
    const Sound spoken = to_sound(word.samples);
    const double loudness = rms(spoken);
    if (loudness == 0) continue;
    if (at + spoken.size() > length) break;
    for (std::size_t i = 0; i < spoken.size(); ++i) {
      sound[at + i] += static_cast<float>(spoken[i] * word_rms / loudness);
    }
    const auto seconds = [&](std::size_t sample) { return static_cast<double>(sample) / rate_hz; };
    stream.labels +=
        fmt::format("{:.6f}\t{:.6f}\t{}\n", seconds(at), seconds(at + spoken.size()), word.label);
    at += spoken.size() + gap();
  }
  stream.audio = {rate_hz, to_samples(sound)};
  return stream;
}

}  // namespace sengi::data
