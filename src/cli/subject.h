// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace sengi::cli {

// What a path that may be either one names: a network in a file, or a project.
enum class Subject { model, project };

// A folder, or a file whose name ends in .toml, is a project; any other file a model.
// Errors: there is nothing of that name.
Result<Subject> subject_of(const std::string& path);

}  // namespace sengi::cli
