// SPDX-License-Identifier: Apache-2.0
// Which recordings of people, and of places without them, the packages of this machine hold.
#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <iterator>

#include "data/made_speech_plan.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

using Filling = std::vector<std::pair<std::string, std::string>>;

// What the first pattern that fits anything fits, sorted.
std::vector<fs::path> first_found(const std::vector<std::string>& patterns, const Filling& fill) {
  std::vector<fs::path> found;
  for (std::string pattern : patterns) {
    for (const auto& [what, with] : fill) pattern = replaced(std::move(pattern), what, with);
    glob_t matches{};
    if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
      found.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
    }
    ::globfree(&matches);
    if (!found.empty()) break;
  }
  return found;
}

// The end of the file's name tells recordings apart, also those of one word from two packages, and
// changes when the package brings another recording.
std::string copy_path(const std::string& folder, const RecordedClip& clip, std::int32_t rate_hz) {
  std::error_code ignored;
  const std::string all =
      fmt::format("1|{}|{}|{}|{}", clip.source.string(), fs::file_size(clip.source, ignored),
                  rate_hz, clip.treatment ? text_of(*clip.treatment) : std::string());
  return fmt::format("{}/{}/{}-{}-{}.wav", folder, file_name(clip.label), file_name(clip.group),
                     file_name(clip.source.stem().string()), key_of(all));
}

Split side_of(const People& people, const std::string& language) {
  if (std::ranges::count(people.train, language) > 0) return Split::train;
  if (std::ranges::count(people.development, language) > 0) return Split::validation;
  return Split::test;
}

// A training recording of a keyword becomes several that sound different; all others stay as they
// are.
std::vector<RecordedClip> copies_of(RecordedClip clip, const SpeechRecipe& recipe,
                                    std::int32_t copies, std::int32_t rate_hz) {
  clip.path = copy_path("people", clip, rate_hz);
  std::vector<RecordedClip> all = {clip};
  if (clip.split != Split::train || !recipe.keywords.contains(clip.label)) return all;
  for (std::int32_t i = 1; i < copies; ++i) {
    Dice dice(recipe.seed, fmt::format("{}/{}", clip.source.string(), i));
    clip.treatment = throw_treatment(recipe.sound, dice);
    clip.path = copy_path("people", clip, rate_hz);
    all.push_back(clip);
  }
  return all;
}

Error none_found(const SpeechRecipe& recipe, std::size_t line, const std::string& name,
                 const std::string& package, const std::string& pattern) {
  return Error{
      fmt::format("{}:{}: no recording of \"{}\" is on this machine (looked for {}); "
                  "install them with: apt install {}",
                  recipe.file.string(), line, name, pattern, package)};
}

}  // namespace

Result<std::vector<RecordedClip>> plan_people(const SpeechRecipe& recipe,
                                              const project::Project& project) {
  std::vector<RecordedClip> clips;
  for (const People& people : recipe.people) {
    const std::size_t before = clips.size();
    for (const auto& [language, in_path] : people.languages) {
      for (const auto& [label, words] : people.words) {
        for (const std::string& word : words) {
          const Filling fill = {{"{language}", in_path}, {"{word}", word}};
          // Not every word is there in every language.
          for (const fs::path& source : first_found(people.files, fill)) {
            RecordedClip clip;
            clip.source = source;
            clip.label = label;
            clip.group = people.name + '-' + language;
            clip.split = side_of(people, language);
            std::ranges::move(copies_of(clip, recipe, people.copies, project.signal.sample_rate_hz),
                              std::back_inserter(clips));
          }
        }
      }
    }
    if (clips.size() == before) {
      return none_found(recipe, people.line, people.name, people.package, people.files.front());
    }
  }
  return clips;
}

Result<std::vector<RecordedClip>> plan_backgrounds(const SpeechRecipe& recipe,
                                                   const project::Project& project) {
  std::vector<RecordedClip> clips;
  if (project.data.silence.empty()) return clips;
  for (const Backgrounds& backgrounds : recipe.backgrounds) {
    const std::size_t before = clips.size();
    const auto add = [&](const std::vector<std::string>& sounds, Split split) {
      for (const std::string& sound : sounds) {
        for (const fs::path& source : first_found(backgrounds.files, {{"{sound}", sound}})) {
          RecordedClip clip;
          clip.source = source;
          clip.label = project.data.silence;
          clip.group = backgrounds.name + '-' + source.stem().string();
          clip.split = split;
          clip.trimmed = false;
          clip.path = copy_path("background", clip, project.signal.sample_rate_hz);
          clips.push_back(std::move(clip));
        }
      }
    };
    add(backgrounds.train, Split::train);
    add(backgrounds.validation, Split::validation);
    add(backgrounds.test, Split::test);
    if (clips.size() == before) {
      return none_found(recipe, backgrounds.line, backgrounds.name, backgrounds.package,
                        backgrounds.files.front());
    }
  }
  return clips;
}

}  // namespace sengi::data
