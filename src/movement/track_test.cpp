// SPDX-License-Identifier: Apache-2.0
#include "movement/track.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

namespace sengi::movement {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t day_s = 1'262'304'000;  // 2010-01-01, UTC

std::string error_of(const std::string& text) {
  const auto tracks = parse_track_table(text, "t.csv");
  return tracks.ok() ? "" : tracks.error().message;
}

// The same two fixes, as different archives and makers write them.
TEST(TrackTable, FindsColumnsByTheirNames) {
  const std::vector<std::string> tables = {
      "event-id,visible,timestamp,location-long,location-lat,sensor-type,"
      "individual-taxon-canonical-name,tag-local-identifier,individual-local-identifier,study-"
      "name\n"
      "1,true,2010-01-01 00:00:00.000,15.7281351,-19.1548808,gps,Loxodonta africana,77,AG195,E\n"
      "2,true,2010-01-01 01:00:00.000,15.7280801,-19.1551900,gps,Loxodonta africana,77,AG195,E\n",
      "timestamp_utc,lat,lon,temperature_c,id\n"
      "2010-01-01T00:00:00Z,-19.1548808,15.7281351,,AG195\n"
      "2010-01-01T01:00:00Z,-19.1551900,15.7280801,,AG195\n",
      "animal;Longitude;Latitude;Date;Time\r\n"
      "AG195;15,7281351;-19,1548808;2010-01-01;00:00:00\r\n"
      "AG195;15,7280801;-19,1551900;2010-01-01;01:00:00\r\n",
      "lng\tlat\tdatetime\tname\n"
      "15.7281351\t-19.1548808\t2010-01-01 02:00:00+02:00\tAG195\n"
      "15.7280801\t-19.1551900\t2010-01-01 03:00:00+02:00\tAG195\n"};
  for (const std::string& table : tables) {
    const auto file = parse_track_table(table, "t.csv");
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_THAT(file.value().notes, IsEmpty());
    ASSERT_EQ(file.value().tracks.size(), 1U);
    const Track& track = file.value().tracks[0];
    EXPECT_EQ(track.animal, "AG195");
    ASSERT_EQ(track.fixes.size(), 2U) << table;
    EXPECT_EQ(track.fixes[0].time_s, day_s);
    EXPECT_EQ(track.fixes[0].position, (geo::Position{-191'548'808, 157'281'351}));
    EXPECT_EQ(track.fixes[1].time_s, day_s + 3600);
  }
}

TEST(TrackTable, ATableWithoutAnimalsHasItsFilesName) {
  const auto file = parse_track_table("time,lat,lon\n2010-01-01 00:00,1,2\n", "out/Habiba.csv");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file.value().tracks.at(0).animal, "Habiba");
}

TEST(TrackTable, TellsWhatItLeftOutAndPutInOrder) {
  std::string table = "timestamp,location-lat,location-long,visible,animal\n";
  for (int i = 0; i < 40; ++i) {
    table += fmt::format("2010-01-01 {:02}:{:02}:00,-19.{:03},15.7,true,A\n", i / 2, i % 2 * 30, i);
  }
  table +=
      "2010-01-01 10:15:00,-19.0105,15.7,true,A\n"
      "2010-01-01 10:15:00,-19.0105,15.7,true,A\n"
      "2010-01-01 10:20:00,-29.0105,15.7,true,A\n"
      "2010-01-01 10:25:00,-19.0105,15.7,false,A\n"
      "2010-01-01 10:26:00,,,true,A\n"
      "2010-01-01 10:27:00,0,0,true,A\n"
      "yesterday,-19.0105,15.7,true,A\n"
      "2010-01-01 10:28:00,here,15.7,true,A\n";
  const auto file = parse_track_table(table, "t.csv");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file.value().tracks.at(0).fixes.size(), 41U);
  EXPECT_THAT(file.value().notes,
              ElementsAre(HasSubstr("t.csv:48: no time: 'yesterday'"),
                          HasSubstr("t.csv:49: no position: 'here', '15.7'"),
                          "t.csv: 1 row marked as not visible; left out",
                          "t.csv: 2 rows without a position; left out",
                          HasSubstr("1 fix earlier than the one before; put in order; lines 42"),
                          HasSubstr("1 fix of a time that another has; left out; lines 43"),
                          HasSubstr("only faster than 40 km/h; left out; lines 44")));
  for (std::size_t i = 1; i < 41; ++i) {
    EXPECT_LT(file.value().tracks[0].fixes[i - 1].time_s, file.value().tracks[0].fixes[i].time_s);
  }
}

