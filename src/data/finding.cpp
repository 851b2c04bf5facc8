// SPDX-License-Identifier: Apache-2.0
#include "data/finding.h"

#include <algorithm>

namespace sengi::data {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::fault:
      return "fault";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "";
}

Finding& Findings::add(Finding finding) {
  const FindingKind kind{finding.severity, finding.kind};
  if (++counts_[kind] <= listed_of_a_kind) return listed_.emplace_back(std::move(finding));
  ++unlisted_[kind];
  dropped_ = std::move(finding);
  return dropped_;
}

Finding& Findings::add(Severity severity, std::string kind, std::string what,
                       std::filesystem::path where, std::string advice,
                       std::optional<double> time_s) {
  return add(Finding{severity, std::move(kind), std::move(what), std::move(where), time_s,
                     std::move(advice)});
}

void Findings::add(Findings others) {
  for (Finding& finding : others.listed_) add(std::move(finding));
  for (const auto& [kind, count] : others.unlisted_) unlisted_[kind] += count;
}

std::vector<Finding> Findings::sorted() && {
  std::ranges::stable_sort(listed_, {}, &Finding::severity);
  return std::move(listed_);
}

}  // namespace sengi::data
