// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "base/result.h"

namespace sengi::data {

// The files of a folder and of the folders in it that are wanted, sorted. What has a name that
// starts with a dot is passed over, and links to folders are not followed, so that one to a folder
// above ends. Errors: a folder that cannot be read.
Result<std::vector<std::filesystem::path>> files_below(
    const std::filesystem::path& folder,
    const std::function<bool(const std::filesystem::path&)>& wanted);

}  // namespace sengi::data
