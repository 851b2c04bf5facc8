// SPDX-License-Identifier: Apache-2.0
#include "data/annotation.h"

#include <gmock/gmock.h>

#include <string>

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* raven =
    "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\t"
    "Species\tNotes\r\n"
    "1\tWaveform 1\t1\t0.5\t1.25\t1000.0\t4000.0\tfrog\tloud, \"near\"\r\n"
    "1\tSpectrogram 1\t1\t0.5\t1.25\t1000.0\t4000.0\tfrog\tloud, \"near\"\r\n"
    "2\tSpectrogram 1\t1\t3\t3.5\t\t\ttoad\t\r\n"
    "3\tSpectrogram 1\t1\t4\t5\t\t\tnocall\t\r\n";

std::string fault_of(const Result<AnnotationTable>& table) {
  return table.ok() ? "no fault" : table.error().message;
}

TEST(RavenTable, CountsASelectionOnceAndKeepsOtherColumns) {
  const auto table = parse_raven_table(raven, "a.txt");
  ASSERT_TRUE(table.ok()) << table.error().message;
  ASSERT_EQ(table.value().rows.size(), 2U);
  const Annotation& frog = table.value().rows[0];
  EXPECT_EQ(frog.label, "frog");
  EXPECT_EQ(frog.line, 2U);
  EXPECT_DOUBLE_EQ(frog.start_s, 0.5);
  EXPECT_DOUBLE_EQ(frog.end_s, 1.25);
  EXPECT_EQ(frog.low_hz, 1000.0);
  EXPECT_EQ(frog.high_hz, 4000.0);
  EXPECT_THAT(table.value().other_columns, ElementsAre("Channel", "Notes"));
  EXPECT_THAT(frog.others, ElementsAre("1", "loud, \"near\""));
  EXPECT_FALSE(table.value().rows[1].low_hz.has_value());
}

TEST(RavenTable, TimesOfManyFilesAreThoseOfEachFile) {
  const auto table = parse_raven_table(
      "Begin Time (s)\tEnd Time (s)\tBegin Path\tFile Offset (s)\tCommon Name\tConfidence\n"
      "3601.5\t3604.5\t/x/second.wav\t1.5\tWren\t0.9\n",
      "list.txt");
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table.value().rows[0].recording, "/x/second.wav");
  EXPECT_DOUBLE_EQ(table.value().rows[0].start_s, 1.5);
  EXPECT_DOUBLE_EQ(table.value().rows[0].end_s, 4.5);
  EXPECT_EQ(table.value().rows[0].label, "Wren");
}

TEST(RavenTable, TakesTheLabelColumnThatIsAskedFor) {
  const auto table = parse_raven_table(raven, "a.txt", "notes");
  EXPECT_EQ(fault_of(table), "a.txt:4: no label");
  EXPECT_THAT(fault_of(parse_raven_table(raven, "a.txt", "Specie")),
              HasSubstr("no column 'Specie' (did you mean 'Species'?)"));
}

TEST(RavenTable, FaultsHaveFileAndLine) {
  EXPECT_THAT(fault_of(parse_raven_table("", "a.txt")), HasSubstr("a.txt: empty"));
  EXPECT_THAT(fault_of(parse_raven_table("a\tb\n", "a.txt")),
              HasSubstr("a.txt:1: no column 'Begin Time (s)'"));
  const std::string head = "Begin Time (s)\tEnd Time (s)\tTag\n";
  EXPECT_THAT(fault_of(parse_raven_table(head + "1\t2\n", "a.txt")),
              HasSubstr("a.txt:2: 2 cells where the header names 3"));
  for (const char* times : {"2\t1", "x\t1", "-1\t2", "nan\tnan", "\t1"}) {
    EXPECT_THAT(fault_of(parse_raven_table(head + times + "\tfrog\n", "a.txt")),
                HasSubstr("a.txt:2: from '"))
        << times;
  }
}

TEST(AudacityLabels, ReadsFrequenciesAndConfidence) {
  const auto table = parse_audacity_labels(
      "0.100000\t0.900000\tred fox\n\\\t200.000000\t4000.000000\n1.5\t1.5\tclick\t0.87\r\n",
      "a.txt");
  ASSERT_TRUE(table.ok()) << table.error().message;
  ASSERT_EQ(table.value().rows.size(), 2U);
  EXPECT_EQ(table.value().rows[0].label, "red fox");
  EXPECT_EQ(table.value().rows[0].low_hz, 200.0);
  EXPECT_EQ(table.value().rows[0].high_hz, 4000.0);
  EXPECT_DOUBLE_EQ(table.value().rows[1].start_s, table.value().rows[1].end_s);
  EXPECT_THAT(table.value().rows[1].others, ElementsAre("0.87"));
}

