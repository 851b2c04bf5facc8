// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "project/config_reader.h"
#include "project/project.h"

namespace sengi::project {

// What must hold between several keys of a sengi.toml. The fault is told at the first of the keys
// to blame that the file sets.
Result<void> check_rules(const Project& project, const std::string& file, const Places& places);

}  // namespace sengi::project
