// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls_voice.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sengi::data {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double sound_m_s = 350;  // in warm, moist air
constexpr std::size_t block = 32;  // samples for which a harmonic's gain is worked out once

// Smooth chance: white noise that follows by `follow` a sample, variance about 1.
class Drift {
 public:
  explicit Drift(double follow) : follow_(follow), scale_(std::sqrt((2 - follow) / follow)) {}
  double next(Dice& dice) {
    state_ += follow_ * (dice.normal() - state_);
    return state_ * scale_;
  }

 private:
  double follow_;
  double scale_;
  double state_ = 0;
};

double bump(double t, double middle, double width) {
  const double d = (t - middle) / width;
  return std::exp(-d * d);
}

// Jitter and slow vibrato on a fundamental, shimmer and tremor on its level.
void make_alive(const CallRanges& ranges, double f0_hz, Song& song, Dice& dice) {
  const double rate = song.rate_hz;
  const double jitter = thrown(ranges.jitter_percent, dice) / 100;
  const double shimmer = thrown(ranges.shimmer_db, dice);
  const double follow = std::min(0.5, 2 * f0_hz / rate);  // about a period
  Drift pitch(follow);
  Drift loudness(follow / 2);
  const double vibrato = dice.chance(0.5) ? dice.uniform(0, 0.03) : 0;
  const double tremor = dice.chance(0.4) ? dice.uniform(0.1, 0.6) : 0;
  const double vibrato_step = 2 * pi * dice.uniform(0.6, 4) / rate;
  const double tremor_step = 2 * pi * dice.uniform(0.5, 5) / rate;
  const double start = dice.uniform(0, 2 * pi);
  for (std::size_t i = 0; i < song.f0_hz.size(); ++i) {
    const double t = static_cast<double>(i);
    song.f0_hz[i] *=
        std::max(0.3, 1 + jitter * pitch.next(dice) + vibrato * std::sin(start + vibrato_step * t));
    song.level[i] *= std::pow(10.0, shimmer * loudness.next(dice) / 20) *
                     (1 - tremor * (0.5 + 0.5 * std::sin(start + tremor_step * t)));
  }
}

// Fast beating, as of a voice that is driven too hard.
void roughen(Song& song, double low_hz, double high_hz, Dice& dice) {
  const double step = 2 * pi * dice.uniform(low_hz, high_hz) / song.rate_hz;
  const double depth = dice.uniform(0.3, 0.9);
  Drift wander(0.01);
  double phase = 0;
  for (double& level : song.level) {
    phase += step * (1 + 0.2 * wander.next(dice));
    level *= 1 - depth * (0.5 + 0.5 * std::sin(phase));
  }
}

Sound at_unit_power(Sound sound) {
  const double loudness = rms(sound);
  if (loudness > 0) {
    for (float& sample : sound) sample = static_cast<float>(sample / loudness);
  }
  return sound;
}

}  // namespace

double thrown_by_octaves(const Range& range, Dice& dice) {
  return range.low * std::pow(range.high / range.low, dice.uniform());
}

Tract::Tract(double length_m, int count, Dice& dice) {
  for (int n = 1; n <= count; ++n) {
    const double hz = (2 * n - 1) * sound_m_s / (4 * length_m) * dice.uniform(0.85, 1.15);
    formants_.push_back({hz, hz * dice.uniform(0.15, 0.6) + 5});
  }
}

double Tract::gain(double hz) const {
  // Each a resonance of second order; above the last what is left of it falls.
  double gain = 1;
  for (const Formant& formant : formants_) {
    const double r = hz / formant.hz;
    const double re = 1 - r * r;
    const double im = r * formant.bandwidth_hz / formant.hz;
    gain *= std::max(0.05, 1 / std::sqrt(re * re + im * im));
  }
  return gain;
}

