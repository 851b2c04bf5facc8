// SPDX-License-Identifier: Apache-2.0
// A small recipe from its text to recordings, with espeak-ng where it is installed.
#include "data/made_speech.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/process.h"
#include "base/progress.h"
#include "data/audio.h"
#include "data/dataset.h"
#include "data/made_speech_plan.h"
#include "data/made_speech_sound.h"
#include "data/test_sounds.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

const char* const project_text = R"([data]
manifest = "recordings/manifest.csv"
)";

// FOLDER stands for a folder of recordings "by people".
const char* const recipe_text = R"(
[clips]
keyword = 12
unknown = 9
background = 12
[keywords.lion]
en = ["lion", "a lion"]
es = ["león"]
[keywords.camel]
en = ["camel"]
ru = ["верблюд"]
[unknown]
numbers = 20
[[voices]]
engine = "espeak-ng"
languages = { en = ["en-us"], es = ["es"], ru = ["ru"] }
variants = ["m1", "m2", "f1", "f2"]
validation = ["f2"]
[sound]
size = [0.9, 1.1]
room = 0.5
telephone = 0.5
level_db = [-20, -6]
[[people]]
name = "village"
package = "village-sounds"
files = ["FOLDER/{word}-{language}.wav"]
languages = { en = "english", es = "spanish" }
development = ["es"]
[people.words]
lion = "lion"
camel = "camel"
_unknown_ = ["cow"]
[stream]
seconds = 8
)";

std::string filled(std::string text, const fs::path& folder) {
  const std::string mark = "FOLDER";
  return text.replace(text.find(mark), mark.size(), folder.string());
}

class MadeSpeechTest : public testing::Test {
 protected:
  void SetUp() override {
    silence_progress();
    if (!find_program("espeak-ng")) GTEST_SKIP() << "espeak-ng is not on this machine";
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(folder).value());
    const char* const words[] = {"lion", "camel", "cow"};
    double hz = 300;
    for (const std::string word : words) {
      for (const std::string language : {"english", "spanish"}) {
        std::vector<float> said(8000, 0.0F);  // half a second of silence on either side
        const std::vector<float> sound = tone(hz += 100, 0.4, 16000);
        said.insert(said.end(), sound.begin(), sound.end());
        said.resize(said.size() + 8000, 0.0F);
        ASSERT_TRUE(write_wav16(people() / (word + "-" + language + ".wav"), said, 16000));
      }
    }
    write_recipe(recipe_text);
  }

  fs::path people() const { return folder_->path() / "people"; }
  fs::path recordings() const { return folder_->path() / "project/recordings"; }
  void write_recipe(const std::string& text) {
    ASSERT_TRUE(write_text(folder_->path() / "project/sengi.toml", project_text));
    ASSERT_TRUE(write_text(folder_->path() / "project/speech.toml", filled(text, people())));
  }
  project::Project project() const {
    auto project = project::load_project(folder_->path() / "project");
    EXPECT_TRUE(project) << project.error().message;
    return std::move(project).value();
  }
  // Every file made, and when it was written.
  std::map<fs::path, fs::file_time_type> clips() const {
    std::map<fs::path, fs::file_time_type> found;
    for (const char* folder : {"made", "people"}) {
      for (const auto& entry : fs::recursive_directory_iterator(recordings() / folder)) {
        if (entry.is_regular_file()) found[entry.path()] = entry.last_write_time();
      }
    }
    return found;
  }
  MadeSpeech make() const {
    auto made = make_speech(project());
    EXPECT_TRUE(made) << made.error().message;
    return made ? made.value() : MadeSpeech{};
  }

  std::optional<TemporaryFolder> folder_;
};

constexpr std::size_t all_clips = 2 * 12 + 9 + 12 + 6;

// Those of its manifest's rows that hold `text`.
std::size_t rows_with(const fs::path& manifest, const std::string& text) {
  const std::string all = read_text(manifest).value();
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = all.find(text, at)) != std::string::npos; ++at) ++rows;
  return rows;
}

