// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_sound.h"

#include <fmt/format.h>
#include <soxr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "data/audio_reader.h"
#include "data/biquad.h"

namespace sengi::data {
namespace {

std::vector<double> frame_energies(std::span<const float> sound, std::size_t frame) {
  std::vector<double> energies;
  for (std::size_t at = 0; at < sound.size(); at += frame) {
    energies.push_back(rms(sound.subspan(at, std::min(frame, sound.size() - at))));
  }
  return energies;
}

void add_delayed(std::span<const float> sound, std::size_t delay, float gain, Sound& to) {
  for (std::size_t i = 0; i < sound.size() && i + delay < to.size(); ++i) {
    to[i + delay] += gain * sound[i];
  }
}

// One feedback comb with a soft ceiling, as air and walls take the high first.
void add_comb(std::span<const float> sound, std::size_t delay, double feedback, float gain,
              Sound& to) {
  Sound line(delay, 0.0F);
  float dulled = 0;
  for (std::size_t i = 0; i < to.size(); ++i) {
    float& slot = line[i % delay];
    const float out = slot;
    dulled = 0.6F * out + 0.4F * dulled;
    slot = (i < sound.size() ? sound[i] : 0.0F) + static_cast<float>(feedback) * dulled;
    to[i] += gain * out;
  }
}

}  // namespace

Sound to_sound(std::span<const std::int16_t> samples) {
  Sound sound(samples.size());
  std::ranges::transform(samples, sound.begin(),
                         [](std::int16_t sample) { return static_cast<float>(sample) / 32768.0F; });
  return sound;
}

std::vector<std::int16_t> to_samples(std::span<const float> sound) {
  std::vector<std::int16_t> samples(sound.size());
  std::ranges::transform(sound, samples.begin(), to_int16);
  return samples;
}

Result<Sound> resample(std::span<const float> sound, double from_hz, double to_hz) {
  if (from_hz == to_hz || sound.empty()) return Sound(sound.begin(), sound.end());
  const auto length =
      static_cast<std::size_t>(std::llround(static_cast<double>(sound.size()) * to_hz / from_hz));
  Sound converted(std::max<std::size_t>(1, length));
  std::size_t made = 0;
  const soxr_error_t error =
      soxr_oneshot(from_hz, to_hz, 1, sound.data(), sound.size(), nullptr, converted.data(),
                   converted.size(), &made, nullptr, nullptr, nullptr);
  if (error != nullptr) {
    return Error{fmt::format("cannot resample {:.0f} Hz to {:.0f} Hz: {}", from_hz, to_hz, error)};
  }
  return converted;
}

Extent speech_extent(std::span<const float> sound, std::int32_t rate_hz, double floor_db) {
  const auto frame = static_cast<std::size_t>(std::max(1, rate_hz / 100));
  const std::vector<double> energies = frame_energies(sound, frame);
  const double loudest = energies.empty() ? 0 : *std::ranges::max_element(energies);
  if (loudest == 0) return {0, sound.size()};
  const auto heard = [&](double energy) { return energy > loudest * amplitude(floor_db); };
  const auto first = std::ranges::find_if(energies, heard) - energies.begin();
  const auto last = std::find_if(energies.rbegin(), energies.rend(), heard).base();
  const std::size_t begin = static_cast<std::size_t>(first) * frame;
  const std::size_t end = static_cast<std::size_t>(last - energies.begin()) * frame;
  const std::size_t margin = 3 * frame;
  return {begin > margin ? begin - margin : 0, std::min(sound.size(), end + margin)};
}

Sound trim(std::span<const float> sound, std::int32_t rate_hz, double floor_db) {
  const Extent extent = speech_extent(sound, rate_hz, floor_db);
  const auto part = sound.subspan(extent.begin, extent.end - extent.begin);
  return {part.begin(), part.end()};
}

Sound in_room(std::span<const float> sound, std::int32_t rate_hz, double decay_s, Dice& dice) {
  const auto samples = [&](double seconds) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(seconds * rate_hz));
  };
  Sound heard(sound.size() + samples(0.4 * decay_s), 0.0F);
  add_delayed(sound, 0, 1.0F, heard);
  constexpr int reflections = 8;
  for (int i = 0; i < reflections; ++i) {
    const double delay_s = dice.uniform(0.003, 0.04);
    const double gain = dice.uniform(0.1, 0.5) * std::exp(-delay_s / 0.03);
    add_delayed(sound, samples(delay_s), static_cast<float>(dice.chance(0.5) ? gain : -gain),
                heard);
  }
  const auto tail = static_cast<float>(dice.uniform(0.03, 0.15));
  constexpr std::array<double, 4> combs_s = {0.0297, 0.0371, 0.0411, 0.0437};  // Schroeder's
  for (const double comb_s : combs_s) {
    const double delay_s = comb_s * dice.uniform(0.8, 1.2);
    add_comb(sound, samples(delay_s), std::pow(10.0, -3 * delay_s / decay_s), tail, heard);
  }
  return heard;
}

void through_telephone(Sound& sound, std::int32_t rate_hz) {
  high_pass(300, rate_hz).apply(sound);
  low_pass(3400, rate_hz).apply(sound);
}

void tilt(Sound& sound, std::int32_t rate_hz, double db) {
  high_shelf(1000, db, rate_hz).apply(sound);
}

void set_peak(Sound& sound, double db) {
  float peak = 0;
  for (const float sample : sound) peak = std::max(peak, std::abs(sample));
  if (peak == 0) return;
  const auto gain = static_cast<float>(amplitude(db) / peak);
  for (float& sample : sound) sample *= gain;
}

double rms(std::span<const float> sound) {
  double sum = 0;
  for (const float sample : sound) sum += static_cast<double>(sample) * sample;
  return sound.empty() ? 0 : std::sqrt(sum / static_cast<double>(sound.size()));
}

}  // namespace sengi::data
