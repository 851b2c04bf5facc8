// SPDX-License-Identifier: Apache-2.0
#include "data/series_forward.h"

#include <gmock/gmock.h>

#include "data/series.h"

namespace sengi::data {
namespace {

using ::testing::HasSubstr;

TEST(ForwardSeries, AnHourThatIsThereTwiceIsThereOnce) {
  const std::string_view text =
      "timestamp;value\r\n2014-01-07 02:00;1,5\r\n2014-01-07 02:55;2\r\n2014-01-07 02:00;3\r\n"
      "\r\n2014-01-07 02:55;4\r\n2014-01-07 03:00;5";
  EXPECT_FALSE(parse_series(text, "a.csv").ok());
  const auto forward = forward_in_time(text, "a.csv");
  ASSERT_TRUE(forward.ok()) << forward.error().message;
  EXPECT_EQ(forward.value().text,
            "timestamp;value\r\n2014-01-07 02:00;1,5\r\n2014-01-07 02:55;2\r\n"
            "2014-01-07 03:00;5");
  EXPECT_EQ(forward.value().left_out, 2u);
  EXPECT_EQ(forward.value().first_line, 4u);
  EXPECT_TRUE(parse_series(forward.value().text, "a.csv").ok());
}

TEST(ForwardSeries, WhatRunsForwardStaysAsItIs) {
  const std::string_view text = "note,time_s,x\n\"two\nlines\",0,1\n,1,2\n\n\n,2,3\n";
  const auto forward = forward_in_time(text, "a.csv");
  ASSERT_TRUE(forward.ok()) << forward.error().message;
  EXPECT_EQ(forward.value().text, text);
  EXPECT_EQ(forward.value().left_out, 0u);
}

TEST(ForwardSeries, WhatIsWrongIsNamed) {
  const auto fault = [](std::string_view text) {
    return forward_in_time(text, "a.csv").error().message;
  };
  EXPECT_EQ(fault("x,y\n1,2\n"), "a.csv: no column of time");
  EXPECT_THAT(fault("time_s,y\n0,2\nsoon,2\n"), HasSubstr("a.csv:3: 'soon' is no time"));
}

}  // namespace
}  // namespace sengi::data
