// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <numeric>

#include "base/text.h"
#include "evaluate/cards.h"
#include "evaluate/markdown.h"

namespace sengi::evaluate {
namespace {

using Lines = std::vector<std::string>;

std::size_t sum(const std::array<std::size_t, 3>& by_split) {
  return std::accumulate(by_split.begin(), by_split.end(), std::size_t{0});
}

Lines recordings_lines(const data::CheckReport& report) {
  if (report.sense != project::Sense::audio) {
    return {
        fmt::format("{} of {}", counted(sum(report.clips), "clip"), counted(report.files, "file"))};
  }
  Lines lines = {
      fmt::format("{} of {}, {:.0f} s in all", counted(sum(report.clips), "clip"),
                  counted(report.files, "file"), report.durations.total_s),
      fmt::format("Lengths {:.2f} to {:.2f} s, half of them below {:.2f} s",
                  report.durations.least_s, report.durations.most_s, report.durations.median_s)};
  for (const data::StoredAs& stored : report.stored) {
    lines.push_back(fmt::format("{} as {}, {} Hz, {}{}", counted(stored.files, "file"),
                                markdown::text(stored.format),
                                with_thousands(static_cast<std::uint64_t>(stored.sample_rate_hz)),
                                counted(static_cast<std::size_t>(stored.channels), "channel"),
                                stored.bits > 0 ? fmt::format(", {} bits", stored.bits) : ""));
  }
  return lines;
}

Lines split_lines(const data::CheckReport& report) {
  Lines lines;
  for (const data::Split split : {data::Split::train, data::Split::validation, data::Split::test}) {
    const auto side = static_cast<std::size_t>(split);
    lines.push_back(fmt::format("{}: {} of {}", data::name_of(split),
                                counted(report.clips[side], "clip"),
                                counted(report.groups[side], "known group")));
  }
  return lines;
}

std::string label_table(const data::CheckReport& report) {
  std::vector<Lines> rows;
  for (const data::LabelCard& label : report.labels) {
    rows.push_back({markdown::text(label.name), with_thousands(label.total()),
                    with_thousands(sum(label.groups)), with_thousands(label.ungrouped),
                    fmt::format("{:.0f} s", label.durations.total_s)});
  }
  return markdown::table({"label", "clips", "groups", "without a group", "length"}, rows);
}

// What was found, counted by kind.
Lines finding_lines(const data::CheckReport& report) {
  std::map<std::pair<data::Severity, std::string>, std::size_t> kinds;
  for (const data::Finding& finding : report.findings) ++kinds[{finding.severity, finding.kind}];
  Lines lines;
  for (const auto& [kind, count] : kinds) {
    lines.push_back(fmt::format("{}: {} ({})", data::name_of(kind.first),
                                markdown::text(kind.second), with_thousands(count)));
  }
  return lines;
}

Lines doubt_lines(const Evaluation& evaluation) {
  Lines lines;
  for (const Suspect& one : evaluation.suspects) {
    lines.push_back(
        fmt::format("{}: labelled {}, seems {} ({:.0f} % sure)", markdown::text(one.path),
                    markdown::text(evaluation.labels[one.label]),
                    markdown::text(evaluation.labels[one.answer]), 100 * one.confidence));
  }
  return lines;
}

}  // namespace

std::string data_card(const ReportData& data) {
  const data::CheckReport& report = data.data;
  return fmt::format("# {}: data card\n\n", markdown::text(data.trained.name)) +
         markdown::list("The recordings", recordings_lines(report)) + label_table(report) +
         markdown::list("The split", split_lines(report)) +
         markdown::list("What sengi data check found", finding_lines(report)) +
         markdown::list("Labels to doubt", doubt_lines(data.evaluation)) +
         "What learned from them is in [the model card](model_card.md).\n";
}

std::filesystem::path data_card_path(const project::Project& project) {
  return project.out() / "data_card.md";
}

}  // namespace sengi::evaluate
