// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_texts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <sstream>

#include "base/files.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

using WordsByLanguage = std::map<std::string, std::set<std::string>>;

std::string without_edges(std::string text) {
  const auto is_edge = [](char c) { return c == ' ' || c == '.' || c == '!' || c == '\r'; };
  while (!text.empty() && is_edge(text.back())) text.pop_back();
  const auto begin = std::ranges::find_if_not(text, is_edge);
  text.erase(text.begin(), begin);
  return text;
}

// The next code point of UTF-8 that is at most three bytes; what is not stays byte by byte.
std::uint32_t next_letter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const std::uint8_t first = byte(at);
  if ((first & 0xE0) == 0xC0 && (byte(at + 1) & 0xC0) == 0x80) {
    const std::uint32_t letter = (first & 0x1FU) << 6 | (byte(at + 1) & 0x3FU);
    at += 2;
    return letter;
  }
  ++at;
  return first;
}

// Of the letters in the blocks below U+0800 that European languages use.
std::uint32_t lower(std::uint32_t letter) {
  if (letter >= 'A' && letter <= 'Z') return letter + 32;
  if (letter >= 0xC0 && letter <= 0xDE && letter != 0xD7) return letter + 32;  // Latin-1
  if (letter >= 0x139 && letter <= 0x148) return letter + (letter & 1);        // Latin Extended-A
  if (letter >= 0x179 && letter <= 0x17E) return letter + (letter & 1);
  if (letter >= 0x100 && letter <= 0x177) return letter | 1;
  if (letter == 0x218 || letter == 0x21A) return letter + 1;  // Romanian
  if (letter == 0x386) return 0x3AC;                          // Greek, accented
  if (letter >= 0x388 && letter <= 0x38A) return letter + 37;
  if (letter == 0x38C) return 0x3CC;
  if (letter == 0x38E || letter == 0x38F) return letter + 63;
  if (letter >= 0x391 && letter <= 0x3A9) return letter + 32;
  if (letter >= 0x400 && letter <= 0x40F) return letter + 80;  // Cyrillic
  if (letter >= 0x410 && letter <= 0x42F) return letter + 32;
  return letter;
}

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// A word or a few, short enough for a clip, with nothing that a synthesiser may stumble over.
bool is_plain(std::string_view text) {
  constexpr std::size_t most_letters = 22;
  constexpr std::string_view odd = "0123456789()[]{}<>/\\|_=+*&%$#@\";:,?!.-~^\t";
  return !text.empty() && letters(text) <= most_letters &&
         text.find_first_of(odd) == std::string_view::npos;
}

std::string longest_word(const std::string& phrase) {
  std::istringstream words(phrase);
  std::string longest;
  for (std::string word; words >> word;) {
    if (letters(word) > letters(longest)) longest = word;
  }
  return longest;
}

// What must not be in other words: the heart of every keyword, by language.
WordsByLanguage keyword_hearts(const SpeechRecipe& recipe) {
  WordsByLanguage hearts;
  for (const auto& [label, phrases] : recipe.keywords) {
    for (const auto& [language, ways] : phrases) {
      for (const std::string& way : ways) hearts[language].insert(lower_case(longest_word(way)));
    }
  }
  return hearts;
}

class Collector {
 public:
  explicit Collector(const SpeechRecipe& recipe)
      : hearts_(keyword_hearts(recipe)), languages_(recipe.languages()) {}

  void add(const std::string& language, const std::string& text) {
    if (std::ranges::count(languages_, language) == 0) return;
    const std::string small = lower_case(text);
    const bool has_keyword = std::ranges::any_of(hearts_[language], [&](const auto& heart) {
      return small.find(heart) != std::string::npos;
    });
    if (!has_keyword) found_[language].insert(text);
  }

  std::map<std::string, std::vector<std::string>> found() const {
    std::map<std::string, std::vector<std::string>> lists;
    for (const auto& [language, texts] : found_) lists[language] = {texts.begin(), texts.end()};
    return lists;
  }

 private:
  WordsByLanguage hearts_;
  std::vector<std::string> languages_;
  WordsByLanguage found_;
};

// Ends of the transcripts' paths that people's recordings have, such as "/cats/lion.txt".
std::vector<std::string> people_transcripts(const SpeechRecipe& recipe) {
  std::vector<std::string> ends;
  for (const People& people : recipe.people) {
    for (const auto& [label, words] : people.words) {
      for (const std::string& word : words) ends.push_back("/" + word + ".txt");
    }
  }
  return ends;
}

Error no_transcripts(const SpeechRecipe& recipe) {
  std::set<std::string> packages;
  for (const People& people : recipe.people) packages.insert(people.package);
  return Error{
      fmt::format("{}: transcripts are to be in {}, which is not on this machine; install "
                  "with: apt install {}",
                  recipe.file.string(), recipe.unknown.transcripts, fmt::join(packages, " "))};
}

Result<void> add_transcripts(const SpeechRecipe& recipe, Collector& collector) {
  std::error_code error;
  fs::recursive_directory_iterator files(recipe.unknown.transcripts, error);
  if (error) return no_transcripts(recipe);
  const std::vector<std::string> people = people_transcripts(recipe);
  for (const fs::directory_entry& entry : files) {
    const std::string path = entry.path().string();
    const auto ends_it = [&](const std::string& end) { return path.ends_with(end); };
    if (!path.ends_with(".txt") || std::ranges::any_of(people, ends_it)) continue;
    SENGI_TRY(text, read_text(entry.path()));
    for (const auto& [language, said] : parse_transcript(text)) {
      if (is_plain(said)) collector.add(language, said);
    }
  }
  return {};
}

}  // namespace

std::map<std::string, std::string> parse_transcript(std::string_view text) {
  constexpr std::string_view mark = ".utf8=";
  std::map<std::string, std::string> said;
  std::istringstream lines{std::string(text)};
  std::string line;
  if (std::getline(lines, line)) said["en"] = without_edges(line);
  while (std::getline(lines, line)) {
    const std::size_t at = line.find(mark);
    if (at != std::string::npos) {
      said[line.substr(0, at)] = without_edges(line.substr(at + mark.size()));
    }
  }
  return said;
}

std::string lower_case(std::string_view text) {
  std::string small;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t before = at;
    const std::uint32_t letter = next_letter(text, at);
    const std::uint32_t changed = lower(letter);
    if (at - before == 2 && changed >= 0x80) {
      small += static_cast<char>(0xC0 | changed >> 6);
      small += static_cast<char>(0x80 | (changed & 0x3F));
    } else {
      small += static_cast<char>(changed);
    }
  }
  return small;
}

Result<std::map<std::string, std::vector<std::string>>> other_words(const SpeechRecipe& recipe) {
  Collector collector(recipe);
  for (const std::string& language : recipe.languages()) {
    for (std::int32_t n = 0; n < recipe.unknown.numbers; ++n) {
      collector.add(language, std::to_string(n));
    }
  }
  for (const auto& [language, words] : recipe.unknown.words) {
    for (const std::string& word : words) collector.add(language, word);
  }
  if (!recipe.unknown.transcripts.empty()) SENGI_CHECK(add_transcripts(recipe, collector));
  return collector.found();
}

}  // namespace sengi::data
