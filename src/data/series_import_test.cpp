// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "data/manifest.h"
#include "data/series.h"
#include "data/series_import_edge_impulse.h"
#include "data/series_import_movebank.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Movebank, BurstsOfEobsBecomeRows) {
  const auto bursts = movebank_bursts(
      "event-id,visible,timestamp,eobs:acceleration-axes,"
      "eobs:acceleration-sampling-frequency-per-axis,eobs:accelerations-raw,"
      "individual-local-identifier,study-name\n"
      "11,true,2014-08-01 10:00:00.000,XYZ,10.54,2048 1990 2300 2047 1991 2301,Ada,\"Storks, "
      "2014\"\n"
      "12,true,2014-08-01 10:05:00.000,,,,Ada,S\n"
      "13,true,2014-08-01 10:10:00.000,XYZ,10.54,1 2 3,Bob,S\n"
      "14,true,2014-08-01 10:15:00.000,X,33.3,1 2 3,Bob,S\n",
      "f.csv");
  ASSERT_TRUE(bursts.ok()) << bursts.error().message;
  EXPECT_EQ(bursts.value().csv,
            "label,group,rate_hz,axes,event-id,visible,timestamp,eobs:acceleration-axes,"
            "eobs:acceleration-sampling-frequency-per-axis,individual-local-identifier,study-name,"
            "x0,y0,z0,x1,y1,z1\n"
            ",Ada,10.54,xyz,11,true,2014-08-01 10:00:00.000,XYZ,10.54,Ada,\"Storks, 2014\","
            "2048,1990,2300,2047,1991,2301\n"
            ",Bob,10.54,xyz,13,true,2014-08-01 10:10:00.000,XYZ,10.54,Bob,S,1,2,3,,,\n");
  EXPECT_THAT(bursts.value().individuals, ElementsAre(Pair("Ada", 1), Pair("Bob", 1)));
  EXPECT_THAT(bursts.value().lengths, ElementsAre(Pair(1, 1), Pair(2, 1)));
  EXPECT_THAT(bursts.value().rates, ElementsAre(Pair("10.54", 2)));
  EXPECT_EQ(bursts.value().without_label, 2U);
  EXPECT_THAT(bursts.value().notes, ElementsAre("1 burst of axes x left out, for most are of xyz",
                                                "1 row without accelerations passed over"));
  // And is a table to train on, once there are labels.
  const auto table = parse_series_table(bursts.value().csv, "b.csv",
                                        {.label_column = "",
                                         .group_column = "group",
                                         .value_columns = {"x0", "y0", "z0", "x1", "y1", "z1"},
                                         .blanks_are_zero = true});
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_THAT(table.value().rows[1].values, ElementsAre(1, 2, 3, 0, 0, 0));
}

TEST(Movebank, MomentsBecomeBurstsBetweenGaps) {
  std::string text =
      "event-id,timestamp,acceleration-raw-x,acceleration-raw-z,tag-local-identifier,label\n";
  int event = 0;
  for (const char* tag : {"A", "B"}) {
    for (const int minute : {0, 5}) {
      for (int i = 0; i < 4; ++i) {
        text += std::to_string(event++) + ",2014-08-01 10:0" + std::to_string(minute) + ":00." +
                std::to_string(i) + "00," + std::to_string(i) + "," + std::to_string(-i) + "," +
                tag + "," + (minute == 0 ? "walk" : "fly") + "\n";
      }
    }
  }
  const auto bursts = movebank_bursts(text, "f.csv").value();
  EXPECT_EQ(bursts.axes, "xz");
  EXPECT_EQ(bursts.bursts, 4U);
  EXPECT_THAT(bursts.rates, ElementsAre(Pair("10", 4)));
  EXPECT_EQ(bursts.csv.substr(0, bursts.csv.find("fly")),
            "label,group,rate_hz,axes,event-id,timestamp,tag-local-identifier,"
            "x0,z0,x1,z1,x2,z2,x3,z3\n"
            "walk,A,10,xz,0,2014-08-01 10:00:00.000,A,0,0,1,-1,2,-2,3,-3\n");
}

