// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

#include "base/text.h"
#include "data/check.h"

namespace sengi::data {
namespace {

using Out = std::back_insert_iterator<std::string>;

// "42.0 s", "3 min 20 s", "2 h 05 min"
std::string length(double seconds) {
  if (seconds < 100) return fmt::format("{:.1f} s", seconds);
  const auto whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

// Columns that a terminal gives to a UTF-8 text of common letters: one for each code point.
std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t columns) {
  const std::size_t used = columns_of(text);
  return text + std::string(columns > used ? columns - used : 0, ' ');
}

// A bar of eighths of a block.
std::string bar(double share, std::size_t width) {
  static constexpr std::array<const char*, 8> parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width) * 8));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + parts[eighths % 8];
}

// A histogram in one character a bin.
std::string sparkline(const Histogram& histogram) {
  static constexpr std::array<const char*, 8> heights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t most = histogram.counts.empty() ? 0 : std::ranges::max(histogram.counts);
  std::string text;
  for (const std::size_t count : histogram.counts) {
    text += count == 0 ? " " : heights[std::min<std::size_t>(7, count * 8 / (most + 1))];
  }
  return text;
}

void write_labels(const CheckReport& report, Out out) {
  std::size_t name_width = 5;
  std::size_t most = 1;
  for (const LabelCard& label : report.labels) {
    name_width = std::max(name_width, columns_of(label.name));
    most = std::max(most, label.total());
  }
  const bool timed = report.sense == project::Sense::audio;
  const auto length_of = [&](const Durations& durations) {
    return timed ? fmt::format("  {:>12}", length(durations.total_s)) : std::string();
  };
  fmt::format_to(out, "  {}  {:>7}  {:>7}  {:>7}  {:>7}  {:>7}{}\n", padded("label", name_width),
                 "clips", "train", "valid.", "test", "groups",
                 timed ? fmt::format("  {:>12}", "length") : "");
  for (const LabelCard& label : report.labels) {
    const double share = static_cast<double>(label.total()) / static_cast<double>(most);
    fmt::format_to(out, "  {}  {:>7}  {:>7}  {:>7}  {:>7}  {:>7}{}  {}\n",
                   padded(label.name, name_width), with_thousands(label.total()),
                   with_thousands(label.clips[0]), with_thousands(label.clips[1]),
                   with_thousands(label.clips[2]),
                   with_thousands(label.groups[0] + label.groups[1] + label.groups[2]),
                   length_of(label.durations), bar(share, 24));
  }
  const std::size_t clips = report.clips[0] + report.clips[1] + report.clips[2];
  fmt::format_to(out, "  {}  {:>7}  {:>7}  {:>7}  {:>7}  {:>7}{}\n\n", padded("total", name_width),
                 with_thousands(clips), with_thousands(report.clips[0]),
                 with_thousands(report.clips[1]), with_thousands(report.clips[2]),
                 with_thousands(report.groups[0] + report.groups[1] + report.groups[2]),
                 length_of(report.durations));
}

void write_histograms(const CheckReport& report, Out out) {
  const Durations& d = report.durations;
  const Histogram& seconds = d.histogram;
  fmt::format_to(
      out,
      "  clip length  {:.3g} s |{}| {:.3g} s   least {:.3g} s, median {:.3g} s, most {:.3g} s\n",
      seconds.first, sparkline(seconds),
      seconds.first + seconds.step * static_cast<double>(seconds.counts.size()), d.least_s,
      d.median_s, d.most_s);
  if (report.labels.empty()) return;
  Histogram level = report.labels.front().level;
  for (std::size_t i = 1; i < report.labels.size(); ++i) {
    const auto& other = report.labels[i].level.counts;
    std::ranges::transform(level.counts, other, level.counts.begin(), std::plus<>());
  }
  fmt::format_to(out, "  level      {:.0f} dBFS |{}| {:.0f} dBFS\n", level.first, sparkline(level),
                 level.first + level.step * static_cast<double>(level.counts.size()));
}

void write_stored(const CheckReport& report, Out out) {
  for (const StoredAs& stored : report.stored) {
    const std::string bits =
        stored.bits == 0 ? std::string() : fmt::format(", {} bits", stored.bits);
    fmt::format_to(out, "  stored as    {}: {}, {} Hz, {}{}\n", counted(stored.files, "file"),
                   stored.format, stored.sample_rate_hz,
                   counted(static_cast<std::size_t>(stored.channels), "channel"), bits);
  }
  fmt::format_to(out, "  clipped {}, silent {}, duplicates {}, alike {}, not readable {}\n\n",
                 with_thousands(report.clipped_clips), with_thousands(report.silent_clips),
                 with_thousands(report.duplicate_files), with_thousands(report.near_duplicates),
                 with_thousands(report.files - report.files_read));
}

void write_finding(const Finding& finding, const CheckReport& report, Out out) {
  std::string place = path_below(finding.where, report.source).string();
  if (finding.time_s) place += fmt::format(" at {:.3f} s", *finding.time_s);
  if (!place.empty()) place += ": ";
  fmt::format_to(out, "  {:<8} {}{}; {}\n", name_of(finding.severity), place, finding.what,
                 finding.advice);
}

void write_findings(const CheckReport& report, Out out) {
  constexpr std::size_t shown = 5;
  std::map<FindingKind, std::size_t> counts = report.unlisted;
  for (const Finding& finding : report.findings) ++counts[{finding.severity, finding.kind}];
  std::map<FindingKind, std::size_t> written;
  for (const Finding& finding : report.findings) {
    const FindingKind kind{finding.severity, finding.kind};
    const std::size_t nth = ++written[kind];
    // One more than is shown takes a line as well as saying that there is one more.
    if (nth <= shown || counts[kind] == shown + 1) {
      write_finding(finding, report, out);
    } else if (nth == shown + 1) {
      fmt::format_to(out, "  {:<8} ... and {} more of this kind ({}); --json lists {}\n",
                     name_of(finding.severity), with_thousands(counts[kind] - shown), finding.kind,
                     report.unlisted.contains(kind)
                         ? fmt::format("the first {}", with_thousands(Findings::listed_of_a_kind))
                         : std::string("all"));
    }
  }
}

}  // namespace

std::string to_text(const CheckReport& report) {
  std::string text;
  const Out out = std::back_inserter(text);
  fmt::format_to(out, "{}: {} of {} in {}\n\n", report.project, counted(report.files, "recording"),
                 counted(report.labels.size(), "label"), report.source.string());
  write_labels(report, out);
  if (report.sense == project::Sense::audio) {
    write_histograms(report, out);
    write_stored(report, out);
  }
  write_findings(report, out);
  const std::size_t faults = report.count(Severity::fault);
  const std::size_t warnings = report.count(Severity::warning);
  fmt::format_to(out, "{}{}, {}\n", report.findings.empty() ? "" : "\n",
                 faults == 0 ? "no faults" : counted(faults, "fault"),
                 counted(warnings, "warning"));
  return text;
}

}  // namespace sengi::data
