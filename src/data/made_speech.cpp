// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <mutex>
#include <optional>
#include <regex>
#include <set>
#include <thread>

#include "base/files.h"
#include "base/progress.h"
#include "data/audio.h"
#include "data/csv.h"
#include "data/made_speech_engine.h"
#include "data/made_speech_plan.h"
#include "data/made_speech_recipe.h"
#include "data/made_speech_sound.h"
#include "data/made_speech_stream.h"
#include "data/on_all_cores.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

constexpr double made_floor_db = -45;
constexpr double people_floor_db = -35;  // recordings of people have noise around the word

fs::path recordings_of(const project::Project& project) { return project.folder / "recordings"; }

// Clips of one voice that are spoken in one run of its program.
using Batch = std::vector<const SpokenClip*>;

std::vector<Batch> batches_of(const std::vector<const SpokenClip*>& clips) {
  std::map<std::string, Batch> by_voice;
  std::vector<Batch> batches;
  for (const SpokenClip* clip : clips) {
    Batch& batch = by_voice[names_of(clip->engine).program + '/' + clip->utterance.voice + '/' +
                            clip->utterance.variant];
    batch.push_back(clip);
    if (batch.size() < synthesizer(clip->engine).batch()) continue;
    batches.push_back(std::exchange(batch, {}));
  }
  for (auto& [voice, batch] : by_voice) {
    if (!batch.empty()) batches.push_back(std::move(batch));
  }
  return batches;
}

Result<Sound> treat(const Audio& spoken, const Treatment& treatment, const std::string& path,
                    double floor_db, std::int32_t rate_hz) {
  Sound sound = trim(to_sound(spoken.samples), spoken.sample_rate_hz, floor_db);
  SENGI_TRY(resampled, resample(sound, spoken.sample_rate_hz * treatment.size, rate_hz));
  sound = std::move(resampled);
  tilt(sound, rate_hz, treatment.tilt_db);
  if (treatment.room_s > 0) {
    Dice dice(0, path);
    sound = in_room(sound, rate_hz, treatment.room_s, dice);
  }
  if (treatment.telephone) through_telephone(sound, rate_hz);
  sound = trim(sound, rate_hz, floor_db);
  set_peak(sound, treatment.level_db);
  return sound;
}

class Maker {
 public:
  Maker(const project::Project& project, const SpeechRecipe& recipe, const Plan& plan)
      : project_(project), recipe_(recipe), plan_(plan), root_(recordings_of(project)) {}

  Result<void> make() {
    const auto spoken = missing(plan_.spoken);
    const auto noises = missing(plan_.noises);
    const auto people = missing(plan_.people);
    const auto backgrounds = missing(plan_.backgrounds);
    made_ = spoken.size() + noises.size() + people.size() + backgrounds.size();
    if (made_ == 0) return {};
    Progress progress("making recordings", made_);
    SENGI_CHECK(speak(spoken, progress));
    SENGI_CHECK(on_all_cores(noises.size(), [&](std::size_t i) {
      progress.advance();
      return write_noise(*noises[i]);
    }));
    SENGI_CHECK(on_all_cores(people.size(), [&](std::size_t i) {
      progress.advance();
      return copy(*people[i]);
    }));
    return on_all_cores(backgrounds.size(), [&](std::size_t i) {
      progress.advance();
      return copy(*backgrounds[i]);
    });
  }

  std::size_t made() const { return made_; }

 private:
  template <typename Clip>
  std::vector<const Clip*> missing(const std::vector<Clip>& clips) const {
    std::vector<const Clip*> absent;
    std::error_code ignored;
    for (const Clip& clip : clips) {
      if (!fs::exists(root_ / clip.path, ignored)) absent.push_back(&clip);
    }
    return absent;
  }