Sound sing(const Song& song, Dice& dice) {
  const std::size_t length = song.f0_hz.size();
  const double top_hz = std::min(song.highest_hz, 0.45 * song.rate_hz);
  std::vector<double> phase(length);
  double lowest = top_hz;
  double angle = dice.uniform(0, 2 * pi);
  for (std::size_t i = 0; i < length; ++i) {
    angle += 2 * pi * song.f0_hz[i] / song.rate_hz;
    phase[i] = angle;
    lowest = std::min(lowest, std::max(1.0, song.f0_hz[i]));
  }
  std::vector<double> sum(length, 0.0);
  // Harmonics in halves where there are subharmonics.
  const double step = song.subharmonic > 0 ? 0.5 : 1;
  for (double k = step; k * lowest < top_hz; k += step) {
    const double offset = dice.uniform(0, 2 * pi);
    const bool between = k != std::floor(k);
    const double source = std::pow(k, -song.tilt_db / 6.02) * (between ? song.subharmonic : 1);
    for (std::size_t at = 0; at < length; at += block) {
      const double hz = k * song.f0_hz[at];
      if (hz >= top_hz) continue;
      const double gain = source * song.gain(hz);
      const std::size_t end = std::min(length, at + block);
      for (std::size_t i = at; i < end; ++i) sum[i] += gain * std::sin(k * phase[i] + offset);
    }
  }
  Sound sound(length);
  Drift rustle(0.3);
  for (std::size_t i = 0; i < length; ++i) {
    sound[i] = static_cast<float>(song.level[i] * (sum[i] + song.breath * rustle.next(dice)));
  }
  return sound;
}

std::vector<double> contour_of(Contour contour, double depth, std::size_t length, Dice& dice) {
  const double middle = dice.uniform(0.3, 0.7);
  const double width = dice.uniform(0.2, 0.45);
  const double cycles = dice.uniform(1, 4);
  const double start = dice.uniform(0, 2 * pi);
  const double second = dice.uniform(0.5, 1.2);
  const double bend = dice.uniform(0.5, 2);
  const double steps = 2 + static_cast<double>(dice.below(4));
  std::vector<double> moves(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(1, length));
    double move = 0;
    switch (contour) {
      case Contour::flat:
        move = 0.1 * bump(t, middle, width);
        break;
      case Contour::rise_fall:
        move = bump(t, middle, width);
        break;
      case Contour::rise:
        move = std::pow(t, bend);
        break;
      case Contour::fall:
        move = std::pow(1 - t, bend);
        break;
      case Contour::sine:
        move = 0.5 + 0.5 * std::sin(start + 2 * pi * cycles * t);
        break;
      case Contour::two_humps:
        move = bump(t, 0.25, 0.15) + second * bump(t, 0.72, 0.15);
        break;
      case Contour::steps:
        move = std::floor(bump(t, middle, width) * steps) / steps;
        break;
    }
    moves[i] = 1 - depth / 2 + depth * move;
  }
  return moves;
}

std::vector<double> envelope(std::size_t length, double attack, double decay) {
  std::vector<double> level(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(1, length));
    const double up = std::min(1.0, t / std::max(1e-3, attack));
    const double down = std::min(1.0, (1 - t) / std::max(1e-3, decay));
    level[i] = (0.5 - 0.5 * std::cos(pi * up)) * (0.5 - 0.5 * std::cos(pi * down));
  }
  return level;
}

double throw_level(const Range& level_db, double spreading_db, double snr_db, Dice& dice) {
  const double needed = heard_floor_db + snr_db + spreading_db;
  return thrown({std::clamp(needed, level_db.low, level_db.high), level_db.high}, dice);
}

double farthest_m(const Range& level_db, double snr_db) {
  constexpr double reference_m = 5;
  return reference_m * std::pow(10.0, (level_db.high - heard_floor_db - snr_db) / 20);
}

