// SPDX-License-Identifier: Apache-2.0
// The device program at work on a stretch of sound.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

// In units of the drawing, from the top: what was said, the sound, what was heard, the scores.
constexpr double left = 56, width = 930;
constexpr double said_y = 18, said_height = 22;
constexpr double wave_y = 46, wave_height = 110;
constexpr double heard_y = 164, heard_height = 24;
constexpr double score_y = 204, score_height = 96;
constexpr double axis_y = 318, whole_height = 336;

double x_of(const Example& example, double second) {
  return left + width * std::clamp(second / example.duration_s, 0.0, 1.0);
}

std::string waveform(const Example& example) {
  std::int32_t loudest = 1;
  for (const auto& [lowest, highest] : example.envelope) {
    loudest = std::max({loudest, -std::int32_t{lowest}, std::int32_t{highest}});
  }
  const double middle = wave_y + wave_height / 2;
  const double scale = wave_height / 2 / loudest;
  std::string upper;
  std::string lower;
  for (std::size_t i = 0; i < example.envelope.size(); ++i) {
    const double x = left + width * (static_cast<double>(i) + 0.5) /
                                static_cast<double>(example.envelope.size());
    const double top = std::min(-0.4, -scale * example.envelope[i].second);
    const double bottom = std::max(0.4, -scale * example.envelope[i].first);
    upper += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", x, middle + top);
    lower.insert(0, fmt::format("L{:.1f} {:.1f}", x, middle + bottom));
  }
  return fmt::format(R"(<path class="wave" d="{}{}Z"/>)", upper, lower);
}

std::string label_box(const Example& example, const Stretch& stretch, const std::string& label,
                      double y, double height, std::string_view style) {
  const double from = x_of(example, stretch.start_s);
  const double wide = std::max(3.0, x_of(example, stretch.end_s) - from);
  return fmt::format(
      R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="4"><title>{} )"
      R"({:.2f} s to {:.2f} s</title></rect><text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
      style, from, y, wide, height, label, stretch.start_s, stretch.end_s, from + wide / 2,
      y + height / 2 + 4, label);
}

// The best score of all labels that are events, at each run of the network.
std::string score_line(const Example& example, const std::vector<bool>& is_event) {
  std::string path;
  for (std::size_t step = 0; step < example.scores.size(); ++step) {
    double best = 0;
    for (std::size_t label = 0; label < is_event.size(); ++label) {
      if (is_event[label]) best = std::max(best, example.scores[step][label]);
    }
    const double second = example.first_s + static_cast<double>(step) * example.step_s;
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x_of(example, second),
                        score_y + score_height * (1 - best));
  }
  return fmt::format(R"(<path class="score" d="{}"/>)", path);
}

std::string score_axis(double threshold) {
  std::string svg;
  for (const double share : {0.0, 0.5, 1.0}) {
    const double y = score_y + score_height * (1 - share);
    svg +=
        fmt::format(R"(<line class="rule" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)"
                    R"(<text class="soft" x="{3}" y="{4:.1f}" text-anchor="end">{5:.0f} %</text>)",
                    left, left + width, y, left - 6, y + 4, 100 * share);
  }
  const double y = score_y + score_height * (1 - threshold);
  return svg +
         fmt::format(R"(<line class="threshold" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)",
                     left, left + width, y);
}

std::string time_axis(const Example& example) {
  const double step = example.duration_s > 60 ? 10 : example.duration_s > 24 ? 5 : 2;
  std::string svg = fmt::format(R"(<line class="axis" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>)", left,
                                left + width, axis_y - 12);
  for (double second = 0; second <= example.duration_s + 1e-9; second += step) {
    svg +=
        fmt::format(R"(<text class="soft" x="{:.1f}" y="{}" text-anchor="middle">{:.0f} s</text>)",
                    x_of(example, second), axis_y + 2, second);
  }
  return svg;
}

