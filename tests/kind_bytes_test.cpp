// SPDX-License-Identifier: Apache-2.0
// Projects of every kind from files to the emulated board: they learn, and the device answers as
// the laptop does, byte for byte.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "base/files.h"
#include "data/dataset.h"
#include "data/image.h"
#include "emulate/device_program.h"
#include "evaluate/evaluation.h"
#include "evaluate/pipeline.h"
#include "train/random.h"
#include "train/train_project.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using train::Random;

struct Kind {
  std::string name;
  std::string settings;  // sengi.toml
  void (*make)(const fs::path& folder);
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

// Two speeds of shaking, in recordings of three axes.
void make_motion(const fs::path& folder) {
  Random random({1});
  for (const auto& [label, hz] : {std::pair{"slow", 1.0}, std::pair{"fast", 5.0}}) {
    for (int recording = 0; recording < 12; ++recording) {
      std::string text = "time_s,x,y,z\n";
      const double phase = random.uniform(0, 6);
      for (int i = 0; i < 150; ++i) {
        const double angle = phase + 2 * std::numbers::pi * hz * i / 50;
        text += fmt::format("{:.2f},{:.4f},{:.4f},{:.4f}\n", i / 50.0,
                            std::sin(angle) + 0.1 * random.noise(),
                            0.5 * std::cos(angle) + 0.1 * random.noise(), 1 + 0.1 * random.noise());
      }
      ASSERT_TRUE(
          write_text(folder / "recordings" / label / fmt::format("{}.csv", recording), text).ok());
    }
  }
}

// A tap and a knock of the wrist, at any time: which of them came first.
void make_order(const fs::path& folder) {
  Random random({5});
  for (int recording = 0; recording < 120; ++recording) {
    const bool tap_first = recording % 2 == 0;
    const std::size_t first = random.below(40);
    const std::size_t second = first + 10 + random.below(40);
    std::string text = "time_s,x,y\n";
    for (std::size_t i = 0; i < 100; ++i) {
      const bool tap = i / 2 == (tap_first ? first : second) / 2;
      const bool knock = i / 2 == (tap_first ? second : first) / 2;
      text +=
          fmt::format("{:.2f},{:.4f},{:.4f}\n", static_cast<double>(i) / 50,
                      (tap ? 2 : 0) + 0.2 * random.noise(), (knock ? 2 : 0) + 0.2 * random.noise());
    }
    const char* label = tap_first ? "tap_knock" : "knock_tap";
    ASSERT_TRUE(
        write_text(folder / "recordings" / label / fmt::format("{}.csv", recording), text).ok());
  }
}

// Three kinds of rows in a table.
void make_sequence(const fs::path& folder) {
  Random random({2});
  std::string text = "label,a,b,c,d\n";
  for (int i = 0; i < 180; ++i) {
    const int label = i % 3;
    text += fmt::format("type{},{:.3f},{:.3f},{:.3f},{:.3f}\n", label, label + 0.2 * random.noise(),
                        2 - label + 0.2 * random.noise(), random.noise(),
                        label == 1 ? 3 + random.noise() : random.noise());
  }
  ASSERT_TRUE(write_text(folder / "table.csv", text).ok());
}

// Upright and level bars.
void make_images(const fs::path& folder) {
  Random random({3});
  for (const char* label : {"upright", "level"}) {
    for (int i = 0; i < 24; ++i) {
      data::Image image{20, 20, std::vector<std::uint8_t>(1200)};
      const std::size_t bar = 4 + random.below(12);
      for (std::size_t p = 0; p < image.rgb.size(); ++p) {
        const std::size_t x = p / 3 % 20;
        const std::size_t y = p / 60;
        const std::size_t along = label[0] == 'u' ? x : y;
        const double level = (along == bar ? 200 : 60) + 20 * random.noise();
        image.rgb[p] = static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0));
      }
      const fs::path path = folder / "recordings" / label / fmt::format("{}.png", i);
      ASSERT_TRUE(make_folder(path.parent_path()).ok());
      ASSERT_TRUE(data::write_png(path, image).ok());
    }
  }
}

// A pump that hums, and one that knocks.
void make_anomaly(const fs::path& folder) {
  Random random({4});
  for (int recording = 0; recording < 48; ++recording) {
    const bool knocks = recording >= 36;
    std::string text = "time_s,vibration,current\n";
    for (int i = 0; i < 400; ++i) {
      const double hum = std::sin(i * 0.7) + 0.1 * random.noise();
      text += fmt::format("{:.2f},{:.4f},{:.4f}\n", i / 50.0, hum * (knocks && i % 10 < 2 ? 4 : 1),
                          2 + 0.1 * random.noise());
    }
    const char* label = knocks ? "knocking" : "normal";
    ASSERT_TRUE(
        write_text(folder / "recordings" / label / fmt::format("{}.csv", recording), text).ok());
  }
}