TEST_F(MadeSpeechTest, PeopleWhoTrainAreCopiedAndStayOutOfTheTest) {
  std::string recipe = recipe_text;
  const std::string development = "development = [\"es\"]";
  recipe.replace(recipe.find(development), development.size(), "train = [\"es\"]\ncopies = 4");
  const std::string word = "_unknown_ = [\"cow\"]";
  recipe.replace(recipe.find(word), word.size(), "_unknown_ = [\"c?w*\"]");  // as a shell finds it
  write_recipe(recipe);
  const MadeSpeech made = make();
  // English as it is: two keywords and a cow; Spanish: four copies of each keyword, and a cow.
  EXPECT_EQ(made.people, 3 + 2 * 4 + 1);
  const fs::path manifest = recordings() / "manifest.csv";
  EXPECT_EQ(rows_with(manifest, ",village-es,train"), 2 * 4 + 1);
  EXPECT_EQ(rows_with(manifest, ",village-en,test"), 3);
  EXPECT_EQ(rows_with(manifest, ",village-es,"), 2 * 4 + 1);
}

TEST_F(MadeSpeechTest, GivesADatasetWithItsVoicesApart) {
  const MadeSpeech made = make();
  EXPECT_EQ(made.made, all_clips);
  EXPECT_EQ(made.kept, 0);
  EXPECT_EQ(made.people, 6);
  EXPECT_THAT(made.notes, testing::IsEmpty());

  const auto dataset = load_dataset(project());  // which also refuses a group on two sides
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_THAT(dataset.value().labels,
              testing::ElementsAre("_silence_", "_unknown_", "camel", "lion"));
  EXPECT_THAT(dataset.value().clips, SizeIs(all_clips));
  std::set<std::string> test_groups;
  for (const Clip& clip : dataset.value().clips) {
    if (clip.split == Split::test) test_groups.insert(clip.group);
    if (clip.group == "espeak-ng-f2" || clip.group == "village-es") {
      EXPECT_EQ(clip.split, Split::validation) << clip.path;
    }
  }
  EXPECT_THAT(test_groups, testing::ElementsAre("village-en"));
}

TEST_F(MadeSpeechTest, ClipsAreTrimmedAndAtTheProjectsRate) {
  make();
  for (const auto& [path, time] : clips()) {
    const auto audio = read_audio(path, 0);
    ASSERT_TRUE(audio) << audio.error().message;
    EXPECT_EQ(audio.value().sample_rate_hz, 16000) << path;
    if (path.string().find("_silence_") != std::string::npos) continue;
    const Sound sound = to_sound(audio.value().samples);
    const Extent extent = speech_extent(sound, 16000, -50);
    EXPECT_LE(extent.begin, 480) << path;  // 30 ms
    EXPECT_GE(extent.end + 800, sound.size()) << path;
    EXPECT_GT(rms(sound), 0.001) << path;
    if (path.string().find("village") != std::string::npos) {
      EXPECT_NEAR(audio.value().duration_s(), 0.46, 0.02) << path;
    }
  }
}

TEST_F(MadeSpeechTest, ASecondRunMakesNothing) {
  make();
  const auto before = clips();
  const auto manifest = read_text(recordings() / "manifest.csv");
  const MadeSpeech again = make();
  EXPECT_EQ(again.made, 0);
  EXPECT_EQ(again.kept, all_clips);
  EXPECT_EQ(clips(), before);
  EXPECT_EQ(read_text(recordings() / "manifest.csv").value(), manifest.value());
}

TEST_F(MadeSpeechTest, GoesOnWhereItStopped) {
  make();
  const auto before = clips();
  std::size_t removed = 0;
  for (const auto& [path, time] : before) {
    if (removed == 5) break;
    removed += fs::remove(path) ? 1 : 0;
  }
  EXPECT_EQ(make().made, 5);
  const auto after = clips();
  EXPECT_THAT(after, SizeIs(before.size()));
  for (const auto& [path, time] : before) EXPECT_TRUE(after.contains(path)) << path;
}

TEST_F(MadeSpeechTest, TheSameRecipeGivesTheSameBytes) {
  make();
  std::map<fs::path, std::vector<std::byte>> bytes;
  for (const auto& [path, time] : clips()) bytes[path] = read_file(path).value();
  fs::remove_all(recordings());
  make();
  for (const auto& [path, content] : bytes) EXPECT_EQ(read_file(path).value(), content) << path;
}

TEST_F(MadeSpeechTest, AChangedRecipeChangesOnlyItsOwnClips) {
  make();
  const auto before = clips();
  const fs::path mine = recordings() / "made/lion/grandmother.wav";
  ASSERT_TRUE(write_wav16(mine, tone(500, 0.5, 16000), 16000));
  std::string changed = recipe_text;
  changed.replace(changed.find("[\"camel\"]"), 9, "[\"dromedary\"]");
  write_recipe(changed);
  EXPECT_EQ(make().made, 6);  // the English half of twelve
  std::size_t kept = 0;
  for (const auto& [path, time] : clips()) kept += before.contains(path) ? 1 : 0;
  EXPECT_EQ(kept, before.size() - 6);
  EXPECT_TRUE(fs::exists(mine));
}

