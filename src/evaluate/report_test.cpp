// SPDX-License-Identifier: Apache-2.0
#include "evaluate/report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <regex>

#include "base/files.h"
#include "evaluate/cards.h"
#include "evaluate/data_page.h"
#include "evaluate/page.h"
#include "evaluate/report_sections.h"
#include "evaluate/utf8.h"

namespace sengi::evaluate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> words = {"no", "yes", "left", "right", "dûr & <far>", "_unknown_"};

Evaluation sample_evaluation() {
  Evaluation evaluation;
  evaluation.project = "field_words";
  evaluation.data = "test split";
  evaluation.model_sha256 = std::string(64, 'a');
  evaluation.labels = words;
  evaluation.confusion = ConfusionMatrix(words.size());
  std::vector<double> probabilities;
  std::vector<std::size_t> truths;
  for (std::size_t truth = 0; truth < words.size(); ++truth) {
    for (std::size_t i = 0; i < 40; ++i) {
      const std::size_t answer = i % 9 == truth ? (truth + 1 + i % 3) % words.size() : truth;
      evaluation.confusion.add(truth, answer);
      truths.push_back(truth);
      const double sure = 0.55 + 0.44 * static_cast<double>(i) / 40;
      for (std::size_t label = 0; label < words.size(); ++label) {
        probabilities.push_back(label == answer ? sure : (1 - sure) / 5);
      }
    }
  }
  evaluation.calibration = calibrate(probabilities, truths, words.size());
  for (std::uint64_t i = 0; i < 15; ++i) {
    evaluation.groups.push_back({fmt::format("speaker-{}", i), 16, 9 + i / 2});
  }
  evaluation.mistakes = {{"recordings/no/a&b.wav", 0, 1, 0.98},
                         {"recordings/yes/c.wav", 1, 5, 0.9}};
  evaluation.float_network = {0.895, 232};
  evaluation.intervals = {{0.81, 0.93}, {0.8, 0.92}, {0.79, 0.91}, 15, 15, 2000, 1};
  evaluation.temperature = {1.37, 240, evaluation.calibration};
  evaluation.slices = {{"level",
                        {{"lowest third, below -31 dBFS", 80, 64, 12, {0.7, 0.88}},
                         {"middle third, -31 to -22 dBFS", 80, 72, 14, {0.82, 0.95}},
                         {"highest third, from -22 dBFS", 80, 75, 11, {0.87, 0.97}}}},
                       {"language", {{"<sw>", 12, 8, 2, {0.3, 0.9}}}}};
  evaluation.held_out = 480;
  evaluation.suspects_count = 2;
  evaluation.suspects = {{"recordings/no/d<e>.wav", 0, {}, {}, "test", 0, 1, 0.97, 0.01},
                         {"recordings/yes/f.wav", 0.5, 1.5, {}, "validation", 1, 4, 0.9, 0.05}};
  return evaluation;
}

compile::Plan sample_plan() {
  compile::Plan plan{.name = "field_words",
                     .layers = {{"conv1", "conv 10x4 /2", {1, 25, 5, 64}, 320000, 3072},
                                {"dw2", "dw 3x3 /1", {1, 25, 5, 64}, 72000, 1088},
                                {"pw3", "conv 1x1 /1", {1, 25, 5, 64}, 512000, 4864},
                                {"pool4", "avg pool", {1, 1, 1, 64}, 0, 0},
                                {"dense5", "dense", {1, 12}, 768, 876}},
                     .placements = {{0, 16000, 490, -1, 0},
                                    {1, 0, 8000, 0, 1},
                                    {2, 8000, 8000, 1, 2},
                                    {3, 0, 8000, 2, 3},
                                    {4, 8000, 64, 3, 4},
                                    {5, 0, 12, 4, 5}},
                     .arena_bytes = 16490,
                     .const_bytes = 9900,
                     .input_bytes = 490,
                     .output_bytes = 12};
  return plan;
}

