// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls_recipe.h"

#include <array>

#include "data/manifest.h"
#include "data/recipe_section.h"

namespace sengi::data {
namespace {

// The defaults, with where they are from:
//   Poole, Payne, Langbauer and Moss 1988, "The social contexts of some very low frequency calls of
//     African elephants": fundamentals of 14 to 35 Hz, up to 103 dB at 5 m;
//   Poole 2011 (ElephantVoices' database of call types): 8 to 34 Hz, half a second to 12 s,
//   contours
//     that are flat, rise, fall or undulate;
//   Soltis 2010, "Vocal communication in African elephants": formants, jitter, shimmer, arousal;
//   Stoeger, Heilmann, Zeppelzauer, Ganswindt, Hensman and Charlton 2012, "Visualizing sound
//   emission
//     of elephant vocalizations": tracts of about 2 m through the trunk and 0.7 m through the
//     mouth;
//   McComb, Reby, Baker, Moss and Sayialel 2003, "Long-distance communication of acoustic cues to
//     social identity in African elephants": 115 Hz carries farthest, to 1.5 km and more;
//   Baotic and Stoeger 2017, "Sexual dimorphism in African elephant social rumbles": lower
//     fundamentals and formants with age and in males;
//   Fuchs, Beeck, Baotic and Stoeger 2021, "Acoustic structure and information content of trumpets
//   in
//     female Asian elephants": 474 +- 70 Hz, 1.4 +- 1.5 s, subharmonics and chaos;
//   Gilbert, Dalmont and Potier 2014, "Is nonlinear propagation responsible for the brassiness of
//     elephant trumpet calls?": flat spectra.
const CallRanges usual_rumble = {
    .f0_hz = {10, 34},
    .duration_s = {1, 8},
    .contours = {Contour::flat, Contour::rise_fall, Contour::rise, Contour::fall, Contour::sine},
    .depth_percent = {2, 35},
    .jitter_percent = {0.3, 3},
    .shimmer_db = {0.2, 2},
    .tract_m = {1.7, 3.5},
    .mouth_m = {0.6, 0.95},
    .mouth = 0.3,
    .tilt_db = {3, 14},
    .breath_db = {-40, -12},
    .level_db = {80, 104},
    .subharmonics = 0.1,
    .rough = 0.15,
    .company = 0.2};
const CallRanges usual_trumpet = {
    .f0_hz = {280, 900},
    .duration_s = {0.3, 3},
    .contours = {Contour::flat, Contour::rise_fall, Contour::fall, Contour::sine, Contour::steps},
    .depth_percent = {5, 60},
    .jitter_percent = {0.2, 2},
    .shimmer_db = {0.5, 3},
    .tract_m = {1.7, 3.5},
    .mouth_m = {0.6, 0.95},
    .mouth = 0.1,
    .tilt_db = {0, 9},
    .breath_db = {-30, -8},
    .level_db = {95, 115},
    .subharmonics = 0.2,
    .rough = 0.5,
    .company = 0.1};

template <typename Named, std::size_t count>
void read_names(Section& section, const std::string& key, const std::array<Named, count>& all,
                Faults& faults, std::vector<Named>& to) {
  std::vector<std::string> names;
  section.texts(key, names);
  if (names.empty()) return;
  to.clear();
  for (const std::string& name : names) {
    std::vector<std::string> known;
    for (const Named each : all) {
      known.emplace_back(name_of(each));
      if (known.back() == name) to.push_back(each);
    }
    if (std::ranges::count(known, name) > 0) continue;
    faults.add(section.line(),
               fmt::format("'{}' in {} is not one of {}", name, key, fmt::join(known, ", ")));
  }
}

void read_call(const toml::table& table, const std::string& name, Faults& faults,
               CallRanges& call) {
  Section section(table, name, faults);
  section.range("f0_hz", call.f0_hz, 5, 2000);
  section.range("duration_s", call.duration_s, 0.1, 30);
  read_names(section, "contours", contours, faults, call.contours);
  section.range("depth_percent", call.depth_percent, 0, 90);
  section.range("jitter_percent", call.jitter_percent, 0, 20);
  section.range("shimmer_db", call.shimmer_db, 0, 12);
  section.range("tract_m", call.tract_m, 0.3, 6);
  section.range("mouth_m", call.mouth_m, 0.2, 3);
  section.number("mouth", call.mouth, 0, 1);
  section.range("tilt_db", call.tilt_db, -6, 30);
  section.range("breath_db", call.breath_db, -80, 0);
  section.range("level_db", call.level_db, 40, 130);
  section.number("subharmonics", call.subharmonics, 0, 1);
  section.number("rough", call.rough, 0, 1);
  section.number("company", call.company, 0, 1);
}

void read_place(const toml::table& table, Faults& faults, Surroundings& around) {
  Section section(table, "[place]", faults);
  section.range("distance_m", around.distance_m, 1, 20'000);
  section.range("absorption", around.absorption, 0, 10);
  section.range("ground_dip_db", around.ground_dip_db, 0, 40);
  section.number("reverberation", around.reverberation, 0, 1);
}

void read_noise(const toml::table& table, Faults& faults, Surroundings& around) {
  Section section(table, "[noise]", faults);
  read_names(section, "backgrounds", backdrops, faults, around.backdrops);
  read_names(section, "others", others, faults, around.others);
  section.range("snr_db", around.snr_db, -30, 60);
  section.range("level_db", around.noise_level_db, 0, 120);
  section.number("recorded", around.recorded, 0, 1);
}

void read_microphone(const toml::table& table, Faults& faults, Surroundings& around) {
  Section section(table, "[microphone]", faults);
  section.range("roll_off_hz", around.roll_off_hz, 0.1, 200);
  section.range("full_scale_db", around.full_scale_db, 80, 150);
  section.range("self_noise_db", around.self_noise_db, 0, 60);
}

const toml::table* table_of(Section& root, const std::string& key) {
  const toml::node* node = root.take(key);
  return node == nullptr ? nullptr : root.table_in(key, *node);
}

void read_world(Section& root, Faults& faults, CallWorld& world) {
  if (const auto* table = table_of(root, "rumble")) {
    read_call(*table, "[rumble]", faults, world.rumble);
  }
  if (const auto* table = table_of(root, "trumpet")) {
    read_call(*table, "[trumpet]", faults, world.trumpet);
  }
  if (const auto* table = table_of(root, "place")) read_place(*table, faults, world.around);
  if (const auto* table = table_of(root, "noise")) read_noise(*table, faults, world.around);
  if (const auto* table = table_of(root, "microphone")) {
    read_microphone(*table, faults, world.around);
  }
}

void read_clips(const toml::table& table, Faults& faults, CallCounts& clips) {
  Section section(table, "[clips]", faults);
  section.whole("rumble", clips.rumble, 1, 100'000);
  section.whole("trumpet", clips.trumpet, 0, 100'000);
  section.whole("other", clips.other, 0, 100'000);
  section.whole("background", clips.background, 0, 100'000);
  section.whole("calls_an_animal", clips.calls_an_animal, 1, 1000);
  section.number("validation_percent", clips.validation_percent, 1, 50);
  section.number("test_percent", clips.test_percent, 1, 100);
}

void read_stream(const toml::table& table, Faults& faults, StreamPlan& stream) {
  Section section(table, "[stream]", faults);
  section.number("seconds", stream.seconds, 0, 3600);
  section.range("gap_s", stream.gap_s, 0, 600);
  section.number("snr_db", stream.snr_db, -20, 80);
}

CallRecordings read_recordings(const toml::table& table, Faults& faults) {
  CallRecordings recordings;
  Section section(table, "[[recordings]]", faults);
  recordings.line = section.line();
  section.required_text("name", recordings.name);
  section.required_text("folder", recordings.folder);
  section.required_text("label", recordings.label);
  std::string split = "train";
  section.text("split", split);
  section.flag("mix", recordings.mix);
  section.texts("except", recordings.except);
  recordings.split = split_named(split);
  if (!recordings.split && split != "by file") {
    faults.add(recordings.line,
               fmt::format("split \"{}\" is not train, validation, test or by file", split));
  }
  return recordings;
}

}  // namespace

std::string_view name_of(Contour contour) {
  constexpr std::array<std::string_view, std::size(contours)> names = {
      "flat", "rise-fall", "rise", "fall", "sine", "two-humps", "steps"};
  return names[static_cast<std::size_t>(contour)];
}

std::string_view name_of(Backdrop backdrop) {
  constexpr std::array<std::string_view, std::size(backdrops)> names = {
      "still", "wind", "gusts", "rain", "insects", "handling"};
  return names[static_cast<std::size_t>(backdrop)];
}

std::string_view name_of(Other other) {
  constexpr std::array<std::string_view, std::size(others)> names = {
      "engine",  "generator", "aircraft", "helicopter", "thunder", "footsteps",
      "chewing", "cattle",    "roar",     "speech",     "dove",    "horn",
      "bird",    "bark",      "squeal",   "croak",      "crow"};
  return names[static_cast<std::size_t>(other)];
}

Result<CallRecipe> parse_call_recipe(std::string_view text, const std::filesystem::path& file) {
  CallRecipe recipe;
  recipe.file = file;
  recipe.training.rumble = usual_rumble;
  recipe.training.trumpet = usual_trumpet;
  recipe.training.around.backdrops.assign(std::begin(backdrops), std::end(backdrops));
  recipe.training.around.others.assign(std::begin(others), std::end(others));
  Faults faults(file.string());
  try {
    const toml::table table = toml::parse(text, file.string());
    Section root(table, "the recipe", faults);
    if (const toml::node* node = root.take("seed")) {
      const auto seed = node->value_exact<std::int64_t>();
      if (!seed || *seed < 0) root.fault(*node, "'seed' must be a whole number from 0 on");
      recipe.seed = static_cast<std::uint64_t>(seed.value_or(1));
    }
    if (const auto* clips = table_of(root, "clips")) read_clips(*clips, faults, recipe.clips);
    read_world(root, faults, recipe.training);
    recipe.test = recipe.training;
    if (const auto* test = table_of(root, "test")) {
      Section section(*test, "[test]", faults);
      read_world(section, faults, recipe.test);
    }
    if (const auto* stream = table_of(root, "stream")) {
      read_stream(*stream, faults, recipe.stream);
    }
    if (const toml::node* node = root.take("recordings")) {
      const toml::array* list = node->as_array();
      if (list == nullptr || !list->is_array_of_tables()) {
        root.fault(*node, "'recordings' must be tables: write [[recordings]] above each");
      } else {
        for (const toml::node& each : *list) {
          recipe.recordings.push_back(read_recordings(*each.as_table(), faults));
        }
      }
    }
  } catch (const toml::parse_error& error) {
    return Error{
        fmt::format("{}:{}: {}", file.string(), error.source().begin.line, error.description())};
  }
  if (faults.first()) return *faults.first();
  return recipe;
}

}  // namespace sengi::data
