// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/hash.h"

namespace sengi::project {
namespace {

using testing::HasSubstr;

Project parsed(const std::string& text) {
  auto project = parse_project(text, "chirp/sengi.toml");
  EXPECT_TRUE(project.ok()) << project.error().message;
  return project.ok() ? std::move(project).value() : Project();
}

std::string fault(const std::string& text) {
  const auto project = parse_project(text, "sengi.toml");
  return project.ok() ? "no fault" : project.error().message;
}

TEST(Project, AnEmptyFileHasTheDefaultsOfTheHeader) {
  const Project p = parsed("");
  const Project defaults;
  EXPECT_EQ(p.name, "chirp");  // the folder's
  EXPECT_EQ(p.kind, "keyword");
  EXPECT_EQ(p.folder, "chirp");
  EXPECT_EQ(p.data.path, defaults.data.path);
  EXPECT_EQ(p.signal, defaults.signal);
  EXPECT_EQ(p.model.channels, defaults.model.channels);
  EXPECT_EQ(p.train.epochs, defaults.train.epochs);
  EXPECT_EQ(p.detect.stride_ms, defaults.detect.stride_ms);
  EXPECT_EQ(p.board, "mps2-an386");
  EXPECT_EQ(p.config_sha256, sha256(std::string_view()));
}

TEST(Project, EveryKeyReachesItsMember) {
  const Project p = parsed(R"(
[project]
name = "Night Birds 2"
kind = "keyword"
[data]
path = "wavs"
manifest = "list.csv"
group = '^([a-z]+)_'
unknown = "other"
silence = "quiet"
labels = ["owl", "other", "quiet"]
clip_ms = 2000
validation_percent = 15
test_percent = 25
seed = 9000000000
[signal]
sample_rate_hz = 8000
window_ms = 32
hop_ms = 16
fft_size = 1024
mel_channels = 24
low_hz = 100
high_hz = 3500
feature = "log-mel"
coefficients = 12
[model]
architecture = "cnn-1d"
channels = 32
blocks = 3
kernel_columns = 7
[train]
epochs = 5
batch = 16
learning_rate = 0.01
weight_decay = 0
dropout = 0.1
label_smoothing = 0
weight_averaging = 0.99
patience = 3
quantize_epochs = 2
threads = 1
seed = 4
[train.augment]
shift_ms = 50
gain_db = 3
speed_percent = 5
vocal_tract_percent = 8
noise_probability = 0.5
snr_db_min = -5
snr_db_max = 20
time_masks = 2
time_mask_columns = 4
frequency_masks = 3
frequency_mask_channels = 5
[detect]
stride_ms = 160
smoothing_ms = 640
threshold = 0.9
release = 0.4
refractory_ms = 1000
[device]
board = "mps2-an500"
)");
  EXPECT_EQ(p.name, "night_birds_2");
  EXPECT_EQ(p.data.path, "wavs");
  EXPECT_EQ(p.data.manifest, "list.csv");
  EXPECT_EQ(p.data.group, "^([a-z]+)_");
  EXPECT_EQ(p.data.unknown, "other");
  EXPECT_EQ(p.data.silence, "quiet");
  EXPECT_EQ(p.data.labels, (std::vector<std::string>{"owl", "other", "quiet"}));
  EXPECT_EQ(p.data.clip_ms, 2000);
  EXPECT_EQ(p.data.validation_percent, 15);
  EXPECT_EQ(p.data.test_percent, 25);
  EXPECT_EQ(p.data.seed, 9000000000U);
  EXPECT_EQ(p.signal, (signal::FrontEndSpec{8000, 256, 128, 1024, 24, 100, 3500,
                                            signal::Feature::log_mel, 12}));
  EXPECT_EQ(p.model.architecture, "cnn-1d");
  EXPECT_EQ(p.model.channels, 32);
  EXPECT_EQ(p.model.blocks, 3);
  EXPECT_EQ(p.model.kernel_columns, 7);
  EXPECT_EQ(p.train.epochs, 5);
  EXPECT_EQ(p.train.batch, 16);
  EXPECT_EQ(p.train.learning_rate, 0.01);
  EXPECT_EQ(p.train.weight_decay, 0);
  EXPECT_EQ(p.train.dropout, 0.1);
  EXPECT_EQ(p.train.label_smoothing, 0);
  EXPECT_EQ(p.train.weight_averaging, 0.99);
  EXPECT_EQ(p.train.augment.vocal_tract_percent, 8);
  EXPECT_EQ(p.train.patience, 3);
  EXPECT_EQ(p.train.quantize_epochs, 2);
  EXPECT_EQ(p.train.threads, 1);
  EXPECT_EQ(p.train.seed, 4U);
  EXPECT_EQ(p.train.augment.shift_ms, 50);
  EXPECT_EQ(p.train.augment.gain_db, 3);
  EXPECT_EQ(p.train.augment.speed_percent, 5);
  EXPECT_EQ(p.train.augment.noise_probability, 0.5);
  EXPECT_EQ(p.train.augment.snr_db_min, -5);
  EXPECT_EQ(p.train.augment.snr_db_max, 20);
  EXPECT_EQ(p.train.augment.time_masks, 2);
  EXPECT_EQ(p.train.augment.time_mask_columns, 4);
  EXPECT_EQ(p.train.augment.frequency_masks, 3);
  EXPECT_EQ(p.train.augment.frequency_mask_channels, 5);
  EXPECT_EQ(p.detect.stride_ms, 160);
  EXPECT_EQ(p.detect.smoothing_ms, 640);
  EXPECT_EQ(p.detect.threshold, 0.9);
  EXPECT_EQ(p.detect.release, 0.4);
  EXPECT_EQ(p.detect.refractory_ms, 1000);
  EXPECT_EQ(p.board, "mps2-an500");
  EXPECT_EQ(p.clip_samples(), 16000);
  EXPECT_EQ(p.columns(), (16000 - 256) / 128 + 1);
}

TEST(Project, SignalFollowsFromTheRate) {
  const Project p = parsed("[signal]\nsample_rate_hz = 11025\nwindow_ms = 30\nhop_ms = 20\n");
  EXPECT_EQ(p.signal.window_samples, 331);  // 330.75
  EXPECT_EQ(p.signal.hop_samples, 221);     // 220.5
  EXPECT_EQ(p.signal.fft_size, 512);
  EXPECT_EQ(p.signal.high_hz, 5512);
  EXPECT_EQ(hops_in(p.detect.stride_ms, p.signal), 5);

  const Project rumble = parsed(
      "[signal]\nsample_rate_hz = 1000\nwindow_ms = 512\nhop_ms = 250\nlow_hz = 8\n"
      "[data]\nclip_ms = 4000\n[detect]\nstride_ms = 500");
  EXPECT_EQ(rumble.signal.fft_size, 512);
  EXPECT_EQ(rumble.signal.high_hz, 500);
  EXPECT_EQ(rumble.columns(), 14);
}

TEST(Project, CoefficientsByDefaultFitTheChannels) {
  EXPECT_EQ(parsed("[signal]\nmel_channels = 8\n").signal.coefficients, 8);
}

TEST(Project, EveryKeyOfASeriesReachesItsMember) {
  const Project p = parsed(R"(
[project]
kind = "motion"
[data]
table = "bouts.csv"
label_column = "what"
group_column = "who"
split_column = "side"
group_span = 20
blank_is_zero = true
clip_ms = 4000
clip_hop_ms = 500
[signal]
columns = ["x0", "y0", "x1", "y1"]
axes = 2
sample_rate_hz = 10.5
low = [-8]
high = [8]
feature = "spectral"
segments = 2
bands = 4
vectors = 0
[model]
architecture = "random-forest"
trees = 30
depth = 6
[train.augment]
shift_percent = 1
speed_percent = 2
gain_percent = 3
jitter_percent = 4
rotate_degrees = 5
axis_dropout = 0.25
)");
  EXPECT_EQ(p.sense(), Sense::series);
  EXPECT_EQ(p.data.table, "bouts.csv");
  EXPECT_EQ(p.data.label_column, "what");
  EXPECT_EQ(p.data.group_column, "who");
  EXPECT_EQ(p.data.split_column, "side");
  EXPECT_EQ(p.data.group_span, 20);
  EXPECT_TRUE(p.data.blank_is_zero);
  EXPECT_EQ(p.data.clip_hop_ms, 500);
  EXPECT_EQ(p.series.columns.size(), 4U);
  EXPECT_EQ(p.series.sample_rate_hz, 10.5);
  EXPECT_EQ(p.series.low, std::vector<double>{-8});
  EXPECT_EQ(p.series.high, std::vector<double>{8});
  EXPECT_EQ(p.series.rows_in(4000), 42);
  EXPECT_EQ(p.series.spec.axes, 2);
  EXPECT_EQ(p.series.spec.feature, signal::SeriesFeature::spectral);
  EXPECT_EQ(p.series.spec.segments, 2);
  EXPECT_EQ(p.series.spec.bands, 4);
  EXPECT_EQ(p.model.trees, 30);
  EXPECT_EQ(p.model.depth, 6);
  EXPECT_EQ(p.train.series_augment.shift_percent, 1);
  EXPECT_EQ(p.train.series_augment.speed_percent, 2);
  EXPECT_EQ(p.train.series_augment.gain_percent, 3);
  EXPECT_EQ(p.train.series_augment.jitter_percent, 4);
  EXPECT_EQ(p.train.series_augment.rotate_degrees, 5);
  EXPECT_EQ(p.train.series_augment.axis_dropout, 0.25);
}

TEST(Project, EveryKeyOfAnImageReachesItsMember) {
  const Project p = parsed(R"(
[project]
kind = "image"
[signal]
frame_width = 160
frame_height = 120
width = 64
height = 48
pixels = "grey"
[train.augment]
flip_horizontal = true
flip_vertical = true
rotate_degrees = 1
shift_percent = 2
zoom_percent = 3
brightness_percent = 4
contrast_percent = 5
saturation_percent = 6
hue_degrees = 7
erase_probability = 0.5
)");
  EXPECT_EQ(p.image, (signal::ImageSpec{160, 120, 1, 64, 48}));
  EXPECT_EQ(p.clip_samples(), 160 * 120);
  const ImageAugmentConfig& augment = p.train.image_augment;
  EXPECT_TRUE(augment.flip_horizontal && augment.flip_vertical);
  EXPECT_EQ(augment.rotate_degrees, 1);
  EXPECT_EQ(augment.shift_percent, 2);
  EXPECT_EQ(augment.zoom_percent, 3);
  EXPECT_EQ(augment.brightness_percent, 4);
  EXPECT_EQ(augment.contrast_percent, 5);
  EXPECT_EQ(augment.saturation_percent, 6);
  EXPECT_EQ(augment.hue_degrees, 7);
  EXPECT_EQ(augment.erase_probability, 0.5);

  // A camera gives what the network looks at, unless it is known to give more.
  EXPECT_EQ(parsed("[project]\nkind = \"image\"\n[signal]\nwidth = 28").image,
            (signal::ImageSpec{28, 28, 3, 28, 28}));
}

TEST(Project, AGruGoesOverTheRowsOfWindowsAndTables) {
  const std::string gru = "[model]\narchitecture = \"gru\"\n";
  EXPECT_EQ(parsed("[project]\nkind = \"motion\"\n" + gru).model.channels, 24);
  EXPECT_EQ(parsed("[project]\nkind = \"motion\"\n" + gru).model.blocks, 1);
  parsed("[project]\nkind = \"motion\"\n[signal]\nfeature = \"spectral\"\nsegments = 4\n" + gru);
  parsed("[project]\nkind = \"sequence\"\n[data]\ntable = \"a.csv\"\n[signal]\naxes = 1\n" + gru);
}

// The rows of a table were once stretched and shifted as if there were moments between them.
TEST(Project, RowsOfATableAreNotMixedWithTheirNeighbours) {
  const Project p = parsed("[project]\nkind = \"sequence\"\n[data]\ntable = \"a.csv\"\n");
  EXPECT_EQ(p.train.series_augment.shift_percent, 0);
  EXPECT_EQ(p.train.series_augment.speed_percent, 0);
  EXPECT_EQ(p.train.series_augment.gain_percent, 0);
}

// Each kind has its first architecture by default, in sizes of its own.
TEST(Project, EveryKindHasDefaults) {
  for (const std::string& kind : kind_names()) {
    const std::string table = kind == "sequence" ? "[data]\ntable = \"t.csv\"" : "";
    const Project p = parsed("[project]\nkind = \"" + kind + "\"\n" + table);
    EXPECT_EQ(p.kind, kind);
    EXPECT_EQ(p.model.architecture, architecture_names(kind).front());
    const ModelConfig sizes = default_model(kind, p.model.architecture);
    EXPECT_EQ(p.model.channels, sizes.channels) << kind;
    EXPECT_EQ(p.model.blocks, sizes.blocks) << kind;
  }
}

struct Case {
  std::string text;
  std::string message;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.message; }

class ProjectFault : public testing::TestWithParam<Case> {};

TEST_P(ProjectFault, IsToldWithPlaceAndAdvice) {
  EXPECT_EQ(fault(GetParam().text), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProjectFault,
    testing::Values(
        Case{"[model]\nchanels = 64",
             "sengi.toml:2:1: unknown key 'chanels' in [model]; did you "
             "mean 'channels'?"},
        Case{"[model]\nepochs = 3",
             "sengi.toml:2:1: unknown key 'epochs' in [model]; it belongs "
             "in [train]"},
        Case{"[model]\ncolour = 3",
             "sengi.toml:2:1: unknown key 'colour' in [model]; the keys "
             "there are architecture, channels, blocks, kernel_columns, trees, depth"},
        Case{"[modl]\nchannels = 64",
             "sengi.toml:1:2: unknown section [modl]; did you mean [model]?"},
        Case{"[weather]",
             "sengi.toml:1:2: unknown section [weather]; the sections are [project], "
             "[data], [model], [train], [evaluate], [device], [detect], [signal]"},
        Case{"channels = 64",
             "sengi.toml:1:1: 'channels' stands outside its section; put it below [model]"},
        Case{"\nmodel = 3",
             "sengi.toml:2:1: model must be a section: write [model] on a line of "
             "its own"},
        Case{"[model]\nchannels = \"64\"",
             "sengi.toml:2:12: channels in [model] must be a whole "
             "number from 1 to 1024, not the text '64'"},
        Case{"[model]\nchannels = 64.0",
             "sengi.toml:2:12: channels in [model] must be a whole "
             "number from 1 to 1024, not 64.0"},
        Case{"[model]\nchannels = 0",
             "sengi.toml:2:12: channels in [model] must be a whole number "
             "from 1 to 1024, not 0"},
        Case{"[model]\nchannels = 9223372036854775807",
             "sengi.toml:2:12: channels in [model] must be a whole number from 1 to 1024, not "
             "9223372036854775807"},
        Case{"[model]\nchannels = [1]",
             "sengi.toml:2:12: channels in [model] must be a whole "
             "number from 1 to 1024, not a list"},
        Case{"[train]\ndropout = nan",
             "sengi.toml:2:11: dropout in [train] must be a number from 0 to 0.95, not nan"},
        Case{"[train]\nseed = -1",
             "sengi.toml:2:8: seed in [train] must be a whole number from 0, not -1"},
        Case{"[data]\nlabels = [\"a\", 2]",
             "sengi.toml:2:10: labels in [data] must be a list of different texts, such as "
             "[\"yes\", \"no\"], not a list"},
        Case{"[project]\nkind = \"collar\"",
             "sengi.toml:2:8: kind in [project] must be \"keyword\", \"motion\", "
             "\"sequence\", \"image\" or \"anomaly\", not the text 'collar'"},
        Case{"[project]\nkind = \"image\"\n[signal]\nmel_channels = 40",
             "sengi.toml:4:16: mel_channels in [signal] is for projects of sounds (kind = "
             "\"keyword\"), and [project] kind makes this one of another kind"},
        Case{"[project]\nkind = \"sequence\"",
             "sengi.toml: a sequence project reads a table with an example a row; name it with "
             "table in [data]"},
        Case{"[project]\nkind = \"motion\"\n[signal]\nlow = [-4]",
             "sengi.toml:4:7: low has 1 number and high 0; each axis needs one of both"},
        Case{"[project]\nkind = \"motion\"\n[signal]\nlow = [4]\nhigh = [-4]",
             "sengi.toml:4:7: low, 4, must be below high, -4, for axis 1"},
        Case{
            "[project]\nkind = \"motion\"\n[model]\narchitecture = \"mobilenet\"",
            "sengi.toml:4:16: architecture in [model] must be \"cnn-1d\", \"tc-resnet\", "
            "\"gru\", \"dense\", \"random-forest\" or \"boosted-trees\", not the text 'mobilenet'"},
        Case{"[project]\nkind = \"motion\"\n[model]\narchitecture = \"gru\"\nblocks = 0",
             "sengi.toml:5:10: a gru has at least one layer of units, not blocks = 0"},
        Case{"[project]\nkind = \"motion\"\n[signal]\nfeature = \"statistics\"\n[model]\n"
             "architecture = \"gru\"",
             "sengi.toml:4:11: a gru goes from row to row in time, and feature = \"statistics\" "
             "makes "
             "one row of a window; use \"raw\", or more segments"},
        Case{
            "[project]\nkind = \"sequence\"\n[data]\ntable = \"a.csv\"\n[model]\n"
            "architecture = \"gru\"",
            "sengi.toml:6:16: a gru goes from row to row in time, and all columns of the table are "
            "one row; say with axes in [signal] how many make a row: 1 for intervals"},
        Case{"[project]\nkind = \"sequence\"\n[data]\ntable = \"a.csv\"\n[signal]\naxes = 2\n"
             "columns = [\"x\", \"y\"]\n[model]\narchitecture = \"gru\"",
             "sengi.toml:6:8: a gru goes from row to row in time"},
        Case{"[project]\nkind = \"image\"\n[signal]\nwidth = 96\nframe_width = 64",
             "sengi.toml:5:15: the network's image of 96 x 96 is larger than the frame of 64 x 96 "
             "that it is cut from"},
        Case{"[signal]\nfeature = \"mfc\"",
             "sengi.toml:2:11: feature in [signal] must be \"mfcc\", "
             "\"log-mel\" or \"pcan\", not the text 'mfc'"},
        Case{"[train]\nepochs = 0\nbatch = 0\n[model]\nblocks = -1",
             "sengi.toml:2:10: epochs in [train] must be a whole number from 1 to 100000, not 0 "
             "(and 2 more faults)"},
        Case{"[data]\ngroup = '(['",
             "sengi.toml:2:9: not a regular expression: Unexpected character within '[...]' in "
             "regular expression"},
        Case{"[data]\ngroup = '[a-z]+'",
             "sengi.toml:2:9: the pattern captures nothing; put brackets around the part that "
             "names the speaker, animal or site, such as \"^([^_]+)_\""},
        Case{"[data]\nlabels = [\"yes\"]",
             "sengi.toml:2:10: one label only; a network needs at "
             "least two to tell apart"},
        Case{"[data]\nvalidation_percent = 60\ntest_percent = 50",
             "sengi.toml:2:22: validation_percent and test_percent together must leave at least "
             "10 % for training, not -10 %"},
        Case{"[signal]\nhigh_hz = 9000",
             "sengi.toml:2:11: the highest frequency must be from 1 "
             "to half the sample rate, 8000 Hz, not 9000"},
        Case{"[signal]\nlow_hz = 7600",
             "sengi.toml:2:10: the lowest frequency, 7600 Hz, must be "
             "from 0 to below the highest, 7600 Hz"},
        Case{"[signal]\nfft_size = 500",
             "sengi.toml:2:12: the FFT's size must be a power of two "
             "from 64 to 4096, not 500"},
        Case{"[signal]\nfft_size = 256",
             "sengi.toml:2:12: the window of 480 samples does not fit "
             "an FFT of 256; make one of them fit the other"},
        Case{"[signal]\nwindow_ms = 300",
             "sengi.toml:2:13: the window of 4800 samples does not "
             "fit an FFT of 4096; make one of them fit the other"},
        Case{"[signal]\nhop_ms = 31",
             "sengi.toml:2:10: the hop of 496 samples must be from 1 to the window's 480"},
        Case{"[signal]\ncoefficients = 41",
             "sengi.toml:2:16: the DCT keeps from 1 to 40 "
             "coefficients (one a mel channel), not 41"},
        Case{"[data]\nclip_ms = 39",
             "sengi.toml:2:11: a clip of 39 ms is too short for one "
             "column of features: a window of 480 samples, in hops of 320"},
        Case{"[detect]\nstride_ms = 110",
             "sengi.toml:2:13: stride_ms in [detect] must be a whole "
             "number of hops of 20 ms, not 110 ms"},
        Case{"[detect]\nrelease = 0.9",
             "sengi.toml:2:11: an event must end (release 0.9) no "
             "higher than it starts (threshold 0.8)"},
        Case{"[train.augment]\nsnr_db_min = 30",
             "sengi.toml:2:14: snr_db_min, 30, is above snr_db_max, 25"}));

TEST(Project, SyntaxErrorsHaveTheirPlace) {
  EXPECT_THAT(fault("[model]\nchannels = = 3\n"), HasSubstr("sengi.toml:2:12: "));
  EXPECT_THAT(fault("[model\n"), HasSubstr("sengi.toml:1:7: "));
  EXPECT_THAT(fault("[model]\nblocks = 1\nblocks = 2\n"), HasSubstr("sengi.toml:3:"));
  EXPECT_THAT(fault("name = \"\xFF\"\n"), HasSubstr("sengi.toml:1:"));
}

// A message is one line, whatever the file holds.
TEST(Project, MessagesAreOneLine) {
  EXPECT_THAT(fault("[model]\nchannels = \"a\\nb\"\n"), Not(HasSubstr("\n")));
  EXPECT_THAT(fault("[model]\n\"a\\nb\" = 1\n"), Not(HasSubstr("\n")));
  EXPECT_THAT(fault("[\"a\\nb\"]\n"), Not(HasSubstr("\n")));
}

TEST(LoadProject, TakesTheFolderOrTheFile) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto& path = folder.value().path();
  const std::string text = "[project]\nname = \"owl\"\n";
  ASSERT_TRUE(write_text(path / "sengi.toml", text).ok());
  for (const auto& given : {path, path / "sengi.toml"}) {
    const auto project = load_project(given);
    ASSERT_TRUE(project.ok()) << project.error().message;
    EXPECT_EQ(project.value().name, "owl");
    EXPECT_EQ(project.value().folder, path);
    EXPECT_EQ(project.value().out(), path / "out");
    EXPECT_EQ(project.value().config_sha256, sha256(text));
  }
}

TEST(LoadProject, WithoutOneSaysWhatAProjectIs) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const std::filesystem::path here = folder.value().path();
  for (const auto& path : {here, here / "sengi.toml"}) {
    const auto project = load_project(path);
    ASSERT_FALSE(project.ok());
    EXPECT_EQ(project.error().message,
              path.string() +
                  ": no project here; a project is a folder with a sengi.toml and "
                  "recordings, and sengi new keyword " +
                  here.string() + " makes one");
    EXPECT_EQ(project.error().outcome, Outcome::bad_input);
  }
}

}  // namespace
}  // namespace sengi::project
