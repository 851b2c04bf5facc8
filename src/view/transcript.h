// SPDX-License-Identifier: Apache-2.0
// What is said in a recording, with times.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace sengi::view {

// [{"start_s", "end_s", "text"}], by time, of a JSON list of {"start", "end", "transcript" or
// "text" or "word"} in seconds, or of any table that events::read_annotations() reads (a TextGrid,
// Audacity's labels ...).
// Errors: it is neither; a time that is none; with the file and the number of the entry.
Result<std::string> read_transcript(const std::filesystem::path& file);

}  // namespace sengi::view
