// SPDX-License-Identifier: Apache-2.0
// How fast a trained project's network hears a long recording on one core: each window anew, with
// the same arithmetic, beside windows that share rows; and the whole of sengi scan. In one run:
//
//   cmake --build --preset release --target scan_bench
//   build/release/bench/scan/scan_bench PROJECT [MINUTES]
//
// All scores are compared before a figure is printed.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <vector>

#include "base/files.h"
#include "data/audio.h"
#include "evaluate/pipeline.h"
#include "scan/scan.h"
#include "signal/extractor.h"

namespace {

using namespace sengi;
using Clock = std::chrono::steady_clock;

double seconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

using Scores = std::vector<std::vector<std::int8_t>>;

Result<void> measure(const char* folder, double minutes) {
  SENGI_TRY(project, project::load_project(folder));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  const project::Trained& trained = pipeline.trained();
  const std::int32_t rate = trained.signal.sample_rate_hz;
  std::mt19937 random(1);
  data::Audio audio{rate, {}};
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(60 * minutes * rate); ++i) {
    audio.samples.push_back(static_cast<std::int16_t>(random() % 8000) - 4000);
  }
  SENGI_TRY(extractor, signal::Extractor::make(trained.features(), {trained.feature_offset,
                                                                    trained.feature_multiplier}));
  std::vector<std::int8_t> columns;
  const double front_end =
      seconds([&] { columns = signal::features(*extractor.audio(), audio.samples); });
  const auto size = static_cast<std::size_t>(trained.signal.column_size());
  const std::size_t width = static_cast<std::size_t>(trained.columns) * size;
  const auto stride =
      static_cast<std::size_t>(project::hops_in(trained.detect.stride_ms, trained.signal)) * size;
  SENGI_TRY(network, scan::SlidingNetwork::make(pipeline.graph()));
  const auto hear = [&](bool anew, bool interpreted) {
    Scores scores;
    network.reset();
    for (std::size_t at = 0; at + width <= columns.size(); at += stride) {
      const auto window = std::span(columns).subspan(at, width);
      if (anew) network.reset();
      scores.push_back(interpreted ? pipeline.score_features(window)
                                   : network.score(window, static_cast<std::int64_t>(at / size)));
    }
    return scores;
  };
  Scores reference, anew, sliding;
  double anew_s = 1e9, sliding_s = 1e9;
  const double reference_s = seconds([&] { reference = hear(true, true); });
  // One after the other, three times, so that neither has the quieter machine.
  for (int round = 0; round < 3; ++round) {
    anew_s = std::min(anew_s, seconds([&] { anew = hear(true, false); }));
    sliding_s = std::min(sliding_s, seconds([&] { sliding = hear(false, false); }));
  }
  if (anew != reference || sliding != reference) return Error{"the scores differ"};
  SENGI_TRY(folder_of_sound, TemporaryFolder::make());
  const auto file = folder_of_sound.path() / "noise.wav";
  SENGI_CHECK(data::write_wav(file, audio));
  SENGI_TRY(scanner, scan::Scanner::make(pipeline, {}));
  double whole_s = 1e9;
  for (int round = 0; round < 3; ++round) {
    Result<scan::Heard> heard = Error{""};
    whole_s = std::min(whole_s, seconds([&] { heard = scanner.scan(file, 1); }));
    if (!heard) return heard.error();
    if (heard.value().runs != reference.size()) return Error{"not every window was heard"};
  }
  const double sound_s = 60 * minutes;
  fmt::print("{}: {} windows in {:g} minutes, one core, the same scores by all\n", trained.name,
             reference.size(), minutes);
  fmt::print("  times real time                       ratio\n");
  const auto line = [&](const char* what, double spent) {
    fmt::print("  {:<28} {:>8.0f} {:>6.2f}\n", what, sound_s / spent, anew_s / spent);
  };
  line("reference interpreter", reference_s);
  line("network, each window anew", anew_s);
  line("network, rows shared", sliding_s);
  line("front end alone", front_end);
  line("sengi scan, all of it", whole_s);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "scan_bench PROJECT [MINUTES]\n");
    return 2;
  }
  const auto done = measure(argv[1], argc > 2 ? std::atof(argv[2]) : 10);
  if (done) return 0;
  fmt::print(stderr, "scan_bench: {}\n", done.error().message);
  return 1;
}
