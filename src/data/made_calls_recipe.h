// SPDX-License-Identifier: Apache-2.0
// PROJECT/calls.toml as plain values. applications/rumbles/calls.toml explains every key.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "data/made_speech_recipe.h"

namespace sengi::data {

// How a call's fundamental moves.
enum class Contour : std::uint8_t { flat, rise_fall, rise, fall, sine, two_humps, steps };
inline constexpr std::array contours = {Contour::flat, Contour::rise_fall, Contour::rise,
                                        Contour::fall, Contour::sine,      Contour::two_humps,
                                        Contour::steps};
std::string_view name_of(Contour contour);

// What lies behind a call.
enum class Backdrop : std::uint8_t { still, wind, gusts, rain, insects, handling };
inline constexpr std::array backdrops = {Backdrop::still, Backdrop::wind,    Backdrop::gusts,
                                         Backdrop::rain,  Backdrop::insects, Backdrop::handling};
std::string_view name_of(Backdrop backdrop);

// What may be taken for a call.
enum class Other : std::uint8_t {
  engine,
  generator,
  aircraft,
  helicopter,
  thunder,
  footsteps,
  chewing,
  cattle,
  roar,
  speech,
  dove,
  horn,
  bird,
  bark,
  squeal,
  croak,
  crow
};
inline constexpr std::array others = {
    Other::engine,    Other::generator, Other::aircraft, Other::helicopter, Other::thunder,
    Other::footsteps, Other::chewing,   Other::cattle,   Other::roar,       Other::speech,
    Other::dove,      Other::horn,      Other::bird,     Other::bark,       Other::squeal,
    Other::croak,     Other::crow};
std::string_view name_of(Other other);

// [rumble] and [trumpet].
struct CallRanges {
  Range f0_hz;
  Range duration_s;
  std::vector<Contour> contours;
  Range depth_percent;      // how far the contour moves
  Range jitter_percent;     // of the fundamental, from period to period
  Range shimmer_db;         // of the level
  Range tract_m;            // of the vocal tract, through the trunk
  Range mouth_m;            // through the mouth
  double mouth = 0;         // how often
  Range tilt_db;            // by which harmonics fall, an octave
  Range breath_db;          // of noise in the voice against it
  Range level_db;           // sound pressure at 5 m
  double subharmonics = 0;  // how often
  double rough = 0;         // how often
  double company = 0;       // how often another animal calls too
};

// [place], [noise], [microphone].
struct Surroundings {
  Range distance_m{5, 2000};
  Range absorption{0.5, 2};  // of the air, against ISO 9613-1's at 20 degrees and 50 % humidity
  Range ground_dip_db{0, 20};
  double reverberation = 0.5;  // how often
  std::vector<Backdrop> backdrops;
  std::vector<Other> others;
  Range snr_db{-5, 30};
  Range noise_level_db{35, 85};  // sound pressure of backgrounds alone
  double recorded = 0.5;         // how often a recording is the background, where there are any
  Range roll_off_hz{2, 40};      // of the microphone
  Range full_scale_db{108, 124};
  Range self_noise_db{24, 36};
};

// All that a clip is drawn from.
struct CallWorld {
  CallRanges rumble;
  CallRanges trumpet;
  Surroundings around;
};

// [clips].
struct CallCounts {
  std::int32_t rumble = 600;
  std::int32_t trumpet = 400;
  std::int32_t other = 700;
  std::int32_t background = 400;
  std::int32_t calls_an_animal = 10;
  double validation_percent = 12;  // of the animals, who are drawn as those that train
  double test_percent = 30;        // as many clips more, drawn from the test's world
};

// One [[recordings]]: sounds of a folder. They are clips by themselves, and with `mix` they are in
// made clips too: calls are laid over backgrounds. Other sounds with `mix` are in made clips alone,
// laid over backgrounds: most are shorter than a clip, and the nothing around them would tell.
struct CallRecordings {
  std::string name;
  std::string folder;  // relative to the project
  std::string label;
  std::optional<Split> split = Split::train;  // none: each file's side is thrown
  bool mix = false;
  std::vector<std::string> except;  // files with one of these in their paths are left out
  std::size_t line = 0;
};

struct CallRecipe {
  std::filesystem::path file;
  std::uint64_t seed = 1;
  CallCounts clips;
  CallWorld training;
  CallWorld test;  // the training's but for what [test.…] says otherwise
  std::vector<CallRecordings> recordings;
  StreamPlan stream;
};

// Errors, each with file and line: not TOML; a key that is unknown (with the nearest right one), of
// a wrong type or out of range; a name of a contour, backdrop or other sound that is not one.
Result<CallRecipe> parse_call_recipe(std::string_view text, const std::filesystem::path& file);

}  // namespace sengi::data
