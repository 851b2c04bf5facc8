// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_forecast.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "data/csv.h"

namespace sengi::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two hours back and two ahead, hour by hour, is it below 10?
ForecastOptions hourly() {
  ForecastOptions options;
  options.inputs = {{"wet", "wet.*", {}}};
  options.step_h = 1;
  options.history_h = 2;
  options.ahead_h = 2;
  options.every_h = 1;
  options.target = "wet";
  options.bound = 10;
  options.yes = "dry";
  options.no = "moist";
  options.group_days = 0;
  return options;
}

// A reading at each whole hour of 2026-03-01.
std::string log_of(const std::vector<std::string>& cells, const std::string& header = "wet") {
  std::string text = "time," + header + "\n";
  for (std::size_t hour = 0; hour < cells.size(); ++hour) {
    text += "2026-03-01T" + std::string(hour < 10 ? "0" : "") + std::to_string(hour) + ":00:00Z," +
            cells[hour] + "\n";
  }
  return text;
}

std::vector<std::vector<std::string>> rows_of(const std::string& text,
                                              const ForecastOptions& options) {
  Forecast forecast;
  const auto added = add_forecasts(text, "a.csv", options, forecast);
  EXPECT_TRUE(added.ok()) << added.error().message;
  std::vector<std::vector<std::string>> rows;
  const std::vector<CsvRow> table = parse_csv(forecast.table, "table").value();
  for (const CsvRow& row : table) rows.push_back(row.cells);
  return rows;
}

std::string fault_of(const std::string& text, const ForecastOptions& options) {
  Forecast forecast;
  const auto added = add_forecasts(text, "a.csv", options, forecast);
  return added.ok() ? "" : added.error().message;
}

TEST(Forecast, LooksBackAndAhead) {
  EXPECT_THAT(
      rows_of(log_of({"14", "13", "12", "11", "9", "8"}), hourly()),
      ElementsAre(
          ElementsAre("dry", "a.csv", "a.csv", "2026-03-01T02:00:00Z", "moist", "13", "12"),
          ElementsAre("dry", "a.csv", "a.csv", "2026-03-01T03:00:00Z", "moist", "12", "11")));
}

TEST(Forecast, ABoundIsCrossedDownOrUp) {
  ForecastOptions options = hourly();
  options.below = false;
  options.bound = 12;
  const auto rows = rows_of(log_of({"9", "9", "11", "12", "13", "11", "11", "12"}), options);
  std::vector<std::string> labels;
  for (const auto& row : rows) labels.push_back(row[0] + " " + row[4]);
  // 12 is not above 12.
  EXPECT_THAT(labels, ElementsAre("dry moist", "dry moist", "moist dry", "moist moist"));
}

TEST(Forecast, AStepIsTheMedianOfItsReadings) {
  ForecastOptions options = hourly();
  options.step_h = 3;
  options.history_h = 3;
  options.ahead_h = 3;
  options.every_h = 3;
  // One reading of three that is wrong is neither learned from nor foretold.
  EXPECT_THAT(
      rows_of(log_of({"0", "13", "-99", "12", "12", "-99", "11"}), options),
      ElementsAre(ElementsAre("moist", "a.csv", "a.csv", "2026-03-01T03:00:00Z", "moist", "12")));
}

TEST(Forecast, ProbesThatAnswerAreAveragedAndOthersLeftOut) {
  ForecastOptions options = hourly();
  options.inputs[0].valid = ValueRange{0, 50};
  const std::string text =
      log_of({"20,22", "20,", ",24", "20,99", "20,20", "20,NA"}, "wet_east,wet_west");
  const auto rows = rows_of(text, options);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(std::vector(rows[0].begin() + 5, rows[0].end()), ElementsAre("20", "24"));
  EXPECT_THAT(std::vector(rows[1].begin() + 5, rows[1].end()), ElementsAre("24", "20"));
}

TEST(Forecast, AStepWithoutAReadingMakesNoExample) {
  Forecast forecast;
  ASSERT_TRUE(add_forecasts(log_of({"14", "13", "12", "", "12", "13", "14", "15"}), "a.csv",
                            hourly(), forecast)
                  .ok());
  // Of hour 3 nothing is known, which 2 looks ahead to and 4 back.
  EXPECT_EQ(forecast.without_readings, 2U);
  EXPECT_EQ(forecast.examples.at("moist"), 1U);
}

TEST(Forecast, NoExampleReachesIntoTwoGroups) {
  ForecastOptions options = hourly();
  options.group_days = 0.25;
  std::vector<std::string> cells(24, "12");
  std::vector<std::string> hours;
  for (const auto& row : rows_of(log_of(cells), options)) {
    hours.push_back(row[3].substr(11, 2));
  }
  // Of each six hours those that have two behind and two ahead of them in the same six.
  EXPECT_THAT(hours, ElementsAre("02", "03", "08", "09", "14", "15", "20", "21"));
}

TEST(Forecast, InputsStandSideBySideStepByStep) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  ASSERT_TRUE(write_text(folder.path() / "logs/a.csv",
                         log_of({"14,1", "13,2", "12,3", "9,4", "12,5", "12,6", "12,7"}, "wet,air"))
                  .ok());
  ForecastOptions options = hourly();
  options.inputs.push_back({"air", "air", {}});
  const auto forecast = forecasts_of({folder.path() / "logs"}, options);
  ASSERT_TRUE(forecast.ok()) << forecast.error().message;
  EXPECT_THAT(forecast.value().columns, ElementsAre("wet_2", "air_2", "wet_1", "air_1"));
  EXPECT_THAT(forecast.value().table, HasSubstr(",13,2,12,3\n"));
  EXPECT_EQ(forecast.value().files, 1U);
  EXPECT_EQ(forecast.value().examples.at("dry"), 1U);
  EXPECT_EQ(forecast.value().as_now.at("dry"), 0U);
}

TEST(Forecast, WhatIsWrongIsNamed) {
  EXPECT_THAT(fault_of("when,wet\n1,2\n", hourly()), HasSubstr("no column of time"));
  EXPECT_THAT(fault_of("time,moisture\n1,2\n", hourly()),
              HasSubstr("no column is named like wet.*"));
  EXPECT_THAT(fault_of(log_of({"1", "much"}), hourly()), HasSubstr("a.csv:3"));
  EXPECT_THAT(fault_of("time,wet\n2026-03-01T01:00Z,1\n2026-03-01T00:00Z,1\n", hourly()),
              HasSubstr("before that of the row above"));
  const auto refused = [](auto change) {
    ForecastOptions options = hourly();
    change(options);
    return forecasts_of({"nowhere"}, options).error().message;
  };
  EXPECT_THAT(refused([](ForecastOptions& o) { o.history_h = 1.5; }), HasSubstr("whole steps"));
  EXPECT_THAT(refused([](ForecastOptions& o) { o.group_days = 0.1; }), HasSubstr("shorter than"));
  EXPECT_THAT(refused([](ForecastOptions& o) { o.target = "air"; }), HasSubstr("is no input"));
  EXPECT_THAT(refused([](ForecastOptions& o) { o.inputs[0].columns = "("; }),
              HasSubstr("not a regular expression"));
  EXPECT_THAT(refused([](ForecastOptions& o) { o.no = o.yes; }), HasSubstr("the same"));
}

}  // namespace
}  // namespace sengi::data
