// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/run.h"
#include "cli/table.h"
#include "cli/work_folder.h"
#include "compile/compile.h"
#include "data/audio.h"
#include "data/dataset.h"
#include "data/series_clips.h"
#include "emulate/device_program.h"
#include "evaluate/pipeline.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

// A trained project and its program, built for a board.
struct Device {
  project::Project project;
  evaluate::Pipeline pipeline;
  compile::Plan plan;
  emulate::Board board;
  compile::Favor favor;
};

Result<Device> load(const RunOptions& options) {
  SENGI_TRY(project, project::load_project(options.subject));
  SENGI_TRY(board, emulate::load_board(options.board.empty() ? project.board : options.board));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  SENGI_TRY(code, compile::generate(pipeline.graph(), pipeline.trained().name,
                                    pipeline.trained().model_sha256, options.favor));
  return Device{std::move(project), std::move(pipeline), std::move(code.plan), std::move(board),
                options.favor};
}

Result<emulate::Program> build_for(const Device& device, const emulate::Board& board) {
  SENGI_TRY(folder, WorkFolder::at(device.project.out() / "build" / board.name));
  return emulate::build_device_program(device.pipeline.trained(), device.pipeline.graph(), board,
                                       folder.path(), device.favor);
}

emulate::RunOptions counting(const compile::Plan& plan) {
  emulate::RunOptions options;
  for (const compile::Layer& layer : plan.layers) options.layers.push_back(layer.name);
  return options;
}

using Clips = std::vector<std::vector<std::int16_t>>;

Result<Clips> read_test_clips(const Device& device) {
  const project::Project project = project::settled_as(device.project, device.pipeline.trained());
  SENGI_TRY(dataset, data::load_dataset(project));
  const data::ClipReader reader(project);
  Clips clips;
  for (const data::Clip& clip : dataset.clips) {
    if (clip.split != data::Split::test) continue;
    SENGI_TRY(samples, reader.read(clip));
    clips.push_back(std::move(samples));
  }
  if (clips.empty()) return Error{"no clip is on the test side of the split; raise test_percent"};
  return clips;
}

std::size_t equal_rows(const std::vector<evaluate::Scores>& one,
                       const std::vector<evaluate::Scores>& other) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) same += one[i] == other[i];
  return same;
}

// The sentence that the run is about.
std::string verdict(const evaluate::RunRecord& record) {
  return fmt::format("{} of {} give the same scores on host and {}\n",
                     with_thousands(record.comparison->same),
                     counted(record.comparison->clips, "clip"), record.board);
}

// ---- listening ----

struct Heard {
  std::string file;
  emulate::Listening listening;
  bool same_as_host = true;
};

Json json_of(const Heard& heard, const project::Trained& trained) {
  Json detections = Json::array();
  for (const emulate::Detection& one : heard.listening.detections) {
    detections.push_back({{"label", trained.labels[static_cast<std::size_t>(one.label)]},
                          {"start_s", one.start_s},
                          {"end_s", one.end_s},
                          {"confidence", one.confidence}});
  }
  return {{"file", heard.file},
          {"runs_of_network", heard.listening.scores.size()},
          {"same_as_host", heard.same_as_host},
          {"detections", detections}};
}

std::string words_of(const Heard& heard, const project::Trained& trained) {
  Table table({">from", ">to", "label", ">sure by"});
  for (const emulate::Detection& one : heard.listening.detections) {
    table.add({fmt::format("{:.2f} s", one.start_s), fmt::format("{:.2f} s", one.end_s),
               trained.labels[static_cast<std::size_t>(one.label)],
               fmt::format("{:.0f} %", 100 * one.confidence)});
  }
  return fmt::format(
      "{}: {} in {}\n{}", heard.file, counted(heard.listening.detections.size(), "detection"),
      counted(heard.listening.scores.size(), "run") + " of the network", table.text());
}

