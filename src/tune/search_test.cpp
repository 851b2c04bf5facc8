// SPDX-License-Identifier: Apache-2.0
// The search over made-up landscapes, where a training takes no time and its outcome is known.
#include "tune/search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "tune/conduct.h"

namespace sengi::tune {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Gt;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

Space landscape() {
  return Space({{"model.width", {"1", "2", "3", "4", "5", "6", "7", "8"}, "4", "", {}},
                {"model.depth", {"1", "2", "3", "4", "5", "6", "7", "8"}, "4", "", {}},
                {"signal.kind", {"\"a\"", "\"b\""}, "\"a\"", "", {}},
                {"signal.only_b", {"1", "2", "3"}, "1", "signal.kind", {"\"b\""}},
                {"train.rate", {"1", "2", "3", "4"}, "1", "", {}}});
}

double at(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? 0 : std::stod(found->second);
}

Values whole(const Space& space, const Values& changes) {
  Values values = space.own();
  for (const auto& [key, value] : changes) values[key] = value;
  if (values.at("signal.kind") == "\"a\"") values.erase("signal.only_b");
  return values;
}

Cost cost_of(const Values& values) {
  const double size = at(values, "model.width") * at(values, "model.depth");
  const auto cycles = static_cast<std::uint64_t>(1000 * size);
  return {cycles, static_cast<std::uint64_t>(100 * at(values, "model.width")),
          static_cast<std::uint64_t>(500 * size), static_cast<double>(cycles) / 1e6,
          static_cast<double>(cycles) / 1e9};
}

// Wider, deeper, "b" and a rate of 3 are more accurate; more epochs too, and the order stays.
double accuracy_of(const Values& values, std::int32_t epochs) {
  const double size = at(values, "model.width") + 0.5 * at(values, "model.depth");
  const double rate = std::abs(at(values, "train.rate") - 3);
  const double error = (0.4 / size + 0.02 * rate + (values.contains("signal.only_b") ? 0 : 0.05)) *
                       (1 + 2.0 / epochs);
  return std::max(0.0, 1 - error);
}

// Does jobs at once, and remembers them.
class Landscape : public Workers {
 public:
  explicit Landscape(std::size_t count = 1) : count_(count) {}

  std::size_t count() const override { return count_; }
  void give(std::size_t worker, const std::string& text) override {
    const Job job = job_from(text).value();
    jobs.push_back(job);
    waiting_.push_back({worker, to_json(answer_to(job))});
  }
  // The last given first, so that answers do not come in the order of the jobs.
  std::optional<Mail> take() override {
    if (waiting_.empty()) return std::nullopt;
    Mail mail = waiting_.back();
    waiting_.pop_back();
    return mail;
  }

  Answer answer_to(const Job& job) const {
    const Values values = whole(space_, job.changes);
    Answer answer{.trial = job.trial};
    if (job.kind == Job::Kind::measure) {
      if (at(values, "model.width") == 7) {
        answer.refused = "does not fit";
      } else {
        answer.cost = cost_of(values);
      }
      return answer;
    }
    answer.learned = Learned{job.epochs, accuracy_of(values, job.epochs),
                             accuracy_of(values, job.epochs), 1.0 * job.epochs};
    if (job.last) answer.cost = cost_of(values);
    return answer;
  }

  std::vector<Job> jobs;

 private:
  std::size_t count_;
  Space space_ = landscape();
  std::vector<Mail> waiting_;
};

SearchPlan plan_of(std::size_t trials, std::uint64_t seed = 1) {
  return {.seed = seed, .halving = 3, .epochs = {1, 3, 9}, .trials = trials, .limits = {}};
}

bool always(const Values&) { return true; }

class Searching : public testing::Test {
 protected:
  void SetUp() override {
    folder_.emplace(TemporaryFolder::make().value());
    project_.folder = folder_->path();
  }

  // Searches until there is nothing to do, or `jobs` have been given.
  Search run(const SearchPlan& plan, Workers& workers, std::size_t jobs = SIZE_MAX) {
    Store store(project_);
    Search search(landscape(), plan, store.open("key").value(), always);
    std::size_t given = 0;
    const auto done = conduct(search, store, workers,
                              {.stop = [&] { return given >= jobs; },
                               .seconds_left = [] { return std::nullopt; },
                               .began = [&](const Job&) { ++given; }});
    EXPECT_TRUE(done.ok());
    return search;
  }

