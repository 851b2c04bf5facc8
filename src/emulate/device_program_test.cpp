// SPDX-License-Identifier: Apache-2.0
// The whole device program, on every board, against its parts on this machine: the front end's
// features, the reference interpreter, and the detector's rule.
#include "emulate/device_program.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "emulate/test_board.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "sengi/detect/detector.h"
#include "signal/front_end_tables.h"

namespace sengi::emulate {
namespace {

using testing::HasSubstr;
using Samples = std::vector<std::int16_t>;

constexpr std::int32_t rate = 8000;
constexpr std::size_t labels = 4;

// Small enough for a micro:bit: 20 columns of 8 at 8 kHz.
project::Trained trained_for_test() {
  project::Trained trained;
  trained.name = "birds";
  trained.labels = {"_silence_", "_unknown_", "wren", "Zaunkönig"};
  trained.silence = "_silence_";
  trained.unknown = "_unknown_";
  trained.signal = {.sample_rate_hz = rate,
                    .window_samples = 240,
                    .hop_samples = 160,
                    .fft_size = 256,
                    .mel_channels = 16,
                    .low_hz = 60,
                    .high_hz = 3800,
                    .feature = signal::Feature::mfcc,
                    .coefficients = 8};
  trained.columns = 20;
  trained.clip_samples = 160 * 21 + 70;  // and what fills no hop
  trained.detect = {
      .stride_ms = 60, .smoothing_ms = 120, .threshold = 0.4, .release = 0.3, .refractory_ms = 120};
  trained.model_sha256 = std::string(64, 'a');
  trained.config_sha256 = std::string(64, 'b');
  return trained;
}

model::Graph network_for_test() {
  model::TestGraph graph(model::Type::int8, 3);
  const auto input = graph.input({1, 20, 8, 1});
  const auto convolved = graph.conv_2d(input, 6, 5, 3, {.stride_h = 2, .stride_w = 2});
  const auto flat = graph.reshape(convolved, {1, 10 * 4 * 6});
  return graph.finish({graph.softmax(graph.dense(flat, labels))});
}

// Tones that come and go in noise.
Samples sound(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  Samples samples(count);
  double pitch = 0;
  double loud = 0;
  double phase = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 2400 == 0) {
      pitch = 100 * std::pow(30, uniform());
      loud = 20 * std::pow(1000, uniform());
    }
    phase += 2 * std::numbers::pi * pitch / rate;
    samples[i] = static_cast<std::int16_t>(loud * std::sin(phase) + 40 * (uniform() - 0.5));
  }
  return samples;
}

class DeviceProgram : public test::Workbench, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    board_ = load_board(GetParam()).value();
    SENGI_NEED_BOARD(board_);
    // Neither the firmware nor what is generated makes a compiler warn.
    for (const char* flag : {"-Wall", "-Wextra", "-Wconversion", "-Werror"}) {
      board_.cpu_flags.emplace_back(flag);
    }
    // Scaling from the test's own sounds, so that features use their range.
    std::vector<Samples> sounds;
    for (unsigned seed = 0; seed < 4; ++seed) sounds.push_back(sound(16000, 100 + seed));
    const auto scaling = signal::calibrate(trained_.signal, signal::views(sounds)).value();
    trained_.feature_offset = scaling.offset;
    trained_.feature_multiplier = scaling.multiplier;
    tables_ = signal::make_tables(trained_.signal, scaling).value();
    const auto program = build_device_program(trained_, graph_, board_, folder_ / "built");
    ASSERT_TRUE(program.ok()) << program.error().message;
    program_ = program.value();
  }

  // Scores of the columns `first` .. of a sound.
  std::vector<std::int8_t> scores_here(const std::vector<std::int8_t>& columns, std::size_t first) {
    const std::size_t size = static_cast<std::size_t>(trained_.signal.column_size());
    const auto part = std::span(columns).subspan(first * size, 20 * size);
    const auto output = interpreter_.run(std::as_bytes(part));
    return model::from_bytes<std::int8_t>(output);
  }

  Board board_;
  project::Trained trained_ = trained_for_test();
  model::Graph graph_ = network_for_test();
  model::Interpreter interpreter_ = model::Interpreter::make(network_for_test()).value();
  std::shared_ptr<const signal::OwnedTables> tables_;
  Program program_;
};