RunRecord sample_run() {
  RunRecord run;
  run.name = "field_words";
  run.board = "mps2-an386";
  run.board_title = "MPS2 AN386, Cortex-M4F";
  run.clock_hz = 25e6;
  run.board_flash_bytes = 4 << 20;
  run.board_ram_bytes = 4 << 20;
  run.arena_bytes = 16490;
  run.sections = emulate::Sections{31000, 24000, 4100, 16490};
  run.stack_bytes = 1320;
  run.instructions = 8123456;
  run.cycles = 9876543;
  run.outputs_count = 240;
  run.comparison = {240, 240};
  run.layers = {{"conv1", 2100000, 2500000},
                {"dw2", 1900000, 2200000},
                {"pw3", 4000000, 5000000},
                {"pool4", 20000, 30000},
                {"dense5", 103456, 146543}};
  return run;
}

TrainingRecord sample_training() {
  TrainingRecord training;
  for (std::int32_t epoch = 1; epoch <= 40; ++epoch) {
    const double far = std::exp(-epoch / 9.0);
    training.epochs.push_back({epoch <= 32 ? "float" : "int8", epoch, 0.4 + 1.9 * far,
                               0.86 - 0.6 * far, 0.35 + 1.6 * far, 0.91 - 0.6 * far});
  }
  training.wall_s = 412;
  training.energy_kwh = Interval{0.0014, 0.0088};
  training.energy_method = "65 W assumed for the whole machine";
  training.co2_kg = Interval{0.0006, 0.0038};
  training.grid = "Kenya";
  training.co2_method = "0.4 kg a kWh, world average grid";
  training.operations = 2.1e13;
  training.parameters = 22604;
  training.machine = "2 cores";
  return training;
}

Example sample_example() {
  Example example;
  example.origin = "Six test clips on background noise";
  example.duration_s = 18;
  std::vector<std::int16_t> samples(18 * 8000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / 8000;
    const double word = std::pow(std::max(0.0, std::sin(std::numbers::pi * t / 3)), 12);
    samples[i] =
        static_cast<std::int16_t>((500 + 14000 * word) * std::sin(5600 * t + 3 * std::sin(80 * t)));
  }
  example.envelope = envelope(samples, 600);
  example.truth = {{0, 1, 2}, {1, 7, 8}, {2, 13, 14}};
  example.heard = {{0, 1.6, 2.3, 0.97}, {1, 7.5, 8.2, 0.91}, {3, 13.4, 14.1, 0.83}};
  example.first_s = 0.1;
  example.step_s = 0.1;
  example.whole = {18, 3, 2, 1};
  for (int step = 0; step < 180; ++step) {
    std::vector<double> row(words.size(), 0.02);
    row[0] = 0.97 * std::exp(-std::pow((step - 19) / 4.0, 2));
    row[1] = 0.91 * std::exp(-std::pow((step - 78) / 4.0, 2));
    row[3] = 0.83 * std::exp(-std::pow((step - 137) / 4.0, 2));
    example.scores.push_back(row);
  }
  return example;
}

data::CheckReport sample_recordings() {
  data::CheckReport report;
  report.project = "field_words";
  report.source = "/fields/field_words/recordings";
  report.clip_s = 1;
  report.files = report.files_read = 2400;
  for (std::size_t i = 0; i < words.size(); ++i) {
    data::LabelCard card;
    card.name = words[i];
    card.clips = {320 - 20 * i, 40, 40};
    card.groups = {64, 15, 15};
    card.durations = {400, 0.41, 0.98, 1.4, {}};
    card.level = {-60, 10, {2, 18, 160, 180, 40, 0}};
    report.labels.push_back(card);
  }
  report.durations = {2400, 0.41, 0.98, 1.4, {0, 0.2, {0, 0, 120, 400, 1500, 300, 80}}};
  report.clips = {1920, 240, 240};
  report.groups = {80, 15, 15};
  report.stored = {{"WAV", 16000, 1, 16, 2000}, {"OGG", 44100, 2, 0, 400}};
  report.clipped_clips = 12;
  report.duplicate_files = 2;
  report.findings = {{data::Severity::fault, "unreadable", "ends after 812 of 16,000 frames",
                      "recordings/no/<x>.wav", 0.05, "copy it again, or remove it"},
                     {data::Severity::note,
                      "rate",
                      "400 of 2,400 files are at 44,100 Hz",
                      "",
                      {},
                      "they are resampled"}};
  return report;
}

