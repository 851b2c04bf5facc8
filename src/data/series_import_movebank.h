// SPDX-License-Identifier: Apache-2.0
// Acceleration as Movebank exports it (CSV; names by its attribute dictionary,
// vocab.nerc.ac.uk/collection/MVB), made into a table in which a row is a burst (series.h).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

struct MovebankOptions {
  std::string label_column = {};  // empty: label, behavioural-classification or behavior, if any
};

struct MovebankBursts {
  std::string csv;   // label,group,rate_hz,axes, the other columns, x0,y0,z0,x1 ...
  std::string axes;  // of all bursts: "xyz"
  std::size_t bursts = 0;
  std::map<std::string, std::size_t> individuals;  // bursts of each
  std::map<std::size_t, std::size_t> lengths;      // bursts of as many rows; shorter ones end blank
  std::map<std::string, std::size_t> rates;        // bursts of each rate_hz
  std::size_t without_label = 0;
  std::vector<std::string> notes;  // what was left out
};

// Reads either form:
//   a row a burst     eobs:accelerations-raw, accelerations-raw or accelerations: numbers between
//                     blanks, axes interleaved; with ...acceleration-axes ("XYZ") and
//                     ...acceleration-sampling-frequency-per-axis
//   a row a moment    acceleration-raw-x, -y, -z or acceleration-x, -y, -z, and timestamp: rows of
//                     one individual without a gap between them are a burst
// The group is individual-local-identifier, else tag-local-identifier. Rows without acceleration
// (positions of the same tag) are passed over. Bursts of other axes than most are left out, with a
// note. All other columns stay as they are.
// Errors, with file and line: no table; neither form; numbers that are none, or do not share out
// over the axes; a time that is none.
Result<MovebankBursts> movebank_bursts(std::string_view text, std::string_view file,
                                       const MovebankOptions& options = {});

}  // namespace sengi::data
