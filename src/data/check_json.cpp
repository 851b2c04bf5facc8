// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "data/check.h"

namespace sengi::data {
namespace {

using Json = nlohmann::ordered_json;

Json by_split(const std::array<std::size_t, 3>& counts) {
  Json json;
  for (const Split split : {Split::train, Split::validation, Split::test}) {
    json[std::string(name_of(split))] = counts[static_cast<std::size_t>(split)];
  }
  return json;
}

Json to_json(const Histogram& histogram) {
  return {{"first", histogram.first}, {"step", histogram.step}, {"counts", histogram.counts}};
}

Json to_json(const Durations& durations) {
  return {{"total_s", durations.total_s},
          {"least_s", durations.least_s},
          {"median_s", durations.median_s},
          {"most_s", durations.most_s},
          {"histogram_s", to_json(durations.histogram)}};
}

Json to_json(const LabelCard& label) {
  return {{"name", label.name},
          {"clips", by_split(label.clips)},
          {"groups", by_split(label.groups)},
          {"clips_without_group", label.ungrouped},
          {"durations", to_json(label.durations)},
          {"level_dbfs", to_json(label.level)},
          {"example", label.example.string()},
          {"example_start_s", label.example_start_s}};
}

Json to_json(const StoredAs& stored) {
  return {{"format", stored.format},
          {"sample_rate_hz", stored.sample_rate_hz},
          {"channels", stored.channels},
          {"bits", stored.bits == 0 ? Json() : Json(stored.bits)},
          {"files", stored.files}};
}

Json to_json(const Finding& finding) {
  return {{"severity", name_of(finding.severity)},
          {"kind", finding.kind},
          {"what", finding.what},
          {"where", finding.where.string()},
          {"time_s", finding.time_s ? Json(*finding.time_s) : Json()},
          {"advice", finding.advice}};
}

Json to_json(const std::pair<const FindingKind, std::size_t>& unlisted) {
  const auto& [kind, count] = unlisted;
  return {{"severity", name_of(kind.first)}, {"kind", kind.second}, {"count", count}};
}

template <typename Items>
Json list_of(const Items& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace

std::string to_json(const CheckReport& report) {
  const Json json = {{"project", report.project},
                     {"source", report.source.string()},
                     {"ok", report.ok()},
                     {"faults", report.count(Severity::fault)},
                     {"warnings", report.count(Severity::warning)},
                     {"sample_rate_hz", report.sample_rate_hz},
                     {"clip_s", report.clip_s},
                     {"files", report.files},
                     {"files_read", report.files_read},
                     {"clips", by_split(report.clips)},
                     {"groups", by_split(report.groups)},
                     {"durations", to_json(report.durations)},
                     {"clipped_clips", report.clipped_clips},
                     {"silent_clips", report.silent_clips},
                     {"duplicates", report.duplicate_files},
                     {"near_duplicates", report.near_duplicates},
                     {"stored_as", list_of(report.stored)},
                     {"labels", list_of(report.labels)},
                     {"findings", list_of(report.findings)},
                     {"unlisted", list_of(report.unlisted)}};
  // Paths may hold any bytes: what is not UTF-8 is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sengi::data
