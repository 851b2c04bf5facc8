// SPDX-License-Identifier: Apache-2.0
#include "evaluate/data_page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "data/audio.h"
#include "evaluate/example.h"
#include "evaluate/page.h"
#include "evaluate/recordings.h"

namespace sengi::evaluate {
namespace {

using data::CheckReport;
using data::Finding;

std::string_view mark_style(data::Severity severity) {
  return severity == data::Severity::note ? "good" : "bad";
}

std::string finding_line(const Finding& finding) {
  std::string place;
  if (!finding.where.empty()) place += "<code>" + page::text(finding.where.string()) + "</code> ";
  if (finding.time_s) place += fmt::format("at {:.2f} s ", *finding.time_s);
  return fmt::format(
      "<div class=\"finding\"><span class=\"mark {}\">{}</span><span>{}{} <span class=\"fall\">{}"
      "</span></span></div>\n",
      mark_style(finding.severity), data::name_of(finding.severity), place,
      page::text(finding.what), page::text(finding.advice));
}

// The first few are shown; a thousand clipped clips must not bury the one broken file.
std::string findings_body(const CheckReport& report) {
  constexpr std::size_t shown = 20;
  if (report.findings.empty()) return "<div class=\"card\"><p>Nothing is wrong.</p></div>\n";
  std::string first;
  std::string rest;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    (i < shown ? first : rest) += finding_line(report.findings[i]);
  }
  if (!rest.empty()) {
    rest =
        page::folded(fmt::format("{} more", with_thousands(report.findings.size() - shown)), rest);
  }
  for (const auto& [kind, count] : report.unlisted) {
    rest += fmt::format("<p>And {} more of the kind <q>{}</q>, not listed.</p>\n",
                        with_thousands(count), page::text(kind.second));
  }
  return "<div class=\"card\">\n" + first + rest + "</div>\n";
}

std::string waveform_svg(const std::string& label, const data::Audio& audio) {
  constexpr double width = 300, height = 64;
  const auto columns = envelope(audio.samples, 150);
  std::string path;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const double x = width * (static_cast<double>(i) + 0.5) / static_cast<double>(columns.size());
    const double top = height / 2 * (1 - columns[i].second / 32768.0) - 0.4;
    const double bottom = height / 2 * (1 - columns[i].first / 32768.0) + 0.4;
    path += fmt::format("M{:.1f} {:.1f}V{:.1f}", x, top, bottom);
  }
  return fmt::format(
      R"(<figure class="card"><figcaption>{0}</figcaption><svg viewBox="0 0 300 64" role="img" )"
      R"(aria-label="Waveform of {0}, {1:.2f} s"><path class="sound" d="{2}"/></svg>)"
      R"(<p class="fall">{1:.2f} s</p></figure>)"
      "\n",
      page::text(label), audio.duration_s(), path);
}

// One clip of each label, of middling loudness.
std::string examples_body(const CheckReport& report) {
  std::string body;
  for (const data::LabelCard& label : report.labels) {
    if (label.example.empty() || report.sense != project::Sense::audio) continue;
    const double start = label.example_start_s;
    const auto audio = data::read_audio(label.example, 0, start, start + report.clip_s);
    if (audio) body += waveform_svg(label.name, audio.value());
  }
  return body.empty() ? "" : "<div class=\"examples\">\n" + body + "</div>\n";
}

std::string opening(const CheckReport& report) {
  const auto of_clips =
      fmt::format("of {}", counted(report.clips[0] + report.clips[1] + report.clips[2], "clip"));
  if (report.sense != project::Sense::audio) {
    return page::tiles(
        {{"Clips", with_thousands(report.clips[0] + report.clips[1] + report.clips[2]),
          "in " + counted(report.files, "file"), page::Source::measured},
         {"Groups", with_thousands(report.groups[0] + report.groups[1] + report.groups[2]),
          "animals, machines, sites or days", page::Source::measured},
         {"Alike", with_thousands(report.near_duplicates), of_clips, page::Source::measured},
         {"Not readable", with_thousands(report.files - report.files_read), "files",
          page::Source::measured}});
  }
  return page::tiles(
      {{"Sound", page::duration(report.durations.total_s),
        counted(report.clips[0] + report.clips[1] + report.clips[2], "clip"),
        page::Source::measured},
       {"Groups", with_thousands(report.groups[0] + report.groups[1] + report.groups[2]),
        "speakers, animals or sites", page::Source::measured},
       {"Clipped", with_thousands(report.clipped_clips), of_clips, page::Source::measured},
       {"Silent", with_thousands(report.silent_clips), of_clips, page::Source::measured},
       {"Duplicates", with_thousands(report.duplicate_files), "files beyond the first",
        page::Source::measured}});
}

}  // namespace

std::string data_page(const CheckReport& report, const std::string& version) {
  page::Document document;
  document.title = page::text(report.project);
  document.kicker = "sengi data check";
  document.lead = recordings_summary(report);
  document.opening = opening(report);
  document.sections.push_back(
      {.id = "findings",
       .title = "Findings",
       .lead = fmt::format("{}, {} and {}.", counted(report.count(data::Severity::fault), "fault"),
                           counted(report.count(data::Severity::warning), "warning"),
                           counted(report.count(data::Severity::note), "note")),
       .body = findings_body(report)});
  document.sections.push_back({.id = "labels-section",
                               .title = "Labels",
                               .lead = "How many clips there are of each, and on which side.",
                               .body = label_chart(report) + recordings_tables(report)});
  document.sections.push_back({.id = "sound",
                               .title = "Sound",
                               .lead = "Lengths and levels, and a clip of each label of middling "
                                       "loudness, drawn at full scale.",
                               .body = recordings_histograms(report) + examples_body(report)});
  document.foot = fmt::format(
      "<p>Made by sengi {}. This page is one file and fetches nothing.</p>\n", page::text(version));
  return page::render(document);
}

std::filesystem::path data_page_path(const project::Project& project) {
  return project.out() / "data.html";
}

}  // namespace sengi::evaluate
