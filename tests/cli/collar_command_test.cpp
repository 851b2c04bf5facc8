// SPDX-License-Identifier: Apache-2.0
// sengi collar, sengi run of a collar, sengi energy.
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"

namespace sengi {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

class CollarTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    const std::string field =
        R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Maize",
            "kind":"farm"},"geometry":{"type":"Polygon","coordinates":[[[-2.19,15.68],[-2.17,15.68],
            [-2.17,15.70],[-2.19,15.70],[-2.19,15.68]]]}}]})";
    ASSERT_TRUE(write_text(path("collar/zones.geojson"), field).ok());
    ASSERT_TRUE(write_text(path("collar/sengi.toml"),
                           "[project]\nname = \"c\"\nkind = \"collar\"\n[collar]\nlistener = "
                           "\"nobody\"\n")
                    .ok());
    ASSERT_EQ(sengi({"collar", "make-track", "-o", text("made.csv"), "--days", "3", "--seed", "4"})
                  .exit_status,
              0);
  }
};

TEST_F(CollarTest, LivesAlongATrackAndHearsCallsFromATable) {
  ASSERT_TRUE(
      write_text(path("calls.csv"), "time,class,score,duration_s\n2026-01-01T12:00:20Z,3,250,2.5\n")
          .ok());
  const ProcessOutput run = sengi({"run", text("collar"), "--track", text("made.csv"), "--audio",
                                   text("calls.csv"), "--on", "host", "--days", "2", "--json"});
  ASSERT_EQ(run.exit_status, 0) << run.err;
  const Json life = Json::parse(run.out);
  EXPECT_TRUE(life.is_object());
  EXPECT_THAT(read_text(path("collar/out/uplinks.jsonl")).value(), HasSubstr("\"port\""));
}

TEST_F(CollarTest, LivesUntilATimeAndSaysItToAStation) {
  const ProcessOutput run = sengi(
      {"run", text("collar"), "--track", text("made.csv"), "--on", "host", "--days", "2", "--until",
       "2026-11-20T09:30:00Z", "--device", "tembo", "--envelopes", text("heard.jsonl"), "--quiet"});
  ASSERT_EQ(run.exit_status, 0) << run.err;
  std::istringstream lines(read_text(path("heard.jsonl")).value());
  std::string first;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (first.empty()) first = line;
    last = line;
  }
  EXPECT_EQ(Json::parse(first)["device"], "tembo");
  EXPECT_THAT(Json::parse(first)["time"].get<std::string>(), StartsWith("2026-11-18T"));
  EXPECT_GT(Json::parse(last)["time"].get<std::string>(), "2026-11-20T00:00:00Z");
  EXPECT_LT(Json::parse(last)["time"].get<std::string>(), "2026-11-20T10:31:00Z");
  // A station takes all of them.
  const ProcessOutput station =
      sengi({"station", "--folder", text("camp"), "import", text("heard.jsonl")});
  EXPECT_EQ(station.exit_status, 0) << station.err;
  EXPECT_THAT(station.out, HasSubstr("0 refused"));
  expect_refused({"run", text("collar"), "--track", text("made.csv"), "--on", "host", "--until",
                  "soon", "--quiet"},
                 "--until soon");
}

TEST_F(CollarTest, SoundNeedsAnEar) {
  write_clip("evening.wav", 300);
  const std::string sound = text("project/recordings/evening.wav");
  expect_refused({"run", text("collar"), "--track", text("made.csv"), "--audio", sound, "--on",
                  "host", "--quiet"},
                 "nothing on this collar listens");
  expect_refused({"run", text("collar"), "--audio", text("none.wav"), "--on", "host", "--quiet"},
                 "none.wav");
}

TEST_F(CollarTest, EnergyIsStudiedAlongATrack) {
  const ProcessOutput study = sengi({"energy", "study", text("collar/zones.geojson"), "--track",
                                     text("made.csv"), "--page", text("battery.html"), "--json"});
  ASSERT_EQ(study.exit_status, 0) << study.err;
  const Json json = Json::parse(study.out);
  EXPECT_GE(json.at("rows").size(), 2U);
  EXPECT_THAT(read_text(path("battery.html")).value(), HasSubstr("<svg"));
  expect_refused({"energy", "study", "--track", text("none.csv")}, "none.csv");
  expect_refused({"energy", "study", "--track", text("made.csv"), "--fix-least-min", "60",
                  "--fix-most-min", "30"},
                 "--fix-most-min");
  const ProcessOutput constants = sengi({"energy", "currents", "--cpp"});
  EXPECT_EQ(constants.exit_status, 0);
  EXPECT_THAT(constants.out, StartsWith("// Typical currents of boards/opencollar.toml"));
  EXPECT_THAT(sengi({"energy", "currents"}).out, HasSubstr("gps kept ready"));
}

}  // namespace
}  // namespace sengi