ReportData sample() {
  ReportData data;
  data.project.folder = "/fields/field_words";
  data.trained.name = "field_words";
  data.trained.labels = words;
  data.trained.unknown = "_unknown_";
  data.trained.model_sha256 = std::string(64, 'a');
  data.trained.config_sha256 = std::string(64, 'c');
  data.data = sample_recordings();
  data.evaluation = sample_evaluation();
  data.plan = sample_plan();
  data.run = sample_run();
  data.training = sample_training();
  data.example = sample_example();
  data.suspect_exhibits = {
      Exhibit{data::Audio{8000, std::vector<std::int16_t>(4000, 100)}, std::nullopt, {}}, {}};
  LearningCurve curve;
  curve.method = "nested parts of the training groups";
  curve.points = {
      {90, 10, 0.4, {0.34, 0.46}}, {180, 20, 0.3, {0.25, 0.36}}, {360, 40, 0.22, {0.18, 0.28}}};
  curve.exponent = 0.43;
  curve.scale = 2.77;
  curve.exponent_95 = Interval{0.2, 0.66};
  curve.predictions = {
      {1, 360, 0.22, {0.15, 0.32}}, {2, 720, 0.163, {0.09, 0.29}}, {4, 1440, 0.121, {0.05, 0.27}}};
  data.learning_curve = curve;
  data.folds = Folds{"", {{80, 60, 7}, {82, 70, 6}, {78, 58, 7}}, 0.7824, 0.06};
  data.version = "0.1.0";
  return data;
}

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// The page without its scripts, where markup rules hold.
std::string markup_of(const std::string& page) {
  std::string markup;
  std::size_t at = 0;
  while (true) {
    const auto script = page.find("<script", at);
    markup += page.substr(at, script == std::string::npos ? script : script - at);
    if (script == std::string::npos) return markup;
    at = page.find("</script>", script) + 9;
  }
}

TEST(Report, FetchesNothing) {
  const std::string markup = markup_of(report_page(sample()));
  EXPECT_THAT(markup, Not(HasSubstr("http:")));
  EXPECT_THAT(markup, Not(HasSubstr("https:")));
  EXPECT_EQ(occurrences(markup, "src="), occurrences(markup, "src=\"data:"));
  EXPECT_THAT(markup, Not(HasSubstr("@import")));
  EXPECT_THAT(markup, Not(HasSubstr("url(")));
}

TEST(Report, EscapesWhatComesFromOutside) {
  const std::string markup = markup_of(report_page(sample()));
  EXPECT_THAT(markup, HasSubstr("dûr &amp; &lt;far&gt;"));
  EXPECT_THAT(markup, Not(HasSubstr("<far>")));
  EXPECT_THAT(markup, HasSubstr("a&amp;b.wav"));
}

TEST(Report, ALabelCannotEndAScript) {
  ReportData data = sample();
  data.data.labels[0].name = "</script><b>";
  const std::string page = report_page(data);
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cb>"));
}

TEST(Report, EveryElementThatOpensCloses) {
  const std::string markup = markup_of(report_page(sample()));
  for (const std::string name : {"section", "div", "table", "tr", "td", "th", "figure", "details",
                                 "svg", "ul", "li", "dl", "span", "p", "main", "nav"}) {
    const auto opened = occurrences(markup, fmt::format("<{}>", name)) +
                        occurrences(markup, fmt::format("<{} ", name));
    EXPECT_EQ(opened, occurrences(markup, fmt::format("</{}>", name))) << name;
    EXPECT_GT(opened, 0u) << name;
  }
}

