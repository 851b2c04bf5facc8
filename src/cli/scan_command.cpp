// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/hash.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "scan/scan_many.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string project;
  std::vector<std::string> recordings;
  std::string to;
  std::string format = "csv";
  std::string rule = "device";
  std::string part;
  std::size_t threads = 0;
  std::optional<double> threshold, release;
  std::optional<std::int32_t> stride_ms, smoothing_ms, refractory_ms;
  std::optional<std::int32_t> average_ms, suppression_ms, minimum_count;
};

// Settings of the command line in the place of sengi.toml's.
Result<project::Trained> tuned(const Options& options, project::Trained trained) {
  project::DetectConfig& detect = trained.detect;
  detect.stride_ms = options.stride_ms.value_or(detect.stride_ms);
  detect.smoothing_ms = options.smoothing_ms.value_or(detect.smoothing_ms);
  detect.refractory_ms = options.refractory_ms.value_or(detect.refractory_ms);
  detect.threshold = options.threshold.value_or(detect.threshold);
  detect.release = options.release.value_or(std::min(detect.release, detect.threshold));
  if (detect.release > detect.threshold) {
    return Error{
        fmt::format("--release {:g} is above the threshold, {:g}: an event would end "
                    "before it begins",
                    detect.release, detect.threshold)};
  }
  return trained;
}

scan::ScanOptions scan_options(const Options& options, const project::Trained& trained) {
  scan::ScanOptions scan;
  scan.rule = options.rule == "tensorflow" ? scan::Rule::tensorflow : scan::Rule::device;
  scan.average_ms = options.average_ms.value_or(scan.average_ms);
  scan.suppression_ms = options.suppression_ms.value_or(scan.suppression_ms);
  scan.minimum_count = options.minimum_count.value_or(scan.minimum_count);
  scan.threshold = trained.detect.threshold;
  return scan;
}

// Stands for all that a recording's events depend on, beside the recording.
std::string key_of(const project::Trained& trained, const scan::ScanOptions& scan,
                   const std::string& format) {
  const project::DetectConfig& d = trained.detect;
  const Json all = {SENGI_VERSION,         trained.model_sha256,
                    trained.config_sha256, trained.labels,
                    d.stride_ms,           d.smoothing_ms,
                    d.threshold,           d.release,
                    d.refractory_ms,       static_cast<int>(scan.rule),
                    scan.average_ms,       scan.suppression_ms,
                    scan.minimum_count,    format};
  return sha256(all.dump(-1, ' ', false, Json::error_handler_t::replace));
}

struct Totals {
  std::size_t scanned = 0, before = 0, broken = 0;
  std::uint64_t events = 0;
  double hours = 0;
};

Totals totals_of(const std::vector<scan::Scanned>& all) {
  Totals totals;
  for (const scan::Scanned& one : all) {
    totals.broken += one.fault.empty() ? 0 : 1;
    totals.scanned += one.fault.empty() ? 1 : 0;
    totals.before += one.before ? 1 : 0;
    totals.events += one.events_count;
    totals.hours += one.length_s / 3600;
  }
  return totals;
}

