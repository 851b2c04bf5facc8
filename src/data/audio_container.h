// SPDX-License-Identifier: Apache-2.0
// Whether a sound file is all there. libsndfile reads a file that was cut short as a shorter
// recording, so what the container promises is compared with the bytes that are there.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace sengi::data {

struct Missing {
  std::string what;     // "its header promises 32044 bytes of sound, 812 are there"; empty: nothing
  bool certain = true;  // false: the sound was not found at all, which may be this reader's fault
};

// What is missing; nothing for formats that promise nothing. Knows WAV (RIFF, RIFX, RF64), AIFF,
// AU, CAF and OGG.
// Errors: the file cannot be read.
Result<Missing> missing_bytes(const std::filesystem::path& path);

}  // namespace sengi::data
