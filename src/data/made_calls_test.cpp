// SPDX-License-Identifier: Apache-2.0
// Made calls: a small recipe from its text to recordings, and whether calls are what the literature
// says of them, measured by other means than they were made by.
#include "data/made_calls.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>

#include "base/files.h"
#include "base/progress.h"
#include "data/audio.h"
#include "data/dataset.h"
#include "data/made_calls_noise.h"
#include "data/made_calls_place.h"
#include "data/made_calls_recipe.h"
#include "data/made_calls_scene.h"
#include "data/made_calls_voice.h"
#include "data/test_sounds.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;

const char* const project_text = R"([data]
manifest = "recordings/manifest.csv"
clip_ms = 3000
unknown = "other"
silence = "background"
[signal]
sample_rate_hz = 4000
high_hz = 1500
)";

const char* const recipe_text = R"(
[clips]
rumble = 20
trumpet = 10
other = 17
background = 8
calls_an_animal = 5
validation_percent = 25
test_percent = 40
[rumble]
f0_hz = [12, 30]
[test.rumble]
f0_hz = [10, 12]
contours = ["two-humps"]
[[recordings]]
name = "marsh"
folder = "marsh"
label = "background"
mix = true
[stream]
seconds = 40
)";

CallRecipe recipe_of(const std::string& text) {
  auto recipe = parse_call_recipe(text, "calls.toml");
  EXPECT_TRUE(recipe.ok()) << recipe.error().message;
  return std::move(recipe).value();
}

std::string fault_in(const std::string& text) {
  const auto recipe = parse_call_recipe(text, "calls.toml");
  return recipe.ok() ? "none" : recipe.error().message;
}

class MadeCallsTest : public testing::Test {
 protected:
  void SetUp() override {
    silence_progress();
    folder_.emplace(std::move(TemporaryFolder::make()).value());
    write_recipe(recipe_text);
  }
  void write_recipe(const std::string& text) {
    ASSERT_TRUE(write_text(folder_->path() / "project/sengi.toml", project_text));
    ASSERT_TRUE(write_text(folder_->path() / "project/calls.toml", text));
  }
  fs::path recordings() const { return folder_->path() / "project/recordings"; }
  project::Project project() const {
    return project::load_project(folder_->path() / "project").value();
  }
  MadeCalls make() const {
    auto made = make_calls(project());
    EXPECT_TRUE(made.ok()) << made.error().message;
    return made.ok() ? made.value() : MadeCalls{};
  }
  std::map<std::string, std::vector<std::int16_t>> clips() const {
    std::map<std::string, std::vector<std::int16_t>> found;
    for (const auto& entry : fs::recursive_directory_iterator(recordings() / "made")) {
      if (!entry.is_regular_file()) continue;
      found[entry.path().string()] = read_audio(entry.path(), 0).value().samples;
    }
    return found;
  }

  std::optional<TemporaryFolder> folder_;
};

constexpr std::size_t all_clips = 55 + 8 + 4 + 7 + 3;

TEST_F(MadeCallsTest, GivesADatasetWithItsAnimalsApart) {
  const MadeCalls made = make();
  EXPECT_EQ(made.made, all_clips);
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_THAT(made.notes[0], HasSubstr("marsh"));
  const auto dataset = load_dataset(project());  // refuses a group on two sides
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  EXPECT_THAT(dataset.value().labels,
              testing::ElementsAre("background", "other", "rumble", "trumpet"));
  EXPECT_THAT(dataset.value().columns, testing::ElementsAre("what", "snr_db", "distance_m"));
  std::map<Split, std::size_t> sides;
  for (const Clip& clip : dataset.value().clips) {
    ++sides[clip.split];
    const auto audio = read_audio(clip.path, 0);
    ASSERT_TRUE(audio.ok());
    EXPECT_EQ(audio.value().samples.size(), 12000U);
    if (clip.split == Split::test && dataset.value().labels[clip.label] == "rumble") {
      EXPECT_EQ(clip.columns[0], "two-humps");
    }
  }
  EXPECT_EQ(sides[Split::test], 22U);
  EXPECT_GT(sides[Split::validation], 5U);
  EXPECT_EQ(read_audio(recordings() / "stream.wav", 0).value().samples.size(), 160000U);
  EXPECT_THAT(read_text(recordings() / "stream.txt").value(), HasSubstr("rumble"));
}

