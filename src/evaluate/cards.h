// SPDX-License-Identifier: Apache-2.0
// Two pages in Markdown to give away with a model: what it is and is good for (Mitchell et al.
// 2019, "Model Cards for Model Reporting"), and what it learned from (Gebru et al. 2021,
// "Datasheets for Datasets"). Every sentence is a fact of a record; what no record tells has no
// heading, and what people must add (consent, purpose, licence) is theirs to add.
#pragma once

#include <filesystem>
#include <string>

#include "evaluate/report_data.h"

namespace sengi::evaluate {

// Same data, same bytes.
std::string model_card(const ReportData& data);
std::string data_card(const ReportData& data);

std::filesystem::path model_card_path(const project::Project& project);  // out/model_card.md
std::filesystem::path data_card_path(const project::Project& project);   // out/data_card.md

}  // namespace sengi::evaluate
