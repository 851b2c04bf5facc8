// SPDX-License-Identifier: Apache-2.0
// The device's detector against the same rule written with real numbers and no memory to save, and
// by hand.
#include "sengi/detect/detector.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <random>
#include <vector>

namespace sengi::detect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Told {
  bool end;  // or begin
  std::int32_t label;
  std::uint32_t start;  // step
  std::uint32_t stop;
  std::int32_t peak;
  bool operator==(const Told&) const = default;
};

void PrintTo(const Told& told, std::ostream* out) {
  *out << (told.end ? "end" : "begin") << " of " << told.label << " [" << told.start << ", "
       << told.stop << ") peak " << told.peak;
}

struct Notes {
  void began(std::int32_t label, std::uint32_t step) { told.push_back({false, label, step, 0, 0}); }
  void ended(const Event& event) {
    told.push_back({true, event.label, event.start_step, event.end_step, event.peak});
  }
  std::vector<Told> told;
};

using Scores = std::vector<std::vector<std::int32_t>>;  // [step][label], 0 .. 255

std::vector<Told> detect(const DetectorSpec& spec, const std::vector<char>& is_event,
                         const Scores& scores) {
  bool events[127] = {};
  std::copy(is_event.begin(), is_event.end(), events);
  // Rubbish before, and guards behind, to see that it sets all it uses and no more.
  const std::size_t words = Detector::memory_words(spec);
  std::vector<std::int32_t> memory(words + 4, 0x55aa55aa);
  Detector detector(spec, events, std::span(memory).first(words));
  Notes notes;
  for (const auto& row : scores) {
    std::vector<std::int8_t> bytes;
    for (const std::int32_t score : row) bytes.push_back(static_cast<std::int8_t>(score - 128));
    detector.push(bytes.data(), notes);
  }
  detector.finish(notes);
  for (std::size_t i = words; i < memory.size(); ++i) EXPECT_EQ(memory[i], 0x55aa55aa);
  return notes.told;
}

// One label, scores as given.
std::vector<Told> detect_one(const DetectorSpec& spec, const std::vector<std::int32_t>& scores) {
  Scores rows;
  for (const std::int32_t score : scores) rows.push_back({score});
  return detect(spec, {1}, rows);
}

DetectorSpec one_label() {
  return {.labels = 1, .smoothing_steps = 1, .threshold = 200, .release = 100};
}

TEST(Detector, AnEventGoesFromThresholdToRelease) {
  EXPECT_THAT(detect_one(one_label(), {0, 199, 200, 150, 230, 100, 99, 0}),
              ElementsAre(Told{false, 0, 2, 0, 0}, Told{true, 0, 2, 6, 230}));
}

TEST(Detector, NothingBelowTheThreshold) {
  EXPECT_THAT(detect_one(one_label(), {199, 0, 199, 199}), IsEmpty());
}

TEST(Detector, AnEventAtTheEndIsEndedThere) {
  EXPECT_THAT(detect_one(one_label(), {0, 255, 255}),
              ElementsAre(Told{false, 0, 1, 0, 0}, Told{true, 0, 1, 3, 255}));
}

TEST(Detector, ScoresAreAveragedRounded) {
  DetectorSpec spec = one_label();
  spec.smoothing_steps = 4;
  // Averages: 255, 128 (127.5), 170, 191 (191.25), then over the last four 191, 200 (199.5), 199.
  spec.threshold = 200;
  spec.release = 199;
  EXPECT_THAT(detect_one(spec, {0, 255, 255, 255, 0, 255, 288 - 255, 255}), IsEmpty());
  EXPECT_THAT(detect_one(spec, {0, 0, 255, 255, 144, 144}),
              ElementsAre(Told{false, 0, 5, 0, 0}, Told{true, 0, 5, 6, 200}));
}

TEST(Detector, BeforeThereAreEnoughScoresThoseThatAreCount) {
  DetectorSpec spec = one_label();
  spec.smoothing_steps = 64;
  EXPECT_THAT(detect_one(spec, {220, 190, 190}),
              ElementsAre(Told{false, 0, 0, 0, 0}, Told{true, 0, 0, 3, 220}));
}

TEST(Detector, AfterAnEventTheLabelRests) {
  DetectorSpec spec = one_label();
  spec.refractory_steps = 3;
  // Ends in step 1; rests in 1, 2 and 3.
  EXPECT_THAT(detect_one(spec, {255, 0, 255, 255, 255, 0}),
              ElementsAre(Told{false, 0, 0, 0, 0}, Told{true, 0, 0, 1, 255},
                          Told{false, 0, 4, 0, 0}, Told{true, 0, 4, 5, 255}));
  spec.refractory_steps = 0;
  EXPECT_THAT(detect_one(spec, {255, 0, 255, 0}), testing::SizeIs(4));
}

