// SPDX-License-Identifier: Apache-2.0
// The parts of the report, one file each.
#pragma once

#include <string>

#include "evaluate/page.h"
#include "evaluate/report_data.h"

namespace sengi::evaluate {

// Requires: data.example.
page::Section listening_section(const ReportData& data);
page::Section answers_section(const ReportData& data);
// Requires: data.evaluation.suspects not empty.
page::Section suspects_section(const ReportData& data);
page::Section recordings_section(const ReportData& data);
page::Section training_section(const ReportData& data);
// Requires: data.learning_curve or data.folds.
page::Section studies_section(const ReportData& data);
page::Section device_section(const ReportData& data);
// Requires: data.training.
page::Section cost_section(const ReportData& data);

// A table a slicing; empty without one.
std::string slice_cards(const Evaluation& evaluation);

// The arena over the layers, drawn: a rectangle a tensor.
std::string memory_map_svg(const compile::Plan& plan);
// The example, drawn: what is there, the sound, what was heard, the scores.
std::string listening_svg(const Example& example, const std::vector<std::string>& labels,
                          double threshold, const std::vector<bool>& is_event);

}  // namespace sengi::evaluate
