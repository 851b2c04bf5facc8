// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_texts.h"

#include <gmock/gmock.h>

#include <optional>

#include "base/files.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Transcript, IsEnglishFirstThenALineALanguage) {
  const auto said = parse_transcript("A fox.\r\nes.utf8=Un zorro.\r\nel.utf8=Αλεπού\nnonsense\n");
  EXPECT_EQ(said.size(), 3);
  EXPECT_EQ(said.at("en"), "A fox");
  EXPECT_EQ(said.at("es"), "Un zorro");
  EXPECT_EQ(said.at("el"), "Αλεπού");
}

TEST(LowerCase, KnowsTheAlphabetsOfTheVoices) {
  EXPECT_EQ(lower_case("ELEPHANT 12"), "elephant 12");
  EXPECT_EQ(lower_case("ÉLÉPHANT ÖÄÜ ÑÇ"), "éléphant öäü ñç");
  EXPECT_EQ(lower_case("ŽIRAFA ČŠĂȘȚŁŹ"), "žirafa čšășțłź");
  EXPECT_EQ(lower_case("СЛОН ЁЎІЇ"), "слон ёўії");
  EXPECT_EQ(lower_case("ΕΛΈΦΑΝΤΑΣ ΌΎΏ"), "ελέφαντασ όύώ");
  EXPECT_EQ(lower_case("象 is kept"), "象 is kept");
}

class OtherWordsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(folder).value());
    put("animals/fox.txt", "A fox.\nes.utf8=Un zorro.\nsw.utf8=Mbweha.\n");
    put("animals/sea_lion.txt", "A sea LION.\nes.utf8=Un León marino.\n");
    put("animals/horse.txt", "A horse.\nes.utf8=Un caballo.\n");
    put("odd.txt", "A thing (of no use), 3 of them\nes.utf8=Un nombre demasiado largo para oír\n");
    recipe_.file = "speech.toml";
    recipe_.keywords["lion"] = {{"en", {"a lion"}}, {"es", {"un león"}}};
    VoiceGroup voices;
    voices.languages = {{"en", {"en-us"}}, {"es", {"es"}}};
    recipe_.voices.push_back(voices);
    People people;
    people.package = "village-sounds";
    people.words["_unknown_"] = {"animals/horse"};
    recipe_.people.push_back(people);
    recipe_.unknown.transcripts = folder_->path().string();
  }

  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_text(folder_->path() / name, text));
  }

  std::optional<TemporaryFolder> folder_;
  SpeechRecipe recipe_;
};

TEST_F(OtherWordsTest, AreThoseThatHoldNoKeywordAndThatNobodyIsTestedWith) {
  const auto words = other_words(recipe_);
  ASSERT_TRUE(words) << words.error().message;
  EXPECT_EQ(words.value().size(), 2);  // nobody speaks Swahili here
  EXPECT_THAT(words.value().at("en"), ElementsAre("A fox"));
  EXPECT_THAT(words.value().at("es"), ElementsAre("Un zorro"));
}

TEST_F(OtherWordsTest, TakeNumbersAndListsToo) {
  recipe_.unknown.transcripts.clear();
  recipe_.unknown.numbers = 3;
  recipe_.unknown.words = {{"en", {"river", "lioness"}}};
  const auto words = other_words(recipe_);
  ASSERT_TRUE(words) << words.error().message;
  EXPECT_THAT(words.value().at("en"), ElementsAre("0", "1", "2", "river"));
  EXPECT_THAT(words.value().at("es"), ElementsAre("0", "1", "2"));
}

TEST_F(OtherWordsTest, AMissingFolderNamesThePackage) {
  recipe_.unknown.transcripts = (folder_->path() / "none").string();
  const auto words = other_words(recipe_);
  ASSERT_FALSE(words);
  EXPECT_THAT(words.error().message, HasSubstr("apt install village-sounds"));
}

}  // namespace
}  // namespace sengi::data
