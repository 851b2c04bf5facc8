// SPDX-License-Identifier: Apache-2.0
// Tags and deployments as Movebank's reference data: CSV with its attribute dictionary's columns
// tag-id, animal-id, animal-taxon, deploy-on-date, deploy-off-date (UTC), tag-model, tag-comments,
// deployment-comments and animal-group-id, which are here a device's kind, its notes, the
// deployment's and the device's fleet. Movebank has no column for owners.
//
// Thread rule: with the database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "station/sql.h"

namespace sengi::station {

struct ReferenceData {
  std::size_t tags = 0;
  std::size_t deployments = 0;
};

Result<std::string> reference_data(Database& database);

// All rows or none; a device and an animal from the same time on are the same deployment, and what
// the file does not say of it stays. Other columns are passed over.
// Errors: no tag-id column; a date that is none; a deployment that meets another; with the line.
Result<ReferenceData> take_reference_data(Database& database, std::string_view text,
                                          std::string_view file, std::int64_t now_ms);

}  // namespace sengi::station
