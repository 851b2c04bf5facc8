// SPDX-License-Identifier: Apache-2.0
// For the page's tests: a folder with recordings, projects whose networks have random weights,
// labels, a transcript, and random cases of matching with their answers.
//
//   view_fixture FOLDER
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <random>

#include "evaluate/pipeline.h"
#include "events/judge.h"
#include "scan/scan.h"
#include "view/view_fixture_for_tests.h"

namespace sengi::view {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using events::Event;

Json json_of(const std::vector<Event>& all) {
  Json json = Json::array();
  for (const Event& e : all) {
    json.push_back({{"start_s", e.start_s},
                    {"end_s", e.end_s},
                    {"label", e.label},
                    {"confidence", e.confidence}});
  }
  return json;
}

// Few labels, crowded, with equal times, moments, and times on the tolerance's edge.
std::vector<Event> random_events(std::mt19937& random, std::size_t most) {
  std::vector<Event> all(random() % (most + 1));
  for (Event& event : all) {
    event.start_s = static_cast<double>(random() % 400) / 20;
    event.end_s = event.start_s + static_cast<double>(random() % 40) / 20;
    if (random() % 3 == 0) event.start_s += static_cast<double>(random() % 1000) / 1e7;
    event.end_s = std::max(event.end_s, event.start_s);
    event.label.assign(1, random() % 3 == 0 ? 'b' : 'a');
    event.confidence = static_cast<double>(random() % 256) / 256;
  }
  return all;
}

std::string cases() {
  std::mt19937 random(7);
  Json json = Json::array();
  for (int i = 0; i < 3000; ++i) {
    const std::size_t most = i % 10 == 0 ? 60 : 9;
    const auto marked = random_events(random, most);
    const auto found = random_events(random, most);
    const auto rule = static_cast<events::Rule>(i % 3);
    const double tolerance = static_cast<double>(random() % 5) / 4;
    events::Recording recording{"r", 20, marked, found};
    const auto judged = events::judge({recording}, {.matching = {rule, tolerance}}).value();
    const auto matched = events::match(marked, found, {rule, tolerance});
    std::uint64_t cost = 0;
    for (const events::Pair& pair : events::pairs_between(marked, found, {rule, tolerance})) {
      if (matched[pair.left] == pair.right) cost += pair.cost;
    }
    json.push_back({{"marked", json_of(marked)},
                    {"found", json_of(found)},
                    {"rule", events::name_of(rule)},
                    {"tolerance_s", tolerance},
                    {"right", judged.all.right},
                    {"false_alarms", judged.all.false_alarms},
                    {"missed", judged.all.missed},
                    {"wrong", judged.all.wrong},
                    {"cost", cost}});
  }
  return json.dump();
}

// Some of what a detector finds at a low threshold, moved a little; one that it never finds.
Result<std::string> labels(const fs::path& recording, const fs::path& project_folder) {
  SENGI_TRY(project, project::load_project(project_folder));
  project.detect.threshold = 0.5;
  project.detect.release = 0.45;
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  SENGI_TRY(scanner, scan::Scanner::make(pipeline, {}));
  SENGI_TRY(heard, scanner.scan(recording, 2));
  std::string table =
      "Selection\tView\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tAnnotation\n";
  int number = 0;
  for (std::size_t i = 0; i < heard.events.size(); ++i) {
    if (i % 4 == 1) continue;
    const Event& e = heard.events[i];
    table += fmt::format("{}\tSpectrogram 1\t{:.3f}\t{:.3f}\t800\t3000\t{}\n", ++number,
                         e.start_s - 0.1, e.end_s, e.label);
  }
  table += fmt::format("{}\tSpectrogram 1\t0.050\t0.300\t500\t900\ttern\n", ++number);
  return table;
}

Result<void> make(const fs::path& folder) {
  SENGI_CHECK(data::write_wav(folder / "shore.wav", {22050, made_sound(90, 22050)}));
  SENGI_CHECK(make_project(folder / "birds", 12));
  SENGI_CHECK(make_project(folder / "birds_small", 30));
  SENGI_TRY(table, labels(folder / "shore.wav", folder / "birds"));
  SENGI_CHECK(write_text(folder / "shore.txt", table));
  SENGI_CHECK(write_text(folder / "said.json",
                         R"([{"start":1,"end":3,"transcript":"we stand at the shore"},
{"start":4,"end":9,"transcript":"the terns come in from the sea"},
{"start":30,"end":34,"transcript":"and a gull answers"}])"));
  return write_text(folder / "matching.json", cases());
}

}  // namespace
}  // namespace sengi::view

int main(int argc, char** argv) {
  const auto made = argc == 2 ? sengi::view::make(argv[1])
                              : sengi::Result<void>(sengi::Error{"view_fixture FOLDER"});
  if (made.ok()) return 0;
  fmt::print(stderr, "{}\n", made.error().message);
  return 1;
}
