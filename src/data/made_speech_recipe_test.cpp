// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_recipe.h"

#include <gmock/gmock.h>

#include <string>

#include "base/files.h"
#include "project/project.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string small = R"(seed = 7
[clips]
keyword = 12
[keywords.lion]
en = ["lion", "a lion"]
es = "león"
[[voices]]
engine = "espeak-ng"
languages = { en = ["en-us"], es = ["es"] }
variants = ["m1", "f1"]
validation = ["f1"]
speed = [0.8, 1.2]
[[people]]
name = "village"
package = "village-sounds"
files = ["/nowhere/{language}/{word}.ogg"]
languages = { en = "english" }
[people.words]
lion = "simba"
_unknown_ = ["cow", "goat"]
)";

std::string error_of(const std::string& text) {
  const auto recipe = parse_speech_recipe(text, "speech.toml", "_unknown_");
  return recipe ? "no error" : recipe.error().message;
}

// The small recipe with one line changed.
std::string with(const std::string& line, const std::string& instead) {
  std::string text = small;
  const std::size_t at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), instead);
}

TEST(SpeechRecipe, HoldsWhatTheFileSays) {
  const auto parsed = parse_speech_recipe(small, "speech.toml", "_unknown_");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const SpeechRecipe& recipe = parsed.value();
  EXPECT_EQ(recipe.seed, 7);
  EXPECT_EQ(recipe.clips.keyword, 12);
  EXPECT_THAT(recipe.keywords.at("lion").at("en"), ElementsAre("lion", "a lion"));
  EXPECT_THAT(recipe.keywords.at("lion").at("es"), ElementsAre("león"));
  ASSERT_EQ(recipe.voices.size(), 1);
  EXPECT_EQ(recipe.voices[0].engine, Engine::espeak_ng);
  EXPECT_EQ(recipe.voices[0].package, "espeak-ng");
  EXPECT_THAT(recipe.voices[0].validation, ElementsAre("f1"));
  EXPECT_EQ(recipe.voices[0].speed.high, 1.2);
  EXPECT_THAT(recipe.languages(), ElementsAre("en", "es"));
  ASSERT_EQ(recipe.people.size(), 1);
  EXPECT_THAT(recipe.people[0].words.at("_unknown_"), ElementsAre("cow", "goat"));
}

TEST(SpeechRecipe, FaultsSayFileAndLine) {
  EXPECT_THAT(error_of("seed = \n"), StartsWith("speech.toml:1: "));
  EXPECT_EQ(error_of(with("keyword = 12", "keywrd = 12")),
            "speech.toml:3: unknown key 'keywrd'; did you mean 'keyword'? in [clips]");
  EXPECT_EQ(error_of(with("keyword = 12", "keyword = 0")),
            "speech.toml:3: 'keyword' must be a whole number from 1 to 100000 in [clips]");
  EXPECT_EQ(error_of(with("keyword = 12", "keyword = 1.5")),
            "speech.toml:3: 'keyword' must be a whole number from 1 to 100000 in [clips]");
  EXPECT_THAT(error_of(with("es = \"león\"", "es = 3")),
              StartsWith("speech.toml:6: 'es' must be text in quotes or a list of texts"));
  EXPECT_THAT(error_of(with("es = \"león\"", "es = [\"\"]")), StartsWith("speech.toml:6: 'es'"));
  EXPECT_EQ(error_of(with("es = \"león\"", "sw = \"simba\"")),
            "speech.toml:6: no [[voices]] speak 'sw'; they speak en, es");
  EXPECT_EQ(error_of(with("\"espeak-ng\"", "\"hal\"")),
            "speech.toml:7: engine \"hal\" in [[voices]] is not one of espeak-ng, flite, festival");
  EXPECT_EQ(error_of(with("\"espeak-ng\"", "\"flite\"")),
            "speech.toml:7: only espeak-ng has variants; name the voices in 'languages'");
  EXPECT_THAT(error_of(with("[0.8, 1.2]", "[1.2, 0.8]")),
              StartsWith("speech.toml:12: 'speed' must be two numbers, the lower first"));
  EXPECT_THAT(error_of(with("[0.8, 1.2]", "[0.8]")), StartsWith("speech.toml:12: 'speed'"));
  EXPECT_EQ(error_of(with("lion = \"simba\"", "lions = \"simba\"")),
            "speech.toml:13: [[people]] \"village\" has words of 'lions', which is not a keyword; "
            "did you mean 'lion'?");
  EXPECT_EQ(error_of(with("package = \"village-sounds\"\n", "")),
            "speech.toml:13: [[people]] needs a 'package'");
  EXPECT_EQ(error_of(with("languages = { en = \"english\" }",
                          "languages = { en = \"english\" }\ndevelopment = [\"fr\"]")),
            "speech.toml:13: development names 'fr', which is not in 'languages'");
  EXPECT_EQ(error_of(with("languages = { en = \"english\" }",
                          "languages = { en = \"english\" }\ntrain = [\"fr\"]")),
            "speech.toml:13: train names 'fr', which is not in 'languages'");
  EXPECT_EQ(error_of(with("languages = { en = \"english\" }",
                          "languages = { en = \"english\" }\ntrain = [\"en\"]\n"
                          "development = [\"en\"]")),
            "speech.toml:13: 'en' is in both train and development");
}

TEST(SpeechRecipe, NeedsWordsAndVoices) {
  EXPECT_EQ(error_of(""), "speech.toml:1: no [[voices]]: who shall speak?");
  EXPECT_EQ(error_of("[[voices]]\nengine = \"flite\"\nlanguages = { en = [\"slt\"] }\n"),
            "speech.toml:1: no [keywords.NAME]: which words are to be learned?");
  EXPECT_THAT(error_of(with("en = [\"lion\", \"a lion\"]\nes = \"león\"\n", "")),
              HasSubstr("no language says 'lion'"));
}

// The example that people start from.
TEST(SpeechRecipe, TheDemonstrationIsARecipe) {
  const std::filesystem::path folder =
      std::filesystem::path(SENGI_SOURCE_DIR) / "applications/keywords";
  const auto project = project::load_project(folder);
  ASSERT_TRUE(project) << project.error().message;
  const auto text = read_text(folder / "speech.toml");
  ASSERT_TRUE(text) << text.error().message;
  const auto recipe =
      parse_speech_recipe(text.value(), "speech.toml", project.value().data.unknown);
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_GE(recipe.value().keywords.size(), 8);
  EXPECT_GE(recipe.value().languages().size(), 3);
  for (const auto& [label, phrases] : recipe.value().keywords)
    EXPECT_GE(phrases.size(), 3) << label;
}

}  // namespace
}  // namespace sengi::data
