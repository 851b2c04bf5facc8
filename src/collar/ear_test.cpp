// SPDX-License-Identifier: Apache-2.0
// Sound that goes into the collar's program, against the listener by itself.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "base/files.h"
#include "base/hash.h"
#include "collar/bridge_device.h"
#include "collar/image.h"
#include "collar/life.h"
#include "collar/test_scenario.h"
#include "emulate/device_program.h"
#include "link/downlinks.h"
#include "model/test_graphs.h"
#include "model/tflite.h"
#include "project/trained.h"
#include "signal/clip_pieces.h"
#include "signal/front_end_tables.h"

namespace sengi::collar {
namespace {

using ::testing::HasSubstr;
using Samples = std::vector<std::int16_t>;

constexpr std::int32_t rate = 8000;

// Tones that come and go in noise.
Samples tones(std::size_t seconds, unsigned seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  Samples samples(seconds * rate);
  double pitch = 0, loud = 0, phase = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i % 2400 == 0) {
      pitch = 100 * std::pow(30, uniform());
      loud = 20 * std::pow(1000, uniform());
    }
    phase += 2 * std::numbers::pi * pitch / rate;
    samples[i] = static_cast<std::int16_t>(loud * std::sin(phase) + 40 * (uniform() - 0.5));
  }
  return samples;
}

// A project as training leaves it, with a network that learned nothing: it hears what it hears.
class Ear : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_.emplace(TemporaryFolder::make().value());
    ASSERT_TRUE(write_text(at("ear/sengi.toml"),
                           "[project]\nname = \"ear\"\n[signal]\nsample_rate_hz "
                           "= 8000\nhigh_hz = 3800\n[detect]\nstride_ms = 60\n"
                           "smoothing_ms = 120\nthreshold = 0.4\nrelease = "
                           "0.3\nrefractory_ms = 120\n")
                    .ok());
    model::TestGraph graph(model::Type::int8, 3);
    const auto input = graph.input({1, 20, 8, 1});
    const auto convolved = graph.conv_2d(input, 6, 5, 3, {.stride_h = 2, .stride_w = 2});
    const auto flat = graph.reshape(convolved, {1, 10 * 4 * 6});
    graph_ = graph.finish({graph.softmax(graph.dense(flat, 4))});
    const auto project = project::load_project(at("ear"));
    ASSERT_TRUE(project.ok()) << project.error().message;
    const std::vector<std::byte> bytes = model::write_tflite(graph_);
    ASSERT_TRUE(write_file(project::model_path(project.value()), bytes).ok());
    trained_.name = "ear";
    trained_.labels = {"_silence_", "_unknown_", "rumble", "trumpet"};
    trained_.silence = "_silence_";
    trained_.unknown = "_unknown_";
    trained_.signal = {.sample_rate_hz = rate,
                       .window_samples = 240,
                       .hop_samples = 160,
                       .fft_size = 256,
                       .mel_channels = 16,
                       .low_hz = 60,
                       .high_hz = 3800,
                       .feature = signal::Feature::mfcc,
                       .coefficients = 8};
    trained_.columns = 20;
    trained_.clip_samples = 160 * 21;
    trained_.detect = project.value().detect;
    trained_.model_sha256 = sha256(bytes);
    trained_.config_sha256 = std::string(64, 'b');
    const std::vector<Samples> sounds = {tones(2, 100), tones(2, 101)};
    const auto scaling = signal::calibrate(trained_.signal, signal::views(sounds)).value();
    trained_.feature_offset = scaling.offset;
    trained_.feature_multiplier = scaling.multiplier;
    ASSERT_TRUE(project::save_trained(project.value(), trained_).ok());
  }

  std::filesystem::path at(const std::string& name) const { return folder_->path() / name; }

  // What the listener finds by itself, in a program of its own on this machine.
  std::vector<emulate::Detection> alone(const Samples& sound) {
    const auto program = emulate::build_device_program(
        trained_, graph_, emulate::load_board("host").value(), at("alone"));
    EXPECT_TRUE(program.ok()) << program.error().message;
    const auto heard = emulate::listen(program.value(), trained_, sound, {false, {}});
    EXPECT_TRUE(heard.ok()) << heard.error().message;
    return heard.ok() ? heard.value().detections : std::vector<emulate::Detection>();
  }

  std::optional<TemporaryFolder> folder_;
  model::Graph graph_;
  project::Trained trained_;
};

