// SPDX-License-Identifier: Apache-2.0
// Which files of folders are recordings of numbers.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace sengi::data {

// Files as they are given, and all .csv, .tsv and .txt files in folders and below but those named
// manifest.csv; in the order of their paths, each once.
// Errors: nothing given; a folder that cannot be read, or without any; as files_below().
Result<std::vector<std::filesystem::path>> series_files_in(
    const std::vector<std::filesystem::path>& given);

}  // namespace sengi::data
