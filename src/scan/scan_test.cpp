// SPDX-License-Identifier: Apache-2.0
// Whole recordings, held to the definitions written out plainly; tables, held to the parsers.
#include "scan/scan.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <map>

#include "base/files.h"
#include "data/annotation.h"
#include "data/audio.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "scan/event_tables.h"
#include "scan/recognize_commands.h"
#include "scan/scan_journal.h"
#include "scan/scan_many.h"
#include "signal/extractor.h"

namespace sengi::scan {
namespace {

// A pipeline with a network of random weights that hears two labels often enough.
evaluate::Pipeline random_pipeline(signal::Feature feature, double threshold = 0.4) {
  project::Trained trained;
  trained.name = "test";
  trained.labels = {"one", "two", "three"};
  trained.silence = "three";
  trained.signal.feature = feature;
  const auto size = static_cast<std::size_t>(trained.signal.column_size());
  trained.feature_offset.assign(size, feature == signal::Feature::mfcc ? 0 : 4000);
  trained.feature_multiplier.assign(size, 600);
  trained.clip_samples = 16000;
  trained.columns = project::columns_in(trained.clip_samples, trained.signal);
  trained.detect.threshold = threshold;
  trained.detect.release = threshold - 0.005;
  model::TestGraph net(model::Type::int8, 11);
  auto at = net.input({1, trained.columns, trained.signal.column_size(), 1});
  at = net.conv_2d(at, 8, 10, 4, {.stride_h = 2, .stride_w = 2});
  at = net.depthwise(at, 3, 3, {});
  const std::int32_t wide = (trained.signal.column_size() + 1) / 2;
  at = net.pool(at, {.filter_h = 25, .filter_w = wide});
  at = net.dense(net.reshape(at, {1, 8}), 3);
  model::Graph graph = net.finish({net.softmax(at, 4)});
  // The front end's numbers are what the network's input stands for, whatever they are.
  auto made = evaluate::Pipeline::make(std::move(trained), std::move(graph));
  if (!made) ADD_FAILURE() << made.error().message;
  return std::move(made).value();
}

std::vector<std::int16_t> sound(double seconds, std::int32_t rate) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(seconds * rate));
  std::mt19937 random(4);
  double phase = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / rate;
    phase += 6.283 * (600 + 500 * std::sin(2 * t)) / rate;
    const double loud = 6000 * std::max(0.0, std::sin(1.3 * t));
    samples[i] = static_cast<std::int16_t>(loud * std::sin(phase) +
                                           static_cast<double>(random() % 400) - 200);
  }
  return samples;
}

// What a share of the scores of a label are below of, from 0 to 1.
double middle_score(signal::Feature feature, int label, double share) {
  evaluate::Pipeline pipeline = random_pipeline(feature);
  const std::vector<std::int16_t> samples = sound(21.23, 16000);
  std::vector<int> scores;
  for (std::size_t at = 0; at + 16000 <= samples.size(); at += 1600) {
    const auto clip = std::span(samples).subspan(at, 16000);
    scores.push_back(pipeline.score(clip)[static_cast<std::size_t>(label)] + 128);
  }
  std::ranges::sort(scores);
  const auto place = static_cast<std::size_t>(share * static_cast<double>(scores.size()));
  return std::clamp(scores[place] / 256.0, 0.03, 0.99);
}

class Scan : public ::testing::Test {
 protected:
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  TemporaryFolder folder_ = TemporaryFolder::make().value();
};

