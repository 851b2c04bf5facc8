// SPDX-License-Identifier: Apache-2.0
#include "data/series.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>
#include <random>

#include "data/csv.h"
#include "data/series_parts.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
constexpr double pi = std::numbers::pi;

Series read(std::string_view text, const SeriesOptions& options = {}) {
  auto series = parse_series(text, "f.csv", options);
  if (!series.ok()) throw std::runtime_error(series.error().message);
  return std::move(series).value();
}

std::string fault(std::string_view text, const SeriesOptions& options = {}) {
  const auto series = parse_series(text, "f.csv", options);
  return series.ok() ? "" : series.error().message;
}

TEST(Series, ReadsWhatTheHeaderNames) {
  const Series series = read("time_ms,acc_x (m/s2), acc_y ,note\n0,1,-2.5,a\n10,+1e1,.5,b\r\n");
  EXPECT_THAT(series.columns, ElementsAre("acc_x (m/s2)", "acc_y"));
  EXPECT_THAT(series.values, ElementsAre(1, -2.5, 10, 0.5));
  EXPECT_THAT(series.time_s, ElementsAre(0, 0.01));
  EXPECT_EQ(series.rows, 2U);
  EXPECT_NEAR(*series.rate_hz, 100, 1e-9);
  EXPECT_EQ(series.epoch_s, std::nullopt);
}

TEST(Series, FindsTheSeparator) {
  EXPECT_THAT(read("a;b\n1;2\n").values, ElementsAre(1, 2));
  EXPECT_THAT(read("a\tb\n1\t2\n").values, ElementsAre(1, 2));
  EXPECT_THAT(read("a;b\n1,5;-2,25\n").values, ElementsAre(1.5, -2.25));
  EXPECT_THAT(read("\"a;b\",c\n1,2\n").columns, ElementsAre("a;b", "c"));
  EXPECT_THAT(read("\xEF\xBB\xBF\n\na\n7\n").values, ElementsAre(7));
  EXPECT_THAT(read("a,\n7,\n").columns, ElementsAre("a"));
}

TEST(Series, TakesTheColumnsThatAreAskedFor) {
  const std::string_view text = "t,a,b,c\n0,1,2,x\n1,3,4,y\n";
  EXPECT_THAT(read(text, {.columns = {"b", "A"}}).values, ElementsAre(2, 1, 4, 3));
  EXPECT_THAT(read(text, {.columns = {"a"}, .time_column = "b"}).time_s, ElementsAre(0, 2));
  EXPECT_THAT(fault(text, {.columns = {"aa"}}),
              "f.csv: no column 'aa' (did you mean 'a'?); there are: t, a, b, c");
  EXPECT_THAT(fault(text, {.columns = {"a", "a"}}), HasSubstr("twice"));
  EXPECT_THAT(fault(text, {.columns = {"c"}}), "f.csv:2: 'x' in column 'c' is no number");
}

TEST(Series, ReadsTimesAsPeopleWriteThem) {
  const auto times = [](const std::string& name, const std::string& first,
                        const std::string& second) {
    return read(name + ",a\n" + first + ",1\n" + second + ",2\n");
  };
  EXPECT_THAT(times("Time [ms]", "5", "25.5").time_s, ElementsAre(0, 0.0205));
  EXPECT_THAT(times("t", "5", "25").time_s, ElementsAre(0, 20));
  EXPECT_THAT(times("time_us", "5", "500005").time_s, ElementsAre(0, 0.5));
  EXPECT_THAT(times("timestamp", "0", "16").time_s, ElementsAre(0, 0.016));
  EXPECT_THAT(times("timestamp", "1700000000", "1700000060").epoch_s, Optional(1.7e9));
  EXPECT_THAT(times("timestamp", "1700000000000", "1700000000250").time_s, ElementsAre(0, 0.25));
  for (const auto& [first, second] :
       {std::pair("2026-02-28T23:59:59.5Z", "2026-03-01T00:00:00.5Z"),
        std::pair("2026-02-28 23:59:59", "2026-03-01 00:00:00"),
        std::pair("2026-03-01T00:59:59.5+01:00", "2026-02-28T18:00:00.5-0600"),
        std::pair("2026-03-01T00:59:59 +01", "2026-03-01T00:00:00")}) {
    const Series series = times("datetime", first, second);
    EXPECT_NEAR(series.time_s[1], 1, 1e-9) << first;
    EXPECT_NEAR(*series.epoch_s, 1772323199.25, 0.26) << first;
  }
  EXPECT_THAT(times("date", "2024-02-28", "2024-03-01").time_s, ElementsAre(0, 2 * 86400));
  EXPECT_THAT(times("datetime_local", "2024-02-28T10:00", "2024-02-28T10:30").time_s,
              ElementsAre(0, 1800));
  // Not every column with a t in it is one.
  EXPECT_THAT(times("temperature", "5", "4").columns, ElementsAre("temperature", "a"));
  // Of several the likeliest; the others are no values.
  EXPECT_THAT(read("date,time_ms,a\n2024-01-01,0,1\n2024-01-01,4,1\n").columns, ElementsAre("a"));
}

