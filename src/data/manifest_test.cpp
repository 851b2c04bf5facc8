// SPDX-License-Identifier: Apache-2.0
#include "data/manifest.h"

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "data/csv.h"

namespace sengi::data {
namespace {

using testing::HasSubstr;
using Cells = std::vector<std::vector<std::string>>;

Cells cells(const std::string& text) {
  const auto rows = parse_csv(text, "f.csv");
  EXPECT_TRUE(rows.ok()) << rows.error().message;
  Cells cells;
  if (rows.ok()) {
    for (const CsvRow& row : rows.value()) cells.push_back(row.cells);
  }
  return cells;
}

std::string csv_fault(const std::string& text) {
  const auto rows = parse_csv(text, "f.csv");
  return rows.ok() ? "no fault" : rows.error().message;
}

TEST(Csv, ReadsTheCasesOfRfc4180) {
  EXPECT_EQ(cells("a,b\r\nc,d\r\n"), (Cells{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(cells("a,b\nc,d"), (Cells{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(cells("\"a,1\",\"b \"\"c\"\"\",\"d\r\ne\""), (Cells{{"a,1", "b \"c\"", "d\r\ne"}}));
  EXPECT_EQ(cells(",\n\"\",x\n"), (Cells{{"", ""}, {"", "x"}}));
  EXPECT_EQ(cells("\xEF\xBB\xBFpath\nä"), (Cells{{"path"}, {"ä"}}));
  EXPECT_EQ(cells("a\n\n\r\nb\rc"), (Cells{{"a"}, {"b"}, {"c"}}));
  EXPECT_EQ(cells(""), Cells{});
  EXPECT_EQ(cells("a\"b"), (Cells{{"a\"b"}}));
}

TEST(Csv, LinesAreThoseOfTheFile) {
  const auto rows = parse_csv("h\n\n\"x\ny\"\nz\n", "f.csv");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows.value().size(), 3U);
  EXPECT_EQ(rows.value()[1].line, 3U);
  EXPECT_EQ(rows.value()[2].line, 5U);
}

TEST(Csv, FaultsHaveTheirLine) {
  EXPECT_EQ(csv_fault("a\n\"b\nc"), "f.csv:2: a quote that is never closed");
  EXPECT_EQ(csv_fault("a\n\"b\"c"), "f.csv:2: text after a closing quote");
  EXPECT_EQ(csv_fault(std::string("a\n\0", 3)), "f.csv:2: a zero byte; this is not a text file");
  EXPECT_EQ(csv_fault(std::string("a\n\"\0\"", 5)),
            "f.csv:2: a zero byte; this is not a text file");
}

// Any cells, written with every cell in quotes, are read back.
TEST(Csv, QuotedCellsComeBack) {
  const std::vector<std::string> pieces = {"", ",", "\"", "\n", "\r\n", "a", " ", "é", "\"\""};
  for (const std::string& one : pieces) {
    for (const std::string& other : pieces) {
      std::string text;
      for (const std::string& cell : {one + other, other + one}) {
        text += text.empty() ? "\"" : ",\"";
        for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
      }
      EXPECT_EQ(cells(text), (Cells{{one + other, other + one}})) << text;
    }
  }
}

Manifest manifest(const std::string& text) {
  auto parsed = parse_manifest(text, "m.csv");
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  return parsed.ok() ? std::move(parsed).value() : Manifest();
}

std::string fault(const std::string& text) {
  const auto parsed = parse_manifest(text, "m.csv");
  return parsed.ok() ? "no fault" : parsed.error().message;
}

std::string row_fault(const std::string& row) {
  const Manifest m = manifest("path,label,group,split,start_s,end_s\n" + row);
  if (m.faults.size() != 1) return "no fault";
  EXPECT_EQ(m.faults[0].line, 2U);
  return m.faults[0].message;
}

TEST(Manifest, ColumnsComeInAnyOrder) {
  const Manifest m = manifest(
      "end_s,label,licence,path,start_s,split,group\n"
      "2.5,owl,CC0,\"a, b.wav\",1,test,ann\n"
      ",owl,,c.wav,,,\n");
  ASSERT_EQ(m.rows.size(), 2U);
  EXPECT_EQ(m.rows[0].path, "a, b.wav");
  EXPECT_EQ(m.rows[0].label, "owl");
  EXPECT_EQ(m.rows[0].group, "ann");
  EXPECT_EQ(m.rows[0].split, Split::test);
  EXPECT_EQ(m.rows[0].start_s, 1);
  EXPECT_EQ(m.rows[0].end_s, 2.5);
  EXPECT_EQ(m.rows[1].line, 3U);
  EXPECT_EQ(m.rows[1].group, "");
  EXPECT_EQ(m.rows[1].split, std::nullopt);
  EXPECT_EQ(m.rows[1].start_s, 0);
  EXPECT_TRUE(std::isinf(m.rows[1].end_s));
  EXPECT_THAT(m.other_columns, testing::ElementsAre("licence"));
}

TEST(Manifest, TwoColumnsAreEnough) {
  const Manifest m = manifest("path,label\n x.wav , owl \n");
  ASSERT_EQ(m.rows.size(), 1U);
  EXPECT_EQ(m.rows[0].path, "x.wav");
  EXPECT_EQ(m.rows[0].label, "owl");
}

TEST(Manifest, HeaderFaults) {
  EXPECT_THAT(fault(""), HasSubstr("m.csv: an empty manifest"));
  EXPECT_THAT(fault("a.wav,owl\n"), HasSubstr("m.csv:1: no column 'path'"));
  EXPECT_EQ(fault("path,labl\n"), "m.csv:1: unknown column 'labl'; did you mean 'label'?");
  EXPECT_EQ(fault("path,label,start\n"),
            "m.csv:1: unknown column 'start'; did you mean 'start_s'?");
  EXPECT_EQ(fault("path,label,path\n"), "m.csv:1: two columns are named 'path'");
  EXPECT_EQ(fault("path,label,paths\n"), "no fault");  // a column of another program's
}

TEST(Manifest, RowFaults) {
  EXPECT_EQ(row_fault("a.wav,owl,,,,"), "no fault");
  EXPECT_EQ(row_fault("a.wav,owl"), "2 cells where the header names 6");
  EXPECT_EQ(row_fault(",owl,,,,"), "no path");
  EXPECT_EQ(row_fault("a.wav,,,,,"), "no label");
  EXPECT_EQ(row_fault("a.wav,owl,,Test,,"),
            "split must be train, validation, test or empty, not 'Test'");
  EXPECT_EQ(row_fault("a.wav,owl,,,x,"), "start_s must be a time in seconds, not 'x'");
  EXPECT_EQ(row_fault("a.wav,owl,,,1,-2"), "end_s must be a time in seconds, not '-2'");
  EXPECT_EQ(row_fault("a.wav,owl,,,nan,"), "start_s must be a time in seconds, not 'nan'");
  EXPECT_EQ(row_fault("a.wav,owl,,,2,1.5"), "it ends (1.5 s) before it starts (2 s)");
}

TEST(Manifest, GoodRowsStandBesideBadOnes) {
  const Manifest m = manifest("path,label\na.wav,owl\n,owl\nb.wav,owl\n");
  EXPECT_EQ(m.rows.size(), 2U);
  ASSERT_EQ(m.faults.size(), 1U);
  EXPECT_EQ(m.faults[0].line, 3U);
}

TEST(Manifest, WrittenAndReadIsTheSame) {
  Dataset dataset;
  dataset.labels = {"a,b", "say \"c\""};
  Clip whole;
  whole.path = "/x/with,comma.wav";
  whole.group = "line\nbreak";
  whole.split = Split::validation;
  Clip part;
  part.path = "/x/y.wav";
  part.label = 1;
  part.split = Split::test;
  part.start_s = 0.1;
  part.end_s = 1.0 / 3;
  dataset.clips = {whole, part};
  const auto back = parse_manifest(manifest_of(dataset), "m.csv");
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_TRUE(back.value().faults.empty());
  ASSERT_EQ(back.value().rows.size(), 2u);
  const ManifestRow& one = back.value().rows[0];
  EXPECT_EQ(one.path, "/x/with,comma.wav");
  EXPECT_EQ(one.label, "a,b");
  EXPECT_EQ(one.group, "line\nbreak");
  EXPECT_EQ(one.split, Split::validation);
  EXPECT_TRUE(std::isinf(one.end_s));
  const ManifestRow& other = back.value().rows[1];
  EXPECT_EQ(other.label, "say \"c\"");
  EXPECT_EQ(other.group, "");
  EXPECT_EQ(other.start_s, 0.1);
  EXPECT_EQ(other.end_s, 1.0 / 3);
}

}  // namespace
}  // namespace sengi::data