Animal throw_animal(const std::string& name, const CallRanges& ranges, Dice& dice) {
  const double size = dice.uniform();
  const auto by_size = [&](const Range& range) {
    const double usual = range.low + (range.high - range.low) * size;
    return std::clamp(usual * dice.uniform(0.88, 1.12), range.low, range.high);
  };
  return {name, size, by_size(ranges.tract_m), by_size(ranges.mouth_m)};
}

Result<Sound> make_rumble(const Animal& animal, const CallRanges& ranges, Contour contour,
                          const Gain& way, std::int32_t rate_hz, Dice& dice) {
  constexpr std::int32_t low_rate_hz = 2000;  // sung there, since nothing of it is above 900 Hz
  const double depth = thrown(ranges.depth_percent, dice) / 100;
  // An animal's own fundamental, moved by how excited it is (Soltis 2010).
  const double own =
      ranges.f0_hz.high * std::pow(ranges.f0_hz.low / ranges.f0_hz.high, animal.size);
  const double f0_hz =
      std::clamp(own * dice.uniform(0.8, 1.3), ranges.f0_hz.low, ranges.f0_hz.high);
  const auto length =
      static_cast<std::size_t>(thrown_by_octaves(ranges.duration_s, dice) * low_rate_hz);

  Song song{.rate_hz = low_rate_hz,
            .f0_hz = contour_of(contour, depth, length, dice),
            .level = envelope(length, dice.uniform(0.03, 0.4), dice.uniform(0.05, 0.5)),
            .tilt_db = thrown(ranges.tilt_db, dice),
            .gain = {},
            .highest_hz = dice.uniform(250, 900)};
  for (double& hz : song.f0_hz) hz *= f0_hz;
  make_alive(ranges, f0_hz, song, dice);
  const bool mouth = dice.chance(ranges.mouth);
  const Tract tract(mouth ? animal.mouth_m : animal.tract_m, 2 + static_cast<int>(dice.below(3)),
                    dice);
  song.gain = [&](double hz) { return tract.gain(hz) * way(hz); };
  if (dice.chance(ranges.subharmonics)) song.subharmonic = dice.uniform(0.1, 0.7);
  if (dice.chance(ranges.rough)) roughen(song, 3, 15, dice);
  song.breath = std::pow(10.0, thrown(ranges.breath_db, dice) / 20);
  SENGI_TRY(sound, resample(sing(song, dice), low_rate_hz, rate_hz));
  return at_unit_power(std::move(sound));
}

Result<Sound> make_trumpet(const Animal& animal, const CallRanges& ranges, Contour contour,
                           const Gain& way, std::int32_t rate_hz, Dice& dice) {
  const double depth = thrown(ranges.depth_percent, dice) / 100;
  const double f0_hz = thrown_by_octaves(ranges.f0_hz, dice);
  const auto length =
      static_cast<std::size_t>(thrown_by_octaves(ranges.duration_s, dice) * rate_hz);
  Song song{.rate_hz = rate_hz,
            .f0_hz = contour_of(contour, depth, length, dice),
            .level = envelope(length, dice.uniform(0.02, 0.2), dice.uniform(0.05, 0.4)),
            .tilt_db = thrown(ranges.tilt_db, dice),
            .gain = {},
            .highest_hz = dice.uniform(3000, 8000)};
  for (double& hz : song.f0_hz) hz *= f0_hz;
  make_alive(ranges, f0_hz, song, dice);
  // A brass's resonances are near its harmonics (Gilbert et al. 2014): the tract only colours.
  const Tract tract((dice.chance(ranges.mouth) ? animal.mouth_m : animal.tract_m) / 6, 3, dice);
  song.gain = [&](double hz) { return std::clamp(tract.gain(hz), 0.35, 3.0) * way(hz); };
  if (dice.chance(ranges.subharmonics)) song.subharmonic = dice.uniform(0.2, 0.9);
  if (dice.chance(ranges.rough)) roughen(song, 25, 120, dice);
  song.breath = std::pow(10.0, thrown(ranges.breath_db, dice) / 20);
  return at_unit_power(sing(song, dice));
}

}  // namespace sengi::data
