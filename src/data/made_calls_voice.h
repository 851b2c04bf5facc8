// SPDX-License-Identifier: Apache-2.0
// Voices by source and filter: harmonics of a moving fundamental, each as loud as the source's
// tilt, the vocal tract's formants and the way to the microphone leave it. Elephants' calls and
// everything else that hums, sings or drones.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/made_calls_recipe.h"
#include "data/made_speech_dice.h"
#include "data/made_speech_sound.h"

namespace sengi::data {

inline double thrown(const Range& range, Dice& dice) { return dice.uniform(range.low, range.high); }
// Alike in every octave. Requires: range.low > 0.
double thrown_by_octaves(const Range& range, Dice& dice);

// What part of an amplitude passes at a frequency.
using Gain = std::function<double(double hz)>;

// A tube that is closed at one end, after Soltis 2010 and Stoeger et al. 2012: resonances near odd
// multiples of c / 4L.
class Tract {
 public:
  // `count` formants of a tract of so many metres, each a little off and 15 to 60 % of itself wide.
  Tract(double length_m, int count, Dice& dice);
  double gain(double hz) const;

 private:
  struct Formant {
    double hz, bandwidth_hz;
  };
  std::vector<Formant> formants_;
};

// What to sing, sample by sample.
struct Song {
  std::int32_t rate_hz;
  std::vector<double> f0_hz;
  std::vector<double> level;  // amplitude
  double tilt_db = 6;         // by which harmonics fall, an octave
  Gain gain;                  // of tract and way
  double highest_hz = 8000;
  double subharmonic = 0;  // amplitude of f0 / 2 and its odd multiples against their neighbours
  double breath = 0;       // amplitude of noise in the voice
};

// Not scaled: what comes out has about the amplitude of `level` at the loudest harmonic.
Sound sing(const Song& song, Dice& dice);

// The moves of a fundamental, 1 being its middle: `length` values.
std::vector<double> contour_of(Contour contour, double depth, std::size_t length, Dice& dice);

// Rises over `attack` of the length and falls over `decay` of it.
std::vector<double> envelope(std::size_t length, double attack, double decay);

// A caller: its size decides its voice (Baotic and Stoeger 2017: the larger the lower).
struct Animal {
  std::string name;
  double size;     // 0, the highest voice of the ranges, to 1, the deepest
  double tract_m;  // through the trunk
  double mouth_m;
};
Animal throw_animal(const std::string& name, const CallRanges& ranges, Dice& dice);

// What a collar's microphone hears of nothing at all, in a call's band: its own noise and the steps
// of its 16 bits, in dB re 20 uPa. A call that is to be `snr_db` above what lies behind it is no
// quieter than that above this floor: a farther one is not heard, and is no call to learn from.
inline constexpr double heard_floor_db = 30;

// The sound pressure at 5 m of a call that is heard from spreading_db farther away: evenly from
// those of the range that are loud enough.
double throw_level(const Range& level_db, double spreading_db, double snr_db, Dice& dice);
// How far the loudest is heard.
double farthest_m(const Range& level_db, double snr_db);

// One call, root mean square 1 over its length. `way` is what the way to the microphone does to it.
// Errors: libsoxr's.
Result<Sound> make_rumble(const Animal& animal, const CallRanges& ranges, Contour contour,
                          const Gain& way, std::int32_t rate_hz, Dice& dice);
Result<Sound> make_trumpet(const Animal& animal, const CallRanges& ranges, Contour contour,
                           const Gain& way, std::int32_t rate_hz, Dice& dice);

}  // namespace sengi::data
