// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "base/files.h"
#include "base/progress.h"
#include "data/audio.h"
#include "data/csv.h"
#include "data/made_calls_plan.h"
#include "data/made_calls_recipe.h"
#include "data/made_calls_scene.h"
#include "data/made_speech_stream.h"
#include "data/on_all_cores.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

fs::path recordings_of(const project::Project& project) { return project.folder / "recordings"; }

// What the recipe's [[recordings]] hold.
struct Recorded {
  std::vector<std::string> rows;       // of the manifest
  std::map<Split, CallSounds> sounds;  // to be mixed
  std::size_t others = 0;
  std::vector<std::string> notes;
};

std::string row(const std::vector<std::string>& cells) { return csv_line(cells); }

bool is_left_out(const fs::path& file, const CallRecordings& from) {
  const std::string path = file.string();
  return std::ranges::any_of(from.except,
                             [&](const auto& word) { return path.find(word) != path.npos; });
}

// Where a file's side is thrown, names that begin alike (cow, cow_white) go to the same.
Split split_of(const fs::path& file, const CallRecordings& from) {
  if (from.split) return *from.split;
  const std::string stem = file.stem().string();
  Dice dice(1, from.name + "/" + stem.substr(0, stem.find('_')));
  const double at = dice.uniform();
  return at < 0.2 ? Split::test : at < 0.32 ? Split::validation : Split::train;
}

// One recording, clip after clip; a rest of less than half a clip is left.
Result<void> take_recording(const fs::path& file, const CallRecordings& from,
                            const project::Project& project, Recorded& recorded) {
  const Split split = split_of(file, from);
  SENGI_TRY(info, audio_info(file));
  const double clip_s = project.data.clip_ms / 1000.0;
  const double duration_s = static_cast<double>(info.frames) / info.sample_rate_hz;
  const std::string group = fmt::format("{}-{}", from.name, file.stem().string());
  for (double at = 0; at == 0 || at + clip_s / 2 <= duration_s; at += clip_s) {
    recorded.rows.push_back(
        row({file.string(), from.label, group, std::string(name_of(split)),
             fmt::format("{:.3f}", at), fmt::format("{:.3f}", std::min(at + clip_s, duration_s)),
             "recorded " + from.name, "", ""}));
  }
  if (!from.mix) return {};
  SENGI_TRY(audio, read_audio(file, project.signal.sample_rate_hz));
  recorded.sounds[split].backgrounds.push_back(to_sound(audio.samples));
  return {};
}

// Sounds to be laid over backgrounds, alike in loudness.
Result<void> take_others(const std::vector<fs::path>& files, const CallRecordings& from,
                         const project::Project& project, Recorded& recorded) {
  std::map<Split, std::vector<Sound>> sounds;
  for (const fs::path& file : files) {
    SENGI_TRY(audio, read_audio(file, project.signal.sample_rate_hz));
    Sound sound = to_sound(audio.samples);
    const double loudness = rms(sound);
    if (!(loudness > 0)) continue;
    for (float& sample : sound) sample = static_cast<float>(sample / loudness);
    sounds[split_of(file, from)].push_back(std::move(sound));
    ++recorded.others;
  }
  for (auto& [split, list] : sounds) recorded.sounds[split].others.push_back(std::move(list));
  return {};
}

bool is_audio(const fs::path& file) {
  static const std::set<std::string> endings = {".wav", ".WAV", ".flac", ".ogg", ".aiff"};
  return endings.contains(file.extension().string());
}

Result<Recorded> gather(const CallRecipe& recipe, const project::Project& project) {
  Recorded recorded;
  for (const CallRecordings& each : recipe.recordings) {
    const fs::path folder = fs::absolute(project.folder / each.folder).lexically_normal();
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(
             folder, fs::directory_options::follow_directory_symlink, error)) {
      if (!entry.is_regular_file() || is_left_out(entry.path(), each)) continue;
      if (is_audio(entry.path())) files.push_back(entry.path());
    }
    if (files.empty()) {
      recorded.notes.push_back(fmt::format("no recordings in {} ({}:{}), which are optional",
                                           folder.string(), recipe.file.string(), each.line));
    }
    std::ranges::sort(files);
    if (each.mix && each.label == project.data.unknown) {
      SENGI_CHECK(take_others(files, each, project, recorded));
      continue;
    }
    for (const fs::path& file : files) {
      SENGI_CHECK(take_recording(file, each, project, recorded));
    }
  }
  return recorded;
}

