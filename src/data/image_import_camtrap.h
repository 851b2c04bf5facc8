// SPDX-License-Identifier: Apache-2.0
// Camtrap DP 1.0 (TDWG; Bubnicki et al. 2024): a data package of three tables.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "data/image_annotation.h"

namespace sengi::data {

// One thing for each table; for parse_camtrap_tables() their text, for camtrap_resources() where
// they are.
struct CamtrapTables {
  std::string deployments;
  std::string media;
  std::string observations;
};

// Where datapackage.json says its tables are, relative to it.
// Errors: not JSON; a resource of these names is missing, or not in one file beside it.
Result<CamtrapTables> camtrap_resources(std::string_view json, std::string_view file);

// The label is the scientific name where an animal was seen, else the observation's type (blank,
// human, vehicle, unknown); what nobody classified yet is no observation. The group is the
// deployment's location, else the deployment. What was seen in an event counts for the images that
// its deployment took between its start and end and that have no observation of their own. Films,
// and images that show more than one thing or of which nothing is said, are left out, with a note.
// `files` are named in errors.
// Errors: not CSV; a column that is needed is missing; a row that lacks what it needs, or names a
// deployment or a medium that is not there; with file and line.
Result<ImageAnnotations> parse_camtrap_tables(const CamtrapTables& texts,
                                              const CamtrapTables& files);

}  // namespace sengi::data
