// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls_noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/biquad.h"
#include "data/made_calls_voice.h"
#include "data/made_speech_noise.h"

namespace sengi::data {
namespace {

constexpr double pi = std::numbers::pi;

// Where things are made: so many samples at a rate, by these dice.
struct Making {
  std::size_t length;
  std::int32_t rate_hz;
  Dice& dice;

  double seconds() const { return static_cast<double>(length) / rate_hz; }
  std::size_t samples(double s) const {
    return static_cast<std::size_t>(std::max(0.0, s * rate_hz));
  }
  Sound noise(NoiseKind kind) const { return make_noise(kind, length, rate_hz, dice); }
};

void normalize(Sound& sound) {
  const double loudness = rms(sound);
  if (loudness == 0) return;
  for (float& sample : sound) sample = static_cast<float>(sample / loudness);
}

void add(const Sound& sound, std::size_t at, double gain, Sound& to) {
  for (std::size_t i = 0; i < sound.size() && at + i < to.size(); ++i) {
    to[at + i] += static_cast<float>(gain * sound[i]);
  }
}

// A slow, uneven swell between 1 - depth and 1.
void swell(Sound& sound, const Making& making, double hz, double depth) {
  double level = 1;
  double goal = 1;
  const double follow = std::min(0.5, 4 * hz / making.rate_hz);
  const std::size_t turn = std::max<std::size_t>(1, making.samples(0.5 / hz));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    if (i % turn == 0) goal = 1 - depth * making.dice.uniform();
    level += follow * (goal - level);
    sound[i] *= static_cast<float>(level);
  }
}

// Noise that turbulence makes at a microphone: falling by 5/3 powers of frequency above a corner
// (Kolmogorov's spectrum), here by a pole there and brown noise.
Sound turbulence(const Making& making, double corner_hz) {
  Sound sound = making.noise(NoiseKind::pink);
  low_pass(corner_hz, making.rate_hz).apply(sound);
  add(making.noise(NoiseKind::brown), 0, 0.05, sound);
  normalize(sound);
  return sound;
}

// A knock: noise or a note of the thing knocked on, dying away.
Sound knock(const Making& making, double hz, double q, double decay_s) {
  const Making here{making.samples(decay_s * 5) + 1, making.rate_hz, making.dice};
  Sound sound = here.noise(NoiseKind::white);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    sound[i] *= static_cast<float>(std::exp(-static_cast<double>(i) / (decay_s * making.rate_hz)));
  }
  band_pass(hz, q, making.rate_hz).apply(sound);
  normalize(sound);
  return sound;
}

Sound handling(const Making& making) {
  Sound sound(making.length, 0.0F);
  const std::size_t bumps = 1 + making.dice.below(12);
  for (std::size_t i = 0; i < bumps; ++i) {
    add(knock(making, making.dice.uniform(20, 300), making.dice.uniform(0.5, 3),
              making.dice.uniform(0.01, 0.15)),
        making.dice.below(making.length), making.dice.uniform(0.2, 1), sound);
  }
  Sound rub = making.noise(NoiseKind::pink);
  high_pass(making.dice.uniform(50, 400), making.rate_hz).apply(rub);
  swell(rub, making, making.dice.uniform(0.5, 4), 1);
  add(rub, 0, making.dice.uniform(0.02, 0.4), sound);
  return sound;
}

Sound rain(const Making& making) {
  Sound sound = making.noise(NoiseKind::white);
  high_pass(making.dice.uniform(200, 1500), making.rate_hz).apply(sound);
  swell(sound, making, 0.3, 0.3);
  const std::size_t drops = 5 + making.dice.below(60);
  for (std::size_t i = 0; i < drops; ++i) {
    add(knock(making, making.dice.uniform(100, 3000), 1.5, making.dice.uniform(0.002, 0.02)),
        making.dice.below(making.length), making.dice.uniform(0.5, 4), sound);
  }
  return sound;
}

