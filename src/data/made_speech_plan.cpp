// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "data/made_speech_texts.h"

namespace sengi::data {
namespace {

// One who can speak a language.
struct Speaker {
  const VoiceGroup* group;
  std::string voice;
  std::string variant;

  std::string name() const {
    const std::string program = names_of(group->engine).program;
    return program + '-' + (variant.empty() ? voice : variant);
  }
  Split split() const {
    const std::string& who = variant.empty() ? voice : variant;
    return std::ranges::count(group->validation, who) > 0 ? Split::validation : Split::train;
  }
};

// Those who speak one language: some take a fixed share of its clips, the others share the rest.
class Cast {
 public:
  void add(const Speaker& speaker) {
    (speaker.group->share > 0 ? with_share_ : others_).push_back(speaker);
  }
  bool empty() const { return with_share_.empty() && others_.empty(); }

  const Speaker& choose(Dice& dice) const {
    double left = dice.uniform();
    for (const Speaker& speaker : with_share_) {
      left -= speaker.group->share;
      if (left < 0 || others_.empty()) return speaker;
    }
    return dice.one_of(others_.empty() ? with_share_ : others_);
  }

 private:
  std::vector<Speaker> with_share_;
  std::vector<Speaker> others_;
};

using Casts = std::map<std::string, Cast>;

std::string lacking(const VoiceGroup& group, const std::string& voice) {
  return fmt::format("the voice {} of {} is not on this machine; install it with: apt install {}",
                     voice, names_of(group.engine).program, group.package);
}

Casts gather_casts(const SpeechRecipe& recipe, const Installed& installed,
                   std::vector<std::string>& notes) {
  Casts casts;
  std::set<std::string> said;
  const auto note = [&](const std::string& text) {
    if (said.insert(text).second) notes.push_back(text);
  };
  for (const VoiceGroup& group : recipe.voices) {
    const auto engine = installed.find(group.engine);
    if (engine == installed.end()) {
      const EngineNames names = names_of(group.engine);
      note(fmt::format("{} is not on this machine; install it with: apt install {}", names.program,
                       names.package));
      continue;
    }
    for (const auto& [language, voices] : group.languages) {
      for (const std::string& voice : voices) {
        if (std::ranges::count(engine->second, voice) == 0) {
          note(lacking(group, voice));
        } else if (group.variants.empty()) {
          casts[language].add({&group, voice, {}});
        } else {
          for (const auto& variant : group.variants) casts[language].add({&group, voice, variant});
        }
      }
    }
  }
  return casts;
}

Error nobody_speaks(const SpeechRecipe& recipe, const std::string& language,
                    const std::vector<std::string>& notes) {
  return Error{fmt::format("{}: nobody on this machine speaks '{}': {}", recipe.file.string(),
                           language, fmt::join(notes, "; "))};
}

// How one clip will sound.
SpokenClip direct(const SpeechRecipe& recipe, const Speaker& speaker, const std::string& text,
                  Dice& dice) {
  const VoiceGroup& group = *speaker.group;
  SpokenClip clip;
  clip.engine = group.engine;
  clip.group = speaker.name();
  clip.split = speaker.split();
  clip.utterance = {speaker.voice,
                    speaker.variant,
                    group.encoding,
                    text,
                    dice.uniform(group.speed.low, group.speed.high),
                    dice.uniform(group.pitch.low, group.pitch.high)};
  clip.treatment = throw_treatment(recipe.sound, dice);
  return clip;
}

std::string path_of(const SpokenClip& clip, const std::string& language, std::int32_t rate_hz) {
  const Utterance& u = clip.utterance;
  // The number in front changes whenever the way from a plan to a sound does.
  const std::string all =
      fmt::format("1|{}|{}|{}|{}|{}|{}|{}|{}|{}", rate_hz, names_of(clip.engine).program, u.voice,
                  u.variant, u.encoding, u.text, u.speed, u.pitch, text_of(clip.treatment));
  return fmt::format("made/{}/{}-{}-{}.wav", file_name(clip.label), file_name(language),
                     file_name(clip.group), key_of(all));
}

class Speaking {
 public:
  Speaking(const SpeechRecipe& recipe, const project::Project& project, const Casts& casts)
      : recipe_(recipe), project_(project), casts_(casts) {}