TEST_P(DeviceProgram, ScoresClipsAsItsPartsDoHere) {
  std::vector<Samples> clips;
  for (unsigned seed = 0; seed < 12; ++seed) {
    clips.push_back(sound(static_cast<std::size_t>(trained_.clip_samples), seed));
  }
  const auto got = score_clips(program_, trained_, clips, {});
  ASSERT_TRUE(got.ok()) << got.error().message;
  ASSERT_EQ(got.value().scores.size(), clips.size());
  for (std::size_t i = 0; i < clips.size(); ++i) {
    EXPECT_EQ(got.value().scores[i], scores_here(signal::features(*tables_, clips[i]), 0));
  }
  EXPECT_EQ(got.value().run.instructions.has_value(), !board_.qemu_machine.empty());

  // Twice as many hops from one run of the network to the next are twice the work.
  const auto& front_end = got.value().run.front_end_cycles;
  ASSERT_EQ(front_end.has_value(), !board_.cycle_rule.empty());
  if (front_end) {
    EXPECT_GT(*front_end, 10'000U);
    project::Trained slower = trained_;
    slower.detect.stride_ms = 2 * trained_.detect.stride_ms;
    const auto twice = score_clips(program_, slower, clips, {}).value().run.front_end_cycles;
    EXPECT_NEAR(static_cast<double>(*twice), 2.0 * static_cast<double>(*front_end), 1.0);
  }

  clips[3].pop_back();
  const auto refused = score_clips(program_, trained_, clips, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("clip 3 has 3,429 samples where 3,430"));
}

TEST_P(DeviceProgram, ListensAsItsPartsDoHere) {
  const Samples stream = sound(rate * 20 + 77, 5);
  const auto got = listen(program_, trained_, stream, {false, {}});
  ASSERT_TRUE(got.ok()) << got.error().message;

  // Column c is heard with hop c + 2: a window is longer than a hop. Strides are three hops.
  const auto columns = signal::features(*tables_, stream);
  const std::size_t count = columns.size() / 8;
  std::vector<std::vector<std::int8_t>> scores;
  for (std::size_t first = 0; first + 20 <= count; first += 3) {
    scores.push_back(scores_here(columns, first));
  }
  EXPECT_EQ(got.value().scores, scores);

  struct Heard {
    void began(std::int32_t label, std::uint32_t step) { starts.push_back({label, hops(step)}); }
    void ended(const detect::Event& event) {
      const double hop_s = 160.0 / rate;
      events.push_back({event.label, hops(event.start_step) * hop_s, hops(event.end_step) * hop_s,
                        event.peak / 256.0});
    }
    static std::uint32_t hops(std::uint32_t step) { return 21 + 3 * step; }
    std::vector<std::pair<std::int32_t, std::uint32_t>> starts;
    std::vector<Detection> events;
  };
  const detect::DetectorSpec spec = {.labels = labels,
                                     .smoothing_steps = 2,
                                     .threshold = 102,  // 0.4 and 0.3 of 256
                                     .release = 77,
                                     .refractory_steps = 2};
  const bool is_event[] = {false, false, true, true};
  std::vector<std::int32_t> memory(detect::Detector::memory_words(spec));
  detect::Detector detector(spec, is_event, memory);
  Heard heard;
  for (const auto& row : scores) detector.push(row.data(), heard);
  detector.finish(heard);
  EXPECT_GE(heard.events.size(), 3u);
  EXPECT_EQ(got.value().detections, heard.events);

  std::string console;
  for (const auto& [label, hops] : heard.starts) {
    char line[64];
    std::snprintf(line, sizeof line, "%u.%02u s  %s\n", hops / 50, hops * 2 % 100,
                  trained_.labels[static_cast<std::size_t>(label)].c_str());
    console += line;
  }
  EXPECT_EQ(got.value().run.console, console);

  const auto nothing = listen(program_, trained_, sound(160 * 20, 1), {false, {}});
  ASSERT_TRUE(nothing.ok()) << nothing.error().message;  // too short for the network to look once
  EXPECT_TRUE(nothing.value().scores.empty());
  EXPECT_TRUE(nothing.value().detections.empty());
}

INSTANTIATE_TEST_SUITE_P(Boards, DeviceProgram, testing::ValuesIn(runnable_board_names()),
                         [](const auto& tested) { return test::test_name(tested.param); });

}  // namespace
}  // namespace sengi::emulate
