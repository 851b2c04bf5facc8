// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "evaluate/report_data.h"

namespace sengi::evaluate {

// One self-contained HTML page about a trained project. Same data, same bytes.
std::string report_page(const ReportData& data);

std::filesystem::path report_path(const project::Project& project);  // out/report.html

}  // namespace sengi::evaluate
