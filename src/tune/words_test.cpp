// SPDX-License-Identifier: Apache-2.0
#include "tune/words.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace sengi::tune {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Trial trial(std::int32_t id, const std::string& width, double accuracy, std::uint64_t cycles,
            std::size_t rungs = 2) {
  const Cost cost{cycles, 10 * cycles, 20 * cycles, 1e-8 * double(cycles), 1e-9 * double(cycles)};
  Trial trial{.id = id, .values = {{"model.width", width}}, .cost = cost};
  for (std::size_t i = 0; i < rungs; ++i) trial.rungs.push_back({3, accuracy, accuracy, 1});
  return trial;
}

Search search_of(std::vector<Trial> trials) {
  return Search(Space({{"model.width", {"1", "2", "3", "4"}, "4"}}),
                {.seed = 1, .halving = 3, .epochs = {1, 3}, .trials = 4, .limits = {}},
                std::move(trials), [](const Values&) { return true; });
}

const About about{"k<e>ywords", "k", "nano33ble", "Arduino Nano 33 BLE", "document", "0.1"};

TEST(Words, TheVerdictNamesTheMostAccurateThatBeatsTheProject) {
  const Search search = search_of({trial(1, "4", 0.80, 4000), trial(2, "2", 0.85, 2000),
                                   trial(3, "1", 0.82, 1000), trial(4, "3", 0.90, 5000)});
  const std::string verdict = verdict_of(search, about);
  EXPECT_THAT(verdict, AllOf(HasSubstr("is 2:"), HasSubstr("85.0 % instead of 80.0 %"),
                             HasSubstr("sengi tune k --apply 2")));
  EXPECT_THAT(table_of(search), AllOf(HasSubstr("*2"), HasSubstr("*3"), Not(HasSubstr("*4")),
                                      HasSubstr("the project as it is")));
}

TEST(Words, NothingBetterIsSaidSo) {
  const Search search = search_of({trial(1, "4", 0.80, 4000), trial(2, "2", 0.75, 2000)});
  EXPECT_THAT(verdict_of(search, about), HasSubstr("nothing found yet"));
}

TEST(Words, BeforeALastTrainingTheBestSoFarIsShown) {
  const Search search = search_of({trial(1, "4", 0.5, 4000, 1), trial(2, "2", 0.6, 2000, 1)});
  EXPECT_THAT(table_of(search), AllOf(HasSubstr("60.0 %"), HasSubstr("50.0 %")));
  EXPECT_THAT(verdict_of(search, about), HasSubstr("no training with all epochs"));
}

TEST(Words, ThePageNamesTheProjectSafelyAndHoldsEveryTrial) {
  const Search search = search_of(
      {trial(1, "4", 0.80, 4000), trial(2, "2", 0.85, 2000), trial(3, "1", 0.3, 1000, 1)});
  const std::string page = report_page(search, about);
  EXPECT_THAT(page, AllOf(HasSubstr("k&lt;e&gt;ywords"), Not(HasSubstr("k<e>ywords")),
                          HasSubstr("stopped early"), HasSubstr("not beaten"),
                          HasSubstr("\"2: 85.0 %"), HasSubstr("energy-plane")));
}

TEST(Words, ThePageOfASearchThatJustBeganHoldsNoChoice) {
  EXPECT_THAT(report_page(search_of({}), about), Not(HasSubstr("--apply")));
}

TEST(Words, JsonHoldsTheSet) {
  const Search search = search_of({trial(1, "4", 0.80, 4000), trial(2, "2", 0.85, 2000)});
  const auto json = nlohmann::json::parse(to_json(search, about, 7));
  EXPECT_EQ(json.at("best"), 2);
  EXPECT_EQ(json.at("pareto").size(), 1U);
  EXPECT_EQ(json.at("pareto")[0].at("changes").at("model.width"), "2");
  EXPECT_TRUE(json.at("pareto")[0].at("beats_project"));
  EXPECT_FALSE(json.at("own").at("beats_project"));
}

}  // namespace
}  // namespace sengi::tune
