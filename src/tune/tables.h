// SPDX-License-Identifier: Apache-2.0
// What is searched of each kind of project: its keys, and the values that are worth a try.
#pragma once

#include <vector>

#include "project/project.h"
#include "tune/space.h"

namespace sengi::tune {

std::vector<Dimension> keyword_table(const project::Project& project);
std::vector<Dimension> motion_table(const project::Project& project);
std::vector<Dimension> sequence_table(const project::Project& project);
std::vector<Dimension> anomaly_table(const project::Project& project);
std::vector<Dimension> image_table(const project::Project& project);

}  // namespace sengi::tune