TEST_F(MadeCallsTest, AreTheSameEachTimeAndMadeOnce) {
  make();
  const auto first = clips();
  EXPECT_EQ(make().made, 0U);
  fs::remove_all(recordings());
  make();
  EXPECT_EQ(clips(), first);
  // More clips are more; another animal's voice is all anew, and what it replaces goes.
  std::string text = recipe_text;
  write_recipe(text.replace(text.find("other = 17"), 10, "other = 19"));
  EXPECT_EQ(make().made, 2U + 1U);
  write_recipe(text.replace(text.find("[12, 30]"), 8, "[12, 31]"));
  make();
  EXPECT_EQ(clips().size(), all_clips + 3);
}

TEST_F(MadeCallsTest, RecordingsAreLearnedFromAndCallsAreLaidOverThem) {
  ASSERT_TRUE(write_wav16(folder_->path() / "project/marsh/dawn.wav", tone(700, 10, 4000), 4000));
  const MadeCalls made = make();
  EXPECT_EQ(made.recorded, 3U);  // 10 s in clips of 3 s
  EXPECT_THAT(made.notes, testing::IsEmpty());
  std::size_t over_it = 0;
  for (const auto& [path, samples] : clips()) {
    if (amplitude_at(700, samples, 4000) > 0.5 * amplitude_at(650, samples, 4000) + 0.01) ++over_it;
  }
  EXPECT_GT(over_it, 5U);
}

// Short cries at 900 Hz, and one at another pitch, which must not be taken.
TEST_F(MadeCallsTest, OtherSoundsThatWereRecordedAreLaidOverBackgrounds) {
  for (const char* const name : {"ass", "cow", "cow_white", "dog", "goat", "hen", "horse", "pig"}) {
    ASSERT_TRUE(write_wav16(folder_->path() / "project/farm" / (std::string(name) + ".wav"),
                            tone(900, 1, 4000), 4000));
  }
  ASSERT_TRUE(
      write_wav16(folder_->path() / "project/farm/elephant.wav", tone(1300, 1, 4000), 4000));
  write_recipe(std::string(recipe_text) + R"(
[[recordings]]
name = "farm"
folder = "farm"
label = "other"
mix = true
split = "by file"
except = ["elephant"]
[noise]
recorded = 1
)");
  const MadeCalls made = make();
  EXPECT_EQ(made.others, 8U);
  EXPECT_EQ(made.recorded, 0U);  // none is a clip by itself
  EXPECT_EQ(made.made, all_clips);
  const auto dataset = load_dataset(project());
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  std::size_t recorded = 0;
  for (const Clip& clip : dataset.value().clips) {
    const auto samples = read_audio(clip.path, 0).value().samples;
    if (clip.columns[0] != "recorded") continue;
    ++recorded;
    EXPECT_EQ(dataset.value().labels[clip.label], "other");
    EXPECT_GT(amplitude_at(900, samples, 4000), 3 * amplitude_at(950, samples, 4000)) << clip.path;
  }
  EXPECT_GT(recorded, 10U);
}

TEST(CallRecipe, SaysWhereItIsWrong) {
  EXPECT_THAT(fault_in("[rumble]\nf0_herz = [1, 2]"), HasSubstr("calls.toml:2: unknown key"));
  EXPECT_THAT(fault_in("[rumble]\nf0_hz = [30, 10]"), HasSubstr("calls.toml:2: 'f0_hz'"));
  EXPECT_THAT(fault_in("[test.rumble]\ncontours = [\"zigzag\"]"), HasSubstr("'zigzag'"));
  EXPECT_THAT(fault_in("[noise]\nothers = [\"cow\"]"), HasSubstr("is not one of engine"));
  EXPECT_THAT(fault_in("[[recordings]]\nname = \"a\""), HasSubstr("needs a 'folder'"));
  EXPECT_THAT(
      fault_in("[[recordings]]\nname = \"a\"\nfolder = \"a\"\nlabel = \"b\"\nsplit = \"by day\""),
      HasSubstr("calls.toml:1: split \"by day\" is not train"));
  EXPECT_THAT(fault_in("seed = ["), HasSubstr("calls.toml:1"));
}