  std::optional<TemporaryFolder> folder_;
  project::Project project_;
};

TEST(Rungs, AreANinthAThirdAndAll) {
  EXPECT_THAT(rungs_of(60), ElementsAre(7, 20, 60));
  EXPECT_THAT(rungs_of(9), ElementsAre(1, 3, 9));
  EXPECT_THAT(rungs_of(2), ElementsAre(1, 2));
  EXPECT_THAT(rungs_of(1), ElementsAre(1));
}

TEST_F(Searching, TheProjectItselfIsTheFirstAndGoesAllTheWay) {
  Landscape landscape_;
  const Search search = run(plan_of(40), landscape_);
  EXPECT_EQ(search.trial(1).values, search.space().own());
  EXPECT_TRUE(search.finished(search.trial(1)));
}

TEST_F(Searching, AThirdOfEachRungGoesOnAndItIsTheMostUsefulThird) {
  Landscape landscape_;
  const Search search = run(plan_of(60), landscape_);
  std::vector<std::size_t> through(4);
  for (const Trial& trial : search.trials()) {
    for (std::size_t rungs = 0; rungs <= trial.rungs.size(); ++rungs) ++through[rungs];
  }
  EXPECT_EQ(through[1], 60U);
  // The project goes on whether it is of the third or not.
  EXPECT_THAT(through[2], AllOf(Ge(20U), Le(21U)));
  EXPECT_THAT(through[3], AllOf(Ge(6U), Le(8U)));
  // Nothing that stayed below beats anything that went on, by what the first rung says of both.
  for (const Trial& stayed : search.trials()) {
    if (stayed.rungs.size() != 1) continue;
    int beaten = 0;
    for (const Trial& went : search.trials()) {
      if (went.rungs.size() < 2 || went.id == 1) continue;
      const bool better = stayed.rungs[0].balanced_accuracy > went.rungs[0].balanced_accuracy &&
                          stayed.cost->cycles < went.cost->cycles;
      beaten += better && went.id > stayed.id;
    }
    EXPECT_EQ(beaten, 0) << stayed.id;
  }
}

TEST_F(Searching, EveryTrainingIsGivenOnceAndInOrder) {
  Landscape landscape_(3);
  run(plan_of(40), landscape_);
  std::map<std::int32_t, std::vector<std::size_t>> rungs;
  for (const Job& job : landscape_.jobs) {
    if (job.kind == Job::Kind::train) rungs[job.trial].push_back(job.rung);
  }
  for (const auto& [trial, of_trial] : rungs) {
    for (std::size_t i = 0; i < of_trial.size(); ++i) EXPECT_EQ(of_trial[i], i) << trial;
  }
}

TEST_F(Searching, FindsWhatBeatsTheProject) {
  Landscape landscape_;
  const Search search = run(plan_of(80), landscape_);
  const auto set = search.pareto();
  ASSERT_THAT(set, SizeIs(Gt(1U)));
  EXPECT_TRUE(std::ranges::any_of(
      set, [&](std::int32_t id) { return search.beats(search.trial(id), search.trial(1)); }));
}

TEST_F(Searching, TheParetoSetIsThatOfTheFinished) {
  Landscape landscape_;
  const Search search = run(plan_of(80), landscape_);
  const auto set = search.pareto();
  for (const Trial& trial : search.trials()) {
    if (!search.finished(trial)) continue;
    const bool beaten = std::ranges::any_of(search.trials(), [&](const Trial& other) {
      return search.finished(other) && search.beats(other, trial);
    });
    EXPECT_EQ(std::ranges::find(set, trial.id) == set.end(), beaten) << trial.id;
  }
  EXPECT_EQ(search.best(), set.front());
}

TEST_F(Searching, SameSeedSameSearch) {
  Landscape one;
  Landscape other;
  Landscape third;
  const auto trials = run(plan_of(40), one).trials();
  SetUp();
  EXPECT_EQ(run(plan_of(40), other).trials(), trials);
  EXPECT_EQ(one.jobs, other.jobs);
  SetUp();
  EXPECT_NE(run(plan_of(40, 2), third).trials(), trials);
}

// Stopped and taken up again after every job, all jobs are those of a search that ran through.
TEST_F(Searching, TakenUpAgainItGoesOnAsIfItHadNotStopped) {
  Landscape through;
  const auto expected = run(plan_of(25), through).trials();
  SetUp();
  std::vector<Job> jobs;
  while (true) {
    Landscape piece;
    run(plan_of(25), piece, 1);
    if (piece.jobs.empty()) break;
    jobs.insert(jobs.end(), piece.jobs.begin(), piece.jobs.end());
  }
  EXPECT_EQ(jobs, through.jobs);
  Store store(project_);
  EXPECT_EQ(store.read().value(), expected);
}

// A worker that dies takes nothing with it but its own job, which is given out again.
TEST_F(Searching, WhatWasRunningWhenItDiedIsGivenAgain) {
  class Dying : public Landscape {
   public:
    explicit Dying(std::size_t jobs) : left_(jobs) {}
    std::optional<Mail> take() override {
      auto mail = Landscape::take();
      if (mail && left_-- > 0) return mail;
      const Answer lost{.trial = jobs.back().trial, .stopped = true};
      return Mail{0, to_json(lost)};
    }

   private:
    std::size_t left_;
  };
  Landscape through;
  const auto expected = run(plan_of(12), through).trials();
  SetUp();
  for (std::size_t after = 0; after < 6; ++after) {
    Dying dying(after);
    run(plan_of(12), dying, after + 1);
  }
  Landscape rest;
  EXPECT_EQ(run(plan_of(12), rest).trials(), expected);
}

TEST_F(Searching, BeyondTheLimitsNothingIsTrained) {
  SearchPlan plan = plan_of(30);
  plan.limits = {.ram_bytes = 500, .flash_bytes = 6000, .latency_s = 0.010, .energy_j = 9e-6};
  Landscape landscape_;
  const Search search = run(plan, landscape_);
  std::size_t trained = 0;
  for (const Trial& trial : search.trials()) {
    if (trial.rungs.empty() || trial.id == 1) continue;
    ++trained;
    EXPECT_LE(trial.cost->ram_bytes, 500U);
    EXPECT_LE(trial.cost->flash_bytes, 6000U);
    EXPECT_LE(trial.cost->inference_s, 0.010);
    EXPECT_LE(trial.cost->inference_j, 9e-6);
  }
  EXPECT_EQ(trained, 29U);
  EXPECT_GT(search.rejected(), 0U);
  // The project breaks them: it is the mark, and no choice.
  EXPECT_EQ(search.trial(1).rungs.size(), 3U);
  EXPECT_THAT(search.pareto(), testing::Not(testing::Contains(1)));
}

TEST_F(Searching, NoWorseThanTheProjectIsALimitToo) {
  SearchPlan plan = plan_of(15);
  plan.no_worse = true;
  Landscape landscape_(3);
  const Search search = run(plan, landscape_);
  const Cost own = *search.trial(1).cost;
  std::size_t trained = 0;
  for (const Trial& trial : search.trials()) {
    if (trial.rungs.empty()) continue;
    ++trained;
    EXPECT_LE(trial.cost->cycles, own.cycles);
    EXPECT_LE(trial.cost->ram_bytes, own.ram_bytes);
    EXPECT_LE(trial.cost->flash_bytes, own.flash_bytes);
  }
  EXPECT_EQ(trained, 15U);
}

TEST_F(Searching, LimitsThatNothingKeepsEndTheSearch) {
  SearchPlan plan = plan_of(30);
  plan.limits.ram_bytes = 1;
  Landscape landscape_;
  const Search search = run(plan, landscape_);
  EXPECT_TRUE(search.pareto().empty());
  EXPECT_EQ(search.best(), 0);
}

TEST_F(Searching, ASmallSpaceIsSearchedOnceAndThenOver) {
  const Space tiny({{"model.width", {"1", "2", "3"}, "4", "", {}}});
  Search search(tiny, plan_of(0), {}, always);
  std::size_t jobs = 0;
  while (const auto job = search.next()) {
    ASSERT_LT(++jobs, 100U);
    Answer answer{.trial = job->trial, .cost = Cost{1000, 1, 1, 0, 0}};
    if (job->kind == Job::Kind::train) answer.learned = Learned{1, 0.5, 0.5, 1};
    search.tell(answer);
  }
  EXPECT_THAT(search.trials(), SizeIs(4));
}

TEST_F(Searching, WhatAProjectRefusesIsNotTried) {
  const auto no_b = [](const Values& changes) { return !changes.contains("signal.kind"); };
  Search search(landscape(), plan_of(20), {}, no_b);
  Landscape landscape_;
  while (const auto job = search.next()) search.tell(landscape_.answer_to(*job));
  for (const Trial& trial : search.trials()) EXPECT_EQ(trial.values.at("signal.kind"), "\"a\"");
}

// Only [train] differs, so the network is the same and need not be measured again.
TEST_F(Searching, EqualNetworksAreMeasuredOnce) {
  Landscape landscape_;
  run(plan_of(60), landscape_);
  std::set<Values> measured;
  for (const Job& job : landscape_.jobs) {
    if (job.kind != Job::Kind::measure) continue;
    Values shape = whole(landscape(), job.changes);
    shape.erase("train.rate");
    EXPECT_TRUE(measured.insert(shape).second);
  }
}

TEST_F(Searching, TrainingsThatWouldEndTooLateAreNotBegun) {
  Search search(landscape(), plan_of(0), {}, always);
  Landscape landscape_;
  for (int i = 0; i < 60; ++i) {
    const auto job = search.next();
    ASSERT_TRUE(job);
    search.tell(landscape_.answer_to(*job));
  }
  EXPECT_EQ(search.expected_seconds(0), 1.0);
  EXPECT_EQ(search.expected_seconds(2), 9.0);
  EXPECT_FALSE(search.next(0.5));
  const auto short_one = search.next(2.0);
  ASSERT_TRUE(short_one);
  EXPECT_EQ(short_one->rung, 0U);
}

TEST_F(Searching, AFaultOfTheMachineEndsItAndIsTold) {
  class Full : public Landscape {
   public:
    std::optional<Mail> take() override {
      if (!Landscape::take()) return std::nullopt;
      return Mail{0, to_json(Answer{.trial = jobs.back().trial, .error = "no space left"})};
    }
  };
  Full full;
  Store store(project_);
  Search search(landscape(), plan_of(10), store.open("key").value(), always);
  const auto done =
      conduct(search, store, full,
              {.stop = [] { return false; }, .seconds_left = [] { return std::nullopt; }});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "no space left");
}

