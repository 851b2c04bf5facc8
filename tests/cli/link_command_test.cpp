// SPDX-License-Identifier: Apache-2.0
// sengi link, driven as a person drives it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"

namespace sengi {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

ProcessOutput link(std::vector<std::string> words) {
  words.insert(words.begin(), {SENGI_BINARY, "link"});
  auto run = run_process(words);
  EXPECT_TRUE(run.ok());
  return run.ok() ? run.value() : ProcessOutput{-1, "", ""};
}

TEST(Link, DecodesHexBase64AndFiles) {
  const std::string hex = "9D0F1C04C8AD4A0306A65F5C7CC0BC4536";
  const ProcessOutput one = link({"decode", hex, "--port", "24"});
  EXPECT_EQ(one.exit_status, 0);
  EXPECT_EQ(Json::parse(one.out)["zone"], 12);
  EXPECT_EQ(link({"decode", "nQ8cBMitSgMGpl9cfMC8RTY="}).out, one.out);
  const auto folder = TemporaryFolder::make();
  const auto file = folder.value().path() / "uplinks.txt";
  ASSERT_TRUE(write_text(file, hex + " @24  # a warning\n\nFB09C36DC1B9F880798B6C\n").ok());
  const ProcessOutput lines = link({"decode", file.string()});
  EXPECT_EQ(lines.exit_status, 0);
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 2);
  ASSERT_TRUE(write_text(file, hex + "\n" + hex + " @23\n").ok());
  const ProcessOutput wrong = link({"decode", file.string()});
  EXPECT_EQ(wrong.exit_status, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_THAT(wrong.err, HasSubstr("uplinks.txt:2: byte 0: no message"));
}

TEST(Link, WritesTheSoundOfClips) {
  const auto folder = TemporaryFolder::make();
  const auto file = folder.value().path() / "uplinks.txt";
  // Two pieces of three, one of them twice, and something else between.
  ASSERT_TRUE(write_text(file,
                         "EF0C07010002E80300008877F80F @24\nFB09C36DC1B9F880798B6C\n"
                         "EF0C07010202E80300008877F80F @24\nEF0C07010002E80300008877F80F @24\n")
                  .ok());
  const ProcessOutput run =
      link({"decode", file.string(), "--clips", (folder.value().path() / "heard").string()});
  ASSERT_EQ(run.exit_status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("1 piece of it missing"));
  EXPECT_EQ(std::filesystem::file_size(folder.value().path() / "heard/clip_00263.wav"),
            44U + 2 * 27);
}

// Of a log with a gap, a sensor that went mad and a clock an hour ahead.
TEST(Link, MakesUplinksOfALogOfSensors) {
  const auto folder = TemporaryFolder::make();
  const auto file = folder.value().path() / "north.csv";
  ASSERT_TRUE(write_text(file,
                         "time,probe 5 cm,air\n2026-01-01T01:00,0.094,10.25\n"
                         "2026-01-01T03:00,,-9999\n")
                  .ok());
  const std::vector<std::string> words = {"readings",         file.string(),
                                          "--device",         "north",
                                          "--sensor",         "soil_moisture.1=probe 5 cm",
                                          "--sensor",         "air_temperature.0=air",
                                          "--utc-offset-min", "60"};
  const ProcessOutput run = link(words);
  ASSERT_EQ(run.exit_status, 0) << run.err;
  std::istringstream lines(run.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const Json first = Json::parse(line);
  EXPECT_EQ(first["device"], "north");
  EXPECT_EQ(first["time"], "2026-01-01T00:00:00Z");
  const Json said = Json::parse(link({"decode", first["payload"], "--port", "26"}).out);
  EXPECT_EQ(said["time"], first["time"]);
  EXPECT_EQ(said["readings"][0],
            Json::parse(R"({"quantity":"soil_moisture","sensor":1,"value":0.094,"unit":"m3/m3"})"));
  EXPECT_EQ(said["readings"][1]["value"], 10.25);
  ASSERT_TRUE(std::getline(lines, line));
  const Json second = Json::parse(link({"decode", Json::parse(line)["payload"]}).out);
  EXPECT_TRUE(second["readings"][0]["value"].is_null());
  EXPECT_EQ(second["readings"][1]["value"], -327.67);
  EXPECT_FALSE(std::getline(lines, line));

  std::vector<std::string> moved = words;
  moved.insert(moved.end(), {"--last", "2026-11-01T12:00:00Z", "--days", "0.05"});
  const ProcessOutput last = link(moved);
  EXPECT_EQ(Json::parse(last.out)["time"], "2026-11-01T12:00:00Z");  // one line

  std::vector<std::string> wrong = words;
  wrong[5] = "soil_moisture.1=prob";
  EXPECT_THAT(link(wrong).err, HasSubstr("probe 5 cm"));
  wrong[5] = "soil_wetness.1=air";
  EXPECT_THAT(link(wrong).err, HasSubstr("soil_moisture.0=COLUMN"));
  ASSERT_TRUE(write_text(file, "time,probe 5 cm,air\n2026-01-01T01:00,wet,1\n").ok());
  const ProcessOutput word = link(words);
  EXPECT_EQ(word.exit_status, 2);
  EXPECT_THAT(word.err, HasSubstr("north.csv:2"));
}

TEST(Link, SaysWhatItTookAMessageFor) {
  const ProcessOutput run = link({"decode", "ZZ"});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.err,
              HasSubstr("ZZ: no uplink of Sengi's or OpenCollar Edge's; taken for 1 byte, "));
  EXPECT_THAT(link({"decode", "Z-Z"}).err, HasSubstr("no file, and neither hexadecimal"));
}

TEST(Link, PrintsDownlinksAndSaysWhatIsWrongWithThem) {
  EXPECT_EQ(
      link({"send", "set", "--version", "3", "gps_interval_min_s=600", "call_threshold=180"}).out,
      "07030001580200000BB4000000\n");
  const ProcessOutput wrong = link({"send", "set", "--version", "3", "gps_interval_min=600"});
  EXPECT_EQ(wrong.exit_status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean gps_interval_min_s?"));
  EXPECT_THAT(link({"send", "set", "--version", "3", "call_threshold=1e9"}).err,
              HasSubstr("no whole number"));
  const auto folder = TemporaryFolder::make();
  const auto file = folder.value().path() / "zones.bin";
  ASSERT_TRUE(write_text(file, std::string(94, 'z')).ok());
  const ProcessOutput blob =
      link({"send", "blob", file.string(), "--kind", "zones", "--version", "9", "--json"});
  const Json frames = Json::parse(blob.out);
  EXPECT_EQ(frames.size(), 5U);
  EXPECT_EQ(frames[4]["hex"], "130900");
  EXPECT_EQ(frames[0]["fPort"], 17);
  // A reply: of the pieces from 1 on, 1 is there and 2 is missing.
  EXPECT_EQ(link({"send", "blob", file.string(), "--kind", "zones", "--version", "9", "--missing",
                  "EE07142420012000C0"})
                .out,
            frames[3]["hex"].get<std::string>() + "\n130900\n");
}

TEST(Link, PrintsAirtime) {
  const Json rates = Json::parse(link({"airtime", "--bytes", "51", "--json"}).out);
  ASSERT_EQ(rates.size(), 7U);
  EXPECT_EQ(rates[0]["airtime_us"], 2'793'472);
  EXPECT_EQ(rates[0]["messages_an_hour"], 12);
  EXPECT_THAT(link({"airtime", "--region", "US915", "--bytes", "12"}).out, HasSubstr("11 at most"));
}

TEST(Link, RefusesKeysThatAreInPrintAndPrintsNone) {
  const auto folder = TemporaryFolder::make();
  const auto file = folder.value().path() / "collar.keys";
  ASSERT_TRUE(write_text(file, "# ours\n9F5C3A7712D4E86B01A9C4F07E2B55D3\n").ok());
  const ProcessOutput good = link({"keys", file.string()});
  EXPECT_EQ(good.exit_status, 0);
  EXPECT_THAT(good.out, Not(HasSubstr("9F5C")));
  ASSERT_TRUE(write_text(file, "2b7e151628aed2a6abf7158809cf4f3c\n").ok());
  const ProcessOutput weak = link({"keys", file.string()});
  EXPECT_EQ(weak.exit_status, 1);
  EXPECT_THAT(weak.out, EndsWith("collar.keys:1: a default or an example that is in print\n"));
  ASSERT_TRUE(write_text(file, "secret words\n").ok());
  const ProcessOutput none = link({"keys", file.string()});
  EXPECT_EQ(none.exit_status, 2);
  EXPECT_THAT(none.err, Not(HasSubstr("'s'")));
}

}  // namespace
}  // namespace sengi