TEST(Report, EveryChartHasItsTableAndItsOwnId) {
  const std::string page = report_page(sample());
  const auto charts = occurrences(page, "data-chart=\"");
  EXPECT_GE(charts, 5u);
  EXPECT_EQ(occurrences(page, "<canvas id="), charts);
  EXPECT_GE(occurrences(page, "<summary>The same as a table"), charts);
  std::set<std::string> ids;
  const std::regex id(" id=\"([^\"]*)\"");
  const std::string markup = markup_of(page);
  for (std::sregex_iterator it(markup.begin(), markup.end(), id), end; it != end; ++it) {
    EXPECT_TRUE(ids.insert((*it)[1]).second) << "twice: " << (*it)[1];
  }
}

TEST(Report, ShowsTheFiguresItWasGiven) {
  const std::string page = report_page(sample());
  const Figures all = figures(sample_evaluation().confusion);
  EXPECT_THAT(page, HasSubstr(page::percent(all.accuracy)));
  EXPECT_THAT(page, HasSubstr("9,876,543 cycles at 25\u00A0MHz"));
  EXPECT_THAT(page, HasSubstr("395.1\u00A0ms"));  // 9,876,543 / 25 MHz
  EXPECT_THAT(page, HasSubstr("240 of 240 test clips give the same scores"));
  EXPECT_THAT(page, HasSubstr("The arena, 16,490 bytes, over the layers"));
  EXPECT_THAT(page, HasSubstr("2 of 3 words found, 1 false alarm"));
}

TEST(Report, SaysHowSureItsFiguresAre) {
  ReportData data = sample();
  const std::string page = report_page(data);
  EXPECT_THAT(page, HasSubstr("81.0 to 93.0\u00A0%, 95\u00A0% sure"));
  EXPECT_THAT(page, HasSubstr("2,000 draws of 15 groups"));
  EXPECT_THAT(page, HasSubstr("still too narrow"));  // 15 are few
  EXPECT_THAT(page, HasSubstr("a temperature of <strong>1.37</strong>"));
  EXPECT_THAT(page, HasSubstr("&lt;sw&gt; <span class=\"fall\">(few: 2 groups)"));
  data.evaluation.intervals.units = 100;
  EXPECT_THAT(report_page(data), Not(HasSubstr("still too narrow")));
}

TEST(Report, SaysWhatOneAnswerTakesAndHowManyTheTrainingEquals) {
  ReportData data = sample();
  EXPECT_THAT(report_page(data), HasSubstr("gives no current"));
  data.run->clock_hz = 64e6;
  data.run->cycles = 640'000;  // 10 ms
  data.run->active_ma = 4;
  data.run->supply_v = 2.5;  // 10 mW, so 0.1 mJ
  const std::string page = report_page(data);
  EXPECT_THAT(page, HasSubstr("<strong>100\u00A0µJ</strong>"));
  // 1.4 and 8.8 Wh are 5,040 and 31,680 J.
  EXPECT_THAT(page, HasSubstr("50.4 million to 316.8 million such answers"));
  EXPECT_THAT(page, HasSubstr("1.4 to 8.8\u00A0Wh"));
  EXPECT_THAT(page, HasSubstr("by the grid of Kenya"));
}

TEST(Report, SaysWhetherMoreRecordingsWouldHelp) {
  ReportData data = sample();
  EXPECT_THAT(report_page(data), HasSubstr("More recordings, of more groups, would help. With "
                                           "twice as many, <strong>16.3\u00A0%</strong>"));
  EXPECT_THAT(report_page(data), HasSubstr("a standard deviation of 6.0 points"));
  data.learning_curve->exponent_95->low = -0.1;
  EXPECT_THAT(report_page(data), HasSubstr("cannot be told from so few points."));
  data.learning_curve->points.back().error_95.high = 0.24;
  EXPECT_THAT(report_page(data), HasSubstr("the last ones did, from 30.0\u00A0% wrong to 22.0"));
  data.learning_curve->exponent_95.reset();
  data.learning_curve->predictions.clear();
  EXPECT_THAT(report_page(data), HasSubstr("Too few parts"));
  data.project.config_sha256 = "changed";
  EXPECT_THAT(report_page(data), HasSubstr("has changed since"));
  data.learning_curve.reset();
  data.folds.reset();
  EXPECT_THAT(report_page(data), Not(HasSubstr("id=\"more\"")));
}