TEST(Movebank, SaysWhatIsWrong) {
  const auto fault = [](std::string_view text) {
    const auto bursts = movebank_bursts(text, "f.csv");
    return bursts.ok() ? "" : bursts.error().message;
  };
  EXPECT_THAT(fault("a,b\n1,2\n"), HasSubstr("neither eobs:accelerations-raw"));
  EXPECT_EQ(fault("accelerations-raw,n\n1 2 x,\n"),
            "f.csv:2: 'x' among the accelerations is no number");
  EXPECT_EQ(fault("accelerations-raw,n\n1 2 3 4,\n"),
            "f.csv:2: 4 accelerations do not share out over the axes xyz");
  EXPECT_EQ(fault("accelerations-raw,acceleration-axes\n1 2 3 4,AB\n"),
            "f.csv:2: 'AB' are no axes");
  EXPECT_EQ(fault("accelerations-raw,n\n,\n"), "f.csv: no row has accelerations");
  EXPECT_EQ(fault("acceleration-x,timestamp\n1,\n"), "f.csv:2: '' is no time");
  EXPECT_EQ(fault("acceleration-x,timestamp\na,2014-01-01\n"),
            "f.csv:2: 'a' in column 'acceleration-x' is no number");
}

constexpr std::string_view acquired = R"({
  "protected": {"ver": "v1", "alg": "HS256", "iat": 1565608961},
  "signature": "b0ee",
  "payload": {
    "device_name": "ac:87", "device_type": "DISCO-L475VG-IOT01A", "interval_ms": 12.5,
    "sensors": [{"name": "accX", "units": "m/s2"}, {"name": "hum", "units": "N/A"}],
    "values": [[-9.81, 0.03], [-9.83, 4], [-9.12, 1e2]],
    "mood": "kept"}})";

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

TEST(EdgeImpulse, JsonAndCborAreTheSame) {
  const auto json = parse_edge_impulse(bytes_of(acquired), "a.json");
  ASSERT_TRUE(json.ok()) << json.error().message;
  const auto packed = nlohmann::json::to_cbor(nlohmann::json::parse(acquired));
  const auto cbor = parse_edge_impulse(std::as_bytes(std::span(packed)), "a.cbor");
  ASSERT_TRUE(cbor.ok()) << cbor.error().message;
  for (const auto* each : {&json.value(), &cbor.value()}) {
    EXPECT_THAT(each->columns, ElementsAre("accX (m/s2)", "hum"));
    EXPECT_EQ(each->device, "ac:87");
    EXPECT_THAT(each->rest, HasSubstr("\"mood\": \"kept\""));
    EXPECT_THAT(each->rest, HasSubstr("\"signature\": \"b0ee\""));
    EXPECT_EQ(each->rest.find("values"), std::string::npos);
    EXPECT_EQ(series_csv(*each),
              "time_ms,accX (m/s2),hum\n0,-9.81,0.03\n12.5,-9.83,4\n25,-9.12,100\n");
  }
  const auto read = parse_series(series_csv(json.value()), "a.csv").value();
  EXPECT_NEAR(*read.rate_hz, 80, 1e-9);
}

TEST(EdgeImpulse, ASingleSensorMayHavePlainNumbers) {
  const auto series = parse_edge_impulse(
      bytes_of(R"({"payload":{"interval_ms":1,"sensors":[{"name":"a"}],"values":[1,[2],3]}})"),
      "a");
  EXPECT_THAT(series.value().values, ElementsAre(1, 2, 3));
}

TEST(EdgeImpulse, SaysWhatIsWrong) {
  const auto fault = [](std::string_view text) {
    const auto series = parse_edge_impulse(bytes_of(text), "a.json");
    return series.ok() ? "" : series.error().message;
  };
  EXPECT_THAT(fault(""), HasSubstr("no payload"));
  EXPECT_THAT(fault("{"), HasSubstr("no payload"));
  EXPECT_THAT(fault("{\"payload\":3}"), HasSubstr("no payload"));
  EXPECT_THAT(fault(R"({"payload":{"sensors":[]}})"), HasSubstr("names no sensor"));
  EXPECT_THAT(fault(R"({"payload":{"sensors":[{"name":"a"},{"name":"a"}]}})"),
              HasSubstr("a name of its own"));
  EXPECT_THAT(fault(R"({"payload":{"sensors":[{"name":"a"}],"values":"Ref"}})"),
              HasSubstr("holds no rows"));
  EXPECT_THAT(fault(R"({"payload":{"sensors":[{"name":"a"}],"values":[[1],[1,2]]}})"),
              HasSubstr("row 1 of the values is not one of 1 number"));
  EXPECT_THAT(fault(R"({"payload":{"sensors":[{"name":"a"}],"values":[[1],["x"]]}})"),
              HasSubstr("row 1 of the values holds what is no number"));
  EXPECT_THAT(fault(R"({"payload":{"sensors":[{"name":"a"}],"values":[[1],[2]]}})"),
              HasSubstr("interval_ms"));
}

