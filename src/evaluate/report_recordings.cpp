// SPDX-License-Identifier: Apache-2.0
// The data card: what the recordings are.
#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/recordings.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {

using data::CheckReport;
using data::LabelCard;

namespace {

constexpr std::size_t splits = 3;

std::string split_name(std::size_t split) {
  return std::string(data::name_of(static_cast<data::Split>(split)));
}

std::string stored_table(const CheckReport& report) {
  page::Table table{.caption = "How they are stored",
                    .columns = {"Format", "Rate", "Channels", "Files"},
                    .rows = {},
                    .numeric = {false, true, true, true}};
  for (const data::StoredAs& stored : report.stored) {
    const std::string bits = stored.bits > 0 ? fmt::format(", {}-bit", stored.bits) : "";
    table.rows.push_back({page::text(stored.format) + bits,
                          with_thousands(static_cast<std::uint64_t>(stored.sample_rate_hz)) + " Hz",
                          fmt::to_string(stored.channels), with_thousands(stored.files)});
  }
  return "<div class=\"card\">" + page::table(table) + "</div>\n";
}

std::string split_table(const CheckReport& report) {
  page::Table table{.caption = "Which side of the split",
                    .columns = {"Split", "Clips", "Groups"},
                    .rows = {},
                    .numeric = {false, true, true}};
  for (std::size_t split = 0; split < splits; ++split) {
    table.rows.push_back(
        {split_name(split), with_thousands(report.clips[split]),
         report.groups[split] == 0 ? "not known" : with_thousands(report.groups[split])});
  }
  return "<div class=\"card\">" + page::table(table) +
         "<p class=\"fall\">A group (a speaker, an animal, a site) is wholly on one side, so that "
         "the test asks about voices never heard.</p></div>\n";
}

std::string label_table(const CheckReport& report) {
  page::Table table{.caption = "Each label",
                    .columns = {"Label", "Train", "Validation", "Test", "Groups", "In all",
                                "Shortest", "Median", "Longest"},
                    .rows = {},
                    .numeric = std::vector<bool>(9, true)};
  table.numeric[0] = false;
  for (const LabelCard& label : report.labels) {
    table.rows.push_back(
        {page::text(label.name), with_thousands(label.clips[0]), with_thousands(label.clips[1]),
         with_thousands(label.clips[2]),
         with_thousands(label.groups[0] + label.groups[1] + label.groups[2]),
         page::duration(label.durations.total_s), page::duration(label.durations.least_s),
         page::duration(label.durations.median_s), page::duration(label.durations.most_s)});
  }
  return "<div class=\"card\">" + page::table(table) + "</div>\n";
}

page::Chart histogram_chart(const data::Histogram& histogram, std::string id, std::string caption,
                            std::string x_title) {
  page::Chart chart;
  chart.id = std::move(id);
  chart.kind = page::Chart::Kind::bars;
  chart.caption = std::move(caption);
  chart.x_title = std::move(x_title);
  chart.y_title = "clips";
  chart.low = 0;
  chart.source = page::Source::measured;
  page::Series clips{.name = "clips", .values = {}};
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    chart.labels.push_back(
        fmt::format("{:g}", histogram.first + histogram.step * static_cast<double>(i)));
    clips.values.emplace_back(static_cast<double>(histogram.counts[i]));
  }
  chart.series = {clips};
  return chart;
}

// The levels of all labels together; their bins are the same.
data::Histogram levels(const CheckReport& report) {
  data::Histogram sum;
  for (const LabelCard& label : report.labels) {
    if (sum.counts.size() < label.level.counts.size()) {
      sum.first = label.level.first;
      sum.step = label.level.step;
      sum.counts.resize(label.level.counts.size());
    }
    for (std::size_t i = 0; i < label.level.counts.size(); ++i) {
      sum.counts[i] += label.level.counts[i];
    }
  }
  return sum;
}

}  // namespace

std::string recordings_summary(const CheckReport& report) {
  const std::string length = report.sense == project::Sense::audio
                                 ? ", " + page::duration(report.durations.total_s) + " in all"
                                 : std::string();
  return fmt::format("{} of {} in {}{}, from <code>{}</code>.",
                     counted(report.clips[0] + report.clips[1] + report.clips[2], "clip"),
                     counted(report.labels.size(), "label"), counted(report.files, "file"), length,
                     page::text(report.source.filename().string()));
}

std::string label_chart(const CheckReport& report) {
  page::Chart chart;
  chart.id = "labels";
  chart.kind = page::Chart::Kind::rows;
  chart.caption = "Clips of each label";
  chart.x_title = "clips";
  chart.y_title = "label";
  chart.low = 0;
  chart.stacked = true;
  chart.source = page::Source::measured;
  const std::array<std::string, splits> colours = {"accent", "cool", "warm"};
  for (std::size_t split = 0; split < splits; ++split) {
    chart.series.push_back({.name = split_name(split), .values = {}, .colour = colours[split]});
  }
  for (const LabelCard& label : report.labels) {
    chart.labels.push_back(label.name);
    for (std::size_t split = 0; split < splits; ++split) {
      chart.series[split].values.emplace_back(static_cast<double>(label.clips[split]));
    }
  }
  return page::chart(chart);
}

std::string recordings_tables(const CheckReport& report) {
  if (report.sense != project::Sense::audio) return split_table(report);
  return "<div class=\"pair\">\n" + split_table(report) + stored_table(report) + "</div>\n" +
         label_table(report);
}

std::string recordings_histograms(const CheckReport& report) {
  if (report.sense != project::Sense::audio) return {};
  return "<div class=\"pair\">\n" +
         page::chart(histogram_chart(report.durations.histogram, "durations", "How long they are",
                                     "seconds, from")) +
         page::chart(histogram_chart(levels(report), "levels", "How loud they are",
                                     "RMS in dB below full scale, from")) +
         "</div>\n";
}

page::Section recordings_section(const ReportData& data) {
  return {.id = "recordings",
          .title = "Recordings",
          .lead = recordings_summary(data.data),
          .body = label_chart(data.data) + recordings_tables(data.data)};
}

}  // namespace sengi::evaluate
