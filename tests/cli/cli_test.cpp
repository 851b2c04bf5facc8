// SPDX-License-Identifier: Apache-2.0
// The real sengi program, driven as a person drives it. Bad input must give one line on standard
// error that names the file and status 2, and leave what was there before.
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <tuple>

#include "base/files.h"
#include "base/process.h"
#include "data/audio.h"
#include "data/image.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"
#include "project/project.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Json = nlohmann::json;

// One convolution and a pool: enough to have windows, weights and an arena.
model::Graph small_network(std::int32_t height = 8, std::int32_t width = 6) {
  std::vector<std::byte> weights(4 * 3 * 3 * 2);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<std::byte>(static_cast<std::int8_t>(i * 29 % 255 - 127));
  }
  const std::vector<std::int32_t> biases = {100, -200, 300, -400};
  std::vector<std::byte> bias(sizeof(std::int32_t) * biases.size());
  std::memcpy(bias.data(), biases.data(), bias.size());

  const model::Quantization per_channel{{0.01f, 0.02f, 0.015f, 0.005f}, {0, 0, 0, 0}, 0};
  model::Quantization bias_scale = per_channel;
  for (float& scale : bias_scale.scale) scale *= 0.05f;
  using model::Type;
  model::Graph graph;
  graph.name = "small";
  graph.tensors = {{"image", Type::int8, {1, height, width, 2}, {{0.05f}, {3}, 0}, {}},
                   {"conv/weights", Type::int8, {4, 3, 3, 2}, per_channel, weights},
                   {"conv/bias", Type::int32, {4}, bias_scale, bias},
                   {"conv", Type::int8, {1, height / 2, width / 2, 4}, {{0.1f}, {-5}, 0}, {}},
                   {"pool", Type::int8, {1, 1, 1, 4}, {{0.1f}, {-5}, 0}, {}}};
  graph.operators = {{model::Conv2D{.padding = model::Padding::same,
                                    .stride_h = 2,
                                    .stride_w = 2,
                                    .activation = model::Activation::relu},
                      {0, 1, 2},
                      {3}},
                     {model::AveragePool2D{.stride_h = height / 2,
                                           .stride_w = width / 2,
                                           .filter_h = height / 2,
                                           .filter_w = width / 2},
                      {3},
                      {4}}};
  graph.inputs = {0};
  graph.outputs = {4};
  return graph;
}

class CliTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
    model_ = model::write_tflite(small_network());
    ASSERT_TRUE(write_file(path("small.tflite"), model_).ok());
  }

  fs::path path(const std::string& name) const { return folder_->path() / name; }
  std::string text(const std::string& name) const { return path(name).string(); }

  // Its cache is in the test's folder, so that nothing is left over and nothing is found.
  ProcessOutput sengi(std::vector<std::string> words, const std::string& search_path = {}) const {
    std::vector<std::string> command = {"/usr/bin/env", "XDG_CACHE_HOME=" + text("cache")};
    if (!search_path.empty()) command.push_back("PATH=" + search_path);
    command.push_back(SENGI_BINARY);
    command.insert(command.end(), words.begin(), words.end());
    auto output = run_process(command, std::chrono::minutes(5));
    EXPECT_TRUE(output.ok()) << output.error().message;
    return output.ok() ? output.value() : ProcessOutput{-1, "", ""};
  }

  // Refused with status 2 and one line that names what is at fault.
  void expect_refused(const std::vector<std::string>& words, const std::string& named) const {
    expect_refusal(sengi(words), named);
  }
  static void expect_refusal(const ProcessOutput& output, const std::string& named) {
    EXPECT_EQ(output.exit_status, 2) << output.out << output.err;
    EXPECT_THAT(output.err, StartsWith("sengi: "));
    EXPECT_THAT(output.err, EndsWith("\n"));
    EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
    EXPECT_THAT(output.err, HasSubstr(named));
  }

  void write_clip(const std::string& name, int hz) const {
    data::Audio audio{16000, std::vector<std::int16_t>(16000)};
    for (std::size_t i = 0; i < audio.samples.size(); ++i) {
      audio.samples[i] =
          static_cast<std::int16_t>(6000 * std::sin(static_cast<double>(i) * hz * 0.00039));
    }
    ASSERT_TRUE(data::write_wav(path("project/recordings/" + name), audio).ok());
  }
  void make_project(const std::string& config = "[data]\nseed = 3\n") const {
    ASSERT_TRUE(write_text(path("project/sengi.toml"), config).ok());
    for (int take = 0; take < 6; ++take) {
      write_clip("no/" + std::to_string(take) + ".wav", 300 + take);
      write_clip("yes/" + std::to_string(take) + ".wav", 900 + take);
    }
  }

  std::optional<TemporaryFolder> folder_;
  std::vector<std::byte> model_;
};

// ---- sengi new ----

