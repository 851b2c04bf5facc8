// SPDX-License-Identifier: Apache-2.0
// The words that are no keyword, in every language of a recipe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/made_speech_recipe.h"

namespace sengi::data {

// What one transcript says, by language: its first line is English, the others are
// LANGUAGE.utf8=TEXT. Full stops are left off.
std::map<std::string, std::string> parse_transcript(std::string_view text);

// Lower case of Latin, Greek and Cyrillic letters in UTF-8; the rest stays.
std::string lower_case(std::string_view text);

// [unknown]'s words, numbers and transcripts in each language that voices speak, sorted, each once.
// Left out are texts that hold a keyword of their language, transcripts of people's recordings (so
// that those stay words never trained on), and what is too long or no plain words.
// Errors: the folder of transcripts is missing (names the packages of the recipe's people).
Result<std::map<std::string, std::vector<std::string>>> other_words(const SpeechRecipe& recipe);

}  // namespace sengi::data
