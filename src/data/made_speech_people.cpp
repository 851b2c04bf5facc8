// SPDX-License-Identifier: Apache-2.0
// Which recordings of people, and of places without them, the packages of this machine hold.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

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

std::optional<fs::path> first_found(const std::vector<std::string>& patterns,
                                    const std::vector<std::pair<std::string, std::string>>& fill) {
  for (std::string path : patterns) {
    for (const auto& [what, with] : fill) path = replaced(std::move(path), what, with);
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return fs::path(path);
  }
  return std::nullopt;
}

// The end of the file's name tells recordings apart, also those of one word from two packages, and
// changes when the package brings another recording.
std::string copy_path(const std::string& folder, const std::string& label, const std::string& name,
                      const fs::path& source, std::int32_t rate_hz) {
  std::error_code ignored;
  const std::string all =
      fmt::format("1|{}|{}|{}", source.string(), fs::file_size(source, ignored), rate_hz);
  return fmt::format("{}/{}/{}-{}-{}.wav", folder, file_name(label), file_name(name),
                     file_name(source.stem().string()), key_of(all));
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
      const bool develops = std::ranges::count(people.development, language) > 0;
      for (const auto& [label, words] : people.words) {
        for (const std::string& word : words) {
          const auto source =
              first_found(people.files, {{"{language}", in_path}, {"{word}", word}});
          if (!source) continue;  // not every word is there in every language
          RecordedClip clip;
          clip.source = *source;
          clip.label = label;
          clip.group = people.name + '-' + language;
          clip.split = develops ? Split::validation : Split::test;
          clip.path =
              copy_path("people", label, clip.group, *source, project.signal.sample_rate_hz);
          clips.push_back(std::move(clip));
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
        const auto source = first_found(backgrounds.files, {{"{sound}", sound}});
        if (!source) continue;
        RecordedClip clip;
        clip.source = *source;
        clip.label = project.data.silence;
        clip.group = backgrounds.name + '-' + source->stem().string();
        clip.split = split;
        clip.path = copy_path("background", clip.label, backgrounds.name, *source,
                              project.signal.sample_rate_hz);
        clips.push_back(std::move(clip));
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