Result<std::size_t> make_clips(const std::vector<CallClip>& plan, const CallRecipe& recipe,
                               const project::Project& project, const Recorded& recorded) {
  const fs::path root = recordings_of(project);
  std::vector<const CallClip*> missing;
  std::error_code ignored;
  for (const CallClip& clip : plan) {
    if (!fs::exists(root / clip.path, ignored)) missing.push_back(&clip);
  }
  static const CallSounds none;
  Progress progress("making calls", missing.size());
  SENGI_CHECK(on_all_cores(missing.size(), [&](std::size_t i) -> Result<void> {
    const CallClip& clip = *missing[i];
    const auto side = recorded.sounds.find(clip.split);
    SENGI_TRY(sound, make_scene(clip, recipe, static_cast<std::size_t>(project.clip_samples()),
                                project.signal.sample_rate_hz,
                                side == recorded.sounds.end() ? none : side->second));
    SENGI_CHECK(
        write_wav(root / clip.path, Audio{project.signal.sample_rate_hz, to_samples(sound)}));
    progress.advance();
    return {};
  }));
  return missing.size();
}

// Clips of our own making that the plan does not have; what a person put beside them stays.
Result<void> sweep(const fs::path& root, const std::vector<CallClip>& plan) {
  std::set<std::string> planned;
  for (const CallClip& clip : plan) planned.insert(clip.path);
  static const std::regex ours(".*-[0-9a-f]{12}\\.wav");
  std::error_code error;
  std::vector<fs::path> stale;
  for (const auto& entry : fs::recursive_directory_iterator(root / "made", error)) {
    const std::string path = entry.path().lexically_relative(root).generic_string();
    if (std::regex_match(path, ours) && !planned.contains(path)) stale.push_back(entry.path());
  }
  for (const fs::path& path : stale) {
    if (!fs::remove(path, error) || error) {
      return Error{fmt::format("{}: cannot remove: {}", path.string(), error.message())};
    }
  }
  return {};
}

std::string manifest_text(const std::vector<CallClip>& plan, const Recorded& recorded) {
  std::vector<std::string> rows = recorded.rows;
  for (const CallClip& clip : plan) {
    rows.push_back(row({clip.path, clip.label, clip.group, std::string(name_of(clip.split)), "", "",
                        clip.what(), clip.snr_range(), clip.distance_range()}));
  }
  std::ranges::sort(rows);
  std::string text = "path,label,group,split,start_s,end_s,what,snr_db,distance_m\n";
  for (const std::string& each : rows) text += each;
  return text;
}

// Calls of the test's animals, as far away as they were planned, over wind.
Result<void> write_stream(const std::vector<CallClip>& plan, const CallRecipe& recipe,
                          const project::Project& project, const fs::path& path) {
  const std::int32_t rate_hz = project.signal.sample_rate_hz;
  std::vector<StreamWord> calls;
  const auto wanted = static_cast<std::size_t>(recipe.stream.seconds / 5);
  std::map<ClipKind, std::size_t> taken;
  for (const CallClip& clip : plan) {
    if (clip.split != Split::test || !clip.is_call() || taken[clip.kind] * 2 >= wanted) continue;
    ++taken[clip.kind];
    SENGI_TRY(sound, make_clean_call(clip, recipe, rate_hz));
    for (float& sample : sound) sample *= 0.1F;
    calls.push_back({clip.label, to_samples(sound)});
  }
  Dice dice(recipe.seed, "stream");
  const Stream stream = make_stream(std::move(calls), recipe.stream, rate_hz, dice);
  SENGI_CHECK(write_wav(path, stream.audio));
  return write_text(fs::path(path).replace_extension(".txt"), stream.labels);
}

}  // namespace

bool has_call_recipe(const project::Project& project) {
  std::error_code ignored;
  return fs::is_regular_file(project.folder / "calls.toml", ignored);
}

Result<MadeCalls> make_calls(const project::Project& project) {
  const fs::path file = project.folder / "calls.toml";
  const fs::path root = recordings_of(project);
  if (!has_call_recipe(project)) {
    return Error{fmt::format("{}: no such recipe; applications/rumbles/calls.toml is an example",
                             file.string())};
  }
  if (project.data.unknown.empty() || project.data.silence.empty()) {
    return Error{fmt::format(
        "{}: [data] needs labels for unknown sounds and silence, which calls are told from",
        (project.folder / "sengi.toml").string())};
  }
  SENGI_TRY(text, read_text(file));
  SENGI_TRY(recipe, parse_call_recipe(text, file));
  SENGI_TRY(recorded, gather(recipe, project));
  std::set<Split> with_others;
  for (const auto& [split, sounds] : recorded.sounds) {
    if (!sounds.others.empty()) with_others.insert(split);
  }
  const std::vector<CallClip> plan = plan_calls(recipe, project, with_others);

  SENGI_TRY(made, make_clips(plan, recipe, project, recorded));
  SENGI_CHECK(sweep(root, plan));
  MadeCalls result;
  result.manifest = root / "manifest.csv";
  SENGI_CHECK(write_text(result.manifest, manifest_text(plan, recorded)));
  if (recipe.stream.seconds > 0) {
    result.stream = root / "stream.wav";
    SENGI_CHECK(write_stream(plan, recipe, project, result.stream));
  }
  result.made = made;
  result.kept = plan.size() - made;
  result.recorded = recorded.rows.size();
  result.others = recorded.others;
  result.notes = std::move(recorded.notes);
  return result;
}

}  // namespace sengi::data