TEST(Detector, RestingIsForTheSameLabelAlone) {
  const DetectorSpec spec = {
      .labels = 2, .smoothing_steps = 1, .threshold = 200, .release = 100, .refractory_steps = 100};
  EXPECT_THAT(detect(spec, {1, 1}, {{255, 0}, {0, 255}, {255, 0}}),
              ElementsAre(Told{false, 0, 0, 0, 0}, Told{true, 0, 0, 1, 255},
                          Told{false, 1, 1, 0, 0}, Told{true, 1, 1, 2, 255}));
}

TEST(Detector, LabelsThatAreNoEventsNeverGiveOne) {
  const DetectorSpec spec = {.labels = 3, .smoothing_steps = 2, .threshold = 10, .release = 5};
  EXPECT_THAT(detect(spec, {0, 1, 0}, {{255, 0, 255}, {255, 0, 255}, {255, 255, 255}}),
              ElementsAre(Told{false, 1, 2, 0, 0}, Told{true, 1, 2, 3, 128}));
}

TEST(Detector, ForgetsOnReset) {
  const DetectorSpec spec = {
      .labels = 1, .smoothing_steps = 8, .threshold = 200, .release = 100, .refractory_steps = 50};
  const bool event = true;
  std::vector<std::int32_t> memory(Detector::memory_words(spec));
  Detector detector(spec, &event, memory);
  const std::int8_t high = 127;
  for (int round = 0; round < 3; ++round) {
    Notes notes;
    detector.push(&high, notes);
    detector.finish(notes);
    EXPECT_THAT(notes.told, ElementsAre(Told{false, 0, 0, 0, 0}, Told{true, 0, 0, 1, 255}));
    detector.reset();
  }
}

// ---- the rule with real numbers ----

std::vector<Told> detect_plainly(const DetectorSpec& spec, const std::vector<char>& is_event,
                                 const Scores& scores) {
  std::vector<Told> told;
  std::map<std::int32_t, Told> going_on;
  std::map<std::int32_t, double> ended_at;
  for (std::size_t step = 0; step < scores.size(); ++step) {
    for (std::int32_t label = 0; label < spec.labels; ++label) {
      if (!is_event[static_cast<std::size_t>(label)]) continue;
      double sum = 0;
      double count = 0;
      for (std::size_t back = 0; back < static_cast<std::size_t>(spec.smoothing_steps); ++back) {
        if (back > step) break;
        sum += scores[step - back][static_cast<std::size_t>(label)];
        ++count;
      }
      const double score = std::floor(sum / count + 0.5);
      const auto now = static_cast<std::uint32_t>(step);
      if (const auto event = going_on.find(label); event != going_on.end()) {
        event->second.peak = std::max(event->second.peak, static_cast<std::int32_t>(score));
        if (score >= spec.release) continue;
        event->second.stop = now;
        told.push_back(event->second);
        going_on.erase(event);
        ended_at[label] = now;
      } else if (score >= spec.threshold &&
                 (!ended_at.contains(label) || now >= ended_at[label] + spec.refractory_steps)) {
        told.push_back({false, label, now, 0, 0});
        going_on[label] = {true, label, now, 0, static_cast<std::int32_t>(score)};
      }
    }
  }
  for (auto& [label, event] : going_on) {
    event.stop = static_cast<std::uint32_t>(scores.size());
    told.push_back(event);
  }
  return told;
}

TEST(Detector, FollowsTheRuleOnRandomScores) {
  std::mt19937 random(7);
  const auto between = [&](std::int32_t lowest, std::int32_t highest) {
    return lowest +
           static_cast<std::int32_t>(random() % static_cast<unsigned>(highest - lowest + 1));
  };
  std::size_t events = 0;
  for (int round = 0; round < 300; ++round) {
    DetectorSpec spec{.labels = between(1, 127), .smoothing_steps = between(1, 64)};
    if (round % 2 == 0) spec = {.labels = between(1, 5), .smoothing_steps = between(1, 5)};
    spec.threshold = between(1, 255);
    spec.release = between(0, spec.threshold);
    spec.refractory_steps = between(0, 10);
    std::vector<char> is_event;
    std::vector<std::int32_t> level;
    for (std::int32_t label = 0; label < spec.labels; ++label) {
      is_event.push_back(static_cast<char>(between(0, 3) > 0));
      level.push_back(between(0, 255));
    }
    Scores scores(200);
    for (auto& row : scores) {
      for (std::int32_t& value : level) {
        value = std::clamp(value + between(-60, 60), 0, 255);
        row.push_back(value);
      }
    }
    const auto told = detect(spec, is_event, scores);
    ASSERT_EQ(told, detect_plainly(spec, is_event, scores)) << "round " << round;
    events += told.size();
  }
  EXPECT_GT(events, 10'000u);
}

}  // namespace
}  // namespace sengi::detect