// What the template names of a project.
auto settings_of(const project::Project& p) {
  const project::AugmentConfig& a = p.train.augment;
  return std::tuple(p.data.path, p.data.manifest, p.data.group, p.data.clip_ms,
                    p.data.validation_percent, p.data.test_percent, p.signal, p.model.architecture,
                    p.model.channels, p.model.blocks, p.train.epochs, p.train.patience,
                    p.train.learning_rate, p.train.threads, p.train.seed, a.shift_ms, a.gain_db,
                    a.speed_percent, a.noise_probability, a.snr_db_min, a.snr_db_max,
                    p.detect.stride_ms, p.detect.smoothing_ms, p.detect.threshold, p.detect.release,
                    p.detect.refractory_ms, p.board);
}

TEST_F(CliTest, NewWritesDefaultsThatAreTheDefaults) {
  ASSERT_EQ(sengi({"new", "keyword", text("tree frogs")}).exit_status, 0);
  const fs::path file = path("tree frogs/sengi.toml");
  const std::string written = read_text(file).value();
  const std::string shown = std::regex_replace(written, std::regex("\n# ([a-z_]+ = )"), "\n$1");
  ASSERT_NE(shown, written);
  const auto plain = project::parse_project("[project]\nname = \"tree_frogs\"\n", file);
  const auto uncommented = project::parse_project(shown, file);
  ASSERT_TRUE(uncommented.ok()) << uncommented.error().message;
  EXPECT_EQ(uncommented.value().name, "tree_frogs");
  EXPECT_EQ(settings_of(uncommented.value()), settings_of(plain.value()));
  EXPECT_TRUE(project::parse_project(written, file).ok());
}

TEST_F(CliTest, NewLeavesAProjectAsItIs) {
  make_project();
  expect_refused({"new", "keyword", text("project")}, "there is a project already");
  EXPECT_EQ(read_text(path("project/sengi.toml")).value(), "[data]\nseed = 3\n");
  EXPECT_EQ(sengi({"new", "whale", text("other")}).exit_status, 2);
  EXPECT_FALSE(fs::exists(path("other")));
}

// ---- sengi data import ----

