// SPDX-License-Identifier: Apache-2.0
// Events in long recordings: what people marked, and what a detector found.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sengi::events {

struct Event {
  double start_s = 0;  // into the recording
  double end_s = 0;    // not before start_s
  std::string label;
  double confidence = 1;  // of what was found
  bool operator==(const Event&) const = default;
};

struct Recording {
  std::string name;
  double length_s = 0;  // 0 where it is not known
  std::vector<Event> marked;
  std::vector<Event> found;
};

}  // namespace sengi::events
