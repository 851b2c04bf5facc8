// SPDX-License-Identifier: Apache-2.0
#include "zones/geojson.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <iterator>

#include "sengi/geo/nearest.h"
#include "zones/compact.h"
#include "zones/geometry.h"
#include "zones/test_shapes.h"

namespace sengi::zones {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string feature(const std::string& geometry, const std::string& properties) {
  return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":)" + properties +
         R"(,"geometry":)" + geometry + "}]}";
}

std::string polygon(const std::string& rings,
                    const std::string& properties = R"({"kind":"farm"})") {
  return feature(R"({"type":"Polygon","coordinates":)" + rings + "}", properties);
}

std::vector<std::string> lines(const GeoJsonZones& zones) {
  std::vector<std::string> all;
  for (const Finding& finding : zones.findings) all.push_back(finding.line());
  return all;
}

std::vector<std::string> findings(const std::string& text, const GeoJsonOptions& options = {}) {
  const auto zones = parse_geojson(text, "a.geojson", options);
  if (!zones.ok()) return {zones.error().message};
  return lines(zones.value());
}

TEST(GeoJson, ReadsZonesOfEveryForm) {
  const auto zones = parse_geojson(
      R"({"type":"FeatureCollection","features":[
        {"type":"Feature","id":12,"properties":{"name":"Maize","kind":["farm","risk"]},
         "geometry":{"type":"Polygon","coordinates":
           [[[31,-24],[31.1,-24],[31.1,-23.9],[31,-24]],
            [[31.08,-23.99],[31.06,-23.99],[31.08,-23.95],[31.08,-23.99]]]}},
        {"type":"Feature","properties":{"landuse":"farmland","id":3},
         "geometry":{"type":"MultiPolygon","coordinates":
           [[[[1,1],[2,1],[2,2],[1,1]]],[[[3,3,700],[4,3,700],[4,4,700],[3,3,700]]]]}},
        {"type":"Feature","properties":{"kind":"Village"},
         "geometry":{"type":"GeometryCollection","geometries":
           [{"type":"Point","coordinates":[1,1]},
            {"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}]}}]})",
      "a");
  ASSERT_TRUE(zones.ok()) << zones.error().message;
  const auto& map = zones.value().map;
  ASSERT_EQ(map.zones.size(), 3U);
  EXPECT_EQ(map.zones[0].id, 1);
  EXPECT_EQ(map.zones[0].kinds, geo::settlement);
  EXPECT_EQ(map.zones[1].id, 3);
  EXPECT_EQ(map.zones[1].polygons.size(), 2U);
  EXPECT_EQ(map.zones[2].id, 12);
  EXPECT_EQ(map.zones[2].name, "Maize");
  EXPECT_EQ(map.zones[2].kinds, geo::farm | geo::risk);
  EXPECT_EQ(map.zones[2].polygons[0].size(), 2U);
  EXPECT_EQ(map.zones[2].polygons[0][0][1], (Point{311'000'000, -240'000'000}));
  EXPECT_THAT(lines(zones.value()),
              testing::ElementsAre("warning: $.features[2].geometry.geometries[0]: a Point has no "
                                   "inside; passed over"));
}

TEST(GeoJson, AFeatureOrAGeometryMayStandAlone) {
  const std::string geometry = R"({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]})";
  const auto bare = parse_geojson(geometry, "a", {.kinds = geo::risk});
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare.value().map.zones.at(0).kinds, geo::risk);
  const auto one = parse_geojson(
      R"({"type":"Feature","properties":{"kind":"road"},"geometry":)" + geometry + "}", "a");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one.value().map.zones.at(0).kinds, geo::road);
}

TEST(GeoJson, ComesBackAsItWas) {
  std::mt19937 random(2);
  ZoneMap map;
  for (std::uint16_t id = 1; id < 40; ++id) {
    const Point centre{static_cast<std::int64_t>(random() % 3'500'000'000) - 1'750'000'000,
                       static_cast<std::int64_t>(random() % 1'600'000'000) - 800'000'000};
    ZoneArea zone{id, id % 3 == 0 ? "" : fmt::format("zone \"{}", id), geo::farm, {}};
    zone.polygons.push_back(holed_blob(random, centre, 2e5, 30, id % 3));
    for (Rings& rings : zone.polygons) {
      for (std::size_t r = 1; r < rings.size(); ++r) std::reverse(rings[r].begin(), rings[r].end());
    }
    map.zones.push_back(zone);
  }
  map.zones.push_back({100,
                       "Taveuni",
                       geo::farm | geo::other,
                       {{{{1'799'000'000, -170'000'000},
                          {1'801'000'000, -170'000'000},
                          {1'800'000'000, -169'000'000}}}}});
  const auto back = parse_geojson(to_geojson(map), "b");
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_THAT(lines(back.value()), IsEmpty());
  EXPECT_EQ(back.value().map, map);
}

TEST(GeoJson, OutlinesAndHolesMayTurnEitherWay) {
  const auto zones = parse_geojson(
      polygon("[[[1,1],[2,2],[2,1],[1,1]],[[1.8,1.2],[1.9,1.2],[1.9,1.3],[1.8,1.2]]]"), "a");
  ASSERT_TRUE(zones.ok());
  EXPECT_TRUE(zones.value().ok());
  EXPECT_THAT(
      lines(zones.value()),
      testing::ElementsAre("note: $.features[0].geometry.coordinates[0]: the outline was "
                           "drawn clockwise; turned round",
                           "note: $.features[0].geometry.coordinates[1]: the hole was drawn "
                           "anticlockwise; turned round"));
  const Rings& rings = zones.value().map.zones.at(0).polygons[0];
  EXPECT_GT(turning(rings[0]), 0);
  EXPECT_LT(turning(rings[1]), 0);
}

TEST(GeoJson, RefusesWhatIsDrawnWrongly) {
  struct Case {
    std::string text;
    std::string words;
  };
  const std::vector<Case> cases = {
      {polygon("[[[-24,131],[-24,132],[-23,132],[-24,131]]]"),
       "error: $.features[0].geometry.coordinates[0][0]: latitude 131 is beyond the pole: "
       "longitude "
       "and latitude are probably swapped"},
      {polygon("[[[95,131],[96,131],[96,132],[95,131]]]"), "latitude 131 is beyond the pole"},
      {polygon("[[[361,1],[2,1],[2,2],[361,1]]]"), "more than once round the Earth"},
      {polygon("[[[500000,7300000],[500100,7300000],[500100,7300100],[500000,7300000]]]"),
       "metres of another reference system"},
      {polygon("[[[1,1],[2,1],[2,2]]]"),
       "$.features[0].geometry.coordinates[0]: an open ring: its last position is not its first"},
      {polygon("[[[1,1],[2,1],[1,1]]]"), "fewer than three corners"},
      {polygon("[[[1,1],[1.00000001,1],[1,1.00000002],[1,1]]]"), "fewer than three corners"},
      {polygon("[[[0,0],[0,2],[1,1],[-1,1],[0,0]]]"),
       "Self-intersection at longitude 0.0000000, "
       "latitude 1.0000000"},
      {polygon("[[[0,0],[2,2],[2,0],[0,2],[0,0]]]"),
       "Self-intersection at longitude 1.0000000, latitude 1.0000000; draw it anew, or use "
       "--repair"},
      {polygon("[[[0,0],[1,0],[1,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]"), "Hole lies outside shell"},
      {polygon("[[[0,0],[1,0],[2,0],[0,0]]]"), "error"},
      {feature(R"({"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],
                [[[1,1],[3,1],[3,3],[1,3],[1,1]]]]})",
               R"({"kind":"farm"})"),
       "Self-intersection at longitude"},
      {polygon("[[[1,1],[2,1],[2,2],[1,1]]]", "{}"), "says no kind"},
      {polygon("[[[1,1],[2,1],[2,2],[1,1]]]", R"({"kind":"bog"})"),
       "$.features[0].properties.kind: no kind of zone; kinds are risk, farm"},
      {polygon("[[[1,1],[2,1],[2,\"x\"],[1,1]]]"), "coordinates[0][2]: a position is"},
      {polygon("[]"), "a polygon is a list of rings"},
      {polygon("7"), "a polygon is a list of rings"},
      {polygon("[7]"), "a ring is a list of positions"},
      {polygon("[[[-180,-90],[180,-90]]]"), "goes round a pole"},
      {feature(R"({"type":"Circle"})", "{}"), "a geometry of type 'Circle'"},
      {R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32733"}},"features":[]})",
       "$.crs: coordinates of urn:ogc:def:crs:EPSG::32733"},
  };
  for (const Case& c : cases) {
    const auto read = parse_geojson(c.text, "a.geojson");
    ASSERT_TRUE(read.ok()) << c.text;
    EXPECT_FALSE(read.value().ok()) << c.text;
    EXPECT_THAT(lines(read.value()), Contains(AllOf(StartsWith("error: "), HasSubstr(c.words))));
    EXPECT_THAT(read.value().map.zones, IsEmpty());
  }
}

TEST(GeoJson, SaysWhereNothingIsGeoJson) {
  EXPECT_THAT(findings("{\"type\":"),
              Contains(AllOf(HasSubstr("a.geojson: no JSON"), HasSubstr("line 1, column"))));
  for (const char* text : {"[]", "7", "null", "{}", R"({"type":"FeatureCollection"})"}) {
    EXPECT_THAT(findings(text), Contains(HasSubstr("no GeoJSON"))) << text;
  }
}

TEST(GeoJson, ACrossingIsToldAtItsCorner) {
  // Corner 3 begins the side that goes through the others.
  EXPECT_THAT(findings(polygon("[[[0,0],[4,0],[4,4],[3,4],[3.1,-1],[2,4],[0,4],[0,0]]]")),
              Contains(AllOf(HasSubstr("$.features[0].geometry.coordinates[0]["),
                             HasSubstr("latitude 0.0"))));
}

TEST(GeoJson, RepairsWhenAsked) {
  const auto bow =
      parse_geojson(polygon("[[[0,0],[2,2],[2,0],[0,2],[0,0]]]"), "a", {.repair = true});
  ASSERT_TRUE(bow.ok());
  EXPECT_TRUE(bow.value().ok());
  EXPECT_THAT(lines(bow.value()), Contains(HasSubstr("mended, it is 2 polygons now")));
  ASSERT_EQ(bow.value().map.zones.at(0).polygons.size(), 2U);
  const auto bytes = to_compact(bow.value().map).value();
  const geo::Zone zone = *geo::Zones(bytes).begin();
  EXPECT_EQ(geo::place_in(zone, {10'000'000, 2'000'000}), geo::Place::inside);
  EXPECT_EQ(geo::place_in(zone, {2'000'000, 10'000'000}), geo::Place::outside);

  const auto open = parse_geojson(polygon("[[[1,1],[2,1],[2,2]]]"), "a", {.repair = true});
  ASSERT_TRUE(open.ok());
  EXPECT_EQ(open.value().map.zones.at(0).polygons[0][0].size(), 3U);
  EXPECT_THAT(lines(open.value()), Contains(HasSubstr("note: ")));
}

// Stars whose sides cross anyhow: what is mended is sound, and covers what was inside before.
TEST(GeoJson, WhatIsRepairedIsSound) {
  std::mt19937 random(3);
  int mended = 0;
  for (int i = 0; i < 200; ++i) {
    const double size = i % 2 == 0 ? 1 : 3e-6;
    std::string ring;
    std::string first;
    for (int k = 0; k < 12; ++k) {
      const auto any = [&] { return size * static_cast<double>(random() % 1000) / 1000; };
      const std::string corner = fmt::format("[{:.9f},{:.9f}],", 30 + any(), -20 + any());
      if (k == 0) first = corner;
      ring += corner;
    }
    const auto zones = parse_geojson(
        polygon("[[" + ring + first.substr(0, first.size() - 1) + "]]"), "a", {.repair = true});
    ASSERT_TRUE(zones.ok());
    for (const ZoneArea& zone : zones.value().map.zones) {
      const auto fault = fault_in(zone.polygons);
      ASSERT_TRUE(fault.ok());
      EXPECT_FALSE(fault.value().has_value());
      ++mended;
    }
  }
  EXPECT_GT(mended, 100);
}

// RFC 7946's way of crossing the date line, and the way that people draw it.
TEST(GeoJson, TheDateLineIsNoEdge) {
  const std::string cut =
      R"({"type":"MultiPolygon","coordinates":[
        [[[179,-18],[180,-18],[180,-16],[179,-16],[179,-18]]],
        [[[-180,-18],[-179,-18],[-179,-16],[-180,-16],[-180,-18]]]]})";
  const std::string drawn =
      R"({"type":"Polygon","coordinates":[[[179,-18],[-179,-18],[-179,-16],[179,-16],[179,-18]]]})";
  const std::string beyond =
      R"({"type":"Polygon","coordinates":[[[179,-18],[181,-18],[181,-16],[179,-16],[179,-18]]]})";
  for (const std::string& geometry : {cut, drawn, beyond}) {
    const auto zones = parse_geojson(geometry, "a", {.kinds = geo::farm});
    ASSERT_TRUE(zones.ok());
    ASSERT_TRUE(zones.value().ok()) << testing::PrintToString(lines(zones.value()));
    ASSERT_EQ(zones.value().map.zones.at(0).polygons.size(), 1U);
    const auto bytes = to_compact(zones.value().map).value();
    const geo::Zone zone = *geo::Zones(bytes).begin();
    for (const std::int32_t longitude :
         {1'795'000'000, 1'800'000'000, -1'800'000'000, -1'795'000'000}) {
      EXPECT_EQ(geo::place_in(zone, {-170'000'000, longitude}), geo::Place::inside);
      EXPECT_GT(geo::edge_dm(zone, {-170'000'000, longitude}, 2'000'000'000), 500'000U);
    }
    EXPECT_EQ(geo::place_in(zone, {-170'000'000, 1'785'000'000}), geo::Place::outside);
    EXPECT_EQ(geo::place_in(zone, {-170'000'000, -1'785'000'000}), geo::Place::outside);
    EXPECT_EQ(geo::place_in(zone, {-170'000'000, 0}), geo::Place::outside);
  }
}

TEST(GeoJson, IdsThatAreTakenGetNewOnes) {
  const std::string one =
      R"({"type":"Feature","id":2,"properties":{"kind":"farm"},"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}})";
  const auto zones =
      parse_geojson(R"({"type":"FeatureCollection","features":[)" + one + "," + one + "]}", "a");
  ASSERT_TRUE(zones.ok());
  EXPECT_EQ(zones.value().map.zones.at(0).id, 1);
  EXPECT_EQ(zones.value().map.zones.at(1).id, 2);
  EXPECT_THAT(lines(zones.value()), Contains(HasSubstr("the id 2 is another zone's")));
}

// A degree square at the equator, 12,308.8 km2 on WGS 84; Namibia's share of a degree at 19 S less.
TEST(ZoneMap, AreasAreThoseOfTheEarth) {
  const Ring square{{0, 0}, {10'000'000, 0}, {10'000'000, 10'000'000}, {0, 10'000'000}};
  EXPECT_NEAR(area_km2({1, "", geo::farm, {{square}}}), 12308.8, 12308.8 * 0.006);
  EXPECT_EQ(words_of_kinds(geo::farm | geo::risk), "risk and farm");
  for (const std::string& word : kind_names()) {
    EXPECT_EQ(words_of_kinds(kind_named(word).value()), word);
  }
  EXPECT_EQ(kind_named("FarmLand"), geo::farm);
  EXPECT_FALSE(kind_named("bog").has_value());
}

}  // namespace
}  // namespace sengi::zones