TEST_F(CliTest, ImportsAnnotationsIntoAManifest) {
  make_project("[data]\nmanifest = \"recordings/manifest.csv\"\n");
  ASSERT_TRUE(write_text(path("project/recordings/yes/0.txt"), "0.2\t0.4\tfrog\n").ok());
  const ProcessOutput output =
      sengi({"data", "import", text("project"), text("project/recordings/yes/0.txt"), "--json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const Json json = Json::parse(output.out);
  EXPECT_EQ(json.at("annotations"), 1);
  EXPECT_EQ(json.at("clips").at("frog"), 1);
  EXPECT_THAT(read_text(path("project/recordings/manifest.csv")).value(),
              HasSubstr("yes/0.wav,frog,"));
  ASSERT_TRUE(write_text(path("project/recordings/yes/1.txt"), "0.2\tfrog\n").ok());
  expect_refused({"data", "import", text("project"), text("project/recordings/yes/1.txt")},
                 "1.txt:1: not a label");
}

TEST_F(CliTest, ImportsMovebanksBursts) {
  ASSERT_TRUE(write_text(path("acc.csv"),
                         "event-id,eobs:acceleration-axes,eobs:accelerations-raw,"
                         "individual-local-identifier\n1,XYZ,1 2 3 4 5 6,Ada\n")
                  .ok());
  const ProcessOutput output =
      sengi({"data", "import-movebank", text("acc.csv"), "--to", text("bursts.csv"), "--json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_EQ(Json::parse(output.out).at("individuals").at("Ada"), 1);
  EXPECT_THAT(read_text(path("bursts.csv")).value(), HasSubstr("Ada,1,2,3,4,5,6\n"));
  expect_refused({"data", "import-movebank", text("bursts.csv"), "--to", text("again.csv")},
                 "eobs:accelerations-raw");
}

TEST_F(CliTest, ImportsEdgeImpulsesRecordings) {
  ASSERT_TRUE(
      write_text(path("export/wave.1.json"),
                 R"({"payload":{"interval_ms":10,"sensors":[{"name":"x"}],"values":[1,2]}})")
          .ok());
  const ProcessOutput output =
      sengi({"data", "import-edge-impulse", text("export"), "--to", text("recordings")});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("wave"));
  EXPECT_EQ(read_text(path("recordings/wave/wave.1.csv")).value(), "time_ms,x\n0,1\n10,2\n");
}

TEST_F(CliTest, ImportsLabelledImagesIntoAManifest) {
  make_project("[data]\nmanifest = \"recordings/manifest.csv\"\n");
  ASSERT_TRUE(data::write_png(path("shots/a.png"), {1, 1, {1, 2, 3}}).ok());
  ASSERT_TRUE(write_text(path("coco.json"),
                         R"({"images": [{"id": "a", "file_name": "a.png", "location": "ford"}],
                             "categories": [{"id": 1, "name": "otter"}],
                             "annotations": [{"image_id": "a", "category_id": 1}]})")
                  .ok());
  const ProcessOutput output = sengi({"data", "import", text("project"), text("coco.json"),
                                      "--recordings", text("shots"), "--json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_EQ(Json::parse(output.out).at("images").at("otter"), 1);
  EXPECT_THAT(read_text(path("project/recordings/manifest.csv")).value(),
              HasSubstr("a.png,otter,ford,"));
  expect_refused({"data", "import", text("project"), text("coco.json")}, "--recordings");
  expect_refused({"data", "import", text("project"), text("coco.json"), text("b.txt")},
                 "one after the other");
}

// ---- Zones ----

std::string zones_text(std::string_view corners) {
  return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Maize",
             "kind":"farm"},"geometry":{"type":"Polygon","coordinates":[[)" +
         std::string(corners) + "]]}}]}";
}

TEST_F(CliTest, ChecksZonesAndBuildsThemBothWays) {
  ASSERT_TRUE(write_text(path("bow.geojson"), zones_text("[0,0],[2,2],[2,0],[0,2],[0,0]")).ok());
  const ProcessOutput crossing = sengi({"zones", "check", text("bow.geojson")});
  EXPECT_EQ(crossing.exit_status, 1);
  EXPECT_THAT(crossing.out, HasSubstr("Self-intersection at longitude 1.0000000"));
  EXPECT_EQ(sengi({"zones", "build", text("bow.geojson"), "-o", text("bow.bin")}).exit_status, 1);

  const std::string field = zones_text("[0,0],[0.01,0],[0.01,0.01],[0,0.01],[0,0]");
  ASSERT_TRUE(write_text(path("field.geojson"), field).ok());
  for (const char* name : {"field.bin", "field.h", "back.geojson"}) {
    const std::string from = name[0] == 'b' ? text("field.bin") : text("field.geojson");
    const ProcessOutput built = sengi({"zones", "build", from, "-o", text(name)});
    EXPECT_EQ(built.exit_status, 0) << built.err;
  }
  const ProcessOutput back = sengi({"zones", "check", text("back.geojson"), "--json"});
  ASSERT_EQ(back.exit_status, 0) << back.err;
  EXPECT_EQ(Json::parse(back.out).at("zones").at(0).at("name"), "Maize");
  EXPECT_EQ(Json::parse(back.out).at("corners"), 4);
  expect_refused({"zones", "check", text("field.geojson"), "--kind", "frm"}, "did you mean farm?");
}

TEST_F(CliTest, StudiesWarningsOverATrack) {
  ASSERT_TRUE(
      write_text(path("field.geojson"), zones_text("[0,0],[0.01,0],[0.01,0.01],[0,0.01],[0,0]"))
          .ok());
  std::string track = "time,lon,lat\n";
  for (int hour = 0; hour < 24; ++hour) {
    track += "2020-01-01 " + std::string(hour < 10 ? "0" : "") + std::to_string(hour) + ":00:00," +
             std::to_string(-0.1 + 0.005 * hour) + ",0.005\n";
  }
  ASSERT_TRUE(write_text(path("ada.csv"), track).ok());
  const ProcessOutput study = sengi({"zones", "study", text("field.geojson"), "--track",
                                     text("ada.csv"), "--page", text("page.html"), "--json"});
  ASSERT_EQ(study.exit_status, 0) << study.err;
  const Json row = Json::parse(study.out).at("rows").at(0);
  EXPECT_EQ(row.at("animal"), "ada");
  EXPECT_EQ(row.at("approaches"), 1);
  EXPECT_EQ(row.at("warned"), 1);
  EXPECT_THAT(read_text(path("page.html")).value(), HasSubstr("Map of ada"));

  // Longitude and latitude swapped, as only the track can tell.
  ASSERT_TRUE(write_text(path("swapped.geojson"), zones_text("[40,0],[41,0],[41,1],[40,0]")).ok());
  ASSERT_TRUE(
      write_text(path("north.csv"), "time,lon,lat\n2020-01-01,0.5,40.2\n2020-01-02,0.5,40.3\n")
          .ok());
  expect_refused({"zones", "study", text("swapped.geojson"), "--track", text("north.csv")},
                 "swapped; GeoJSON has longitude first");
}

// ---- The command line ----

TEST_F(CliTest, SaysItsVersion) {
  const ProcessOutput output = sengi({"--version"});
  EXPECT_EQ(output.exit_status, 0);
  EXPECT_THAT(output.out, StartsWith("sengi "));
}

TEST_F(CliTest, EveryCommandHasHelpWithAnExample) {
  const std::vector<std::vector<std::string>> commands = {{"data", "check"},
                                                          {"data", "make"},
                                                          {"data", "import-movebank"},
                                                          {"data", "import-edge-impulse"},
                                                          {"data", "import-labelled"},
                                                          {"train"},
                                                          {"tune"},
                                                          {"evaluate"},
                                                          {"build"},
                                                          {"run"},
                                                          {"bench"},
                                                          {"report"},
                                                          {"quantize"},
                                                          {"zones", "check"},
                                                          {"zones", "build"},
                                                          {"zones", "study"},
                                                          {"boards"},
                                                          {"doctor"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const ProcessOutput output = sengi(command);
    EXPECT_EQ(output.exit_status, 0) << command.front();
    EXPECT_THAT(output.out, HasSubstr("Example")) << command.front();
    EXPECT_THAT(output.out, HasSubstr("  sengi " + command.front())) << command.front();
  }
}

TEST_F(CliTest, BadUsageIsRefused) {
  expect_refused(std::vector<std::string>{}, "sengi --help");
  expect_refused({"tran", "x"}, "did you mean: sengi train");
  expect_refused({"evaluate"}, "PROJECT");
  expect_refused({"evaluate", "x", "--nonsense"}, "--nonsense");
  expect_refused({"build", text("small.tflite"), "--target", "toaster", "-o", text("o")},
                 "toaster");
  expect_refused({"run", text("nothing.tflite")}, "nothing.tflite");
  expect_refused({"run", text("small.tflite"), "--on", "mps2-an368"}, "mps2-an386");
  expect_refused({"run", text("small.tflite"), text("small.tflite")}, "PROJECT");
}

TEST_F(CliTest, AFullOutputIsTold) {
  const auto output = run_process(
      {"/bin/sh", "-c", std::string("\"") + SENGI_BINARY + "\" boards --json > /dev/full"});
  ASSERT_TRUE(output.ok());
  expect_refusal(output.value(), "standard output");
}

// ---- Projects ----

TEST_F(CliTest, AMissingProjectIsNamed) {
  for (const std::string command : {"train", "tune", "evaluate", "report", "run"}) {
    expect_refused({command, text("nowhere")}, "nowhere");
  }
  expect_refused({"data", "check", text("nowhere")}, "nowhere");
}

TEST_F(CliTest, AMistakeInTheConfigurationIsPlacedAndTheRightKeyNamed) {
  make_project("[signal]\nsample_rate = 16000\n");
  expect_refused({"data", "check", text("project")}, "sengi.toml:2");
  expect_refused({"evaluate", text("project")}, "sample_rate_hz");
  make_project("[train]\nepochs = \"many\"\n");
  expect_refused({"train", text("project/sengi.toml")}, "epochs");
}

TEST_F(CliTest, StudiesAndGridsThatCannotBeAreRefused) {
  make_project();
  expect_refused({"train", text("project"), "--folds", "1"}, "--folds");
  expect_refused({"train", text("project"), "--folds", "3", "--learning-curve"}, "--folds");
  const ProcessOutput output = sengi({"train", text("project"), "--grid", "Atlantis"});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, AnyOf(HasSubstr("KE"), HasSubstr("built without its trainer")));
  EXPECT_FALSE(fs::exists(path("project/out")));
}

TEST_F(CliTest, SearchesThatCannotBeAreRefused) {
  make_project();
  expect_refused({"tune", text("project"), "--trials", "0"}, "--trials");
  expect_refused({"tune", text("project"), "--ram", "much"}, "--ram");
  expect_refused({"tune", text("project"), "--apply", "3", "--force"}, "--apply");
  EXPECT_FALSE(fs::exists(path("project/out")));
}

// The whole chain: built and emulated, trained, kept, taken up again, written into sengi.toml.
TEST_F(CliTest, ASearchIsKeptTakenUpAgainAndApplied) {
  if (!fs::exists(fs::path(SENGI_BINARY).parent_path() / "sengi-tune")) {
    GTEST_SKIP() << "built without the search";
  }
  if (!find_program("arm-none-eabi-g++") || !find_program("qemu-system-arm")) {
    GTEST_SKIP() << "needs arm-none-eabi-g++ and qemu-system-arm";
  }
  const std::string config =
      "[data]\nseed = 3\nvalidation_percent = 40\ntest_percent = 20\n"
      "[model]\nchannels = 8  # few\nblocks = 1\n"
      "[train]\nepochs = 2\nthreads = 1\n";
  make_project(config);
  const std::vector<std::string> search = {"tune", text("project"), "--trials", "2", "--threads",
                                           "1",    "--json"};
  const ProcessOutput first = sengi(search);
  ASSERT_EQ(first.exit_status, 0) << first.err;
  const Json found = Json::parse(first.out);
  EXPECT_GE(found.at("candidates"), 2);
  EXPECT_GE(found.at("trainings"), 3);
  EXPECT_GT(found.at("own").at("cycles"), 1000);
  EXPECT_TRUE(fs::exists(path("project/out/tune/report.html")));

  Json again = Json::parse(sengi(search).out);
  again["seconds"] = found.at("seconds");
  EXPECT_EQ(again, found);

  int chosen = 1;
  for (const auto& file : fs::directory_iterator(path("project/out/tune/trials"))) {
    const Json trial = Json::parse(read_text(file.path()).value());
    if (!trial.at("rungs").empty()) chosen = std::max(chosen, trial.at("trial").get<int>());
  }
  ASSERT_GT(chosen, 1);
  const ProcessOutput applied =
      sengi({"tune", text("project"), "--apply", std::to_string(chosen), "--json"});
  ASSERT_EQ(applied.exit_status, 0) << applied.err;
  EXPECT_EQ(Json::parse(applied.out).at("looks_at_test"), 1);
  const std::string written = read_text(path("project/sengi.toml")).value();
  EXPECT_NE(written, config);
  EXPECT_THAT(written, HasSubstr("# few"));
  EXPECT_TRUE(project::load_project(path("project")).ok());
  expect_refused({"tune", text("project"), "--apply", "1"}, "no longer what it was");
}

TEST_F(CliTest, WhatIsNotTrainedSaysHowToTrain) {
  make_project();
  expect_refused({"evaluate", text("project")}, "sengi train");
  expect_refused({"report", text("project")}, "sengi train");
  expect_refused({"run", text("project")}, "sengi train");
  expect_refused({"build", text("project"), "-o", text("code")}, "sengi train");
  EXPECT_FALSE(fs::exists(path("code")));
}

TEST_F(CliTest, DataCheckReportsAndDraws) {
  make_project();
  const ProcessOutput output = sengi({"data", "check", text("project"), "--json"});
  EXPECT_EQ(output.exit_status, 0) << output.out << output.err;
  EXPECT_TRUE(Json::parse(output.out, nullptr, false).is_object()) << output.out;
  auto page = read_text(path("project/out/data.html"));
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page.value(), HasSubstr("<!DOCTYPE html>"));
}

TEST_F(CliTest, DataCheckFindsBrokenRecordingsAndAnswersNo) {
  make_project();
  ASSERT_TRUE(write_text(path("project/recordings/no/broken.wav"), "no sound").ok());
  ASSERT_TRUE(write_text(path("project/recordings/no/empty.wav"), "").ok());
  const auto whole = read_file(path("project/recordings/yes/0.wav"));
  ASSERT_TRUE(whole.ok());
  ASSERT_TRUE(
      write_file(path("project/recordings/yes/short.wav"), std::span(whole.value()).first(3000))
          .ok());
  const ProcessOutput output = sengi({"data", "check", text("project")});
  EXPECT_EQ(output.exit_status, 1) << output.out << output.err;
  for (const char* name : {"broken.wav", "empty.wav", "short.wav"}) {
    EXPECT_THAT(output.out, HasSubstr(name));
  }
}

TEST_F(CliTest, OneLabelIsTooFew) {
  make_project();
  fs::remove_all(path("project/recordings/yes"));
  const ProcessOutput output = sengi({"data", "check", text("project")});
  EXPECT_NE(output.exit_status, 0);
  EXPECT_THAT(output.out + output.err, HasSubstr("label"));
}

TEST_F(CliTest, AnUnwritableFolderIsRefused) {
  expect_refused({"build", text("small.tflite"), "-o", "/proc/sengi"}, "/proc/sengi");
  expect_refused({"run", text("small.tflite"), "--out", "/proc/sengi/o.bin"}, "/proc/sengi");
  make_project();
  ASSERT_TRUE(write_text(path("project/out"), "a file where the folder should be").ok());
  expect_refused({"data", "check", text("project"), "--quiet"}, "project/out");
}

// ---- Models ----

TEST_F(CliTest, AModelCutAnywhereIsRefusedAndTheCodeFromBeforeStays) {
  ASSERT_EQ(sengi({"build", text("small.tflite"), "-o", text("code")}).exit_status, 0);
  const auto before = read_text(path("code/model.cpp"));
  ASSERT_TRUE(before.ok());
  for (std::size_t size = 0; size < model_.size(); size += 1 + model_.size() / 12) {
    ASSERT_TRUE(write_file(path("cut.tflite"), std::span(model_).first(size)).ok());
    expect_refused({"build", text("cut.tflite"), "-o", text("code")}, "cut.tflite");
  }
  EXPECT_EQ(read_text(path("code/model.cpp")).value(), before.value());
}

TEST_F(CliTest, AFileThatIsNoModelIsRefused) {
  ASSERT_TRUE(write_text(path("letter.txt"), "Dear network").ok());
  expect_refused({"run", text("letter.txt")}, "letter.txt");
  expect_refused({"build", text("letter.txt"), "-o", text("code")}, "letter.txt");
}

TEST_F(CliTest, BuildsReadableCodeTheSameEachTime) {
  for (const std::string folder : {"one", "two"}) {
    const ProcessOutput output = sengi({"build", text("small.tflite"), "-o", text(folder)});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("MACs"));
  }
  for (const std::string name : {"model.h", "model.cpp", "plan.json"}) {
    const auto one = read_text(path("one/" + name));
    ASSERT_TRUE(one.ok()) << name;
    EXPECT_EQ(one.value(), read_text(path("two/" + name)).value()) << name;
  }
  EXPECT_TRUE(Json::parse(read_text(path("one/plan.json")).value(), nullptr, false).is_object());
}

TEST_F(CliTest, ExportsALibraryThatHoldsItsHeaders) {
  for (const std::string kind : {"arduino", "cmake", "platformio", "zephyr"}) {
    const ProcessOutput output =
        sengi({"build", text("small.tflite"), "--export", kind, "-o", text(kind)});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    EXPECT_TRUE(fs::exists(path(kind + "/src/small.h")));
    EXPECT_TRUE(fs::exists(path(kind + "/src/small/model.cpp")));
    EXPECT_TRUE(fs::exists(path(kind + "/src/sengi/version.h")));
  }
  expect_refused({"build", text("small.tflite"), "--export", "yocto", "-o", text("x")}, "yocto");
}

TEST_F(CliTest, WhatDoesNotFitTheBoardIsRefusedBeforeItRuns) {
  if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
  const std::vector<std::vector<std::string>> commands = {
      {"build", text("large.tflite"), "--on", "microbit", "-o", text("code")},
      {"run", text("large.tflite"), "--on", "microbit"}};
  const auto refusal = [&](const std::vector<std::string>& command) {
    const ProcessOutput output = sengi(command);
    EXPECT_EQ(output.exit_status, 1) << output.out << output.err;
    EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
    return output.err;
  };
  // An image of 60 KB for 16 KB of RAM.
  ASSERT_TRUE(write_file(path("large.tflite"), model::write_tflite(small_network(100, 300))).ok());
  for (const auto& command : commands) {
    EXPECT_THAT(refusal(command),
                AllOf(HasSubstr("bytes of RAM (arena "), HasSubstr("stack "),
                      HasSubstr("the board has 16,384"), HasSubstr("fullest at layer conv1: make"),
                      HasSubstr("or take a board with more RAM")));
  }
  EXPECT_FALSE(fs::exists(path("code")));
  EXPECT_EQ(
      sengi({"build", text("small.tflite"), "--on", "microbit", "-o", text("code")}).exit_status,
      0);
  EXPECT_TRUE(fs::exists(path("code/model.h")));
  expect_refused({"build", text("small.tflite"), "--on", "toaster", "-o", text("code")}, "toaster");
}

class RunTest : public CliTest {
 protected:
  // Five inputs of all kinds of values, and what the reference interpreter makes of them.
  void write_inputs() {
    auto interpreter = model::Interpreter::make(small_network());
    ASSERT_TRUE(interpreter.ok()) << interpreter.error().message;
    const std::size_t size = interpreter.value().input_bytes();
    for (std::size_t i = 0; i < 5 * size; ++i) {
      inputs_.push_back(static_cast<std::byte>((i * i * 31 + i * 7) & 0xFF));
    }
    for (std::size_t i = 0; i < 5; ++i) {
      const auto output = interpreter.value().run(std::span(inputs_).subspan(i * size, size));
      expected_.insert(expected_.end(), output.begin(), output.end());
    }
    ASSERT_TRUE(write_file(path("in.bin"), inputs_).ok());
  }

  Json run_on(const std::string& board) {
    const ProcessOutput output = sengi({"run", text("small.tflite"), "--on", board, "--in",
                                        text("in.bin"), "--out", text("out.bin"), "--json"});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    return Json::parse(output.out, nullptr, false);
  }

  std::vector<std::byte> inputs_;
  std::vector<std::byte> expected_;
};

TEST_F(RunTest, OnThisMachineGivesTheInterpretersBytes) {
  write_inputs();
  const Json json = run_on("host");
  EXPECT_EQ(read_file(path("out.bin")).value(), expected_);
  for (const char* key : {"arena_bytes", "static_bytes", "stack_bytes", "flash_code_bytes",
                          "flash_const_bytes", "instructions", "cycles"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json.at("outputs_count"), 5);
  EXPECT_TRUE(json.at("cycles").is_null());
  EXPECT_GE(json.at("arena_bytes").get<std::size_t>(), 8u * 6 * 2);
}

TEST_F(RunTest, OnACortexM4GivesTheSameBytesAndIsCounted) {
  if (!find_program("qemu-system-arm") || !find_program("arm-none-eabi-g++")) {
    GTEST_SKIP() << "qemu-system-arm and arm-none-eabi-g++ are needed";
  }
  write_inputs();
  const Json json = run_on("mps2-an386");
  EXPECT_EQ(read_file(path("out.bin")).value(), expected_);
  ASSERT_TRUE(json.at("cycles").is_number());
  // Every multiply-accumulate takes at least one instruction of this plain kernel set, and no
  // instruction takes less than a cycle.
  EXPECT_GT(json.at("instructions").get<std::uint64_t>(), 500u);
  EXPECT_GE(json.at("cycles").get<std::uint64_t>(), json.at("instructions").get<std::uint64_t>());
  EXPECT_GT(json.at("stack_bytes").get<std::size_t>(), 0u);
  EXPECT_GT(json.at("flash_code_bytes").get<std::size_t>(), 0u);
  // Counting again counts the same.
  EXPECT_EQ(run_on("mps2-an386"), json);
}

TEST_F(RunTest, BenchMeasuresAndFindsWhatGrew) {
  if (!find_program("qemu-system-arm") || !find_program("arm-none-eabi-g++")) {
    GTEST_SKIP() << "qemu-system-arm and arm-none-eabi-g++ are needed";
  }
  const ProcessOutput output =
      sengi({"bench", text("small.tflite"), "--layers", "--save", text("before.json")});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("conv1"));
  EXPECT_EQ(sengi({"bench", text("small.tflite"), "--against", text("before.json")}).exit_status,
            0);

  // What sengi run measures, and by layer what adds up to it.
  const Json saved = Json::parse(read_text(path("before.json")).value());
  write_inputs();
  const Json run = run_on("mps2-an386");
  const Json& model = saved.at("models").at(0);
  std::uint64_t cycles = 0;
  for (const Json& layer : model.at("layers")) cycles += layer.at("cycles").get<std::uint64_t>();
  EXPECT_EQ(model.at("cycles"), cycles);
  EXPECT_EQ(model.at("arena_bytes"), run.at("arena_bytes"));
  EXPECT_EQ(model.at("code_bytes"), run.at("flash_code_bytes"));
  EXPECT_EQ(model.at("stack_bytes"), run.at("stack_bytes"));

  Json smaller = saved;
  smaller["models"][0]["code_bytes"] = 100;
  ASSERT_TRUE(write_text(path("smaller.json"), smaller.dump()).ok());
  const ProcessOutput grew =
      sengi({"bench", text("small.tflite"), "--against", text("smaller.json"), "--json"});
  EXPECT_EQ(grew.exit_status, 1) << grew.err;
  EXPECT_THAT(grew.out, HasSubstr("\"grew\": true"));
}

TEST_F(CliTest, BenchRefusesWhatItCannotMeasureOrCompare) {
  expect_refused({"bench"}, "SUBJECT");
  expect_refused({"bench", text("small.tflite"), "--on", "host"}, "host");
  expect_refused({"bench", text("small.tflite"), text("small.tflite")}, "small");
  expect_refused({"bench", text("small.tflite"), "--against", text("none.json")}, "none.json");
  ASSERT_TRUE(write_text(path("letter.json"), "Dear bench").ok());
  expect_refused({"bench", text("small.tflite"), "--against", text("letter.json")}, "letter.json");
}

TEST_F(RunTest, AnswersTheRunnerOfABenchmark) {
  const auto answered = [&](const std::string& board) {
    const auto output = run_process(
        {"/bin/sh", "-c",
         "printf 'name%%db load 3%%' | \"$0\" run \"$1\" --firmware mlperf_tiny --on " + board,
         SENGI_BINARY, text("small.tflite")});
    EXPECT_TRUE(output.ok()) << output.error().message;
    return output.ok() ? output.value().out : "";
  };
  for (const std::string board : {"host", "mps2-an386"}) {
    if (board != "host" && !find_program("qemu-system-arm")) continue;
    EXPECT_THAT(answered(board), EndsWith("m-ready\r\nm-name-dut-[sengi]\r\nm-ready\r\n"
                                          "e-[This network's input has 96 bytes]\r\nm-ready\r\n"));
  }
  expect_refused({"run", text("small.tflite"), "--firmware", "mlperf_tiny", "--on", "wasm"},
                 "wasm");
  expect_refused({"run", text("small.tflite"), "--firmware", "mlperf_tiny", "--json"},
                 "--firmware");
  expect_refused({"run", text("small.tflite"), "--firmware", "toaster"}, "toaster");
}

TEST_F(RunTest, WithoutAnInputStillMeasures) {
  const ProcessOutput output = sengi({"run", text("small.tflite")});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("arena"));
  EXPECT_THAT(output.out, HasSubstr("1 inference on"));
}

TEST_F(RunTest, AnInputThatIsNotAWholeNumberOfTensorsIsRefused) {
  ASSERT_TRUE(write_text(path("in.bin"), "too short").ok());
  ASSERT_TRUE(write_text(path("out.bin"), "from before").ok());
  expect_refused({"run", text("small.tflite"), "--in", text("in.bin"), "--out", text("out.bin")},
                 "in.bin");
  EXPECT_EQ(read_text(path("out.bin")).value(), "from before");
  ASSERT_TRUE(write_text(path("in.bin"), "").ok());
  expect_refused({"run", text("small.tflite"), "--in", text("in.bin")}, "in.bin");
}

TEST_F(RunTest, AMissingCompilerNamesItsPackage) {
  const std::string nothing = text("no-programs");
  expect_refusal(sengi({"run", text("small.tflite"), "--on", "mps2-an386"}, nothing),
                 "gcc-arm-none-eabi");
  expect_refusal(sengi({"run", text("small.tflite"), "--on", "host"}, nothing), "g++");
}

TEST_F(RunTest, ExplainsItsCycles) {
  const ProcessOutput output = sengi({"run", "--explain"});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("LDM"));
  EXPECT_THAT(output.out, HasSubstr("SDIV"));
}

// ---- Float networks ----

class FloatTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    graph_ = model::dequantized(small_network());
    ASSERT_TRUE(write_file(path("float.tflite"), model::write_tflite(graph_)).ok());
    std::vector<float> values(std::size_t{inputs} * 8 * 6 * 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = std::sin(static_cast<float>(i * i % 1009));
    }
    inputs_ = model::to_bytes(values);
    ASSERT_TRUE(write_file(path("calibration/a.bin"), std::span(inputs_).first(96 * 4)).ok());
    ASSERT_TRUE(write_file(path("calibration/b.bin"), std::span(inputs_).subspan(96 * 4)).ok());
    ASSERT_TRUE(write_file(path("in.bin"), inputs_).ok());
  }

  static constexpr int inputs = 20;
  model::Graph graph_;
  std::vector<std::byte> inputs_;
};

