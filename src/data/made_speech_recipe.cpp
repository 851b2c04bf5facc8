// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_recipe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "base/text.h"
#include "data/recipe_section.h"

namespace sengi::data {
namespace {

constexpr Range speeds{0.4, 2.5};
constexpr Range pitches{0.4, 2.5};

void read_clips(const toml::table& table, Faults& faults, ClipCounts& clips) {
  Section section(table, "[clips]", faults);
  section.whole("keyword", clips.keyword, 1, 100'000);
  section.whole("unknown", clips.unknown, 0, 100'000);
  section.whole("background", clips.background, 0, 100'000);
}

void read_unknown(const toml::table& table, Faults& faults, OtherWords& unknown) {
  Section section(table, "[unknown]", faults);
  section.text("transcripts", unknown.transcripts);
  section.whole("numbers", unknown.numbers, 0, 1000);
  section.phrases("words", unknown.words);
}

void read_sound(const toml::table& table, Faults& faults, SoundChances& sound) {
  Section section(table, "[sound]", faults);
  section.range("size", sound.size, 0.5, 2);
  section.number("room", sound.room, 0, 1);
  section.number("telephone", sound.telephone, 0, 1);
  section.number("tilt_db", sound.tilt_db, 0, 30);
  section.range("level_db", sound.level_db, -60, 0);
}

void read_stream(const toml::table& table, Faults& faults, StreamPlan& stream) {
  Section section(table, "[stream]", faults);
  section.number("seconds", stream.seconds, 0, 3600);
  section.range("gap_s", stream.gap_s, 0, 60);
  section.number("snr_db", stream.snr_db, -20, 80);
}

void read_engine(Section& section, Faults& faults, VoiceGroup& group) {
  std::string engine;
  section.required_text("engine", engine);
  std::vector<std::string> known;
  for (const Engine each : {Engine::espeak_ng, Engine::flite, Engine::festival}) {
    known.push_back(names_of(each).program);
    if (known.back() == engine) group.engine = each;
  }
  if (!engine.empty() && std::ranges::count(known, engine) == 0) {
    faults.add(section.line(), fmt::format("engine \"{}\" in [[voices]] is not one of {}", engine,
                                           fmt::join(known, ", ")));
  }
}

VoiceGroup read_voices(const toml::table& table, Faults& faults) {
  VoiceGroup group;
  Section section(table, "[[voices]]", faults);
  group.line = section.line();
  read_engine(section, faults, group);
  group.package = names_of(group.engine).package;
  section.text("package", group.package);
  section.phrases("languages", group.languages);
  section.texts("variants", group.variants);
  section.texts("validation", group.validation);
  section.text("encoding", group.encoding);
  section.range("speed", group.speed, speeds.low, speeds.high);
  section.range("pitch", group.pitch, pitches.low, pitches.high);
  section.number("share", group.share, 0, 1);
  if (group.languages.empty()) {
    faults.add(group.line,
               "[[voices]] needs 'languages', such as languages = { en = [\"en-us\"] }");
  }
  if (!group.variants.empty() && group.engine != Engine::espeak_ng) {
    faults.add(group.line, "only espeak-ng has variants; name the voices in 'languages'");
  }
  return group;
}

People read_people(const toml::table& table, Faults& faults) {
  People people;
  Section section(table, "[[people]]", faults);
  people.line = section.line();
  section.required_text("name", people.name);
  section.required_text("package", people.package);
  section.texts("files", people.files);
  section.named_texts("languages", people.languages);
  section.texts("train", people.train);
  section.texts("development", people.development);
  section.whole("copies", people.copies, 1, 1000);
  section.phrases("words", people.words);
  if (people.files.empty() || people.languages.empty() || people.words.empty()) {
    faults.add(people.line, "[[people]] needs 'files', 'languages' and 'words'");
  }
  for (const auto& [key, languages] :
       {std::pair("train", people.train), std::pair("development", people.development)}) {
    for (const std::string& language : languages) {
      if (people.languages.contains(language)) continue;
      faults.add(people.line,
                 fmt::format("{} names '{}', which is not in 'languages'", key, language));
    }
  }
  for (const std::string& language : people.train) {
    if (std::ranges::count(people.development, language) == 0) continue;
    faults.add(people.line, fmt::format("'{}' is in both train and development", language));
  }
  return people;
}

Backgrounds read_background(const toml::table& table, Faults& faults) {
  Backgrounds backgrounds;
  Section section(table, "[[background]]", faults);
  backgrounds.line = section.line();
  section.required_text("name", backgrounds.name);
  section.required_text("package", backgrounds.package);
  section.texts("files", backgrounds.files);
  section.texts("train", backgrounds.train);
  section.texts("validation", backgrounds.validation);
  section.texts("test", backgrounds.test);
  if (backgrounds.files.empty()) faults.add(backgrounds.line, "[[background]] needs 'files'");
  return backgrounds;
}

template <typename Read>
void read_each(Section& root, const std::string& key, Faults& faults, const Read& read) {
  const toml::node* node = root.take(key);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr || !list->is_array_of_tables()) {
    faults.add(line_of(*node), fmt::format("'{0}' must be tables: write [[{0}]] above each", key));
    return;
  }
  for (const toml::node& each : *list) read(*each.as_table());
}

template <typename Read, typename Target>
void read_table(Section& root, const std::string& key, Faults& faults, const Read& read,
                Target& target) {
  const toml::node* node = root.take(key);
  if (node == nullptr) return;
  if (const toml::table* table = root.table_in(key, *node)) read(*table, faults, target);
}

void read_keywords(Section& root, Faults& faults, SpeechRecipe& recipe) {
  const toml::node* node = root.take("keywords");
  const toml::table* table = node == nullptr ? nullptr : root.table_in("keywords", *node);
  if (table == nullptr) return;
  const std::vector<std::string> spoken = recipe.languages();
  for (const auto& [label, value] : *table) {
    const toml::table* phrases = root.table_in(std::string(label.str()), value);
    if (phrases == nullptr) continue;
    const std::string name(label.str());
    recipe.keywords[name] = root.phrases_of(*phrases);
    if (phrases->empty()) faults.add(line_of(value), fmt::format("no language says '{}'", name));
    for (const auto& [language, words] : *phrases) {
      if (std::ranges::count(spoken, language.str()) > 0) continue;
      faults.add(line_of(words), fmt::format("no [[voices]] speak '{}'; they speak {}",
                                             language.str(), fmt::join(spoken, ", ")));
    }
  }
}

void read_root(const toml::table& table, Faults& faults, SpeechRecipe& recipe) {
  Section root(table, "the recipe", faults);
  std::int32_t seed = 1;
  root.whole("seed", seed, 0, std::numeric_limits<std::int32_t>::max());
  recipe.seed = static_cast<std::uint64_t>(seed);
  read_each(root, "voices", faults,
            [&](const toml::table& each) { recipe.voices.push_back(read_voices(each, faults)); });
  read_keywords(root, faults, recipe);
  read_table(root, "clips", faults, read_clips, recipe.clips);
  read_table(root, "unknown", faults, read_unknown, recipe.unknown);
  read_table(root, "sound", faults, read_sound, recipe.sound);
  read_table(root, "stream", faults, read_stream, recipe.stream);
  read_each(root, "people", faults,
            [&](const toml::table& each) { recipe.people.push_back(read_people(each, faults)); });
  read_each(root, "background", faults, [&](const toml::table& each) {
    recipe.backgrounds.push_back(read_background(each, faults));
  });
}

void check_people(const SpeechRecipe& recipe, const std::string& unknown, Faults& faults) {
  std::vector<std::string> labels;
  for (const auto& [label, phrases] : recipe.keywords) labels.push_back(label);
  if (!unknown.empty()) labels.push_back(unknown);
  for (const People& people : recipe.people) {
    for (const auto& [label, words] : people.words) {
      if (std::ranges::count(labels, label) > 0) continue;
      const auto near = nearest(label, labels);
      faults.add(
          people.line,
          fmt::format("[[people]] \"{}\" has words of '{}', which is not a keyword{}", people.name,
                      label, near ? fmt::format("; did you mean '{}'?", *near) : std::string()));
    }
  }
}

}  // namespace

EngineNames names_of(Engine engine) {
  switch (engine) {
    case Engine::flite:
      return {"flite", "flite"};
    case Engine::festival:
      return {"festival", "festival"};
    case Engine::espeak_ng:
      break;
  }
  return {"espeak-ng", "espeak-ng"};
}

std::vector<std::string> SpeechRecipe::languages() const {
  std::set<std::string> spoken;
  for (const VoiceGroup& group : voices) {
    for (const auto& [language, names] : group.languages) spoken.insert(language);
  }
  return {spoken.begin(), spoken.end()};
}

Result<SpeechRecipe> parse_speech_recipe(std::string_view text, const std::filesystem::path& file,
                                         const std::string& unknown) {
  SpeechRecipe recipe;
  recipe.file = file;
  Faults faults(file.string());
  try {
    read_root(toml::parse(text), faults, recipe);
  } catch (const toml::parse_error& error) {
    return Error{
        fmt::format("{}:{}: {}", file.string(), error.source().begin.line, error.description())};
  }
  if (recipe.voices.empty()) faults.add(1, "no [[voices]]: who shall speak?");
  if (recipe.keywords.empty()) faults.add(1, "no [keywords.NAME]: which words are to be learned?");
  check_people(recipe, unknown, faults);
  if (faults.first()) return *faults.first();
  return recipe;
}

}  // namespace sengi::data