TEST(Series, RefusesDatesThatAreNone) {
  for (const char* text : {"2024-02-30", "2024-13-01", "24-01-01", "2024-01-01T25:00",
                           "2024-01-01T10", "2024-01-01T10:00:00.", "2024-01-01T10:00x",
                           "01/02/2024 10:00", "2024-01-01T10:00+1", ""}) {
    EXPECT_FALSE(moment_in(text)) << text;
  }
}

TEST(Series, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(fault(""), "f.csv: empty; its first line must name the columns");
  EXPECT_EQ(fault("a,b\n"), "f.csv: no rows below the names of the columns");
  EXPECT_EQ(fault("1,2\n3,4\n"), "f.csv:1: numbers, where the first line must name the columns");
  EXPECT_EQ(fault("a,b\n1,2\n3\n"), "f.csv:3: 1 cell where the first line names 2");
  EXPECT_EQ(fault("a,b\n1,2\n3,4,5\n"), "f.csv:3: 3 cells where the first line names 2");
  EXPECT_EQ(fault("a,b\n1,2\n3,\n"), "f.csv:3: nothing in column 'b'");
  EXPECT_EQ(fault("a,b\n1,2\n3,nan\n"), "f.csv:3: 'nan' in column 'b' is no number");
  EXPECT_EQ(fault("a,b\n1,2\n3,inf\n"), "f.csv:3: 'inf' in column 'b' is no number");
  EXPECT_EQ(fault("a,b\n1,2\n3,1e39\n"), "f.csv:3: '1e39' in column 'b' is no number");
  EXPECT_EQ(fault("a,b\n1,2\n3,4x\n"), "f.csv:3: '4x' in column 'b' is no number");
  EXPECT_EQ(fault("t,a\n1,2\n1,3\n"), "f.csv:3: the time '1' repeats that of the row before");
  EXPECT_EQ(fault("t,a\n1,2\n0,3\n"),
            "f.csv:3: the time '0' is earlier than that of the row before");
  EXPECT_EQ(fault("t,a\n1,2\nx,3\n"), "f.csv:3: 'x' in column 't' is no time, or not one as above");
  EXPECT_EQ(fault("time,a\n1,2\n2024-01-01,3\n"),
            "f.csv:3: '2024-01-01' in column 'time' is no time, or not one as above");
  EXPECT_EQ(fault("t,word\n1,x\n"), "f.csv:2: no column of numbers");
  EXPECT_EQ(fault("a,a\n1,2\n"), "f.csv: two columns are named 'a'");
  EXPECT_THAT(fault("a,b\n1,\n", {.blanks_are_gaps = true}), HasSubstr("'b'"));
  EXPECT_THAT(parse_series(std::string_view("a\n1\0\n", 5), "f.csv").error().message,
              HasSubstr("zero byte"));
  EXPECT_THAT(fault("a,b\n1,2\n\n3,\"4\n"), HasSubstr("f.csv:4: a quote that is never closed"));
}

TEST(Series, TinyNumbersAreZero) {
  EXPECT_THAT(read("a,b\n1e-60,-1e-46\n").values, ElementsAre(0, FloatEq(0)));
}