// The windows' scores by the whole network, each by itself, then the detector's rule in doubles.
TEST_F(Scan, HearsWhatTheDefinitionSaysWhateverTheThreadsAndTheBlocks) {
  std::size_t events_in_all = 0;
  for (int run = 0; run < 16; ++run) {
    const signal::Feature feature = run % 2 == 0 ? signal::Feature::mfcc : signal::Feature::pcan;
    // Where the scores of this run's label and quantile lie, so that events begin and end.
    const double threshold = middle_score(feature, run / 2 % 2, 0.2 + 0.1 * (run / 4));
    const evaluate::Pipeline pipeline = random_pipeline(feature, threshold);
    const project::Trained& trained = pipeline.trained();
    ASSERT_TRUE(data::write_wav(path("a.wav"), {16000, sound(21.23, 16000)}).ok());
    const auto tables =
        signal::make_tables(trained.signal, {trained.feature_offset, trained.feature_multiplier});
    const auto columns = signal::features(*tables.value(), sound(21.23, 16000));
    auto whole = model::Interpreter::make(pipeline.graph()).value();
    const auto size = static_cast<std::size_t>(trained.signal.column_size());
    const auto width = static_cast<std::size_t>(trained.columns) * size;
    std::vector<std::vector<std::int8_t>> scores;
    for (std::size_t at = 0; at + width <= columns.size(); at += 5 * size) {
      scores.push_back(model::from_bytes<std::int8_t>(
          whole.run(std::as_bytes(std::span(columns).subspan(at, width)))));
    }
    std::vector<events::Event> expected;
    for (std::size_t label = 0; label < 2; ++label) {
      bool during = false;
      std::size_t since = 0, ended = 0;
      bool before = false;
      int peak = 0;
      for (std::size_t i = 0; i <= scores.size(); ++i) {
        int average = 0;
        if (i < scores.size()) {
          const std::size_t from = i < 2 ? 0 : i - 2;  // 300 ms of 100 ms steps
          double sum = 0;
          for (std::size_t k = from; k <= i; ++k) sum += scores[k][label] + 128;
          average = static_cast<int>(std::floor(sum / static_cast<double>(i - from + 1) + 0.5));
        }
        if (during && (i == scores.size() || average < std::lround((threshold - 0.005) * 256))) {
          const auto time = [](std::size_t step) {
            return 0.02 * (2 + 49 - 1 + 5.0 * static_cast<double>(step));
          };
          expected.push_back({time(since), time(i), trained.labels[label], peak / 256.0});
          during = false;
          before = true;
          ended = i;
        } else if (during) {
          peak = std::max(peak, average);
        } else if (i < scores.size() && average >= std::lround(threshold * 256) &&
                   (!before || i - ended >= 5)) {
          during = true;
          since = i;
          peak = average;
        }
      }
    }
    std::ranges::stable_sort(expected, {}, &events::Event::start_s);
    events_in_all += expected.size();
    for (const std::size_t threads : {1U, 2U, 5U}) {
      for (const std::size_t block : {1U, 7U, 512U}) {
        const auto scanner = Scanner::make(pipeline, {.block_runs = block}).value();
        const Heard heard = scanner.scan(path("a.wav"), threads).value();
        // Reference: chunks that were cut the wrong way round hear a long file 1.8 times.
        EXPECT_EQ(heard.runs, scores.size());
        ASSERT_EQ(heard.events.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          EXPECT_NEAR(heard.events[i].start_s, expected[i].start_s, 1e-9);
          EXPECT_NEAR(heard.events[i].end_s, expected[i].end_s, 1e-9);
          EXPECT_EQ(heard.events[i].label, expected[i].label);
          EXPECT_EQ(heard.events[i].confidence, expected[i].confidence);
        }
      }
    }
  }
  EXPECT_GT(events_in_all, 12U);
}

TEST_F(Scan, BrokenRecordingsAreToldOf) {
  const evaluate::Pipeline pipeline = random_pipeline(signal::Feature::mfcc);
  const auto scanner = Scanner::make(pipeline, {}).value();
  ASSERT_TRUE(write_text(path("empty.wav"), "").ok());
  ASSERT_TRUE(write_text(path("text.wav"), "no recording at all, only words in it").ok());
  ASSERT_TRUE(data::write_wav(path("whole.wav"), {8000, sound(3, 8000)}).ok());
  auto bytes = read_file(path("whole.wav")).value();
  bytes.resize(bytes.size() / 2);
  ASSERT_TRUE(write_file(path("cut.wav"), bytes).ok());
  for (const char* name : {"empty.wav", "text.wav", "cut.wav", "none.wav"}) {
    const auto heard = scanner.scan(path(name), 1);
    ASSERT_FALSE(heard.ok()) << name;
    EXPECT_NE(heard.error().message.find(name), std::string::npos);
    EXPECT_EQ(heard.error().message.find('\n'), std::string::npos);
  }
  EXPECT_EQ(scanner.scan(path("whole.wav"), 1).value().length_s, 3);
  // Shorter than one window: nothing to hear, and no fault.
  ASSERT_TRUE(data::write_wav(path("short.wav"), {16000, sound(0.5, 16000)}).ok());
  EXPECT_EQ(scanner.scan(path("short.wav"), 2).value().runs, 0U);
}

std::map<std::string, std::string> tables_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> tables;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto name = entry.path().lexically_relative(folder);
    if (name.extension() == ".csv") tables[name.string()] = read_text(entry.path()).value();
  }
  return tables;
}