TEST(TrackTable, RefusesWhatIsNoTrack) {
  EXPECT_THAT(error_of(""), HasSubstr("t.csv: empty"));
  EXPECT_THAT(error_of("a,b\n1,2\n"), HasSubstr("no column of latitude; there are: a, b"));
  EXPECT_THAT(error_of("lat,b\n1,2\n"), HasSubstr("no column of longitude"));
  EXPECT_THAT(error_of("lat,lon\n1,2\n"), HasSubstr("no column of time"));
  EXPECT_THAT(error_of("x,y,time\n1,2,3\n"), HasSubstr("metres of any reference system"));
  EXPECT_THAT(error_of("1,2,3\n1,2,3\n"), HasSubstr("the first line must name the columns"));
  EXPECT_THAT(error_of("lat,lon,time\n"), HasSubstr("not one fix"));
  EXPECT_THAT(error_of("lat,lon,time\n131.5,-24,2010-01-01\n131.6,-24,2010-01-02\n"),
              HasSubstr("columns 'lat' and 'lon' are probably swapped"));
  EXPECT_THAT(error_of("lat,lon,time\n1,2,2010-01-01\n1,x,2010-01-02\n"),
              HasSubstr("1 of 2 rows are no fixes; the first: t.csv:3: no position"));
}

constexpr std::string_view gpx = R"(<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Mnyamba</name>
<trkseg><trkpt lat="-19.1548808" lon="15.7281351"><ele>1100</ele><time>2010-01-01T00:00:00Z</time></trkpt>
<trkpt lat="-19.15519" lon="15.7280801"><time>2010-01-01T01:00:00Z</time></trkpt></trkseg>
<trkseg><trkpt lat="-19.156" lon="15.728"><time>2010-01-01T02:00:00Z</time></trkpt></trkseg>
</trk></gpx>)";

TEST(Gpx, ReadsTracks) {
  const auto file = parse_gpx(gpx, "t.gpx");
  ASSERT_TRUE(file.ok()) << file.error().message;
  ASSERT_EQ(file.value().tracks.size(), 1U);
  EXPECT_EQ(file.value().tracks[0].animal, "Mnyamba");
  ASSERT_EQ(file.value().tracks[0].fixes.size(), 3U);
  EXPECT_EQ(file.value().tracks[0].fixes[0].position, (geo::Position{-191'548'808, 157'281'351}));
  EXPECT_EQ(file.value().tracks[0].fixes[2].time_s, day_s + 7200);
}

TEST(Gpx, RefusesWhatIsNone) {
  const auto error = [](std::string_view text) {
    const auto file = parse_gpx(text, "t.gpx");
    return file.ok() ? "" : file.error().message;
  };
  EXPECT_THAT(error(gpx.substr(0, 300)), HasSubstr("t.gpx: no XML"));
  EXPECT_THAT(error("<kml></kml>"), HasSubstr("no GPX: its root is 'kml'"));
  EXPECT_THAT(error("<gpx></gpx>"), HasSubstr("no track points"));
  EXPECT_THAT(error("<gpx><trk><trkseg><trkpt lat='1' lon='x'/></trkseg></trk></gpx>"),
              HasSubstr("1 of 1 points have no place or no time; the first: point 1"));
}

TEST(Resampled, TakesRealFixesAlone) {
  Track track{"a", {}};
  for (const std::uint32_t minute : {0U, 1U, 20U, 21U, 40U, 41U, 60U, 61U, 100U, 121U, 180U}) {
    track.fixes.push_back({day_s + 60 * minute, {static_cast<std::int32_t>(minute), 0}});
  }
  const auto minutes = [&](std::uint32_t interval_min) {
    std::vector<std::int32_t> all;
    const Track thin = resampled(track, interval_min * 60);
    for (const geo::Fix& fix : thin.fixes) all.push_back(fix.position.latitude_e7);
    return all;
  };
  EXPECT_THAT(minutes(20), ElementsAre(0, 20, 40, 60, 100, 121, 180));
  EXPECT_THAT(minutes(60), ElementsAre(0, 60, 121, 180));
  EXPECT_THAT(minutes(30), ElementsAre(0, 40, 60, 100, 121, 180));
  EXPECT_THAT(minutes(240), ElementsAre(0));
  EXPECT_EQ(median_interval_s(track), 1140U);
}

TEST(Between, GoesStraightOverTheDateLine) {
  const geo::Fix a{1000, {0, 1'799'999'000}};
  const geo::Fix b{2000, {1000, -1'799'999'000}};
  EXPECT_EQ(between(a, b, 1500), (geo::Position{500, -1'800'000'000}));
  EXPECT_EQ(between(a, b, 1750).longitude_e7, -1'799'999'500);
}

TEST(TrackTable, ReadsTheElephantsThatWereTracked) {
  const std::filesystem::path folder = std::filesystem::path(SENGI_SHARED_DATA) / "elephant_gps";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is missing";
  const auto fixes = [&](const char* name) {
    const auto file = read_tracks(folder / name);
    EXPECT_TRUE(file.ok()) << file.error().message;
    EXPECT_THAT(file.value().notes, IsEmpty());
    return file.value().tracks.at(0).fixes.size();
  };
  EXPECT_EQ(fixes("etosha_AG195_2010_jan_jun.csv"), 25'776U);
  EXPECT_EQ(fixes("gourma_mali_salif_keita_part1.csv"), 10'986U);
  EXPECT_EQ(fixes("kruger_AM239.csv"), 1000U);
}

}  // namespace
}  // namespace sengi::movement