Sound insects(const Making& making) {
  Sound sound = making.noise(NoiseKind::pink);
  for (float& sample : sound) sample *= 0.2F;
  const std::size_t kinds = 1 + making.dice.below(3);
  for (std::size_t k = 0; k < kinds; ++k) {
    Sound song = making.noise(NoiseKind::white);
    band_pass(making.dice.uniform(1800, 7000), making.dice.uniform(8, 40), making.rate_hz)
        .apply(song);
    normalize(song);
    const double step = 2 * pi * making.dice.uniform(3, 60) / making.rate_hz;
    for (std::size_t i = 0; i < song.size(); ++i) {
      song[i] *= static_cast<float>(0.5 + 0.5 * std::sin(step * static_cast<double>(i)));
    }
    add(song, 0, making.dice.uniform(0.2, 1), sound);
  }
  return sound;
}

// Harmonics of a fundamental that goes by `contour` of its length.
Sound drone(const Making& making, double f0_hz, const std::vector<double>& moves,
            std::vector<double> level, double tilt_db, double highest_hz, double breath) {
  Song song{.rate_hz = making.rate_hz,
            .f0_hz = moves,
            .level = std::move(level),
            .tilt_db = tilt_db,
            .gain = {},
            .highest_hz = highest_hz,
            .subharmonic = 0,
            .breath = breath};
  for (double& hz : song.f0_hz) hz *= f0_hz;
  // A body's resonances, so that no two machines or throats are alike.
  const double first_hz = making.dice.uniform(60, 800);
  const double second_hz = first_hz * making.dice.uniform(1.5, 4);
  const double height = making.dice.uniform(0.5, 4);
  song.gain = [=](double hz) {
    const auto near = [&](double at) {
      const double d = std::log2(hz / at) / 0.35;
      return std::exp(-d * d);
    };
    return 1 + height * (near(first_hz) + near(second_hz));
  };
  return sing(song, making.dice);
}

std::vector<double> steady(const Making& making, double wander) {
  std::vector<double> moves(making.length);
  double value = 1;
  double goal = 1;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    if (i % (making.samples(0.3) + 1) == 0) goal = 1 + wander * making.dice.normal();
    value += 3.0 / making.rate_hz * (goal - value);
    moves[i] = std::max(0.3, value);
  }
  return moves;
}

Sound engine(const Making& making) {
  // Firings: two a turn of four cylinders, 700 to 4,000 turns a minute.
  const double firing_hz = making.dice.uniform(23, 130);
  std::vector<double> moves = steady(making, 0.01);
  if (making.dice.chance(0.5)) {  // gears and hills
    const auto drive = contour_of(making.dice.one_of(contours), making.dice.uniform(0.05, 0.5),
                                  making.length, making.dice);
    for (std::size_t i = 0; i < moves.size(); ++i) moves[i] *= drive[i];
  }
  const bool passing = making.dice.chance(0.4);
  auto level = passing ? envelope(making.length, 0.5, 0.5) : std::vector<double>(making.length, 1);
  return drone(making, firing_hz, moves, std::move(level), making.dice.uniform(2, 9), 2500,
               making.dice.uniform(0.1, 1.5));
}

Sound generator(const Making& making) {
  const double hz = making.dice.chance(0.5) ? making.dice.uniform(24.5, 30.5)
                                            : (making.dice.chance(0.5) ? 50.0 : 12.5);
  return drone(making, hz, steady(making, 0.002), std::vector<double>(making.length, 1),
               making.dice.uniform(0, 8), 2000, making.dice.uniform(0, 0.3));
}