// A recording as the device would take it, from its start to its end.
Result<std::vector<std::int16_t>> read_stream(const std::string& file, const Device& device) {
  const project::Trained& trained = device.pipeline.trained();
  if (!trained.watches_stream()) {
    return Error{
        fmt::format("{}: a project of kind \"{}\" is asked about one clip after another; "
                    "without recordings sengi run takes those of the test side",
                    file, trained.kind)};
  }
  if (trained.sense() == project::Sense::series) {
    return data::read_series_stream(file, project::settled_as(device.project, trained));
  }
  SENGI_TRY(audio, data::read_audio(file, trained.signal.sample_rate_hz));
  return std::move(audio.samples);
}

Result<Heard> hear(const std::string& file, const Device& device, const emulate::Program& program,
                   const emulate::Program& host) {
  const project::Trained& trained = device.pipeline.trained();
  SENGI_TRY(samples, read_stream(file, device));
  emulate::RunOptions uncounted;
  uncounted.count = false;
  SENGI_TRY(listening, emulate::listen(program, trained, samples, uncounted));
  SENGI_TRY(on_host, emulate::listen(host, trained, samples, uncounted));
  const bool same =
      listening.scores == on_host.scores && listening.detections == on_host.detections;
  return Heard{file, std::move(listening), same};
}

}  // namespace

Result<Status> run_test_clips(const RunOptions& options, const Session& session) {
  SENGI_TRY(device, load(options));
  SENGI_TRY(clips, read_test_clips(device));
  SENGI_TRY(expected,
            evaluate::score_all(
                device.pipeline, clips.size(),
                [&](std::size_t i) { return Result<std::vector<std::int16_t>>(clips[i]); },
                "scoring on this machine"));
  SENGI_TRY(program, build_for(device, device.board));
  if (session.talks()) {
    SENGI_CHECK(say(
        fmt::format("running {} on {} ...\n", counted(clips.size(), "clip"), device.board.title)));
  }
  SENGI_TRY(scored,
            emulate::score_clips(program, device.pipeline.trained(), clips, counting(device.plan)));

  auto record = evaluate::make_run_record(device.plan, device.pipeline.trained().model_sha256,
                                          program, scored.run);
  record.outputs_count = scored.scores.size();
  record.comparison = {clips.size(), equal_rows(scored.scores, expected)};
  const std::string json = evaluate::to_json(record);
  SENGI_CHECK(say(session.json ? json : words_of(record) + "\n" + verdict(record)));
  // The project's record is of a board; a run on this machine measures nothing to keep.
  if (record.sections) {
    SENGI_CHECK(write_result(session, evaluate::run_record_path(device.project), json));
  }
  return record.comparison->same == record.comparison->clips ? Status::done : Status::no;
}

Result<Status> run_listening(const RunOptions& options, const Session& session) {
  SENGI_TRY(device, load(options));
  SENGI_TRY(host_board, emulate::load_board("host"));
  SENGI_TRY(program, build_for(device, device.board));
  SENGI_TRY(host, build_for(device, host_board));
  Json list = Json::array();
  std::size_t same = 0;
  for (const std::string& file : options.audio) {
    SENGI_TRY(heard, hear(file, device, program, host));
    same += heard.same_as_host ? 1 : 0;
    list.push_back(json_of(heard, device.pipeline.trained()));
    if (!session.json) SENGI_CHECK(say(words_of(heard, device.pipeline.trained()) + "\n"));
  }
  if (session.json) {
    SENGI_CHECK(say(Json{{"board", device.board.name}, {"recordings", list}}.dump(
                        2, ' ', false, Json::error_handler_t::replace) +
                    "\n"));
  } else {
    SENGI_CHECK(say(fmt::format("{} of {} give the same scores and detections on host and {}\n",
                                with_thousands(same), counted(options.audio.size(), "recording"),
                                device.board.name)));
  }
  return same == options.audio.size() ? Status::done : Status::no;
}

}  // namespace sengi::cli
