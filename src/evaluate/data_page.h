// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "data/check.h"
#include "project/project.h"

namespace sengi::evaluate {

// One self-contained HTML page about a project's recordings: counts, lengths, levels, an example of
// each label drawn, and what is wrong. Reads the example recordings.
std::string data_page(const data::CheckReport& report, const std::string& version);

std::filesystem::path data_page_path(const project::Project& project);  // out/data.html

}  // namespace sengi::evaluate