std::string json_of(const std::vector<scan::Scanned>& all, const Totals& totals, bool in_files) {
  Json json = {{"recordings", totals.scanned},
               {"scanned_before", totals.before},
               {"broken", totals.broken},
               {"hours", totals.hours},
               {"events_count", totals.events}};
  Json faults = Json::array();
  Json found = Json::array();
  for (const scan::Scanned& one : all) {
    if (!one.fault.empty()) faults.push_back({{"file", one.subject.name}, {"fault", one.fault}});
    for (const events::Event& event : one.events) {
      found.push_back({{"file", one.subject.name},
                       {"start_s", event.start_s},
                       {"end_s", event.end_s},
                       {"label", event.label},
                       {"confidence", event.confidence}});
    }
  }
  json["faults"] = std::move(faults);
  if (!in_files) json["events"] = std::move(found);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string table_of(const std::vector<scan::Scanned>& all) {
  Table table({"recording", ">from", ">to", "label", ">sure by"});
  for (const scan::Scanned& one : all) {
    for (const events::Event& event : one.events) {
      table.add({one.subject.name, fmt::format("{:.2f} s", event.start_s),
                 fmt::format("{:.2f} s", event.end_s), event.label,
                 fmt::format("{:.0f} %", 100 * event.confidence)});
    }
  }
  return table.text();
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(project, project::load_project(options.project));
  SENGI_TRY(loaded, evaluate::Pipeline::load(project));
  SENGI_TRY(trained, tuned(options, loaded.trained()));
  SENGI_TRY(pipeline, evaluate::Pipeline::make(std::move(trained), loaded.graph()));
  const scan::ScanOptions settings = scan_options(options, pipeline.trained());
  SENGI_TRY(scanner, scan::Scanner::make(pipeline, settings));
  SENGI_TRY(subjects, scan::subjects_of(options.recordings));
  scan::ManyOptions many;
  many.to = options.to;
  many.format = *scan::format_named(options.format);
  many.key = key_of(pipeline.trained(), settings, options.format);
  many.threads = options.threads;
  many.band = {pipeline.trained().signal.low_hz, pipeline.trained().signal.high_hz};
  many.part = scan::part_of_environment();
  if (!options.part.empty()) {
    SENGI_TRY(part, scan::part_named(options.part));
    many.part = part;
  }
  if (many.part.of > 1 && options.to.empty()) {
    return Error{"one of several processes needs a common folder for what is found: --to FOLDER"};
  }
  SENGI_TRY(all, scan::scan_many(scanner, subjects, many));
  const Totals totals = totals_of(all);
  for (const scan::Scanned& one : all) {
    if (!one.fault.empty()) fmt::print(stderr, "sengi: {}\n", one.fault);
  }
  if (session.json) {
    SENGI_CHECK(say(json_of(all, totals, !options.to.empty())));
  } else {
    if (options.to.empty()) SENGI_CHECK(say(table_of(all)));
    if (session.talks()) {
      SENGI_CHECK(say(
          fmt::format("{} in {:.3g} h of {}{}{}{}\n", counted(totals.events, "event"), totals.hours,
                      counted(totals.scanned, "recording"),
                      totals.before > 0 ? fmt::format(" ({} scanned before)", totals.before) : "",
                      totals.broken > 0 ? fmt::format("; {} could not be read", totals.broken) : "",
                      options.to.empty() ? "" : "; tables in " + options.to)));
    }
  }
  SENGI_CHECK(scan::say_over(many.to, many.part, totals.broken > 0));
  return totals.broken == 0 ? Status::done : Status::no;
}

}  // namespace

void add_scan(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("scan", "Find events in long recordings");
  add_project(*command, options->project);
  command->add_option("RECORDINGS", options->recordings, "Recordings, and folders of them")
      ->required();
  command->add_option("--to", options->to,
                      "A folder for a table a recording; a scan that was cut off goes on there");
  command->add_option("--as", options->format, "What the tables are")
      ->check(CLI::IsMember({"raven", "audacity", "csv", "json"}))
      ->capture_default_str();
  command
      ->add_option("--rule", options->rule,
                   "device: as the device decides; tensorflow: as the streaming test of "
                   "TensorFlow's speech commands")
      ->check(CLI::IsMember({"device", "tensorflow"}))
      ->capture_default_str();
  const auto score = CLI::Range(0.0, 1.0);
  const auto time = CLI::Range(0, 60000);
  command->add_option("--threshold", options->threshold, "Averaged score of an event's start")
      ->check(score);
  command->add_option("--release", options->release, "And of its end (device)")->check(score);
  command->add_option("--stride-ms", options->stride_ms, "Between two runs of the network")
      ->check(CLI::Range(1, 60000));
  command->add_option("--smoothing-ms", options->smoothing_ms, "Scores averaged over (device)")
      ->check(time);
  command->add_option("--refractory-ms", options->refractory_ms, "Rest after an event (device)")
      ->check(time);
  command->add_option("--average-ms", options->average_ms, "Scores averaged over (tensorflow)")
      ->check(time);
  command->add_option("--suppression-ms", options->suppression_ms, "Rest (tensorflow)")
      ->check(time);
  command->add_option("--minimum-count", options->minimum_count, "Of scores (tensorflow)")
      ->check(CLI::Range(1, 10000));
  command->add_option("--threads", options->threads, "All cores without it")
      ->check(CLI::Range(1, 1024));
  command->add_option("--part", options->part,
                      "2/3: the second of three processes with a common folder; mpirun and srun "
                      "say it themselves");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Recordings may have any length, rate, channels and format. What is found is what the "
      "device\n"
      "would find, to the bit, with its times: when it would have told. What is not given is "
      "taken\n"
      "from [detect] of sengi.toml. Ends with 1 where a recording could not be read; the others "
      "are\n"
      "scanned.\n\n"
      "Examples:\n"
      "  sengi scan frogs night.wav\n"
      "  sengi scan frogs /data/2026 --to found --as raven\n"
      "  sengi scan frogs /data/2026 --to found --threshold 0.4\n"
      "  sengi scan words talk.mp3 --rule tensorflow --average-ms 100 --suppression-ms 500 \\\n"
      "    --minimum-count 4 --stride-ms 20\n"
      "  mpirun -n 8 sengi scan frogs /data/2026 --to found\n"
      "  sengi evaluate found --events marked --recordings /data/2026");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
