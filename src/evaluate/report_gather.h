// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "evaluate/report_data.h"
#include "project/project.h"

namespace sengi::evaluate {

// Collects what the report shows: checks the recordings, asks the model about the test split (or
// reads out/evaluation.json where it is about this very model), plans memory, reads what training
// and the last run on a board wrote, and has the device program listen to test clips.
// Errors: not trained yet; recordings that cannot be read. What is optional is left out instead.
Result<ReportData> gather_report(const project::Project& project, const std::string& version);

}  // namespace sengi::evaluate