TEST(AudacityLabels, FaultsHaveFileAndLine) {
  EXPECT_THAT(fault_of(parse_audacity_labels("1\t2\ta\nhello\n", "a.txt")),
              HasSubstr("a.txt:2: not a label"));
  EXPECT_THAT(fault_of(parse_audacity_labels("\\\t1\t2\n", "a.txt")),
              HasSubstr("a.txt:1: no two frequencies"));
  EXPECT_THAT(fault_of(parse_audacity_labels("2\t1\ta\n", "a.txt")),
              HasSubstr("from '2' to '1' is no stretch"));
  EXPECT_THAT(fault_of(parse_audacity_labels("1\t2\t \n", "a.txt")),
              HasSubstr("a.txt:1: no label"));
}

TEST(AnnotationCsv, TakesColumnsByName) {
  AnnotationColumns columns;
  columns.recording = "sound";
  columns.start = "from";
  columns.end = "to";
  columns.label = "species";
  const auto table = parse_annotation_csv(
      "sound,from,to,species,observer\nx.wav,1,2,\"frog, tree\",Ann\n", "a.csv", columns);
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table.value().rows[0].label, "frog, tree");
  EXPECT_EQ(table.value().rows[0].recording, "x.wav");
  EXPECT_THAT(table.value().other_columns, ElementsAre("observer"));
  EXPECT_THAT(fault_of(parse_annotation_csv("a,b\n", "a.csv", columns)),
              HasSubstr("a.csv:1: no column 'from'"));
}

constexpr const char* textgrid =
    "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = 3\ntiers? "
    "<exists>\n"
    "size = 2\nitem []:\n    item [1]:\n        class = \"IntervalTier\"\n        name = "
    "\"words\"\n"
    "        xmin = 0\n        xmax = 3\n        intervals: size = 2\n        intervals [1]:\n"
    "            xmin = 0\n            xmax = 1.25\n            text = \"\"\n"
    "        intervals [2]:\n            xmin = 1.25\n            xmax = 3\n"
    "            text = \"say \"\"yes\"\"\"\n    item [2]:\n        class = \"TextTier\"\n"
    "        name = \"clicks\"\n        xmin = 0\n        xmax = 3\n        points: size = 1\n"
    "        points [1]:\n            number = 0.5\n            mark = \"click\"\n";

TEST(TextGrid, HasIntervalsAndPointsOfItsTiers) {
  const auto table = parse_textgrid(textgrid, "a.TextGrid");
  ASSERT_TRUE(table.ok()) << table.error().message;
  ASSERT_EQ(table.value().rows.size(), 2U);
  const Annotation& word = table.value().rows[0];
  EXPECT_EQ(word.label, "say \"yes\"");
  EXPECT_EQ(word.start_s, 1.25);
  EXPECT_EQ(word.end_s, 3);
  EXPECT_EQ(word.others, std::vector<std::string>{"words"});
  EXPECT_EQ(word.line, 22U);
  EXPECT_EQ(table.value().rows[1].start_s, 0.5);
  EXPECT_EQ(table.value().rows[1].end_s, 0.5);
  const auto clicks = parse_textgrid(textgrid, "a.TextGrid", "clicks");
  ASSERT_TRUE(clicks.ok());
  EXPECT_EQ(clicks.value().rows.size(), 1U);
}

TEST(TextGrid, FaultsHaveFileAndLine) {
  EXPECT_THAT(fault_of(parse_textgrid("1\t2\ta\n", "a.TextGrid")), HasSubstr("no TextGrid"));
  EXPECT_THAT(fault_of(parse_textgrid("\xFF\xFE", "a.TextGrid")), HasSubstr("UTF-16"));
  EXPECT_THAT(fault_of(parse_textgrid(textgrid, "a.TextGrid", "birds")),
              HasSubstr("no tier 'birds'"));
  std::string wrong = textgrid;
  wrong.replace(wrong.find("1.25"), 4, "soon");
  EXPECT_THAT(fault_of(parse_textgrid(wrong, "a.TextGrid")),
              HasSubstr("a.TextGrid:17: 'soon' is no time"));
  const std::string open = std::string(textgrid) + "text = \"never closed\n";
  EXPECT_THAT(fault_of(parse_textgrid(open, "a.TextGrid")), HasSubstr("does not end"));
  EXPECT_THAT(
      fault_of(parse_textgrid("File type = \"ooTextFile\"\n\"TextGrid\"\n0\n", "a.TextGrid")),
      HasSubstr("short form"));
}

}  // namespace
}  // namespace sengi::data
