// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls_scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/biquad.h"
#include "data/made_calls_noise.h"
#include "data/made_calls_place.h"
#include "data/made_calls_voice.h"

namespace sengi::data {
namespace {

// Where a call's power is measured against what is behind it.
Range band_of(ClipKind kind) {
  return kind == ClipKind::trumpet ? Range{200, 2000} : Range{8, 250};
}

class Scenery {
 public:
  Scenery(const CallClip& clip, const CallRecipe& recipe, std::size_t length, std::int32_t rate_hz,
          const CallSounds& recordings)
      : clip_(clip),
        recipe_(recipe),
        world_(clip.of_test ? recipe.test : recipe.training),
        length_(length),
        rate_hz_(rate_hz),
        recordings_(recordings),
        dice_(recipe.seed, clip.name) {}

  Result<Sound> make() {
    SENGI_TRY(pressure, before_microphone());
    return through_microphone(std::move(pressure), world_.around, rate_hz_, dice_);
  }

  // One call as it is at the microphone, and its distance.
  Result<Sound> caller(const std::string& animal, double distance_m, Contour contour) {
    const bool rumble = clip_.kind == ClipKind::rumble;
    const CallRanges& ranges = rumble ? world_.rumble : world_.trumpet;
    Dice born(recipe_.seed, animal);
    const Animal who = throw_animal(animal, ranges, born);
    const Way way(distance_m, world_.around, dice_);
    const auto gain = [&](double hz) { return way.gain(hz); };
    SENGI_TRY(made,
              (rumble ? make_rumble : make_trumpet)(who, ranges, contour, gain, rate_hz_, dice_));
    const double level_db = throw_level(ranges.level_db, way.spreading_db(), clip_.snr_db, dice_);
    scale(made, amplitude(level_db - way.spreading_db()));
    if (distance_m > 50) flutter(made, rate_hz_, dice_.uniform(0, 4), dice_);
    if (!dice_.chance(world_.around.reverberation)) return made;
    return with_echoes(made, rate_hz_, dice_);
  }

 private:
  Result<Sound> before_microphone() {
    if (clip_.is_call()) return call();
    if (clip_.kind == ClipKind::other) return other();
    Sound sound = behind();
    scale(sound, amplitude(thrown(world_.around.noise_level_db, dice_)));
    return sound;
  }

  static void scale(Sound& sound, double gain) {
    for (float& sample : sound) sample = static_cast<float>(sample * gain);
  }

  static void mix(const Sound& sound, double gain, Sound& to) {
    for (std::size_t i = 0; i < std::min(sound.size(), to.size()); ++i) {
      to[i] += static_cast<float>(gain * sound[i]);
    }
  }

  // Lays a call so that at least half of it is within the clip, or as much as fits, and 1.2 s of a
  // longer one.
  Sound laid(const Sound& call) {
    const auto shown = static_cast<std::int64_t>(
        std::min({call.size(), length_,
                  std::max(call.size() / 2, static_cast<std::size_t>(1.2 * rate_hz_))}));
    const auto earliest = shown - static_cast<std::int64_t>(call.size());
    const auto latest = static_cast<std::int64_t>(length_) - shown;
    const auto at = earliest + static_cast<std::int64_t>(dice_.uniform() *
                                                         static_cast<double>(latest - earliest));
    Sound out(length_, 0.0F);
    for (std::size_t i = 0; i < call.size(); ++i) {
      const std::int64_t to = at + static_cast<std::int64_t>(i);
      if (to >= 0 && to < static_cast<std::int64_t>(length_)) {
        out[static_cast<std::size_t>(to)] = call[i];
      }
    }
    return out;
  }

  // What lies behind, root mean square about 1: a recording, or one or two made backdrops.
  Sound behind() {
    if (!recordings_.backgrounds.empty() && clip_.recorded) {
      const Sound& recording = dice_.one_of(recordings_.backgrounds);
      const std::size_t start = dice_.below(recording.size());
      Sound sound(length_);
      for (std::size_t i = 0; i < length_; ++i) {
        sound[i] = recording[(start + i) % recording.size()];
      }
      const double loudness = rms(sound);
      if (loudness > 0) {
        scale(sound, 1 / loudness);
        return sound;
      }
    }
    Sound sound = make_backdrop(clip_.backdrop, length_, rate_hz_, dice_);
    if (dice_.chance(0.4)) {
      mix(make_backdrop(dice_.one_of(world_.around.backdrops), length_, rate_hz_, dice_),
          dice_.uniform(0.1, 1), sound);
    }
    return sound;
  }