TEST(EdgeImpulse, NestingWithoutEndIsRefused) {
  EXPECT_FALSE(parse_edge_impulse(std::vector(1 << 22, std::byte{0x81}), "deep.cbor").ok());
  EXPECT_FALSE(parse_edge_impulse(std::vector(1 << 22, std::byte{0xC6}), "tags.cbor").ok());
  EXPECT_FALSE(parse_edge_impulse(bytes_of("{\"a\":" + std::string(1 << 22, '[')), "d.json").ok());
}

TEST(EdgeImpulse, ImportsAnExportWithItsLabels) {
  const auto folder = TemporaryFolder::make().value();
  const fs::path in = folder.path() / "in";
  const fs::path out = folder.path() / "out";
  for (const char* name : {"training/idle.1.abc.json", "testing/x.2.json", "training/mix.3.json",
                           "training/none.4.json", "training/wave.5.json"}) {
    std::string text(acquired);
    ASSERT_TRUE(write_text(in / name, text).ok());
  }
  ASSERT_TRUE(write_text(in / "info.labels",
                         R"({"version":1,"files":[
  {"path":"testing/x.2.json","name":"x.2","category":"testing","label":{"type":"label","label":"sh/ake"}},
  {"path":"training/none.4.json","category":"training","label":{"type":"unlabeled"}},
  {"path":"training/mix.3.json","category":"training","label":{"type":"multi-label","labels":[
    {"startIndex":0,"endIndex":1,"label":"idle"},{"startIndex":2,"endIndex":2,"label":"wave"}]}}]})")
                  .ok());
  const auto import = import_edge_impulse({in}, out);
  ASSERT_TRUE(import.ok()) << import.error().message;
  EXPECT_EQ(import.value().files, 4U);
  EXPECT_THAT(import.value().recordings,
              ElementsAre(Pair("idle", 2), Pair("sh/ake", 1), Pair("wave", 2)));
  EXPECT_THAT(import.value().notes, ElementsAre("1 file without a label left out"));
  const std::string text = read_text(out / "manifest.csv").value();
  EXPECT_EQ(text,
            "path,label,group,split,start_s,end_s,device\n"
            "sh_ake/x.2.csv,sh/ake,,test,,,ac:87\n"
            "idle/idle.1.abc.csv,idle,,,,,ac:87\n"
            "several/mix.3.csv,idle,,,0,0.025,ac:87\n"
            "several/mix.3.csv,wave,,,0.025,0.0375,ac:87\n"
            "wave/wave.5.csv,wave,,,,,ac:87\n");
  const auto manifest = parse_manifest(text, "manifest.csv");
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  EXPECT_TRUE(manifest.value().faults.empty());
  EXPECT_EQ(manifest.value().rows.size(), 5U);
  EXPECT_TRUE(read_series(out / "idle/idle.1.abc.csv").ok());
  EXPECT_THAT(read_text(out / "idle/idle.1.abc.json").value(), HasSubstr("HS256"));
}

TEST(EdgeImpulse, ImportSaysWhatIsWrong) {
  const auto folder = TemporaryFolder::make().value();
  const fs::path a = folder.path() / "a" / "idle.1.json";
  const fs::path b = folder.path() / "b" / "idle.1.json";
  ASSERT_TRUE(write_text(a, acquired).ok());
  ASSERT_TRUE(write_text(b, acquired).ok());
  const fs::path out = folder.path() / "out";
  EXPECT_THAT(import_edge_impulse({a, b}, out).error().message, HasSubstr("another recording"));
  EXPECT_FALSE(import_edge_impulse({folder.path() / "none.json"}, out).ok());
  EXPECT_FALSE(fs::exists(out / "manifest.csv"));
  EXPECT_TRUE(import_edge_impulse({a}, out).ok());
}

}  // namespace
}  // namespace sengi::data