Sound aircraft(const Making& making, double low_hz, double high_hz) {
  const double blades_hz = making.dice.uniform(low_hz, high_hz);
  // Doppler's glide, by up to 20 %.
  const auto moves = contour_of(making.dice.chance(0.7) ? Contour::fall : Contour::flat,
                                making.dice.uniform(0, 0.2), making.length, making.dice);
  auto level =
      envelope(making.length, making.dice.uniform(0.1, 0.9), making.dice.uniform(0.1, 0.9));
  return drone(making, blades_hz, moves, std::move(level), making.dice.uniform(1, 6), 3000,
               making.dice.uniform(0.1, 1));
}

Sound thunder(const Making& making) {
  Sound sound = turbulence(making, making.dice.uniform(40, 200));
  const double start_s = making.dice.uniform(-2, 0.5 * making.seconds());
  const double fade_s = making.dice.uniform(0.5, 4);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double t = static_cast<double>(i) / making.rate_hz - start_s;
    sound[i] *= static_cast<float>(t < 0 ? 0.02 : std::exp(-t / fade_s));
  }
  swell(sound, making, making.dice.uniform(1, 5), 0.9);
  return sound;
}

Sound footsteps(const Making& making) {
  Sound sound(making.length, 0.0F);
  const double gap_s = making.dice.uniform(0.35, 1.4);
  const double hz = making.dice.uniform(12, 120);
  for (double t = making.dice.uniform(0, gap_s); t < making.seconds();
       t += gap_s * making.dice.uniform(0.85, 1.15)) {
    add(knock(making, hz * making.dice.uniform(0.9, 1.1), making.dice.uniform(0.7, 3),
              making.dice.uniform(0.02, 0.15)),
        making.samples(t), making.dice.uniform(0.5, 1), sound);
    if (making.dice.chance(0.5)) {  // grass and gravel
      add(knock(making, making.dice.uniform(500, 3000), 0.7, 0.08), making.samples(t),
          making.dice.uniform(0.05, 0.5), sound);
    }
  }
  return sound;
}

Sound chewing(const Making& making) {
  Sound sound(making.length, 0.0F);
  const double gap_s = making.dice.uniform(0.5, 1.3);
  for (double t = making.dice.uniform(0, gap_s); t < making.seconds();
       t += gap_s * making.dice.uniform(0.9, 1.1)) {
    const std::size_t cracks = 3 + making.dice.below(20);
    for (std::size_t i = 0; i < cracks; ++i) {
      add(knock(making, making.dice.uniform(60, 1500), 1, making.dice.uniform(0.002, 0.03)),
          making.samples(t + 0.4 * gap_s * making.dice.uniform()), making.dice.uniform(0.2, 1),
          sound);
    }
  }
  return sound;
}

// Cries, one after another.
Sound cries(const Making& making, Range f0_hz, Range length_s, Range gap_s, Range tilt_db,
            double depth, double highest_hz, double breath = 0.4) {
  Sound sound(making.length, 0.0F);
  const double f0 = thrown_by_octaves(f0_hz, making.dice);
  double t = making.dice.uniform(-0.5 * length_s.high, 0.5);
  while (t < making.seconds()) {
    const double cry_s = thrown_by_octaves(length_s, making.dice);
    const Making here{making.samples(cry_s) + 1, making.rate_hz, making.dice};
    const auto moves = contour_of(making.dice.one_of(contours), depth * making.dice.uniform(0.3, 1),
                                  here.length, making.dice);
    const Sound cry =
        drone(here, f0 * making.dice.uniform(0.9, 1.1), moves,
              envelope(here.length, making.dice.uniform(0.05, 0.4), making.dice.uniform(0.1, 0.5)),
              thrown(tilt_db, making.dice), highest_hz, making.dice.uniform(0, breath));
    const std::size_t begun = t < 0 ? making.samples(-t) : 0;
    if (begun < cry.size()) {
      add(Sound(cry.begin() + static_cast<std::ptrdiff_t>(begun), cry.end()), making.samples(t), 1,
          sound);
    }
    t += cry_s + thrown(gap_s, making.dice);
  }
  return sound;
}