  Result<void> speak(const std::vector<const SpokenClip*>& clips, Progress& progress) const {
    const std::vector<Batch> batches = batches_of(clips);
    return on_all_cores(batches.size(), [&](std::size_t i) -> Result<void> {
      const Batch& batch = batches[i];
      std::vector<Utterance> utterances;
      for (const SpokenClip* clip : batch) utterances.push_back(clip->utterance);
      SENGI_TRY(spoken, synthesizer(batch.front()->engine).speak(utterances));
      for (std::size_t k = 0; k < batch.size(); ++k) {
        const SpokenClip& clip = *batch[k];
        SENGI_TRY(sound, treat(spoken[k], clip.treatment, clip.path, made_floor_db, rate_hz()));
        SENGI_CHECK(write(clip.path, to_samples(sound)));
      }
      progress.advance(batch.size());
      return {};
    });
  }

  Result<void> write_noise(const NoiseClip& clip) const {
    const auto length = static_cast<std::size_t>(project_.clip_samples());
    Dice dice(recipe_.seed, clip.group);
    Sound sound;
    if (clip.babble) {
      SENGI_TRY(voices, some_voices(dice));
      sound = make_babble(voices, length, dice);
    } else {
      sound = make_noise(clip.kind, length, rate_hz(), dice);
    }
    const auto level = static_cast<float>(std::pow(10.0, clip.level_db / 20));
    for (float& sample : sound) sample *= level;
    return write(clip.path, to_samples(sound));
  }

  // Made voices that train, for babble.
  Result<std::vector<Sound>> some_voices(Dice& dice) const {
    constexpr std::size_t least = 4;
    constexpr std::size_t most = 9;
    std::vector<Sound> voices;
    const std::size_t wanted = least + dice.below(most - least + 1);
    while (voices.size() < wanted) {
      SENGI_TRY(audio, read_audio(root_ / dice.one_of(plan_.spoken).path, rate_hz()));
      voices.push_back(to_sound(audio.samples));
    }
    return voices;
  }

  Result<void> copy(const RecordedClip& clip) const {
    if (clip.treatment) {
      SENGI_TRY(own, read_audio(clip.source, 0));
      SENGI_TRY(sound, treat(own, *clip.treatment, clip.path, people_floor_db, rate_hz()));
      return write(clip.path, to_samples(sound));
    }
    SENGI_TRY(audio, read_audio(clip.source, rate_hz()));
    if (!clip.trimmed) return write(clip.path, std::move(audio.samples));
    return write(clip.path, to_samples(trim(to_sound(audio.samples), rate_hz(), people_floor_db)));
  }

  Result<void> write(const std::string& path, std::vector<std::int16_t> samples) const {
    return write_wav(root_ / path, Audio{rate_hz(), std::move(samples)});
  }

  std::int32_t rate_hz() const { return project_.signal.sample_rate_hz; }

  const project::Project& project_;
  const SpeechRecipe& recipe_;
  const Plan& plan_;
  fs::path root_;
  std::size_t made_ = 0;
};

Result<Installed> look_for_voices(const SpeechRecipe& recipe) {
  Installed installed;
  for (const VoiceGroup& group : recipe.voices) {
    if (installed.contains(group.engine)) continue;
    auto voices = synthesizer(group.engine).voices();
    if (voices) installed[group.engine] = std::move(voices).value();
  }
  return installed;
}

// Files of our own making that the plan does not have; what a person put beside them stays.
Result<void> sweep(const fs::path& root, const Plan& plan) {
  std::set<std::string> planned;
  const auto keep = [&](const auto& clips) {
    for (const Planned& clip : clips) planned.insert(clip.path);
  };
  keep(plan.spoken);
  keep(plan.noises);
  keep(plan.people);
  keep(plan.backgrounds);
  static const std::regex ours(".*-[0-9a-f]{12}\\.wav");
  for (const char* folder : {"made", "people", "background"}) {
    std::error_code error;
    std::vector<fs::path> stale;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder, error)) {
      const std::string path = entry.path().lexically_relative(root).generic_string();
      if (std::regex_match(path, ours) && !planned.contains(path)) stale.push_back(entry.path());
    }
    for (const fs::path& path : stale) {
      if (!fs::remove(path, error) || error) {
        return Error{fmt::format("{}: cannot remove: {}", path.string(), error.message())};
      }
    }
  }
  return {};
}