constexpr const char* sides = "validation_percent = 20\ntest_percent = 30\n";

const std::vector<Kind>& kinds() {
  static const std::string motion =
      std::string("[project]\nkind = \"motion\"\n[data]\n") + sides + "[train]\nepochs = 12\n";
  static const std::string sequence =
      std::string("[project]\nkind = \"sequence\"\n[data]\ntable = \"table.csv\"\n") + sides;
  static const std::string anomaly =
      std::string("[project]\nkind = \"anomaly\"\n[data]\n") + sides + "[train]\nepochs = 20\n";
  static const std::vector<Kind> all = {
      {"motion_raw", motion, make_motion},
      {"motion_spectral",
       motion + "[signal]\nfeature = \"spectral\"\nvectors = 1\nsegments = 2\n"
                "[model]\narchitecture = \"dense\"\n",
       make_motion},
      {"motion_forest",
       motion + "[signal]\nfeature = \"statistics\"\n[model]\narchitecture = \"random-forest\"\n"
                "trees = 10\n",
       make_motion},
      {"motion_gru",
       std::string("[project]\nkind = \"motion\"\n[data]\n") + sides +
           "[train]\nepochs = 60\n[model]\narchitecture = \"gru\"\nchannels = 12\n",
       make_order},
      {"sequence_gru",
       sequence + "[signal]\naxes = 1\n[train]\nepochs = 25\n[model]\narchitecture = \"gru\"\n"
                  "channels = 9\nblocks = 2\n",
       make_sequence},
      {"sequence_dense", sequence + "[train]\nepochs = 25\n", make_sequence},
      {"sequence_boosted", sequence + "[model]\narchitecture = \"boosted-trees\"\ntrees = 15\n",
       make_sequence},
      {"image_grey",
       std::string("[project]\nkind = \"image\"\n[data]\n") + sides +
           "[signal]\nwidth = 12\nframe_width = 16\nframe_height = 20\npixels = \"grey\"\n"
           "[train]\nepochs = 40\nbatch = 8\n[model]\nchannels = 6\nblocks = 2\n"
           "[train.augment]\nrotate_degrees = 0\n",
       make_images},
      {"image_colour",
       std::string("[project]\nkind = \"image\"\n[data]\n") + sides +
           "[signal]\nwidth = 16\n[train]\nepochs = 40\nbatch = 8\n"
           "[model]\narchitecture = \"resnet\"\nchannels = 6\nblocks = 1\n"
           "[train.augment]\nrotate_degrees = 0\n",
       make_images},
      {"anomaly_autoencoder", anomaly, make_anomaly},
      {"anomaly_mahalanobis", anomaly + "[model]\narchitecture = \"mahalanobis\"\n", make_anomaly}};
  return all;
}

class EveryKind : public testing::TestWithParam<Kind> {};

TEST_P(EveryKind, LearnsAndAnswersOnTheBoardAsOnTheLaptop) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  GetParam().make(folder.path());
  ASSERT_TRUE(write_text(folder.path() / "sengi.toml", GetParam().settings).ok());
  const auto project = project::load_project(folder.path());
  ASSERT_TRUE(project.ok()) << project.error().message;
  const auto trained = train::train_project(project.value(), {});
  ASSERT_TRUE(trained.ok()) << trained.error().message;

  auto pipeline = evaluate::Pipeline::load(project.value());
  ASSERT_TRUE(pipeline.ok()) << pipeline.error().message;
  const project::Project settled = project::settled_as(project.value(), pipeline.value().trained());
  const auto dataset = data::load_dataset(settled);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  const auto evaluation =
      evaluate::evaluate(pipeline.value(), settled, dataset.value(), "test split");
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  EXPECT_GT(evaluate::figures(evaluation.value().confusion).balanced_accuracy, 0.85);

  const data::ClipReader reader(settled);
  std::vector<std::vector<std::int16_t>> clips;
  std::vector<evaluate::Scores> scores;
  for (const data::Clip& clip : dataset.value().clips) {
    if (clip.split != data::Split::test || clips.size() == 8) continue;
    clips.push_back(reader.read(clip).value());
    scores.push_back(pipeline.value().score(clips.back()));
  }
  for (const char* name : {"host", "mps2-an386"}) {
    const emulate::Board board = emulate::load_board(name).value();
    if (emulate::missing_tool(board)) continue;
    const auto program =
        emulate::build_device_program(pipeline.value().trained(), pipeline.value().graph(), board,
                                      folder.path() / "built" / name);
    ASSERT_TRUE(program.ok()) << program.error().message;
    const auto there = emulate::score_clips(program.value(), pipeline.value().trained(), clips,
                                            {.count = false, .layers = {}});
    ASSERT_TRUE(there.ok()) << there.error().message;
    EXPECT_EQ(there.value().scores, scores) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, testing::ValuesIn(kinds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sengi