TEST_F(Searching, AnotherSearchIsNotOverwritten) {
  Landscape landscape_;
  run(plan_of(5), landscape_);
  Store store(project_);
  const auto opened = store.open("other key");
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("--force"));
  ASSERT_TRUE(store.clear().ok());
  EXPECT_TRUE(store.open("other key").value().empty());
}

TEST_F(Searching, DamagedRecordsAreToldWithTheirName) {
  Landscape landscape_;
  run(plan_of(5), landscape_);
  const auto path = project_.out() / "tune" / "trials" / "0002.json";
  const std::string text = read_text(path).value();
  for (const std::string& broken :
       {std::string("{"), std::string("{}"), text.substr(9), std::string("{\"trial\": \"x\"}")}) {
    ASSERT_TRUE(write_text(path, broken).ok());
    Store store(project_);
    const auto opened = store.open("key");
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, HasSubstr("0002.json"));
  }
}

TEST(Messages, AreReadAsTheyWereWritten) {
  const Trial trial{.id = 3,
                    .values = {{"signal.feature", "\"mfcc\""}},
                    .parent = 1,
                    .cost = Cost{123, 45, 6, 0.5, 0.25},
                    .refused = "too \"large\"\n",
                    .rungs = {{1, 0.5, 0.6, 7}, {3, 0.7, 0.8, 9}},
                    .trained_cost = Cost{1, 2, 3, 4, 5}};
  EXPECT_EQ(trial_from(to_json(trial), "").value(), trial);
  const Job job{Job::Kind::train, 3, {{"a.b", "1"}}, 2, 9, true};
  EXPECT_EQ(job_from(to_json(job)).value(), job);
  const Answer answer{3, Cost{1, 2, 3, 4, 5}, Learned{1, 0.5, 0.6, 7}, "no", "fault", true};
  EXPECT_EQ(answer_from(to_json(answer)).value(), answer);
}

}  // namespace
}  // namespace sengi::tune