TEST(Series, LeavesIncompleteRowsOutWhereAskedTo) {
  const Series series =
      read("t,a,b\n0,,1\n1,2,3\n2,NA,3\n3,4,5\n4,6,7\n", {.blanks_are_gaps = true});
  EXPECT_THAT(series.values, ElementsAre(2, 3, 4, 5, 6, 7));
  EXPECT_THAT(series.time_s, ElementsAre(0, 2, 3));
  EXPECT_EQ(series.incomplete, 2U);
  EXPECT_THAT(fault("t,a\n0,1\n1,x\n", {.blanks_are_gaps = true}), HasSubstr("'x'"));
  EXPECT_THAT(fault("t,a\n0,\n1,\n", {.blanks_are_gaps = true}), HasSubstr("no row"));
}

TEST(Series, TheRateIsThatBetweenGaps) {
  std::string text = "time_ms,a\n";
  // 104 Hz in whole milliseconds, with a gap of ten seconds.
  for (int i = 0; i < 1000; ++i) {
    text += std::to_string(std::lround(i * 1000.0 / 104) + (i >= 500 ? 10000 : 0)) + ",1\n";
  }
  const Series series = read(text);
  EXPECT_NEAR(*series.rate_hz, 104, 0.05);
  const auto found = gaps(series);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].row, 499U);
  EXPECT_NEAR(found[0].end_s - found[0].start_s, 10, 0.02);
}

// A recording of a straight line and a sine, at uneven times.
Series uneven(double rate_hz, double seconds, double jitter, double hz) {
  Series series;
  series.file = "f.csv";
  series.columns = {"line", "sine"};
  std::mt19937 random(3);
  std::uniform_real_distribution<double> noise(-jitter, jitter);
  for (int i = 0; i < seconds * rate_hz; ++i) {
    const double t = i == 0 ? 0 : (i + noise(random)) / rate_hz;
    series.time_s.push_back(t);
    series.values.push_back(static_cast<float>(3 * t - 1));
    series.values.push_back(static_cast<float>(std::sin(2 * pi * hz * t)));
    ++series.rows;
  }
  series.rate_hz = rate_hz;
  return series;
}

TEST(Resampled, FollowsTheLineBetweenRows) {
  const Series series = uneven(100, 10, 0.4, 1);
  for (const double rate_hz : {60.0, 100.0, 333.0}) {
    const auto even = resampled(series, rate_hz, 1.2345, 200).value();
    for (std::size_t i = 0; i < 200; ++i) {
      const double t = 1.2345 + static_cast<double>(i) / rate_hz;
      EXPECT_NEAR(even[2 * i], 3 * t - 1, 1e-4);
      EXPECT_NEAR(even[2 * i + 1], std::sin(2 * pi * t), 2e-3);
    }
  }
}

TEST(Resampled, AveragesWhatIsTooFastForTheGrid) {
  // 47 Hz sampled at 10 Hz would be a full sine of 3 Hz.
  const auto even = resampled(uneven(500, 10, 0, 47), 10, 1, 80).value();
  double most = 0;
  for (std::size_t i = 0; i < 80; ++i) {
    most = std::max(most, std::abs(double{even[2 * i + 1]}));
    EXPECT_NEAR(even[2 * i], 3 * (1 + static_cast<double>(i) / 10) - 1, 4e-3);
  }
  EXPECT_LT(most, 0.1);
}

TEST(Resampled, EndsWhereTheRecordingEnds) {
  const Series series = read("t,a\n0,1\n1,2\n2,4\n");
  EXPECT_THAT(resampled(series, 1, 0, 3).value(), ElementsAre(1, 2, 4));
  EXPECT_THAT(resampled(series, 1, 0.5, 2).value(), ElementsAre(1.5, 3));
  EXPECT_THAT(resampled(series, 1, -0.5, 1).value(), ElementsAre(1));
  EXPECT_THAT(resampled(series, 1, 2.5, 1).value(), ElementsAre(4));
  EXPECT_EQ(resampled(series, 1, 1, 3).error().message,
            "f.csv: rows from 1.000 to 3.000 s, but the recording ends at 2.000 s");
  EXPECT_FALSE(resampled(series, 1, -0.6, 1).ok());
  EXPECT_FALSE(resampled(series, 0, 0, 1).ok());
  EXPECT_FALSE(resampled(series, std::nan(""), 0, 1).ok());
  EXPECT_THAT(resampled(series, 1, 0, 0).value(), IsEmpty());
}