  Result<Sound> call() {
    SENGI_TRY(one, caller(clip_.animal, clip_.distance_m, clip_.contour));
    Sound calls = laid(one);
    const CallRanges& ranges = clip_.kind == ClipKind::rumble ? world_.rumble : world_.trumpet;
    if (dice_.chance(ranges.company)) {
      SENGI_TRY(answer,
                caller(clip_.animal + "'s company", clip_.distance_m * dice_.uniform(0.7, 1.5),
                       dice_.one_of(ranges.contours)));
      mix(laid(answer), dice_.uniform(0.2, 1), calls);
    }
    Sound noise = behind();
    // Recorded sounds too, lest what was recorded be told from what was made.
    const bool recorded = clip_.recorded && !recordings_.others.empty();
    if (dice_.chance(recorded ? 0.8 : 0.25)) {
      mix(recorded ? recorded_other()
                   : make_other(dice_.one_of(world_.around.others), length_, rate_hz_, dice_),
          dice_.uniform(0.05, 0.7), noise);
    }
    const Range band = band_of(clip_.kind);
    const double wanted = band_power(calls, band.low, band.high, rate_hz_);
    const double there = band_power(noise, band.low, band.high, rate_hz_);
    if (there > 0) mix(noise, std::sqrt(wanted / there) * amplitude(-clip_.snr_db), calls);
    return calls;
  }

  // One that was recorded, again and again where it is shorter than the clip.
  Sound recorded_other() {
    const Sound& sound = dice_.one_of(dice_.one_of(recordings_.others));
    Sound out(length_, 0.0F);
    const auto length = static_cast<double>(sound.size());
    for (double at = length * dice_.uniform(-0.5, 0.5); at < static_cast<double>(length_);
         at += length + rate_hz_ * dice_.uniform(0.1, 3)) {
      const auto from = static_cast<std::int64_t>(at);
      for (std::size_t i = 0; i < sound.size(); ++i) {
        const std::int64_t to = from + static_cast<std::int64_t>(i);
        if (to >= 0 && to < static_cast<std::int64_t>(length_)) {
          out[static_cast<std::size_t>(to)] += sound[i];
        }
      }
    }
    return out;
  }

  Sound other() {
    Sound sound =
        clip_.other_recorded ? recorded_other() : make_other(clip_.other, length_, rate_hz_, dice_);
    if (dice_.chance(0.5)) low_pass(dice_.uniform(150, 4000), rate_hz_).apply(sound);  // far off
    const double loudness = rms(sound);
    if (loudness > 0) scale(sound, 1 / loudness);
    mix(behind(), amplitude(-dice_.uniform(0, 30)), sound);
    scale(sound, amplitude(thrown(world_.around.noise_level_db, dice_)));
    return sound;
  }

  const CallClip& clip_;
  const CallRecipe& recipe_;
  const CallWorld& world_;
  std::size_t length_;
  std::int32_t rate_hz_;
  const CallSounds& recordings_;
  Dice dice_;
};

}  // namespace

Result<Sound> make_scene(const CallClip& clip, const CallRecipe& recipe, std::size_t length,
                         std::int32_t rate_hz, const CallSounds& recordings) {
  return Scenery(clip, recipe, length, rate_hz, recordings).make();
}

Result<Sound> make_clean_call(const CallClip& clip, const CallRecipe& recipe,
                              std::int32_t rate_hz) {
  const CallSounds none;
  Scenery scenery(clip, recipe, 0, rate_hz, none);
  SENGI_TRY(sound, scenery.caller(clip.animal, clip.distance_m, clip.contour));
  const double loudness = rms(sound);
  if (loudness > 0) {
    for (float& sample : sound) sample = static_cast<float>(sample / loudness);
  }
  return sound;
}

}  // namespace sengi::data