TEST_F(FloatTest, RunsOnThisMachineAsInterpreted) {
  auto interpreter = model::Interpreter::make(graph_);
  ASSERT_TRUE(interpreter.ok());
  std::vector<std::byte> expected;
  for (std::size_t i = 0; i < inputs; ++i) {
    const auto output = interpreter.value().run(std::span(inputs_).subspan(i * 384, 384));
    expected.insert(expected.end(), output.begin(), output.end());
  }
  const ProcessOutput output = sengi({"run", text("float.tflite"), "--on", "host", "--in",
                                      text("in.bin"), "--out", text("out.bin"), "--json"});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_EQ(Json::parse(output.out, nullptr, false).value("outputs_count", 0), inputs);
  EXPECT_EQ(read_file(path("out.bin")).value(), expected);
  EXPECT_EQ(sengi({"run", text("float.tflite")}).exit_status, 0);
}

TEST_F(FloatTest, BoardsRefuseItAndNameTheWay) {
  expect_refused({"build", text("float.tflite"), "-o", text("code")},
                 "sengi quantize MODEL.tflite --calibrate");
  expect_refused({"run", text("float.tflite"), "--on", "mps2-an386"},
                 "sengi quantize MODEL.tflite --calibrate");
  EXPECT_FALSE(fs::exists(path("code")));
}