TEST_F(MadeSpeechTest, TheStreamHoldsTheTestPeople) {
  const MadeSpeech made = make();
  const auto audio = read_audio(made.stream, 0);
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_DOUBLE_EQ(audio.value().duration_s(), 8);
  const auto labels = read_text(recordings() / "stream.txt");
  ASSERT_TRUE(labels);
  EXPECT_THAT(labels.value(), HasSubstr("\tlion\n"));
  EXPECT_EQ(std::ranges::count(labels.value(), '\n'), 3);  // not the Spanish speaker, who develops
}

TEST_F(MadeSpeechTest, MissingRecordingsOfPeopleNameTheirPackage) {
  fs::remove_all(people());
  const auto made = make_speech(project());
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("speech.toml:24: no recording of \"village\""));
  EXPECT_THAT(made.error().message, HasSubstr("apt install village-sounds"));
  EXPECT_FALSE(fs::exists(recordings() / "manifest.csv"));
}

TEST_F(MadeSpeechTest, AMissingVoiceIsNotedAndOneThatNobodyReplacesIsAnError) {
  const std::string more = R"(
[[voices]]
engine = "espeak-ng"
package = "voices-of-babel"
languages = { en = ["no-such-voice"] }
)";
  write_recipe(recipe_text + more);
  const MadeSpeech made = make();
  ASSERT_THAT(made.notes, SizeIs(1));
  EXPECT_THAT(made.notes[0], HasSubstr("no-such-voice of espeak-ng is not on this machine"));
  EXPECT_THAT(made.notes[0], HasSubstr("apt install voices-of-babel"));

  std::string alone = recipe_text;
  alone.replace(alone.find("[\"ru\"]"), 6, "[\"no-such-voice\"]");
  write_recipe(alone);
  const auto none = make_speech(project());
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("nobody on this machine speaks 'ru'"));
}

TEST_F(MadeSpeechTest, AMissingRecipeIsSaid) {
  fs::remove(folder_->path() / "project/speech.toml");
  EXPECT_FALSE(has_speech_recipe(project()));
  const auto made = make_speech(project());
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("speech.toml: no such recipe"));
}

TEST(Synthesizer, ThatIsMissingNamesItsPackage) {
  const char* const old = std::getenv("PATH");
  const std::string path = old == nullptr ? "" : old;
  ::setenv("PATH", "/nowhere", 1);
  for (const Engine engine : {Engine::espeak_ng, Engine::flite, Engine::festival}) {
    const auto voices = synthesizer(engine).voices();
    ASSERT_FALSE(voices);
    EXPECT_THAT(voices.error().message, HasSubstr("apt install " + names_of(engine).package));
  }
  ::setenv("PATH", path.c_str(), 1);
}

// One word from every engine that is installed: some sound of a plausible length.
TEST(Synthesizer, Speaks) {
  std::size_t heard = 0;
  for (const Engine engine : {Engine::espeak_ng, Engine::flite, Engine::festival}) {
    const auto voices = synthesizer(engine).voices();
    if (!voices) continue;
    const std::map<Engine, std::string> english = {
        {Engine::espeak_ng, "en-us"}, {Engine::flite, "slt"}, {Engine::festival, "kal_diphone"}};
    if (std::ranges::count(voices.value(), english.at(engine)) == 0) continue;
    Utterance slow{english.at(engine), "", "UTF-8", "elephant", 0.7, 1};
    Utterance fast = slow;
    fast.speed = 1.3;
    const std::vector<Utterance> both = {slow, fast};
    const auto spoken = synthesizer(engine).speak(both);
    ASSERT_TRUE(spoken) << spoken.error().message;
    ASSERT_THAT(spoken.value(), SizeIs(2));
    EXPECT_GT(spoken.value()[0].duration_s(), 1.1 * spoken.value()[1].duration_s());
    EXPECT_GT(spoken.value()[1].duration_s(), 0.2);
    EXPECT_LT(spoken.value()[0].duration_s(), 3);
    EXPECT_GT(rms(to_sound(spoken.value()[0].samples)), 0.005);
    ++heard;
  }
  if (heard == 0) GTEST_SKIP() << "no synthesiser is on this machine";
}

}  // namespace
}  // namespace sengi::data
