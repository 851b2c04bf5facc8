// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/collar.h"
#include "cli/work_folder.h"
#include "cli/zones.h"
#include "collar/accelerometer.h"
#include "collar/bridge_device.h"
#include "collar/calls.h"
#include "collar/collar_project.h"
#include "collar/life.h"
#include "collar/made_track.h"
#include "collar/story.h"
#include "data/audio.h"
#include "data/label_folders.h"
#include "link/hex.h"
#include "link/uplink.h"
#include "station/clock.h"

namespace sengi::cli {
namespace {

namespace fs = std::filesystem;
using collar::CollarProject;
using collar::Parts;

// A model that is named but not trained here is left out, and said so: its recordings may be what
// cannot be had.
template <typename Model>
Result<std::shared_ptr<const Model>> load_model(const CollarProject& project,
                                                const std::string& named, const char* without,
                                                const Session& session) {
  if (named.empty()) return std::shared_ptr<const Model>();
  const fs::path path = (project.folder / named).lexically_normal();
  std::error_code ignored;
  if (!fs::exists(path / "out" / "pipeline.json", ignored)) {
    if (session.talks()) {
      SENGI_CHECK(say(fmt::format("{} is not trained here, so {}; sengi train {}\n", path.string(),
                                  without, path.string())));
    }
    return std::shared_ptr<const Model>();
  }
  SENGI_TRY(model, Model::load(path));
  return std::shared_ptr<const Model>(std::make_shared<Model>(std::move(model)));
}

// What the microphone hears of a recording that begins with the track.
Result<void> play(const std::string& file, const Parts& parts, collar::Scenario& scenario) {
  if (!parts.ear) {
    return Error{file +
                 ": nothing on this collar listens; name a trained project of sounds in "
                 "[collar] listener"};
  }
  SENGI_CHECK(data::audio_info(file));
  const std::uint32_t start_s = scenario.track.fixes.front().time_s;
  const std::int32_t rate = parts.ear->sample_rate_hz();
  scenario.sound_hz = rate;
  scenario.sound = [file, start_s, rate](std::uint32_t from_s,
                                         std::uint32_t for_s) -> Result<std::vector<std::int16_t>> {
    SENGI_TRY(info, data::audio_info(file));
    const double begin = from_s - start_s;
    if (begin >= static_cast<double>(info.frames) / info.sample_rate_hz) {
      return std::vector<std::int16_t>();
    }
    SENGI_TRY(audio, data::read_audio(file, rate, begin, begin + for_s));
    return std::move(audio.samples);
  };
  return {};
}

Result<movement::Track> load_track(const CollarOptions& options) {
  if (options.track.empty()) {
    return collar::make_track({.seed = options.seed, .days = options.days + 1});
  }
  SENGI_TRY(file, movement::read_tracks(options.track));
  return std::move(file.tracks.front());
}

// The last `days` days before a time, of a track that is moved by whole days so that mornings stay
// mornings.
Result<void> end_track(const std::string& until, std::uint32_t days, movement::Track& track) {
  std::int64_t to_s = station::now_ms() / 1000;
  if (until != "now") {
    const auto to_ms = station::from_rfc3339(until);
    if (!to_ms.ok()) {
      return Error{fmt::format("--until {}: 'now' or a time such as 2026-01-31T12:00:00Z", until)};
    }
    to_s = to_ms.value() / 1000;
  }
  constexpr std::int64_t day_s = 86'400;
  const std::int64_t last_s = track.fixes.back().time_s;
  const std::int64_t shift_s = ((to_s - last_s) / day_s + (to_s > last_s ? 1 : 0)) * day_s;
  std::vector<geo::Fix> fixes;
  for (geo::Fix fix : track.fixes) {
    const std::int64_t time_s = fix.time_s + shift_s;
    if (time_s < to_s - days * day_s || time_s > to_s) continue;
    fix.time_s = static_cast<std::uint32_t>(time_s);
    fixes.push_back(fix);
  }
  if (fixes.size() < 2) {
    return Error{fmt::format("--until {}: the track has no two fixes in the {} before", until,
                             counted(days, "day"))};
  }
  track.fixes = std::move(fixes);
  return {};
}

// A line for each that the network heard, as a station takes them.
std::string envelopes_of(const collar::Life& life, const std::string& device) {
  std::string lines;
  for (const collar::Sent& sent : life.sent) {
    if (!sent.heard) continue;
    lines += nlohmann::ordered_json{{"device", device},
                                    {"port", sent.port},
                                    {"payload", link::to_base64(sent.bytes)},
                                    {"time", link::utc(sent.time_s)}}
                 .dump() +
             "\n";
  }
  return lines;
}

// A receiver that has to wait for the track's next fix may: see collar::Scenario.
std::uint16_t fix_for_s(const movement::Track& track) {
  return static_cast<std::uint16_t>(
      std::clamp<std::uint32_t>(movement::median_interval_s(track) * 3 / 2, 90, 6 * 3600));
}

Result<collar::Scenario> make_scenario(const CollarOptions& options, const CollarProject& project,
                                       const Parts& parts, const movement::Track& track) {
  collar::Scenario scenario;
  scenario.track = track;
  scenario.made = track.animal.starts_with("made");
  scenario.days = options.days;
  scenario.seed = options.seed;
  scenario.speed = options.speed;
  scenario.battery_mah = project.battery_mah;
  SENGI_TRY(begin, collar::begin_of(project, collar::units_in_g(parts.model.get())));
  scenario.begin = begin;
  if (!scenario.made) scenario.begin.fix_for_s = fix_for_s(track);
  if (parts.model) scenario.axes = parts.model->axes();
  if (options.accel == "made" || (options.accel.empty() && scenario.made)) {
    scenario.window = collar::made_windows(track, parts.model.get());
  } else if (!options.accel.empty()) {
    if (!parts.model) {
      return Error{options.accel +
                   ": no model of behaviours says at which rate and range to read "
                   "this recording; set [collar] behaviours and train it"};
    }
    SENGI_TRY(windows, collar::recorded_windows(options.accel, parts.model, track));
    scenario.window = std::move(windows);
  }
  scenario.begin.accelerometer = scenario.window != nullptr;
  if (data::is_recording(options.audio)) {
    SENGI_CHECK(play(options.audio, parts, scenario));
  } else if (!options.audio.empty()) {
    SENGI_TRY(text, read_text(options.audio));
    SENGI_TRY(calls, collar::parse_calls(text, options.audio));
    scenario.calls = std::move(calls);
  }
  return scenario;
}

// On this machine by its logic alone, on a board by its firmware.
Result<void> live_through(const CollarOptions& options, const CollarProject& project,
                          const collar::Scenario& scenario, const Session& session,
                          collar::Story& story) {
  const std::string board_name = options.board.empty() ? project.board : options.board;
  const auto started = std::chrono::steady_clock::now();
  const auto stop = [&] {
    story.took_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  // An ear is code that is built: with sound this machine runs the firmware too.
  if (board_name == "host" && !scenario.sound) {
    story.board = "this machine";
    collar::HostDevice device(collar::image_of(*story.parts), collar::classify_by(*story.parts));
    SENGI_TRY(life, collar::live(device, scenario));
    story.life = std::move(life);
    stop();
    return {};
  }
  SENGI_TRY(board, emulate::load_board(board_name));
  story.board = board.title;
  SENGI_TRY(folder, WorkFolder::at(project.out() / "build" / board.name));
  SENGI_TRY(program, collar::build_image(*story.parts, board, folder.path()));
  if (session.talks()) {
    SENGI_CHECK(
        say(fmt::format("running {} on {} ...\n", counted(scenario.days, "day"), board.title)));
  }
  SENGI_TRY(device,
            collar::BridgeDevice::start(
                program, options.count ? collar::monitor_functions() : std::vector<std::string>()));
  SENGI_TRY(life, collar::live(device, scenario));
  story.life = std::move(life);
  story.sections = program.sections;
  story.run = device.run();
  stop();
  return {};
}

}  // namespace

Result<std::shared_ptr<const collar::BehaviourModel>> load_behaviours(const CollarProject& project,
                                                                      const Session& session) {
  return load_model<collar::BehaviourModel>(project, project.behaviours,
                                            "behaviours are not told apart", session);
}

Result<std::shared_ptr<const collar::EarModel>> load_ear(const CollarProject& project,
                                                         const Session& session) {
  return load_model<collar::EarModel>(project, project.listener, "sound is not listened to",
                                      session);
}

Result<Status> run_collar(const CollarOptions& options, const Session& session) {
  SENGI_TRY(project, collar::load_collar(options.subject));
  SENGI_TRY(model, load_behaviours(project, session));
  SENGI_TRY(ear, load_ear(project, session));
  const fs::path zones_path =
      options.zones.empty() ? project.folder / project.zones : fs::path(options.zones);
  SENGI_TRY(zones, read_zones(zones_path.string(), "", false));
  SENGI_TRY(parts, collar::make_parts(std::move(zones), std::move(model), std::move(ear)));
  SENGI_TRY(track, load_track(options));
  if (!options.until.empty()) SENGI_CHECK(end_track(options.until, options.days, track));
  SENGI_TRY(scenario, make_scenario(options, project, parts, track));
  collar::Story story;
  story.name = project.name;
  story.track = options.track.empty() ? "made" : options.track;
  story.made_track = scenario.made;
  story.made_accelerometer =
      scenario.window != nullptr && (options.accel.empty() || options.accel == "made");
  story.parts = &parts;
  story.battery_mah = project.battery_mah;
  SENGI_CHECK(live_through(options, project, scenario, session, story));
  story.path = std::move(track);
  if (session.json) {
    SENGI_CHECK(say(collar::to_json(story)));
  } else {
    if (story.made_track && !session.quiet) {
      SENGI_CHECK(say("the track is made: no animal went this way\n"));
    }
    SENGI_CHECK(say(collar::timeline(story) + "\n" + collar::figures(story)));
  }
  SENGI_CHECK(
      write_result(session, project.out() / "uplinks.jsonl", collar::uplinks_as_lines(story)));
  if (!options.envelopes.empty()) {
    const std::string device = options.device.empty() ? project.name : options.device;
    SENGI_CHECK(write_result(session, options.envelopes, envelopes_of(story.life, device)));
  }
  SENGI_CHECK(write_result(session, project.out() / "life.json", collar::to_json(story)));
  SENGI_CHECK(
      write_result(session, project.out() / "life.html", collar::page_of(story, SENGI_VERSION)));
  return Status::done;
}

}  // namespace sengi::cli