TEST_F(FloatTest, BecomesInt8ThatABoardTakes) {
  for (const std::string calibration : {"in.bin", "calibration"}) {
    const ProcessOutput output = sengi({"quantize", text("float.tflite"), "--calibrate",
                                        text(calibration), "-o", text("int8.tflite"), "--json"});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    const Json json = Json::parse(output.out, nullptr, false);
    EXPECT_EQ(json.at("rung"), "ranges seen");
    EXPECT_EQ(json.at("held_out_inputs"), inputs / 2);
    EXPECT_GT(json.at("output_sqnr_db").get<double>(), 20);
    EXPECT_EQ(json.at("layers").size(), 2U);
  }
  EXPECT_EQ(sengi({"build", text("int8.tflite"), "-o", text("code")}).exit_status, 0);
  const ProcessOutput words = sengi(
      {"quantize", text("float.tflite"), "--calibrate", text("in.bin"), "-o", text("int8.tflite")});
  EXPECT_THAT(words.out, AllOf(HasSubstr("CONV_2D"), HasSubstr(" dB"), HasSubstr("ranges seen")));
}

TEST_F(FloatTest, BadCalibrationIsRefusedAndTheOutputFromBeforeStays) {
  ASSERT_TRUE(write_text(path("int8.tflite"), "from before").ok());
  ASSERT_TRUE(write_text(path("odd.bin"), "too short").ok());
  fs::create_directories(path("empty"));
  for (const std::string calibration : {"odd.bin", "none.bin", "empty"}) {
    expect_refused({"quantize", text("float.tflite"), "--calibrate", text(calibration), "-o",
                    text("int8.tflite")},
                   calibration);
  }
  expect_refused(
      {"quantize", text("small.tflite"), "--calibrate", text("in.bin"), "-o", text("int8.tflite")},
      "small.tflite: is int8 already");
  EXPECT_EQ(read_text(path("int8.tflite")).value(), "from before");
}

TEST_F(CliTest, BoardsAreListed) {
  const ProcessOutput output = sengi({"boards", "--json"});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("mps2-an386"));
  EXPECT_TRUE(Json::parse(output.out, nullptr, false).is_array());
}

TEST_F(CliTest, DoctorNamesPackagesOfWhatIsMissing) {
  const ProcessOutput output = sengi({"doctor"}, text("no-programs"));
  EXPECT_EQ(output.exit_status, 1);
  EXPECT_THAT(output.out, HasSubstr("apt install qemu-system-arm"));
  EXPECT_THAT(output.out, HasSubstr("apt install gcc-arm-none-eabi"));
}

}  // namespace
}  // namespace sengi