std::string row_name(double y, std::string_view name) {
  return fmt::format(R"(<text class="soft" x="{}" y="{:.1f}" text-anchor="end">{}</text>)",
                     left - 6, y + 4, name);
}

std::string heard_table(const ReportData& data, const Example& example, const Verdict& verdict) {
  page::Table table{.caption = "",
                    .columns = {"Heard", "From", "To", "Sure by", "Verdict"},
                    .rows = {},
                    .numeric = {false, true, true, true, false}};
  for (std::size_t i = 0; i < example.heard.size(); ++i) {
    const Stretch& heard = example.heard[i];
    table.rows.push_back({page::text(data.trained.labels[heard.label]),
                          fmt::format("{:.2f} s", heard.start_s),
                          fmt::format("{:.2f} s", heard.end_s), page::percent(heard.confidence, 0),
                          verdict.right[i] ? "right" : "false alarm"});
  }
  for (std::size_t i = 0; i < example.truth.size(); ++i) {
    if (verdict.found[i]) continue;
    const Stretch& missed = example.truth[i];
    table.rows.push_back({page::text(data.trained.labels[missed.label]),
                          fmt::format("{:.2f} s", missed.start_s),
                          fmt::format("{:.2f} s", missed.end_s), "–", "not heard"});
  }
  return page::table(table);
}

// Worth saying of a recording long enough to have a rate.
std::string alarms_per_hour(const ListeningFigures& whole) {
  if (whole.duration_s < 60) return "";
  return fmt::format(" ({:.1f} an hour)",
                     static_cast<double>(whole.false_alarms) * 3600 / whole.duration_s);
}

std::string part_shown(const Example& example) {
  if (example.whole.duration_s <= example.duration_s + 1e-9) return "";
  return fmt::format("The first {:.0f} s. ", example.duration_s);
}

}  // namespace

std::string listening_svg(const Example& example, const std::vector<std::string>& labels,
                          double threshold, const std::vector<bool>& is_event) {
  const Verdict verdict = judge(example.truth, example.heard);
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 1000 {}" role="img" aria-label="Waveform with what was said and what )"
      R"(was heard over time">)",
      whole_height);
  svg += row_name(said_y + said_height / 2, "said") + row_name(wave_y + wave_height / 2, "sound") +
         row_name(heard_y + heard_height / 2, "heard");
  for (const Stretch& said : example.truth) {
    svg += label_box(example, said, page::text(labels[said.label]), said_y, said_height, "said");
  }
  svg += waveform(example);
  for (std::size_t i = 0; i < example.heard.size(); ++i) {
    const Stretch& heard = example.heard[i];
    svg += label_box(example, heard, page::text(labels[heard.label]), heard_y, heard_height,
                     verdict.right[i] ? "hit" : "miss");
  }
  return svg + score_axis(threshold) + score_line(example, is_event) + time_axis(example) +
         "</svg>";
}

page::Section listening_section(const ReportData& data) {
  const Example& example = *data.example;
  const Verdict verdict = judge(example.truth, example.heard);
  std::vector<bool> is_event;
  for (const std::string& label : data.trained.labels) {
    is_event.push_back(label != data.trained.unknown && label != data.trained.silence);
  }
  page::Section section{.id = "listening", .title = "Listening", .lead = "", .body = ""};
  const ListeningFigures& whole = example.whole;
  section.lead =
      fmt::format("{}, {} long, heard by the whole device program: {} of {} found, {}{}. {}",
                  page::text(example.origin), page::duration(whole.duration_s), whole.found,
                  counted(whole.words, "word"), counted(whole.false_alarms, "false alarm"),
                  alarms_per_hour(whole), page::badge(page::Source::measured));
  section.body = page::picture(
      listening_svg(example, data.trained.labels, data.trained.detect.threshold, is_event),
      fmt::format(
          "{}The line is the best averaged score; from {:.0f} % (dashed) on it is a detection",
          part_shown(example), 100 * data.trained.detect.threshold),
      heard_table(data, example, verdict));
  return section;
}

}  // namespace sengi::evaluate