std::string row(const Planned& clip, const std::string& start_s, const std::string& end_s) {
  return csv_line(
      {clip.path, clip.label, clip.group, std::string(name_of(clip.split)), start_s, end_s});
}

// A long background is one clip after another; a rest of less than half a clip is left.
Result<std::vector<std::string>> background_rows(const RecordedClip& clip, const fs::path& root,
                                                 double clip_s) {
  SENGI_TRY(info, audio_info(root / clip.path));
  const double duration_s = static_cast<double>(info.frames) / info.sample_rate_hz;
  std::vector<std::string> rows;
  for (double at = 0; at == 0 || at + clip_s / 2 <= duration_s; at += clip_s) {
    const double end = std::min(at + clip_s, duration_s);
    rows.push_back(row(clip, fmt::format("{:.3f}", at), fmt::format("{:.3f}", end)));
  }
  return rows;
}

Result<std::string> manifest_text(const Plan& plan, const project::Project& project) {
  std::vector<std::string> rows;
  for (const Planned& clip : plan.spoken) rows.push_back(row(clip, "", ""));
  for (const Planned& clip : plan.noises) rows.push_back(row(clip, "", ""));
  for (const Planned& clip : plan.people) rows.push_back(row(clip, "", ""));
  for (const RecordedClip& clip : plan.backgrounds) {
    SENGI_TRY(pieces, background_rows(clip, recordings_of(project), project.data.clip_ms / 1000.0));
    rows.insert(rows.end(), pieces.begin(), pieces.end());
  }
  std::ranges::sort(rows);
  std::string text = "path,label,group,split,start_s,end_s\n";
  for (const std::string& each : rows) text += each;
  return text;
}

Result<void> write_stream(const SpeechRecipe& recipe, const Plan& plan,
                          const project::Project& project, const fs::path& path) {
  std::vector<StreamWord> words;
  for (const RecordedClip& clip : plan.people) {
    if (clip.split != Split::test) continue;
    SENGI_TRY(audio, read_audio(recordings_of(project) / clip.path, project.signal.sample_rate_hz));
    words.push_back({clip.label, std::move(audio.samples)});
  }
  Dice dice(recipe.seed, "stream");
  const Stream stream =
      make_stream(std::move(words), recipe.stream, project.signal.sample_rate_hz, dice);
  SENGI_CHECK(write_wav(path, stream.audio));
  return write_text(fs::path(path).replace_extension(".txt"), stream.labels);
}

}  // namespace

bool has_speech_recipe(const project::Project& project) {
  std::error_code ignored;
  return fs::is_regular_file(project.folder / "speech.toml", ignored);
}

Result<MadeSpeech> make_speech(const project::Project& project) {
  const fs::path file = project.folder / "speech.toml";
  const fs::path root = recordings_of(project);
  if (!has_speech_recipe(project)) {
    return Error{fmt::format("{}: no such recipe; applications/keywords/speech.toml is an example",
                             file.string())};
  }
  SENGI_TRY(text, read_text(file));
  SENGI_TRY(recipe, parse_speech_recipe(text, file, project.data.unknown));
  SENGI_TRY(installed, look_for_voices(recipe));
  SENGI_TRY(plan, plan_speech(recipe, project, installed));

  Maker maker(project, recipe, plan);
  SENGI_CHECK(maker.make());
  SENGI_CHECK(sweep(root, plan));
  SENGI_TRY(rows, manifest_text(plan, project));
  MadeSpeech result;
  result.manifest = root / "manifest.csv";
  SENGI_CHECK(write_text(result.manifest, rows));
  if (recipe.stream.seconds > 0 && !plan.people.empty()) {
    result.stream = root / "stream.wav";
    SENGI_CHECK(write_stream(recipe, plan, project, result.stream));
  }
  const std::size_t all =
      plan.spoken.size() + plan.noises.size() + plan.people.size() + plan.backgrounds.size();
  result.made = maker.made();
  result.kept = all - maker.made();
  result.people = plan.people.size();
  result.notes = std::move(plan.notes);
  return result;
}

}  // namespace sengi::data