TEST_F(Scan, TablesAreTheSameWhateverTheProcessesAndAfterAKillAtAnyMoment) {
  const evaluate::Pipeline pipeline = random_pipeline(signal::Feature::mfcc);
  const auto scanner = Scanner::make(pipeline, {}).value();
  for (int i = 0; i < 12; ++i) {
    const std::string name = "in/" + std::to_string(i % 3) + "/" + std::to_string(i) + ".wav";
    ASSERT_TRUE(data::write_wav(path(name), {16000, sound(5 + i, 16000)}).ok());
  }
  ASSERT_TRUE(write_text(path("in/broken.wav"), "").ok());
  const auto subjects = subjects_of({path("in").string()}).value();
  ManyOptions options;
  options.key = "k";
  options.to = path("peace");
  const auto all = scan_many(scanner, subjects, options).value();
  EXPECT_EQ(std::ranges::count_if(all, [](const Scanned& s) { return !s.fault.empty(); }), 1);
  const auto expected = tables_in(path("peace"));
  ASSERT_EQ(expected.size(), 12U);

  for (std::size_t part = 0; part < 3; ++part) {
    ManyOptions third = options;
    third.to = path("parts");
    third.part = {part, 3};
    ASSERT_TRUE(scan_many(scanner, subjects, third).ok());
  }
  EXPECT_EQ(tables_in(path("parts")), expected);

  options.to = path("killed");
  for (useconds_t moment = 0; moment < 40000; moment += 4000) {
    std::filesystem::remove_all(path("killed"));
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(scan_many(scanner, subjects, options));
      ::_exit(0);
    }
    ::usleep(moment);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_TRUE(scan_many(scanner, subjects, options).ok());
    EXPECT_EQ(tables_in(path("killed")), expected) << "killed after " << moment << " us";
  }
  const auto once_more = scan_many(scanner, subjects, options).value();
  EXPECT_EQ(std::ranges::count_if(once_more, &Scanned::before), 12);
}

TEST(RecognizeCommands, FiresOnceForALabelUntilAnotherCame) {
  // Averages over 100 ms of steps of 20 ms, at least 4 of them.
  RecognizeCommands commands({100, 500, 4, 0.5}, 1);
  std::vector<double> fired;
  for (int i = 0; i < 100; ++i) {
    const double time = 20.0 * i;
    const bool silent = time >= 1000 && time < 1400;
    if (const auto c =
            commands.push(time, silent ? std::vector{0.1, 0.9} : std::vector{0.9, 0.1})) {
      fired.push_back(c->label == 0 ? time : -time);
    }
  }
  // Four results at 60 ms; silence when it has the higher average of six; then the word anew, of
  // which silence suppresses nothing.
  EXPECT_EQ(fired, (std::vector<double>{60, -1060, 1460}));
}

TEST(EventTables, ComeBackFromTheParsers) {
  const std::vector<events::Event> events = {{1.5, 2.25, "a, \"b\"", 0.75}, {3, 3, "frog", 0.5}};
  const auto csv =
      data::parse_annotation_csv(to_table(events, "x/y.wav", {20, 7600}, Format::csv), "f", {})
          .value();
  const auto raven =
      data::parse_raven_table(to_table(events, "x/y.wav", {20, 7600}, Format::raven), "f").value();
  const auto audacity =
      data::parse_audacity_labels(to_table(events, "x/y.wav", {20, 7600}, Format::audacity), "f")
          .value();
  for (const auto* table : {&csv, &raven, &audacity}) {
    ASSERT_EQ(table->rows.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(table->rows[i].start_s, events[i].start_s);
      EXPECT_EQ(table->rows[i].end_s, events[i].end_s);
      EXPECT_EQ(table->rows[i].label, events[i].label);
    }
  }
  EXPECT_EQ(raven.rows[0].recording, "x/y.wav");
  EXPECT_EQ(raven.rows[0].low_hz, 20);
}

TEST_F(Scan, AJournalThatWasCutAnywhereKeepsItsWholeLines) {
  {
    auto journal = ScanJournal::open(path("out"), "scan.journal", "k").value();
    ASSERT_TRUE(journal.add("a.wav", {10, 5, 1.5, 2}).ok());
    ASSERT_TRUE(journal.add("b.wav", {11, 6, 2.5, 3}).ok());
  }
  const std::string text = read_text(path("out/scan.journal")).value();
  for (std::size_t length = 0; length <= text.size(); ++length) {
    ASSERT_TRUE(write_text(path("out/scan.journal"), text.substr(0, length)).ok());
    auto journal = ScanJournal::open(path("out"), "scan.journal", "k").value();
    const bool a = journal.find("a.wav", {10, 5, 0, 0}).has_value();
    const bool b = journal.find("b.wav", {11, 6, 0, 0}).has_value();
    EXPECT_TRUE(a || !b);
    EXPECT_EQ(a && b, length >= text.size() - 1);
    EXPECT_FALSE(journal.find("a.wav", {10, 7, 0, 0}));  // changed since
    ASSERT_TRUE(journal.add("c.wav", {12, 7, 1, 0}).ok());
    EXPECT_TRUE(
        ScanJournal::open(path("out"), "d.journal", "k").value().find("c.wav", {12, 7, 0, 0}));
    EXPECT_FALSE(
        ScanJournal::open(path("out"), "d.journal", "other").value().find("c.wav", {12, 7, 0, 0}));
  }
}

}  // namespace
}  // namespace sengi::scan