TEST(StudyRecord, RefusesWhatIsNone) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto path = folder.value().path() / "learning_curve.json";
  const std::string whole =
      R"({"config_sha256": "c", "method": "m", "fit": null,
          "points": [{"clips": 10, "groups": 2, "count": 8, "correct": 6}]})";
  ASSERT_TRUE(write_text(path, whole).ok());
  const auto curve = read_learning_curve(path);
  ASSERT_TRUE(curve.ok()) << curve.error().message;
  EXPECT_EQ(curve.value().points.at(0).error, 0.25);
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    ASSERT_TRUE(write_text(path, whole.substr(0, length)).ok());
    EXPECT_FALSE(read_learning_curve(path).ok());
  }
  ASSERT_TRUE(write_text(path, R"({"config_sha256": "c", "method": "m", "fit": null,
          "points": [{"clips": 10, "groups": 2, "count": 8, "correct": 9}]})")
                  .ok());
  EXPECT_FALSE(read_learning_curve(path).ok());
  EXPECT_FALSE(read_folds(path).ok());
}

TEST(Report, LetsSuspectClipsBeHeard) {
  ReportData data = sample();
  const std::string page = report_page(data);
  EXPECT_THAT(page, HasSubstr("2 of 480 clips that training did not learn from"));
  EXPECT_EQ(occurrences(page, "<audio"), 1u);  // the other cannot be read
  EXPECT_THAT(page, HasSubstr("recordings/no/d&lt;e&gt;.wav"));
  EXPECT_THAT(page, HasSubstr("recordings/yes/f.wav"));
  data.evaluation.suspects.clear();
  EXPECT_THAT(report_page(data), Not(HasSubstr("id=\"labels-to-doubt\"")));
}

TEST(Report, SaysWhetherTheBoardKeepsUp) {
  ReportData data = sample();
  data.trained.detect.stride_ms = 100;
  EXPECT_THAT(report_page(data), HasSubstr("too slow"));  // 395 ms of work each 100 ms
  data.trained.detect.stride_ms = 500;
  EXPECT_THAT(report_page(data), HasSubstr("keeps up"));
}

