// SPDX-License-Identifier: Apache-2.0
// What was heard in a recording, in the files that the field's programs read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"

namespace sengi::scan {

enum class Format : std::uint8_t { raven, audacity, csv, json };
std::optional<Format> format_named(std::string_view name);
// Behind the recording's name: ".selections.txt" ...
std::string_view ending_of(Format format);

struct Band {
  std::int32_t low_hz;
  std::int32_t high_hz;
};

// `recording` is what the table names it; `band` is what the front end hears.
std::string to_table(const std::vector<events::Event>& events, const std::string& recording,
                     Band band, Format format);

}  // namespace sengi::scan
