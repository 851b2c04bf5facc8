// SPDX-License-Identifier: Apache-2.0
#include "data/finding.h"

#include <gmock/gmock.h>

#include "data/check.h"

namespace sengi::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(Findings, OfMillionsTheFirstAreListedAndAllAreCounted) {
  Findings findings;
  for (int i = 0; i < 2500; ++i) {
    findings.add(Severity::note, "rate", std::to_string(i), {}, "nothing").time_s = i;
  }
  Findings others;
  for (int i = 0; i < 1700; ++i) others.add(Severity::note, "rate", "more", {}, "nothing");
  others.add(Severity::fault, "unreadable", "empty", "a.wav", "remove it");
  findings.add(std::move(others));

  CheckReport report;
  report.unlisted = findings.unlisted();
  report.findings = std::move(findings).sorted();
  ASSERT_EQ(report.findings.size(), 1001U);
  EXPECT_EQ(report.findings.front().kind, "unreadable");
  EXPECT_EQ(report.findings.back().what, "999");
  EXPECT_EQ(report.findings.back().time_s, 999);
  EXPECT_THAT(report.unlisted, ElementsAre(Pair(FindingKind(Severity::note, "rate"), 3200U)));
  EXPECT_EQ(report.count(Severity::note), 4200U);
  EXPECT_EQ(report.count(Severity::fault), 1U);
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(to_text(report), HasSubstr("and 4,195 more of this kind (rate); --json lists the "
                                         "first 1,000"));
  EXPECT_THAT(to_json(report), HasSubstr("\"count\": 3200"));
}

}  // namespace
}  // namespace sengi::data