TEST(Resampled, DoesNotInventWhatLiesInAGap) {
  const Series series = read("t,a\n0,1\n1,2\n2,3\n30,4\n31,5\n");
  EXPECT_THAT(resampled(series, 1, 0, 3).value(), ElementsAre(1, 2, 3));
  EXPECT_THAT(resampled(series, 1, 29.6, 2).value(), ElementsAre(4, FloatEq(4.6F)));
  EXPECT_EQ(resampled(series, 1, 2, 3).error().message,
            "f.csv: no rows between 2.000 and 30.000 s");
}

TEST(Resampled, WithoutTimesRowsAreAtTheRate) {
  const Series series = read("a\n1\n2\n4\n");
  EXPECT_THAT(resampled(series, 50, 0.02, 2).value(), ElementsAre(2, 4));
}

TEST(ValueRange, CountsAreLinear) {
  EXPECT_EQ(count_of(0, {-20, 20}), 0);
  EXPECT_EQ(count_of(20, {-20, 20}), 32767);
  EXPECT_EQ(count_of(-20, {-20, 20}), -32767);
  EXPECT_EQ(count_of(1e300, {-20, 20}), 32767);
  EXPECT_EQ(count_of(-1e300, {-20, 20}), -32767);
  EXPECT_EQ(count_of(std::nan(""), {-20, 20}), 0);
  EXPECT_EQ(count_of(10, {0, 40}), -16384);  // halves away from 0
}

TEST(ValueRange, FitsWhatWasSeen) {
  EXPECT_EQ(fitting(-10, 10), (ValueRange{-12, 12}));
  EXPECT_EQ(fitting(-10, 25), (ValueRange{-29, 29}));
  EXPECT_EQ(fitting(-1, 25), (ValueRange{-4, 28}));
  EXPECT_EQ(fitting(0, 1), (ValueRange{-0.1, 1.1}));
  EXPECT_EQ(fitting(0.1, 0.3), (ValueRange{0.08, 0.32}));
  EXPECT_EQ(fitting(101000, 101500), (ValueRange{100950, 101550}));
  EXPECT_EQ(fitting(5, 5), (ValueRange{4.4, 5.6}));
  EXPECT_EQ(fitting(0, 0), (ValueRange{-1.2, 1.2}));
  std::mt19937 random(8);
  for (int i = 0; i < 10000; ++i) {
    const double scale = std::exp2(static_cast<double>(random() % 60) - 30);
    const double low = (static_cast<double>(random() % 2001) - 1000) / 999 * scale;
    const double high = low + static_cast<double>(random() % 1000) / 77 * scale;
    const ValueRange range = fitting(low, high);
    ASSERT_LE(range.low, low);
    ASSERT_GE(range.high, high);
    ASSERT_LT(range.low, range.high);
    ASSERT_LT(count_of(high, range), 32767);
    ASSERT_GT(count_of(low, range), -32767);
  }
}

TEST(SeriesTable, ReadsLabelsGroupsAndValues) {
  const auto table = parse_series_table(
      "who,x1,label,side,x0,site\nada,1,walk,test,2,north\nbob,3,rest,train,4,\n", "f.csv",
      {.group_column = "who", .split_column = "side", .value_columns = {"x0", "x1"}});
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_THAT(table.value().value_columns, ElementsAre("x0", "x1"));
  EXPECT_THAT(table.value().other_columns, ElementsAre("site"));
  const SeriesTableRow& row = table.value().rows.at(0);
  EXPECT_EQ(row.line, 2U);
  EXPECT_EQ(row.label, "walk");
  EXPECT_EQ(row.group, "ada");
  EXPECT_EQ(row.split, "test");
  EXPECT_THAT(row.values, ElementsAre(2, 1));
  EXPECT_THAT(row.others, ElementsAre("north"));
}

TEST(SeriesTable, NumericColumnsAreValuesUnlessSaidOtherwise) {
  const std::string_view text = "label,ICI1,ICI2,day\n5R,0.2,0.3,2005-03-04\n1+1+3,0.1,,x\n";
  EXPECT_EQ(parse_series_table(text, "f.csv").error().message, "f.csv:3: nothing in column 'ICI2'");
  const auto padded = parse_series_table(text, "f.csv", {.blanks_are_zero = true}).value();
  EXPECT_THAT(padded.value_columns, ElementsAre("ICI1", "ICI2"));
  EXPECT_THAT(padded.rows[1].values, ElementsAre(FloatEq(0.1F), 0));
  const auto wild =
      parse_series_table(text, "f.csv", {.value_columns = {"ICI*"}, .blanks_are_zero = true});
  EXPECT_THAT(wild.value().value_columns, ElementsAre("ICI1", "ICI2"));
}