  // Spreads `count` clips evenly over the languages.
  void plan(const std::string& label, const Phrases& phrases, std::int32_t count) {
    std::vector<std::string> languages;
    for (const auto& [language, texts] : phrases) languages.push_back(language);
    for (std::int32_t i = 0; i < count; ++i) {
      const auto turn = static_cast<std::size_t>(i);
      const std::string& language = languages[turn % languages.size()];
      Dice dice(recipe_.seed, fmt::format("{}/{}/{}", label, language, turn / languages.size()));
      const std::string& text = dice.one_of(phrases.at(language));
      SpokenClip clip = direct(recipe_, casts_.at(language).choose(dice), text, dice);
      clip.label = label;
      clip.path = path_of(clip, language, project_.signal.sample_rate_hz);
      if (paths_.insert(clip.path).second) clips_.push_back(std::move(clip));
    }
  }
  std::vector<SpokenClip> clips() && { return std::move(clips_); }

 private:
  const SpeechRecipe& recipe_;
  const project::Project& project_;
  const Casts& casts_;
  std::vector<SpokenClip> clips_;
  std::set<std::string> paths_;
};

}  // namespace

Treatment throw_treatment(const SoundChances& sound, Dice& dice) {
  Treatment treatment;
  treatment.size = dice.uniform(sound.size.low, sound.size.high);
  treatment.room_s = dice.chance(sound.room) ? dice.uniform(0.1, 0.5) : 0;
  treatment.telephone = dice.chance(sound.telephone);
  treatment.tilt_db = dice.uniform(-sound.tilt_db, sound.tilt_db);
  treatment.level_db = dice.uniform(sound.level_db.low, sound.level_db.high);
  return treatment;
}

std::string text_of(const Treatment& t) {
  return fmt::format("{}|{}|{}|{}|{}", t.size, t.room_s, t.telephone, t.tilt_db, t.level_db);
}

std::string key_of(const std::string& all) { return sha256(all).substr(0, 12); }

std::string file_name(std::string_view text) {
  std::string name(text);
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  for (char& c : name) {
    if (!is_safe(c)) c = '_';
  }
  return name;
}

Result<std::vector<SpokenClip>> plan_spoken(const SpeechRecipe& recipe,
                                            const project::Project& project,
                                            const Installed& installed,
                                            std::vector<std::string>& notes) {
  const Casts casts = gather_casts(recipe, installed, notes);
  Speaking speaking(recipe, project, casts);
  for (const auto& [label, phrases] : recipe.keywords) {
    for (const auto& [language, ways] : phrases) {
      if (!casts.contains(language)) return nobody_speaks(recipe, language, notes);
    }
    speaking.plan(label, phrases, recipe.clips.keyword);
  }
  if (project.data.unknown.empty() || recipe.clips.unknown == 0) {
    return std::move(speaking).clips();
  }
  SENGI_TRY(others, other_words(recipe));
  std::erase_if(others, [&](const auto& each) { return !casts.contains(each.first); });
  if (!others.empty()) speaking.plan(project.data.unknown, others, recipe.clips.unknown);
  return std::move(speaking).clips();
}

std::vector<NoiseClip> plan_noises(const SpeechRecipe& recipe, const project::Project& project) {
  constexpr std::int32_t validation_every = 10;
  constexpr std::size_t kinds = std::size(noise_kinds) + 1;  // and babble
  std::vector<NoiseClip> noises;
  if (project.data.silence.empty()) return noises;
  for (std::int32_t i = 0; i < recipe.clips.background; ++i) {
    NoiseClip clip;
    Dice dice(recipe.seed, fmt::format("noise/{}", i));
    const std::size_t turn = static_cast<std::size_t>(i) % kinds;
    clip.babble = turn + 1 == kinds;
    if (!clip.babble) clip.kind = noise_kinds[turn];
    clip.label = project.data.silence;
    clip.level_db = dice.uniform(-70, -20);
    // Each is a background of its own.
    const std::string name = clip.babble ? "babble" : std::string(name_of(clip.kind));
    clip.group = fmt::format("noise-{}-{}", name, i);
    clip.split = i % validation_every == 0 ? Split::validation : Split::train;
    const std::string all = fmt::format("1|{}|{}|{}|{}|{}", recipe.seed, clip.group, clip.level_db,
                                        project.clip_samples(), project.signal.sample_rate_hz);
    clip.path = fmt::format("made/{}/{}-{}.wav", file_name(clip.label), name, key_of(all));
    noises.push_back(std::move(clip));
  }
  return noises;
}

Result<Plan> plan_speech(const SpeechRecipe& recipe, const project::Project& project,
                         const Installed& installed) {
  Plan plan;
  SENGI_TRY(spoken, plan_spoken(recipe, project, installed, plan.notes));
  SENGI_TRY(people, plan_people(recipe, project));
  SENGI_TRY(backgrounds, plan_backgrounds(recipe, project));
  plan.spoken = std::move(spoken);
  plan.people = std::move(people);
  plan.backgrounds = std::move(backgrounds);
  plan.noises = plan_noises(recipe, project);
  return plan;
}

}  // namespace sengi::data
