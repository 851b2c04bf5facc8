// SPDX-License-Identifier: Apache-2.0
#include "events/judgement_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "data/annotation.h"

namespace sengi::events {
namespace {

std::vector<Recording> some() {
  return {
      {"a", 1800, {{1, 2, "frog"}, {50, 51, "owl"}}, {{1, 2, "frog", 0.9}, {50, 51, "frog", 0.5}}},
      {"b", 1800, {{7, 8, "tab\there"}}, {}}};
}

TEST(JudgementText, RavenReadsWhatIsWrittenForIt) {
  const auto judgement = judge(some(), {});
  ASSERT_TRUE(judgement.ok());
  const auto table =
      data::parse_raven_table(outcomes_for_raven(some(), judgement.value()), "outcomes.txt");
  ASSERT_TRUE(table.ok()) << table.error().message;
  const auto& rows = table.value().rows;
  ASSERT_EQ(rows.size(), 4U);
  ASSERT_EQ(table.value().other_columns.size(), 4U);  // Channel is one
  EXPECT_EQ(rows[0].recording, "a");
  EXPECT_EQ(rows[0].label, "frog");
  EXPECT_EQ(rows[0].others[1], "right");
  EXPECT_EQ(rows[0].others[2], "0.9");
  EXPECT_EQ(rows[1].others[1], "false alarm");
  EXPECT_EQ(rows[1].others[3], "owl");
  EXPECT_EQ(rows[2].others[1], "missed");
  EXPECT_EQ(rows[3].recording, "b");
  EXPECT_EQ(rows[3].label, "tab here");
}

TEST(JudgementText, JsonHasItAll) {
  const auto judgement = judge(some(), {});
  ASSERT_TRUE(judgement.ok());
  const auto json = nlohmann::json::parse(to_json(some(), judgement.value()));
  EXPECT_EQ(json["right"], 1);
  EXPECT_EQ(json["hours"], 1);
  EXPECT_EQ(json["false_alarms_an_hour"], 1);
  EXPECT_EQ(json["curve"].size(), 2U);
  EXPECT_EQ(json["curve"][0]["threshold"], 0.9);
  EXPECT_EQ(json["found"][1]["other"], "owl");
  EXPECT_EQ(json["missed_events"].size(), 2U);
  EXPECT_TRUE(json["labels"]["frog"]["recall"].is_number());
}

}  // namespace
}  // namespace sengi::events