// Each minute of listening is heard as if there were no other, in the collar's own program.
TEST_P(Ear, HearsInTheCollarWhatItHearsAlone) {
  const emulate::Board board = emulate::load_board(GetParam()).value();
  if (const auto missing = emulate::missing_tool(board)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }
  auto ear = EarModel::load(at("ear"));
  ASSERT_TRUE(ear.ok()) << ear.error().message;
  EXPECT_EQ(ear.value().sample_rate_hz(), rate);
  const Parts parts =
      make_parts(test_zones(), nullptr, std::make_shared<EarModel>(std::move(ear).value())).value();
  Scenario scenario = test_scenario(1);
  scenario.begin.accelerometer = false;
  scenario.window = nullptr;
  scenario.begin.data_rate = 5;
  scenario.network.uplink_loss_permille = scenario.network.answer_loss_permille = 0;
  const std::uint32_t start_s = scenario.track.fixes.front().time_s;
  const auto settings = link::settings_frame(1, {{"call_threshold", 1}, {"clips_a_day", 1}});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  scenario.network.downlinks = {{start_s, settings.value()}};
  scenario.sound_hz = rate;
  // From four hours on, two of the times at which it listens: 7 and 5 seconds, and what is no
  // second.
  std::vector<Samples> sounds = {tones(7, 5), tones(5, 6)};
  sounds[1].resize(sounds[1].size() - 3333);
  std::vector<std::uint32_t> listened;
  scenario.sound = [&](std::uint32_t from_s, std::uint32_t) -> Result<Samples> {
    if (from_s < start_s + 4 * 3600 || listened.size() == sounds.size()) return Samples();
    listened.push_back(from_s);
    return sounds[listened.size() - 1];
  };
  const auto program = build_image(parts, board, at("image"));
  ASSERT_TRUE(program.ok()) << program.error().message;
  auto device = BridgeDevice::start(program.value());
  ASSERT_TRUE(device.ok()) << device.error().message;
  const auto life = live(device.value(), scenario);
  ASSERT_TRUE(life.ok()) << life.error().message;
  ASSERT_EQ(listened.size(), 2U);

  using Call = std::tuple<int, int, int>;  // label, score, tenths of a second
  std::vector<Call> expected, got;
  std::vector<link::Bytes> pieces;
  std::uint8_t first_call = 0;
  for (const Samples& sound : sounds) {
    for (const emulate::Detection& one : alone(sound)) {
      expected.emplace_back(one.label, std::lround(one.confidence * 256),
                            static_cast<int>((one.end_s - one.start_s) * 10 + 1e-6));
    }
  }
  for (const Sent& sent : life.value().sent) {
    const auto uplink = link::decode_uplink(sent.bytes, sent.port);
    ASSERT_TRUE(uplink.ok());
    if (const auto* piece = std::get_if<link::Clip>(&uplink.value())) {
      pieces.push_back(piece->bytes);
    }
    const auto* event = std::get_if<link::Event>(&uplink.value());
    if (event == nullptr || event->kind != link::EventKind::call) continue;
    if (got.empty()) first_call = event->lead.sequence;
    got.emplace_back(event->call_class, event->score, event->duration_ds);
    EXPECT_GT(event->lead.time_s, start_s + 4 * 3600);
  }
  ASSERT_GE(expected.size(), 4U);
  EXPECT_EQ(life.value().calls_heard, expected.size());
  // Twelve an hour are told, and each once.
  EXPECT_EQ(got.size(), std::min<std::size_t>(12, expected.size()));
  EXPECT_TRUE(std::equal(got.begin(), got.end(), expected.begin()));

  // And the sound of the first, which is a stretch of what was played.
  ASSERT_FALSE(pieces.empty());
  const auto clip = signal::join_pieces(pieces);
  ASSERT_TRUE(clip.ok()) << clip.error().message;
  EXPECT_TRUE(clip.value().missing_pieces.empty());
  EXPECT_EQ(clip.value().number & 0xFF, first_call);
  const Samples& heard = clip.value().samples;
  ASSERT_GT(heard.size(), 2000U);
  double nearest = 1;
  for (std::size_t from = 0; from + heard.size() <= sounds[0].size(); from += 81) {
    double off = 0, all = 0;
    for (std::size_t i = 0; i < heard.size(); ++i) {
      const double truth = sounds[0][from + i];
      off += (heard[i] - truth) * (heard[i] - truth);
      all += truth * truth;
    }
    nearest = std::min(nearest, off / all);
  }
  EXPECT_LT(nearest, 0.03) << "15 dB";
}

INSTANTIATE_TEST_SUITE_P(Boards, Ear, testing::Values("mps2-an386", "host"));

TEST(EarModel, WhatIsNoEarIsRefused) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  EXPECT_THAT(EarModel::load(folder.path() / "none").error().message, HasSubstr("none"));
  ASSERT_TRUE(write_text(folder.path() / "new/sengi.toml", "[project]\nname = \"new\"\n").ok());
  EXPECT_THAT(EarModel::load(folder.path() / "new").error().message, HasSubstr("not trained"));
  const Parts parts = make_parts(test_zones(), nullptr).value();
  HostDevice device(image_of(parts));
  ASSERT_TRUE(device.begin(test_begin()).ok());
  EXPECT_THAT(device.sound(60, {}).error().message, HasSubstr("no ear"));
}

}  // namespace
}  // namespace sengi::collar
