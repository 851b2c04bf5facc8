// SPDX-License-Identifier: Apache-2.0
#include "zones/kml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sengi/geo/zones.h"
#include "zones/geometry.h"

namespace sengi::zones {
namespace {

using testing::HasSubstr;

std::string kml(const std::string& body) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>)" +
         body + "</Document></kml>";
}

std::string polygon(const std::string& outline, const std::string& hole = "") {
  const std::string inner = hole.empty() ? ""
                                         : "<innerBoundaryIs><LinearRing><coordinates>" + hole +
                                               "</coordinates></LinearRing></innerBoundaryIs>";
  return "<Polygon><outerBoundaryIs><LinearRing><coordinates>" + outline +
         "</coordinates></LinearRing></outerBoundaryIs>" + inner + "</Polygon>";
}

std::string placemark(const std::string& name, const std::string& geometry) {
  return "<Placemark><name>" + name + "</name>" + geometry + "</Placemark>";
}

constexpr const char* square = "20,1,350 21,1,350\n 21,2,351 20,2 20,1,350";
constexpr const char* hole = "20.4,1.4 20.6,1.4 20.6,1.6 20.4,1.6 20.4,1.4";
const GeoJsonOptions farms{.kinds = geo::farm};

// The first error, or nothing.
std::string fault_in_text(const std::string& text) {
  const auto zones = parse_kml(text, "a.kml", farms);
  if (!zones.ok()) return zones.error().message;
  for (const Finding& finding : zones.value().findings) {
    if (finding.severity == Finding::Severity::error) return finding.line();
  }
  return "";
}

TEST(Kml, ShapesAreThoseOfTheSameGeoJson) {
  const auto from_kml = parse_kml(kml(placemark("Shamba", polygon(square, hole))), "a.kml", farms);
  const auto from_json = parse_geojson(
      R"({"type":"Feature","properties":{"name":"Shamba"},"geometry":{"type":"Polygon","coordinates":
      [[[20,1],[21,1],[21,2],[20,2],[20,1]],
      [[20.4,1.4],[20.6,1.4],[20.6,1.6],[20.4,1.6],[20.4,1.4]]]}})",
      "a.geojson", farms);
  ASSERT_TRUE(from_kml.ok()) << from_kml.error().message;
  ASSERT_TRUE(from_json.ok());
  EXPECT_TRUE(from_kml.value().ok());
  EXPECT_EQ(from_kml.value().map, from_json.value().map);
  EXPECT_FALSE(fault_in(from_kml.value().map.zones[0].polygons).value());
  // A square degree near the equator less a 25th, by the radius of the same surface.
  EXPECT_NEAR(area_km2(from_kml.value().map.zones[0]), 12'360 * 0.96, 20);
}

TEST(Kml, FoldersAndDataSayWhatZonesAre) {
  const std::string data =
      "<ExtendedData><Data name=\"kind\"><value>risk, road</value></Data>"
      "<Data name=\"id\"><value>40</value></Data></ExtendedData>";
  const std::string schema =
      "<ExtendedData><SchemaData schemaUrl=\"#s\"><SimpleData name=\"kind\">water</SimpleData>"
      "</SchemaData></ExtendedData>";
  const auto zones = parse_kml(
      kml("<Folder><name>Farms</name><Folder><name>farm</name>" + placemark("A", polygon(square)) +
          "<Folder><name>north</name>" + placemark("B", polygon(square)) + "</Folder>" +
          placemark("C", data + polygon(square)) + "</Folder></Folder>" +
          placemark("D", schema + polygon(square))),
      "a.kml");
  ASSERT_TRUE(zones.ok());
  ASSERT_TRUE(zones.value().ok()) << zones.value().findings[0].line();
  std::vector<std::string> all;
  for (const ZoneArea& zone : zones.value().map.zones) {
    all.push_back(fmt::format("{} {} {}", zone.id, zone.name, words_of_kinds(zone.kinds)));
  }
  EXPECT_THAT(all, testing::ElementsAre("1 A farm", "2 B farm", "3 D water", "40 C risk and road"));
}

