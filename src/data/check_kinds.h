// SPDX-License-Identifier: Apache-2.0
// What is wrong with recordings that are no sound, beside what the rules of find() say of labels,
// groups and sides.
#pragma once

#include <vector>

#include "base/result.h"
#include "data/check.h"
#include "data/loader.h"
#include "project/project.h"

namespace sengi::data {

struct KindFindings {
  Findings findings;
  std::size_t files = 0;
  std::size_t files_read = 0;
  std::size_t near_duplicates = 0;
};

// Reads every file once. Errors: Ctrl-C.
Result<KindFindings> check_series(const project::Project& project, const Loaded& loaded);
Result<KindFindings> check_image_files(const Loaded& loaded);

}  // namespace sengi::data