Sound of_kind(Other other, const Making& making) {
  switch (other) {
    case Other::engine:
      return engine(making);
    case Other::generator:
      return generator(making);
    case Other::aircraft:
      return aircraft(making, 55, 140);
    case Other::helicopter:
      return aircraft(making, 10, 30);
    case Other::thunder:
      return thunder(making);
    case Other::footsteps:
      return footsteps(making);
    case Other::chewing:
      return chewing(making);
    case Other::cattle:  // Watts and Stookey 2000: 60 to 300 Hz, up to 2.5 s
      return cries(making, {60, 280}, {0.6, 2.5}, {0.5, 3}, {1, 8}, 0.4, 3000);
    case Other::roar:  // lions (Pfefferle et al. 2007): 40 to 250 Hz, in series
      return cries(making, {45, 240}, {0.4, 2.2}, {0.2, 1}, {2, 9}, 0.5, 2500);
    case Other::speech:
      return cries(making, {80, 320}, {0.08, 0.35}, {0.02, 0.4}, {3, 9}, 0.3, 4000);
    case Other::dove:
      return cries(making, {300, 700}, {0.15, 0.7}, {0.05, 1}, {10, 25}, 0.2, 2500);
    case Other::horn:
      return cries(making, {280, 520}, {0.3, 2}, {0.2, 2}, {0, 4}, 0.005, 6000);
    case Other::bird:
      return cries(making, {900, 4000}, {0.05, 0.8}, {0.05, 1}, {8, 25}, 0.6, 7500);
    case Other::bark:  // dogs (Yin and McCowan 2004): 250 to 1,500 Hz, a tenth of a second or two
      return cries(making, {250, 1500}, {0.06, 0.3}, {0.1, 1.2}, {2, 10}, 0.5, 6000, 2);
    case Other::squeal:  // pigs (Tallet et al. 2013): grunts of 80 Hz to squeals of 1,500 Hz
      return cries(making, {80, 1500}, {0.1, 1.5}, {0.05, 1}, {1, 8}, 0.5, 7000, 2);
    case Other::croak:  // frogs and toads, alone and in choirs
      return cries(making, {60, 2500}, {0.05, 0.8}, {0.02, 0.6}, {3, 15}, 0.15, 6000, 1);
    case Other::crow:  // cocks: 400 to 1,100 Hz
      break;
  }
  return cries(making, {400, 1100}, {0.2, 1.2}, {0.05, 1}, {2, 10}, 0.5, 7000, 0.5);
}

Sound of_kind(Backdrop backdrop, const Making& making) {
  switch (backdrop) {
    case Backdrop::wind: {
      Sound sound = turbulence(making, making.dice.uniform(5, 60));
      swell(sound, making, making.dice.uniform(0.1, 1), making.dice.uniform(0.2, 0.8));
      return sound;
    }
    case Backdrop::gusts: {
      Sound sound = turbulence(making, making.dice.uniform(20, 200));
      swell(sound, making, making.dice.uniform(0.4, 4), making.dice.uniform(0.7, 1));
      return sound;
    }
    case Backdrop::rain:
      return rain(making);
    case Backdrop::insects:
      return insects(making);
    case Backdrop::handling:
      return handling(making);
    case Backdrop::still:
      break;
  }
  Sound sound = making.noise(making.dice.chance(0.6) ? NoiseKind::pink : NoiseKind::brown);
  return sound;
}

}  // namespace

Sound make_backdrop(Backdrop backdrop, std::size_t length, std::int32_t rate_hz, Dice& dice) {
  Sound sound = of_kind(backdrop, {length, rate_hz, dice});
  normalize(sound);
  return sound;
}

Sound make_other(Other other, std::size_t length, std::int32_t rate_hz, Dice& dice) {
  Sound sound = of_kind(other, {length, rate_hz, dice});
  normalize(sound);
  return sound;
}

}  // namespace sengi::data
