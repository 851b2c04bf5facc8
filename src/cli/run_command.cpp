// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/files.h"
#include "cli/collar.h"
#include "cli/run.h"
#include "cli/subject.h"
#include "collar/collar_project.h"
#include "data/audio.h"
#include "emulate/emulate.h"
#include "project/trained.h"

namespace sengi::cli {
namespace {

// Of a project: its network, as a model, and its board.
Result<void> take_network(RunOptions& options) {
  SENGI_TRY(project, project::load_project(options.subject));
  SENGI_TRY(trained, project::load_trained(project));  // there, and whole
  if (options.board.empty()) options.board = project.board;
  options.subject = project::model_path(project).string();
  return {};
}

// A project's network alone, over raw tensors; or, where --in is a recording, the whole program.
Result<Status> run_tensors(RunOptions options, const Session& session) {
  if (!options.audio.empty()) {
    return Error{
        fmt::format("{}: --in and --out are for tensors, and {} is a recording: give one "
                    "or the other",
                    options.subject, options.audio.front())};
  }
  if (options.out.empty() && data::audio_info(options.in)) {
    options.audio = {options.in};
    return run_listening(options, session);
  }
  SENGI_CHECK(take_network(options));
  return run_model(options, session);
}

// The network talks over the serial line.
Result<Status> talk(RunOptions options, const Session& session, Subject subject) {
  if (!options.audio.empty() || !options.in.empty() || !options.out.empty() || session.json) {
    return Error{options.subject +
                 ": with --firmware all goes over the serial line, which is "
                 "standard input and output: give no other"};
  }
  if (subject == Subject::project) SENGI_CHECK(take_network(options));
  return run_serial(options, session);
}

// A collar's life; what else sengi run takes has no meaning for it.
Result<Status> live(CollarOptions life, const RunOptions& options, const Session& session) {
  if (!options.audio.empty() || !options.in.empty() || !options.out.empty() ||
      !options.firmware.empty()) {
    return Error{options.subject +
                 ": a collar takes --track, --accel, --audio and --zones, and nothing else to run"};
  }
  life.subject = options.subject;
  life.board = options.board;
  return run_collar(life, session);
}

Result<Status> act(const RunOptions& options, const CollarOptions& life, const Session& session) {
  if (options.explain) {
    SENGI_CHECK(say(emulate::explain_cycle_rule()));
    return Status::done;
  }
  if (options.subject.empty())
    return Error{"name a MODEL.tflite or a PROJECT; see sengi run --help"};
  SENGI_TRY(subject, subject_of(options.subject));
  if (subject == Subject::project && collar::is_collar(options.subject)) {
    return live(life, options, session);
  }
  if (!options.firmware.empty()) return talk(options, session, subject);
  if (subject == Subject::model) {
    if (!options.audio.empty()) {
      return Error{fmt::format("{}: a model alone cannot listen to {}; give a PROJECT",
                               options.subject, options.audio.front())};
    }
    return run_model(options, session);
  }
  if (!options.in.empty() || !options.out.empty()) return run_tensors(options, session);
  return options.audio.empty() ? run_test_clips(options, session) : run_listening(options, session);
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Build and run a network or a project on a board");
  command->add_option("SUBJECT", options->subject, "A MODEL.tflite, or a project's folder");
  command->add_option("AUDIO", options->audio, "Recordings that the project listens to");
  command->add_option(
      "--on", options->board,
      "The board (sengi boards lists them); the project's own, or host for a MODEL");
  command->add_option("--in", options->in, "File of input tensors, back to back");
  command->add_option("--out", options->out, "File for the output tensors, back to back");
  command
      ->add_option("--firmware", options->firmware,
                   "Another program around the network: mlperf_tiny answers a benchmark's runner")
      ->check(CLI::IsMember({"mlperf_tiny"}));
  auto life = std::make_shared<CollarOptions>();
  const std::string collars = "Of a collar";
  command->add_option("--track", life->track, "Where the animal went (CSV, GPX); else a made track")
      ->group(collars);
  command->add_option("--accel", life->accel, "A recording of its accelerometer, or: made")
      ->group(collars);
  command
      ->add_option("--audio", life->audio,
                   "A recording that its microphone hears from the track's start on; or a table of "
                   "calls that were to be heard: time,class,score,duration_s")
      ->group(collars);
  command->add_option("--zones", life->zones, "GeoJSON in the place of the project's")
      ->group(collars);
  command->add_option("--days", life->days, "From the track's start on")
      ->check(CLI::Range(1, 3650))
      ->group(collars);
  command->add_option("--seed", life->seed, "Of what the radio loses, and of a made track")
      ->group(collars);
  command->add_option("--speed", life->speed, "Times real time; as fast as it goes without")
      ->check(CLI::Range(0.001, 1e9))
      ->group(collars);
  command
      ->add_option("--until", life->until,
                   "Move the track by whole days so that its last --days end then: now, or a time")
      ->group(collars);
  command
      ->add_option("--envelopes", life->envelopes,
                   "A file for what the network heard, for a station's import or inbox")
      ->group(collars);
  command
      ->add_option("--device", life->device, "What the network calls it; else the project's name")
      ->group(collars);
  command->add_flag("--count", life->count, "Count instructions and cycles by monitor (slower)")
      ->group(collars);
  add_favor(*command, options->favor);
  command->add_flag("--explain", options->explain, "Say how instructions become cycles");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "A MODEL runs once for each input in --in (once on a made-up input without it); one with\n"
      "float32 in it on the host alone, interpreted. A PROJECT without AUDIO\n"
      "scores every clip of its test split on the board and on this machine, and ends with 1 "
      "where\n"
      "any score differs; with AUDIO the whole device program listens.\n"
      "With --firmware mlperf_tiny the board's serial line is standard input and output: what\n"
      "MLPerf Tiny's runner sends goes in (name%, db load N%, infer 10 0%), Ctrl-D ends it.\n"
      "A collar (kind \"collar\") lives through a track, and tells what it told: on a board its\n"
      "firmware with a sensor bridge, with --on host the same logic some hundred times faster.\n\n"
      "Examples:\n"
      "  sengi run model.tflite --on mps2-an386 --in inputs.bin --out outputs.bin --json\n"
      "  sengi run keywords --on mps2-an386\n"
      "  sengi run keywords morning.wav --on mps2-an386\n"
      "  sengi run model.tflite --firmware mlperf_tiny --on mps2-an386\n"
      "  sengi run applications/elephant --track collar.csv --on mps2-an386");
  command->callback([options, life, &session] {
    session.action = [options, life, &session] { return act(*options, *life, session); };
  });
}

}  // namespace sengi::cli