// The period of a sound by its autocorrelation, in Hz; of what lies between two frequencies.
double pitch(const Sound& sound, double rate_hz, double low_hz, double high_hz) {
  std::vector<double> matches;
  const auto from = static_cast<std::size_t>(rate_hz / high_hz);
  const auto to = static_cast<std::size_t>(rate_hz / low_hz);
  for (std::size_t lag = from; lag <= to; ++lag) {
    double sum = 0;
    double here = 0;
    double there = 0;
    for (std::size_t i = 0; i + lag < sound.size(); ++i) {
      sum += static_cast<double>(sound[i]) * sound[i + lag];
      here += static_cast<double>(sound[i]) * sound[i];
      there += static_cast<double>(sound[i + lag]) * sound[i + lag];
    }
    matches.push_back(sum / std::sqrt(here * there));
  }
  // Two periods match as well as one: the first peak that is about as high as the highest.
  const double enough = 0.95 * *std::ranges::max_element(matches);
  std::size_t at = 0;
  while (matches[at] < enough) ++at;
  while (at + 1 < matches.size() && matches[at + 1] > matches[at]) ++at;
  return rate_hz / static_cast<double>(from + at);
}

const Gain whole_way = [](double) { return 1.0; };

TEST(Rumbles, HaveTheFundamentalAndTheHarmonicsTheyWereAskedFor) {
  CallRecipe recipe = recipe_of(R"([rumble]
duration_s = [2, 3]
depth_percent = [0, 2]
jitter_percent = [0, 0.2]
breath_db = [-60, -60]
subharmonics = 0
rough = 0
)");
  CallRanges& ranges = recipe.training.rumble;
  for (const double hz : {12.0, 18.0, 25.0, 33.0}) {
    ranges.f0_hz = {hz * 0.97, hz * 1.03};
    for (int i = 0; i < 5; ++i) {
      Dice dice(static_cast<std::uint64_t>(i), "rumble");
      const Animal animal = throw_animal("Aba", ranges, dice);
      const auto call = make_rumble(animal, ranges, Contour::flat, whole_way, 2000, dice);
      ASSERT_TRUE(call.ok());
      const Sound& sound = call.value();
      EXPECT_GE(sound.size(), 4000U);
      EXPECT_LE(sound.size(), 6000U);
      EXPECT_NEAR(rms(sound), 1, 1e-3);
      const Sound middle(sound.begin() + 1000, sound.begin() + 3000);
      EXPECT_NEAR(pitch(middle, 2000, 8, 40), hz, 0.06 * hz);
      const double all = band_power(sound, 5, 900, 2000);
      EXPECT_GT(band_power(sound, 5, 300, 2000), 0.8 * all);
    }
  }
}

TEST(Rumbles, FollowTheirContour) {
  CallRecipe recipe = recipe_of(
      "[rumble]\nduration_s = [4, 4]\njitter_percent = [0, 0]\nbreath_db = [-80, -80]\n"
      "subharmonics = 0\nrough = 0\nf0_hz = [20, 20.1]\ndepth_percent = [30, 30]\n");
  const CallRanges& ranges = recipe.training.rumble;
  const auto ends = [&](Contour contour) {
    Dice dice(4, "contour");
    const Animal animal = throw_animal("Aba", ranges, dice);
    const Sound sound = make_rumble(animal, ranges, contour, whole_way, 2000, dice).value();
    return std::pair(pitch(Sound(sound.begin() + 500, sound.begin() + 1700), 2000, 14, 30),
                     pitch(Sound(sound.end() - 1700, sound.end() - 500), 2000, 14, 30));
  };
  const auto [rise_begins, rise_ends] = ends(Contour::rise);
  EXPECT_GT(rise_ends, rise_begins * 1.1);
  const auto [fall_begins, fall_ends] = ends(Contour::fall);
  EXPECT_LT(fall_ends, fall_begins / 1.1);
}