TEST(Kml, CollectionsPrefixesAndWhatHasNoInside) {
  const std::string two = "<MultiGeometry><MultiGeometry>" + polygon(square) +
                          "</MultiGeometry><Point><coordinates>1,2</coordinates></Point>" +
                          polygon("30,1 31,1 31,2 30,1") + "</MultiGeometry>";
  std::string text = kml(placemark("Two &amp; <![CDATA[<three>]]>", two) +
                         placemark("Camp", "<Point><coordinates>1,2</coordinates></Point>"));
  const auto zones = parse_kml(text, "a.kml", farms);
  ASSERT_TRUE(zones.ok() && zones.value().ok());
  ASSERT_EQ(zones.value().map.zones.size(), 1U);
  EXPECT_EQ(zones.value().map.zones[0].polygons.size(), 2U);
  EXPECT_EQ(zones.value().findings.size(), 2U);
  EXPECT_THAT(zones.value().findings[1].line(), HasSubstr("(Camp): a Point has no inside"));
  // The same with a prefix at each name.
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    if (std::isalpha(text[at + 1])) text.insert(at + 1, "k:");
    if (text[at + 1] == '/') text.insert(at + 2, "k:");
  }
  const auto prefixed = parse_kml(text, "b.kml", farms);
  ASSERT_TRUE(prefixed.ok()) << prefixed.error().message;
  EXPECT_EQ(prefixed.value().map.zones[0].polygons, zones.value().map.zones[0].polygons);
}

TEST(Kml, FaultsSayWhereTheyAre) {
  EXPECT_THAT(fault_in_text(kml("\n\n" + placemark("Bow", polygon("0,0 1,1 1,0 0,1 0,0")))),
              testing::AllOf(HasSubstr("line 4 (Bow), polygon 1, ring 1, corner"),
                             HasSubstr("Self-intersection at longitude 0.5000000")));
  EXPECT_THAT(fault_in_text(kml("\n" + placemark("A", "\n" + polygon("0,0 1,x 1,0 0,0")))),
              HasSubstr("line 4 (A): '1,x' is no longitude,latitude"));
  EXPECT_THAT(fault_in_text(kml(placemark("A", polygon("0, 0 1,1 1,0 0,0")))), HasSubstr("'0,'"));
  EXPECT_THAT(fault_in_text(kml(placemark("A", polygon("0,0 1,0 1,1")))), HasSubstr("open ring"));
  EXPECT_THAT(fault_in_text(kml(placemark("A", polygon("")))), HasSubstr("without coordinates"));
  EXPECT_THAT(fault_in_text(kml(placemark("A", "<Polygon/>"))), HasSubstr("outerBoundaryIs"));
  EXPECT_THAT(fault_in_text(kml(placemark("A", polygon("20,95 21,95 21,96 20,95")))),
              HasSubstr("swapped"));
  EXPECT_THAT(parse_kml(kml(placemark("A", polygon(square))), "a.kml").value().findings[0].line(),
              HasSubstr("line 2 (A): says no kind"));
}

TEST(Kml, WhatIsNoKmlIsRefused) {
  EXPECT_THAT(fault_in_text("<kml>\n<Document>\n</kml>"), HasSubstr("a.kml:3: no XML"));
  EXPECT_THAT(fault_in_text("<gpx/>"), HasSubstr("no KML: its root is 'gpx'"));
  EXPECT_THAT(fault_in_text(""), HasSubstr("no XML"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<Folder>";
  for (int i = 0; i < 100'000; ++i) deep += "</Folder>";
  EXPECT_THAT(fault_in_text(kml(deep)), HasSubstr("more than 64 deep"));
}

TEST(Kml, EntitiesOfTheFileStayWhatTheyAre) {
  const std::string text =
      "<!DOCTYPE kml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">"
      "<!ENTITY f SYSTEM \"file:///etc/hostname\">]><kml>" +
      placemark("&b;&f;", polygon(square)) + "</kml>";
  const auto zones = parse_kml(text, "a.kml", farms);
  ASSERT_TRUE(zones.ok()) << zones.error().message;
  EXPECT_EQ(zones.value().map.zones.at(0).name, "&b;&f;");
}

TEST(Kml, EitherFormIsToldByItsText) {
  EXPECT_TRUE(looks_like_kml("\xEF\xBB\xBF\n <kml/>"));
  EXPECT_FALSE(looks_like_kml("{\"type\": \"<kml>\"}"));
  EXPECT_EQ(parse_zones(kml(placemark("A", polygon(square))), "a", farms).value().map.zones.size(),
            1U);
}

}  // namespace
}  // namespace sengi::zones
