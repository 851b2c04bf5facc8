// SPDX-License-Identifier: Apache-2.0
// sengi new and sengi data.
#include <nlohmann/json.hpp>
#include <regex>
#include <tuple>

#include "cli/cli_fixture.h"
#include "data/image.h"
#include "project/project.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

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

TEST_F(CliTest, ImportsALogAsWhatComesNext) {
  std::string log = "datetime,5cm_a VWC,5cm_b VWC,air C\n";
  for (int day = 1; day <= 28; ++day) {
    for (int hour = 0; hour < 24; hour += 6) {
      log += "2026-02-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "T" +
             std::string(hour < 10 ? "0" : "") + std::to_string(hour) + ":00," +
             (day % 9 < 5 ? "0.2,0.3,4" : "0.05,0.05,9") + "\n";
    }
  }
  ASSERT_TRUE(write_text(path("logs/a.csv"), log).ok());
  const std::vector<std::string> ask = {"data",
                                        "import-forecast",
                                        text("logs"),
                                        "--input",
                                        "soil=5cm.*VWC",
                                        "--input",
                                        "air=air.*",
                                        "--labels",
                                        "dry",
                                        "moist",
                                        "--group-days",
                                        "7",
                                        "--history-hours",
                                        "24",
                                        "--ahead-hours",
                                        "24",
                                        "--to",
                                        text("table.csv")};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), ask.begin(), ask.end());
    return more;
  };
  const ProcessOutput output = sengi(with({"--below", "soil=0.1", "--json"}));
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const Json json = Json::parse(output.out);
  EXPECT_EQ(json["columns"], Json({"soil_24", "air_24", "soil_18", "air_18", "soil_12", "air_12",
                                   "soil_6", "air_6"}));
  EXPECT_GT(json["examples"]["dry"], json["as_now"]["dry"]);
  EXPECT_THAT(read_text(path("table.csv")).value(), HasSubstr(",moist,0.25,4,0.25,4"));
  EXPECT_THAT(sengi(with({"--below", "soil=0.1"})).out, HasSubstr("the mark to beat"));

  // A table that a project of sequences takes.
  ASSERT_EQ(sengi({"new", "sequence", text("soil")}).exit_status, 0);
  ASSERT_TRUE(write_text(path("soil/sengi.toml"),
                         "[project]\nkind = \"sequence\"\n[data]\ntable = \"../table.csv\"\n"
                         "group_column = \"group\"\nvalidation_percent = 25\n"
                         "test_percent = 25\n[evaluate]\nslices = [\"now\"]\n")
                  .ok());
  EXPECT_THAT(sengi({"data", "check", text("soil")}).out, HasSubstr("dry"));

  expect_refused(with({}), "--below NAME=BOUND");
  expect_refused(with({"--below", "soil"}), "moisture=0.08");
  expect_refused(with({"--below", "sun=1"}), "'sun' is asked about");
  expect_refused(with({"--below", "soil=0.1", "--range", "soil=2..1"}), "soil=-0.1..0.6");
  expect_refused(with({"--below", "soil=-1"}), "never falls below -1");
}

TEST_F(CliTest, ImportsARecordingByWindowsOfTime) {
  ASSERT_TRUE(write_text(path("m.csv"),
                         "timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 12:00:00,2\n"
                         "2014-01-02 00:00:00,3\n2014-01-02 12:00:00,4\n")
                  .ok());
  ASSERT_TRUE(write_text(path("windows.json"),
                         R"({"m.csv": [["2014-01-01 10:00:00", "2014-01-01 14:00:00"]]})")
                  .ok());
  const ProcessOutput output =
      sengi({"data", "import-labelled", text("m.csv"), "--windows", text("windows.json"),
             "--group-days", "1", "--to", text("manifest.csv"), "--json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_EQ(Json::parse(output.out)["stretches"], Json({{"anomaly", 1}, {"normal", 2}}));
  EXPECT_THAT(read_text(path("manifest.csv")).value(),
              HasSubstr("m.csv,anomaly,2014-01-01,43200,86400\n"));
  expect_refused({"data", "import-labelled", text("m.csv"), "--to", text("manifest.csv")},
                 "--windows FILE");
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

}  // namespace
}  // namespace sengi
