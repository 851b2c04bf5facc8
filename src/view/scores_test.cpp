// SPDX-License-Identifier: Apache-2.0
#include "view/scores.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "compile/listener_writer.h"
#include "scan/scan.h"
#include "sengi/detect/detector.h"
#include "view/view_fixture_for_tests.h"

namespace sengi::view {
namespace {

using Json = nlohmann::json;

evaluate::Pipeline pipeline_of(const std::filesystem::path& folder) {
  return evaluate::Pipeline::load(project::load_project(folder).value()).value();
}

struct Sink {
  const Json* facts;
  std::vector<events::Event> events = {};
  void began(std::int32_t, std::uint32_t) {}
  void ended(const detect::Event& event) {
    const auto at = [&](std::uint32_t step) {
      return (*facts)["first_s"].get<double>() + step * (*facts)["step_s"].get<double>();
    };
    events.push_back({at(event.start_step), at(event.end_step),
                      (*facts)["labels"][static_cast<std::size_t>(event.label)],
                      event.peak / 256.0});
  }
};

// By what a page gets, and the device's detector: what sengi scan finds.
TEST(ViewScores, GiveTheDetectorWhatAScanFinds) {
  const auto folder = TemporaryFolder::make().value();
  ASSERT_TRUE(make_project(folder.path() / "birds", 12).ok());
  ASSERT_TRUE(data::write_wav(folder.path() / "a.wav", {22050, made_sound(60, 22050)}).ok());
  const auto recording = Recording::open(folder.path() / "a.wav").value();
  const auto pipeline = pipeline_of(folder.path() / "birds");
  const auto heard = scan::Scanner::make(pipeline, {}).value().scan(recording.path(), 2).value();
  ASSERT_GT(heard.events.size(), 3U);

  for (int again = 0; again < 2; ++again) {  // then from the file that keeps them
    const auto scores = Scores::begin(recording, "birds", pipeline_of(folder.path() / "birds"),
                                      folder.path() / "cache")
                            .value();
    scores->wait();
    ASSERT_EQ(scores->fault(), "");
    EXPECT_EQ(scores->steps_done(), heard.runs);
    const Json facts = Json::parse(scores->facts());
    EXPECT_EQ(facts["events"], Json::parse("[true, true, false]"));
    auto spec = compile::detector_of(pipeline.trained()).value();
    EXPECT_EQ(facts["threshold"], spec.threshold);
    const bool is_event[] = {true, true, false};
    std::vector<std::int32_t> memory(detect::Detector::memory_words(spec));
    detect::Detector detector(spec, is_event, memory);
    Sink sink{&facts};
    for (std::size_t step = 0; step < scores->steps_done(); ++step) {
      const auto bytes = scores->from(step, 1);
      std::vector<std::int8_t> row;
      for (const std::uint8_t byte : bytes) row.push_back(static_cast<std::int8_t>(byte - 128));
      detector.push(row.data(), sink);
    }
    detector.finish(sink);
    std::ranges::stable_sort(sink.events, {}, &events::Event::start_s);
    ASSERT_EQ(sink.events.size(), heard.events.size());
    for (std::size_t i = 0; i < heard.events.size(); ++i) {
      EXPECT_NEAR(sink.events[i].start_s, heard.events[i].start_s, 1e-9);
      EXPECT_NEAR(sink.events[i].end_s, heard.events[i].end_s, 1e-9);
      EXPECT_EQ(sink.events[i].label, heard.events[i].label);
      EXPECT_EQ(sink.events[i].confidence, heard.events[i].confidence);
    }
  }
}

TEST(ViewScores, EndWhenTheyAreNoLongerWanted) {
  const auto folder = TemporaryFolder::make().value();
  ASSERT_TRUE(make_project(folder.path() / "birds", 12).ok());
  ASSERT_TRUE(data::write_wav(folder.path() / "a.wav", {16000, made_sound(600, 16000)}).ok());
  const auto recording = Recording::open(folder.path() / "a.wav").value();
  {
    const auto scores =
        Scores::begin(recording, "b", pipeline_of(folder.path() / "birds"), folder.path() / "cache")
            .value();
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "cache"));  // what was begun is not kept
}

}  // namespace
}  // namespace sengi::view