TEST(Trumpets, AreInTheirRange) {
  const CallRecipe recipe = recipe_of(
      "[trumpet]\nf0_hz = [470, 480]\ndepth_percent = [0, 1]\n"
      "subharmonics = 0\nrough = 0\nbreath_db = [-60, -60]\n"
      "duration_s = [1, 1]\njitter_percent = [0, 0]\n");
  const CallRanges& ranges = recipe.training.trumpet;
  Dice dice(1, "trumpet");
  const Animal animal = throw_animal("Aba", ranges, dice);
  const Sound sound = make_trumpet(animal, ranges, Contour::flat, whole_way, 16000, dice).value();
  EXPECT_NEAR(pitch(Sound(sound.begin() + 6000, sound.begin() + 9000), 16000, 300, 700), 475, 25);
  EXPECT_GT(band_power(sound, 1200, 7000, 16000), 0.01);  // it has strong harmonics
}

// Soltis 2010: formants of a trunk of 2.5 m are lower than those of a mouth of 0.7 m; a tube that
// is closed at one end resonates at odd multiples of c / 4L.
TEST(Tract, ResonatesAsATubeDoes) {
  for (const double metres : {0.7, 2.0, 3.5}) {
    Dice dice(2, "tract");
    const Tract tract(metres, 1, dice);
    double best_hz = 0;
    for (double hz = 5; hz < 400; hz += 0.5) {
      if (tract.gain(hz) > tract.gain(best_hz)) best_hz = hz;
    }
    EXPECT_NEAR(best_hz, 350 / (4 * metres), 0.3 * 350 / (4 * metres));
  }
}

TEST(Way, TakesWhatTheStandardSaysOfTheAir) {
  Surroundings around;
  around.absorption = {1, 1};
  around.ground_dip_db = {0, 0};
  Dice dice(1, "way");
  const Way way(1000, around, dice);
  EXPECT_NEAR(way.spreading_db(), 46.02, 0.01);
  // ISO 9613-1:1993, 20 degrees, 50 % humidity: dB a kilometre.
  const std::map<double, double> table = {{125, 0.441}, {250, 1.31},  {500, 2.73},
                                          {1000, 4.66}, {2000, 9.89}, {4000, 29.7}};
  for (const auto& [hz, db] : table) {
    const double lost = -20 * std::log10(way.gain(hz));
    EXPECT_GT(lost, db / 2) << hz;
    EXPECT_LT(lost, db * 2) << hz;
  }
}

TEST(Scenes, HaveTheSignalToNoiseRatioThatTheManifestSays) {
  CallRecipe recipe = recipe_of(
      "[rumble]\nlevel_db = [104, 104]\ncompany = 0\nduration_s = [2, 3]\n[place]\nreverberation = "
      "0\n"
      "[microphone]\nself_noise_db = [0, 0]\nroll_off_hz = [0.1, 0.1]\n"
      "full_scale_db = [140, 140]\n");
  // The same scene with next to no noise is the call; what else there is, the noise.
  CallClip clip;
  clip.kind = ClipKind::rumble;
  clip.name = "train/rumble/1";
  clip.animal = "Aba";
  clip.distance_m = 20;
  clip.contour = Contour::rise_fall;
  clip.backdrop = Backdrop::wind;
  const auto scene = [&](double snr_db) {
    clip.snr_db = snr_db;
    Sound sound = make_scene(clip, recipe, 16000, 4000, {}).value();
    const double offset = std::accumulate(sound.begin(), sound.end(), 0.0) / 16000;
    for (float& sample : sound) sample -= static_cast<float>(offset);
    return sound;
  };
  const Sound call = scene(90);
  for (const double snr_db : {0.0, 10.0}) {
    Sound noise = scene(snr_db);
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] -= call[i];
    const double ratio = band_power(call, 8, 250, 4000) / band_power(noise, 8, 250, 4000);
    EXPECT_NEAR(10 * std::log10(ratio), snr_db, 0.3);
  }
}

TEST(Noises, AreSoundsOfUnitPowerAndNoTwoAlike) {
  std::vector<Sound> made;
  for (const Other other : others) {
    Dice dice(1, name_of(other));
    made.push_back(make_other(other, 8000, 4000, dice));
  }
  for (const Backdrop backdrop : backdrops) {
    Dice dice(1, name_of(backdrop));
    made.push_back(make_backdrop(backdrop, 8000, 4000, dice));
  }
  for (std::size_t i = 0; i < made.size(); ++i) {
    ASSERT_EQ(made[i].size(), 8000U);
    EXPECT_NEAR(rms(made[i]), 1, 1e-3) << i;
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(made[i], made[k]);
  }
}

}  // namespace
}  // namespace sengi::data