TEST(Report, StandsWithoutRunTrainingAndExample) {
  ReportData data = sample();
  data.run.reset();
  data.training.reset();
  data.example.reset();
  data.evaluation.float_network.reset();
  data.evaluation.groups.clear();
  const std::string page = report_page(data);
  EXPECT_THAT(page, HasSubstr("has not been run on a board yet"));
  EXPECT_THAT(page, Not(HasSubstr("id=\"cost\"")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST(Report, IsTheSameForTheSameData) { EXPECT_EQ(report_page(sample()), report_page(sample())); }

TEST(Cards, HoldFactsOfTheRecordsAndNoEmptyHeading) {
  ReportData data = sample();
  const std::string model = model_card(data);
  EXPECT_THAT(model, HasSubstr("# field\\_words: model card"));
  EXPECT_THAT(model, HasSubstr("95 % sure of 81.0 to 93.0 %"));
  EXPECT_THAT(model, HasSubstr("dûr \\& \\<far\\>"));
  EXPECT_THAT(model,
              HasSubstr("By level: 80.0 % of 80 clips right (70.0 to 88.0 %) where it is lowest"));
  EXPECT_THAT(model, Not(HasSubstr("By language")));  // too few clips
  EXPECT_THAT(model, HasSubstr("2 of 480 clips of test and validation may have a wrong label"));
  EXPECT_THAT(model, HasSubstr("9,876,543 cycles, 395 ms at 25 MHz"));
  const std::string recordings = data_card(data);
  EXPECT_THAT(recordings, HasSubstr("test: 240 clips of 15 known groups"));
  EXPECT_THAT(recordings, HasSubstr("fault: unreadable (1)"));
  EXPECT_THAT(recordings, HasSubstr("2,000 files as WAV, 16,000 Hz, 1 channel, 16 bits"));

  data.run.reset();
  data.training.reset();
  data.folds.reset();
  data.evaluation.slices.clear();
  data.evaluation.groups.clear();
  data.evaluation.suspects.clear();
  data.evaluation.suspects_count = 0;
  data.evaluation.intervals.units = 100;
  data.data.findings.clear();
  const std::string bare = model_card(data) + data_card(data);
  for (const std::string title : {"works less well", "limits", "training took", "found", "doubt"}) {
    EXPECT_THAT(bare, Not(HasSubstr(title))) << title;
  }
  const std::regex empty("## [^\\n]*\\n\\n(#|$)");
  EXPECT_FALSE(std::regex_search(bare, empty));
  EXPECT_FALSE(std::regex_search(model + recordings, empty));
}

// To look at: SENGI_SAMPLE_REPORT=/tmp/sample.html evaluate_test --gtest_filter=Report.Sample
TEST(Report, SampleCanBeWrittenAsAFile) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const char* wanted = std::getenv("SENGI_SAMPLE_REPORT");
  const std::filesystem::path path =
      wanted != nullptr ? wanted : (folder.value().path() / "report.html").string();
  ASSERT_TRUE(write_text(path, report_page(sample())).ok());
  if (wanted != nullptr) {
    ASSERT_TRUE(write_text(path.string() + ".data.html", data_page(sample_recordings(), "0")).ok());
  }
  EXPECT_GT(std::filesystem::file_size(path), 200000u);  // Chart.js is inside
}

TEST(DataPage, ShowsFindingsFirstAndEscapesThem) {
  const std::string markup = markup_of(data_page(sample_recordings(), "0.1.0"));
  EXPECT_THAT(markup, HasSubstr("ends after 812 of 16,000 frames"));
  EXPECT_THAT(markup, HasSubstr("recordings/no/&lt;x&gt;.wav"));
  EXPECT_THAT(markup, HasSubstr("1 fault, 0 warnings and 1 note"));
  EXPECT_LT(markup.find("id=\"findings\""), markup.find("id=\"labels-section\""));
}

TEST(MemoryMap, HasARectangleATensorInsideTheDrawing) {
  const std::string svg = memory_map_svg(sample_plan());
  EXPECT_EQ(occurrences(svg, "<rect"), sample_plan().placements.size());
  EXPECT_THAT(svg, HasSubstr("conv1: bytes 0 to 8,000 (8,000)"));
}

TEST(Judge, CountsEachTruthOnce) {
  const std::vector<Stretch> truth = {{1, 1.0, 2.0}, {2, 5.0, 6.0}};
  const std::vector<Stretch> heard = {{1, 1.5, 2.2}, {1, 2.3, 2.6}, {2, 8.0, 8.5}};
  const Verdict verdict = judge(truth, heard, 0.75);
  EXPECT_EQ(count(verdict, 10).false_alarms, 2u);
  EXPECT_EQ(count(verdict, 10).found, 1u);
  EXPECT_EQ(verdict.right, (std::vector<bool>{true, false, false}));
  EXPECT_EQ(verdict.found, (std::vector<bool>{true, false}));
}

TEST(Envelope, HoldsTheExtremesOfEachPart) {
  const std::vector<std::int16_t> samples = {1, -5, 3, 9, 0, -2};
  using Pair = std::pair<std::int16_t, std::int16_t>;
  EXPECT_EQ(envelope(samples, 2), (std::vector<Pair>{{-5, 3}, {-2, 9}}));
  EXPECT_EQ(envelope(samples, 100).size(), 6u);
  EXPECT_TRUE(envelope({}, 10).empty());
}

TEST(Utf8, KeepsWhatIsWholeAndReplacesTheRest) {
  EXPECT_EQ(valid_utf8("č 中 🐘"), "č 中 🐘");
  EXPECT_EQ(valid_utf8("a\xFFz"), "a\uFFFDz");
  EXPECT_EQ(valid_utf8("\xC3"), "\uFFFD");            // cut short
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "\uFFFD\uFFFD");  // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80").size(), 9u);   // a surrogate is not text
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)), "a b");
}

}  // namespace
}  // namespace sengi::evaluate