TEST(SeriesTable, SaysWhatIsWrong) {
  const auto wrong = [](std::string_view text, const SeriesTableOptions& options) {
    const auto table = parse_series_table(text, "f.csv", options);
    return table.ok() ? "" : table.error().message;
  };
  EXPECT_THAT(wrong("labels,a\nx,1\n", {}), HasSubstr("did you mean 'labels'?"));
  EXPECT_EQ(wrong("label,a\nx,1\n ,2\n", {}), "f.csv:3: no label in column 'label'");
  EXPECT_EQ(wrong("label,a\nx,1\ny,b\n", {}), "f.csv:3: 'b' in column 'a' is no number");
  EXPECT_EQ(wrong("label,a\nx,1\ny\n", {}), "f.csv:3: 1 cell where the first line names 2");
  EXPECT_THAT(wrong("label,a\nx,1\n", {.value_columns = {"q*"}}), HasSubstr("'q0'"));
  EXPECT_THAT(wrong("label,a\nx,1\n", {.value_columns = {"a", "a"}}), HasSubstr("twice"));
  EXPECT_THAT(wrong("label,a\nx,1\n", {.label_column = "a", .value_columns = {"a"}}),
              HasSubstr("twice"));
  EXPECT_EQ(wrong("label,a\nx,1\n", {.label_column = ""}), "");
}

TEST(CsvReader, ReadsAsParseCsvDoes) {
  const std::string_view text = "a,\"b \"\"c\"\"\nd\",\n\"\",\"\"\"\",x\r\r\n\"e\"";
  const auto rows = parse_csv(text, "f").value();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0].cells, ElementsAre("a", "b \"c\"\nd", ""));
  EXPECT_THAT(rows[1].cells, ElementsAre("", "\"", "x"));
  EXPECT_THAT(rows[2].cells, ElementsAre("e"));
  EXPECT_EQ(rows[1].line, 3U);
  std::string made;
  for (const CsvRow& row : rows) made += csv_line(row.cells);
  EXPECT_THAT(parse_csv(made, "f").value()[0].cells, rows[0].cells);
}

// Real recordings, where ../shared/data has them.
TEST(Series, ReadsRealRecordings) {
  const fs::path data = fs::path(SENGI_SHARED_DATA);
  const fs::path wand = data / "imu_gesture_wand" / "flippendo" / "flippendo000.csv";
  const fs::path pump = data / "anomaly_pump_skab" / "valve1" / "3.csv";
  const fs::path soil = data / "farm_soil_usses" / "X1_Irrigation.csv";
  const fs::path stork = data / "animal_acc_white_stork" / "bouts.csv";
  if (!fs::exists(wand) || !fs::exists(pump) || !fs::exists(soil) || !fs::exists(stork)) {
    GTEST_SKIP() << "needs ../shared/data";
  }
  const Series gesture = read_series(wand).value();
  EXPECT_EQ(gesture.columns.size(), 6U);
  EXPECT_NEAR(*gesture.rate_hz, 100, 2);
  const Series anomaly = read_series(pump).value();
  EXPECT_EQ(anomaly.columns.size(), 10U);
  EXPECT_NEAR(*anomaly.rate_hz, 1, 1e-3);
  EXPECT_THAT(read_series(soil).error().message, HasSubstr("nothing in column"));
  const Series moisture = read_series(soil, {.blanks_are_gaps = true}).value();
  EXPECT_EQ(moisture.columns.size(), 4U);
  EXPECT_NEAR(1 / *moisture.rate_hz, 2 * 3600, 60);
  EXPECT_FALSE(gaps(moisture).empty());
  const SeriesTable bouts = read_series_table(stork).value();
  EXPECT_EQ(bouts.value_columns.size(), 120U);
  EXPECT_EQ(bouts.rows.size(), 1045U);
}

}  // namespace
}  // namespace sengi::data
