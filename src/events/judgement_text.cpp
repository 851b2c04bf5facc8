// SPDX-License-Identifier: Apache-2.0
#include "events/judgement_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace sengi::events {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }
Json or_null(const std::optional<Range>& range) {
  return range ? Json({range->low, range->high}) : Json();
}

Json json_of(const Counts& counts) {
  return {{"right", counts.right},
          {"false_alarms", counts.false_alarms},
          {"missed", counts.missed},
          {"wrong", counts.wrong},
          {"precision", or_null(counts.precision())},
          {"recall", or_null(counts.recall())},
          {"f1", or_null(counts.f1())}};
}

std::string_view outcome_of(const Fate& fate, const Recording& recording) {
  if (!fate.mark) return "false alarm";
  return recording.marked[*fate.mark].label == recording.found[fate.found].label ? "right"
                                                                                 : "wrong";
}

// Tabs and line ends would end a cell.
std::string cell(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace

std::string to_json(const std::vector<Recording>& recordings, const Judgement& j) {
  constexpr std::size_t most = 200;
  Json curve = Json::array();
  const std::size_t points = std::min(most, j.curve.size());
  for (std::size_t i = 0; i < points; ++i) {
    const Point& point = j.curve[points == 1 ? 0 : i * (j.curve.size() - 1) / (points - 1)];
    Json one = {{"threshold", point.threshold}};
    one.update(json_of(point.counts));
    one["false_alarms_an_hour"] =
        j.hours > 0 ? Json(static_cast<double>(point.counts.false_alarms) / j.hours) : Json();
    curve.push_back(std::move(one));
  }
  Json labels = Json::object();
  for (const auto& [label, counts] : j.labels) labels[label] = json_of(counts);
  Json found = Json::array();
  for (const Fate& fate : j.found) {
    const Recording& recording = recordings[fate.recording];
    const Event& event = recording.found[fate.found];
    found.push_back({{"recording", recording.name},
                     {"start_s", event.start_s},
                     {"end_s", event.end_s},
                     {"label", event.label},
                     {"confidence", event.confidence},
                     {"outcome", outcome_of(fate, recording)},
                     {"other", fate.other ? Json(*fate.other) : Json()}});
  }
  Json missed = Json::array();
  for (const auto& [index, mark] : j.missed) {
    const Event& event = recordings[index].marked[mark];
    missed.push_back({{"recording", recordings[index].name},
                      {"start_s", event.start_s},
                      {"end_s", event.end_s},
                      {"label", event.label}});
  }
  Json all = {{"recordings", j.recordings},
              {"hours", j.hours > 0 ? Json(j.hours) : Json()},
              {"threshold", j.threshold}};
  all.update(json_of(j.all));
  all["false_alarms_an_hour"] = or_null(j.false_alarms_an_hour());
  all["precision_95"] = or_null(j.precision_95);
  all["recall_95"] = or_null(j.recall_95);
  all["f1_95"] = or_null(j.f1_95);
  all["false_alarms_an_hour_95"] = or_null(j.false_alarms_an_hour_95);
  all["labels"] = std::move(labels);
  all["curve"] = std::move(curve);
  all["found"] = std::move(found);
  all["missed_events"] = std::move(missed);
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string outcomes_for_raven(const std::vector<Recording>& recordings, const Judgement& j) {
  struct Row {
    std::size_t recording;
    const Event* event;
    std::string_view outcome;
    std::string confidence;
    std::string other;
  };
  std::vector<Row> rows;
  for (const Fate& fate : j.found) {
    const Recording& recording = recordings[fate.recording];
    const Event& event = recording.found[fate.found];
    rows.push_back({fate.recording, &event, outcome_of(fate, recording),
                    fmt::format("{:.4g}", event.confidence), fate.other.value_or("")});
  }
  for (const auto& [index, mark] : j.missed) {
    rows.push_back({index, &recordings[index].marked[mark], "missed", "", ""});
  }
  std::ranges::stable_sort(
      rows, {}, [](const Row& row) { return std::tuple(row.recording, row.event->start_s); });
  std::string text =
      "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tBegin Path\tFile Offset (s)\t"
      "Annotation\tOutcome\tConfidence\tOther\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    text += fmt::format("{}\tSpectrogram 1\t1\t{:.6f}\t{:.6f}\t{}\t{:.6f}\t{}\t{}\t{}\t{}\n", i + 1,
                        row.event->start_s, row.event->end_s, cell(recordings[row.recording].name),
                        row.event->start_s, cell(row.event->label), row.outcome, row.confidence,
                        cell(row.other));
  }
  return text;
}

}  // namespace sengi::events
