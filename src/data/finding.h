// SPDX-License-Identifier: Apache-2.0
// What is wrong with recordings, one thing each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sengi::data {

enum class Severity : std::uint8_t {
  fault,    // training would fail, or its figures would be untrue
  warning,  // probably wrong, or bad for accuracy
  note,     // worth knowing
};
std::string_view name_of(Severity severity);  // "fault", "warning", "note"

struct Finding {
  Severity severity;
  std::string kind;              // a short fixed word: "unreadable", "clipping", "silence" ...
  std::string what;              // "12 of 16,000 samples at full scale, longest run 5"
  std::filesystem::path where;   // the recording, folder or manifest; empty: the data as a whole
  std::optional<double> time_s;  // into the recording
  std::string advice;            // "record again with less gain, or remove the clip"
};

using FindingKind = std::pair<Severity, std::string>;

// Of each kind the first thousand are kept and the rest counted: a million recordings of which all
// have one thing wrong would fill the memory, and nobody reads so far.
class Findings {
 public:
  static constexpr std::size_t listed_of_a_kind = 1000;

  // The finding, to say more of it; there until the next one is added.
  Finding& add(Finding finding);
  Finding& add(Severity severity, std::string kind, std::string what, std::filesystem::path where,
               std::string advice, std::optional<double> time_s = {});
  void add(Findings others);

  // Faults first, then warnings, then notes; of one severity in the order in which they came.
  std::vector<Finding> sorted() &&;
  const std::map<FindingKind, std::size_t>& unlisted() const { return unlisted_; }

 private:
  std::vector<Finding> listed_;
  std::map<FindingKind, std::size_t> counts_;
  std::map<FindingKind, std::size_t> unlisted_;
  Finding dropped_{};
};

}  // namespace sengi::data
